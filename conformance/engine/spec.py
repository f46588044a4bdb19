"""The catalogue of a family as objects: operations, their parameters and their documented answers.

Read from `schemas/<family>/openapi.yaml`; the members are explained in docs/catalogue.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from conformance.engine.errors import SuiteError
from conformance.engine.requirements import Registry, load_registry
from conformance.engine.yamlfile import load_yaml
from conformance.locate import schemas_folder

Schema = Mapping[str, Any]
METHODS = ("get", "post", "put", "delete", "patch", "head", "options")


@dataclass(frozen=True)
class Parameter:
    """One documented parameter, in the path, the query or the form body."""

    name: str
    place: str  # path, query or form
    required: bool
    schema: Schema
    extra: Mapping[str, Any]

    @property
    def value(self) -> Any:
        """The template of the value in a good request, or None."""
        return self.extra.get("x-value")

    @property
    def source(self) -> tuple[str, str] | None:
        """(kind, member) of the object the value is taken from, or None."""
        origin = self.extra.get("x-from")
        if origin is None:
            return None
        kind, _, member = str(origin).partition(".")
        return kind, member

    @property
    def alias(self) -> str | None:
        return self.extra.get("x-alias")

    @property
    def optional_in_path(self) -> bool:
        return bool(self.extra.get("x-optional"))

    @property
    def always(self) -> bool:
        """Whether every good request carries it although it is optional: it avoids a side effect
        that nobody wants, such as mail."""
        return bool(self.extra.get("x-always"))

    @property
    def name_from(self) -> str | None:
        """What fills the braces in its name, as in `cf{id}`: written like `x-from`."""
        return self.extra.get("x-name-from")

    @property
    def need(self) -> "Need | None":
        """The role whose callers may send it, where the documents name one."""
        return _need(self.extra)

    @property
    def kind(self) -> str | None:
        """`boolean01`, `unixtime`, `base64` or None."""
        return self.extra.get("x-kind") or self.schema.get("x-kind")

    @property
    def type(self) -> str:
        """JSON Schema type of one value: integer, number, string, boolean."""
        schema = self.schema.get("items", self.schema) if self.is_array else self.schema
        declared = schema.get("type", "string")
        if isinstance(declared, list):
            declared = next((name for name in declared if name != "null"), "string")
        return str(declared)

    @property
    def is_array(self) -> bool:
        return bool(self.schema.get("type") == "array")

    @property
    def enumeration(self) -> tuple[Any, ...]:
        return tuple(self.schema.get("enum", ()))

    def requirements(self, member: str) -> tuple[str, ...]:
        """The ids under `x-missing`, `x-invalid` or `x-unknown`."""
        return tuple(self.extra.get(member, ()))


@dataclass(frozen=True)
class Alternative:
    """A group of parameters of which at least one (exclusive: exactly one) has to be given."""

    names: tuple[str, ...]
    requirements: tuple[str, ...]
    exclusive: bool


@dataclass(frozen=True)
class Need:
    """The least role that may do something, and the promises that say so."""

    least: str
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class Creation:
    """What a creating operation makes, where its answer has the new id (a JSON pointer; the member
    `id` of the one object unless given), how it is removed and what it goes away with."""

    kind: str
    remove: str | None
    within: str | None
    pointer: str | None = None
    #: What comes nearest to removing: the operation that puts one away, and the one that merges it
    #: into another.
    retire: str | None = None
    fold: str | None = None


@dataclass(frozen=True)
class Aim:
    """The object a call is about: its kind, and the parameter that names it."""

    kind: str
    parameter: str


@dataclass(frozen=True)
class Operation:
    """One documented operation."""

    id: str
    method: str
    path: str
    summary: str
    tag: str
    effect: str
    answer: str
    parameters: tuple[Parameter, ...]
    alternatives: tuple[Alternative, ...]
    responses: Mapping[str, Schema]
    creates: Creation | None
    finds: str | None
    finds_id: str
    aim: Aim | None
    need: Need | None
    requirements: Mapping[str, tuple[str, ...]]
    unknown_id: str | None
    unknown_id_requirements: tuple[str, ...]
    alias_path: str | None
    extra: Mapping[str, Any] = field(repr=False)

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name; raises SuiteError when there is none."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise SuiteError(f"{self.id} has no parameter {name!r}")

    def placed(self, place: str) -> tuple[Parameter, ...]:
        return tuple(p for p in self.parameters if p.place == place)

    @cached_property
    def success(self) -> int:
        """The one documented success status."""
        return next(int(status) for status in self.responses if status.startswith("2"))

    @cached_property
    def documented_statuses(self) -> frozenset[int]:
        return frozenset(int(status) for status in self.responses if status.isdigit())

    @cached_property
    def payload(self) -> tuple[str, Schema] | None:
        """(media type, schema) of the documented success answer, or None when it has no body."""
        content = self.responses[str(self.success)].get("content") or {}
        for media, entry in content.items():
            return media, entry.get("schema", {})
        return None

    @property
    def inferred(self) -> bool:
        """Whether only client libraries show it: it owes no more than its own statements say."""
        return bool(self.extra.get("x-inferred"))

    @property
    def sent_as(self) -> str | None:
        """The role that sends the good request, where it matters."""
        return self.extra.get("x-as")

    @property
    def rate(self) -> str:
        """The class of the rate limit that the call counts against."""
        return str(self.extra.get("x-rate", "requests"))

    @property
    def after(self) -> str | None:
        """The operation whose good request comes first, with the same values."""
        return self.extra.get("x-after")

    @property
    def undone_by(self) -> str | None:
        """The operation that has to undo it at the end of a run, with the same values."""
        return self.extra.get("x-undone-by")

    @property
    def other_method(self) -> str | None:
        """The method to try where the documents name none and the first is not there."""
        return self.extra.get("x-other-method")

    @property
    def only_reads(self) -> bool:
        return self.effect in ("none", "read")


class Spec:
    """Everything the suite knows about one API family."""

    def __init__(self, document: Mapping[str, Any], registry: Registry) -> None:
        self.document = document
        self.registry = registry
        self.family = str(document["x-family"])
        self.title = str(document["info"]["title"])
        self.contract: Mapping[str, Any] = document.get("x-contract", {})
        self.preflight = tuple(document.get("x-preflight", ()))
        #: From the least to the one that may do everything; empty where there are none.
        self.roles: tuple[str, ...] = tuple(document.get("x-roles", ()))
        #: The documented limits: `window` in seconds, requests in it by rate class, lockout.
        self.limits: Mapping[str, Any] = document.get("x-limits", {})
        self.unsupported: dict[str, dict[str, tuple[str, ...]]] = {}
        self._resolved: dict[int, tuple[Schema, Schema]] = {}
        self._operations = {operation.id: operation for operation in self._read_paths()}

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._operations.values())

    def __len__(self) -> int:
        return len(self._operations)

    def __getitem__(self, operation_id: str) -> Operation:
        try:
            return self._operations[operation_id]
        except KeyError:
            raise SuiteError(f"no operation {operation_id} in the catalogue") from None

    def __contains__(self, operation_id: object) -> bool:
        return operation_id in self._operations

    def promises(self, aspect: str, case: str | None = None) -> tuple[str, ...]:
        """Ids of the promises behind an aspect of the generic checks; empty when none is made."""
        ids = self.contract.get(aspect, ())
        if isinstance(ids, Mapping):
            ids = ids.get(case, ()) if case is not None else ()
        return tuple(ids)

    def cases(self, aspect: str) -> tuple[str, ...]:
        """The named cases of an aspect, such as the ways a credential can be wrong."""
        named = self.contract.get(aspect, {})
        return tuple(named) if isinstance(named, Mapping) else ()

    def maker_of(self, kind: str) -> Operation | None:
        """The operation that makes an object of this kind."""
        return next((o for o in self if o.creates and o.creates.kind == kind), None)

    def finder_of(self, kind: str) -> Operation | None:
        """The operation whose answer lists objects of this kind."""
        return next((o for o in self if o.finds == kind), None)

    def shower_of(self, kind: str) -> tuple[Operation, str] | None:
        """The operation whose answer is an object that stands in for those of this kind, and the
        member with its id."""
        for operation in self:
            shown = operation.extra.get("x-stands-in")
            if shown and shown["kind"] == kind:
                return operation, str(shown["id"])
        return None

    def resolve(self, schema: Schema) -> Schema:
        """Follow `$ref` within the document, siblings of the reference included."""
        if "$ref" not in schema:
            return schema
        known = self._resolved.get(id(schema))
        if known is None:  # the schema is kept, so that its id is not used again
            known = self._resolved[id(schema)] = (schema, self._follow(schema))
        return known[1]

    def _follow(self, schema: Schema) -> Schema:
        for _ in range(20):
            if "$ref" not in schema:
                return schema
            target: Any = self.document
            for part in str(schema["$ref"]).removeprefix("#/").split("/"):
                target = target[part]
            siblings = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**target, **siblings} if siblings else target
        raise SuiteError(f"the reference {schema['$ref']} turns in a circle")

    def _read_paths(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            self.unsupported[path] = {
                method.upper(): tuple(ids) for method, ids in item.get("x-unsupported", {}).items()
            }
            for method in METHODS:
                entry = item.get(method)
                if entry is None:
                    continue
                for variant in entry.get("x-variants") or [{}]:
                    yield self._operation(path, method, item, {**entry, **variant})

    def _operation(
        self, path: str, method: str, item: Mapping[str, Any], entry: Mapping[str, Any]
    ) -> Operation:
        unknown = entry.get("x-unknown-id")
        unknown = {"as": unknown} if isinstance(unknown, str) else (unknown or {})
        finds = entry.get("x-finds")
        return Operation(
            id=entry["operationId"],
            method=method.upper(),
            path=entry.get("x-path", path),
            summary=entry.get("summary", ""),
            tag=(entry.get("tags") or [""])[0],
            effect=entry["x-effect"],
            answer=entry.get("x-answer", "none"),
            parameters=tuple(self._parameters(item, entry)),
            alternatives=tuple(_alternatives(entry)),
            responses={str(k): self.resolve(v) for k, v in entry["responses"].items()},
            creates=_creation(entry),
            finds=finds["kind"] if finds else None,
            finds_id=finds.get("id", "id") if finds else "id",
            aim=_aim(entry),
            need=_need(entry),
            requirements={k: tuple(v) for k, v in entry.get("x-requirements", {}).items()},
            unknown_id=unknown.get("as"),
            unknown_id_requirements=tuple(unknown.get("requirements", ())),
            alias_path=item.get("x-alias-path"),
            extra=entry,
        )

    def _parameters(self, item: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[Parameter]:
        for raw in (*item.get("parameters", ()), *entry.get("parameters", ())):
            declared = self.resolve(raw)
            schema = self.resolve(declared.get("schema", {}))
            extra = {**_extensions(schema), **_extensions(declared)}
            required = bool(declared.get("required")) and not extra.get("x-optional")
            yield Parameter(declared["name"], declared["in"], required, schema, extra)
        yield from self._body_parameters(entry)

    def _body_parameters(self, entry: Mapping[str, Any]) -> Iterable[Parameter]:
        content = self.resolve(entry.get("requestBody", {})).get("content") or {}
        for media in content.values():
            body = self.resolve(media.get("schema", {}))
            needed = set(body.get("required", ()))
            for name, raw in body.get("properties", {}).items():
                schema = self.resolve(raw)
                yield Parameter(name, "form", name in needed, schema, _extensions(schema))
            return


def _extensions(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key.startswith("x-")}


def _creation(entry: Mapping[str, Any]) -> Creation | None:
    made = entry.get("x-creates")
    if not made:
        return None
    return Creation(
        made["kind"],
        made.get("remove"),
        made.get("within"),
        made.get("id"),
        made.get("retire"),
        made.get("fold"),
    )


def _aim(entry: Mapping[str, Any]) -> Aim | None:
    aim = entry.get("x-aims-at")
    return Aim(aim["kind"], aim["parameter"]) if aim else None


def _need(entry: Mapping[str, Any]) -> Need | None:
    need = entry.get("x-role")
    return Need(need["least"], tuple(need.get("requirements", ()))) if need else None


def _alternatives(entry: Mapping[str, Any]) -> Iterator[Alternative]:
    for group in entry.get("x-one-of", ()):
        yield Alternative(
            tuple(group["names"]),
            tuple(group.get("requirements", ())),
            bool(group.get("exclusive")),
        )


def available_families(folder: Path | None = None) -> tuple[str, ...]:
    """Ids of the families that have a catalogue, in alphabetical order."""
    root = folder or schemas_folder()
    return tuple(sorted(file.parent.name for file in root.glob("*/openapi.yaml")))


@cache
def load_spec(family: str, folder: Path | None = None) -> Spec:
    """Read catalogue and requirements of a family; raises SuiteError where they are unsound."""
    home = (folder or schemas_folder()) / family
    return Spec(load_yaml(home / "openapi.yaml"), load_registry(home / "requirements.yaml"))
