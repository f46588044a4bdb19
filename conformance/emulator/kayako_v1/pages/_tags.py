"""Tags of users and organizations; each change answers with all that are left."""

from __future__ import annotations

from conformance.emulator.kayako_v1 import tagging
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Collection, Outcome


def added(context: Context, kind: str) -> Outcome:
    """Give the object of the path more tags."""
    owner = _owner(context, kind)
    tagging.add(context.store, kind, owner, context.given["tags"])
    return _all(context, kind, owner, 201)


def replaced(context: Context, kind: str) -> Outcome:
    """Give the object of the path these tags and no others."""
    owner = _owner(context, kind)
    tagging.replace(context.store, kind, owner, context.given.get("tags", ()))
    return _all(context, kind, owner)


def removed(context: Context, kind: str) -> Outcome:
    """Take tags from the object of the path."""
    owner = _owner(context, kind)
    tagging.remove(context.store, kind, owner, context.asked["tags"])
    return _all(context, kind, owner)


def _owner(context: Context, kind: str) -> int:
    return int(context.find(kind, context.keys["id"])["id"])


def _all(context: Context, kind: str, owner: int, status: int = 200) -> Outcome:
    rows = tagging.rows_of(context.store, kind, owner)
    return Collection("tag", [row["id"] for row in rows], status=status)
