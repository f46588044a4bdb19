"""The first look at payloads: it never lets through what the judge refuses, and it passes what
is sound, for every schema of the catalogue and for odd ones."""

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from conformance.engine import judging
from conformance.engine.judging import is_of_kind
from conformance.engine.quickcheck import QuickCheck
from conformance.engine.requirements import Registry
from conformance.engine.spec import Schema, Spec, load_spec

SPEC = load_spec("kayako-classic")
SCHEMAS: dict[str, Schema] = SPEC.document["components"]["schemas"]


def refused(spec: Spec, schema: Schema, value: Any) -> list[Any]:
    """What the judge says without a first look, requirements or not."""
    anchored = judging._anchored(schema)
    return list(judging._validator(spec).evolve(schema=anchored).iter_errors(value))


def passes(spec: Spec, schema: Schema, value: Any) -> bool:
    return QuickCheck(spec.resolve, is_of_kind).passes(value, schema)


# Sound documents of the catalogue -----------------------------------------------------------------


def sound(chance: random.Random, schema: Schema) -> Any:
    """A value that keeps a schema of the catalogue."""
    value = filled(chance, schema)
    for _ in range(20):
        errors = refused(SPEC, schema, value)
        if not errors:
            return value
        for error in errors:
            take_out(value, list(error.absolute_path))
    raise AssertionError(f"no sound value of {schema}: {errors[0]}")


def take_out(value: Any, path: list[Any]) -> None:
    for step in path[:-1]:
        value = value[step]
    value.pop(path[-1], None)


def filled(chance: random.Random, schema: Schema) -> Any:
    schema = SPEC.resolve(schema)
    if "properties" in schema or "allOf" in schema:
        value: dict[str, Any] = {}
        for part in (*schema.get("allOf", ()), schema):
            resolved = SPEC.resolve(part)
            if part is not schema and "properties" in resolved:
                value.update(filled(chance, resolved))
            for name, inner in resolved.get("properties", {}).items():
                value[name] = filled(chance, inner)
        return value
    types = schema.get("type", "string")
    kind = chance.choice(types) if isinstance(types, list) else types
    if "enum" in schema:
        return chance.choice(schema["enum"])
    if kind == "array":
        return [filled(chance, schema.get("items", {})) for _ in range(chance.randint(1, 3))]
    if kind == "integer":
        return chance.randint(schema.get("minimum", -5), schema.get("maximum", 2**33))
    if kind == "null":
        return None
    if kind == "object":
        return {}
    return "ABC-123-45678" if "pattern" in schema else chance.choice(["aGk=", "aGVsbG8="])


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_sound_document_passes_at_the_first_look(name: str) -> None:
    chance = random.Random(name)
    for _ in range(5):
        assert passes(SPEC, SCHEMAS[name], sound(chance, SCHEMAS[name]))


# Spoilt documents ---------------------------------------------------------------------------------

ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 1.0, 0.5, -0.0, 2**70, 1e300, float("inf"), float("nan"), "",
    " ", "0", "1", "true", "x", "aGk=", "a?", "ticket", "timetrack", "ABC-123-45678", [], [1], {},
    ["x"], {"id": "x"}, [None], [{}],
)  # fmt: skip


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    if not isinstance(value, (dict, list)):
        return
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        yield from places(inner)


def spoilt(chance: random.Random, value: Any) -> Any:
    value = copy.deepcopy(value)
    for _ in range(chance.randint(1, 3)):
        known = list(places(value))
        if not known:
            return chance.choice(ODD)
        holder, key = chance.choice(known)
        act = chance.randrange(4)
        if act == 0:
            del holder[key]
        elif act == 1 and isinstance(holder, dict):
            odd = chance.choice(("password", "@password", "subject", "usergroupid", "./id", "new"))
            holder[odd] = chance.choice(ODD)
        else:
            holder[key] = copy.deepcopy(chance.choice(ODD))
    return value


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_passes_at_the_first_look_is_never_refused_by_the_judge(name: str) -> None:
    chance = random.Random(name)
    quick = QuickCheck(SPEC.resolve, is_of_kind)
    for _ in range(4):
        base = sound(chance, SCHEMAS[name])
        for _ in range(40):
            value = spoilt(chance, base)
            if quick.passes(value, SCHEMAS[name]):
                assert refused(SPEC, SCHEMAS[name], value) == [], value


def test_spoiling_a_document_makes_the_judge_refuse_most_of_them() -> None:
    chance = random.Random(1)
    base = sound(chance, SCHEMAS["ticket"])
    values = [spoilt(chance, base) for _ in range(100)]
    assert sum(bool(refused(SPEC, SCHEMAS["ticket"], value)) for value in values) > 60


# Schemas beyond the catalogue ---------------------------------------------------------------------

KEYWORDS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("type", ("integer", "string", "object", "array", ["integer", "null"], "number", "boolean")),
    ("enum", ([0, 1], ["x", ""], [True], [1.0], [[1], {}], [None, "1"])),
    ("const", (1, True, "x", 0.0, [1], None)),
    ("minimum", (0, 1, 0.5)),
    ("maximum", (0, 1, 2**70)),
    ("exclusiveMinimum", (0,)),
    ("multipleOf", (2,)),
    ("minLength", (0, 1, 4)),
    ("maxLength", (1,)),
    ("pattern", ("^a", "x$", "^$")),
    ("required", (["id"], ["id", "new"])),
    ("x-should", (["id"],)),
    ("x-forbidden", (["id"], ["password"])),
    ("x-kind", ("boolean01", "unixtime", "base64")),
    ("minItems", (1,)),
    ("uniqueItems", (True,)),
    ("additionalProperties", (False, True)),
    ("format", ("email",)),
    ("contentEncoding", ("base64",)),
    ("not", ({}, {"type": "integer"})),
    ("description", ("words",)),
)
SHARED: dict[str, Schema] = {
    "number": {"type": "number", "minimum": 1},
    "text": {"type": "string", "minLength": 2},
    "thing": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}},
}


def odd_catalogue() -> Spec:
    document = {
        "info": {"title": ""},
        "x-family": "any",
        "paths": {},
        "components": {"schemas": SHARED},
    }
    return Spec(document, Registry((), ()))


def odd_schema(chance: random.Random, depth: int) -> Schema:
    schema: dict[str, Any] = {}
    for keyword, choices in chance.sample(KEYWORDS, chance.randint(0, 2)):
        schema[keyword] = chance.choice(choices)
    if depth and chance.random() < 0.8:
        part = [odd_schema(chance, depth - 1) for _ in range(3)]
        form = chance.randrange(6)
        if form == 0:
            schema["properties"] = {"id": part[0], "new": part[1]}
        elif form == 1:
            schema["items"] = part[0]
        elif form == 2:
            schema[chance.choice(("allOf", "anyOf", "oneOf"))] = part[:2]
        elif form == 3:
            schema |= {"if": part[0], "then": part[1], "else": part[2]}
        elif form == 4:
            schema |= {"if": {"properties": {"id": part[0]}}, "then": part[1]}
        else:
            schema["$ref"] = f"#/components/schemas/{chance.choice(list(SHARED))}"
    return schema


def odd_value(chance: random.Random) -> Any:
    if chance.random() < 0.5:
        return copy.deepcopy(chance.choice(ODD))
    names = chance.sample(("id", "new", "password", "@id", "./id"), chance.randint(0, 3))
    return {name: copy.deepcopy(chance.choice(ODD)) for name in names}


@pytest.mark.parametrize("seed", range(60))
def test_odd_schemas_are_never_looser_at_the_first_look(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(10):
        schema = odd_schema(chance, 3)
        spec = odd_catalogue()
        for value in [odd_value(chance) for _ in range(15)]:
            if passes(spec, schema, value):
                assert refused(spec, schema, value) == [], (schema, value)


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ({"type": "integer"}, 1.0),
        ({"enum": [1]}, 1.0),
        ({"const": [1]}, [1]),
        ({"multipleOf": 2}, 4),
        ({"minimum": 5}, False),
        ({"additionalProperties": False}, {}),
        ({"$ref": "#/components/schemas/number", "minimum": 5}, 2),
    ],
)
def test_a_condition_is_never_taken_for_false_when_it_holds(condition: Schema, value: Any) -> None:
    schema = {"if": condition, "then": {"type": "null"}}
    assert passes(odd_catalogue(), schema, value) <= (not refused(odd_catalogue(), schema, value))


def test_a_keyword_beside_a_reference_and_the_one_behind_it_both_count() -> None:
    schema: Schema = {"$ref": "#/components/schemas/number", "minimum": 0}
    assert not passes(odd_catalogue(), schema, 0)
