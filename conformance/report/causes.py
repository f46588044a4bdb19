"""Root causes: many red checks, few things to repair.

Failures are grouped by likeness alone; nothing is ever dropped. Three rules, in this order:

1. One promise broken in the same way at three operations or more is one cause (a flaw of the
   protocol, such as a signature that is never looked at).
2. Other violations at one operation with the same kind of answer are one cause; they join a cause
   of rule 1 when they were seen in the very same exchange with the same kind of answer.
3. Errors with the same reason are one cause; they join the broken MUST in whose exchange they
   originate (a department that cannot be created takes everything down that needs one).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.report.text import counted

WIDE = 3
"""From so many operations on, the same break of one promise is one cause."""

_LEVELS = ("MUST", "error", "SHOULD", "MAY", "suite")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|`[^`]*`|'[^']*'")
_NUMBER = re.compile(r"\d+")
_INDEX = re.compile(r"\[\d+\]|(?<=/)\d+(?=/|$)")
_REFUSING_STATUS = re.compile(r"^\D*[45]\d\d\b")


@dataclass(frozen=True)
class Cause:
    """Failures that most likely share one reason."""

    level: str  # MUST, SHOULD, MAY; `error` where nothing could be judged
    where: str
    promised: str
    got: str
    operations: tuple[str, ...]
    requirements: tuple[str, ...]
    checks: tuple[str, ...]  # that saw it, the clearest example first
    blocked: tuple[str, ...]  # that could not be judged because of it
    exchanges: tuple[str, ...]

    @property
    def reach(self) -> tuple[int, int]:
        """How many checks and how many operations it touches."""
        return len(self.checks) + len(self.blocked), len(self.operations)


@dataclass(frozen=True)
class _Sighting:
    """One violation, with the check and the exchanges it was seen in."""

    check: Mapping[str, Any]
    violation: Mapping[str, Any]
    exchanges: frozenset[str]

    @property
    def operation(self) -> str:
        return str(self.check["operation"] or "")

    @property
    def alone(self) -> frozenset[str]:
        """The one exchange that shows it; empty when it could be any of several."""
        return self.exchanges if len(self.exchanges) == 1 else frozenset()

    @property
    def got(self) -> str:
        return kind(self.violation["got"], self.violation["where"])

    @property
    def everywhere(self) -> tuple[str, ...]:
        """What stays the same when one promise is broken alike at many operations."""
        where = _INDEX.sub("[#]", self.violation["where"]).rpartition("/")[2]
        return self.violation["requirement"], where, self.got

    @property
    def here(self) -> tuple[str, ...]:
        """What stays the same when one operation breaks several promises at once.

        A refusal explains itself. An answer that looks like any other does not: there, what was
        promised instead tells the causes apart.
        """
        if _REFUSING_STATUS.match(self.violation["got"]):
            return self.operation, self.got
        return self.operation, self.got, kind(self.violation["promised"])


@dataclass
class _Group:
    sightings: list[_Sighting] = field(default_factory=list)
    blocked: list[Mapping[str, Any]] = field(default_factory=list)


def kind(text: str, where: str = "status") -> str:
    """The text without what varies from case to case: numbers and quoted values.

    A status code is no such number, so it stays where the text is about the status.
    """
    if "status" in where and (status := re.search(r"\b[1-5]\d\d\b", text)):
        return f"status {status.group()}"
    return _NUMBER.sub("#", _QUOTED.sub("“…”", text)).strip().lower()


def root_causes(results: Mapping[str, Any]) -> list[Cause]:
    """The causes behind every failing, warning and erroneous check, worst and widest first."""
    judged = [check for check in results["checks"] if check["verdict"] in ("fail", "warn")]
    groups = _grouped(sighting for check in judged for sighting in _sightings(check))
    erroneous = [check for check in results["checks"] if check["verdict"] == "error"]
    alone = _blocked(erroneous, groups)
    found = [_broken(group) for group in groups] + [_undecided(checks) for checks in alone]
    return sorted(found, key=_rank)


def title(cause: Cause) -> str:
    """The cause in one line."""
    reach = _reach_of_operations(cause.operations)
    if cause.level == "error":
        return f"{reach}: {cause.got}"
    return f"{reach}: {cause.got} instead of {cause.promised}"


def _reach_of_operations(operations: tuple[str, ...]) -> str:
    if not operations:
        return "The run"
    return operations[0] if len(operations) == 1 else counted(len(operations), "operation")


def _sightings(check: Mapping[str, Any]) -> list[_Sighting]:
    return [
        _Sighting(
            check,
            violation,
            frozenset([violation["exchange"]] if violation.get("exchange") else check["exchanges"]),
        )
        for violation in violations(check)
    ]


def violations(check: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The broken promises of a failing or warning check; its message where it names none."""
    return check["violations"] or [_unexplained(check)]


def _unexplained(check: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "requirement": next(iter(check["requirements"]), ""),
        "level": "MUST" if check["verdict"] == "fail" else "SHOULD",
        "where": "",
        "promised": "what the check expects",
        "got": _reason(check),
    }


def _grouped(sightings: Iterable[_Sighting]) -> list[_Group]:
    everywhere: defaultdict[tuple[str, ...], list[_Sighting]] = defaultdict(list)
    for sighting in sightings:
        everywhere[sighting.everywhere].append(sighting)
    wide: list[_Group] = []
    local: defaultdict[tuple[str, ...], _Group] = defaultdict(_Group)
    rest: list[_Sighting] = []
    for alike in everywhere.values():
        if len({sighting.operation for sighting in alike}) >= WIDE:
            wide.append(_Group(alike))
        else:
            rest += alike
    owner = {
        (name, sighting.got): group
        for group in sorted(wide, key=lambda group: len(group.sightings))
        for sighting in group.sightings
        for name in sighting.alone
    }
    for sighting in rest:
        joined = (owner.get((name, sighting.got)) for name in sighting.alone)
        group = next((group for group in joined if group), None) or local[sighting.here]
        group.sightings.append(sighting)
    return wide + list(local.values())


def _blocked(
    erroneous: list[Mapping[str, Any]], groups: list[_Group]
) -> list[list[Mapping[str, Any]]]:
    """Give errors to the broken MUST they originate in; return the others, by their reason."""
    culprit = {
        name: group
        for group in groups
        if _level(group) == "MUST"
        for sighting in group.sightings
        for name in sighting.alone
    }
    alone: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for check in erroneous:
        group = next((culprit[name] for name in check["exchanges"] if name in culprit), None)
        if group:
            group.blocked.append(check)
        else:
            alone[kind(_reason(check), "")].append(check)
    return list(alone.values())


def _level(group: _Group) -> str:
    return min((str(s.violation["level"]) for s in group.sightings), key=_LEVELS.index)


def _reason(check: Mapping[str, Any]) -> str:
    return str(check.get("reason") or check["message"] or "no reason recorded")


def _broken(group: _Group) -> Cause:
    level = _level(group)
    example = next(s for s in group.sightings if s.violation["level"] == level)
    return Cause(
        level=level,
        where=example.violation["where"],
        promised=example.violation["promised"],
        got=example.violation["got"],
        operations=_unique(s.operation for s in group.sightings),
        requirements=_unique(s.violation["requirement"] for s in group.sightings),
        checks=_unique([example.check["id"], *(s.check["id"] for s in group.sightings)]),
        blocked=_unique(check["id"] for check in group.blocked),
        exchanges=_unique(
            [*sorted(example.exchanges), *(n for s in group.sightings for n in sorted(s.exchanges))]
        ),
    )


def _undecided(checks: list[Mapping[str, Any]]) -> Cause:
    return Cause(
        level="error",
        where="",
        promised="",
        got=_reason(checks[0]),
        operations=_unique(check["operation"] or "" for check in checks),
        requirements=_unique(name for check in checks for name in check["requirements"]),
        checks=(),
        blocked=_unique(check["id"] for check in checks),
        exchanges=_unique(name for check in checks for name in check["exchanges"]),
    )


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(names) if name)


def _rank(cause: Cause) -> tuple[int, int, int, str]:
    checks, operations = cause.reach
    return _LEVELS.index(cause.level), -checks, -operations, title(cause)
