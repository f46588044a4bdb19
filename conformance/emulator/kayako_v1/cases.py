"""What the pages of cases share: finding cases, and what a parameter of a case refers to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.problems import invalid, not_found, required
from conformance.emulator.store import Row, Store

_ACCOUNTED = ("MAIL", "TWITTER", "FACEBOOK")
_REFERENCES = {
    "requester_id": "users",
    "creator_id": "users",
    "assigned_agent_id": "users",
    "assigned_team_id": "teams",
    "status_id": "case_statuses",
    "priority_id": "case_priorities",
    "type_id": "case_types",
    "form_id": "case_forms",
    "brand_id": "brands",
}
_NEEDED = ("requester_id", "status_id", "form_id", "brand_id")


def case_of_path(context: Context) -> Row:
    """Return the case that the path names; raises Problem for one the caller may not see."""
    row = context.find("case", context.keys["id"])
    if not sees(context, row):
        raise not_found("case")
    return row


def sees(context: Context, case: Row) -> bool:
    """Tell whether the caller may see a case."""
    user = context.user
    own = user["id"] in (case["assigned_agent_id"], case["requester_id"], case["creator_id"])
    match user["agent_case_access"]:
        case "SELF":
            return own
        case "TEAMS":
            teams = context.store.where("team_members", user_id=user["id"])
            return own or case["assigned_team_id"] in [one["team_id"] for one in teams]
    return True


def channels_used(store: Store, case: int) -> list[str]:
    """Return the channels by which the posts of a case came."""
    sql = (
        "SELECT channels.uuid FROM channels WHERE uuid IN"
        " (SELECT source_channel_id FROM posts WHERE case_id = ?) ORDER BY id"
    )
    return [row["uuid"] for row in store.query(sql, case)]


def writable_channels(store: Store) -> list[str]:
    """Return the channels that a case or a reply can be written by."""
    sql = "SELECT uuid FROM channels WHERE type IN ('MAIL', 'NOTE') ORDER BY id"
    return [row["uuid"] for row in store.query(sql)]


def channel_of(store: Store, given: Mapping[str, Any], *, usual: str = "") -> Row:
    """Return the channel that parameters name, `usual` without a name; raises Problem."""
    kind, account = given.get("channel"), given.get("channel_id")
    kind = kind or ("MAIL" if account else usual or "NOTE")
    found = store.where("channels", type=kind)
    if kind in _ACCOUNTED and account is None and not usual:
        raise required("channel_id")
    if kind in _ACCOUNTED and account is not None:
        found = [row for row in found if row["account_id"] == account]
    if not found:
        name = "channel" if account is None else "channel_id"
        raise invalid(name, "There is no such channel.")
    return found[0]


def references(store: Store, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a case is to refer to; raises Problem for what does not exist."""
    found = {}
    for name, table in _REFERENCES.items():
        if name not in given:
            continue
        value = given[name]
        if value is None and name in _NEEDED:
            continue
        if value is not None and not store.get(table, value):
            raise invalid(name, f"{name} refers to nothing that exists.")
        found[name] = value
    agent = found.get("assigned_agent_id")
    if agent and _is_customer(store, agent):
        raise invalid("assigned_agent_id", "A customer cannot be assigned.")
    return found


def _is_customer(store: Store, user: int) -> bool:
    sql = "SELECT 1 FROM users JOIN roles ON roles.id = role_id WHERE users.id = ? AND type = ?"
    return store.first(sql, user, "CUSTOMER") is not None


def field_values(store: Store, given: Mapping[str, Any], kept: str) -> dict[str, str]:
    """Return the custom values of a case as a column; a value replaces the one before it."""
    values = dict(json.loads(kept))
    known = {row["key"] for row in store.all("case_fields")}
    for key, value in (given.get("field_values") or {}).items():
        if key not in known:
            raise invalid("field_values", f"There is no field {key}.")
        parts = value if isinstance(value, list) else [value]
        values[key] = ",".join("" if part is None else str(part) for part in parts)
    return {"field_values": json.dumps(values)}


def identity_of(store: Store, user: int | None) -> int | None:
    """Return the address by which a user is known."""
    sql = "SELECT id FROM identity_emails WHERE user_id = ? ORDER BY is_primary DESC, id"
    row = store.first(sql, user)
    return row["id"] if row else None
