"""Tags of cases, users and organizations; each change answers with all that are left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from conformance.emulator.kayako_v1 import tagging
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Collection, Outcome
from conformance.emulator.kayako_v1.problems import required
from conformance.emulator.store import Row, Store


@dataclass(frozen=True)
class Tagged:
    """The tags of one type of objects."""

    kind: str
    found: Callable[[Context], Row]
    """Returns the object of the path; raises Problem."""
    shown: bool = False
    """Whether an object shows its tags, and so changes with them."""

    def handlers(self, name: str) -> dict[str, Callable[[Context], Outcome]]:
        """Return the handlers of the three changes."""
        return {
            f"add{name}Tags": self.add,
            f"replace{name}Tags": self.replace,
            f"remove{name}Tags": self.remove,
        }

    def list(self, context: Context) -> Outcome:
        """Return the tags of the object."""
        return self._all(context, self.found(context))

    def add(self, context: Context) -> Outcome:
        """Give the object more tags."""
        change = tagging.replace if context.skips("tags-added") else tagging.add
        owner = self.found(context)
        return self._changed(context, owner, change, context.given["tags"], 201)

    def replace(self, context: Context) -> Outcome:
        """Give the object these tags and no others; no text means none."""
        change = tagging.add if context.skips("tags-replaced") else tagging.replace
        owner = self.found(context)
        if "tags" not in context.given:
            raise required("tags")
        return self._changed(context, owner, change, context.given["tags"])

    def remove(self, context: Context) -> Outcome:
        """Take tags from the object."""
        owner = self.found(context)
        return self._changed(context, owner, tagging.remove, context.asked["tags"])

    def _changed(
        self,
        context: Context,
        owner: Row,
        change: Callable[[Store, str, int, Iterable[str]], None],
        names: Iterable[str],
        status: int = 200,
    ) -> Outcome:
        before = tagging.tags_of(context.store, self.kind, owner["id"])
        change(context.store, self.kind, owner["id"], names)
        after = tagging.tags_of(context.store, self.kind, owner["id"])
        if self.shown and after != before:
            context.change(self.kind, owner, {})
        return self._all(context, owner, status)

    def _all(self, context: Context, owner: Row, status: int = 200) -> Outcome:
        rows = tagging.rows_of(context.store, self.kind, owner["id"])
        return Collection("tag", [row["id"] for row in rows], status=status)
