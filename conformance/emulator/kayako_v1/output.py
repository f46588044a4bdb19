"""Resource objects as JSON: references or objects in full, the fields asked for, flat mode."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from conformance.emulator.kayako_v1 import moments
from conformance.emulator.kayako_v1.declared import pages
from conformance.emulator.kayako_v1.kinds import Field, Item, Kind, Link
from conformance.emulator.kayako_v1.names import CASES
from conformance.emulator.kayako_v1.options import Options, Rules
from conformance.emulator.store import Row

if TYPE_CHECKING:
    from conformance.emulator.kayako_v1.context import Context

_EVERYTHING = Rules({"*": ""})
Path = tuple[tuple[str, Any], ...]


class FreeMap(dict[str, Any]):
    """A map whose keys are data: they keep their spelling, and its empty members stay."""


class Writer:
    """Writes the objects of one answer."""

    def __init__(self, context: Context, options: Options) -> None:
        self._context, self._options = context, options
        self._links: list[Link] = []

    def written(self, item: Item) -> dict[str, Any]:
        """Return an object as it stands in `data`."""
        return self._object(item, self._options.rules, ())

    def resources(self) -> dict[str, dict[str, Any]]:
        """Return what flat mode moves beside `data`: everything that is referred to."""
        found: dict[str, dict[str, Any]] = {}
        while self._links:
            link = self._links.pop()
            key = str(link.key)
            row = None if key in found.get(link.kind, ()) else self.row(link)
            if row is not None:
                objects = found.setdefault(link.kind, {})
                objects[key] = {}
                objects[key] = self._object(Item(link.kind, row), Rules(), ())
        return found

    def row(self, link: Link) -> Row | None:
        """Return the row of a nested resource, None where it has no table or is gone."""
        kind = pages().kinds[link.kind]
        if not kind.table:
            return None
        found = self._context.store.where(kind.table, **{kind.key or "id": link.key})
        return found[0] if found else None

    def _object(self, item: Item, rules: Rules, path: Path) -> dict[str, Any]:
        kind = pages().kinds[item.kind]
        content: dict[str, Any] = {}
        if kind.key:
            content[kind.key] = item.row[kind.key]
            path = (*path, (kind.name, item.row[kind.key]))
        for one in selected(kind, rules):
            content[one.name] = self._member(kind, one, item.row, rules.of(one.name), path)
        if kind.typed:
            content["resource_type"] = kind.resource_type
        if kind.path:
            content["resource_url"] = f"{self._context.base}/{kind.address(item.row)}"
        return content

    def _member(self, kind: Kind, one: Field, row: Row, rules: Rules, path: Path) -> Any:
        return self._nested(value_of(self._context, kind, one, row), rules, path)

    def _nested(self, value: Any, rules: Rules, path: Path) -> Any:
        if isinstance(value, Link):
            return self._link(value, rules, path)
        if isinstance(value, Item):
            return self._object(value, rules, path)
        if isinstance(value, list):
            return [self._nested(one, rules, path) for one in value]
        if isinstance(value, dict) and not isinstance(value, FreeMap):
            return {name: self._nested(one, rules, path) for name, one in value.items()}
        return value

    def _link(self, link: Link, rules: Rules, path: Path) -> dict[str, Any]:
        kind = pages().kinds[link.kind]
        if self._options.flat:
            self._links.append(link)
        elif self._options.includes(link.kind) and (link.kind, link.key) not in path:
            row = self.row(link)
            if row is not None:
                return self._object(Item(link.kind, row), rules, path)
        return self._reference(kind, link)

    def _reference(self, kind: Kind, link: Link) -> dict[str, Any]:
        content: dict[str, Any] = {kind.key: link.key} if kind.key else {}
        if kind.reference:
            row = self.row(link) or {}
            for name in kind.reference:
                if name == "resource_url":
                    content[name] = f"{self._context.base}/{kind.address(row)}" if row else None
                else:
                    content[name] = row.get(name)
        if kind.typed:
            content["resource_type"] = kind.resource_type
        return content


def selected(kind: Kind, rules: Rules) -> Iterator[Field]:
    """Return the fields that rules select, in the order of the type."""
    fields = {name: one for name, one in kind.fields.items() if not one.hidden}
    if rules.everything:
        yield from (one for name, one in fields.items() if rules.named.get(name) != "-")
        return
    bare = {name for name, sign in rules.named.items() if not sign and name in fields}
    narrowed = any(not fields[name].extra for name in bare) or rules.named.get("id") == ""
    for name, one in fields.items():
        sign = rules.named.get(name)
        default = not one.extra and not narrowed
        if sign != "-" and (default or sign is not None):
            yield one


def value_of(context: Context, kind: Kind, one: Field, row: Row) -> Any:
    """Return the value of a field, nested resources as Item and Link."""
    computed = pages().fields.get(kind.name, {}).get(one.name)
    if computed:
        return computed(context, row)
    if one.kind == "ref":
        key = row.get(f"{one.name}_id")
        return None if key is None else Link(one.target, key)
    if one.kind in ("refs", "values"):
        return []
    value = row.get(one.name)
    if one.kind == "list":
        return json.loads(value) if isinstance(value, str) else (value or [])
    if value is None:
        return None
    return _plain(one.kind, value)


def _plain(kind: str, value: Any) -> Any:
    match kind:
        case "boolean":
            return bool(value)
        case "time":
            return moments.iso(value)
        case "option":
            return str(value).upper()
        case "map":
            return FreeMap(json.loads(value) if isinstance(value, str) else value)
    return value


def fingerprint(context: Context, item: Item) -> str:
    """Return the ETag of an object: of its own state, whatever its answer shows of it."""
    kind = pages().kinds[item.kind]
    fields = [one for one in selected(kind, _EVERYTHING) if not one.volatile]
    values = [value_of(context, kind, one, item.row) for one in fields]
    return digest([kind.name, item.row.get(kind.key or ""), *values])


def digest(content: Any) -> str:
    """Return a short digest of JSON; nested resources count by their keys alone."""
    text = json.dumps(content, default=_identity, sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _identity(value: Any) -> Any:
    if isinstance(value, Link):
        return [value.kind, value.key]
    return [value.kind, value.row]


def without_empty(value: Any) -> Any:
    """Return JSON without members that are null or an empty list."""
    if isinstance(value, list):
        return [without_empty(one) for one in value]
    if isinstance(value, FreeMap) or not isinstance(value, dict):
        return value
    return {n: without_empty(one) for n, one in value.items() if one is not None and one != []}


def renamed(value: Any, case: str, *, maps: bool = False) -> Any:
    """Return JSON with its names, and the names of types in it, in another case; in free maps, too,
    with `maps`."""
    change = CASES[case]
    if isinstance(value, FreeMap) and not maps:
        return value
    if isinstance(value, Mapping):
        return {
            change(name): change(one)
            if name in ("resource", "resource_type") and isinstance(one, str)
            else renamed(one, case, maps=maps)
            for name, one in value.items()
        }
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [renamed(one, case, maps=maps) for one in value]
    return value
