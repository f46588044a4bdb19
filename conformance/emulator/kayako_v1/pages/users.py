"""Users, and the caller as one of them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from conformance.emulator import passwords
from conformance.emulator.kayako_v1 import bulk, custom_values, moments, predicates, tagging
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import (
    Collection,
    Done,
    Item,
    Link,
    Outcome,
    Single,
    created,
)
from conformance.emulator.kayako_v1.pages import _access, _posts
from conformance.emulator.kayako_v1.pages.profile import set_password, usable_password
from conformance.emulator.kayako_v1.problems import (
    Problem,
    denied,
    duplicate,
    empty,
    invalid,
    required,
)
from conformance.emulator.store import Row

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_WITH_TEAMS = ("COLLABORATOR", "AGENT", "ADMIN")
_TEXTS = ("full_name", "legacy_id", "designation", "time_zone")
_OF_STAFF = ("signature", "greeting", "status_message")


# What an object shows


def _teams(context: Context, user: Row) -> list[Link]:
    rows = context.store.where("team_members", user_id=user["id"])
    return [Link("team", row["team_id"]) for row in rows]


def _emails(context: Context, user: Row) -> list[Link]:
    rows = context.store.where("identity_emails", user_id=user["id"])
    return [Link("identity_email", row["id"]) for row in rows]


def _avatar(context: Context, user: Row) -> str:
    return f"{context.base.removesuffix('/api/v1')}/avatar/get/{user['uuid']}"


def _password_updated(context: Context, user: Row) -> str:
    del context
    return moments.iso(user["password_updated_at"] or user["created_at"])


def _offset(context: Context, user: Row) -> int | None:
    try:
        zone = ZoneInfo(user["time_zone"] or "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    moment = datetime.fromtimestamp(context.now(), UTC).astimezone(zone)
    offset = moment.utcoffset()
    return int(offset.total_seconds()) if offset is not None else None


def _channel(prefix: str) -> Callable[[Context, Row], str]:
    return lambda _, user: f"{prefix}-{user['uuid']}"


_SHOWN: dict[str, Callable[[Context, Row], Any]] = {
    "is_mfa_enabled": lambda _, user: bool(user["otp_secret"]),
    "avatar": _avatar,
    "teams": _teams,
    "emails": _emails,
    "custom_fields": lambda context, user: custom_values.shown(context, "user", user),
    "pinned_notes_count": lambda context, user: _posts.pinned(context, f"users/{user['id']}"),
    "locale": lambda context, user: context.find("locale", user["locale_id"])["locale"],
    "time_zone_offset": _offset,
    "realtime_channel": _channel("presence"),
    "presence_channel": _channel("user_presence"),
    "password_updated_at": _password_updated,
}
FIELDS = {
    "user": _SHOWN,
    "current_user": {**_SHOWN, "notification_channel": _channel("private-notifications")},
}


# Reading


def _me(context: Context) -> Outcome:
    return Single(Item("current_user", context.user))


def _read(context: Context) -> Outcome:
    return Single(Item("user", _access.readable(context, context.keys["id"])))


def _list(context: Context) -> Outcome:
    rows, asked = _access.listed(context, context.store.all("users")), context.asked
    if asked.get("role"):
        roles = {row["id"] for row in context.store.where("roles", type=asked["role"])}
        rows = [row for row in rows if row["role_id"] in roles]
    if "ids" in asked:
        rows = [row for row in rows if row["id"] in asked["ids"]]
    if "legacy_ids" in asked:
        rows = [row for row in rows if row["legacy_id"] in asked["legacy_ids"]]
    return Collection("user", [row["id"] for row in reversed(rows)])


def _filter(context: Context) -> Outcome:
    rows = _access.listed(context, context.store.all("users"))
    chosen = predicates.selected(context, "user", rows)
    return Collection("user", [row["id"] for row in reversed(chosen)])


def _list_posts(context: Context) -> Outcome:
    user = _access.readable(context, context.keys["id"])
    return _posts.listed(context, "user_post", f"users/{user['id']}")


def _read_post(context: Context) -> Outcome:
    row = _posts.read(context, "user_post", "users")
    _access.readable(context, int(row["parent"].rpartition("/")[2]))
    return Single(Item("user_post", row))


# Changing


def _new(context: Context) -> Row:
    """Add the user that was sent, everything being looked at before anything is kept."""
    given = context.given
    role = _role(context)
    email, teams = given.get("email"), _known_teams(context)
    if role in _WITH_TEAMS:
        for name, value in (("email", email), ("team_ids", teams)):
            if not value:
                raise required(name)
    if email:
        check_email(context, email)
    values = _values(context, role, {"field_values": "{}"})
    values = {**_usual_access(role), **values}
    if given.get("password"):
        values["password"] = passwords.kept(usable_password(given["password"]))
        values["password_updated_at"] = context.now()
    user = context.add("user", {"uuid": str(uuid.uuid4()), **values})
    if email:
        mail = {"user_id": user["id"], "email": email, "is_primary": 1}
        context.add("identity_email", {**mail, "is_notification_enabled": 1})
    _set_teams(context, user["id"], teams)
    return user


def _role(context: Context) -> str:
    """Return the type of the role that was sent; raises Problem for one that cannot be given."""
    key = context.given.get("role_id")
    role = _access.type_of(context, key) if key is not None else ""
    if not role:
        raise invalid("role_id", "There is no such role.")
    _access.check_change(context, role)
    return role


def check_email(context: Context, email: str) -> None:
    """Raise Problem for what is no address, or that of somebody."""
    if not _EMAIL.fullmatch(email):
        raise invalid("email", "email has to be an address.")
    sql = "SELECT id FROM identity_emails WHERE lower(email) = lower(?)"
    if context.store.first(sql, email) and not context.skips("unique-email"):
        raise duplicate("email")


def _known_teams(context: Context) -> Sequence[int]:
    teams: Sequence[int] = context.given.get("team_ids", ())
    if not all(context.store.get("teams", team) for team in teams):
        raise invalid("team_ids", "There is no such team.")
    return teams


def _set_teams(context: Context, user: int, teams: Sequence[int]) -> None:
    context.store.delete("team_members", user_id=user)
    for team in teams:
        context.store.insert("team_members", {"team_id": team, "user_id": user})


def _values(context: Context, role: str, before: Row) -> Row:
    """Return the columns that what was sent changes; what a role cannot have is left out."""
    given, staff = context.given, role != "CUSTOMER"
    names = (*_TEXTS, *(_OF_STAFF if staff else ()))
    values: Row = {name: given[name] or None for name in names if name in given}
    if "designation" in values:
        values["designation"] = given["designation"] or ""
    if "full_name" in given and not (given["full_name"] or "").strip():
        raise empty("full_name")
    access = "agent_case_access" if staff else "organization_case_access"
    if given.get(access):
        values[access] = given[access]
    if given.get("role_id") is not None:
        values["role_id"] = given["role_id"]
    if given.get("is_enabled") is not None:
        values["is_enabled"] = int(given["is_enabled"])
    if given.get("locale_id") is not None:
        if not context.store.get("locales", given["locale_id"]):
            raise invalid("locale_id", "There is no such locale.")
        values["locale_id"] = given["locale_id"]
    if "field_values" in given:
        values["field_values"] = custom_values.merged(context, "user", before["field_values"])
    if given.get("avatar"):
        values["avatar_updated_at"] = context.now()
    return values


def _create(context: Context) -> Outcome:
    return created("user", _new(context))


def _create_several(context: Context) -> Outcome:
    return bulk.carried_out(context, "users", bulk.taken_by("createUser"), _new)


def _invite(context: Context) -> Outcome:
    for record in bulk.records(context, "users"):
        inner = bulk.with_record(context, bulk.taken_by("createUser"), _invited(record))
        customer = _access.type_of(context, inner.given["role_id"]) == "CUSTOMER"
        if customer and not context.skips("invited-roles"):
            raise invalid("role_id", "Customers are not invited.")
        if not inner.given.get("email"):
            raise required("email")
        _new(inner)
    return Done(201)


def _invited(record: Row) -> Row:
    """Return a record with the usual name of a member that invitations call otherwise."""
    return {"full_name" if name.lower() == "fullname" else name: record[name] for name in record}


def _update(context: Context) -> Outcome:
    given = context.given
    user = _access.changeable(context, context.keys["id"])
    role = _access.type_of(context, user["role_id"])
    if "role_id" in given:
        role = _role(context)
    teams = _known_teams(context)
    values = _values(context, role, user)
    if role != _access.type_of(context, user["role_id"]):
        values = {**_usual_access(role), **values}
    if "organization_id" in given:
        values["organization_id"] = _organization(context)
    if "team_ids" in given and role != "CUSTOMER":
        _set_teams(context, user["id"], teams)
    if "tags" in given:
        tagging.replace(context.store, "user", user["id"], given["tags"])
    return Single(Item("user", context.change("user", user, values)))


def _usual_access(role: str) -> Row:
    customer = role == "CUSTOMER"
    return {
        "agent_case_access": None if customer else "ALL",
        "organization_case_access": "REQUESTED" if customer else None,
    }


def _organization(context: Context) -> int | None:
    key: int | None = context.given["organization_id"]
    if key and not context.store.get("organizations", key):
        raise invalid("organization_id", "There is no such organization.")
    return key or None


def _set_password(context: Context) -> Outcome:
    user = _access.changeable(context, context.keys["id"])
    set_password(context, user["id"], context.given["new_password"])
    return Done()


def _reset_password(context: Context) -> Outcome:
    sql = "SELECT id FROM identity_emails WHERE lower(email) = lower(?)"
    if not context.store.first(sql, context.given["email"].strip()):
        text = "Nobody has this address."
        raise Problem(400, "ASSOCIATE_NOT_FOUND", text, parameter="email")
    return Done()


def _delete(context: Context) -> Outcome:
    user = _access.changeable(context, context.keys["id"])
    if user["id"] == context.user["id"]:
        raise denied("You may not delete yourself.")
    store, key = context.store, user["id"]
    for table in ("identity_emails", "team_members", "sessions", "remembered", "oauth_grants"):
        store.delete(table, user_id=key)
    tagging.clear(store, "user", key)
    _posts.clear(store, f"users/{key}")
    store.delete("users", id=key)
    return Done()


HANDLERS = {
    "listUserDefinitions": lambda context: predicates.definitions(context, "user"),
    "filterUsers": _filter,
    "listUsers": _list,
    "readUser": _read,
    "createUser": _create,
    "bulkCreateUsers": _create_several,
    "inviteUsers": _invite,
    "updateUser": _update,
    "setUserPassword": _set_password,
    "resetPassword": _reset_password,
    "deleteUser": _delete,
    "listUserPosts": _list_posts,
    "readUserPost": _read_post,
    "readMe": _me,
}
