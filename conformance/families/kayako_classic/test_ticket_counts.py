"""Counters of tickets agree with the lists (GET /Tickets/TicketCount)."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import Matcher, at_least, equal_to
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
def test_a_department_counts_its_tickets(stock: Stock, counted: Exchange) -> None:
    expect(counted).success()
    listed = len(stock.listed)
    department = counters(counted, "departments", stock.department)
    total(department, equal_to(listed), "departments/department")


@covers("KC-CNT-005")
def test_a_department_counts_what_is_not_resolved(
    helpdesk: Helpdesk, stock: Stock, counted: Exchange
) -> None:
    expect(counted).success()
    statuses = readable(helpdesk.good("listTicketStatuses")).answer.items
    if any(status.get("markasresolved") not in (0, 1) for status in statuses):
        raise PrerequisiteBroken("the statuses do not say which of them resolve a ticket")
    resolving = {status.get("id") for status in statuses if status.get("markasresolved") == 1}
    open_ones = [i for i in stock.listed if i.get("statusid") not in resolving]
    department = counters(counted, "departments", stock.department)
    where = "departments/department"
    total(department, equal_to(len(open_ones)), where, "totalunresolveditems")


@covers("KC-CNT-005")
@pytest.mark.parametrize(
    ("kind", "member"), [("ticketstatus", "statusid"), ("ownerstaff", "ownerstaffid")]
)
def test_a_department_counts_by_status_and_owner(
    stock: Stock, counted: Exchange, kind: str, member: str
) -> None:
    expect(counted).success()
    department = counters(counted, "departments", stock.department)
    values = [item.get(member) for item in stock.listed]
    for value in dict.fromkeys(entry for entry in values if isinstance(entry, int)):
        found = inside(department, kind, value)
        total(found, equal_to(values.count(value)), f"departments/department/{kind} {value}")


@covers("KC-CNT-005")
def test_a_department_counts_by_type(stock: Stock, counted: Exchange) -> None:
    expect(counted).success()
    department = counters(counted, "departments", stock.department)
    types = [e for e in department.get("tickettype", ()) if isinstance(e, Mapping)]
    # Some versions show 0 for every type, so it is the sum that is compared.
    shown = sum(e.get("totalitems") or 0 for e in types)
    judge(shown, equal_to(len(stock.listed)), "sum over departments/department/tickettype")


@covers("KC-CNT-002")
def test_tickets_without_owner_are_counted_as_unassigned(stock: Stock, counted: Exchange) -> None:
    expect(counted).success()
    listed = [item for item in stock.listed if item.get("ownerstaffid") == 0]
    department = counters(counted, "unassigned", stock.department)
    total(department, equal_to(len(listed)), "unassigned/department")


@covers("KC-CNT-002")
@pytest.mark.parametrize(
    ("block", "filter_name", "member"),
    [("statuses", "ticketstatusid", "statusid"), ("owners", "ownerstaffid", "ownerstaffid")],
)
def test_statuses_and_owners_are_counted_over_all_departments(
    stock: Stock, counted: Exchange, block: str, filter_name: str, member: str
) -> None:
    expect(counted).success()
    first = stock.ids[filter_name][0]
    own = [item for item in stock.listed if item.get(member) == first]
    elsewhere = 1  # the stock's ticket in the other department has the same status and owner
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
