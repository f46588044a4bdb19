"""Assets: what users and tickets have to do with, retired instead of deleted."""

from __future__ import annotations

from typing import Any

from conformance.emulator.jitbit import customfields
from conformance.emulator.jitbit.context import Context, Handler, Outcome
from conformance.emulator.jitbit.people import subset
from conformance.emulator.jitbit.rights import find_ticket
from conformance.emulator.jitbit.ticketviews import joined, linked
from conformance.emulator.store import Row
from conformance.emulator.wire import Refusal

_PAGE = 50
_SHORTEST_PREFIX = 3
_WORDS = ("manufacturer", "type", "supplier")
_TEXTS = {
    "modelName": "modelname",
    "serialNumber": "serialnumber",
    "location": "location",
    "comments": "comments",
}
_FILTERS = {
    "assignedToUserId": "id IN (SELECT assetid FROM assetusers WHERE userid = ?)",
    "assignedToCompanyId": "companyid = ?",
    "assignedToDepartmentId": """id IN (SELECT assetid FROM assetusers
        JOIN users ON users.id = userid WHERE departmentid = ?)""",
    "assignedToTicketId": "id IN (SELECT assetid FROM assettickets WHERE ticketid = ?)",
}


def _object(context: Context, row: Row, *, alone: bool) -> dict[str, Any]:
    """Return an asset; alone it also tells the tickets it is involved in."""
    store = context.store
    held = "t.id IN (SELECT ticketid FROM assettickets WHERE assetid = ?)"
    tickets = joined(context, held, [row["id"]])
    company = store.get("companies", row["companyid"] or 0)
    words = {kind: store.get("assetwords", row[f"{kind}id"]) or {"name": ""} for kind in _WORDS}
    return {
        "Tickets": linked(tickets) if alone else None,
        "AssignedUsers": _users(context, row["id"]),
        "Fields": customfields.of_asset(context, row["id"]),
        "Attachments": None,
        "ItemID": row["id"],
        "Manufacturer": words["manufacturer"]["name"],
        "Supplier": words["supplier"]["name"],
        "ModelName": row["modelname"],
        "TypeID": row["typeid"],
        "Type": words["type"]["name"],
        "ManufacturerID": row["manufacturerid"],
        "SupplierID": row["supplierid"],
        "SerialNumber": row["serialnumber"],
        "Location": row["location"],
        "Comments": row["comments"],
        "Quantity": row["quantity"],
        "TicketCount": len(tickets),
        "Company": company["name"] if company else None,
        "CompanyID": row["companyid"],
        "Disabled": bool(row["disabled"]),
    }


def _users(context: Context, asset: int) -> list[dict[str, Any]]:
    sql = """SELECT users.* FROM users JOIN assetusers ON userid = users.id
        WHERE assetid = ? ORDER BY users.id"""
    return [subset(context, row) for row in context.store.query(sql, asset)]


def _list(context: Context) -> Outcome:
    given = context.given
    page = given.get("page", 1)
    if page < 1:
        raise Refusal(400, "page begins with 1.")
    conditions, values = ["1"], []
    for name, condition in _FILTERS.items():
        if name in given:
            conditions.append(condition)
            values.append(given[name])
    if not given.get("includeDisabled"):
        conditions.append("NOT disabled")
    sql = f"SELECT * FROM assets WHERE {' AND '.join(conditions)} ORDER BY id"
    rows = context.store.query(sql, *values)
    if "nameprefix" in given:
        prefix = given["nameprefix"].strip().casefold()
        if len(prefix) < _SHORTEST_PREFIX:
            raise Refusal(400, f"nameprefix: {_SHORTEST_PREFIX} letters or more are needed.")
        rows = [row for row in rows if row["modelname"].casefold().startswith(prefix)]
    part = rows[(page - 1) * _PAGE : page * _PAGE]
    return [_object(context, row, alone=False) for row in part]


def _columns(context: Context) -> Row:
    """Return the columns that the parameters set; the quantity falls back to 1."""
    given = context.given
    row: Row = {column: given[name] for name, column in _TEXTS.items() if name in given}
    for kind in _WORDS:
        if kind in given:
            row[f"{kind}id"] = _word_id(context, kind, given[kind].strip())
    if given.get("quantity", 1) < 0:
        raise Refusal(400, "quantity: 0 or more is needed.")
    if "quantity" in given or not context.skips("quantity-default"):
        row["quantity"] = given.get("quantity", 1)
    if "companyId" in given:
        key = given["companyId"]
        row["companyid"] = context.find("companies", key, "company")["id"] if key else None
    return row


def _word_id(context: Context, kind: str, name: str) -> int:
    known = context.store.where("assetwords", kind=kind, name=name)
    row = {"kind": kind, "name": name}
    return known[0]["id"] if known else context.store.insert("assetwords", row)


def _asset(context: Context, parameter: str = "assetId") -> Row:
    return context.find("assets", context.given[parameter], "asset")


def _get(context: Context) -> Outcome:
    return _object(context, _asset(context, "id"), alone=True)


def _create(context: Context) -> Outcome:
    return {"id": context.store.insert("assets", _columns(context))}


def _update(context: Context) -> Outcome:
    asset = _asset(context, "id")
    context.store.update("assets", asset["id"], _columns(context))
    return _get(context)


def _assign(context: Context) -> None:
    asset = _asset(context)
    user = context.find("users", context.given["userId"], "user")
    sql = "INSERT OR IGNORE INTO assetusers (assetid, userid) VALUES (?, ?)"
    context.store.execute(sql, asset["id"], user["id"])


def _unassign(context: Context) -> None:
    asset = _asset(context)
    user = context.find("users", context.given["userId"], "user")
    context.store.delete("assetusers", assetid=asset["id"], userid=user["id"])


def _add_to_ticket(context: Context) -> None:
    asset = _asset(context)
    ticket = find_ticket(context, context.given["ticketID"], "work")
    sql = "INSERT OR IGNORE INTO assettickets (assetid, ticketid) VALUES (?, ?)"
    context.store.execute(sql, asset["id"], ticket["id"])


def _remove_from_ticket(context: Context) -> None:
    asset = _asset(context)
    ticket = find_ticket(context, context.given["ticketID"], "work")
    context.store.delete("assettickets", assetid=asset["id"], ticketid=ticket["id"])


def _retire(disabled: int) -> Handler:
    def handle(context: Context) -> None:
        context.store.update("assets", _asset(context)["id"], {"disabled": disabled})

    return handle


HANDLERS: dict[str, Handler] = {
    "listAssets": _list,
    "getAsset": _get,
    "createAsset": _create,
    "updateAsset": _update,
    "assignAssetToUser": _assign,
    "unassignAssetFromUser": _unassign,
    "addAssetToTicket": _add_to_ticket,
    "removeAssetFromTicket": _remove_from_ticket,
    "enableAsset": _retire(0),
    "disableAsset": _retire(1),
}
