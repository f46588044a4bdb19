"""Users: objects, look-ups, creation and changes."""

from __future__ import annotations

import re
import secrets
from typing import Any

from conformance.emulator.jitbit.authentication import new_password
from conformance.emulator.jitbit.companies import named_id
from conformance.emulator.jitbit.context import Context, Handler, Outcome
from conformance.emulator.jitbit.dates import written
from conformance.emulator.jitbit.rights import is_tech
from conformance.emulator.store import Row
from conformance.emulator.wire import Refusal

_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+")
_LIST_MODES = {
    "all": "1",
    "techs": "(isadmin OR id IN (SELECT userid FROM techs))",
    "admins": "isadmin",
    "regular": "NOT (isadmin OR id IN (SELECT userid FROM techs))",
    "disabled": "disabled",
}
_PLAIN = {
    "username": "username",
    "email": "email",
    "firstName": "firstname",
    "lastName": "lastname",
    "notes": "notes",
    "phone": "phone",
    "location": "location",
    "greeting": "greeting",
    "signature": "signature",
    "disabled": "disabled",
    "enableEmailNotifications": "sendemail",
    "outOfOffice": "outofoffice",
    "isAdmin": "isadmin",
}


def full_name(row: Row) -> str:
    """Return first and last name, or the user name of someone who has neither."""
    return f"{row['firstname']} {row['lastname']}".strip() or str(row["username"])


def name_and_login(row: Row) -> str:
    """Return the full name with the user name behind it, or the user name alone."""
    name = full_name(row)
    return name if name == row["username"] else f"{name} ({row['username']})"


def subset(context: Context, row: Row) -> dict[str, Any]:
    """Return a user in short, as among subscribers."""
    return {
        "UserID": row["id"],
        "Username": row["username"],
        "Email": row["email"],
        "FirstName": row["firstname"],
        "LastName": row["lastname"],
        "IsAdmin": bool(row["isadmin"]),
        "Disabled": bool(row["disabled"]),
        "SendEmail": bool(row["sendemail"]),
        "IsTech": is_tech(context.store, row["id"]),
        "IsManager": bool(row["ismanager"]),
        "OutOfOffice": bool(row["outofoffice"]),
        "FullNameAndLogin": name_and_login(row),
        "FullName": full_name(row),
    }


def user_object(context: Context, row: Row) -> dict[str, Any]:
    """Return a user in full."""
    company = context.store.get("companies", row["companyid"]) if row["companyid"] else None
    department = _department(context, row)
    return {
        **subset(context, row),
        "Notes": row["notes"],
        "Location": row["location"],
        "Phone": row["phone"],
        "Department": department,
        "DepartmentName": department,
        "DepartmentID": row["departmentid"],
        "CompanyName": company["name"] if company else None,
        "CompanyId": row["companyid"],
        "CompanyNotes": company["notes"] if company else None,
        "IPAddress": row["ipaddress"],
        "HostName": row["hostname"],
        "Lang": "",
        "UserAgent": row["useragent"],
        "AvatarURL": None,
        "Signature": row["signature"],
        "Greeting": row["greeting"],
        "LastSeen": written(row["lastseen"]),
        "LastPasswordChange": written(row["passwordchanged"]),
        "RecentTickets": None,
        "DarkMode": False,
        "IsDepartmentManager": False,
        "TwoFactorAuthEnabled": False,
    }


def _department(context: Context, row: Row) -> str | None:
    department = context.store.get("departments", row["departmentid"] or 0)
    return department["name"] if department else None


def _looked_up(context: Context, row: Row) -> dict[str, Any]:
    return {**user_object(context, row), "Password": None, "PushToken": None}


def _authorize(context: Context) -> Outcome:
    return user_object(context, context.caller)


def _get(context: Context) -> Outcome:
    return _looked_up(context, context.find("users", context.given["userId"], "user"))


def _by(column: str, parameter: str) -> Handler:
    def handle(context: Context) -> Outcome:
        wanted = context.given[parameter].strip()
        sql = f"SELECT * FROM users WHERE lower({column}) = lower(?)"
        row = context.store.first(sql, wanted)
        if row is None:
            raise Refusal(404, f"There is no user with the {parameter} {wanted}.")
        return _looked_up(context, row)

    return handle


def _list(context: Context) -> Outcome:
    given = context.given
    mode = given.get("listMode", "all").strip().lower()
    if mode not in _LIST_MODES:
        raise Refusal(400, f"listMode: one of {', '.join(_LIST_MODES)} is needed.")
    count, page = given.get("count", 500), given.get("page", 1)
    if count < 1 or page < 1:
        raise Refusal(400, "count and page begin with 1.")
    conditions, values = [_LIST_MODES[mode]], []
    for parameter, column in (("departmentId", "departmentid"), ("companyId", "companyid")):
        if parameter in given:
            conditions.append(f"{column} = ?")
            values.append(given[parameter])
    sql = f"SELECT * FROM users WHERE {' AND '.join(conditions)} ORDER BY id LIMIT ? OFFSET ?"
    rows = context.store.query(sql, *values, count, (page - 1) * count)
    return [_list_item(context, row) for row in rows]


def _list_item(context: Context, row: Row) -> dict[str, Any]:
    full = user_object(context, row)
    names = (
        *("UserID", "FirstName", "LastName", "Notes", "Location", "Phone", "CompanyName"),
        *("CompanyId", "DepartmentID", "LastSeen", "Username", "Email", "IsAdmin", "Disabled"),
        *("FullName", "DepartmentName", "OutOfOffice"),
    )
    return {name: full[name] for name in names}


def _columns(context: Context, key: int | None) -> Row:
    """Return the columns that the parameters set; raises Refusal (400) for taken names."""
    given = context.given
    row = {column: given[name] for name, column in _PLAIN.items() if name in given}
    if "email" in row and _EMAIL.fullmatch(row["email"].strip()) is None:
        raise Refusal(400, "email: an address such as someone@example.com is needed.")
    for column in ("username", "email"):
        if column in row:
            row[column] = row[column].strip()
            _check_free(context, column, row[column], key)
    for name, table in (("company", "companies"), ("department", "departments")):
        if name in given:
            row[f"{name}id"] = named_id(context, table, given[name].strip())
    return row


def _check_free(context: Context, column: str, text: str, key: int | None) -> None:
    sql = f"SELECT id FROM users WHERE lower({column}) = lower(?) AND id IS NOT ?"
    if context.store.first(sql, text, key) and not context.skips(f"{column}-taken"):
        raise Refusal(400, f"{column}: {text} is taken by another user.")


def _create(context: Context) -> Outcome:
    row = {"username": context.given["email"].strip(), **_columns(context, None)}
    _check_free(context, "username", row["username"], None)
    row |= new_password(context.given.get("password", secrets.token_urlsafe(12)))
    return context.store.insert("users", row)


def _update(context: Context) -> None:
    key = context.given["userId"]
    context.find("users", key, "user")
    row = _columns(context, key)
    if "password" in context.given:
        row |= new_password(context.given["password"]) | {"passwordchanged": context.now()}
        if context.skips("end-tokens"):
            del row["stamp"]
        sql = "UPDATE accounts SET password = ? WHERE userid = ?"
        context.store.execute(sql, context.given["password"], key)
    context.store.update("users", key, row)


HANDLERS: dict[str, Handler] = {
    "authorize": _authorize,
    "getUser": _get,
    "getUserByEmail": _by("email", "email"),
    "getUserByUsername": _by("username", "username"),
    "listUsers": _list,
    "createUser": _create,
    "updateUser": _update,
}
