"""Search: a word of the run and each filter beside it (section "Search", whose heading is lost).

The index of a server may lag; what is not found yet is asked for again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, violate
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import at_most, empty, equal_to
from conformance.engine.shared import once
from conformance.families.jitbit.prerequisites import (
    USER,
    accepted,
    caller_id,
    listing,
    number_of,
    taken,
)
from conformance.families.jitbit.ticketfilters import MARGIN
from conformance.families.jitbit.ticketstock import KINDS, LONG_AGO, Stock, employee, stock_of
from conformance.families.jitbit.ticketwork import CLOSED, DAY, IN_PROCESS, assignee, now

#: Seconds that the index of a server gets to know new tickets, and then what is changed in them.
PATIENCE, LAG = 120.0, 30.0


@dataclass(frozen=True)
class Search:
    """Searches for the word that the subjects of the stock share."""

    stock: Stock

    @property
    def names(self) -> set[str]:
        """The tickets that have the word."""
        return {name for name, kind in KINDS.items() if kind.searched}

    def found(self, exchange: Exchange) -> set[str]:
        """Which of the tickets are found."""
        return set(self.stock.names(exchange))

    def needs_all(self) -> None:
        """Raises PrerequisiteBroken where the word alone does not find every ticket."""
        if self.found(accepted(self.plain)) != self.names:
            raise PrerequisiteBroken("the word alone does not find every ticket of the run")

    def ask(self, **filters: Any) -> Exchange:
        return self.stock.helpdesk.call("searchTickets", query=self.stock.word, **filters)

    @property
    def plain(self) -> Exchange:
        """The search for the word alone, repeated until it finds every ticket."""
        return self._poll("plain", self.ask, self.names, PATIENCE)

    def filtered(self, name: str, wanted: set[str], **filters: Any) -> Exchange:
        """The search with filters, repeated until it finds what is wanted and nothing else.
        Raises as `needs_all` does."""
        self.needs_all()
        return self._poll(name, lambda: self.ask(**filters), wanted, LAG)

    def _poll(
        self, name: str, ask: Callable[[], Exchange], wanted: set[str], seconds: float
    ) -> Exchange:
        def done(exchange: Exchange) -> bool:
            try:
                return wanted == self.found(exchange)
            except PrerequisiteBroken:  # asking again makes it no better
                return True

        helpdesk = self.stock.helpdesk
        return once(helpdesk, f"search: {name}", lambda: helpdesk.chance.poll(ask, done, seconds))


@pytest.fixture(scope="module")
def search(helpdesk: Helpdesk) -> Search:
    return Search(stock_of(helpdesk))


#: What a search sends, and the tickets that it has to find.
Wanted = tuple[Mapping[str, Any], list[str]]


def _creator(stock: Stock) -> Wanted:
    stock.needs("userId")
    user = number_of(employee(stock.helpdesk))
    return {"fromUserId": user}, stock.having("UserID", user)


def _category(stock: Stock) -> Wanted:
    other = stock.helpdesk.known("other_category")
    return {"categoryId": other}, stock.having("CategoryID", other)


def _categories(stock: Stock) -> Wanted:
    both = [stock.helpdesk.known(name) for name in ("category", "other_category")]
    return {"categoryId": both}, stock.having("CategoryID", *both)


def _statuses(*statuses: int) -> Callable[[Stock], Wanted]:
    return lambda stock: ({"statusId": list(statuses)}, stock.having("StatusID", *statuses))


def _assignee(stock: Stock) -> Wanted:
    stock.needs("assignedToUserId")
    technician = assignee(stock.helpdesk)
    return {"assignedToUserId": technician}, stock.having("AssignedToUserID", technician)


def _since(stock: Stock) -> Wanted:
    first = now(stock.helpdesk) - MARGIN
    names = stock.made_between(first + DAY, first + 30 * DAY)
    return {"dateFrom": f"{first:%Y-%m-%d}"}, names


def _until(stock: Stock) -> Wanted:
    last = LONG_AGO + MARGIN
    return {"dateTo": f"{last:%Y-%m-%d}"}, stock.made_between(last - 30 * DAY, last - DAY)


FILTERS: Mapping[str, tuple[str, Callable[[Stock], Wanted]]] = {
    "creator": ("JB-SRCH-004", _creator),
    "category": ("JB-SRCH-005", _category),
    "categories": ("JB-SRCH-005", _categories),
    "status": ("JB-SRCH-006", _statuses(IN_PROCESS)),
    "statuses": ("JB-SRCH-006", _statuses(IN_PROCESS, CLOSED)),
    "assignee": ("JB-SRCH-007", _assignee),
    "since": ("JB-SRCH-008", _since),
    "until": ("JB-SRCH-008", _until),
}


@covers("JB-SRCH-001", "JB-SRCH-009")
def test_a_word_of_the_subject_finds_the_tickets(search: Search) -> None:
    ids = ("JB-SRCH-001", "JB-SRCH-009")
    if taken(search.plain, *ids):
        for name in sorted(search.names - search.found(search.plain)):
            violate("/", f"the ticket that is {name}", f"not found in {PATIENCE:.0f} s", *ids)


@covers("JB-SRCH-001")
def test_a_word_finds_no_ticket_without_it(search: Search) -> None:
    for name in search.found(accepted(search.plain)) - search.names:
        violate("/*", f"no ticket that is {name}", "it is there")


@covers("JB-SRCH-001")
def test_a_phrase_finds_its_ticket(search: Search) -> None:
    stock = search.stock
    search.needs_all()
    phrase = stock.tickets["plain"].exchange.sent["subject"]
    found = stock.helpdesk.call("searchTickets", query=phrase)
    expect(listing(found, "IssueID")).lists(IssueID=number_of(stock.tickets["plain"]))


@covers("JB-SRCH-004", "JB-SRCH-005", "JB-SRCH-006", "JB-SRCH-007", "JB-SRCH-008", "JB-SRCH-013")
@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_finds_what_matches_and_nothing_else(search: Search, name: str) -> None:
    requirement, wanted_of = FILTERS[name]
    filters, names = wanted_of(search.stock)
    wanted = set(names) & search.names
    if not wanted or (wanted == search.names and name != "categories"):
        raise PrerequisiteBroken("the tickets of the run do not differ in this")
    found = search.filtered(name, wanted, **filters)
    if not taken(found, "JB-SRCH-013" if name == "since" else requirement):
        return
    there = search.found(found)
    for entry in sorted(wanted - there):
        violate("/", f"the ticket that is {entry}", "it is missing", requirement)
    for entry in sorted(there - wanted):
        violate("/*", f"no ticket that is {entry}", "it is there", requirement)


@covers("JB-SRCH-010")
def test_a_word_of_no_ticket_finds_nothing(helpdesk: Helpdesk) -> None:
    found = helpdesk.call("searchTickets", query=helpdesk.chance.word(20))
    expect(served(found)).success().value(empty)


@covers("JB-SRCH-011")
def test_a_user_does_not_find_tickets_of_others(helpdesk: Helpdesk, search: Search) -> None:
    me = caller_id(helpdesk, USER)
    others = search.names - set(search.stock.having("UserID", me))
    search.needs_all()
    draft = helpdesk.draft("searchTickets", query=search.stock.word)
    found = helpdesk.send(draft.by(USER))
    if found.succeeded:
        for name in sorted(others & search.found(found)):
            violate("/*", "no ticket of others", f"the ticket that is {name}")


@covers("JB-SRCH-012")
def test_what_is_found_comes_in_pages(search: Search) -> None:
    search.needs_all()
    first, second = search.ask(count=2), search.ask(count=2, offset=2)
    for page in (first, second):
        expect(page).count(at_most(2))
    if first.succeeded and second.succeeded:
        both = search.found(first) & search.found(second)
        judge(sorted(both), equal_to([]), "tickets on both pages")
