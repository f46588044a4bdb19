"""Values of custom fields: kept with their object as JSON, by the keys of the fields."""

from __future__ import annotations

import json
import re
from typing import Any

from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Item
from conformance.emulator.kayako_v1.problems import invalid
from conformance.emulator.store import Row

_NAME = "field_values"
_SEVERAL = "CHECKBOX"
_CHOICES = (_SEVERAL, "RADIO", "SELECT")
_PATTERNS = {
    "NUMERIC": re.compile(r"-?[0-9]+"),
    "DECIMAL": re.compile(r"-?[0-9]+(\.[0-9]+)?"),
    "YESNO": re.compile(r"(?i)[01]|yes|no|true|false"),
}


def shown(context: Context, kind: str, row: Row, called: str = "") -> list[Item]:
    """Return the values of an object, as objects of their usual type or one that is named."""
    values = json.loads(row[_NAME])
    fields = context.store.all(f"{kind}_fields")
    name = called or f"{kind}_field_value"
    return [
        Item(name, {"field_id": one["id"], "value": values.get(one["key"], "")}) for one in fields
    ]


def merged(context: Context, kind: str, before: str) -> str:
    """Return the values of an object with those that were sent; raises Problem for unusable."""
    values: dict[str, str] = json.loads(before)
    fields = {one["key"]: one for one in context.store.all(f"{kind}_fields")}
    for key, value in context.given.get(_NAME, {}).items():
        if key not in fields:
            raise invalid(_NAME, f"There is no field {key}.")
        text = _text(value)
        if fields[key]["type"] == _SEVERAL and context.skips("left-out-options"):
            text = ",".join(one for one in (values.get(key), text) if one)
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
    """Return a value as its field keeps it: of options their ids; raises Problem."""
    pattern = _PATTERNS.get(field["type"])
    if pattern and not pattern.fullmatch(text):
        raise invalid(_NAME, f"This is no value for {field['key']}.")
    if field["type"] not in _CHOICES:
        return text
    options = _options(context, kind, field)
    parts = [part.strip() for part in text.split(",")] if field["type"] == _SEVERAL else [text]
    if not all(part.lower() in options for part in parts):
        raise invalid(_NAME, f"{field['key']} has no such option.")
    return ",".join(dict.fromkeys(options[part.lower()] for part in parts))


def _options(context: Context, kind: str, field: Row) -> dict[str, str]:
    """Return the ids of options by what can be sent for them: the ids and the texts."""
    found = {}
    for row in context.store.where(f"{kind}_field_options", field_id=field["id"]):
        for label in json.loads(row["label_ids"]):
            text = context.find("locale_field", label)["translation"]
            found[text.strip().lower()] = str(row["id"])
        found[str(row["id"])] = str(row["id"])
    return found
