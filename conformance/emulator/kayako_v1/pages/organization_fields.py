"""Custom fields of organizations: their texts, options and order, and the values."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from conformance.emulator.kayako_v1 import custom_values
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import (
    Collection,
    Done,
    Item,
    Link,
    Outcome,
    Single,
    created,
)
from conformance.emulator.kayako_v1.problems import empty, invalid, not_found
from conformance.emulator.kayako_v1.values import read
from conformance.emulator.store import Row, Store

_KIND = "organization_field"
_OPTIONS = "organization_field_options"
_WITH_OPTIONS = ("CHECKBOX", "RADIO", "SELECT", "CASCADINGSELECT")
_MARKS = (
    "is_visible_to_customers",
    "is_customer_editable",
    "is_required_for_customers",
    "is_enabled",
)
_LOCALE = "en-us"


# What objects show


def _texts(column: str) -> Callable[[Context, Row], list[Link]]:
    return lambda _, row: [Link("locale_field", key) for key in json.loads(row[column])]


def _options(context: Context, row: Row) -> list[Link]:
    return [Link("field_option", one["id"]) for one in _options_of(context.store, row["id"])]


def _options_of(store: Store, field: int) -> list[Row]:
    sql = f"SELECT * FROM {_OPTIONS} WHERE field_id = ? ORDER BY sort_order, id"
    return store.query(sql, field)


FIELDS = {
    _KIND: {
        "customer_titles": _texts("customer_titles"),
        "descriptions": _texts("descriptions"),
        "options": _options,
    },
    "field_option": {"values": _texts("label_ids")},
}


# Fields


def _found(context: Context) -> Row:
    return context.find(_KIND, context.keys["id"])


def _list(context: Context) -> Outcome:
    return Collection(_KIND, [row["id"] for row in context.store.all("organization_fields")])


def _read(context: Context) -> Outcome:
    return Single(Item(_KIND, _found(context)))


def _create(context: Context) -> Outcome:
    rows = context.store.all("organization_fields")
    values = {
        "fielduuid": str(uuid.uuid4()),
        "type": context.given["type"],
        "key": _key(context.given["title"], {row["key"] for row in rows}),
        "sort_order": max((row["sort_order"] for row in rows), default=0) + 1,
        **_values(context),
    }
    if values["type"] == "REGEX":
        _check_expression(values.get("regular_expression"))
    row = context.add(_KIND, values)
    _keep_options(context, row)
    return created(_KIND, row)


def _key(title: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_") or "field"
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}_{number}"
    return key


def _check_expression(expression: str | None) -> None:
    try:
        re.compile(expression or "")
    except re.error:
        raise invalid("regular_expression") from None


def _values(context: Context) -> Row:
    """Return the columns that what was sent changes."""
    given = context.given
    values: Row = {name: int(given[name]) for name in _MARKS if given.get(name) is not None}
    if "title" in given:
        if not (given["title"] or "").strip():
            raise empty("title")
        values["title"] = given["title"]
    if "regular_expression" in given:
        values["regular_expression"] = given["regular_expression"] or None
    for name in ("customer_titles", "descriptions"):
        if name in given:
            values[name] = _keep_texts(context, name, given[name])
    return values


def _keep_texts(context: Context, name: str, sent: Any) -> str:
    """Keep texts in several locales and return their ids."""
    sent = [{"translation": sent}] if isinstance(sent, str) else (sent or [])
    if not isinstance(sent, list):
        raise invalid(name)
    keys = []
    for one in sent:
        text = one.get("translation") if isinstance(one, dict) else None
        if not isinstance(text, str):
            raise invalid(name, f"{name} holds objects with locale and translation.")
        row = {"locale": str(one.get("locale") or _LOCALE), "translation": text}
        keys.append(context.add("locale_field", row)["id"])
    return json.dumps(keys)


def _update(context: Context) -> Outcome:
    row, values = _found(context), _values(context)
    if row["type"] == "REGEX":
        _check_expression(values.get("regular_expression"))
    row = context.change(_KIND, row, values)
    _keep_options(context, row)
    return Single(Item(_KIND, row))


def _delete(context: Context) -> Outcome:
    row, store = _found(context), context.store
    for owner in store.all("organizations"):
        values = json.loads(owner["field_values"])
        if values.pop(row["key"], None) is not None:
            store.update("organizations", owner["id"], {"field_values": json.dumps(values)})
    store.delete(_OPTIONS, field_id=row["id"])
    store.delete("organization_fields", id=row["id"])
    return Done()


def _reorder(context: Context) -> Outcome:
    rows = context.store.all("organization_fields")
    _sort(context.store, "organization_fields", rows, "field_ids", context.given["field_ids"])
    return Done()


def _sort(store: Store, table: str, rows: list[Row], name: str, keys: Sequence[int]) -> None:
    """Put the rows named first in their order, the others behind them."""
    known = [row["id"] for row in sorted(rows, key=lambda row: (row["sort_order"], row["id"]))]
    if not set(keys) <= set(known):
        raise invalid(name, f"{name} names what does not exist.")
    for place, key in enumerate([*keys, *(key for key in known if key not in keys)], 1):
        store.update(table, key, {"sort_order": place})


# Options


def _keep_options(context: Context, field: Row) -> None:
    """Add the options that were sent, and change those that were sent with their ids."""
    sent = context.given.get("options")
    if sent is None or field["type"] not in _WITH_OPTIONS:
        return
    if not isinstance(sent, list):
        raise invalid("options", "options is a JSON array.")
    have = {row["id"]: row for row in _options_of(context.store, field["id"])}
    for place, one in enumerate(sent, 1):
        one = one if isinstance(one, dict) else {"values": one}
        values: Row = {"sort_order": read("options", "integer", [one.get("sort_order", place)])}
        if "values" in one:
            values["label_ids"] = _keep_texts(context, "options", one["values"])
        known = have.get(read("options", "integer", [one.get("id")]))
        if known:
            context.change("field_option", known, values)
        elif "values" in one:
            more = {"field_id": field["id"], "fielduuid": str(uuid.uuid4())}
            context.add("field_option", {**more, **values})
        else:
            raise invalid("options", "An option needs values.")


def _reorder_options(context: Context) -> Outcome:
    field = context.find(_KIND, context.keys["field_id"])
    rows = _options_of(context.store, field["id"])
    _sort(context.store, _OPTIONS, rows, "option_ids", context.given["option_ids"])
    return Done()


def _delete_option(context: Context) -> Outcome:
    field = context.find(_KIND, context.keys["field_id"])
    row = context.find("field_option", context.keys["id"])
    if row["field_id"] != field["id"]:
        raise not_found("option")
    _drop_choice(context.store, field["key"], str(row["id"]))
    context.store.delete(_OPTIONS, id=row["id"])
    return Done()


def _drop_choice(store: Store, key: str, option: str) -> None:
    """Take an option from the values of all organizations."""
    for owner in store.all("organizations"):
        values = json.loads(owner["field_values"])
        chosen = str(values.get(key, "")).split(",")
        if option not in chosen:
            continue
        left = ",".join(one for one in chosen if one != option)
        values = {**values, key: left} if left else {k: v for k, v in values.items() if k != key}
        store.update("organizations", owner["id"], {"field_values": json.dumps(values)})


# Values


def _shown_values(context: Context, owner: Row) -> Outcome:
    items = custom_values.shown(context, "organization", owner)
    rows = {item.row["field_id"]: item.row for item in items}
    return Collection("organization_field_value", sorted(rows), lambda key: rows[key])


def _list_values(context: Context) -> Outcome:
    return _shown_values(context, context.find("organization", context.keys["id"]))


def _update_values(context: Context) -> Outcome:
    owner = context.find("organization", context.keys["id"])
    values = custom_values.merged(context, "organization", owner["field_values"])
    changed = context.change("organization", owner, {"field_values": values})
    return _shown_values(context, changed)


HANDLERS = {
    "listOrganizationFields": _list,
    "readOrganizationField": _read,
    "createOrganizationField": _create,
    "updateOrganizationField": _update,
    "reorderOrganizationFields": _reorder,
    "deleteOrganizationField": _delete,
    "reorderOrganizationFieldOptions": _reorder_options,
    "deleteOrganizationFieldOption": _delete_option,
    "listOrganizationFieldValues": _list_values,
    "updateOrganizationFieldValues": _update_values,
}
