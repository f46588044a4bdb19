"""Lists of tickets: filters, order, pages (GET /Tickets/Ticket/ListAll/…, page "REST - Ticket").

Only the run's own tickets are looked for, in departments of their own.
"""

from collections.abc import Iterator, Sequence

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge
from conformance.engine.case import current
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import at_most, equal_to
from conformance.families.kayako_classic.prerequisites import identified, readable
from conformance.families.kayako_classic.ticketstock import Stock, stock_of
from conformance.families.kayako_classic.ticketwork import items_of

IN_DEPARTMENT = ["first", "second", "third", "fourth"]
PAGE = 3
MOST_PAGES = 5


@pytest.fixture(scope="module")
def stock(helpdesk: Helpdesk) -> Stock:
    return stock_of(helpdesk)


@pytest.fixture(scope="module")
def printed(stock: Stock) -> Exchange:
    """The form with eight arguments that the page prints."""
    return stock.list(count=-1, start=-1, sortField="ticketid", sortOrder="ASC")


@pytest.fixture(scope="module")
def sound(stock: Stock, printed: Exchange) -> Stock:
    """The stock, where the list of its department is right: what is filtered further can be told.

    Raises PrerequisiteBroken where the department, a left-out argument or -1 does not do its work.
    """
    for exchange in (stock.whole, printed):
        if exchange.succeeded and sorted(stock.names(exchange)) != sorted(IN_DEPARTMENT):
            raise PrerequisiteBroken("the list of a whole department is wrong")
    return stock


@pytest.fixture(scope="module")
def pages(stock: Stock) -> list[Exchange]:
    """The department's tickets by threes, until a page is not full."""

    def walk() -> Iterator[Exchange]:
        for number in range(MOST_PAGES):
            page = stock.list(
                count=PAGE, start=number * PAGE, sortField="ticketid", sortOrder="ASC"
            )
            yield page
            if len(page.answer.items) < PAGE:
                return

    return list(walk())


def expect_listed(
    stock: Stock, exchange: Exchange, wanted: Sequence[str], *requirements: str
) -> None:
    """The answer lists these of the own tickets, and none of the others."""
    if items_of(exchange, *requirements) is not None:
        identified(exchange)
        listed = sorted(stock.names(exchange))
        judge(listed, equal_to(sorted(wanted)), "own tickets in the list", *requirements)


def expect_all(stock: Stock, exchange: Exchange, *requirements: str) -> None:
    """The answer lists every one of the department's tickets, whatever else it lists."""
    if items_of(exchange, *requirements) is not None:
        identified(exchange)
        missing = sorted(set(IN_DEPARTMENT) - set(stock.names(exchange)))
        judge(missing, equal_to([]), "own tickets missing in the list", *requirements)


@covers("KC-TKT-007", "KC-TKT-010", "KC-PROTO-042")
def test_a_department_alone_lists_all_its_tickets(stock: Stock, printed: Exchange) -> None:
    # Refused with the arguments left out and taken with -1: then the two are not the same.
    left_out = ("KC-TKT-010",) if printed.succeeded else ()
    expect(stock.whole, "KC-TKT-007", *left_out).success()
    if stock.whole.succeeded:
        expect_all(stock, stock.whole, "KC-TKT-010", "KC-PROTO-042")


@covers("KC-TKT-001")
def test_a_list_holds_tickets_of_the_asked_department_only(stock: Stock) -> None:
    for item in items_of(stock.whole, "KC-TKT-001") or ():
        where = item.where("departmentid")
        judge(item.get("departmentid"), equal_to(stock.department), where)


@covers("KC-TKT-039", "KC-TKT-001")
def test_the_printed_form_with_eight_arguments_is_accepted(printed: Exchange) -> None:
    expect(printed, "KC-TKT-039", "KC-TKT-001").success()


@covers("KC-TKT-009")
def test_minus_one_filters_nothing(stock: Stock, printed: Exchange) -> None:
    expect_all(stock, readable(printed), "KC-TKT-009")


@covers("KC-TKT-043")
@pytest.mark.parametrize(
    "places",
    [
        pytest.param({"ticketstatusid": (0,)}, id="status"),
        pytest.param({"ownerstaffid": (0,)}, id="owner"),
        pytest.param({"userid": (0,)}, id="user"),
        pytest.param({"ticketstatusid": (0,), "userid": (1,)}, id="status-and-user"),
    ],
)
def test_filters_narrow_the_list_to_what_matches_all(
    sound: Stock, places: dict[str, tuple[int, ...]]
) -> None:
    expect_listed(sound, *sound.filtered(places))


@covers("KC-TKT-008")
@pytest.mark.parametrize("argument", ["departmentid", "ticketstatusid", "ownerstaffid", "userid"])
def test_an_id_argument_takes_several_ids(sound: Stock, argument: str) -> None:
    by_one, promised = sound.filtered({argument: (0,)})
    if sorted(sound.names(readable(by_one))) != sorted(promised):
        raise PrerequisiteBroken(f"the list is not filtered by one {argument} either")
    expect_listed(sound, *sound.filtered({argument: (0, 1)}))


@covers("KC-TKT-012")
def test_tickets_come_in_ascending_order_of_their_ids(printed: Exchange) -> None:
    ids = [item["id"] for item in identified(printed).answer.items]
    judge(ids, equal_to(sorted(ids)), "ids in the list")


@covers("KC-TKT-012")
def test_a_descending_order_loses_no_ticket(sound: Stock) -> None:
    # The page prints ASC only, so that a server which knows no other direction gets a remark.
    exchange = sound.list(count=-1, start=-1, sortField="ticketid", sortOrder="DESC")
    case = current()
    case.saw(exchange)
    if not exchange.succeeded:
        case.note(f"sort order DESC is answered with {exchange.status or exchange.error}")
        return
    expect_all(sound, exchange, "KC-TKT-012")  # whatever the order, sorting loses nothing
    ids = [item.get("id", 0) for item in exchange.answer.items]
    if ids != sorted(ids, reverse=True):
        case.note("sort order DESC is not answered in descending order")


@covers("KC-TKT-013")
def test_a_page_holds_at_most_as_many_tickets_as_asked(pages: list[Exchange]) -> None:
    for page in pages:
        expect(readable(page)).count(at_most(PAGE))


@covers("KC-TKT-013")
def test_pages_show_every_ticket_once(sound: Stock, pages: list[Exchange]) -> None:
    walked = [name for page in pages for name in sound.names(readable(page))]
    judge(sorted(walked), equal_to(sorted(IN_DEPARTMENT)), "own tickets, page after page")


@covers("KC-PROTO-021")
def test_a_list_without_a_ticket_is_an_empty_root(stock: Stock) -> None:
    other = stock.ids["departmentid"][1]
    owner = stock.ids["ownerstaffid"][1]
    exchange = stock.list(departmentid=other, ownerstaffid=owner)
    expect(served(exchange)).status(200)
    if readable(exchange).answer.items:
        raise PrerequisiteBroken("the list is not filtered: it shows tickets")
    judge(exchange.answer.root, equal_to("tickets"), "root element")
