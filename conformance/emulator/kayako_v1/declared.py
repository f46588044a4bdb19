"""What the pages declare, read once. A page is `pages/NAME` with `.yaml`, `.py` and `.sql`.

The YAML has `types` (see `kinds`), `actions` (see `routing`) and `seed` (table, then rows); the
module has `HANDLERS` (action, then function) and `FIELDS` (type, then field, then function). Each
file and each part may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.emulator.kayako_v1.kinds import Kind, Outcome
from conformance.emulator.kayako_v1.routing import Action
from conformance.emulator.tables import read_yaml

if TYPE_CHECKING:
    from conformance.emulator.kayako_v1.context import Context
    from conformance.emulator.store import Row

_PAGES = Path(__file__).with_name("pages")
Handler = Callable[["Context"], Outcome]
FieldValue = Callable[["Context", "Row"], Any]


@dataclass
class Pages:
    """Everything that is declared."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    handlers: dict[str, Handler] = field(default_factory=dict)
    fields: dict[str, dict[str, FieldValue]] = field(default_factory=dict)
    seeds: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)


@cache
def pages() -> Pages:
    """Return what all pages declare."""
    found = Pages()
    for path in sorted(_PAGES.glob("*.yaml")):
        content = read_yaml(path) or {}
        for name, entry in content.get("types", {}).items():
            found.kinds[name] = Kind.read(name, entry)
        for name, entry in content.get("actions", {}).items():
            found.actions[name] = Action.read(name, entry)
        for table, rows in content.get("seed", {}).items():
            found.seeds += [(table, row) for row in rows]
    for path in sorted(_PAGES.glob("[!_]*.py")):
        module = import_module(f"{__package__}.pages.{path.stem}")
        found.handlers |= getattr(module, "HANDLERS", {})
        for kind, functions in getattr(module, "FIELDS", {}).items():
            found.fields.setdefault(kind, {}).update(functions)
    return found


def tables() -> str:
    """Return the SQL that makes the tables of all pages."""
    paths = sorted(_PAGES.glob("*.sql"))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)
