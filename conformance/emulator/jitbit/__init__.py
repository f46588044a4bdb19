"""Jitbit Helpdesk, also sold as Destek Sitesi: JSON answers, Basic and Bearer credentials."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conformance.emulator.faults import Faults
from conformance.emulator.jitbit.helpdesk import Jitbit
from conformance.emulator.jitbit.seed import seed
from conformance.emulator.store import Store

__all__ = ["TABLES", "helpdesk", "seed"]

TABLES = Path(__file__).with_name("tables.sql").read_text(encoding="utf-8")


def helpdesk(
    store: Store, switched: Faults, tolerant: bool, limits: str, clock: Callable[[], float]
) -> Jitbit:
    """Return a helpdesk on a seeded store, with the limits of that setting."""
    return Jitbit(store, switched, tolerant, limits, clock=clock)
