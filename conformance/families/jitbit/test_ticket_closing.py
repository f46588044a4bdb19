"""Closing tickets without mails, and doing it again (section "Close")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import equal_to
from conformance.families.jitbit.prerequisites import accepted, taken
from conformance.families.jitbit.ticketwork import CLOSED, new_ticket, read_ticket, shown


@dataclass(frozen=True)
class Closing:
    """A ticket closed, read, closed again and read again."""

    closed: Exchange
    after: Exchange
    again: Exchange
    at_last: Exchange


@pytest.fixture(scope="module")
def closing(helpdesk: Helpdesk) -> Closing:
    ticket = new_ticket(helpdesk)
    closed = helpdesk.call("closeTicket", id=ticket.id)
    after = read_ticket(helpdesk, ticket)
    again = helpdesk.call("closeTicket", id=ticket.id)
    return Closing(closed, after, again, read_ticket(helpdesk, ticket))


@pytest.fixture(scope="module")
def updated(helpdesk: Helpdesk) -> Exchange:
    """A ticket that an update has closed."""
    ticket = new_ticket(helpdesk)
    accepted(helpdesk.call("updateTicket", id=ticket.id, statusId=CLOSED))
    return read_ticket(helpdesk, ticket)


@covers("JB-TKT-059")
def test_a_closed_ticket_has_the_status_closed(closing: Closing) -> None:
    if taken(closing.closed):
        expect(closing.after).item("StatusID", equal_to(CLOSED))


@covers("JB-TKT-060")
def test_closing_does_what_an_update_of_the_status_does(
    closing: Closing, updated: Exchange
) -> None:
    accepted(closing.closed)
    if shown(updated).get("StatusID") != CLOSED:
        raise PrerequisiteBroken("an update to status 3 does not close")
    judge(
        _state(shown(closing.after)), equal_to(_state(shown(updated))), "/StatusID, /ResolvedDate"
    )


def _state(members: Mapping[str, Any]) -> str:
    when = "none" if members.get("ResolvedDate") is None else "a date"
    return f"status {members.get('StatusID')}, {when} of its end"


@covers("JB-TKT-064")
def test_closing_a_closed_ticket_changes_nothing(closing: Closing) -> None:
    accepted(closing.closed)
    if shown(closing.after).get("StatusID") != CLOSED:
        raise PrerequisiteBroken("closing a ticket does not close it")
    if expect(closing.again).status(200).kept:
        for member in ("StatusID", "ResolvedDate"):
            before = shown(closing.after).get(member)
            expect(closing.at_last).item(member, equal_to(before))
