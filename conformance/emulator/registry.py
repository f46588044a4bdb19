"""Which families can be emulated. A new family is a folder here and one line in `_MODULES`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from conformance.emulator.faults import Fault, Faults, read_faults
from conformance.emulator.store import Store
from conformance.emulator.wire import Answer, Call

_MODULES = {
    "kayako-classic": "kayako_classic",
    "kayako-v1": "kayako_v1",
    "jitbit": "jitbit",
}


class Helpdesk(Protocol):
    """One running helpdesk: answers calls from its store."""

    def answer(self, call: Call) -> Answer:
        """Return the answer to one call; called inside a transaction of the store."""
        ...

    def target(self, origin: str, limits: str) -> dict[str, Any]:
        """Return the content of a target file for this helpdesk, reached at `origin`."""
        ...


class Family(Protocol):
    """What a family's package offers to the server."""

    TABLES: str

    def seed(self, store: Store) -> None:
        """Fill a new store with what a fresh helpdesk holds."""
        ...

    def helpdesk(
        self,
        store: Store,
        switched: Faults,
        tolerant: bool,
        limits: str,
        clock: Callable[[], float],
    ) -> Helpdesk:
        """Return a helpdesk on a seeded store, with the faults that are switched on.

        `limits` is one of `settings.LIMITS`; `clock` tells the Unix time.
        """
        ...


def families() -> tuple[str, ...]:
    """Return the ids of the families that can be emulated."""
    return tuple(_MODULES)


def family_named(name: str) -> Family:
    """Return the package of a family; KeyError if there is none."""
    return cast(Family, import_module(f"{__package__}.{_MODULES[name]}"))


@cache
def catalogue_of_faults(family: str) -> tuple[Fault, ...]:
    """Return every fault that can be switched on in a family; ValueError for an unknown family."""
    if family not in _MODULES:
        raise ValueError(f"There is no emulator of {family!r}; known: {', '.join(_MODULES)}.")
    return read_faults(Path(__file__).parent / _MODULES[family] / "faults")
