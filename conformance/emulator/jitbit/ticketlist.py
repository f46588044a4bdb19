"""The list of tickets with its filters, and the numbers about them."""

from __future__ import annotations

from typing import Any

from conformance.emulator.jitbit.context import Context, Handler, Outcome
from conformance.emulator.jitbit.dates import DAY, start_of_day
from conformance.emulator.jitbit.rights import is_staff, visible
from conformance.emulator.jitbit.ticketviews import joined, summaries
from conformance.emulator.wire import Refusal

_UNANSWERED = "(t.statusid = 1 OR t.updatedbyuser OR t.updatedfortechs)"
_MODES = {
    "all": "1",
    "unanswered": f"(t.statusid <> 3 AND {_UNANSWERED})",
    "unclosed": "t.statusid <> 3",
    "handledbyme": "t.assigneeid = ?",
}
_LONGEST = 300
_TAGGED = """t.id IN (SELECT ticketid FROM tickettags JOIN tags ON tags.id = tagid
    WHERE lower(tags.name) = lower(?))"""
_SUBSCRIBED = "t.id IN (SELECT ticketid FROM subscribers WHERE userid = ?)"
FILTERS = {
    "fromUserId": "t.userid = ?",
    "sectionId": "t.categoryid IN (SELECT id FROM categories WHERE sectionid = ?)",
    "fromCompanyId": "t.userid IN (SELECT id FROM users WHERE companyid = ?)",
    "handledByUserID": "t.assigneeid = ?",
    "assignedToUserId": "t.assigneeid = ?",
    "dateFrom": "t.issuedate >= ?",
    "dateTo": "t.issuedate <= ?",
    "updatedFrom": "t.lastupdated >= ?",
    "updatedTo": "t.lastupdated <= ?",
    "tagName": _TAGGED,
}
_ARRAYS = {"categoryId": "t.categoryid", "statusId": "t.statusid"}


def conditions(context: Context) -> tuple[list[str], list[Any]]:
    """Return the conditions that visibility and the common filters make, and their values."""
    seen, ids = visible(context)
    parts, values = [seen], list[Any](ids)
    for name, condition in FILTERS.items():
        if name in context.given:
            parts.append(condition)
            values.append(context.given[name])
    for name, column in _ARRAYS.items():
        if name in context.given:
            keys = context.given[name]
            parts.append(f"{column} IN ({', '.join('?' * len(keys))})")
            values += keys
    return parts, values


def page(context: Context, default: int) -> slice:
    """Return the part of a list that count and offset ask for; raises Refusal (400)."""
    count, offset = context.given.get("count", default), context.given.get("offset", 0)
    if count < 1 or offset < 0:
        raise Refusal(400, "count begins with 1 and offset with 0.")
    most = count if context.skips("longest-list") else min(count, _LONGEST)
    return slice(offset, offset + most)


def _list(context: Context) -> Outcome:
    given = context.given
    mode = given.get("mode", "all").strip().lower()
    if mode not in _MODES:
        raise Refusal(400, f"mode: one of {', '.join(_MODES)} is needed.")
    for name in ("dateTo", "updatedTo"):
        if name in given and not context.skips("last-day"):
            given[name] += DAY - 1
    parts, values = conditions(context)
    parts.append(_MODES[mode])
    values += [context.caller["id"]] * _MODES[mode].count("?")
    if given.get("subscribedOnly"):
        parts.append(_SUBSCRIBED)
        values.append(context.caller["id"])
    if "dueInDays" in given:
        today = start_of_day(context.now())
        parts.append("t.duedate BETWEEN ? AND ?")
        values += [today, today + (given["dueInDays"] + 1) * DAY - 1]
    part = page(context, 10)
    values += [part.stop - part.start, part.start]
    rows = joined(context, " AND ".join(parts), values, limited=True)
    return summaries(context, rows)


def _stats(context: Context) -> Outcome:
    overall = is_staff(context) and not context.given.get("forCurrentUser", False)
    condition, values = ("1", []) if overall else visible(context)
    caller = context.caller["id"]
    sums = {
        "TotalTickets": "1",
        "Closed": "t.statusid = 3",
        "InProcess": "t.statusid NOT IN (1, 3)",
        "NewTickets": "t.statusid = 1",
        "Unanswered": _MODES["unanswered"],
        "Unassigned": "t.statusid <> 3 AND t.assigneeid IS NULL",
        "Unclosed": "t.statusid <> 3",
        "HandledByMe": f"t.statusid <> 3 AND t.assigneeid = {caller:d}",
        "SubmittedByMe": f"t.userid = {caller:d}",
    }
    left_out = ("SubmittedByMe",) if overall else ("TotalTickets", "Closed")
    columns = ", ".join(
        f"COUNT(CASE WHEN {what} THEN 1 END) AS {name}"
        for name, what in sums.items()
        if name not in left_out
    )
    return context.store.first(f"SELECT {columns} FROM tickets AS t WHERE {condition}", *values)


HANDLERS: dict[str, Handler] = {"listTickets": _list, "getStats": _stats}
