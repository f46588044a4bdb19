"""Five tickets in two departments of their own, made so that every filter of the list tells them
apart; their counts are known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.engine import Exchange, Helpdesk, Made
from conformance.engine.answer import Item
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.shared import once
from conformance.families.kayako_classic.prerequisites import aimed, identified
from conformance.families.kayako_classic.ticketwork import SECOND, as_shown, choices

#: The path arguments of the list, in their order.
ARGUMENTS = (
    "departmentid", "ticketstatusid", "ownerstaffid", "userid", "count", "start",
    "sortField", "sortOrder",
)  # fmt: skip
FILTERS = ARGUMENTS[:4]

#: Which of the stock's departments, statuses, owners and users each ticket has; None: nobody.
_TICKETS: Mapping[str, tuple[int, int, int | None, int]] = {
    "first": (0, 0, 0, 0),
    "second": (0, 1, 0, 1),
    "third": (0, 0, 1, 1),
    "fourth": (0, 2, None, 2),
    "elsewhere": (1, 0, 0, 0),
}


@dataclass(frozen=True)
class Stock:
    """The tickets, and by filter the ids that they are told apart by."""

    helpdesk: Helpdesk
    ids: Mapping[str, tuple[int | str, ...]]
    tickets: Mapping[str, Made]

    @property
    def department(self) -> int | str:
        """The department of all tickets but one."""
        return self.ids["departmentid"][0]

    def names(self, exchange: Exchange) -> list[str]:
        """Which of the tickets an answer lists, in its order; other people's are passed over."""
        named = {as_shown(made.id): name for name, made in self.tickets.items()}
        listed = (item.get("id") for item in exchange.answer.items)
        return [named[entry] for entry in listed if entry in named]

    def matching(self, wanted: Mapping[str, Iterable[int | str]]) -> list[str]:
        """The tickets that a filter promises: in one of the wanted departments, and so on."""
        return [
            name
            for name, made in self.tickets.items()
            if all(made.values.get(f"sent {key}") in set(ids) for key, ids in wanted.items())
        ]

    def list(self, **arguments: Any) -> Exchange:
        """The list with these path arguments; where one is left out before another, with -1."""
        given = {"departmentid": self.department, **arguments}
        last = max(ARGUMENTS.index(name) for name in given)
        filled = {name: given.get(name, -1) for name in ARGUMENTS[: last + 1]}
        return aimed(self.helpdesk, "listTickets", **filled)

    @property
    def whole(self) -> Exchange:
        """The list of the department, with no other argument."""
        return once(self.helpdesk, "ticket stock: whole list", self.list)

    @property
    def listed(self) -> tuple[Item, ...]:
        """Everything that stands in the department; raises PrerequisiteBroken without a list."""
        items = identified(self.whole).answer.items
        if not set(self.matching({"departmentid": [self.department]})) <= set(
            self.names(self.whole)
        ):
            raise PrerequisiteBroken("the list of the department lacks tickets of the run")
        return tuple(item for item in items if item.get("departmentid") == self.department)

    def filtered(self, places: Mapping[str, tuple[int, ...]]) -> tuple[Exchange, Sequence[str]]:
        """The list by these of the stock's ids, sent once, and the tickets it promises."""
        wanted = {key: [self.ids[key][place] for place in where] for key, where in places.items()}
        promised = self.matching({"departmentid": [self.department], **wanted})
        if places == {"departmentid": (0,)}:
            return self.whole, promised
        by = {key: ",".join(map(str, ids)) for key, ids in wanted.items()}
        listed = once(self.helpdesk, f"ticket stock: by {by}", lambda: self.list(**by))
        return listed, promised


def stock_of(helpdesk: Helpdesk) -> Stock:
    """The stock, made when first asked for."""
    return once(helpdesk, "ticket stock", lambda: _make(helpdesk))


def _make(helpdesk: Helpdesk) -> Stock:
    statuses = choices(helpdesk, "ticketstatus", most=3)
    made: dict[str, tuple[Made, ...]] = {
        "departmentid": (helpdesk.make("department"), helpdesk.make("department")),
        "ownerstaffid": (helpdesk.obtain("staff"), helpdesk.obtain("staff", SECOND)),
        "userid": tuple(helpdesk.obtain("user", label) for label in ("", SECOND, "third")),
    }
    ids = {key: tuple(as_shown(entry.id) for entry in entries) for key, entries in made.items()}
    ids["ticketstatusid"] = tuple(statuses[min(place, len(statuses) - 1)] for place in range(3))
    tickets: dict[str, Made] = {}
    for name, places in _TICKETS.items():
        values = {
            key: ids[key][place] for key, place in zip(FILTERS, places, strict=True)
            if place is not None
        }  # fmt: skip
        tickets[name] = helpdesk.make("ticket", **values)
        tickets[name].values.update({f"sent {key}": value for key, value in values.items()})
    return Stock(helpdesk, ids, tickets)
