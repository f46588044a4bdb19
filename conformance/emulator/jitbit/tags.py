"""Tags of tickets."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.emulator.jitbit.context import Context


def add_tag(context: Context, ticket: int, name: str) -> None:
    """Add a tag to a ticket, one that is there already stays alone."""
    known = [tag for tag in context.store.all("tags") if tag["name"].casefold() == name.casefold()]
    key = known[0]["id"] if known else context.store.insert("tags", {"name": name})
    sql = "INSERT OR IGNORE INTO tickettags (ticketid, tagid) VALUES (?, ?)"
    context.store.execute(sql, ticket, key)


def replace_tags(context: Context, ticket: int, names: Iterable[str]) -> None:
    """Give a ticket exactly these tags."""
    if not context.skips("drop-tags"):
        context.store.delete("tickettags", ticketid=ticket)
    for name in names:
        add_tag(context, ticket, name)
