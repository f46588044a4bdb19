"""What each filter of the ticket list promises, told by the tickets of the stock.

Days are asked for two days wide of what is judged: where the day of a server begins and whether
the last day belongs to the list is not documented.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from conformance.engine import skip
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import Matcher, one_of
from conformance.families.jitbit.prerequisites import number_of
from conformance.families.jitbit.ticketstock import LATER, LONG_AGO, SOON, Stock, employee
from conformance.families.jitbit.ticketwork import CLOSED, DAY, IN_PROCESS, assignee, moment, now

MARGIN = 2 * DAY
#: For bounds of what is listed: older and younger than anything.
EVER = datetime.fromisoformat("1900-01-01T00:00:00+00:00")
NEVER = datetime.fromisoformat("2100-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Wanted:
    """A filter with values, and what it promises."""

    sent: Mapping[str, Any]
    #: Tickets of the stock that have to be listed.
    listed: list[str]
    #: Tickets of the stock that may be listed: these and no others.
    allowed: list[str]
    #: A member of every listed ticket, anybody's, and what it has to be.
    every: tuple[str, Matcher] | None = None


@dataclass(frozen=True)
class Filter:
    """A filter by name: the promise it keeps, and its values for a stock."""

    requirement: str
    wanted: Callable[[Stock], Wanted] = field(repr=False)
    #: Whether the promise says itself that what matches is listed; else another says it.
    says_listed: bool = False


def _by_member(
    name: str, member: str, values: list[Any], stock: Stock, *, single: bool = True
) -> Wanted:
    names = stock.having(member, *values)
    if not names:
        raise PrerequisiteBroken(f"no ticket of the run shows {member} {values[0]}")
    sent = values[0] if single else values
    return Wanted({name: sent}, names, names, (member, one_of(values)))


def _category(stock: Stock) -> Wanted:
    other = int(stock.helpdesk.known("other_category"))
    return _by_member("categoryId", "CategoryID", [other], stock)


def _categories(stock: Stock) -> Wanted:
    both = [int(stock.helpdesk.known(name)) for name in ("category", "other_category")]
    return _by_member("categoryId", "CategoryID", both, stock, single=False)


def _section(stock: Stock) -> Wanted:
    """A section of the stock's categories, or else the one that the target file knows."""
    seen = (item.get("SectionID") for item in stock.shown.values())
    section = next(filter(None, seen), None) or int(stock.helpdesk.known("section"))
    names = stock.having("SectionID", section)
    return Wanted({"sectionId": section}, names, names, ("SectionID", one_of([section])))


def _status(stock: Stock) -> Wanted:
    return _by_member("statusId", "StatusID", [IN_PROCESS], stock)


def _statuses(stock: Stock) -> Wanted:
    return _by_member("statusId", "StatusID", [IN_PROCESS, CLOSED], stock, single=False)


def _creator(stock: Stock) -> Wanted:
    stock.needs("userId")
    return _by_member("fromUserId", "UserID", [number_of(employee(stock.helpdesk))], stock)


def _company(stock: Stock) -> Wanted:
    stock.needs("userId")
    company = number_of(stock.helpdesk.obtain("company"))
    return _by_member("fromCompanyId", "CompanyID", [company], stock)


def _assignee(stock: Stock) -> Wanted:
    stock.needs("assignedToUserId")
    return _by_member("handledByUserID", "AssignedToUserID", [assignee(stock.helpdesk)], stock)


def _tag(stock: Stock) -> Wanted:
    numbers = [n for n, name in stock.numbers.items() if name == "assigned"]
    tagged = ["assigned"]
    return Wanted({"tagName": stock.own_tag}, tagged, tagged, ("IssueID", one_of(numbers)))


# Days ---------------------------------------------------------------------------------------------


def between(first: datetime, last: datetime) -> Matcher:
    """A date-time member between two moments."""

    def match(value: Any) -> str | None:
        got = moment(value)
        if got is not None and first <= got <= last:
            return None
        return f"a moment from {first:%Y-%m-%d} to {last:%Y-%m-%d}"

    return match


def _days(
    stock: Stock, names: tuple[str, str], member: str, bounds: Mapping[str, datetime]
) -> Wanted:
    """A filter by the days of a member."""
    first, last = bounds.get(names[0]), bounds.get(names[1])
    inner = (first + DAY if first else EVER, last - DAY if last else NEVER)
    outer = (first - MARGIN if first else EVER, last + MARGIN if last else NEVER)
    sent = {name: f"{bound:%Y-%m-%d}" for name, bound in bounds.items()}
    return Wanted(
        sent,
        stock.made_between(*inner, member=member),
        stock.made_between(*outer, member=member),
        (member, between(*outer)),
    )


def _created(stock: Stock, **bounds: datetime) -> Wanted:
    return _days(stock, ("dateFrom", "dateTo"), "IssueDate", bounds)


def _updated(stock: Stock, **bounds: timedelta) -> Wanted:
    moments = {name: now(stock.helpdesk) + bound for name, bound in bounds.items()}
    return _days(stock, ("updatedFrom", "updatedTo"), "LastUpdated", moments)


def _due(stock: Stock) -> Wanted:
    """Due in exactly so many days; not without a date, nor clearly later (A-51)."""
    stock.needs("dueDate")
    asked = now(stock.helpdesk)
    if asked.date() != stock.made_at.date():
        skip("midnight has passed since the tickets were made")
    latest = asked + (SOON + 2) * DAY
    allowed = stock.made_between(EVER, latest, member="DueDate")
    if not stock.made_between(latest, asked + (LATER + 2) * DAY, member="DueDate"):
        raise PrerequisiteBroken("the list shows no ticket of the run that is due later")
    listed = [name for name in allowed if name == "due soon"]
    return Wanted({"dueInDays": SOON}, listed, allowed, ("DueDate", between(EVER, latest)))


FILTERS: Mapping[str, Filter] = {
    "category": Filter("JB-TLST-018", _category),
    "categories": Filter("JB-TLST-018", _categories, says_listed=True),
    "section": Filter("JB-TLST-019", _section),
    "status": Filter("JB-TLST-020", _status),
    "statuses": Filter("JB-TLST-020", _statuses, says_listed=True),
    "creator": Filter("JB-TLST-021", _creator),
    "company": Filter("JB-TLST-022", _company),
    "assignee": Filter("JB-TLST-023", _assignee),
    "tag": Filter("JB-TLST-024", _tag),
    "made since": Filter("JB-TLST-025", lambda s: _created(s, dateFrom=now(s.helpdesk) - MARGIN)),
    "made until": Filter("JB-TLST-025", lambda s: _created(s, dateTo=LONG_AGO + MARGIN)),
    "made between": Filter(
        "JB-TLST-025",
        lambda s: _created(s, dateFrom=LONG_AGO - MARGIN, dateTo=LONG_AGO + MARGIN),
    ),
    "updated since": Filter("JB-TLST-026", lambda s: _updated(s, updatedFrom=-MARGIN)),
    "updated later": Filter("JB-TLST-026", lambda s: _updated(s, updatedFrom=2 * MARGIN)),
    "updated until": Filter("JB-TLST-026", lambda s: _updated(s, updatedTo=MARGIN)),
    "updated before": Filter("JB-TLST-026", lambda s: _updated(s, updatedTo=-2 * MARGIN)),
    "due": Filter("JB-TLST-027", _due, says_listed=True),
}
