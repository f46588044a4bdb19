"""Which faults a check can see at all: those whose code or declared effect its requests come by.

Each check runs alone, against a fresh emulator without faults that notes every fault it asks for. A
check whose requests never come by a fault sends and gets the same with and without it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from conformance.emulator import Settings, catalogue_of_faults
from conformance.emulator.effects import Declared, Place
from conformance.emulator.faults import Faults
from conformance.emulator.server import Desk


class Watch(Faults):
    """All faults of a family, none of them on; notes which are asked for."""

    def __init__(self, family: str) -> None:
        super().__init__()
        self._known = catalogue_of_faults(family)
        self._names = {id(fault.effects): fault.id for fault in self._known}
        self.seen: set[str] = set()

    def on(self, name: str) -> bool:
        self.seen.add(name)
        return False

    def effects(self) -> list[Mapping[str, Any]]:
        return [fault.effects for fault in self._known if fault.effects]

    def acting(self, declared: Declared, place: Place, member: str) -> Iterator[Any]:
        """Takes the place of `Declared.values`: notes who would act, and lets nobody act."""
        for effect in declared._effects:
            if member in effect and place.suits(effect):
                self.seen.add(self._names[id(effect)])
        return iter(())


@contextmanager
def watched(family: str) -> Iterator[tuple[Watch, Desk]]:
    """A fresh helpdesk whose faults are watched."""
    watch = Watch(family)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Declared, "values", lambda *call: watch.acting(*call))
        patch.setattr("conformance.emulator.alterations.Alterations.limits", lambda _: {})
        desk = Desk(Settings(family), watch)
        try:
            yield watch, desk
        finally:
            desk.close()
