"""What statuses, priorities and types of cases have in common: each is known by its label."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.declared import pages
from conformance.emulator.kayako_v1.kinds import Collection, Done, Item, Outcome, Single, created
from conformance.emulator.kayako_v1.problems import denied, duplicate, empty, invalid
from conformance.emulator.store import Row


@dataclass(frozen=True)
class Labelled:
    """One of the three: its type, the column of cases that names it, and what orders it."""

    kind: str
    used_in: str
    order: str = "id"
    lasting: Callable[[Row], bool] = lambda _: False
    """Whether an object came with the helpdesk and stays."""

    def rows(self, context: Context) -> list[Row]:
        """Return all of them in order."""
        table = pages().kinds[self.kind].table
        return context.store.query(f"SELECT * FROM {table} ORDER BY {self.order}, id")

    def handlers(self, one: str, several: str) -> dict[str, Callable[[Context], Outcome]]:
        """Return the handlers of the actions that all three have."""
        return {
            f"list{several}": lambda context: Collection(
                self.kind, [row["id"] for row in self.rows(context)]
            ),
            f"read{one}": lambda context: Single(Item(self.kind, self.found(context))),
            f"create{one}": self.create,
            f"update{one}": self.update,
            f"delete{one}": self.delete,
        }

    def found(self, context: Context) -> Row:
        """Return the one that the path names; raises Problem."""
        return context.find(self.kind, context.keys["id"])

    def create(self, context: Context) -> Outcome:
        """Add one, behind all others unless its place is given."""
        values = self.values(context)
        if self.order != "id" and self.order not in values:
            rows = self.rows(context)
            values[self.order] = rows[-1][self.order] + 1 if rows else 1
        return created(self.kind, context.add(self.kind, values))

    def update(self, context: Context) -> Outcome:
        """Change one."""
        row = self.found(context)
        return Single(Item(self.kind, context.change(self.kind, row, self.values(context, row))))

    def values(self, context: Context, row: Row | None = None) -> dict[str, Any]:
        """Return what was given; raises Problem for a label that is empty or in use."""
        given = dict(context.given)
        if "label" in given:
            given["label"] = (given["label"] or "").strip()
            if not given["label"]:
                raise empty("label")
            self._check_label(context, given["label"], row)
        return {name: value for name, value in given.items() if value is not None}

    def _check_label(self, context: Context, label: str, row: Row | None) -> None:
        if context.skips("unique-label"):
            return
        for other in self.rows(context):
            same = row is not None and other["id"] == row["id"]
            if not same and other["label"].casefold() == label.casefold():
                raise duplicate("label")

    def delete(self, context: Context) -> Outcome:
        """Remove one, from cases as well."""
        row = self.found(context)
        if self.lasting(row):
            raise denied("This one came with the helpdesk and stays.")
        column, key = self.used_in, row["id"]
        if not context.skips("detach"):
            context.store.execute(f"UPDATE cases SET {column} = NULL WHERE {column} = ?", key)
        context.store.delete(pages().kinds[self.kind].table, id=key)
        return Done()

    def reorder(self, context: Context, name: str) -> Outcome:
        """Bring those that may move into a given order; the others of them follow."""
        rows = {row["id"]: row for row in self.rows(context)}
        anything = context.skips("fixed-order")
        movable = [key for key, row in rows.items() if anything or not self.lasting(row)]
        wanted = context.given[name]
        if not set(wanted) <= set(movable):
            raise invalid(name, f"{name} names something that cannot be moved.")
        fixed = [row[self.order] for key, row in rows.items() if key not in movable]
        order = [*wanted, *(key for key in movable if key not in wanted)]
        for place, key in enumerate(order, max(fixed, default=0) + 1):
            self._move(context, rows[key], {self.order: place})
        return Done()

    def _move(self, context: Context, row: Row, values: Mapping[str, int]) -> None:
        if any(row[name] != value for name, value in values.items()):
            context.change(self.kind, row, dict(values))
