"""Tickets: read, create, update, close, tag."""

from __future__ import annotations

from typing import Any

from conformance.emulator.jitbit import customfields, rules
from conformance.emulator.jitbit.attachments import keep
from conformance.emulator.jitbit.context import Context, Handler, Outcome
from conformance.emulator.jitbit.rights import (
    find_category,
    find_ticket,
    is_tech,
    works_in,
)
from conformance.emulator.jitbit.tags import add_tag, replace_tags
from conformance.emulator.jitbit.ticketviews import ORIGINS, detail
from conformance.emulator.store import Row
from conformance.emulator.wire import Refusal

NEW, IN_PROCESS, CLOSED = 1, 2, 3
_PRIORITIES = range(-1, 3)


def _get(context: Context) -> Outcome:
    return detail(context, find_ticket(context, context.given["id"])["id"])


def _create(context: Context) -> Outcome:
    given, caller, now = context.given, context.caller["id"], context.now()
    category = find_category(context, given["categoryId"])
    if category["kbonly"]:
        raise Refusal(400, f"categoryId: {category['name']} takes articles only.")
    row: Row = {"categoryid": category["id"], "userid": caller, "lastupdatedby": caller}
    row |= {"subject": given["subject"], "body": given["body"], "issuedate": now}
    row |= {"lastupdated": now, "priority": _priority(given.get("priorityId", 0), "priorityId")}
    row["origin"] = _origin(given.get("origin", ORIGINS.index("API")))
    row |= _for_others(context, category)
    key = context.store.insert("tickets", row)
    for tag in given.get("tags", ()):
        add_tag(context, key, tag)
    ticket = context.find("tickets", key, "ticket")
    for field, text in given.get("customFields", {}).items():
        if not field.strip().isdecimal():
            raise Refusal(400, f"customFields: {field} is no id of a field.")
        customfields.set_for_ticket(context, ticket, int(field), text)
    keep(context, key, given.get("uploadFile", ()))
    rules.run(context, ticket)
    return key


def _for_others(context: Context, category: Row) -> Row:
    """Return the columns that only technicians set: for whom and to whom."""
    given, own = context.given, context.caller["id"]
    row: Row = {}
    wanted = {name: given[name] for name in ("userId", "assignedToUserId") if name in given}
    if wanted.get("userId") == own:
        del wanted["userId"]
    if not wanted:
        return {}
    if not works_in(context, category["id"]) and not context.skips("right:on-behalf"):
        raise Refusal(403, f"Only technicians may give {' and '.join(wanted)}.")
    if "userId" in wanted:
        row |= {"userid": _user(context, wanted["userId"]), "onbehalfof": own}
    if wanted.get("assignedToUserId"):
        row["assigneeid"] = _assignee(context, wanted["assignedToUserId"])
    return row


def _user(context: Context, key: int) -> int:
    return int(context.find("users", key, "user")["id"])


def _assignee(context: Context, key: int) -> int:
    user = context.find("users", key, "user")
    if not user["isadmin"] and not is_tech(context.store, key):
        raise Refusal(400, f"User {key} is no technician and takes no tickets.")
    return key


def _priority(value: int, name: str) -> int:
    if value not in _PRIORITIES:
        raise Refusal(400, f"{name}: -1, 0, 1 or 2 is needed.")
    return value


def _origin(value: int) -> int:
    if value not in range(len(ORIGINS)):
        raise Refusal(400, f"origin: a number from 0 to {len(ORIGINS) - 1} is needed.")
    return value


def _update(context: Context) -> None:
    given = context.given
    ticket = find_ticket(context, given["id"], "edit")
    changes = _plain_changes(context, ticket)
    if "statusId" in given:
        changes |= _status(context, ticket, given["statusId"])
    if "closeDate" in given and changes.get("statusid", ticket["statusid"]) == CLOSED:
        changes["resolveddate"] = given["closeDate"]
    if "tags" in given:
        replace_tags(context, ticket["id"], given["tags"])
    touched = {"lastupdated": context.now(), "lastupdatedby": context.caller["id"]}
    context.store.update("tickets", ticket["id"], {**changes, **touched})


def _plain_changes(context: Context, ticket: Row) -> Row:
    """Return the columns whose new values stand alone."""
    given: dict[str, Any] = context.given
    names = {"subject": "subject", "body": "body", "date": "issuedate", "dueDate": "duedate"}
    changes: Row = {column: given[name] for name, column in names.items() if name in given}
    if "categoryId" in given:
        changes["categoryid"] = _new_category(context, given["categoryId"])
    if "priority" in given:
        changes["priority"] = _priority(given["priority"], "priority")
    if "timeSpentInSeconds" in given:
        changes["timespent"] = _seconds(given["timeSpentInSeconds"])
    if "userId" in given and given["userId"] != ticket["userid"]:
        _check_staff(context, ticket, "userId")
        changes["userid"] = _user(context, given["userId"])
    if "assignedUserId" in given:
        _check_staff(context, ticket, "assignedUserId")
        key = given["assignedUserId"]
        changes["assigneeid"] = _assignee(context, key) if key else None
    return changes


def _new_category(context: Context, key: int) -> int:
    category = find_category(context, key)
    if category["kbonly"]:
        raise Refusal(400, f"categoryId: {category['name']} takes articles only.")
    return int(category["id"])


def _seconds(value: int) -> int:
    if value < 0:
        raise Refusal(400, "timeSpentInSeconds: 0 or more is needed.")
    return value


def _check_staff(context: Context, ticket: Row, name: str) -> None:
    """Raise Refusal (403) for a submitter who would give the ticket away or assign it."""
    if not works_in(context, ticket["categoryid"]) and (
        ticket["assigneeid"] != context.caller["id"] and not context.skips("right:on-behalf")
    ):
        raise Refusal(403, f"Only technicians may give {name}.")


def _status(context: Context, ticket: Row, status: int) -> Row:
    """Return the columns that a new status changes."""
    context.find("statuses", status, "status")
    changes: Row = {"statusid": status}
    if status != CLOSED:
        if not context.skips("clear-resolved"):
            changes["resolveddate"] = None
    elif ticket["statusid"] != CLOSED and not context.skips("set-resolved"):
        changes["resolveddate"] = context.now()
    if status != NEW and ticket["startdate"] is None:
        changes["startdate"] = context.now()
    return changes


def reopened(context: Context, ticket: Row) -> Row:
    """Return the columns that a reply of the submitter to a closed ticket changes."""
    return _status(context, ticket, IN_PROCESS) if ticket["statusid"] == CLOSED else {}


def _close(context: Context) -> None:
    ticket = find_ticket(context, context.given["id"], "close")
    if ticket["statusid"] == CLOSED:
        return
    changes = _status(context, ticket, CLOSED)
    touched = {"lastupdated": context.now(), "lastupdatedby": context.caller["id"]}
    context.store.update("tickets", ticket["id"], {**changes, **touched})


def _tag(context: Context) -> None:
    ticket = find_ticket(context, context.given["ticketId"], "edit")
    if context.skips("keep-tags"):
        replace_tags(context, ticket["id"], [])
    add_tag(context, ticket["id"], context.given["name"].strip())


HANDLERS: dict[str, Handler] = {
    "getTicket": _get,
    "createTicket": _create,
    "updateTicket": _update,
    "closeTicket": _close,
    "tagTicket": _tag,
}
