"""Tickets: create, read, list, update, delete."""

from __future__ import annotations

import random
import string

from conformance.emulator.kayako_classic.children import find_ticket
from conformance.emulator.kayako_classic.correspondence import (
    BY_STAFF,
    BY_USER,
    notes_in_ticket,
    posts_in_ticket,
)
from conformance.emulator.kayako_classic.fields import (
    ABSENT,
    OPTIONAL,
    REQUIRED,
    Field,
    flag,
    one_of,
    read_fields,
    reference,
    text,
)
from conformance.emulator.kayako_classic.organization import full_name
from conformance.emulator.kayako_classic.people import find_or_create_user
from conformance.emulator.kayako_classic.routing import Context, Outcome, Route, number_in
from conformance.emulator.kayako_classic.ticketlist import list_tickets, search_tickets
from conformance.emulator.kayako_classic.xml import Element, leaf, leaves, listing
from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Refusal

CREATION_TYPES = {"default": 1, "phone": 2}
_CHILDREN = ("posts", "notes", "timetracks", "attachments", "customfieldvalues")
_BEFORE_OWNER = ("displayid", "departmentid", "statusid", "priorityid", "typeid", "userid")
_AFTER_OWNER = (
    *("fullname", "email", "lastreplier", "subject", "creationtime", "lastactivity"),
    *("laststaffreply", "lastuserreply", "slaplanid", "nextreplydue", "resolutiondue"),
)
_AFTER_REPLIES = (
    *("ipaddress", "creator", "creationmode", "creationtype", "isescalated"),
    *("escalationruleid", "templategroupid"),
)


def template_group(raw: str, store: Store) -> int:
    """A template group, by its id or its name."""
    key = number_in(raw.strip())
    for row in store.all("templategroups"):
        if row["id"] == key or row["title"].casefold() == raw.strip().casefold():
            return int(row["id"])
    raise ValueError("there is no such template group.")


def creation_type(raw: str, store: Store) -> int:
    """A word for how the ticket came in."""
    return CREATION_TYPES[one_of(*CREATION_TYPES)(raw, store)]


FIELDS = (
    Field("subject", text, REQUIRED, OPTIONAL),
    Field("fullname", text, REQUIRED, OPTIONAL),
    Field("email", text, REQUIRED, OPTIONAL),
    Field("contents", text, REQUIRED, ABSENT),
    Field("departmentid", reference("departments", condition="app=tickets"), REQUIRED, OPTIONAL),
    Field("ticketstatusid", reference("statuses"), REQUIRED, OPTIONAL, column="statusid"),
    Field("ticketpriorityid", reference("priorities"), REQUIRED, OPTIONAL, column="priorityid"),
    Field("tickettypeid", reference("types"), REQUIRED, OPTIONAL, column="typeid"),
    Field("userid", reference("users", none=True), emptied=0),
    Field("staffid", reference("staff", none=True), OPTIONAL, ABSENT),
    Field("autouserid", flag, OPTIONAL, ABSENT),
    Field("ownerstaffid", reference("staff", none=True), emptied=0),
    Field("templategroup", template_group, column="templategroupid"),
    Field("ignoreautoresponder", flag, OPTIONAL, ABSENT, kept=False),
    Field("type", creation_type, OPTIONAL, ABSENT, column="creationtype"),
)


def ticket_element(context: Context, row: Row, *, posts: bool) -> Element:
    """Return a ticket as it stands in an answer, with its posts if wanted."""
    store = context.store
    user = store.get("users", row["userid"]) or {"userorganizationid": 0}
    organization = store.get("organizations", user["userorganizationid"]) or {"id": 0, "name": ""}
    owner = store.get("staff", row["ownerstaffid"])
    template = store.get("templategroups", row["templategroupid"]) or {"title": ""}
    count = store.first("SELECT COUNT(*) AS held FROM posts WHERE ticketid = ?", row["id"])
    replies = max(0, (count or {"held": 0})["held"] - 1)
    children = [
        *(leaf(name, row[name]) for name in _BEFORE_OWNER),
        *leaves(userorganization=organization["name"], userorganizationid=organization["id"]),
        leaf("ownerstaffid", row["ownerstaffid"]),
        leaf("ownerstaffname", full_name(owner) if owner else ""),
        *(leaf(name, row[name]) for name in _AFTER_OWNER),
        leaf("replies", replies),
        *(leaf(name, row[name]) for name in _AFTER_REPLIES),
        *leaves(templategroupname=template["title"], tags=row["tags"]),
        *(Element("workflow", dict(flow)) for flow in store.all("workflows")),
        *notes_in_ticket(context, row["id"]),
    ]
    if posts:
        children.append(posts_in_ticket(context, row["id"]))
    return Element("ticket", {"id": row["id"], "flagtype": row["flagtype"]}, children)


def tickets_element(context: Context, rows: list[Row], *, posts: bool) -> Element:
    """Return the list root with these tickets."""
    return listing("tickets", [ticket_element(context, row, posts=posts) for row in rows])


def _list(context: Context, *filters: str) -> Outcome:
    return tickets_element(context, list_tickets(context, *filters), posts=False)


def _search(context: Context) -> Outcome:
    return tickets_element(context, search_tickets(context), posts=True)


def _read(context: Context, segment: str) -> Outcome:
    return tickets_element(context, [find_ticket(context.store, segment)], posts=True)


def _create(context: Context) -> Outcome:
    row = read_fields(context.fields, FIELDS, context.store, creating=True)
    contents, staff = row.pop("contents"), row.pop("staffid", 0)
    auto = row.pop("autouserid", 0)
    if not (row.get("userid") or staff or auto):
        raise Refusal(400, "One of userid, staffid and autouserid is needed.")
    if auto and not row.get("userid") and not context.faults.on("autouserid-finds-nobody"):
        row["userid"] = find_or_create_user(context, row["fullname"], row["email"])
    now = context.now()
    row |= {"creationtime": now, "lastactivity": now, "lastreplier": row["fullname"]}
    row |= {"creator": BY_STAFF if staff else BY_USER, "ipaddress": context.address}
    row["laststaffreply" if staff else "lastuserreply"] = now
    row["displayid"] = _new_mask(context.store, context.chance)
    key = context.store.insert("tickets", row)
    post = {"ticketid": key, "staffid": staff, "userid": 0 if staff else row.get("userid", 0)}
    post |= {name: row[name] for name in ("fullname", "email", "creator", "ipaddress", "subject")}
    context.store.insert("posts", {**post, "dateline": now, "contents": contents})
    return _read(context, str(key))


def _new_mask(store: Store, chance: random.Random) -> str:
    while True:
        letters = "".join(chance.choices(string.ascii_uppercase, k=3))
        mask = f"{letters}-{chance.randrange(1000):03}-{chance.randrange(100000):05}"
        if store.first("SELECT id FROM tickets WHERE displayid = ?", mask) is None:
            return mask


def _update(context: Context, segment: str) -> Outcome:
    ticket = find_ticket(context.store, segment)
    changes = read_fields(context.fields, FIELDS, context.store, creating=False)
    old = tickets_element(context, [ticket], posts=True)
    context.store.update("tickets", ticket["id"], {**changes, "lastactivity": context.now()})
    stale = context.faults.on("ticket-update-answers-old")
    return old if stale else _read(context, str(ticket["id"]))


def _delete(context: Context, segment: str) -> Outcome:
    ticket = find_ticket(context.store, segment)
    for table in _CHILDREN:
        if context.faults.on(f"ticket-deletion-leaves-{table}"):
            continue
        context.store.delete(table, ticketid=ticket["id"])
    context.store.delete("tickets", id=ticket["id"])
    return ""


ROUTES = (
    Route("GET", "Tickets/Ticket/ListAll/*", "ticket.list", _list),
    Route("GET", "Tickets/Ticket/$id", "ticket.read", _read),
    Route("POST", "Tickets/Ticket", "ticket.create", _create),
    Route("PUT", "Tickets/Ticket/$id", "ticket.update", _update),
    Route("DELETE", "Tickets/Ticket/$id", "ticket.delete", _delete),
    Route("POST", "Tickets/TicketSearch", "ticketsearch.create", _search),
)
