"""Who may see, change and assign which tickets (sections "Basic authentication", "Ticket (POST)"
and "UpdateTicket (POST)")."""

from dataclasses import dataclass

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, skip, violate
from conformance.engine.exchange import served
from conformance.engine.matchers import different_from, equal_to
from conformance.families.jitbit.prerequisites import (
    ADMINISTRATOR,
    TECHNICIAN,
    USER,
    caller_id,
    listing,
    number_of,
    taken,
)
from conformance.families.jitbit.ticketwork import (
    assignee,
    read_ticket,
    shown,
    submitter,
    ticket_of_user,
)


@pytest.fixture(scope="module")
def foreign(helpdesk: Helpdesk) -> Made:
    """A ticket that is none of the regular user's."""
    caller_id(helpdesk, USER)  # skips where there is no such caller
    return helpdesk.make("ticket", userId=submitter(helpdesk).id)


@pytest.fixture(scope="module")
def own(helpdesk: Helpdesk) -> Made:
    """A ticket of the regular user."""
    return ticket_of_user(helpdesk)


@dataclass(frozen=True)
class Update:
    """An update of the subject, and the ticket as the administrator then reads it."""

    updated: Exchange
    after: Exchange


def update(helpdesk: Helpdesk, ticket: Made, by: str) -> Update:
    subject = helpdesk.chance.fill(f"{{mark}} changed by the {by} {{n}}")
    draft = helpdesk.draft("updateTicket", id=ticket.id, subject=subject).by(by)
    return Update(helpdesk.send(draft), read_ticket(helpdesk, ticket))


@covers("JB-TKT-016")
def test_a_ticket_of_others_is_not_shown(helpdesk: Helpdesk, foreign: Made) -> None:
    read = read_ticket(helpdesk, foreign, USER)
    subject = foreign.exchange.sent["subject"]
    refused = expect(served(read)).status(403, 404).kept
    if refused and read.response is not None and subject in read.response.text:
        violate("body", "nothing of the ticket", "its subject")


@covers("JB-TKT-054")
def test_a_user_changes_an_own_ticket(helpdesk: Helpdesk, own: Made) -> None:
    update_of_own = update(helpdesk, own, USER)
    if taken(update_of_own.updated):
        subject = update_of_own.updated.sent["subject"]
        expect(update_of_own.after).item("Subject", equal_to(subject))


@covers("JB-TKT-055")
def test_a_user_does_not_change_a_ticket_of_others(helpdesk: Helpdesk, foreign: Made) -> None:
    attempt = update(helpdesk, foreign, USER)
    expect(attempt.updated).refused()
    judge(
        shown(attempt.after).get("Subject"),
        different_from(attempt.updated.sent["subject"]),
        "/Subject, after the update",
    )


@covers("JB-TKT-056")
@pytest.mark.parametrize("role", [TECHNICIAN, ADMINISTRATOR])
def test_who_has_more_rights_changes_a_ticket_of_others(helpdesk: Helpdesk, role: str) -> None:
    caller_id(helpdesk, role)
    ticket = helpdesk.obtain("ticket", "of somebody else", by=USER if _has(helpdesk, USER) else "")
    attempt = update(helpdesk, ticket, role)
    if taken(attempt.updated):
        expect(attempt.after).item("Subject", equal_to(attempt.updated.sent["subject"]))


def _has(helpdesk: Helpdesk, role: str) -> bool:
    return role in helpdesk.target.credentials


# What only technicians may name -------------------------------------------------------------------


@covers("JB-TKT-028")
def test_a_user_does_not_make_tickets_for_others(helpdesk: Helpdesk) -> None:
    """Refused, or made as if nobody had been named."""
    me, other = caller_id(helpdesk, USER), number_of(submitter(helpdesk))
    created = helpdesk.send(helpdesk.draft("createTicket", userId=other).by(USER))
    if not created.succeeded:
        expect(created).refused()
        return
    members = shown(read_ticket(helpdesk, helpdesk.made_by(created)))
    if members.get("UserID") != me:
        violate("/UserID", f"{me}, the caller's", str(members.get("UserID")))
    name = members.get("OnBehalfUserName")
    if name:
        violate("/OnBehalfUserName", "nobody", str(name))


@covers("JB-TKT-030")
def test_a_user_does_not_assign_new_tickets(helpdesk: Helpdesk, own: Made) -> None:
    """Refused, or made as if nobody had been named."""
    technician = assignee(helpdesk)
    if shown(read_ticket(helpdesk, own)).get("AssignedToUserID") == technician:
        skip("the helpdesk assigns new tickets to this technician by itself")
    created = helpdesk.send(helpdesk.draft("createTicket", assignedToUserId=technician).by(USER))
    if not created.succeeded:
        expect(created).refused()
        return
    read = read_ticket(helpdesk, helpdesk.made_by(created))
    expect(read).item("AssignedToUserID", different_from(technician))


# The list -----------------------------------------------------------------------------------------


@covers("JB-TLST-039")
def test_a_user_finds_own_tickets_and_none_of_others_in_the_list(
    helpdesk: Helpdesk, own: Made, foreign: Made
) -> None:
    listed = helpdesk.send(helpdesk.draft("listTickets", count=300).by(USER))
    expect(listing(listed, "IssueID")).lacks(IssueID=number_of(foreign))
    if len(listed.answer.items) < 300:
        expect(listed).lists(IssueID=number_of(own))


@covers("JB-TLST-039")
def test_no_filter_leads_a_user_to_tickets_of_others(helpdesk: Helpdesk, foreign: Made) -> None:
    sender = submitter(helpdesk).id
    listed = helpdesk.send(helpdesk.draft("listTickets", fromUserId=sender, count=300).by(USER))
    if listed.succeeded:
        expect(listing(listed, "IssueID")).lacks(IssueID=number_of(foreign))
