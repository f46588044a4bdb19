"""Modes of the ticket list: open, closed, unanswered, the caller's own (section "Tickets")."""

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, violate
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import different_from, equal_to
from conformance.families.jitbit.prerequisites import (
    TECHNICIAN,
    accepted,
    caller_id,
    listing,
    number_of,
    taken,
)
from conformance.families.jitbit.ticketstock import PAGE, Stock, stock_of
from conformance.families.jitbit.ticketwork import CLOSED, IN_PROCESS, NEW, read_ticket, shown


@pytest.fixture(scope="module")
def stock(helpdesk: Helpdesk) -> Stock:
    return stock_of(helpdesk)


@pytest.fixture(scope="module")
def closed(helpdesk: Helpdesk, stock: Stock) -> int:
    """The id of a ticket of the stock that is closed."""
    ticket = stock.tickets["closed"]
    if shown(read_ticket(helpdesk, ticket)).get("StatusID") != CLOSED:
        raise PrerequisiteBroken("an update to status 3 does not close")
    return number_of(ticket)


@covers("JB-TLST-013")
def test_closed_tickets_are_listed_without_a_mode(stock: Stock, closed: int) -> None:
    without_mode = stock.listed(count=PAGE, offset=0, tagName=stock.tag)
    expect(with_open_ones(stock, without_mode)).lists(IssueID=closed)


@covers("JB-TLST-040")
def test_closed_tickets_are_listed_among_all(stock: Stock, closed: int) -> None:
    expect(with_open_ones(stock, stock.own(mode="all"))).lists(IssueID=closed)


def with_open_ones(stock: Stock, listed: Exchange) -> Exchange:
    """The list itself. Raises PrerequisiteBroken where an open ticket is missing as well."""
    if "plain" not in stock.names(listed):
        raise PrerequisiteBroken("the list by tag lacks open tickets of the run, too")
    return listed


@covers("JB-TLST-014")
def test_closed_tickets_are_not_listed_among_the_open_ones(stock: Stock, closed: int) -> None:
    for listed in (stock.whole(mode="unclosed"), stock.own(mode="unclosed")):
        if expect(listing(listed, "StatusID")).lacks(IssueID=closed).kept:
            for item in listed.answer.items:
                if not judge(item["StatusID"], different_from(CLOSED), item.where("StatusID")):
                    break


@covers("JB-TLST-041")
def test_open_tickets_are_listed_among_the_open_ones(stock: Stock) -> None:
    expect_all(stock, stock.own(mode="unclosed"), stock.having("StatusID", NEW, IN_PROCESS))


def expect_all(stock: Stock, listed: Exchange, names: list[str]) -> None:
    if taken(listed):
        there = stock.names(listed)
        for name in names:
            if name not in there:
                violate("/", f"the ticket that is {name}", "it is missing")


@covers("JB-TLST-015")
def test_only_tickets_of_the_caller_are_listed_among_the_handled_ones(
    helpdesk: Helpdesk, stock: Stock
) -> None:
    me = caller_id(helpdesk, TECHNICIAN)
    mine = stock.having("AssignedToUserID", me)
    for own in (False, True):
        listed = handled(stock, own)
        if not taken(listed):
            continue
        for item in accepted(listing(listed, "IssueID")).answer.items:
            assigned = item.get("AssignedToUserID", me)
            if not judge(assigned, equal_to(me), item.where("AssignedToUserID")):
                break
        for name in stock.names(listed):
            if name not in mine:
                violate("/*", f"no ticket that is {name}", "it is there")


def handled(stock: Stock, own: bool) -> Exchange:
    if own:
        return stock.own(mode="handledbyme", by=TECHNICIAN)
    return stock.whole(mode="handledbyme", by=TECHNICIAN)


@covers("JB-TLST-041")
def test_open_tickets_of_the_caller_are_listed_among_the_handled_ones(
    helpdesk: Helpdesk, stock: Stock
) -> None:
    mine = set(stock.having("AssignedToUserID", caller_id(helpdesk, TECHNICIAN)))
    visible = set(stock.names(stock.own(by=TECHNICIAN)))
    names = mine & visible & set(stock.having("StatusID", NEW, IN_PROCESS))
    if not names:
        raise PrerequisiteBroken("no open ticket of the run is assigned to the technician")
    expect_all(stock, handled(stock, own=True), sorted(names))


@covers("JB-TLST-016")
def test_answered_tickets_are_not_listed_among_the_unanswered_ones(stock: Stock) -> None:
    flags = ("UpdatedByUser", "UpdatedForTechView")
    for listed in (stock.whole(mode="unanswered"), stock.own(mode="unanswered")):
        if not taken(listed):
            continue
        for item in accepted(listing(listed, "StatusID")).answer.items:
            if item.get("StatusID") != NEW and not any(item.get(flag) for flag in flags):
                got = f"status {item.get('StatusID')} and no flag"
                violate(item.where(), "a new, updated or technicians' ticket", got)
                break


@covers("JB-TLST-017")
def test_an_unknown_mode_is_refused_or_lists_all(stock: Stock) -> None:
    listed = stock.own(mode=stock.helpdesk.chance.word())
    if not listed.succeeded:
        expect(served(listed)).status(400)
        return
    expect_all(stock, listed, list(stock.shown))
