"""The catalogue of a family as objects: operations, their parameters and their documented answers.

Read from `schemas/<family>/openapi.yaml`; the members are explained in docs/catalogue.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from conformance.engine.errors import SuiteError
from conformance.engine.operation import Aim, Finding, need_in
from conformance.engine.operation import Alternative as Alternative
from conformance.engine.operation import Creation as Creation
from conformance.engine.operation import Need as Need
from conformance.engine.operation import Operation as Operation
from conformance.engine.operation import Parameter as Parameter
from conformance.engine.operation import Schema as Schema
from conformance.engine.requirements import Registry, load_registry
from conformance.engine.yamlfile import load_yaml
from conformance.locate import schemas_folder

METHODS = ("get", "post", "put", "delete", "patch", "head", "options")


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
        #: The member of an answer that holds the object or the list of objects, where all have one.
        self.envelope: str | None = document.get("x-envelope")
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
        return next((o for o in self if any(f.kind == kind for f in o.finds)), None)

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
            finds=tuple(_findings(entry)),
            aim=_aim(entry),
            need=need_in(entry),
            requirements={k: tuple(v) for k, v in entry.get("x-requirements", {}).items()},
            unknown_id=unknown.get("as"),
            unknown_id_requirements=tuple(unknown.get("requirements", ())),
            alias_path=entry.get("x-alias-path", item.get("x-alias-path")),
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
            body = tuple(self._parts(media.get("schema", {})))
            needed = {name for part in body for name in part.get("required", ())}
            for part in body:
                for name, raw in part.get("properties", {}).items():
                    schema = self.resolve(raw)
                    yield Parameter(name, "form", name in needed, schema, _extensions(schema))
            return

    def _parts(self, schema: Schema) -> Iterator[Schema]:
        """The schema of a body, and what it is built on."""
        schema = self.resolve(schema)
        yield schema
        for part in schema.get("allOf", ()):
            yield from self._parts(part)


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
        bool(made.get("sought")),
        made.get("several"),
    )


def _findings(entry: Mapping[str, Any]) -> Iterator[Finding]:
    found = entry.get("x-finds", ())
    for one in [found] if isinstance(found, Mapping) else found:
        yield Finding(one["kind"], one.get("id", "id"), one.get("as", ""))


def _aim(entry: Mapping[str, Any]) -> Aim | None:
    aim = entry.get("x-aims-at")
    return Aim(aim["kind"], aim["parameter"]) if aim else None


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
