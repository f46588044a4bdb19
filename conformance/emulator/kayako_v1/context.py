"""What a handler works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.emulator.kayako_v1.declared import pages
from conformance.emulator.kayako_v1.effects import Effects, Place
from conformance.emulator.kayako_v1.gate import Caller
from conformance.emulator.kayako_v1.parameters import Raw
from conformance.emulator.kayako_v1.problems import not_found
from conformance.emulator.kayako_v1.routing import Action
from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Call


@dataclass
class Context:
    """One call that is let in: who calls, what is asked and sent, and the helpdesk."""

    store: Store
    action: Action
    caller: Caller
    keys: Mapping[str, Any]
    """What the path holds: `keys["id"]`."""
    asked: Mapping[str, Any]
    """The arguments that were given, by their names in snake case."""
    given: Mapping[str, Any]
    """The parameters that were given."""
    raw: Raw
    """The body as it was sent, with file parts."""
    call: Call
    base: str
    """The address of the API as the client knows it."""
    clock: Callable[[], float]
    place: Place
    effects: Effects

    def now(self) -> int:
        """Return the current time in seconds."""
        return int(self.clock())

    def skips(self, step: str) -> bool:
        """Tell whether a fault leaves out a named step, see `steps`."""
        return self.effects.skips(self.place, step)

    @property
    def user(self) -> Row:
        """The caller, who is known; for actions that are not public."""
        assert self.caller.user is not None
        return self.caller.user

    def find(self, kind: str, key: Any) -> Row:
        """Return the row of an object; raises Problem (404) when there is none."""
        declared = pages().kinds[kind]
        found = self.store.where(declared.table, **{declared.key or "id": key})
        if not found:
            raise not_found(kind.replace("_", " "))
        return found[0]

    def add(self, kind: str, values: Row) -> Row:
        """Insert the row of a new object, made now, and return it."""
        table, now = pages().kinds[kind].table, self.now()
        key = self.store.insert(table, {"created_at": now, "updated_at": now, **values})
        return self.find(kind, key)

    def change(self, kind: str, row: Row, values: Row) -> Row:
        """Change the row of an object and return it.

        updated_at always grows: it has to tell states apart that lie within one second.
        """
        later = max(self.now(), int(row["updated_at"] or 0) + 1)
        table = pages().kinds[kind].table
        self.store.update(table, row["id"], {**values, "updated_at": later})
        return self.find(kind, row["id"])

    def aimed_at(self, key: Any) -> Context:
        """Return the context of the same call aimed at one object of several."""
        return replace(self, keys={**self.keys, "id": key})
