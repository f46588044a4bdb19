"""Users."""

from __future__ import annotations

from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Item, Link, Outcome, Single
from conformance.emulator.store import Row


def _teams(context: Context, user: Row) -> list[Link]:
    rows = context.store.where("team_members", user_id=user["id"])
    return [Link("team", row["team_id"]) for row in rows]


def _emails(context: Context, user: Row) -> list[Link]:
    rows = context.store.where("identity_emails", user_id=user["id"])
    return [Link("identity_email", row["id"]) for row in rows]


def _me(context: Context) -> Outcome:
    return Single(Item("user", context.user))


FIELDS = {"user": {"teams": _teams, "emails": _emails}}
HANDLERS = {"readMe": _me}
