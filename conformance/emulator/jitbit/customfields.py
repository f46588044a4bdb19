"""Custom fields of tickets, assets, users and companies: definitions, values, five types."""

from __future__ import annotations

import re
from typing import Any

from conformance.emulator.jitbit import parameters
from conformance.emulator.jitbit.context import Context, Handler, Outcome
from conformance.emulator.jitbit.rights import (
    find_category,
    find_ticket,
    is_staff,
    sees_techs_only,
)
from conformance.emulator.store import Row
from conformance.emulator.wire import Refusal

TICKET, ASSET, USER, COMPANY = 1, 2, 3, 4
_SELECTION, _CHECKBOX = 3, 4
_TABLES = {ASSET: ("assets", "asset"), USER: ("users", "user"), COMPANY: ("companies", "company")}
_BULK = re.compile(r"cf(\d{1,9})", re.ASCII | re.IGNORECASE)


def set_value(context: Context, usage: int, owner: int, field: int, text: str) -> None:
    """Set one value, an empty text takes it away; raises Refusal, 404 for an unknown field.

    A drop-down takes the id of one of its options, a check box a boolean word, the others any text.
    """
    row = context.store.get("customfields", field)
    if row is None or row["usage"] != usage:
        raise Refusal(404, f"There is no such custom field {field} here.")
    value = _checked(context, row, text.strip()) if row["type"] in (_SELECTION, _CHECKBOX) else text
    context.store.delete("fieldvalues", fieldid=field, ownerid=owner)
    if text.strip():
        values = {"fieldid": field, "ownerid": owner, "value": value}
        context.store.insert("fieldvalues", values)


def _checked(context: Context, row: Row, text: str) -> str:
    """Return the value of a drop-down or a check box; raises Refusal (400) for another kind."""
    if not text or context.skips("check-value"):
        return text
    try:
        if row["type"] == _CHECKBOX:
            return "true" if parameters.word(text) else "false"
        options = context.store.where("fieldoptions", fieldid=row["id"])
        if parameters.whole(text) in [option["id"] for option in options]:
            return str(parameters.whole(text))
    except ValueError as error:
        raise Refusal(400, f"{row['name']}: {error}") from None
    raise Refusal(400, f"{row['name']}: there is no option {text}.")


def set_for_ticket(context: Context, ticket: Row, field: int, text: str) -> None:
    """Set one value of a ticket; also raises Refusal for a field of another category."""
    row = context.store.get("customfields", field)
    if row and row["categoryid"] not in (None, ticket["categoryid"]):
        raise Refusal(404, f"The custom field {field} belongs to another category.")
    if row and row["techsonly"] and not sees_techs_only(context, ticket):
        raise Refusal(403, f"The custom field {field} is for technicians.")
    set_value(context, TICKET, ticket["id"], field, text)


def _fields(context: Context, usage: int) -> list[Row]:
    sql = "SELECT * FROM customfields WHERE usage = ? ORDER BY ordernumber, id"
    return context.store.query(sql, usage)


def _value_of(context: Context, field: Row, owner: int) -> str | None:
    rows = context.store.where("fieldvalues", fieldid=field["id"], ownerid=owner)
    return rows[0]["value"] if rows else None


def _option(context: Context, field: Row, value: str | None) -> str | None:
    """Return the text of the chosen option; of other types the value itself."""
    if value is None or field["type"] != _SELECTION:
        return value
    row = context.store.get("fieldoptions", int(value)) if value.isdecimal() else None
    return row["name"] if row else value


def of_ticket(context: Context, ticket: Row, *, unset: bool) -> list[dict[str, Any]]:
    """Return the custom fields of a ticket with their values; `unset` ones when wanted."""
    techs, items = sees_techs_only(context, ticket), []
    for field in _fields(context, TICKET):
        value = _value_of(context, field, ticket["id"])
        elsewhere = field["categoryid"] not in (None, ticket["categoryid"])
        if elsewhere or (value is None and not unset) or (field["techsonly"] and not techs):
            continue
        items.append(
            {
                "FieldName": field["name"],
                "FieldID": field["id"],
                "Type": field["type"],
                "UsageType": 0,
                "Value": value,
                "ValueWithOption": _option(context, field, value),
                "Mandatory": bool(field["mandatory"]),
            }
        )
    return items


def of_entity(context: Context, usage: int, owner: int) -> list[dict[str, Any]]:
    """Return the custom fields of an asset, user or company with their values."""
    return [
        {
            "FieldName": field["name"],
            "FieldID": field["id"],
            "Type": field["type"],
            "Value": _value_of(context, field, owner),
        }
        for field in _fields(context, usage)
    ]


def of_asset(context: Context, asset: int) -> list[dict[str, Any]]:
    """Return the custom fields that are set in an asset, defined and with their values."""
    shown = []
    for field in _fields(context, ASSET):
        value = _value_of(context, field, asset)
        if value is not None:
            chosen = int(value) if field["type"] == _SELECTION and value.isdecimal() else None
            shown.append({**_definition(context, field), "Value": value, "OptionID": chosen})
    return shown


def _definition(context: Context, field: Row) -> dict[str, Any]:
    options = context.store.where("fieldoptions", fieldid=field["id"])
    listed = [{"OptionID": row["id"], "Text": row["name"]} for row in options]
    return {
        "FieldName": field["name"],
        "FieldID": field["id"],
        "Type": field["type"],
        "UsageType": field["usage"],
        "ForTechsOnly": bool(field["techsonly"]),
        "Mandatory": bool(field["mandatory"]),
        "OrderByNumber": field["ordernumber"],
        "ShowInGrid": bool(field["showingrid"]),
        "SelectionComboOptions": listed if field["type"] == _SELECTION else None,
    }


def _of_category(context: Context) -> Outcome:
    category = find_category(context, context.given["categoryId"])
    techs = is_staff(context)
    return [
        _definition(context, field)
        for field in _fields(context, TICKET)
        if field["categoryid"] in (None, category["id"]) and (techs or not field["techsonly"])
    ]


def _list(context: Context) -> Outcome:
    usage = context.given.get("type")
    if usage is not None and usage not in (TICKET, ASSET, USER, COMPANY):
        raise Refusal(400, "type: 1 (tickets), 2 (assets), 3 (users) or 4 (companies) is needed.")
    usages = (TICKET, ASSET, USER, COMPANY) if usage is None else (usage,)
    return [_definition(context, field) for one in usages for field in _fields(context, one)]


def _of_ticket(context: Context) -> Outcome:
    ticket = find_ticket(context, context.given["id"])
    return of_ticket(context, ticket, unset=context.given.get("returnUnset", False))


def _set_one(context: Context) -> None:
    given = context.given
    ticket = find_ticket(context, given["ticketId"], "edit")
    set_for_ticket(context, ticket, given["fieldId"], given["value"])


def _set_many(context: Context) -> None:
    ticket = find_ticket(context, context.given["ticketId"], "edit")
    for name in context.raw.names():
        match = _BULK.fullmatch(name)
        if match:
            text = next((one for one in context.raw.all(name) if isinstance(one, str)), "")
            set_for_ticket(context, ticket, int(match[1]), text)


def _set_for(usage: int) -> Handler:
    table, what = _TABLES[usage]

    def handle(context: Context) -> None:
        given = context.given
        context.find(table, given["id"], what)
        set_value(context, usage, given["id"], given["fieldId"], given["value"])

    return handle


def _list_for(usage: int) -> Handler:
    table, what = _TABLES[usage]

    def handle(context: Context) -> Outcome:
        context.find(table, context.given["id"], what)
        return of_entity(context, usage, context.given["id"])

    return handle


HANDLERS: dict[str, Handler] = {
    "setTicketCustomField": _set_one,
    "setTicketCustomFields": _set_many,
    "listTicketCustomFields": _of_ticket,
    "listCustomFieldsForCategory": _of_category,
    "listCustomFields": _list,
    "setUserCustomField": _set_for(USER),
    "listUserCustomFields": _list_for(USER),
    "setCompanyCustomField": _set_for(COMPANY),
    "listCompanyCustomFields": _list_for(COMPANY),
    "setAssetCustomField": _set_for(ASSET),
}
