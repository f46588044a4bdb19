"""What the HTML page shows, worked out from the results: no markup here, no thinking there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conformance.report import causes, verdicts
from conformance.report.text import duration, one_line, visible
from conformance.report.transcript import RECORDING, Transcript, transcript

TRANSCRIPTS_PER_CHECK = 3
TRANSCRIPTS_PER_PAGE = 600
CHECKS_PER_LIST = 12
VIOLATIONS_PER_CHECK = 10
PROMISES_PER_CAUSE = 3

Entry = Mapping[str, Any]
Chips = list[tuple[str, int]]


@dataclass(frozen=True)
class CauseView:
    """A root cause with links to where it is explained."""

    cause: causes.Cause
    title: str
    level: str
    chip: str
    promises: list[Entry]  # the first requirements, in full
    more_requirements: list[str]
    operations: list[str]
    checks: list[str]
    more_checks: int


@dataclass(frozen=True)
class OperationView:
    """A row of the operations table."""

    entry: Entry
    chips: Chips
    latency: tuple[str, str, str] | None
    observed: list[tuple[str, str]]
    shown_checks: list[str]  # that have a section of their own


@dataclass(frozen=True)
class RequirementView:
    """A row of the requirements table."""

    entry: Entry
    chips: Chips
    shown_checks: list[str]
    more_checks: int
    reason: str


@dataclass(frozen=True)
class Broken:
    """One broken requirement of a check, with what was seen of it."""

    id: str
    level: str
    entry: Entry | None  # None when the registry does not know it
    violations: list[Entry]


@dataclass(frozen=True)
class CheckView:
    """A check that did not pass, with its evidence."""

    entry: Entry
    rank: int
    title: str
    message: str  # empty when the violations say it already
    broken: list[Broken]
    more_violations: int
    undecided: list[Entry]  # the requirements of a check that names no broken promise
    transcripts: list[Transcript]
    elsewhere: list[str]  # exchanges whose transcript stands at an earlier check
    unshown: int  # exchanges that only the recording holds
    seconds: str
    reason: str


@dataclass(frozen=True)
class QuietGroup:
    """Checks that were skipped, omitted and so on for one and the same reason."""

    verdict: str
    reason: str
    checks: list[str]


@dataclass(frozen=True)
class Page:
    """Everything that the template needs, and nothing else."""

    results: Entry
    statement: verdicts.Statement
    run: verdicts.Word
    numbers: list[tuple[str, Chips]]
    facts: list[tuple[str, str]]
    notices: list[str]
    causes: list[CauseView]
    operations: list[OperationView]
    requirements: list[RequirementView]
    classes: dict[str, str]
    checks: list[CheckView]
    quiet: list[QuietGroup]
    oddities: list[tuple[str, int]]
    recording: str = RECORDING


def page(results: Entry) -> Page:
    """The page of one run. Expects results that keep their schema."""
    by_id = {check["id"]: check for check in results["checks"]}
    requirements = {entry["id"]: entry for entry in results["requirements"]}
    return Page(
        results=results,
        statement=verdicts.statement(results),
        run=verdicts.RUNS[results["verdict"]],
        numbers=_numbers(results),
        facts=_facts(results),
        notices=_notices(results),
        causes=[_cause(cause, requirements) for cause in causes.root_causes(results)],
        operations=[_operation(entry, by_id) for entry in results["operations"]],
        requirements=[_requirement(entry, by_id) for entry in results["requirements"]],
        classes={entry["id"]: entry["title"] for entry in results["classes"]},
        checks=_explained(results, requirements),
        quiet=_quiet(results["checks"]),
        oddities=_oddities(results["checks"]),
    )


def _numbers(results: Entry) -> list[tuple[str, Chips]]:
    rows = [("Checks", [(name, results["summary"][name]) for name in verdicts.ORDER])]
    for level in ("MUST", "SHOULD", "MAY"):
        entries = [e["verdict"] for e in results["requirements"] if e["level"] == level]
        rows.append((f"{level} promises", verdicts.tally(entries)))
    return [(name, [chip for chip in chips if chip[1]]) for name, chips in rows]


def _facts(results: Entry) -> list[tuple[str, str]]:
    target, suite, summary = results["target"], results["suite"], results["summary"]
    per_operation = f"{summary['requests_per_operation']:.1f} for each operation"
    facts = [
        ("Server", target["name"]),
        ("Address", target["url"]),
        ("API", target["api"] + (f", {target['version']}" if target.get("version") else "")),
        ("Run", f"{_clock(results['started'])}, took {_took(results)}"),
        ("Requests", f"{summary['requests']}, {per_operation}"),
        ("Allowed to", f"{results['safety']} (safety level)"),
        ("Selection", verdicts.selected(results) or "none: the whole suite"),
        ("Seed", str(results["seed"])),
        ("Suite", f"{suite['name']} {suite['version']}"),
    ]
    if results.get("beyond"):
        facts.append(("Scope", "also statements beyond the seed documents"))
    environment = ", ".join(f"{name} {value}" for name, value in _environment(results))
    return facts + ([("Ran on", environment)] if environment else [])


def _environment(results: Entry) -> Iterable[tuple[str, str]]:
    return sorted((results.get("environment") or {}).items())


def _clock(instant: str) -> str:
    return datetime.fromisoformat(instant).strftime("%Y-%m-%d %H:%M:%S %Z").strip()


def _took(results: Entry) -> str:
    started, finished = (datetime.fromisoformat(results[name]) for name in ("started", "finished"))
    return duration(max((finished - started).total_seconds(), 0.0))


def _notices(results: Entry) -> list[str]:
    notices = [verdicts.early_end(results)]
    if selected := verdicts.selected(results):
        notices.append(f"Only a selection was run: {selected}. The verdict is at best partial.")
    return [notice for notice in notices if notice]


def _cause(cause: causes.Cause, requirements: Mapping[str, Entry]) -> CauseView:
    touched = [*cause.checks, *cause.blocked]
    first, rest = cause.requirements[:PROMISES_PER_CAUSE], cause.requirements[PROMISES_PER_CAUSE:]
    return CauseView(
        cause=cause,
        title=one_line(causes.title(cause), 300),
        level="undecided" if cause.level == "error" else cause.level,
        chip={"MUST": "fail", "error": "error", "SHOULD": "warn"}.get(cause.level, "info"),
        promises=[requirements[name] for name in first if name in requirements],
        more_requirements=list(rest),
        operations=list(cause.operations),
        checks=touched[:CHECKS_PER_LIST],
        more_checks=max(len(touched) - CHECKS_PER_LIST, 0),
    )


def _operation(entry: Entry, by_id: Mapping[str, Entry]) -> OperationView:
    latency = entry["latency"]
    return OperationView(
        entry=entry,
        chips=_chips(entry["checks"], by_id),
        latency=latency
        and (duration(latency["p50"]), duration(latency["p95"]), duration(latency["max"])),
        observed=sorted(entry["observed"].items()),
        shown_checks=_shown(entry["checks"], by_id),
    )


def _requirement(entry: Entry, by_id: Mapping[str, Entry]) -> RequirementView:
    shown = _shown(entry["checks"], by_id)
    return RequirementView(
        entry=entry,
        chips=_chips(entry["checks"], by_id),
        shown_checks=shown[:CHECKS_PER_LIST],
        more_checks=max(len(shown) - CHECKS_PER_LIST, 0),
        reason=entry.get("reason") or "",
    )


def _chips(names: Sequence[str], by_id: Mapping[str, Entry]) -> Chips:
    return verdicts.tally(by_id[name]["verdict"] for name in names if name in by_id)


def _shown(names: Sequence[str], by_id: Mapping[str, Entry]) -> list[str]:
    return [
        name for name in names if name in by_id and by_id[name]["verdict"] in verdicts.TO_EXPLAIN
    ]


def _explained(results: Entry, requirements: Mapping[str, Entry]) -> list[CheckView]:
    """Every check to explain; each transcript stands once, at the first check that cites it."""
    exchanges = {entry["id"]: entry for entry in results["exchanges"]}
    shown: set[str] = set()
    views = []
    chosen = [c for c in results["checks"] if c["verdict"] in verdicts.TO_EXPLAIN]
    for check in sorted(chosen, key=lambda check: verdicts.ORDER.index(check["verdict"])):
        cited = _cited(check)
        elsewhere = [name for name in cited if name in shown]
        room = min(TRANSCRIPTS_PER_CHECK, TRANSCRIPTS_PER_PAGE - len(shown))
        fresh = [name for name in cited if name in exchanges and name not in shown][: max(room, 0)]
        shown.update(fresh)
        views.append(
            CheckView(
                entry=check,
                rank=verdicts.ORDER.index(check["verdict"]),
                title=check_title(check),
                message="" if check["violations"] else check["message"],
                broken=_broken(check["violations"][:VIOLATIONS_PER_CHECK], requirements),
                more_violations=max(len(check["violations"]) - VIOLATIONS_PER_CHECK, 0),
                undecided=_undecided(check, requirements),
                transcripts=[transcript(exchanges[name]) for name in fresh],
                elsewhere=elsewhere[:TRANSCRIPTS_PER_CHECK],
                unshown=len(cited) - len(fresh) - len(elsewhere[:TRANSCRIPTS_PER_CHECK]),
                seconds=duration(check["seconds"]),
                reason=_if_new(check.get("reason"), check["message"]),
            )
        )
    return views


def _if_new(reason: str | None, message: str) -> str:
    return reason if reason and reason != message else ""


def _cited(check: Entry) -> list[str]:
    """The exchanges of a check, those that show a violation first."""
    telling = [v["exchange"] for v in check["violations"] if v.get("exchange")]
    return list(dict.fromkeys([*telling, *check["exchanges"]]))


def _broken(violations: Sequence[Entry], requirements: Mapping[str, Entry]) -> list[Broken]:
    by_requirement: dict[str, list[Entry]] = {}
    for violation in violations:
        by_requirement.setdefault(violation["requirement"], []).append(violation)
    return [
        Broken(name, seen[0]["level"], requirements.get(name), seen)
        for name, seen in by_requirement.items()
    ]


def _undecided(check: Entry, requirements: Mapping[str, Entry]) -> list[Entry]:
    if check["violations"]:
        return []
    return [requirements[name] for name in check["requirements"] if name in requirements]


def check_title(check: Entry) -> str:
    """The sentence that a check's function name is: `a new ticket starts open [createTicket]`."""
    function, bracket, parameters = str(check["id"]).rpartition("::")[2].partition("[")
    return function.removeprefix("test_").replace("_", " ") + (f" [{parameters}" if bracket else "")


def _quiet(checks: Iterable[Entry]) -> list[QuietGroup]:
    """Checks that need no evidence, gathered by verdict and reason."""
    groups: dict[tuple[str, str], list[str]] = {}
    for check in checks:
        if check["verdict"] in ("info", "waived", "skip", "omit"):
            reason = check.get("reason") or check["message"] or _first_got(check)
            groups.setdefault((check["verdict"], reason), []).append(check["id"])
    return [
        QuietGroup(verdict, visible(reason), names)
        for (verdict, reason), names in sorted(
            groups.items(),
            key=lambda item: (verdicts.ORDER.index(item[0][0]), -len(item[1]), item[0][1]),
        )
    ]


def _first_got(check: Entry) -> str:
    return next((str(v["got"]) for v in check["violations"]), "no reason recorded")


def _oddities(checks: Iterable[Entry]) -> list[tuple[str, int]]:
    """What breaks no promise and is odd all the same, with the number of checks that met it."""
    counts = Counter(note for check in checks for note in check["notes"])
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
