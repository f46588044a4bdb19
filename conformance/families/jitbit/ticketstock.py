"""Twelve tickets made so that every filter of the list and of the search tells them apart.

They share a tag, and some of them a word in their subjects. What a filter promises of each is read
from the members that the list shows: rules of the helpdesk may have changed what was sent.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.engine import Exchange, Helpdesk, Made
from conformance.engine.answer import Item
from conformance.engine.errors import NotJudged, PrerequisiteBroken
from conformance.engine.matchers import same
from conformance.engine.shared import once
from conformance.families.jitbit.prerequisites import accepted, listing, number_of
from conformance.families.jitbit.ticketwork import (
    CLOSED,
    IN_PROCESS,
    assignee,
    fresh_tag,
    moment,
    now,
    owner,
)

#: The largest page that is promised.
PAGE = 300
#: How many pages are looked through for a ticket that is not where it has to be.
MOST_PAGES = 20
#: In how many days a ticket of the stock is due, and another one much later.
SOON, LATER = 7, 40
#: When two tickets of the stock were made; all others are new.
LONG_AGO = datetime(2021, 5, 6, 12, tzinfo=UTC)
#: Label of the user whose company a filter asks for.
EMPLOYEE = "employee"


@dataclass(frozen=True)
class Kind:
    """What a ticket of the stock is given."""

    other_category: bool = False
    status: int | None = None
    employee: bool = False
    assigned: bool = False
    old: bool = False
    due: int | None = None
    own_tag: bool = False
    #: Whether the word stands in its subject: in few enough for any page of what is found.
    searched: bool = True


#: The tickets by name. The number of each is its origin too, as far as there are origins.
KINDS: Mapping[str, Kind] = {
    "plain": Kind(),
    "assigned": Kind(assigned=True, own_tag=True),
    "employee's": Kind(employee=True),
    "elsewhere": Kind(other_category=True),
    "in process": Kind(status=IN_PROCESS),
    "closed": Kind(status=CLOSED),
    "old": Kind(old=True),
    "old, closed, assigned": Kind(old=True, status=CLOSED, assigned=True, employee=True),
    "due soon": Kind(due=SOON, searched=False),
    "due later": Kind(due=LATER, searched=False),
    "elsewhere, closed": Kind(other_category=True, status=CLOSED, employee=True, searched=False),
    "elsewhere, assigned": Kind(
        other_category=True, assigned=True, status=IN_PROCESS, searched=False
    ),
}
PRIORITIES = (0, 1, 2, -1)
ORIGINS = (
    "WebApp", "Email", "Widget", "API", "Scheduler", "MobileApp", "Phone", "LiveChat", "InPerson",
)  # fmt: skip


@dataclass(frozen=True)
class Stock:
    """The tickets and what tells them apart."""

    helpdesk: Helpdesk
    tag: str
    own_tag: str
    word: str
    tickets: Mapping[str, Made]
    #: Why some tickets lack what was meant for them, by the name of that.
    wanting: Mapping[str, NotJudged]
    #: By the clock of the run, when the tickets that are due were given their dates.
    made_at: datetime

    @property
    def numbers(self) -> dict[int, str]:
        """The ids of the tickets, and their names."""
        return {number_of(made): name for name, made in self.tickets.items()}

    def names(self, exchange: Exchange) -> list[str]:
        """Which of the tickets an answer lists, in its order; other people's are passed over."""
        numbers = self.numbers
        listed = (item["IssueID"] for item in accepted(listing(exchange, "IssueID")).answer.items)
        return [numbers[entry] for entry in listed if entry in numbers]

    def listed(self, **filters: Any) -> Exchange:
        """The list with these filters, asked for once."""
        role = str(filters.pop("by", ""))
        key = f"ticket list: {sorted(filters.items())} by {role}"
        draft = self.helpdesk.draft("listTickets", **filters).by(role)
        return once(self.helpdesk, key, lambda: self.helpdesk.send(draft))

    def whole(self, offset: int = 0, **filters: Any) -> Exchange:
        """The largest page of the list with these filters, closed tickets among them."""
        mode = {} if "mode" in filters else self.mode
        return self.listed(count=PAGE, offset=offset, **mode, **filters)

    def own(self, **filters: Any) -> Exchange:
        """The list with these filters, of the stock's tickets only."""
        return self.whole(tagName=self.tag, **filters)

    def pages(self, **filters: Any) -> Iterable[Exchange]:
        """The list with these filters, page by page until its end."""
        for page in range(MOST_PAGES):
            listed = accepted(self.whole(offset=page * PAGE, **filters))
            yield listed
            if len(listed.answer.items) < PAGE:
                return

    @property
    def mode(self) -> dict[str, str]:
        """The mode that lists closed tickets too: none, unless only a mode brings them."""
        plain = self.listed(count=PAGE, offset=0, tagName=self.tag)
        complete = not plain.succeeded or len(plain.answer.items) >= len(self.tickets)
        return {} if complete else {"mode": "all"}

    @property
    def shown(self) -> Mapping[str, Item]:
        """The tickets as the list by their tag shows them. Raises PrerequisiteBroken when it lacks
        some, or shows others: then the tag tells nothing."""
        listed = accepted(listing(self.own(), "IssueID")).answer.items
        numbers = self.numbers
        items = {numbers[i["IssueID"]]: i for i in listed if i["IssueID"] in numbers}
        missing = [name for name in self.tickets if name not in items]
        if missing:
            raise PrerequisiteBroken(f"the list by tag lacks tickets of the run: {missing[0]}")
        if len(listed) > len(items):
            raise PrerequisiteBroken("the list by tag holds tickets without it")
        return items

    def having(self, member: str, *values: Any) -> list[str]:
        """The tickets that show one of these values. Raises PrerequisiteBroken where none shows
        the member at all."""
        self._needs_member(member)
        return [n for n, i in self.shown.items() if any(same(i.get(member), v) for v in values)]

    def made_between(self, first: datetime, last: datetime, member: str = "IssueDate") -> list[str]:
        """The tickets whose date lies between two moments. Raises as `having` does."""
        self._needs_member(member)
        dates = ((name, moment(item.get(member))) for name, item in self.shown.items())
        return [name for name, date in dates if date is not None and first <= date <= last]

    def _needs_member(self, member: str) -> None:
        if not all(member in item for item in self.shown.values()):
            raise PrerequisiteBroken(f"the list shows no {member}")

    def needs(self, what: str) -> None:
        """Raises the reason for which no ticket could be given this."""
        if what in self.wanting:
            raise self.wanting[what]


def stock_of(helpdesk: Helpdesk) -> Stock:
    """The stock, made when first asked for."""
    return once(helpdesk, "ticket stock", lambda: _Stocking(helpdesk).stock())


class _Stocking:
    """Makes the tickets one after the other."""

    def __init__(self, helpdesk: Helpdesk) -> None:
        self._helpdesk = helpdesk
        self._wanting: dict[str, NotJudged] = {}
        self._tag, self._own_tag = fresh_tag(helpdesk), fresh_tag(helpdesk)
        self._word = helpdesk.chance.word()

    def stock(self) -> Stock:
        made_at = now(self._helpdesk)
        tickets = {
            name: self._make(place, kind, made_at)
            for place, (name, kind) in enumerate(KINDS.items())
        }
        return Stock(
            self._helpdesk, self._tag, self._own_tag, self._word, tickets, self._wanting, made_at
        )

    def _make(self, place: int, kind: Kind, made_at: datetime) -> Made:
        fill = self._helpdesk.chance.fill
        tags = [self._tag, self._own_tag] if kind.own_tag else [self._tag]
        fields: dict[str, Any] = {
            "subject": fill(f"{{mark}} {self._word if kind.searched else 'ticket'} {{n}}"),
            "tags": ",".join(tags),
            "priorityId": PRIORITIES[place % len(PRIORITIES)],
            **owner(self._helpdesk),
        }
        if place < len(ORIGINS):
            fields["origin"] = place
        if kind.other_category:
            self._give(fields, "categoryId", lambda: self._helpdesk.known("other_category"))
        if kind.assigned:
            self._give(fields, "assignedToUserId", lambda: assignee(self._helpdesk))
        if kind.employee:
            self._give(fields, "userId", lambda: employee(self._helpdesk).id)
        made = self._helpdesk.make("ticket", **fields)
        self._change(made, kind, made_at)
        return made

    def _give(self, fields: dict[str, Any], name: str, value: Callable[[], Any]) -> None:
        try:
            fields[name] = value()
        except NotJudged as reason:
            self._wanting[name] = reason

    def _change(self, made: Made, kind: Kind, made_at: datetime) -> None:
        """Give the ticket what a creation does not take; the status last, for it may end it."""
        if kind.old:
            self._update(made, date=f"{LONG_AGO:%Y-%m-%dT%H:%M:%SZ}")
        if kind.due is not None:
            due = made_at + timedelta(days=kind.due)
            self._update(made, dueDate=f"{due:%Y-%m-%dT%H:%M:%SZ}")
        if kind.status is not None:
            self._update(made, statusId=kind.status)

    def _update(self, made: Made, **fields: Any) -> None:
        draft = self._helpdesk.draft("updateTicket", id=made.id, **fields)
        updated = self._helpdesk.send(draft, "prerequisite")
        try:
            accepted(updated)
        except NotJudged as reason:
            self._wanting[next(iter(fields))] = reason


def employee(helpdesk: Helpdesk) -> Made:
    """A user of the run's company."""
    company = helpdesk.obtain("company")["name"]
    return once(helpdesk, EMPLOYEE, lambda: helpdesk.make("user", company=company))
