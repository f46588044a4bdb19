"""What goes for good: users, and tickets with all that belongs to them."""

from __future__ import annotations

from conformance.emulator.jitbit.context import Context, Handler
from conformance.emulator.wire import Refusal


def _delete(context: Context) -> None:
    key = context.given["userId"]
    context.find("users", key, "user")
    if key == context.caller["id"]:
        raise Refusal(400, "You cannot delete yourself.")
    for ticket in context.store.where("tickets", userid=key):
        remove_ticket(context, ticket["id"])
    context.store.execute("UPDATE comments SET userid = NULL WHERE userid = ?", key)
    context.store.execute("UPDATE attachments SET userid = NULL WHERE userid = ?", key)
    context.store.execute("UPDATE tickets SET assigneeid = NULL WHERE assigneeid = ?", key)
    context.store.execute("UPDATE tickets SET onbehalfof = NULL WHERE onbehalfof = ?", key)
    _forget(context, key)


def _merge(context: Context) -> None:
    old, new = context.given["fromUserId"], context.given["toUserId"]
    for key in (old, new):
        context.find("users", key, "user")
    if old == new:
        raise Refusal(400, "A user cannot be merged with themselves.")
    if old == context.caller["id"]:
        raise Refusal(400, "You cannot merge yourself away.")
    for table, column in (
        *(("tickets", "userid"), ("tickets", "assigneeid"), ("tickets", "onbehalfof")),
        *(("tickets", "lastupdatedby"), ("comments", "userid"), ("attachments", "userid")),
        *(("subscribers", "userid"), ("techs", "userid"), ("assetusers", "userid")),
    ):
        sql = f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {column} = ?"
        context.store.execute(sql, new, old)
    _forget(context, old)


def _forget(context: Context, key: int) -> None:
    """Remove a user and what only links to them."""
    store = context.store
    for table in ("subscribers", "techs", "assetusers", "accounts"):
        store.delete(table, userid=key)
    store.execute("UPDATE tickets SET lastupdatedby = NULL WHERE lastupdatedby = ?", key)
    store.execute(
        "DELETE FROM fieldvalues WHERE ownerid = ?"
        " AND fieldid IN (SELECT id FROM customfields WHERE usage = 3)",
        key,
    )
    store.delete("users", id=key)


def remove_ticket(context: Context, key: int) -> None:
    """Remove a ticket with all that belongs to it."""
    store = context.store
    for table in ("comments", "attachments", "tickettags", "subscribers", "links", "assettickets"):
        store.delete(table, ticketid=key)
    store.delete("links", otherid=key)
    store.execute("UPDATE tickets SET parentid = NULL WHERE parentid = ?", key)
    store.execute(
        "DELETE FROM fieldvalues WHERE ownerid = ?"
        " AND fieldid IN (SELECT id FROM customfields WHERE usage = 1)",
        key,
    )
    store.delete("tickets", id=key)


HANDLERS: dict[str, Handler] = {"deleteUser": _delete, "mergeUsers": _merge}
