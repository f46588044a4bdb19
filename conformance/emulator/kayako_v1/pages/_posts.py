"""Notes on users and organizations, and the posts they are seen as."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.emulator.kayako_v1 import moments
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Collection, Link, Outcome
from conformance.emulator.kayako_v1.output import FreeMap
from conformance.emulator.kayako_v1.problems import not_found
from conformance.emulator.store import Row, Store


def pinned(context: Context, parent: str) -> int:
    """Return how many notes of an object are pinned."""
    return len(context.store.where("notes", parent=parent, is_pinned=1))


def listed(context: Context, kind: str, parent: str) -> Outcome:
    """Return the answer with the posts of an object, the newest first."""
    rows = context.store.where("notes", parent=parent)
    return Collection(kind, [row["id"] for row in reversed(rows)])


def read(context: Context, kind: str, parents: str) -> Row:
    """Return the row of a post on one kind of parents; raises Problem (404)."""
    row = context.find(kind, context.keys["id"])
    if not row["parent"].startswith(f"{parents}/"):
        raise not_found("post")
    return row


def clear(store: Store, parent: str) -> None:
    """Remove the notes of an object."""
    store.delete("notes", parent=parent)


def _identity(context: Context, post: Row) -> Link | None:
    rows = context.store.where("identity_emails", user_id=post["user_id"], is_primary=1)
    return Link("identity_email", rows[0]["id"]) if rows else None


def _creator(context: Context, post: Row) -> Link | None:
    del context
    return Link("user", post["user_id"]) if post["user_id"] else None


def _always(value: Any) -> Callable[[Context, Row], Any]:
    def constant(context: Context, row: Row) -> Any:
        del context, row
        return value

    return constant


POST_FIELDS: dict[str, Callable[[Context, Row], Any]] = {
    "client_id": _always(""),
    "subject": _always(""),
    "contents": lambda _, row: row["body_text"],
    "creator": _creator,
    "identity": _identity,
    "source_channel": _always(None),
    "destination_medium": _always(""),
    "source": _always("API"),
    "metadata": _always(FreeMap(user_agent="", page_url="")),
    "original": lambda _, row: Link("note", row["id"]),
    "post_status": _always("SENT"),
    "post_status_updated_at": lambda _, row: moments.iso(row["created_at"]),
}
