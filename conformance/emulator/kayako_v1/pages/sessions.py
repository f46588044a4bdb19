"""The session of the caller."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Done, Item, Outcome, Single
from conformance.emulator.store import Row


def _shown(context: Context) -> Row:
    session = context.caller.session
    now = context.now()
    agent = context.call.headers.get("user-agent", "")
    row = session or {
        **{"id": "", "user_id": None, "ip_address": context.call.address, "user_agent": agent},
        **{"last_activity_at": now, "created_at": now},
    }
    return {
        **row,
        "portal": "API",
        "instance_id": "1",
        "instance_name": urlsplit(context.base).hostname or "",
        "status": "ONLINE" if session else "OFFLINE",
    }


def _read(context: Context) -> Outcome:
    headers = {}
    asked = context.asked.get("remember_me") or context.skips("remember-asked")
    if asked and context.caller.user:
        token = secrets.token_urlsafe(32)
        fingerprint = context.caller.fingerprint or context.call.headers.get("x-fingerprint")
        row = {"user_id": context.user["id"], "token": token, "fingerprint": fingerprint}
        context.store.insert("remembered", row)
        headers["X-RememberMe"] = token
    return Single(Item("session", _shown(context)), headers=headers)


def _acknowledge(context: Context) -> Outcome:
    session = context.caller.session
    if session:
        sql = "UPDATE sessions SET last_activity_at = ? WHERE id = ?"
        context.store.execute(sql, context.now(), session["id"])
    return Done()


def _delete(context: Context) -> Outcome:
    session = context.caller.session
    if session and not context.skips("session-end"):
        context.store.delete("sessions", id=session["id"])
    return Done()


HANDLERS = {
    "readSession": _read,
    "acknowledgeSession": _acknowledge,
    "deleteSession": _delete,
}
