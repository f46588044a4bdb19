"""Jitbit Helpdesk, also sold as Destek Sitesi: JSON answers, Basic and Bearer credentials."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from conformance.emulator.faults import Fault, Faults, read_faults
from conformance.emulator.jitbit.helpdesk import Jitbit
from conformance.emulator.jitbit.seed import seed
from conformance.emulator.store import Store

__all__ = ["TABLES", "faults", "helpdesk", "seed"]

_HERE = Path(__file__).parent
TABLES = (_HERE / "tables.sql").read_text(encoding="utf-8")


@cache
def faults() -> tuple[Fault, ...]:
    """Return every fault of this family."""
    return read_faults(_HERE / "faults")


def helpdesk(
    store: Store, switched: Faults, tolerant: bool, limits: str, clock: Callable[[], float]
) -> Jitbit:
    """Return a helpdesk on a seeded store, with the limits of that setting."""
    return Jitbit(store, switched, tolerant, limits, clock=clock)
