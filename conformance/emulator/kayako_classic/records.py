"""Resources that are plain tables: list, read, create, update and delete in one way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance.emulator.kayako_classic.fields import Field, read_fields
from conformance.emulator.kayako_classic.routing import Context, Outcome, Route, number_in
from conformance.emulator.kayako_classic.xml import Element, listing
from conformance.emulator.store import Row
from conformance.emulator.wire import Refusal


def _nothing(context: Context, row: Row) -> None:
    del context, row


def _no_defaults(context: Context) -> Row:
    del context
    return {}


@dataclass(frozen=True)
class Resource:
    """A table served at a path, and the few things in which one such resource differs."""

    path: str
    name: str
    table: str
    root: str
    render: Callable[[Context, Row], Element]
    fields: tuple[Field, ...] = ()
    defaults: Callable[[Context], Row] = _no_defaults
    prepare: Callable[[Context, Row], None] = _nothing
    """Called with the columns to be written, before they are; `id` is there on update."""
    written: Callable[[Context, Row], None] = _nothing
    """Called with the row after it was created or updated, for what lives in other tables."""
    guard: Callable[[Context, Row], None] = _nothing
    """Called with a row that is about to be changed or removed; may raise Refusal."""
    removed: Callable[[Context, Row], None] = _nothing
    """Called with a row that was removed, for everything that pointed to it."""

    def answer(self, context: Context, rows: list[Row]) -> Element:
        """Return the list root holding these rows."""
        return listing(self.root, (self.render(context, row) for row in rows))

    def list(self, context: Context) -> Outcome:
        """Answer with all items."""
        return self.answer(context, context.store.all(self.table))

    def read(self, context: Context, segment: str) -> Outcome:
        """Answer with one item, or with an empty root when there is none of that id."""
        row = self._find(context, segment)
        return self.answer(context, [row] if row else [])

    def create(self, context: Context) -> Outcome:
        """Create an item from the fields and answer with it."""
        given = read_fields(context.fields, self.fields, context.store, creating=True)
        self.prepare(context, given)
        row = self.defaults(context) | given
        namesake = self._namesake(context, row)
        if namesake:
            context.store.update(self.table, namesake["id"], given)
            return self._written(context, namesake["id"])
        if context.faults.on(f"{self.name}-id-used-again"):
            row["id"] = max((held["id"] for held in context.store.all(self.table)), default=0) + 1
        return self._written(context, context.store.insert(self.table, row))

    def update(self, context: Context, segment: str) -> Outcome:
        """Change what the fields name and answer with the item."""
        if context.faults.on(f"{self.name}-created-by-put") and not self._find(context, segment):
            return self.create(context)
        row = self._existing(context, segment)
        self.guard(context, row)
        given = read_fields(context.fields, self.fields, context.store, creating=False)
        if context.faults.on(f"{self.name}-unchanged-refused") and given.items() <= row.items():
            raise Refusal(400, "Nothing would change.")
        self.prepare(context, given | {"id": row["id"]})
        context.store.update(self.table, row["id"], given)
        answer = self._written(context, row["id"])
        stale = context.faults.on(f"{self.name}-update-answers-old")
        return self.answer(context, [row]) if stale else answer

    def delete(self, context: Context, segment: str) -> Outcome:
        """Remove an item for good; the answer is empty."""
        row = self._existing(context, segment)
        self.guard(context, row)
        context.store.delete(self.table, id=row["id"])
        self.removed(context, row)
        return ""

    def reading(self) -> tuple[Route, ...]:
        """Return the routes of a resource that can only be read."""
        return (
            Route("GET", self.path, f"{self.name}.list", self.list),
            Route("GET", f"{self.path}/$id", f"{self.name}.read", self.read),
        )

    def changing(self) -> tuple[Route, ...]:
        """Return the routes that create, update and delete."""
        return (
            Route("POST", self.path, f"{self.name}.create", self.create),
            Route("PUT", f"{self.path}/$id", f"{self.name}.update", self.update),
            Route("DELETE", f"{self.path}/$id", f"{self.name}.delete", self.delete),
        )

    def _find(self, context: Context, segment: str) -> Row | None:
        key = number_in(segment)
        return None if key is None else context.store.get(self.table, key)

    def _namesake(self, context: Context, row: Row) -> Row | None:
        """Return the item that a faulty create would overwrite."""
        if not context.faults.on(f"{self.name}-overwritten-by-post"):
            return None
        rows = context.store.where(self.table, title=row["title"])
        return rows[0] if rows else None

    def _existing(self, context: Context, segment: str) -> Row:
        row = self._find(context, segment)
        if row is None:
            raise Refusal(404, f"There is no {self.name} {segment}.")
        return row

    def _written(self, context: Context, key: int) -> Outcome:
        row = context.store.get(self.table, key)
        assert row is not None
        self.written(context, row)
        return self.answer(context, [row])
