"""The catalogue of Kayako Classic: sound for every reader, and level with the registry it cites."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest
import yaml
from openapi_spec_validator import validate

ROOT = Path(__file__).parents[2]
FAMILY = ROOT / "schemas" / "kayako-classic"
METHODS = ("get", "post", "put", "delete")
REQUIREMENT = re.compile(r"KC-[A-Z]{3,5}-\d{3}")

Node = Mapping[str, Any]


def read(file: Path) -> dict[str, Any]:
    loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


CATALOGUE = read(FAMILY / "openapi.yaml")
LEVELS = {
    entry["id"]: entry["level"] for entry in read(FAMILY / "requirements.yaml")["requirements"]
}
LANGUAGE = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")


class Named(NamedTuple):
    """A parameter or body property: what it is called, whether it is required, what it says."""

    name: str
    required: bool
    members: Node


def operations() -> Iterator[tuple[Node, Node]]:
    """Each path item with each of its operations."""
    for item in CATALOGUE["paths"].values():
        for method in METHODS:
            if method in item:
                yield item, item[method]


def parameters(item: Node, operation: Node) -> Iterator[Named]:
    for declared in (*item.get("parameters", ()), *operation.get("parameters", ())):
        required = declared["required"] and not declared.get("x-optional")
        yield Named(declared["name"], required, {**declared["schema"], **declared})
    for body in operation.get("requestBody", {}).get("content", {}).values():
        schema = body["schema"]
        for name, members in schema.get("properties", {}).items():
            yield Named(name, name in schema.get("required", ()), members)


OPERATIONS = {operation["operationId"]: (item, operation) for item, operation in operations()}
EACH_OPERATION = pytest.mark.parametrize("operation_id", list(OPERATIONS))


def nodes(node: Any) -> Iterator[Node]:
    """Every mapping in a tree."""
    if isinstance(node, Mapping):
        yield node
        for inner in node.values():
            yield from nodes(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from nodes(inner)


def texts(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for inner in node.values():
            yield from texts(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from texts(inner)
    elif isinstance(node, str):
        yield node


# The document ------------------------------------------------------------------------------------


def test_the_public_validator_accepts_the_catalogue() -> None:
    validate(CATALOGUE)


def test_every_documented_operation_is_there_once() -> None:
    ids = [operation["operationId"] for _, operation in operations()]
    assert len(ids) == 70
    assert len(set(ids)) == len(ids)


def test_every_reference_leads_somewhere() -> None:
    for node in nodes(CATALOGUE):
        if "$ref" in node:
            assert resolved(node), node["$ref"]


def test_every_cited_requirement_is_in_the_registry() -> None:
    cited = {text for text in texts(CATALOGUE) if REQUIREMENT.fullmatch(text)}
    assert cited
    assert cited <= set(LEVELS), sorted(cited - set(LEVELS))


def test_every_word_of_our_own_is_explained() -> None:
    used = {key for node in nodes(CATALOGUE) for key in node if str(key).startswith("x-")}
    unexplained = {key for key in used if not re.search(f"`{key}[`:]", LANGUAGE)}
    assert not unexplained


def test_the_preflight_only_reads() -> None:
    for operation_id in CATALOGUE["x-preflight"]:
        assert OPERATIONS[operation_id][1]["x-effect"] == "read"


# Requests ----------------------------------------------------------------------------------------


@EACH_OPERATION
def test_every_required_parameter_has_a_value(operation_id: str) -> None:
    for parameter in parameters(*OPERATIONS[operation_id]):
        if parameter.required:
            assert {"x-value", "x-from"} & set(parameter.members), parameter.name


@EACH_OPERATION
def test_every_literal_value_fits_its_parameter(operation_id: str) -> None:
    for parameter in parameters(*OPERATIONS[operation_id]):
        value = parameter.members.get("x-value")
        if value is not None and "{" not in str(value):
            schema = parameter.members.get("schema", parameter.members)
            as_sent = str(value) if schema["type"] == "string" else value
            jsonschema.validate(as_sent, schema)


@EACH_OPERATION
def test_the_first_name_of_each_choice_can_be_sent(operation_id: str) -> None:
    known = {p.name: p for p in parameters(*OPERATIONS[operation_id])}
    for choice in OPERATIONS[operation_id][1].get("x-one-of", ()):
        assert not any(known[name].required for name in choice["names"])
        assert {"x-value", "x-from"} & set(known[choice["names"][0]].members)


def test_every_object_that_is_needed_can_be_made_or_found() -> None:
    offered = {
        operation[key]["kind"]
        for _, operation in operations()
        for key in ("x-creates", "x-finds")
        if key in operation
    }
    needed = {
        str(parameter.members["x-from"]).partition(".")[0]
        for item, operation in operations()
        for parameter in parameters(item, operation)
        if "x-from" in parameter.members
    }
    assert needed <= offered, sorted(needed - offered)


def test_whatever_is_made_can_be_removed() -> None:
    for _, operation in operations():
        assert (operation["x-effect"] == "create") == ("x-creates" in operation)
        if "x-creates" in operation:
            remove = OPERATIONS[operation["x-creates"]["remove"]][1]
            assert remove["x-effect"] == "delete"


@EACH_OPERATION
def test_what_only_client_libraries_show_is_promised_by_no_must(operation_id: str) -> None:
    operation = OPERATIONS[operation_id][1]
    if operation.get("x-inferred"):
        cited = [requirement for ids in operation["x-requirements"].values() for requirement in ids]
        assert not [requirement for requirement in cited if LEVELS[requirement] == "MUST"]


# Payloads ----------------------------------------------------------------------------------------


class Promise(NamedTuple):
    """A member that a schema requires or recommends, with the ids its absence names."""

    schema: str
    keyword: str
    name: str
    known: bool
    cited: tuple[str, ...]


def resolved(schema: Node) -> Node:
    while "$ref" in schema:
        target: Any = CATALOGUE
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        schema = target
    return schema


def presence(schema: Node) -> tuple[str, ...]:
    cited = schema.get("x-requirements", ())
    return tuple(cited.get("presence", ()) if isinstance(cited, Mapping) else cited)


def branches(schema: Node) -> Iterator[Node]:
    """The schema itself and what stands in its alternatives and conditions."""
    schema = resolved(schema)
    yield schema
    parts = [*schema.get("allOf", ()), *schema.get("anyOf", ())]
    parts += [schema[key] for key in ("then", "else") if key in schema]
    for part in parts:
        yield from branches(part)


def promises(where: str, schema: Node, inherited: tuple[str, ...] = ()) -> Iterator[Promise]:
    """Every promised member, looked for as docs/catalogue.md says: the member, then outwards."""
    own = resolved(schema)
    inherited = presence(own) or inherited
    members: dict[str, Node] = {}
    for branch in branches(own):
        for name, member in branch.get("properties", {}).items():
            members.setdefault(name, resolved(member))
    for branch in branches(own):
        for keyword in ("required", "x-should"):
            for name in branch.get(keyword, ()):
                cited = presence(members.get(name, {})) or inherited
                yield Promise(where, keyword, name, name in members, cited)
    for name, member in members.items():
        items = resolved(member.get("items", {}))
        if items:
            yield from promises(f"{where}/{name}", items, presence(member) or inherited)


PROMISES = list(
    dict.fromkeys(
        promise
        for name, schema in CATALOGUE["components"]["schemas"].items()
        for promise in promises(name, schema)
    )
)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda p: f"{p.schema}.{p.name}-{p.keyword}")
def test_a_promised_member_is_known_and_its_level_is_kept(promise: Promise) -> None:
    assert promise.known
    assert promise.cited
    levels = {LEVELS[requirement] for requirement in promise.cited}
    if promise.keyword == "required":
        assert "MUST" in levels
    else:
        assert levels != {"MUST"}


@EACH_OPERATION
def test_a_good_answer_has_a_schema_unless_it_has_no_body(operation_id: str) -> None:
    operation = OPERATIONS[operation_id][1]
    content = resolved(operation["responses"]["200"]).get("content", {})
    assert bool(content) == (operation["x-answer"] != "none")
    for media in content.values():
        assert resolved(media["schema"])["type"] in ("object", "string")
