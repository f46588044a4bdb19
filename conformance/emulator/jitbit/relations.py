"""Tickets and other tickets, their subscribers, and the trackers of other products."""

from __future__ import annotations

from conformance.emulator.jitbit.context import Context, Handler, Outcome
from conformance.emulator.jitbit.removal import remove_ticket
from conformance.emulator.jitbit.rights import find_ticket, visible
from conformance.emulator.jitbit.ticketviews import (
    detail,
    joined,
    linked,
    subscribers_of,
    summary,
)
from conformance.emulator.store import Row
from conformance.emulator.wire import Refusal

_TRACKERS = (
    *("BitbucketIssueUrl", "JiraIssueUrl", "GitHubIssueUrl", "AsanaTaskUrl", "TrelloCardUrl"),
    *("VSOWorkItemUrl", "HarvestProjectUrl", "GitLabIssueUrl", "BasecampTodoUrl"),
)
_MOVED = ("comments", "attachments", "tickettags", "subscribers", "assettickets")


def _two(context: Context, first: str, second: str) -> tuple[Row, Row]:
    """Return two different tickets that the caller works on; raises Refusal."""
    one = find_ticket(context, context.given[first], "work")
    other = find_ticket(context, context.given[second], "work")
    if one["id"] == other["id"] and not context.skips("same-ticket"):
        raise Refusal(400, f"{first} and {second} have to be different tickets.")
    return one, other


def _merge(context: Context) -> None:
    kept, gone = _two(context, "id", "id2")
    store, now = context.store, context.now()
    first = {"ticketid": kept["id"], "userid": gone["userid"], "date": gone["issuedate"]}
    store.insert("comments", {**first, "body": f"{gone['subject']}\r\n\r\n{gone['body']}"})
    for table in () if context.skips("move-to-merged") else _MOVED:
        sql = f"UPDATE OR IGNORE {table} SET ticketid = ? WHERE ticketid = ?"
        store.execute(sql, kept["id"], gone["id"])
    for row in store.where("links", ticketid=gone["id"]):
        if row["otherid"] != kept["id"]:
            _link_both(context, kept["id"], row["otherid"])
    # A child of the merged ticket becomes one of the primary, unless it is the primary itself.
    parents = "UPDATE tickets SET parentid = ? WHERE parentid = ? AND id <> ?"
    store.execute(parents, kept["id"], gone["id"], kept["id"])
    changes: Row = {"timespent": kept["timespent"] + gone["timespent"], "lastupdated": now}
    store.update("tickets", kept["id"], {**changes, "lastupdatedby": context.caller["id"]})
    if not context.skips("remove-merged"):
        remove_ticket(context, gone["id"])


def _link_both(context: Context, one: int, other: int) -> None:
    sql = "INSERT OR IGNORE INTO links (ticketid, otherid) VALUES (?, ?)"
    context.store.execute(sql, one, other)
    if not context.skips("link-back"):
        context.store.execute(sql, other, one)


def _link(context: Context) -> None:
    one, other = _two(context, "id", "id2")
    _link_both(context, one["id"], other["id"])


def _unlink(context: Context) -> None:
    one, other = _two(context, "id", "id2")
    context.store.delete("links", ticketid=one["id"], otherid=other["id"])
    context.store.delete("links", ticketid=other["id"], otherid=one["id"])


def _linked(context: Context) -> Outcome:
    ticket = find_ticket(context, context.given["id"])
    condition, values = visible(context)
    condition += " AND t.id IN (SELECT otherid FROM links WHERE ticketid = ?)"
    return linked(joined(context, condition, [*values, ticket["id"]]))


def _add_child(context: Context) -> None:
    parent, child = _two(context, "parentId", "childId")
    above: Row | None = parent
    while above:
        if above["id"] == child["id"]:
            raise Refusal(400, "A ticket cannot be below itself.")
        above = context.store.get("tickets", above["parentid"] or 0)
    context.store.update("tickets", child["id"], {"parentid": parent["id"]})


def _remove_child(context: Context) -> None:
    child = find_ticket(context, context.given["childId"], "work")
    context.store.update("tickets", child["id"], {"parentid": None})


def _children(context: Context) -> Outcome:
    ticket = find_ticket(context, context.given["id"])
    condition, values = visible(context)
    below = f"{condition} AND t.parentid = ?"
    rows = joined(context, below, [*values, ticket["id"]])
    if context.skips("first-level"):
        for row in list(rows):
            rows += joined(context, below, [*values, row["id"]])
    return [summary(row, origin_as_number=True) for row in rows]


def _parent(context: Context) -> Outcome:
    ticket = find_ticket(context, context.given["id"])
    if not ticket["parentid"]:
        return 0
    if context.given.get("returnFullTicket"):
        return detail(context, find_ticket(context, ticket["parentid"])["id"])
    return ticket["parentid"]


def _trackers(context: Context) -> Outcome:
    find_ticket(context, context.given["id"])
    return dict.fromkeys(_TRACKERS)


def _subscribe(context: Context) -> None:
    ticket = find_ticket(context, context.given["id"], "work")
    user = context.find("users", context.given["userId"], "user")
    sql = "INSERT OR IGNORE INTO subscribers (ticketid, userid) VALUES (?, ?)"
    context.store.execute(sql, ticket["id"], user["id"])


def _unsubscribe(context: Context) -> None:
    ticket = find_ticket(context, context.given["id"], "work")
    user = context.find("users", context.given["userId"], "user")
    context.store.delete("subscribers", ticketid=ticket["id"], userid=user["id"])


def _subscribers(context: Context) -> Outcome:
    return subscribers_of(context, find_ticket(context, context.given["id"])["id"])


HANDLERS: dict[str, Handler] = {
    "mergeTickets": _merge,
    "linkTickets": _link,
    "unlinkTickets": _unlink,
    "listLinkedTickets": _linked,
    "addSubTicket": _add_child,
    "removeSubTicket": _remove_child,
    "listSubTickets": _children,
    "getParentTicket": _parent,
    "getTicketIntegrationData": _trackers,
    "addSubscriber": _subscribe,
    "removeSubscriber": _unsubscribe,
    "listSubscribers": _subscribers,
}
