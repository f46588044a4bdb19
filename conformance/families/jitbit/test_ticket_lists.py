"""Filters of the ticket list: each alone, and two together (section "Tickets")."""

from collections.abc import Iterator, Mapping

import pytest

from conformance.engine import CheckCase, Exchange, Helpdesk, covers, each, expect, judge, violate
from conformance.engine.matchers import at_most, equal_to, one_of
from conformance.engine.spec import Spec
from conformance.families.jitbit.prerequisites import (
    ADMINISTRATOR,
    accepted,
    caller_id,
    listing,
    number_of,
    taken,
)
from conformance.families.jitbit.ticketfilters import FILTERS, MARGIN, Filter, Wanted, between
from conformance.families.jitbit.ticketstock import ORIGINS, Stock, stock_of
from conformance.families.jitbit.ticketwork import now

#: Filters that are sent together, without the tag of the run.
PAIRS = (
    ("creator", "status"),
    ("creator", "made until"),
    ("assignee", "creator"),
    ("company", "statuses"),
    ("tag", "category"),
)


@pytest.fixture(scope="module")
def stock(helpdesk: Helpdesk) -> Stock:
    return stock_of(helpdesk)


def promises(entry: Filter) -> tuple[str, ...]:
    """What is broken when the list lacks a ticket that a filter asks for."""
    return (entry.requirement,) if entry.says_listed else ("JB-TLST-041",)


def exclusions(_: Spec) -> Iterator[CheckCase]:
    for name, entry in FILTERS.items():
        yield CheckCase(name, "listTickets", (entry.requirement,), {"entry": entry})


def inclusions(_: Spec) -> Iterator[CheckCase]:
    for name, entry in FILTERS.items():
        yield CheckCase(name, "listTickets", promises(entry), {"entry": entry})


def alone(stock: Stock, wanted: Wanted) -> Exchange:
    """The list by one filter, anybody's tickets in it."""
    return stock.whole(**wanted.sent)


@each(exclusions)
def test_a_filter_lists_nothing_else(stock: Stock, entry: Filter) -> None:
    wanted = entry.wanted(stock)
    listed = alone(stock, wanted)
    if taken(listed):
        judge_every(listed, wanted)
        for name in stock.names(listed):
            if name not in wanted.allowed:
                violate("/*", f"no ticket that is {name}", "it is there")


def judge_every(listed: Exchange, wanted: Wanted) -> None:
    """Every ticket that a filter lists, anybody's, fits it."""
    if wanted.every is None:
        return
    member, matcher = wanted.every
    for item in accepted(listing(listed, "IssueID")).answer.items:
        if member in item and not judge(item[member], matcher, item.where(member)):
            return


@each(inclusions)
def test_a_filter_misses_none(stock: Stock, entry: Filter) -> None:
    """Looked for among the run's own tickets; what is not there has to be elsewhere in the list."""
    wanted = entry.wanted(stock)
    tagged = "tagName" in wanted.sent
    found = stock.names(alone(stock, wanted) if tagged else stock.own(**wanted.sent))
    missing = set(wanted.listed) - set(found)
    for page in stock.pages(**wanted.sent) if missing else ():
        missing -= set(stock.names(page))
        if not missing:
            return
    for name in sorted(missing):
        violate("/", f"the ticket that is {name}", "it is missing", *promises(entry))


@covers("JB-TLST-030")
@pytest.mark.parametrize("name", [name for name in FILTERS if name != "tag"])
def test_a_filter_and_a_tag_both_have_to_match(stock: Stock, name: str) -> None:
    wanted = FILTERS[name].wanted(stock)
    if not works(stock, wanted):
        return
    numbers = stock.numbers
    both = accepted(stock.own(**wanted.sent))
    for item in both.answer.items:
        if item.get("IssueID") not in numbers:
            violate(item.where(), f"a ticket with the tag {stock.tag}", "one without it")
            break
    for ticket in stock.names(both):
        if ticket not in wanted.allowed:
            violate("/*", f"no ticket that is {ticket}", "it is there")


def works(stock: Stock, wanted: Wanted) -> bool:
    """Whether a filter alone leaves out what it has to; else it is judged alone."""
    return set(stock.names(alone(stock, wanted))) <= set(wanted.allowed)


def expect_own(stock: Stock, listed: Exchange) -> list[str]:
    """The tickets of the run in a list by its tag; there are no others."""
    numbers = stock.numbers
    for item in accepted(listed).answer.items:
        if item.get("IssueID") not in numbers:
            violate(item.where(), f"a ticket with the tag {stock.tag}", "one without it")
            break
    return stock.names(listed)


@covers("JB-TLST-030")
@pytest.mark.parametrize("pair", PAIRS, ids=" and ".join)
def test_two_filters_both_have_to_match(stock: Stock, pair: tuple[str, str]) -> None:
    first, second = (FILTERS[name].wanted(stock) for name in pair)
    if not works(stock, first) or not works(stock, second):
        return
    listed = stock.whole(**first.sent, **second.sent)
    allowed = set(first.allowed) & set(second.allowed)
    for name in stock.names(accepted(listed)):
        if name not in allowed:
            violate("/*", f"no ticket that is {name}", "it is there")
    for wanted in (first, second):
        judge_every(listed, wanted)


@covers("JB-TLST-024")
def test_a_tag_lists_the_tagged_ticket_alone(stock: Stock) -> None:
    listed = stock.whole(tagName=stock.own_tag)
    expect(listing(listed, "IssueID")).count(at_most(1))


@covers("JB-TLST-025")
def test_one_day_lists_what_was_made_about_it(helpdesk: Helpdesk, stock: Stock) -> None:
    today = now(helpdesk)
    listed = stock.whole(dateFrom=f"{today:%Y-%m-%d}", dateTo=f"{today:%Y-%m-%d}")
    if taken(listed):
        about = between(today - MARGIN, today + MARGIN)
        judge_every(listed, Wanted({}, [], [], ("IssueDate", about)))


# Members ------------------------------------------------------------------------------------------


@covers("JB-TKT-032")
@pytest.mark.parametrize("origin", range(len(ORIGINS)), ids=ORIGINS)
def test_the_origin_is_the_one_sent(stock: Stock, origin: int) -> None:
    """An origin that is none of the documented ones is judged elsewhere."""
    item = stock.shown[list(stock.tickets)[origin]]
    documented = [*ORIGINS, *range(len(ORIGINS))]
    if one_of(documented)(item.get("Origin")) is None:
        judge(item["Origin"], one_of([ORIGINS[origin], origin]), item.where("Origin"))


@covers("JB-TLST-012")
def test_priorities_are_the_documented_ones(stock: Stock) -> None:
    for item in stock.shown.values():
        if "Priority" in item:
            judge(item["Priority"], one_of([-1, 0, 1, 2]), item.where("Priority"))


@covers("JB-TLST-028")
def test_custom_fields_do_not_change_the_list_otherwise(stock: Stock) -> None:
    """Under which name the values come is not documented (A-09)."""
    listed = stock.own(includeCustomFields="true")
    if taken(listed):
        listing(listed, "IssueID")
        for item in stock.shown.values():
            subject = equal_to(item.get("Subject"))
            expect(listed).item_where("Subject", subject, IssueID=item["IssueID"])


# Subscriptions ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def subscriptions(helpdesk: Helpdesk, stock: Stock) -> Mapping[str, bool]:
    """Whether the administrator has subscribed to two tickets, as their subscribers show."""
    me = caller_id(helpdesk, ADMINISTRATOR)
    wanted = {"plain": "addSubscriber", "elsewhere": "removeSubscriber"}
    subscribed: dict[str, bool] = {}
    for name, operation in wanted.items():
        ticket = stock.tickets[name]
        helpdesk.send(helpdesk.draft(operation, id=ticket.id, userId=me), "prerequisite")
        listed = accepted(listing(helpdesk.call("listSubscribers", id=ticket.id), "UserID"))
        subscribed[name] = listed.answer.find(UserID=me) is not None
    return subscribed


@covers("JB-TLST-029")
def test_only_subscribed_tickets_are_listed(
    stock: Stock, subscriptions: Mapping[str, bool]
) -> None:
    listed = stock.whole(by=ADMINISTRATOR, subscribedOnly="true")
    own = stock.own(by=ADMINISTRATOR, subscribedOnly="true")
    for answer in (listed, own):
        if taken(answer):
            for name in stock.names(answer):
                if subscriptions.get(name) is False:
                    violate("/*", f"no ticket that is {name}", "it is there")


@covers("JB-TLST-041")
def test_subscribed_tickets_are_listed(stock: Stock, subscriptions: Mapping[str, bool]) -> None:
    listed = stock.own(by=ADMINISTRATOR, subscribedOnly="true")
    for name, subscribed in subscriptions.items():
        if subscribed:
            expect(listing(listed, "IssueID")).lists(IssueID=number_of(stock.tickets[name]))
