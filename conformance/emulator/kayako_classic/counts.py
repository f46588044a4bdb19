"""TicketCount: how many tickets there are, by department, status, owner and unassigned."""

from __future__ import annotations

from collections.abc import Callable

from conformance.emulator.kayako_classic.routing import Context, Outcome, Route
from conformance.emulator.kayako_classic.xml import Element, Scalar, leaves
from conformance.emulator.store import Row

_UNRESOLVED = "totalunresolveditems"


class _Tally:
    """Tickets to be counted in several ways."""

    def __init__(self, tickets: list[Row], resolved: set[int]) -> None:
        self.tickets, self._resolved = tickets, resolved

    def only(self, column: str, key: int) -> _Tally:
        """Return the tickets whose column has that value."""
        return _Tally([row for row in self.tickets if row[column] == key], self._resolved)

    def keys(self, column: str) -> list[int]:
        """Return the values that occur in a column."""
        return sorted({row[column] for row in self.tickets})

    def figures(self) -> dict[str, Scalar]:
        """Return how many, the last activity (0: none), and how many are unresolved."""
        unresolved = [row for row in self.tickets if row["statusid"] not in self._resolved]
        return {
            "lastactivity": max((row["lastactivity"] for row in self.tickets), default=0),
            "totalitems": len(self.tickets),
            _UNRESOLVED: len(unresolved),
        }


def _item(name: str, key: int, tally: _Tally) -> Element:
    figures = tally.figures()
    if name == "ticketstatus":
        del figures[_UNRESOLVED]
    return Element(name, {"id": key, **figures})


def _split(name: str, column: str) -> Callable[[_Tally], list[Element]]:
    def split(tally: _Tally) -> list[Element]:
        return [_item(name, key, tally.only(column, key)) for key in tally.keys(column)]

    return split


_BY_STATUS = _split("ticketstatus", "statusid")
_BY_TYPE = _split("tickettype", "typeid")
_BY_OWNER = _split("ownerstaff", "ownerstaffid")
_BY_DEPARTMENT = _split("department", "departmentid")


def _department(key: int, tally: _Tally) -> Element:
    figures = tally.figures()
    order = ("totalitems", "lastactivity", _UNRESOLVED)
    children = leaves(**{name: figures[name] for name in order})
    children += [*_BY_STATUS(tally), *_BY_TYPE(tally), *_BY_OWNER(tally)]
    return Element("department", {"id": key}, children)


def _count(context: Context) -> Outcome:
    store = context.store
    resolved = {row["id"] for row in store.where("statuses", markasresolved=1)}
    tally = _Tally(store.all("tickets"), resolved)
    known = {row["id"] for row in store.where("departments", app="tickets")}
    departments = [
        _department(key, tally.only("departmentid", key))
        for key in sorted(known | set(tally.keys("departmentid")))
    ]
    return Element(
        "ticketcount",
        children=[
            Element("departments", children=departments),
            Element("statuses", children=_BY_STATUS(tally)),
            Element("owners", children=_BY_OWNER(tally)),
            Element("unassigned", children=_BY_DEPARTMENT(tally.only("ownerstaffid", 0))),
        ],
    )


ROUTES = (Route("GET", "Tickets/TicketCount", "ticketcount.read", _count),)
