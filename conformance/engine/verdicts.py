"""Violations and verdicts: from broken promises to what a check, a class and a run came to."""

from collections.abc import Iterable
from dataclasses import dataclass

from conformance.engine.requirements import Registry

#: From worst to mildest; the first one present decides.
CHECK_VERDICTS = ("fail", "error", "warn", "info", "waived", "pass", "skip", "omit")
_OF_LEVEL = {"MUST": "fail", "SHOULD": "warn", "MAY": "info"}


@dataclass(frozen=True)
class Violation:
    """One broken promise seen in an exchange."""

    requirement: str
    where: str
    promised: str
    got: str


def verdict_of_level(level: str) -> str:
    """What a broken promise of this level makes of a check."""
    return _OF_LEVEL[level]


def worst(verdicts: Iterable[str]) -> str | None:
    """The one of these verdicts that decides, or None when there is none."""
    present = set(verdicts)
    return next((verdict for verdict in CHECK_VERDICTS if verdict in present), None)


def verdict_of_check(violations: Iterable[Violation], registry: Registry) -> str:
    """The verdict of the worst violation, by the registry's levels; `pass` without any."""
    found = (_OF_LEVEL[registry.level(violation.requirement)] for violation in violations)
    return worst(found) or "pass"


def verdict_of_run(
    must_verdicts: Iterable[str], *, interrupted: bool = False, selection: bool = False
) -> str:
    """nonconformant, inconclusive, partial or conformant, from the verdicts of the MUSTs."""
    present = set(must_verdicts)
    if "fail" in present:
        return "nonconformant"
    if "error" in present or interrupted:
        return "inconclusive"
    if "skip" in present or selection:
        return "partial"
    return "conformant"
