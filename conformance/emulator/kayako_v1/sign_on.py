"""Single sign-on: users for whom another system vouches, with tokens that a shared secret signs.

A user who is not known yet is made. Of the claims that replace what is known of a user, the name
is kept.
"""

from __future__ import annotations

import uuid
from typing import Any

from conformance.emulator.store import Row, Store

ROLES = {"customer": "CUSTOMER", "agent": "AGENT", "admin": "ADMIN", "owner": "OWNER"}
"""What the claim `role` may say, and the type of role that it stands for."""
CUSTOMER = "customer"


def address_in(claims: dict[str, Any]) -> str:
    """Return the e-mail address that a token names; empty for none."""
    return _text(claims.get("email"))


def is_over(claims: dict[str, Any], now: int) -> bool:
    """Tell whether the time of a token is over."""
    end = claims.get("exp")
    return isinstance(end, int | float) and end <= now


def welcomed(store: Store, claims: dict[str, Any], user: Row | None, now: int) -> Row:
    """Return the user of a token that is in order, made or renamed as the token says."""
    name = _text(claims.get("name"))
    if user is None:
        return _made(store, address_in(claims), name, str(claims.get("role", CUSTOMER)), now)
    if name and name != user["full_name"]:
        store.update("users", user["id"], {"full_name": name, "updated_at": now})
    return {**user, "full_name": name or user["full_name"]}


def _made(store: Store, email: str, name: str, role: str, now: int) -> Row:
    moments = {"created_at": now, "updated_at": now}
    row = {
        "uuid": str(uuid.uuid4()),
        "full_name": name or email,
        "role_id": store.where("roles", type=ROLES.get(role, ROLES[CUSTOMER]))[0]["id"],
    }
    access = {"organization_case_access": "REQUESTED"}
    row |= access if role == CUSTOMER else {"agent_case_access": "ALL"}
    key = store.insert("users", {**row, **moments})
    mail = {"user_id": key, "email": email, "is_primary": 1, "is_validated": 1}
    store.insert("identity_emails", {**mail, **moments})
    return store.get("users", key) or {}


def _text(value: Any) -> str:
    """Half a surrogate pair cannot be kept."""
    return str(value or "").encode("utf-8", "replace").decode()
