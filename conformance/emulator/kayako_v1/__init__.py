"""The Kayako API v1: one JSON API with sessions, partial output and pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conformance.emulator.faults import Faults
from conformance.emulator.kayako_v1 import declared
from conformance.emulator.kayako_v1.helpdesk import KayakoV1
from conformance.emulator.kayako_v1.seed import seed
from conformance.emulator.store import Store

__all__ = ["TABLES", "helpdesk", "seed"]

TABLES = Path(__file__).with_name("tables.sql").read_text(encoding="utf-8") + declared.tables()


def helpdesk(
    store: Store, switched: Faults, tolerant: bool, limits: str, clock: Callable[[], float]
) -> KayakoV1:
    """Return a helpdesk on a seeded store, with the limits of that setting."""
    return KayakoV1(store, switched, tolerant, limits, clock=clock)
