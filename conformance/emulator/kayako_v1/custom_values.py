"""Values of custom fields: kept with their object as JSON, by the keys of the fields."""

from __future__ import annotations

import json
from typing import Any

from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Item
from conformance.emulator.kayako_v1.problems import invalid
from conformance.emulator.store import Row

_NAME = "field_values"


def shown(context: Context, kind: str, row: Row) -> list[Item]:
    """Return the values of an object for its `custom_fields`."""
    values = json.loads(row[_NAME])
    fields = context.store.all(f"{kind}_fields")
    return [
        Item(f"{kind}_field_value", {"field_id": one["id"], "value": values[one["key"]]})
        for one in fields
        if one["key"] in values
    ]


def merged(context: Context, kind: str, before: str) -> str:
    """Return the values of an object with those that were sent; raises Problem for unusable."""
    values: dict[str, str] = json.loads(before)
    fields = {one["key"]: one for one in context.store.all(f"{kind}_fields")}
    for key, value in context.given.get(_NAME, {}).items():
        if key not in fields:
            raise invalid(_NAME, f"There is no field {key}.")
        text = _text(value)
        if text:
            values[key] = _fitting(context, kind, fields[key], text)
        else:
            values.pop(key, None)
    return json.dumps(values)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(_text(one) for one in value)
    if isinstance(value, dict):
        raise invalid(_NAME)
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(int(value))
    return str(value).strip()


def _fitting(context: Context, kind: str, field: Row, text: str) -> str:
    """Return a value for a field; only organizations have fields with options so far."""
    if field["type"] == "NUMERIC" and not text.lstrip("-").isdecimal():
        raise invalid(_NAME, f"{field['key']} takes a number.")
    del context, kind
    return text
