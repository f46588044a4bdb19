"""The running check: what it can decide, what it has found, what it looked at.

Checks and expectations reach it through `current()`; whoever runs checks (the pytest plugin, or a
program that judges without pytest) opens one with `running`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from conformance.engine.errors import SuiteError
from conformance.engine.exchange import Exchange
from conformance.engine.verdicts import Violation


@dataclass
class Case:
    """One check while it runs."""

    covers: tuple[str, ...]
    redact: Callable[[str], str] = str
    found: dict[Violation, None] = field(default_factory=dict)
    exchanges: dict[str, None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)

    @property
    def violations(self) -> list[Violation]:
        """The broken promises in the order they were found, each once."""
        return list(self.found)

    def saw(self, exchange: Exchange) -> None:
        """Remember an exchange as evidence."""
        self.exchanges[exchange.id] = None

    def note(self, text: str) -> None:
        """Remember an oddity that breaks no promise."""
        self.notes[text] = None

    def report(self, violations: Iterable[Violation]) -> None:
        """Record broken promises; a check may only name what it says it covers."""
        for violation in violations:
            if violation.requirement not in self.covers:
                raise SuiteError(f"the check names {violation.requirement} without covering it")
            self.found[violation] = None

    def named(self, requirements: tuple[str, ...]) -> tuple[str, ...]:
        """The given ids, or the only one the check covers."""
        if requirements:
            return requirements
        if len(self.covers) == 1:
            return self.covers
        raise SuiteError("the check covers several requirements: say which one is expected here")


_current: ContextVar[Case | None] = ContextVar("running check", default=None)


def current() -> Case:
    """The check that is running; raises SuiteError outside of one."""
    case = _current.get()
    if case is None:
        raise SuiteError("expectations belong into a running check")
    return case


def current_or_none() -> Case | None:
    return _current.get()


@contextmanager
def running(case: Case) -> Iterator[Case]:
    """Make this the running check."""
    token = _current.set(case)
    try:
        yield case
    finally:
        _current.reset(token)
