"""Resource types as they are declared in the pages, and the things handlers answer with.

A type is declared in a page's YAML:

    case_priority:
      table: case_priorities        # where its rows are; left out for objects without a table
      path: cases/priorities        # resource_url: .../cases/priorities/ID; left out: has none
      fields: {label: string, level: integer, created_at: time, updated_at: time}

`path` may name columns: `cases/{case_id}/posts`. `key` names what takes the place of `id` in
objects and references (`uuid`; null: nothing does). `reference` lists members that references have
besides. `typed: false` leaves out resource_type; `called: post` is the resource_type of a type that
is named differently here, since it has the same name as another one.

A field is a kind and, after commas, how it is shown:

| kind | value, from the column of the same name |
|---|---|
| `integer`, `number`, `string`, `boolean` | as it is |
| `option` | in upper case |
| `time` | Unix seconds, written in ISO-8601 |
| `list`, `map` | JSON text; the keys of a map keep their spelling |
| `ref TYPE` | the object whose key is in the column `NAME_id` |
| `refs TYPE`, `value`, `values` | what the page's function for the field returns |

Functions for fields are in `FIELDS` of the page's module; they go before any column.
Shown: `extra` (only when asked for by `fields`), `hidden` (never), `volatile` (does not count for
the ETag).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.emulator.store import Row

PLAIN = ("integer", "number", "string", "boolean", "option", "time", "list", "map")


@dataclass(frozen=True)
class Field:
    """One member of a resource object."""

    name: str
    kind: str
    target: str = ""
    extra: bool = False
    hidden: bool = False
    volatile: bool = False

    @classmethod
    def read(cls, name: str, text: str) -> Field:
        """Return the field of a declaration; raises ValueError."""
        first, *shown = (part.strip() for part in text.split(","))
        kind, _, target = first.partition(" ")
        if kind not in (*PLAIN, "ref", "refs", "value", "values"):
            raise ValueError(f"The field {name} is of the unknown kind {kind!r}.")
        return cls(name, kind, target, **dict.fromkeys(shown, True))


@dataclass(frozen=True)
class Kind:
    """One resource type."""

    name: str
    fields: Mapping[str, Field]
    table: str = ""
    path: str = ""
    key: str | None = "id"
    reference: Sequence[str] = ()
    typed: bool = True
    called: str = ""

    @property
    def resource_type(self) -> str:
        """The name that clients see."""
        return self.called or self.name

    @classmethod
    def read(cls, name: str, entry: Mapping[str, Any]) -> Kind:
        """Return the type of a declaration."""
        declared = {one: Field.read(one, str(text)) for one, text in entry["fields"].items()}
        return cls(name, **{**entry, "fields": declared})

    def address(self, row: Row) -> str:
        """Return the path of an object below the API, empty for one without."""
        if not self.path:
            return ""
        return f"{self.path.format_map(row)}/{row[self.key or 'id']}"


@dataclass(frozen=True)
class Item:
    """An object: always written with its members; as member of another one, in place."""

    kind: str
    row: Row


@dataclass(frozen=True)
class Link:
    """A nested resource: written as a reference unless it is included."""

    kind: str
    key: Any


@dataclass(frozen=True)
class Single:
    """The answer with one object."""

    item: Item
    status: int = 200
    resource: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Collection:
    """The answer with objects of one type, named by keys in their order.

    `load` makes the row of a key where the type has no table. `dates` belong to the keys, for
    collections that are paged by date. `whole`: the answer to a call that changes something, with
    the status that says so.
    """

    kind: str
    keys: Sequence[Any]
    load: Callable[[Any], Row] | None = None
    dates: Sequence[int] = ()
    resource: str = ""
    status: int = 200


@dataclass(frozen=True)
class Affected:
    """The answer to a call that changed several objects."""

    count: int


@dataclass(frozen=True)
class Done:
    """The answer with nothing but a status."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Contents:
    """The answer that is a file."""

    body: bytes
    content_type: str
    filename: str = ""


Outcome = Single | Collection | Affected | Done | Contents | None


def created(kind: str, row: Row) -> Single:
    """Return the answer to a creation."""
    return Single(Item(kind, row), 201)
