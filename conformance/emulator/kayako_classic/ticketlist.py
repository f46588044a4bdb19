"""Which tickets a list holds: filters, paging and order in the path, and the ticket search."""

from __future__ import annotations

from conformance.emulator.kayako_classic.fields import Field, whole
from conformance.emulator.kayako_classic.people import emails_of, holds_words
from conformance.emulator.kayako_classic.routing import Context, number_in
from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Refusal

ANY = "-1"
_FILTERS = ("departmentid", "statusid", "ownerstaffid", "userid")
_ARGUMENTS = (*_FILTERS, "count", "start", "sortfield", "sortorder")
_ORDERS = {"ASC": "ASC", "DESC": "DESC", ANY: "ASC"}
_COLUMNS = {
    "ticketid": "id",
    "ticketmaskid": "displayid",
    "ticketstatusid": "statusid",
    "ticketpriorityid": "priorityid",
    "tickettypeid": "typeid",
    "dateline": "creationtime",
    ANY: "id",
}
_SORTABLE = (
    *("id", "displayid", "departmentid", "statusid", "priorityid", "typeid"),
    *("userid", "ownerstaffid", "fullname", "email", "lastreplier", "subject"),
    *("creationtime", "lastactivity", "laststaffreply", "lastuserreply", "flagtype"),
    *("creator", "creationmode", "creationtype"),
)
_COUNT = Field("count", whole(least=-1))
_START = Field("start", whole(least=-1))
FLAGS = (
    *("ticketid", "contents", "author", "email", "creatoremail", "fullname", "notes"),
    *("usergroup", "userorganization", "user", "tags"),
)


def list_tickets(context: Context, *given: str) -> list[Row]:
    """Return the tickets that the path arguments ask for.

    Raises Refusal (400) without a department and for a count, start, sort field or order that
    cannot be used. Ids that are no numbers match nothing.
    """
    if not given:
        raise Refusal(400, "departmentid is required.")
    if len(given) > len(_ARGUMENTS):
        raise Refusal(404, "The ticket list takes at most eight arguments.")
    on = context.faults.on
    asked = dict.fromkeys(_ARGUMENTS, ANY) | dict(zip(_ARGUMENTS, given, strict=False))
    if on("left-out-owner-is-nobody") and len(given) < 3:
        asked["ownerstaffid"] = "0"
    conditions, values = ["1"], []
    for column in _FILTERS:
        if "," in asked[column] and on("comma-list-filters-nothing"):
            continue
        if asked[column] != ANY or (on("any-is-an-id") and column in _ARGUMENTS[: len(given)]):
            keys = _keys(asked[column])[: 1 if on("comma-list-cut") else None]
            conditions.append(f"{column} IN ({', '.join('?' * len(keys))})")
            values += keys
    column, order = _sorting(asked["sortfield"], asked["sortorder"])
    count = _COUNT.value(asked["count"], context.store)
    if on("ticket-count-one-more") and count >= 0:
        count += 1
    start = max(0, _START.value(asked["start"], context.store))
    return context.store.query(
        f"SELECT * FROM tickets WHERE {' AND '.join(conditions)}"
        f" ORDER BY {column} {order}, id {order} LIMIT ? OFFSET ?",
        *values,
        count,
        start,
    )


def _keys(raw: str) -> list[int]:
    keys = (number_in(part.strip()) for part in raw.split(","))
    return [key for key in keys if key is not None]


def _sorting(field: str, order: str) -> tuple[str, str]:
    column = _COLUMNS.get(field.casefold(), field.casefold())
    if column not in _SORTABLE:
        raise Refusal(400, f"sortField: tickets cannot be sorted by {field}.")
    if order.upper() not in _ORDERS:
        raise Refusal(400, "sortOrder: ASC or DESC is needed.")
    return column, _ORDERS[order.upper()]


def search_tickets(context: Context) -> list[Row]:
    """Return the tickets in which `query` occurs, in any of the places switched on by flags.

    Raises Refusal (400) without a query. Without any flag the contents of posts are searched.
    """
    query = (context.fields.text("query") or "").strip()
    if not query:
        raise Refusal(400, "query is required.")
    on = context.faults.on
    counting = ("1", "0") if on("flag-counts-when-sent") else ("1",)
    flags = [name for name in FLAGS if (context.fields.text(name) or "").strip() in counting]
    tickets = context.store.all("tickets")
    if on("newest-ticket-not-searched"):
        tickets = tickets[:-1]
    combined = all if on("flags-narrow") else any
    return [
        row
        for row in tickets
        if combined(_hit(context.store, row, flag, query) for flag in flags or ["contents"])
    ]


def _hit(store: Store, ticket: Row, flag: str, query: str) -> bool:
    if flag == "ticketid":
        return query.upper() in (str(ticket["id"]), ticket["displayid"])
    return holds_words(query, _searched(store, ticket, flag))


def _searched(store: Store, ticket: Row, flag: str) -> list[str]:
    """Return the texts of a ticket that a flag stands for."""
    if flag == "notes":
        return [row["contents"] for row in store.where("notes", ticketid=ticket["id"])]
    if flag == "tags":
        return [ticket["tags"]]
    if flag == "creatoremail":
        return [ticket["email"]]
    if flag in ("user", "usergroup", "userorganization"):
        return _searched_user(store, ticket["userid"], flag)
    posts = store.where("posts", ticketid=ticket["id"])
    columns = {"author": ("fullname", "email")}.get(flag, (flag,))
    places = posts if flag == "contents" else [ticket, *posts]
    return [str(row[column]) for row in places for column in columns]


def _searched_user(store: Store, user: int, flag: str) -> list[str]:
    row = store.get("users", user)
    if row is None:
        return []
    if flag == "user":
        return [row["fullname"], *emails_of(store, user)]
    if flag == "usergroup":
        group = store.get("usergroups", row["usergroupid"])
        return [group["title"]] if group else []
    organization = store.get("organizations", row["userorganizationid"])
    return [organization["name"]] if organization else []
