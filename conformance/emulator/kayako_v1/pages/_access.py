"""Which users a caller may see and change, by the types of their roles."""

from __future__ import annotations

from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.problems import denied
from conformance.emulator.store import Row

_STAFF = frozenset(("COLLABORATOR", "AGENT", "ADMIN"))
_CUSTOMERS = frozenset(("CUSTOMER",))
_LISTED = {"COLLABORATOR": _CUSTOMERS, "AGENT": _STAFF | _CUSTOMERS, "ADMIN": _STAFF | _CUSTOMERS}
_READ = {**_LISTED, "AGENT": _CUSTOMERS | {"COLLABORATOR", "AGENT"}}
_CHANGED = {**_LISTED, "AGENT": _CUSTOMERS}


def type_of(context: Context, role: int) -> str:
    """Return the type of a role."""
    row = context.store.get("roles", role)
    return str(row["type"]) if row else ""


def listed(context: Context, users: list[Row]) -> list[Row]:
    """Return the users that lists show to the caller; owners, of whom nothing is said, see all."""
    types = _LISTED.get(context.caller.role)
    if types is None:
        return users
    roles = {row["id"] for row in context.store.all("roles") if row["type"] in types}
    return [user for user in users if user["role_id"] in roles]


def readable(context: Context, key: int) -> Row:
    """Return a user that the caller may read; raises Problem."""
    user = context.find("user", key)
    types = _READ.get(context.caller.role)
    hidden = types is not None and type_of(context, user["role_id"]) not in types
    if hidden and not context.skips("user-reach"):
        raise denied("You may not read this user.")
    return user


def changeable(context: Context, key: int) -> Row:
    """Return a user that the caller may change; raises Problem."""
    user = context.find("user", key)
    check_change(context, type_of(context, user["role_id"]))
    return user


def check_change(context: Context, role: str) -> None:
    """Raise Problem unless the caller may add and change users of a type of role."""
    types = _CHANGED.get(context.caller.role)
    if types is not None and role not in types and not context.skips("user-roles"):
        raise denied(f"You may not change users with a role of the type {role}.")
