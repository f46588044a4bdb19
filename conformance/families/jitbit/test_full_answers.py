"""Members that only answers about well-filled objects show: a ticket with tags, a file and somebody
who works on it, set custom fields, linked tickets, sub-tickets, the caller's own statistics."""

from collections.abc import Callable, Iterator, Mapping

from conformance.engine import CheckCase, Exchange, Helpdesk, Made, each
from conformance.engine.case import current
from conformance.engine.judging import judge_members, member_ids
from conformance.engine.shared import once
from conformance.engine.spec import Spec
from conformance.families.jitbit.prerequisites import accepted
from conformance.families.jitbit.ticketfiles import attach
from conformance.families.jitbit.ticketwork import assignee, read_ticket, submitter


def full_ticket(helpdesk: Helpdesk) -> Made:
    """A ticket with everything that a ticket may have, and another one below it and beside it."""
    return once(helpdesk, "full ticket", lambda: _made(helpdesk))


def _made(helpdesk: Helpdesk) -> Made:
    owner, name = submitter(helpdesk).id, helpdesk.chance.fill("{mark}{word}")
    filled = helpdesk.make("ticket", userId=owner, tags=name, assignedToUserId=assignee(helpdesk))
    attach(helpdesk, filled, f"{name}.txt", b"full")
    other = helpdesk.make("ticket", userId=owner)
    helpdesk.call("linkTickets", id=filled.id, id2=other.id)
    helpdesk.call("addSubTicket", parentId=filled.id, childId=other.id)
    return filled


def _with_value(helpdesk: Helpdesk) -> Exchange:
    ticket, field = full_ticket(helpdesk), helpdesk.known("fields.ticket.text")
    accepted(helpdesk.call("setTicketCustomField", ticketId=ticket.id, fieldId=field, value="x"))
    return helpdesk.call("listTicketCustomFields", id=ticket.id)


ANSWERS: Mapping[str, Callable[[Helpdesk], Exchange]] = {
    "getTicket": lambda desk: read_ticket(desk, full_ticket(desk)),
    "listTicketCustomFields": _with_value,
    "listLinkedTickets": lambda desk: desk.call("listLinkedTickets", id=full_ticket(desk).id),
    "listSubTickets": lambda desk: desk.call("listSubTickets", id=full_ticket(desk).id),
    "getStats": lambda desk: desk.call("getStats", forCurrentUser="true"),
}


def _cases(spec: Spec) -> Iterator[CheckCase]:
    for name, answer in ANSWERS.items():
        yield CheckCase(name, name, member_ids(spec, spec[name]), {"answer": answer})


@each(_cases)
def test_the_members_of_a_full_answer_are_as_promised(
    helpdesk: Helpdesk, answer: Callable[[Helpdesk], Exchange]
) -> None:
    current().report(judge_members(accepted(answer(helpdesk))))
