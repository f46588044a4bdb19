"""Pages of the ticket list: how many tickets, and from which on (section "Tickets").

Pages are compared on the tickets of one tag of the run, which nobody else adds to.
"""

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, omit, violate
from conformance.engine.exchange import served
from conformance.engine.matchers import Matcher, at_least, at_most, empty, equal_to
from conformance.families.jitbit.prerequisites import accepted, listing
from conformance.families.jitbit.ticketstock import PAGE, Stock, stock_of

#: How many tickets there are without a count.
DEFAULT = 10
SIZE = 5


@pytest.fixture(scope="module")
def stock(helpdesk: Helpdesk) -> Stock:
    return stock_of(helpdesk)


@pytest.fixture(scope="module")
def pages(stock: Stock) -> list[Exchange]:
    """The tickets of the stock in three pages; the last is not full."""
    filters = {"tagName": stock.tag, "count": SIZE, **stock.mode}
    return [stock.listed(**filters, offset=offset) for offset in range(0, len(stock.shown), SIZE)]


@pytest.fixture(scope="module")
def visible(stock: Stock) -> int:
    """How many tickets are there at least, by any page of them."""
    answers = (stock.whole(), stock.listed(offset=0), stock.listed(offset=DEFAULT))
    lists = [accepted(listing(answer, "IssueID")) for answer in answers]
    return len({item["IssueID"] for listed in lists for item in listed.answer.items})


# How many -----------------------------------------------------------------------------------------


@covers("JB-TLST-031", "JB-TLST-032")
def test_without_a_count_ten_of_more_tickets_are_listed(stock: Stock, visible: int) -> None:
    listed = listing(stock.listed(), "IssueID")
    expect(listed, "JB-TLST-031").count(at_most(DEFAULT))
    if visible > DEFAULT:
        expect(listed, "JB-TLST-032").count(equal_to(DEFAULT))


@covers("JB-TLST-033")
@pytest.mark.parametrize("count", [1, SIZE, DEFAULT + 1])
def test_a_count_is_met_while_there_are_more(stock: Stock, visible: int, count: int) -> None:
    listed = listing(stock.listed(count=count), "IssueID")
    expect(listed).count(at_most(count)).count(at_least(min(count, visible)))


@covers("JB-TLST-042")
def test_no_list_is_longer_than_three_hundred(stock: Stock) -> None:
    largest, larger = stock.whole(), stock.listed(count=PAGE + 1)
    if len(accepted(largest).answer.items) < PAGE:
        omit(f"fewer than {PAGE} tickets are visible")
    expect(largest).count(at_most(PAGE))
    if larger.succeeded:
        expect(larger).count(at_most(PAGE))


@covers("JB-TLST-034")
def test_a_count_above_three_hundred_is_cut_or_refused(stock: Stock) -> None:
    larger = stock.listed(count=PAGE + 1, tagName=stock.tag, **stock.mode)
    there = len(stock.shown)
    expect(served(larger)).status(200, 400)
    if larger.succeeded:
        judge(len(stock.names(larger)), equal_to(there), "count of /*")


@covers("JB-TLST-034")
def test_a_count_above_three_hundred_brings_no_more(stock: Stock) -> None:
    larger = stock.listed(count=PAGE + 1)
    if larger.succeeded:
        expect(listing(larger, "IssueID")).count(at_most(PAGE))


# From which on ------------------------------------------------------------------------------------


@covers("JB-TLST-035")
def test_pages_hold_every_ticket_once(stock: Stock, pages: list[Exchange]) -> None:
    """What a page has over its count is another flaw."""
    listed = [name for page in pages for name in stock.names(page)[:SIZE]]
    for name in stock.shown:
        if listed.count(name) != 1:
            violate("/*", "every ticket on one of the pages", f"{name}: on {listed.count(name)}")


@covers("JB-TLST-035", "JB-TLST-036")
def test_a_page_is_that_part_of_the_whole_list(stock: Stock, pages: list[Exchange]) -> None:
    whole = [name for name in stock.names(stock.own()) if name in stock.shown]
    for place, page in enumerate(pages):
        part = whole[place * SIZE : (place + 1) * SIZE]
        judge(stock.names(page)[:SIZE], _in_order(part), "/*", "JB-TLST-035", "JB-TLST-036")


def _in_order(part: list[str]) -> Matcher:
    return lambda names: None if names == part else f"the tickets {', '.join(part)}"


@covers("JB-TLST-035")
def test_without_an_offset_nothing_is_skipped(stock: Stock, pages: list[Exchange]) -> None:
    first = accepted(stock.listed(tagName=stock.tag, count=SIZE, **stock.mode))
    judge(stock.names(first), _in_order(stock.names(pages[0])), "/*")


@covers("JB-TLST-037")
def test_nothing_lies_beyond_the_end(stock: Stock) -> None:
    end = len(stock.shown)
    beyond = served(stock.listed(tagName=stock.tag, count=SIZE, offset=end + SIZE, **stock.mode))
    expect(beyond).success().value(empty)
