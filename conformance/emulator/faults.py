"""Faults: single, switchable deviations from the documented behaviour.

A fault is data: what it is called, what it does wrong in one sentence, and the requirements whose
text is no longer true while it is on. Its `effects` describe the deviation where that needs no
code; the others are asked for by name in the emulator (`faults.on("id")`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from conformance.emulator.tables import read_yaml

KINDS = (
    "authentication",
    "concurrency",
    "deletion",
    "encoding",
    "filter",
    "limits",
    "method",
    "paging",
    "payload",
    "persistence",
    "protocol",
    "search",
    "status",
    "validation",
)


@dataclass(frozen=True)
class Fault:
    """One deviation: its id, a one-sentence title, the requirement ids it breaks, its kind."""

    id: str
    title: str
    breaks: tuple[str, ...]
    kind: str
    effects: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"The fault {self.id} is of the unknown kind {self.kind!r}.")
        if not self.breaks:
            raise ValueError(f"The fault {self.id} breaks no requirement.")


class Faults:
    """The faults that are switched on in one running emulator."""

    def __init__(self, chosen: Iterable[Fault] = ()) -> None:
        self._chosen = {fault.id: fault for fault in chosen}

    def on(self, name: str) -> bool:
        """Tell whether the fault is switched on."""
        return name in self._chosen

    def effects(self) -> list[Mapping[str, Any]]:
        """Return the declared effects of the faults that are on."""
        return [fault.effects for fault in self._chosen.values() if fault.effects]


def read_faults(folder: Path) -> tuple[Fault, ...]:
    """Read the fault tables (YAML) of a family, in the order of their file names.

    Raises ValueError for an id given twice or an entry that is not a fault.
    """
    faults: dict[str, Fault] = {}
    for path in sorted(folder.glob("*.yaml")):
        for entry in read_yaml(path) or ():
            fault = Fault(
                id=entry["id"],
                title=entry["title"],
                breaks=tuple(entry["breaks"]),
                kind=entry["kind"],
                effects=MappingProxyType(entry.get("does", {})),
            )
            if fault.id in faults:
                raise ValueError(f"The fault {fault.id} is listed twice.")
            faults[fault.id] = fault
    return tuple(faults.values())
