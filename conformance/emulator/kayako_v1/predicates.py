"""Smart lists: the propositions that exist, and the objects that a tree of them selects."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from operator import eq, ge, gt, le, lt, ne
from pathlib import Path
from typing import Any

from conformance.emulator.kayako_v1 import moments
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Collection, Outcome
from conformance.emulator.kayako_v1.problems import invalid
from conformance.emulator.kayako_v1.tagging import tags_of
from conformance.emulator.store import Row
from conformance.emulator.tables import read_yaml

Test = Callable[[Row], bool]

_NAME = "predicates"
_JOINED: Mapping[str, Callable[[Any], bool]] = {"AND": all, "OR": any}
_NUMBERS = ("NUMERIC", "BOOLEAN", "DATE_ABSOLUTE")
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "comparison_equalto": eq,
    "comparison_not_equalto": ne,
    "comparison_lessthan": lt,
    "comparison_greaterthan": gt,
    "comparison_lessthanorequalto": le,
    "comparison_greaterthanorequalto": ge,
    "string_contains": lambda value, text: text in value,
    "string_contains_insensitive": lambda value, text: text.lower() in value.lower(),
    "string_does_not_contain": lambda value, text: text not in value,
    "string_starts_with": str.startswith,
    "string_ends_with": str.endswith,
    "collection_contains_insensitive": lambda value, texts: bool(value & texts),
    "collection_does_not_contain_insensitive": lambda value, texts: not value & texts,
}


@cache
def _declared() -> dict[str, Any]:
    content: dict[str, Any] = read_yaml(Path(__file__).with_name("definitions.yaml"))
    return content


def definitions(context: Context, kind: str) -> Outcome:
    """Return the answer that lists the propositions for a type of objects."""
    declared = _declared()

    def load(name: str) -> Row:
        entry = declared[kind][name]
        roles = {str(row["id"]): row["title"] for row in context.store.all("roles")}
        return {
            "sub_type": "",
            "group": "",
            **entry,
            "field": name,
            "operators": declared["operators"][entry["input_type"]],
            "values": roles if entry["input_type"] == "OPTIONS" else None,
        }

    return Collection("definition", list(declared[kind]), load)


def selected(context: Context, kind: str, rows: list[Row]) -> list[Row]:
    """Return the rows that the sent predicates select; raises Problem for unusable ones."""
    tree = _misread(context, context.given[_NAME])
    test = _collections(tree, _declared()[kind])
    marked = [{**row, "tags": tags_of(context.store, kind, row["id"])} for row in rows]
    return [row for row in marked if test(row)]


def _misread(context: Context, tree: Any) -> Any:
    """Return the predicates as a fault has them understood."""
    text = json.dumps(tree)
    if context.skips("letter-case"):
        text = text.replace("string_contains_insensitive", "string_contains")
    if context.skips("one-of-several"):
        text = text.replace('"OR"', '"AND"')
    return json.loads(text)


def _collections(tree: Any, declared: Mapping[str, Any]) -> Test:
    tests = [_propositions(one, declared) for one in _members(tree, "collections")]
    return _joined(tree, "collection_operator", tests)


def _propositions(tree: Any, declared: Mapping[str, Any]) -> Test:
    tests = [_proposition(one, declared) for one in _members(tree, "propositions")]
    return _joined(tree, "proposition_operator", tests)


def _members(tree: Any, name: str) -> list[Any]:
    found = tree.get(name) if isinstance(tree, dict) else None
    if not isinstance(found, list) or not found:
        raise invalid(_NAME, f"{_NAME} has to hold {name}.")
    return found


def _joined(tree: Mapping[str, Any], name: str, tests: list[Test]) -> Test:
    joined = _JOINED.get(str(tree.get(name, "AND")).upper())
    if joined is None:
        raise invalid(_NAME, f"{name} is AND or OR.")
    return lambda row: joined(test(row) for test in tests)


def _proposition(one: Any, declared: Mapping[str, Any]) -> Test:
    entry = declared.get(str(one.get("field"))) if isinstance(one, dict) else None
    if entry is None:
        raise invalid(_NAME, "A proposition names no known field.")
    name = str(one.get("operator")).lower()
    if name not in _declared()["operators"][entry["input_type"]]:
        raise invalid(_NAME, f"{one['field']} has no operator {name}.")
    try:
        wanted = _wanted(entry["type"], one.get("value"))
    except (ValueError, TypeError, OverflowError):
        raise invalid(_NAME, f"The value for {one['field']} cannot be read.") from None
    compare = _OPERATORS[name]
    return lambda row: _compared(compare, entry["type"], row[entry["column"]], wanted)


def _wanted(kind: str, value: Any) -> Any:
    if kind == "COLLECTION":
        texts = value if isinstance(value, list) else str(value).split(",")
        return {str(text).strip().lower() for text in texts}
    if kind == "DATE_ABSOLUTE":
        return moments.read(str(value))
    if kind == "BOOLEAN":
        return int({"true": 1, "1": 1, "false": 0, "0": 0, "": 0}.get(str(value).lower(), "x"))
    return float(value) if kind == "NUMERIC" else str(value)


def _compared(compare: Callable[[Any, Any], bool], kind: str, value: Any, wanted: Any) -> bool:
    if kind == "COLLECTION":
        return compare({name.lower() for name in value}, wanted)
    if value is None and kind in _NUMBERS:
        return compare is ne
    return compare("" if value is None else value, wanted)
