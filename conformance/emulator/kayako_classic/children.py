"""What belongs to one ticket and is addressed by two ids: posts, notes and the like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance.emulator.kayako_classic.fields import Field, read_fields
from conformance.emulator.kayako_classic.routing import Context, Outcome, Route, number_in
from conformance.emulator.kayako_classic.xml import Element, listing
from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Refusal


def find_ticket(store: Store, segment: str) -> Row:
    """Return the ticket of that id or mask; raises Refusal (404) if there is none."""
    key = number_in(segment)
    if key is not None:
        row = store.get("tickets", key)
    else:
        row = store.first("SELECT * FROM tickets WHERE displayid = ?", segment.upper())
    if row is None:
        raise Refusal(404, f"There is no ticket {segment}.")
    return row


def _nothing(context: Context, row: Row) -> None:
    del context, row


@dataclass(frozen=True)
class Child:
    """A table of things that belong to a ticket; there is no update."""

    path: str
    name: str
    table: str
    root: str
    render: Callable[[Context, Row], Element]
    fields: tuple[Field, ...]
    complete: Callable[[Context, Row], None]
    """Called with the columns read from the fields; adds the others, may raise Refusal."""
    brief: Callable[[Context, Row], Element] | None = None
    """How an item looks in a list, if not as when read alone."""
    created: Callable[[Context, Row], None] = _nothing
    removed: Callable[[Context, Row], None] = _nothing

    def list(self, context: Context, ticket: str) -> Outcome:
        """Answer with everything of this kind that a ticket has, in the order of creation."""
        rows = context.store.where(self.table, ticketid=self._owner(context, ticket))
        render = self.brief or self.render
        return listing(self.root, (render(context, row) for row in rows))

    def read(self, context: Context, ticket: str, segment: str) -> Outcome:
        """Answer with one item; raises Refusal (404) unless it belongs to that ticket."""
        return self._answer(context, self._existing(context, ticket, segment))

    def create(self, context: Context) -> Outcome:
        """Create an item from the fields and answer with it."""
        row = read_fields(context.fields, self.fields, context.store, creating=True)
        self.complete(context, row)
        row["id"] = context.store.insert(self.table, row)
        self.created(context, row)
        stored = context.store.get(self.table, row["id"])
        assert stored is not None
        return self._answer(context, stored)

    def delete(self, context: Context, ticket: str, segment: str) -> Outcome:
        """Remove an item for good; the answer is empty."""
        row = self._existing(context, ticket, segment)
        if context.faults.on(f"{self.name}-deletion-takes-all"):
            context.store.delete(self.table, ticketid=row["ticketid"])
        context.store.delete(self.table, id=row["id"])
        self.removed(context, row)
        return ""

    def routes(self) -> tuple[Route, ...]:
        """Return the routes: list, read, create, delete."""
        return (
            Route("GET", f"{self.path}/ListAll/$ticketid", f"{self.name}.list", self.list),
            Route("GET", f"{self.path}/$ticketid/$id", f"{self.name}.read", self.read),
            Route("POST", self.path, f"{self.name}.create", self.create),
            Route("DELETE", f"{self.path}/$ticketid/$id", f"{self.name}.delete", self.delete),
        )

    def _owner(self, context: Context, ticket: str) -> int:
        if context.faults.on(f"ticket-deletion-leaves-{self.table}") and number_in(ticket):
            return int(ticket)
        return int(find_ticket(context.store, ticket)["id"])

    def _answer(self, context: Context, row: Row) -> Element:
        return listing(self.root, [self.render(context, row)])

    def _existing(self, context: Context, ticket: str, segment: str) -> Row:
        owner = self._owner(context, ticket)
        key = number_in(segment)
        row = None if key is None else context.store.get(self.table, key)
        if context.faults.on(f"{self.name}-read-by-any-ticket") and row:
            return row
        if row is None or row["ticketid"] != owner:
            raise Refusal(404, f"Ticket {ticket} has no {self.name} {segment}.")
        return row
