"""Counters of tickets agree with the lists (GET /Tickets/TicketCount)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge
from conformance.engine.answer import Item
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import Matcher, at_least, equal_to, one_of
from conformance.families.kayako_classic.prerequisites import aimed, readable
from conformance.families.kayako_classic.ticketstock import Stock, stock_of

#: Seconds a server gets to bring its counters up to date.
PATIENCE = 10.0
BLOCKS = ("departments", "statuses", "owners", "unassigned")


@pytest.fixture(scope="module")
def stock(helpdesk: Helpdesk) -> Stock:
    return stock_of(helpdesk)


@pytest.fixture(scope="module")
def counted(helpdesk: Helpdesk, stock: Stock) -> Exchange:
    """The counters, as soon as they know the stock's department."""
    total = len(stock.listed)

    def known(exchange: Exchange) -> bool:
        return counters(exchange, "departments", stock.department).get("totalitems") == total

    def count() -> Exchange:
        return served(aimed(helpdesk, "getTicketCount"))

    return helpdesk.chance.poll(count, known, PATIENCE)


def counters(exchange: Exchange, block: str, entry: int | str) -> Mapping[str, Any]:
    """One entry of a block of the answer; empty where there is none."""
    value = exchange.answer.value
    entries = value.get(block, ()) if isinstance(value, Mapping) else ()
    return next((e for e in entries if isinstance(e, Mapping) and e.get("id") == entry), {})


def inside(department: Mapping[str, Any], kind: str, entry: int) -> Mapping[str, Any]:
    """The counters of one status, type or owner in a department."""
    entries = department.get(kind, ())
    return next((e for e in entries if isinstance(e, Mapping) and e.get("id") == entry), {})


def total(
    counted: Mapping[str, Any], matcher: Matcher, where: str, name: str = "totalitems"
) -> None:
    shown = str(counted[name]) if name in counted else "no such counter"
    judge(counted.get(name), matcher, f"{where}/{name}", got=shown)


@pytest.fixture(scope="module")
def statuses(helpdesk: Helpdesk, counted: Exchange) -> tuple[Item, ...]:
    """The statuses as the helpdesk lists them."""
    del counted
    return tuple(readable(helpdesk.good("listTicketStatuses")).answer.items)


def displayed(tickets: Iterable[Item], statuses: Iterable[Item]) -> list[Item]:
    """Those whose status has a displayed count; no page says whether the others are counted."""
    hidden = {status.get("id") for status in statuses if status.get("displaycount") == 0}
    return [ticket for ticket in tickets if ticket.get("statusid") not in hidden]


def as_many_as(tickets: Collection[Item], statuses: Iterable[Item]) -> Matcher:
    """The number of these tickets, with or without those whose count is not displayed."""
    return one_of(dict.fromkeys([len(tickets), len(displayed(tickets, statuses))]))


@covers("KC-CNT-003")
def test_the_answer_is_one_object(counted: Exchange) -> None:
    expect(counted).success()
    document = counted.answer.document
    if document is None:
        expect(counted).count(at_least(0))
        return
    tags = [str(child.tag) for child in document.root if isinstance(child.tag, str)]
    for block in BLOCKS:
        judge(tags.count(block) <= 1, equal_to(True), f"number of {block}", got=str(tags))
    inner = [e for e in document.root.iter("ticketcount") if e is not document.root]
    judge(len(inner), equal_to(0), "number of ticketcount inside the root")


@covers("KC-CNT-005")
def test_a_department_counts_its_tickets(
    stock: Stock, counted: Exchange, statuses: tuple[Item, ...]
) -> None:
    expect(counted).success()
    department = counters(counted, "departments", stock.department)
    total(department, as_many_as(stock.listed, statuses), "departments/department")


@covers("KC-CNT-005")
def test_a_department_counts_what_is_not_resolved(
    stock: Stock, counted: Exchange, statuses: tuple[Item, ...]
) -> None:
    expect(counted).success()
    if any(status.get("markasresolved") not in (0, 1) for status in statuses):
        raise PrerequisiteBroken("the statuses do not say which of them resolve a ticket")
    resolving = {status.get("id") for status in statuses if status.get("markasresolved") == 1}
    open_ones = [i for i in stock.listed if i.get("statusid") not in resolving]
    department = counters(counted, "departments", stock.department)
    where = "departments/department"
    total(department, as_many_as(open_ones, statuses), where, "totalunresolveditems")


@covers("KC-CNT-005")
@pytest.mark.parametrize(
    ("kind", "member"), [("ticketstatus", "statusid"), ("ownerstaff", "ownerstaffid")]
)
def test_a_department_counts_by_status_and_owner(
    stock: Stock, counted: Exchange, statuses: tuple[Item, ...], kind: str, member: str
) -> None:
    expect(counted).success()
    department = counters(counted, "departments", stock.department)
    shown = {item.get(member) for item in displayed(stock.listed, statuses)}
    for value in sorted(entry for entry in shown if isinstance(entry, int)):
        own = [item for item in stock.listed if item.get(member) == value]
        where = f"departments/department/{kind} {value}"
        total(inside(department, kind, value), as_many_as(own, statuses), where)


@covers("KC-CNT-005")
def test_a_department_counts_by_type(
    stock: Stock, counted: Exchange, statuses: tuple[Item, ...]
) -> None:
    expect(counted).success()
    department = counters(counted, "departments", stock.department)
    types = [e for e in department.get("tickettype", ()) if isinstance(e, Mapping)]
    # Some versions show 0 for every type, so it is the sum that is compared.
    shown = sum(e.get("totalitems") or 0 for e in types)
    where = "sum over departments/department/tickettype"
    judge(shown, as_many_as(stock.listed, statuses), where)


@covers("KC-CNT-002")
def test_tickets_without_owner_are_counted_as_unassigned(
    stock: Stock, counted: Exchange, statuses: tuple[Item, ...]
) -> None:
    expect(counted).success()
    listed = [item for item in stock.listed if item.get("ownerstaffid") == 0]
    department = counters(counted, "unassigned", stock.department)
    total(department, as_many_as(listed, statuses), "unassigned/department")


@covers("KC-CNT-002")
@pytest.mark.parametrize(
    ("block", "filter_name", "member"),
    [("statuses", "ticketstatusid", "statusid"), ("owners", "ownerstaffid", "ownerstaffid")],
)
def test_statuses_and_owners_are_counted_over_all_departments(
    stock: Stock,
    counted: Exchange,
    statuses: tuple[Item, ...],
    block: str,
    filter_name: str,
    member: str,
) -> None:
    expect(counted).success()
    first = stock.ids[filter_name][0]
    listed = [item for item in stock.listed if item.get(member) == first]
    own = displayed(listed, statuses)
    # The stock's ticket in the other department has the same status and owner.
    elsewhere = 1 if own else 0
    total(counters(counted, block, first), at_least(len(own) + elsewhere), block)


@covers("KC-CNT-008")
def test_no_more_tickets_are_unresolved_than_there_are(counted: Exchange) -> None:
    expect(counted).success()
    for where, entry in every_counter(counted.answer.value, "ticketcount"):
        unresolved, items = entry.get("totalunresolveditems"), entry.get("totalitems")
        if isinstance(unresolved, int) and isinstance(items, int):
            fits = unresolved <= items
            judge(fits, equal_to(True), where, got=f"{unresolved} unresolved of {items}")


def every_counter(value: Any, where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every entry with counters, at any depth, and where it stands."""
    if isinstance(value, Mapping):
        yield where, value
        for name, inner in value.items():
            yield from every_counter(inner, f"{where}/{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from every_counter(inner, f"{where}[{index + 1}]")
