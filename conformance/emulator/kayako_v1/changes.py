"""Changing a case: what is assigned, its status and state, and the moments these are noted at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.emulator.kayako_v1 import tagging
from conformance.emulator.kayako_v1.cases import field_values, identity_of, references
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.problems import empty
from conformance.emulator.store import Row

_NOTED = {
    "OPEN": "last_opened_at",
    "PENDING": "last_pending_at",
    "COMPLETED": "last_completed_at",
    "CLOSED": "last_closed_at",
}
_BY = ("COMPLETED", "CLOSED")


def check_subject(given: Mapping[str, Any]) -> None:
    """Raise Problem for a subject that is empty."""
    if "subject" in given and not given["subject"]:
        raise empty("subject")


def change(context: Context, case: Row, given: Mapping[str, Any]) -> Row:
    """Change a case as parameters say and return it; raises Problem."""
    check_subject(given)
    store, user, now = context.store, context.user["id"], context.now()
    values = references(store, given)
    values |= {name: given[name] for name in ("subject", "state") if given.get(name)}
    if given.get("field_values"):
        values |= field_values(store, given, case["field_values"])
    if values.get("requester_id"):
        values["identity_id"] = identity_of(store, values["requester_id"])
    values |= moments_of(context, case, values)
    if "tags" in given:
        tagging.replace(store, "case", case["id"], given["tags"])
    noted = {"last_updated_by_id": user, "agent_updated_at": now, "last_agent_activity_at": now}
    return context.change("case", case, {**values, **noted})


def moments_of(context: Context, case: Row, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be noted of a new assignment and a new status."""
    user, now = context.user["id"], context.now()
    found: dict[str, Any] = {}
    assigned = ("assigned_agent_id", "assigned_team_id")
    if any(name in values and values[name] != case.get(name) for name in assigned):
        found |= {"last_assigned_by_id": user, "last_assigned_at": now}
        found["latest_assignee_update"] = now
    status = values.get("status_id")
    if status and status != case.get("status_id"):
        kind = context.find("case_status", status)["type"]
        if kind in _NOTED:
            found[_NOTED[kind]] = now
        if kind in _BY:
            found[f"last_{kind.lower()}_by_id"] = user
    return found
