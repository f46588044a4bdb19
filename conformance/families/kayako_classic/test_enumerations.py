"""Statuses, priorities and types of tickets, made in the admin panel and only read here
(/Tickets/TicketStatus, /Tickets/TicketPriority, /Tickets/TicketType)."""

from collections.abc import Iterator
from typing import Any

from conformance.engine import CheckCase, Helpdesk, covers, each, expect, omit
from conformance.engine.matchers import equal_to
from conformance.engine.spec import Spec
from conformance.families.kayako_classic.prerequisites import accepted, aimed, readable

#: Kind → reading operation, listing operation, requirement of the single read, member of a ticket.
KINDS = {
    "ticketstatus": ("getTicketStatus", "listTicketStatuses", "KC-STS-002", "statusid"),
    "ticketpriority": ("getTicketPriority", "listTicketPriorities", "KC-PRI-002", "priorityid"),
    "tickettype": ("getTicketType", "listTicketTypes", "KC-TYP-002", "typeid"),
}
#: Members that name an object, and how it is read.
LINKS = {
    "departmentid": "getDepartment",
    "usergroupid": "getUserGroup",
    "staffgroupid": "getStaffGroup",
}


def single_reads(_: Spec) -> Iterator[CheckCase]:
    for kind, (reader, _lister, requirement, _member) in KINDS.items():
        yield CheckCase(kind, reader, (requirement,), {"kind": kind})


def kinds(*covered: str) -> Any:
    """One case for each kind, citing the same requirements."""

    def cases(_: Spec) -> Iterator[CheckCase]:
        for kind, (reader, *_rest) in KINDS.items():
            yield CheckCase(kind, reader, covered, {"kind": kind})

    return cases


@each(single_reads)
def test_a_single_read_shows_the_asked_one_as_the_list_does(helpdesk: Helpdesk, kind: str) -> None:
    reader, lister, requirement, _ = KINDS[kind]
    listed = readable(helpdesk.good(lister)).answer.items
    if not listed:
        omit(f"the helpdesk has no {kind}")
    last = listed[-1]
    read = aimed(helpdesk, reader, id=last.get("id"))
    expect(read, requirement).item("id", equal_to(last.get("id")))
    expect(read, requirement).item("title", equal_to(last.get("title")))


@each(single_reads)
def test_the_first_one_is_not_taken_for_another(helpdesk: Helpdesk, kind: str) -> None:
    reader, _, requirement, _ = KINDS[kind]
    asked = helpdesk.obtain(kind)
    expect(helpdesk.good(reader), requirement).item("id", equal_to(asked.id))


@each(kinds("KC-PROTO-044"))
def test_the_id_in_a_ticket_names_one_that_can_be_read(helpdesk: Helpdesk, kind: str) -> None:
    reader, _, _, member = KINDS[kind]
    ticket = readable(helpdesk.good("getTicket")).answer.item
    named = ticket.get(member) if ticket is not None else None
    if not named:
        omit(f"the ticket shows no {member}")
    known = str(named) == helpdesk.obtain(kind).id
    read = helpdesk.good(reader) if known else aimed(helpdesk, reader, id=named)
    expect(read).item("id", equal_to(named))


@each(kinds("KC-PROTO-044"))
def test_what_an_id_names_can_be_read(helpdesk: Helpdesk, kind: str) -> None:
    named: dict[str, int] = {}
    for item in readable(helpdesk.good(KINDS[kind][1])).answer.items:
        for member in LINKS:
            values = item.get(member)
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, int) and value:
                    named.setdefault(member, value)
    if not named:
        omit(f"no {kind} names a department or group")
    for member, value in named.items():
        expect(aimed(helpdesk, LINKS[member], id=value)).item("id", equal_to(value))


@covers("KC-STS-007")
def test_a_status_without_department_serves_every_department(helpdesk: Helpdesk) -> None:
    status = helpdesk.obtain("ticketstatus")
    if status.values.get("departmentid") != 0:
        omit("the helpdesk has no status with departmentid 0")
    created = accepted(helpdesk.good("createTicket"))  # in a department just made by the run
    expect(created).item("statusid", equal_to(status.id))
