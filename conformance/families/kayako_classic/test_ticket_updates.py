"""Changing and removing tickets (PUT and DELETE /Tickets/Ticket/$ticketid$, page "REST - Ticket",
and the verbs of the overview page)."""

from dataclasses import dataclass

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import different_from, equal_to, not_empty
from conformance.families.kayako_classic.prerequisites import (
    accepted,
    aim,
    aimed,
    readable,
    seen_items,
)
from conformance.families.kayako_classic.ticketwork import (
    SECOND,
    as_shown,
    choices,
    gone,
    holder,
)

#: Fields of an update, and the member of the answer that shows each.
FIELDS = {
    "subject": "subject",
    "fullname": "fullname",
    "email": "email",
    "departmentid": "departmentid",
    "ticketstatusid": "statusid",
    "ticketpriorityid": "priorityid",
    "userid": "userid",
    "ownerstaffid": "ownerstaffid",
}
LEFT_ALONE = [name for name in FIELDS if name != "ticketstatusid"] + ["tickettypeid"]
SHOWN = {**FIELDS, "tickettypeid": "typeid"}


@dataclass(frozen=True)
class Change:
    """An update of a ticket, and the ticket read afterwards."""

    before: Made
    updated: Exchange
    after: Exchange


@pytest.fixture(scope="module")
def owned(helpdesk: Helpdesk) -> Made:
    """A ticket to be changed, whose values are not those a server would fall back to."""
    return helpdesk.make(
        "ticket",
        ownerstaffid=helpdesk.obtain("staff").id,
        ticketpriorityid=choices(helpdesk, "ticketpriority")[-1],
        tickettypeid=choices(helpdesk, "tickettype")[-1],
    )


@pytest.fixture(scope="module")
def status_change(helpdesk: Helpdesk, owned: Made) -> Change:
    """An update that names the status and nothing else."""
    statuses = choices(helpdesk, "ticketstatus")
    if len(statuses) < 2:
        omit("the helpdesk has one status for every department only")
    return change(helpdesk, owned, ticketstatusid=statuses[1])


@pytest.fixture(scope="module")
def whole_change(helpdesk: Helpdesk, owned: Made, request: pytest.FixtureRequest) -> Change:
    """An update that gives every field another value."""
    if len(choices(helpdesk, "ticketstatus")) > 1:
        request.getfixturevalue("status_change")
    fill = helpdesk.chance.fill
    return change(
        helpdesk,
        owned,
        subject=fill("{mark} ticket changed {n}"),
        fullname=fill("{mark} changed creator {n}"),
        email=fill("{mark}-c{n}@example.com"),
        departmentid=helpdesk.obtain("department", SECOND).id,
        # another than before, also where the first update was ignored
        ticketstatusid=choices(helpdesk, "ticketstatus", most=3)[-1],
        ticketpriorityid=choices(helpdesk, "ticketpriority")[0],
        tickettypeid=choices(helpdesk, "tickettype")[0],
        userid=helpdesk.obtain("user", SECOND).id,
        ownerstaffid=helpdesk.obtain("staff", SECOND).id,
    )


def change(helpdesk: Helpdesk, ticket: Made, **fields: object) -> Change:
    updated = aimed(helpdesk, "updateTicket", ticketid=ticket.id, **fields)
    return Change(ticket, updated, aimed(helpdesk, "getTicket", ticketid=ticket.id))


@covers("KC-TKT-037")
def test_an_update_of_the_status_shows_in_a_later_read(status_change: Change) -> None:
    expect(status_change.updated).success()
    expect(status_change.after).item(
        "statusid", equal_to(status_change.updated.sent["ticketstatusid"])
    )


@covers("KC-TKT-029")
@pytest.mark.parametrize("field", LEFT_ALONE)
def test_an_update_leaves_alone_what_it_does_not_name(status_change: Change, field: str) -> None:
    accepted(status_change.updated)
    before = status_change.before.values.get(SHOWN[field])
    expect(status_change.after).item(SHOWN[field], equal_to(before))


@covers("KC-TKT-004")
def test_an_update_takes_every_documented_field(whole_change: Change) -> None:
    expect(whole_change.updated).success()


@covers("KC-PROTO-020")
@pytest.mark.parametrize("field", FIELDS)
def test_the_answer_to_an_update_shows_the_ticket_as_it_now_is(
    whole_change: Change, field: str
) -> None:
    updated = accepted(whole_change.updated)
    expect(updated).item("id", equal_to(whole_change.before.id))
    expect(updated).item(FIELDS[field], equal_to(updated.sent[field]))


@covers("KC-PROTO-045")
@pytest.mark.parametrize("field", FIELDS)
def test_the_next_read_shows_what_an_update_wrote(whole_change: Change, field: str) -> None:
    sent = accepted(whole_change.updated).sent
    expect(whole_change.after).item(FIELDS[field], equal_to(sent[field]))


def kept_fields(whole_change: Change) -> list[str]:
    """The fields whose new values the next read shows."""
    sent, item = accepted(whole_change.updated).sent, readable(whole_change.after).answer.item
    return [
        f for f in FIELDS if item is not None and equal_to(sent[f])(item.get(FIELDS[f])) is None
    ]


@covers("KC-PROTO-006")
def test_an_update_changes_the_ticket(whole_change: Change) -> None:
    judge(kept_fields(whole_change), not_empty, "fields that were changed")


@covers("KC-TKT-029")
def test_an_update_changes_the_type(whole_change: Change) -> None:
    # That the type may be changed is said by client libraries only.
    sent = accepted(whole_change.updated).sent["tickettypeid"]
    if not kept_fields(whole_change):
        raise PrerequisiteBroken("the update was not kept")
    expect(whole_change.after).item("typeid", equal_to(sent))


@covers("KC-PROTO-050")
def test_an_update_that_changes_nothing_is_accepted(
    helpdesk: Helpdesk, whole_change: Change
) -> None:
    repeated = aimed(helpdesk, "updateTicket", **accepted(whole_change.updated).sent)
    expect(repeated).success().item("id", equal_to(whole_change.before.id))


# POST and PUT are not interchangeable -------------------------------------------------------------


@covers("KC-PROTO-007")
def test_a_post_changes_no_ticket(helpdesk: Helpdesk) -> None:
    ticket = holder(helpdesk)
    draft = helpdesk.draft("createTicket").at_path(f"/Tickets/Ticket/{ticket.id}")
    posted = helpdesk.send(draft)
    read = aimed(helpdesk, "getTicket", ticketid=ticket.id)
    expect(readable(read)).item("subject", different_from(posted.sent["subject"]))


@covers("KC-PROTO-007")
def test_a_put_creates_no_ticket(helpdesk: Helpdesk) -> None:
    department = helpdesk.obtain("department", SECOND).id
    draft = helpdesk.draft("createTicket", departmentid=department).sent_by("PUT", effect="create")
    put = helpdesk.send(draft)
    listed = readable(aimed(helpdesk, "listTickets", departmentid=department))
    made = listed.answer.find(subject=put.sent["subject"])
    if made is not None and "id" in made:
        helpdesk.send(aim(helpdesk, "deleteTicket", ticketid=made["id"]), "cleanup")
    expect(listed).lacks(subject=put.sent["subject"])


# Removing -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Removal:
    """A ticket with everything that hangs on it, removed, and what reads of it answer."""

    ticket: Made
    deleted: Exchange
    reads: dict[str, Exchange]
    ids: dict[str, str]


@pytest.fixture(scope="module")
def removal(helpdesk: Helpdesk) -> Removal:
    ticket = helpdesk.make("ticket")
    post = helpdesk.make("post", ticketid=ticket.id)
    note = helpdesk.make("note", ticketid=ticket.id)
    attachment = helpdesk.make("attachment", ticketid=ticket.id, ticketpostid=post.id)
    deleted = aimed(helpdesk, "deleteTicket", ticketid=ticket.id)
    reads = {"ticket": aimed(helpdesk, "getTicket", ticketid=ticket.id)}
    ids = {"ticket": ticket.id}
    for made, reader in (
        (post, "getTicketPost"),
        (note, "getTicketNote"),
        (attachment, "getTicketAttachment"),
    ):
        reads[made.kind] = aimed(helpdesk, reader, ticketid=ticket.id, id=made.id)
        ids[made.kind] = made.id
    return Removal(ticket, deleted, reads, ids)


@pytest.fixture(scope="module")
def removed(removal: Removal) -> Removal:
    """The same, for checks of what follows from an accepted delete."""
    accepted(removal.deleted)
    return removal


@covers("KC-TKT-005")
def test_a_delete_is_accepted(removal: Removal) -> None:
    expect(removal.deleted).success()


@covers("KC-PROTO-006", "KC-PROTO-040")
def test_a_deleted_ticket_is_read_no_more(removed: Removal) -> None:
    gone(removed.reads["ticket"], removed.ids["ticket"], "KC-PROTO-006", "KC-PROTO-040")


@covers("KC-PROTO-040")
def test_a_deleted_ticket_is_listed_no_more(helpdesk: Helpdesk, removed: Removal) -> None:
    listed = aimed(helpdesk, "listTickets", departmentid=removed.ticket["departmentid"])
    expect(readable(listed)).lacks(id=as_shown(removed.ids["ticket"]))


@covers("KC-TKT-031", "KC-TKT-005")
@pytest.mark.parametrize("kind", ["post", "note", "attachment"])
def test_what_hung_on_a_deleted_ticket_is_gone(removed: Removal, kind: str) -> None:
    gone(removed.reads[kind], removed.ids[kind], "KC-TKT-031", "KC-TKT-005")


@covers("KC-TKT-041")
@pytest.mark.parametrize("kind", ["post", "note", "attachment"])
def test_a_read_of_what_hung_on_a_deleted_ticket_finds_nothing(removed: Removal, kind: str) -> None:
    expect(served(removed.reads[kind])).status(404)


@covers("KC-TKT-030")
def test_a_deleted_ticket_is_unknown(removed: Removal) -> None:
    if seen_items(removed.reads["ticket"]):
        raise PrerequisiteBroken("the ticket is still there after its delete")
    expect(served(removed.reads["ticket"])).status(404)
