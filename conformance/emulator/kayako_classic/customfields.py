"""Custom fields: definitions, options, and the set of values each ticket has."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Any

from conformance.emulator.kayako_classic.children import find_ticket
from conformance.emulator.kayako_classic.correspondence import decoded
from conformance.emulator.kayako_classic.routing import Context, Outcome, Route, number_in
from conformance.emulator.kayako_classic.xml import Element, listing
from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Refusal, Upload

TEXT, AREA, PASSWORD, CHECKBOX, RADIO, SELECT = 1, 2, 3, 4, 5, 6
MULTIPLE, CUSTOM, LINKED, DATE, FILE = 7, 8, 9, 10, 11
_BETWEEN_VALUES = re.compile(r"(?<!\\),")
_DEFINITION = (
    *("customfieldgroupid", "title", "fieldtype", "fieldname", "defaultvalue", "isrequired"),
    *("usereditable", "staffeditable", "regexpvalidate", "displayorder", "encryptindb"),
    "description",
)


def _definitions(context: Context) -> Outcome:
    rows = context.store.all("customfields")
    return listing("customfields", [Element("customfield", _definition(row)) for row in rows])


def _definition(row: Row) -> dict[str, Any]:
    return {"customfieldid": row["id"], **{name: row[name] for name in _DEFINITION}}


def _options(context: Context, segment: str) -> Outcome:
    rows = _options_of(context.store, number_in(segment) or 0)
    return listing("customfieldoptions", [Element("option", _option(row)) for row in rows])


def _option(row: Row) -> dict[str, Any]:
    shown = {name: row[name] for name in ("customfieldid", "optionvalue", "displayorder")}
    key = {"customfieldoptionid": row["id"]}
    parent = {"isselected": row["isselected"], "parentcustomfieldoptionid": row["parentid"]}
    return key | shown | parent


def _options_of(store: Store, field: int) -> list[Row]:
    return store.where("customfieldoptions", customfieldid=field)


def _values(context: Context, ticket: str) -> Outcome:
    store = context.store
    key = find_ticket(store, ticket)["id"]
    values = {row["customfieldid"]: row for row in store.where("customfieldvalues", ticketid=key)}
    groups = store.query("SELECT * FROM customfieldgroups ORDER BY displayorder, id")
    return listing("customfields", [_group(store, group, values) for group in groups])


def _group(store: Store, group: Row, values: dict[int, Row]) -> Element:
    fields = store.query(
        "SELECT * FROM customfields WHERE customfieldgroupid = ? ORDER BY displayorder, id",
        group["id"],
    )
    return Element(
        "group",
        {"id": group["id"], "title": group["title"]},
        [_value(store, field, values.get(field["id"])) for field in fields],
    )


def _value(store: Store, field: Row, value: Row | None) -> Element:
    attributes = {"id": field["id"], "type": field["fieldtype"]}
    attributes |= {"name": field["fieldname"], "title": field["title"]}
    if field["fieldtype"] == FILE:
        attributes["filename"] = value["filename"] if value else ""
    if value is None:
        return Element("field", attributes)
    return Element("field", attributes, text=_shown(store, field, json.loads(value["value"])))


def _shown(store: Store, field: Row, kept: str | list[int]) -> str:
    if isinstance(kept, str):
        return kept
    options = {row["id"]: row["optionvalue"] for row in _options_of(store, field["id"])}
    texts = [options[key] for key in kept if key in options]
    if field["fieldtype"] == LINKED:
        return " > ".join(texts)
    return ", ".join(text.replace(",", "\\,") for text in texts)


def _replace(context: Context, ticket: str) -> Outcome:
    store = context.store
    key = find_ticket(store, ticket)["id"]
    merging = context.faults.on("custom-fields-merged")
    if not merging:
        store.delete("customfieldvalues", ticketid=key)
    for field in store.all("customfields"):
        given = context.fields.raw(field["fieldname"])
        if merging and given is not None:
            store.delete("customfieldvalues", ticketid=key, customfieldid=field["id"])
        if given in (None, "", {}):
            continue
        try:
            kept, filename = _read(context, field, given)
        except ValueError as error:
            raise Refusal(400, f"{field['fieldname']}: {error}") from error
        if kept:
            row = {"ticketid": key, "customfieldid": field["id"], "filename": filename}
            store.insert("customfieldvalues", {**row, "value": json.dumps(kept)})
    return _values(context, ticket)


def _read(context: Context, field: Row, given: Any) -> tuple[str | list[int], str]:
    """Return a value as it is kept (text, or option ids) and a file name; ValueError if wrong."""
    kind = field["fieldtype"]
    if kind == FILE:
        return _read_file(context, field, given)
    if isinstance(given, Upload):
        raise ValueError("only a field of type file takes a file.")
    if kind in _CHOICES:
        return _CHOICES[kind](_options_of(context.store, field["id"]), given), ""
    if not isinstance(given, str):
        raise ValueError("a single text is needed.")
    return (_date(given) if kind == DATE else given), ""


def _read_file(context: Context, field: Row, given: Any) -> tuple[str, str]:
    if isinstance(given, Upload):
        return b64encode(given.contents).decode(), given.filename
    if not isinstance(given, str):
        raise ValueError("a file part is needed.")
    contents = decoded(given, tolerant=context.tolerant)
    return b64encode(contents).decode(), str(field["fieldname"])


def _date(given: str) -> str:
    try:
        return datetime.strptime(given.strip(), "%m/%d/%Y").strftime("%m/%d/%Y")
    except ValueError as error:
        raise ValueError("a date MM/DD/YYYY is needed.") from error


def _pick(options: list[Row], given: str) -> int:
    """Return the id of the option named by its id or by its text."""
    for row in options:
        if given.strip() in (str(row["id"]), row["optionvalue"]):
            return int(row["id"])
    raise ValueError(f"there is no option {given!r}.")


def _pick_one(options: list[Row], given: Any) -> list[int]:
    if not isinstance(given, str):
        raise ValueError("a single option is needed.")
    return [_pick(options, given)]


def _pick_some(options: list[Row], given: Any) -> list[int]:
    if isinstance(given, str):
        texts = [row["optionvalue"] for row in options]
        parts = [given] if given.strip() in texts else _BETWEEN_VALUES.split(given)
        named = [part.replace("\\,", ",") for part in parts]
    else:
        named = [item for item in given.values() if isinstance(item, str)]
    chosen = {_pick(options, item) for item in named if item.strip()}
    return [row["id"] for row in options if row["id"] in chosen]


def _pick_linked(options: list[Row], given: Any) -> list[int]:
    if isinstance(given, str):
        parent, _, child = (part.strip() for part in given.partition(">"))
    else:
        inner = given.get("1")
        parent = str(given.get("0", ""))
        child = str(next(iter(inner.values()), "")) if isinstance(inner, dict) else inner or ""
    if not parent:
        return []
    top = _pick([row for row in options if not row["parentid"]], parent)
    below = [row for row in options if row["parentid"] == top]
    return [top, _pick(below, child)] if child else [top]


_CHOICES: dict[int, Callable[[list[Row], Any], list[int]]] = {
    CHECKBOX: _pick_some,
    RADIO: _pick_one,
    SELECT: _pick_one,
    MULTIPLE: _pick_some,
    LINKED: _pick_linked,
}

ROUTES = (
    Route("GET", "Base/CustomField", "customfield.list", _definitions),
    Route("GET", "Base/CustomField/ListOptions/$id", "customfield.options", _options),
    Route("GET", "Tickets/TicketCustomField/$ticketid", "ticketcustomfield.read", _values),
    Route("POST", "Tickets/TicketCustomField/$ticketid", "ticketcustomfield.create", _replace),
)
