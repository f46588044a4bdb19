"""Form fields: how they are nested, and how each kind of value is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Refusal, Upload

_NAME = re.compile(r"([^\[]+)((?:\[[^\[\]]*\])*)")


class Fields:
    """The fields of one request, nested as their brackets say: `a[]=1&b[1][5]=2`."""

    def __init__(self, pairs: Iterable[tuple[str, str | Upload]]) -> None:
        self._values: dict[str, Any] = {}
        for name, value in pairs:
            self._put(name, value)

    def _put(self, name: str, value: str | Upload) -> None:
        match = _NAME.fullmatch(name)
        if match is None:
            self._values[name] = value
            return
        keys = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        place = self._values
        for key in keys[:-1]:
            inner = place.get(key) if key else None
            if not isinstance(inner, dict):
                inner = place[key or _next_index(place)] = {}
            place = inner
        place[keys[-1] or _next_index(place)] = value

    def raw(self, name: str) -> Any:
        """Return the value as nested: text, upload, dictionary, or None when not given."""
        return self._values.get(name)

    def text(self, name: str) -> str | None:
        """Return a single text value, or None when not given."""
        value = self._values.get(name)
        return value if isinstance(value, str) else None

    def list(self, name: str) -> list[str] | None:
        """Return the values of an array (or of a single field) without empty ones, or None."""
        value = self._values.get(name)
        if isinstance(value, str):
            value = {"0": value}
        if not isinstance(value, dict):
            return None
        return [item for item in value.values() if isinstance(item, str) and item]

    def names(self) -> Iterable[str]:
        """Return the names of the fields that were sent, without their brackets."""
        return tuple(self._values)

    def set(self, name: str, value: Any) -> None:
        """Replace a field; None takes it away."""
        if value is None:
            self._values.pop(name, None)
        else:
            self._values[name] = value


def _next_index(place: dict[str, Any]) -> str:
    used = [int(key) for key in place if key.isdecimal()]
    return str(max(used, default=-1) + 1)


class Rule(Enum):
    """Whether a field is taken by a call."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    ABSENT = "not taken"


REQUIRED, OPTIONAL, ABSENT = Rule.REQUIRED, Rule.OPTIONAL, Rule.ABSENT
Reader = Callable[[str, Store], Any]


@dataclass(frozen=True)
class Field:
    """One request field of a resource, as in the tables of the documentation.

    `column` is where the value is kept (by default the field's own name); `emptied` is what an
    empty value means on update, None leaving the stored value alone. A field that is not `kept`
    is checked and has no further effect.
    """

    name: str
    read: Reader
    create: Rule = OPTIONAL
    update: Rule = OPTIONAL
    column: str = ""
    emptied: Any = None
    may_be_empty: bool = False
    kept: bool = True

    def value(self, raw: str, store: Store) -> Any:
        """Return the value as stored; raises Refusal (400) for one that cannot be used."""
        try:
            return self.read(raw, store)
        except ValueError as error:
            raise Refusal(400, f"{self.name}: {error}") from error


def read_fields(fields: Fields, known: Iterable[Field], store: Store, *, creating: bool) -> Row:
    """Return the columns that the request sets; raises Refusal (400) as the tables say."""
    row: Row = {}
    for field in known:
        rule = field.create if creating else field.update
        if rule is ABSENT:
            continue
        column = field.column or field.name
        raw = fields.text(field.name)
        if raw or (raw is not None and field.may_be_empty):
            value = field.value(raw, store)
            if field.kept:
                row[column] = value
        elif rule is REQUIRED:
            raise Refusal(400, f"{field.name} is required.")
        elif raw is not None and not creating and field.emptied is not None:
            row[column] = field.emptied
    return row


def text(raw: str, store: Store) -> str:
    """Any text."""
    del store
    return raw


def whole(least: int = 0, most: int = 10**18) -> Reader:
    """A whole number from `least` to `most`, in decimal digits."""

    def read(raw: str, store: Store) -> int:
        del store
        if re.fullmatch(r"-?[0-9]{1,19}", raw.strip()) is None:
            raise ValueError("a whole number is needed.")
        number = int(raw)
        if not least <= number <= most:
            raise ValueError(f"a whole number from {least} to {most} is needed.")
        return number

    return read


number = whole()
flag = whole(0, 1)


def one_of(*values: str) -> Reader:
    """One of the listed words."""

    def read(raw: str, store: Store) -> str:
        del store
        if raw not in values:
            raise ValueError(f"one of {', '.join(values)} is needed.")
        return raw

    return read


def reference(table: str, *, none: bool = False, condition: str = "") -> Reader:
    """The id of an existing row; 0 stands for none where that is allowed."""

    def read(raw: str, store: Store) -> int:
        key: int = number(raw, store)
        if key == 0 and none:
            return 0
        row = store.get(table, key)
        if row is None:
            raise ValueError("there is no such item.")
        name, _, wanted = condition.partition("=")
        if name and row[name] != wanted:
            raise ValueError(f"an item whose {name} is {wanted} is needed.")
        return key

    return read
