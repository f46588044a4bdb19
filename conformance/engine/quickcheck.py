"""A cheap first look at payloads, so that the detailed judge sees only what may be wrong.

Schemas are turned into plain predicates once. A predicate may only be stricter than the schema,
never laxer: what it does not understand, it refuses, and the detailed judge decides.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from conformance.engine.spec import Schema
from conformance.engine.xmlmap import forms_of

Predicate = Callable[[Any], bool]

_IGNORED = {
    "description", "title", "example", "examples", "xml", "default", "format", "deprecated",
    "contentEncoding", "contentMediaType",
    "additionalProperties", "x-text", "x-requirements", "x-inferred", "x-note", "$id", "$comment",
    "then", "else", "x-declared-encoding",
}  # fmt: skip


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


_PYTHON: dict[str, Predicate] = {
    "integer": _is_integer,
    "number": _is_number,
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "null": lambda v: v is None,
}


class QuickCheck:
    """Predicates for the schemas of one catalogue."""

    def __init__(
        self, resolve: Callable[[Schema], Schema], is_of_kind: Callable[[str, Any], bool]
    ) -> None:
        self._resolve = resolve
        self._is_of_kind = is_of_kind
        self._known: dict[int, tuple[Schema, Predicate]] = {}

    def passes(self, value: Any, schema: Schema) -> bool:
        """True when the value surely keeps the schema."""
        return self._predicate(schema)(value)

    def _predicate(self, schema: Schema) -> Predicate:
        key = id(schema)
        if key not in self._known:  # a schema that refers to itself meets the first entry
            self._known[key] = (schema, lambda value: self._known[key][1](value))
            built = _refuse if self._overrides(schema) else self._build(self._resolve(schema))
            self._known[key] = (schema, built)
        return self._known[key][1]

    def _overrides(self, schema: Schema) -> bool:
        """Whether a keyword beside a reference hides one behind it, although both count."""
        if "$ref" not in schema:
            return False
        behind = self._resolve({"$ref": schema["$ref"]})
        return any(key in behind and key != "$ref" and key not in _IGNORED for key in schema)

    def _build(self, schema: Schema) -> Predicate:
        parts = [self._keyword(key, value, schema) for key, value in schema.items()]
        rules = [part for part in parts if part is not None]
        return lambda value: all(rule(value) for rule in rules)

    def _keyword(self, key: str, wanted: Any, schema: Schema) -> Predicate | None:
        if key in _IGNORED:
            if key == "additionalProperties" and wanted is False:
                return _refuse
            return None
        build = _BUILDERS.get(key)
        return build(self, wanted, schema) if build else _refuse

    def _exact(self, schema: Schema) -> bool:
        """Whether the predicate says no only where the schema does: a condition needs that."""
        if self._overrides(schema):
            return False
        schema = self._resolve(schema)
        inner = [*schema.get("properties", {}).values(), *schema.get("allOf", ())]
        inner += [*schema.get("anyOf", ()), schema.get("items", {})]
        inner += [schema.get(key, {}) for key in ("if", "then", "else")]
        allowed = [*schema.get("enum", ()), schema.get("const")]
        return (
            all(key in _BUILDERS or key in _IGNORED for key in schema)
            and schema.get("additionalProperties") is not False
            and not any(isinstance(entry, (dict, list)) for entry in allowed)
            and all(self._exact(part) for part in inner if part)
        )

    def type(self, names: Any, _: Schema) -> Predicate:
        names = [names] if isinstance(names, str) else names
        rules = [_PYTHON[name] for name in names]
        return lambda value: any(rule(value) for rule in rules)

    def enum(self, allowed: Any, _: Schema) -> Predicate:
        return lambda value: any(_equal(value, entry) for entry in allowed)

    def const(self, allowed: Any, schema: Schema) -> Predicate:
        return self.enum([allowed], schema)

    def required(self, names: Any, _: Schema) -> Predicate:
        return lambda value: not isinstance(value, dict) or all(name in value for name in names)

    def advised(self, advice: Any, _: Schema) -> Predicate:
        return self._predicate(advice)

    def forbidden(self, names: Any, _: Schema) -> Predicate:
        unwanted = [form for name in names for form in forms_of(name)]
        return lambda value: not isinstance(value, dict) or not any(n in value for n in unwanted)

    def properties(self, members: Mapping[str, Any], _: Schema) -> Predicate:
        rules = {name: self._predicate(inner) for name, inner in members.items()}

        def check(value: Any) -> bool:
            if not isinstance(value, dict):
                return True
            return all(rule(value[name]) for name, rule in rules.items() if name in value)

        return check

    def items(self, inner: Any, _: Schema) -> Predicate:
        rule = self._predicate(inner)
        return lambda value: not isinstance(value, list) or all(rule(entry) for entry in value)

    def all_of(self, parts: Any, _: Schema) -> Predicate:
        rules = [self._predicate(part) for part in parts]
        return lambda value: all(rule(value) for rule in rules)

    def any_of(self, parts: Any, _: Schema) -> Predicate:
        rules = [self._predicate(part) for part in parts]
        return lambda value: any(rule(value) for rule in rules)

    def conditional(self, condition: Any, schema: Schema) -> Predicate:
        if not self._exact(condition):
            return _refuse
        holds = self._predicate(condition)
        then = self._predicate(schema.get("then", {}))
        otherwise = self._predicate(schema.get("else", {}))
        return lambda value: then(value) if holds(value) else otherwise(value)

    def minimum(self, least: Any, _: Schema) -> Predicate:
        return lambda value: not _is_number(value) or value >= least or math.isnan(value)

    def maximum(self, most: Any, _: Schema) -> Predicate:
        return lambda value: not _is_number(value) or value <= most or math.isnan(value)

    def min_length(self, least: Any, _: Schema) -> Predicate:
        return lambda value: not isinstance(value, str) or len(value) >= least

    def pattern(self, text: Any, _: Schema) -> Predicate:
        compiled = re.compile(text)
        return lambda value: not isinstance(value, str) or bool(compiled.search(value))

    def kind(self, kind: Any, _: Schema) -> Predicate:
        return lambda value: self._is_of_kind(kind, value)


def _refuse(_: Any) -> bool:
    return False


def _equal(value: Any, wanted: Any) -> bool:
    """As JSON compares: 1 is 1.0, but true is no 1."""
    if isinstance(wanted, (dict, list)):
        return False
    return bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)


_BUILDERS: dict[str, Callable[[QuickCheck, Any, Schema], Predicate]] = {
    "type": QuickCheck.type,
    "enum": QuickCheck.enum,
    "const": QuickCheck.const,
    "required": QuickCheck.required,
    "x-should": QuickCheck.required,
    "x-should-be": QuickCheck.advised,
    "x-forbidden": QuickCheck.forbidden,
    "properties": QuickCheck.properties,
    "items": QuickCheck.items,
    "allOf": QuickCheck.all_of,
    "anyOf": QuickCheck.any_of,
    "if": QuickCheck.conditional,
    "minimum": QuickCheck.minimum,
    "maximum": QuickCheck.maximum,
    "minLength": QuickCheck.min_length,
    "pattern": QuickCheck.pattern,
    "x-kind": QuickCheck.kind,
}
