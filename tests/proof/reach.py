"""Which faults a check can see at all: those whose code or declared effect its requests come by.

Each check runs alone, against a fresh emulator without faults that notes every question for faults.
A check whose requests never come by a fault sends and gets the same with and without it.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from conformance.emulator import Settings
from conformance.emulator.alterations import Alterations
from conformance.emulator.effects import Declared, Place
from conformance.emulator.faults import Fault, Faults
from conformance.emulator.server import Desk

#: A fault's name that was asked for, or a pickled question: member, what of it, and the place.
Question = str | bytes


class Watch(Faults):
    """No fault is on; notes what is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: set[Question] = set()

    def on(self, name: str) -> bool:
        self.questions.add(name)
        return False

    def asked(self, place: Place, member: str, what: str = "") -> bool:
        """Note a question; the answer is that no fault acts."""
        self.questions.add(pickle.dumps((member, what, place)))
        return False


@contextmanager
def watched(family: str, clock: Callable[[], float]) -> Iterator[tuple[Watch, Desk]]:
    """A fresh helpdesk whose faults are watched."""
    watch = Watch()

    def values(_: Declared, place: Place, member: str) -> Iterator[Any]:
        return iter([True] if watch.asked(place, member) else [])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Declared, "values", values)
        patch.setattr(
            Declared, "admits", lambda _, *asked: watch.asked(asked[0], "admit", asked[1])
        )
        patch.setattr(
            Alterations, "skips", lambda _, *asked: watch.asked(asked[0], "skip", asked[1])
        )
        patch.setattr(Alterations, "limits", lambda _: {})
        desk = Desk(Settings(family), watch, clock)
        try:
            yield watch, desk
        finally:
            desk.close()


def faults_seen(
    faults: Sequence[Fault], checks: Mapping[str, Iterable[Question]]
) -> dict[str, set[str]]:
    """Check → the faults that its questions come by."""

    @cache
    def answers(question: Question) -> frozenset[str]:
        if isinstance(question, str):
            return frozenset([question])
        member, what, place = pickle.loads(question)
        return frozenset(
            fault.id
            for fault in faults
            if member in fault.effects
            and (not what or what in fault.effects[member])
            and place.suits(fault.effects)
        )

    return {
        check: set().union(*(answers(question) for question in questions))
        for check, questions in checks.items()
    }
