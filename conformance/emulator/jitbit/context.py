"""What a handler works with, and what it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.emulator.effects import Place
from conformance.emulator.jitbit.effects import Effects
from conformance.emulator.jitbit.parameters import Raw
from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Answer, Refusal

Outcome = Any
"""JSON (lists and mappings), a bare number, or None for an answer without a body; see `File`."""


@dataclass(frozen=True)
class File:
    """An answer that is neither JSON nor a number."""

    contents: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Context:
    """One call that is let in: who calls, the values of the parameters, and the helpdesk."""

    store: Store
    caller: Row
    given: dict[str, Any]
    raw: Raw
    place: Place
    effects: Effects
    home: str
    """The address of the helpdesk, without `/api`."""
    clock: Callable[[], float]
    token: Callable[[Row], str]

    def now(self) -> int:
        """Return the current time in milliseconds."""
        return int(self.clock() * 1000)

    def skips(self, step: str) -> bool:
        """Tell whether a fault leaves out a named step, see `effects`."""
        return self.effects.skips(self.place, step)

    @property
    def is_admin(self) -> bool:
        """Whether the caller is an administrator."""
        return bool(self.caller["isadmin"])

    def find(self, table: str, key: int, what: str) -> Row:
        """Return a row; raises Refusal (404) when there is none of that id."""
        row = self.store.get(table, key)
        if row is None:
            raise Refusal(404, f"There is no {what} {key}.")
        return row


Handler = Callable[[Context], Outcome]


def as_answer(outcome: Outcome) -> Answer:
    """Return an outcome as HTTP."""
    if outcome is None:
        return Answer(200)
    if isinstance(outcome, File):
        return Answer(200, outcome.contents, outcome.content_type, outcome.headers)
    if isinstance(outcome, int):
        return Answer(200, str(outcome).encode())
    return Answer(200, as_json(outcome), "application/json; charset=utf-8")


def as_json(value: Any) -> bytes:
    """Return JSON as bytes; lone surrogates become question marks."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")
