"""Kayako Classic: XML answers, form fields, signed requests (see docs/emulator.md)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conformance.emulator.faults import Faults
from conformance.emulator.kayako_classic.helpdesk import KayakoClassic
from conformance.emulator.kayako_classic.seed import seed
from conformance.emulator.store import Store

__all__ = ["TABLES", "helpdesk", "seed"]

TABLES = Path(__file__).with_name("tables.sql").read_text(encoding="utf-8")


def helpdesk(
    store: Store, switched: Faults, tolerant: bool, limits: str, clock: Callable[[], float]
) -> KayakoClassic:
    """Return a helpdesk on a seeded store; no limits are documented, so `limits` is unused."""
    del limits
    return KayakoClassic(store, switched, tolerant, clock=clock)
