"""The catalogues: sound for every reader, and level with the registries they cite."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest
import yaml
from openapi_spec_validator import validate

ROOT = Path(__file__).parents[2]
METHODS = ("get", "post", "put", "delete")
REQUIREMENT = re.compile(r"[A-Z]{2}-[A-Z][A-Z0-9]{1,6}-\d{3}")
WORDS = ("true", "false")
#: Keys of `x-requirements` at an operation that are no aspects.
OWN_KEYS = {"answered", "payload", "members"}

Node = Mapping[str, Any]


def read(file: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)
    assert isinstance(loaded, dict)
    return loaded


LANGUAGE = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
KNOWN = json.loads((ROOT / "schemas" / "target.schema.json").read_text(encoding="utf-8"))


class Named(NamedTuple):
    """A parameter or body property: what it is called, whether it is required, what it says."""

    name: str
    required: bool
    members: Node


class Promise(NamedTuple):
    """A member that a schema requires or recommends, with the ids its absence names."""

    keyword: str
    name: str
    known: bool
    cited: tuple[str, ...]


class Catalogue:
    """One family's document, with the levels of the requirements it may cite."""

    def __init__(self, family: str, size: int) -> None:
        self.family = family
        #: How many operations the documentation knows.
        self.size = size
        self.document = read(ROOT / "schemas" / family / "openapi.yaml")
        registry = read(ROOT / "schemas" / family / "requirements.yaml")
        self.levels = {entry["id"]: entry["level"] for entry in registry["requirements"]}

    def each(self) -> Iterator[tuple[Node, str, Node]]:
        """Each path item with the method of each of its operations, and the operation."""
        for item in self.document["paths"].values():
            for method in METHODS:
                if method in item:
                    yield item, method, item[method]

    @cached_property
    def operations(self) -> dict[str, "Operation"]:
        return {
            entry["operationId"]: Operation(self, item, method, entry)
            for item, method, entry in self.each()
        }

    @property
    def offered(self) -> set[str]:
        """The kinds of objects that a run can make or find."""
        entries = [operation.entry for operation in self.operations.values()]
        made = {entry["x-creates"]["kind"] for entry in entries if "x-creates" in entry}
        return made | {found["kind"] for entry in entries for found in findings(entry)}

    def resolved(self, schema: Node) -> Node:
        while "$ref" in schema:
            target: Any = self.document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            schema = {**target, **{key: v for key, v in schema.items() if key != "$ref"}}
        return schema


def findings(entry: Node) -> list[Node]:
    """What an answer is said to show, one kind or several."""
    found = entry.get("x-finds", [])
    return list(found) if isinstance(found, list) else [found]


class Operation(NamedTuple):
    """One operation where it stands."""

    catalogue: Catalogue
    item: Node
    method: str
    entry: Node

    @property
    def named(self) -> dict[str, Named]:
        """Its parameters and the properties of its body."""
        return {parameter.name: parameter for parameter in self._named()}

    def _named(self) -> Iterator[Named]:
        for raw in (*self.item.get("parameters", ()), *self.entry.get("parameters", ())):
            declared = self.catalogue.resolved(raw)
            required = declared["required"] and not declared.get("x-optional")
            yield Named(declared["name"], required, {**declared["schema"], **declared})
        for body in self.entry.get("requestBody", {}).get("content", {}).values():
            built = list(branches(self.catalogue, body["schema"]))
            needed = {name for schema in built for name in schema.get("required", ())}
            for schema in built:
                for name, members in schema.get("properties", {}).items():
                    yield Named(name, name in needed, members)

    @property
    def payloads(self) -> list[Node]:
        """The schemas of its good answer, one for each media type."""
        good = [body for status, body in self.entry["responses"].items() if status[0] == "2"]
        answers = [self.catalogue.resolved(answer) for answer in good]
        return [m["schema"] for answer in answers for m in answer.get("content", {}).values()]

    @property
    def whole(self) -> tuple[str, ...]:
        """The ids named where no member of an envelope names any."""
        enveloped = "x-envelope" in self.catalogue.document
        return tuple(self.entry["x-requirements"]["payload"]) if enveloped else ()


CATALOGUES = [Catalogue("kayako-classic", 70), Catalogue("jitbit", 70), Catalogue("kayako-v1", 127)]
EACH_CATALOGUE = pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda c: c.family)
OPERATIONS = {
    f"{catalogue.family}-{name}": operation
    for catalogue in CATALOGUES
    for name, operation in catalogue.operations.items()
}
EACH_OPERATION = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def parts(node: Any) -> Iterator[Any]:
    """A tree with everything in it."""
    yield node
    inner = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    for part in inner:
        yield from parts(part)


def nodes(node: Any) -> Iterator[Node]:
    """Every mapping in a tree."""
    return (part for part in parts(node) if isinstance(part, Mapping))


def explained(word: str) -> bool:
    return bool(re.search(f"`{re.escape(word)}[`:]", LANGUAGE))


# The document ------------------------------------------------------------------------------------


@EACH_CATALOGUE
def test_the_public_validator_accepts_the_catalogue(catalogue: Catalogue) -> None:
    validate(catalogue.document)


@EACH_CATALOGUE
def test_every_documented_operation_is_there_once(catalogue: Catalogue) -> None:
    ids = [entry["operationId"] for _, _, entry in catalogue.each()]
    assert len(ids) == catalogue.size
    assert len(set(ids)) == len(ids)


@EACH_CATALOGUE
def test_every_reference_leads_somewhere(catalogue: Catalogue) -> None:
    for node in nodes(catalogue.document):
        if "$ref" in node:
            assert catalogue.resolved(node), node["$ref"]


@EACH_CATALOGUE
def test_every_cited_requirement_is_in_the_registry(catalogue: Catalogue) -> None:
    cited = {part for part in parts(catalogue.document) if REQUIREMENT.fullmatch(str(part))}
    assert cited
    assert cited <= set(catalogue.levels), sorted(cited - set(catalogue.levels))


@EACH_CATALOGUE
def test_every_word_of_our_own_is_explained(catalogue: Catalogue) -> None:
    used = {key for node in nodes(catalogue.document) for key in node if str(key).startswith("x-")}
    assert [key for key in sorted(used) if not explained(key)] == []


@EACH_CATALOGUE
def test_every_aspect_is_explained(catalogue: Catalogue) -> None:
    aspects = set(catalogue.document["x-contract"])
    for operation in catalogue.operations.values():
        aspects |= set(operation.entry.get("x-requirements", {})) - OWN_KEYS
    assert [aspect for aspect in sorted(aspects) if not explained(aspect)] == []


@EACH_CATALOGUE
def test_the_preflight_only_reads(catalogue: Catalogue) -> None:
    for operation_id in catalogue.document["x-preflight"]:
        assert catalogue.operations[operation_id].entry["x-effect"] == "read"


# Requests ----------------------------------------------------------------------------------------


@EACH_OPERATION
def test_every_required_parameter_has_a_value(operation: Operation) -> None:
    for parameter in operation.named.values():
        if parameter.required or parameter.members.get("x-always"):
            assert {"x-value", "x-from"} & set(parameter.members), parameter.name


@EACH_OPERATION
def test_every_literal_value_fits_its_parameter(operation: Operation) -> None:
    for parameter in operation.named.values():
        value = parameter.members.get("x-value")
        schema = parameter.members.get("schema", parameter.members)
        if value is None or "{" in str(value):
            continue
        if schema["type"] == "boolean":
            assert value in WORDS
        else:
            as_sent = str(value) if schema["type"] == "string" else value
            jsonschema.validate(as_sent, schema)


@EACH_OPERATION
def test_the_first_name_of_each_choice_can_be_sent(operation: Operation) -> None:
    for choice in operation.entry.get("x-one-of", ()):
        assert not any(operation.named[name].required for name in choice["names"])
        assert {"x-value", "x-from"} & set(operation.named[choice["names"][0]].members)


@EACH_OPERATION
def test_every_object_that_is_needed_can_be_made_or_found(operation: Operation) -> None:
    for parameter in operation.named.values():
        for origin in (parameter.members.get(key) for key in ("x-from", "x-name-from")):
            kind, _, member = str(origin or "").partition(".")
            if kind == "known":
                assert is_known(member), origin
            elif kind:
                assert kind in operation.catalogue.offered, origin


def is_known(member: str) -> bool:
    """Whether a target file can name it under `[known]`."""
    schema: Any = KNOWN["properties"]["known"]
    for step in member.split("."):
        while "$ref" in schema:
            schema = KNOWN["$defs"][schema["$ref"].rpartition("/")[2]]
        if step not in schema.get("properties", {}):
            return False
        schema = schema["properties"][step]
    return True


@EACH_OPERATION
def test_whatever_is_made_can_be_removed_or_is_said_to_stay(operation: Operation) -> None:
    entry = operation.entry
    assert (entry["x-effect"] == "create") == ("x-creates" in entry)
    creation = entry.get("x-creates", {})
    if "remove" in creation:
        remover = operation.catalogue.operations[creation["remove"]]
        assert remover.entry["x-effect"] == "delete"
    elif creation:
        assert "within" in creation or "no way to" in entry["description"]
    if "several" in creation:
        together = operation.catalogue.operations[creation["several"]]
        assert together.entry["x-aims-at"]["kind"] == creation["kind"]


@EACH_OPERATION
def test_what_changes_something_says_what(operation: Operation) -> None:
    in_path = [p for p in operation.named.values() if p.members.get("in") == "path"]
    aim = operation.entry.get("x-aims-at")
    if aim:
        origin = str(operation.named[aim["parameter"]].members["x-from"])
        assert origin.partition(".")[0] == aim["kind"]
    elif operation.entry["x-effect"] in ("update", "delete"):
        assert in_path or operation.entry.get("x-safety") == "disruptive"


@EACH_OPERATION
def test_roles_are_those_of_the_family(operation: Operation) -> None:
    roles = operation.catalogue.document.get("x-roles", ())
    places = [operation.entry, *(p.members for p in operation.named.values())]
    for place in places:
        if "x-role" in place:
            assert place["x-role"]["least"] in roles[1:]
            assert place["x-role"]["requirements"]
        assert place.get("x-as", next(iter(roles), None)) in (*roles, None)


@EACH_OPERATION
def test_what_follows_another_call_shares_its_values(operation: Operation) -> None:
    if "x-after" in operation.entry:
        first = operation.catalogue.operations[operation.entry["x-after"]]
        shared = first.named.keys() & operation.named.keys()
        assert shared
        for name in shared:
            origins = [o.named[name].members.get("x-from") for o in (first, operation)]
            assert origins[0] == origins[1]


@EACH_OPERATION
def test_another_method_is_another_one(operation: Operation) -> None:
    assert operation.entry.get("x-other-method") in {None, "GET", "POST"} - {
        operation.method.upper()
    }


@EACH_OPERATION
def test_what_only_client_libraries_show_is_promised_by_no_must(operation: Operation) -> None:
    if operation.entry.get("x-inferred"):
        cited = [i for ids in operation.entry["x-requirements"].values() for i in ids]
        assert [i for i in cited if operation.catalogue.levels[i] == "MUST"] == []


# Payloads ----------------------------------------------------------------------------------------


def cited_at(schema: Node, case: str, around: bool = False) -> tuple[str, ...]:
    cited = schema.get("x-requirements", ())
    if not isinstance(cited, Mapping):
        return tuple(cited)
    return tuple(cited.get(case) or (cited.get("members", ()) if around else ()))


def branches(catalogue: Catalogue, schema: Node) -> Iterator[Node]:
    """The schema itself and what stands in its alternatives and conditions."""
    schema = catalogue.resolved(schema)
    yield schema
    parts = [*schema.get("allOf", ()), *schema.get("anyOf", ())]
    parts += [schema[key] for key in ("then", "else") if key in schema]
    for part in parts:
        yield from branches(catalogue, part)


def members_of(catalogue: Catalogue, schema: Node) -> dict[str, Node]:
    members: dict[str, Node] = {}
    for branch in branches(catalogue, schema):
        for name, member in branch.get("properties", {}).items():
            known = members.get(name, {})
            if "type" not in known:  # what is not whole adds to what it is built on
                members[name] = {**catalogue.resolved(member), **known}
    return members


def promises(
    catalogue: Catalogue, schema: Node, inherited: tuple[str, ...] = ()
) -> Iterator[Promise]:
    """Every promised member, looked for as docs/catalogue.md says: the member, then outwards."""
    own = catalogue.resolved(schema)
    inherited = cited_at(own, "presence", around=True) or inherited
    members = members_of(catalogue, own)
    for branch in branches(catalogue, own):
        for keyword in ("required", "x-should"):
            for name in branch.get(keyword, ()):
                cited = cited_at(members.get(name, {}), "presence") or inherited
                yield Promise(keyword, name, name in members, cited)
    for inner in (own.get("items"), *members.values()):
        if inner:
            yield from promises(catalogue, inner, inherited)


@EACH_OPERATION
def test_promised_members_are_known_and_their_level_is_kept(operation: Operation) -> None:
    catalogue = operation.catalogue
    for schema in operation.payloads:
        for promise in promises(catalogue, schema, operation.whole):
            assert promise.known, promise
            levels = {catalogue.levels[requirement] for requirement in promise.cited}
            if promise.keyword == "required":
                assert "MUST" in levels, promise
            else:
                assert levels, promise
                assert levels != {"MUST"}, promise


@EACH_CATALOGUE
def test_no_advice_is_a_must(catalogue: Catalogue) -> None:
    for node in nodes(catalogue.document["components"]["schemas"]):
        cited = cited_at(node, "advice") if isinstance(node.get("x-requirements"), dict) else ()
        assert [i for i in cited if catalogue.levels[i] == "MUST"] == []


@EACH_OPERATION
def test_objects_are_found_by_a_member_of_the_list(operation: Operation) -> None:
    for name in (found["id"] for found in findings(operation.entry) if "id" in found):
        (schema,) = operation.payloads
        top = operation.catalogue.resolved(schema)
        held = members_of(operation.catalogue, top)
        envelope = operation.catalogue.document.get("x-envelope")
        inner = top.get("items") or held.get(envelope) or next(iter(held.values()))
        item = operation.catalogue.resolved(inner)
        item = operation.catalogue.resolved(item.get("items", item))
        assert name in members_of(operation.catalogue, item)


@EACH_OPERATION
def test_a_good_answer_has_a_schema_unless_it_has_no_body(operation: Operation) -> None:
    assert bool(operation.payloads) == (operation.entry["x-answer"] != "none")
    for schema in operation.payloads:
        assert operation.catalogue.resolved(schema)["type"]
