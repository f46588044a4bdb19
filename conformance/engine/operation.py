"""One documented operation of a catalogue: its parameters, what it makes and what it answers.

The members are explained in docs/catalogue.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conformance.engine.errors import SuiteError

Schema = Mapping[str, Any]


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
    def several(self) -> int:
        """How many objects the value names, where it is taken from objects."""
        return int(self.extra.get("x-several", 1))

    @property
    def name_from(self) -> str | None:
        """What fills the braces in its name, as in `cf{id}`: written like `x-from`."""
        return self.extra.get("x-name-from")

    @property
    def need(self) -> "Need | None":
        """The role whose callers may send it, where the documents name one."""
        return need_in(self.extra)

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
    #: Whether its answer does not show the new id, so that the family's adapter looks for it.
    sought: bool = False
    #: What removes, or else retires, several at once.
    several: str | None = None


@dataclass(frozen=True)
class Finding:
    """A kind of objects that an answer shows, the member that identifies them, and the role whose
    answer it has to be, where only that one shows them."""

    kind: str
    id: str = "id"
    role: str = ""


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
    finds: tuple["Finding", ...]
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
    def successes(self) -> tuple[int, ...]:
        """The documented success statuses, the usual one first."""
        return tuple(int(status) for status in self.responses if status.startswith("2"))

    @property
    def success(self) -> int:
        """The usual success status."""
        return self.successes[0]

    @property
    def finds_id(self) -> str:
        """The member that identifies the objects of its answer."""
        return self.finds[0].id if self.finds else "id"

    @cached_property
    def payload(self) -> tuple[str, Schema] | None:
        """(media type, schema) of the documented success answer, or None when it has no body."""
        return first_content(self.responses[str(self.success)])

    def refusal(self, status: int) -> tuple[str, Schema] | None:
        """(media type, schema) of the documented answer with this error status, or None."""
        documented = self.responses.get(str(status), self.responses.get("default", {}))
        return first_content(documented)

    @property
    def has_body(self) -> bool:
        """Whether its request has a body, even where nothing stands in it."""
        return "requestBody" in self.extra

    @property
    def public(self) -> bool:
        """Whether it is served to everybody, without credentials."""
        return bool(self.extra.get("security") == [])

    @property
    def safety(self) -> str | None:
        """The safety level that it needs, where its effect says too little."""
        return self.extra.get("x-safety")

    @property
    def clears(self) -> str:
        """The kind of object of which a call may remove any: none is relied on afterwards."""
        return str(self.extra.get("x-clears", ""))

    @property
    def fresh(self) -> bool:
        """Whether every call is answered with another object, such as the session it opened."""
        return bool(self.extra.get("x-fresh"))

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


def need_in(entry: Mapping[str, Any]) -> Need | None:
    need = entry.get("x-role")
    return Need(need["least"], tuple(need.get("requirements", ()))) if need else None


def first_content(response: Schema) -> tuple[str, Schema] | None:
    """(media type, schema) of a documented response, or None when it has no body."""
    for media, entry in (response.get("content") or {}).items():
        return media, entry.get("schema", {})
    return None
