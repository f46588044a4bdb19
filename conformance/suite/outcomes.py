"""From a pytest phase to a judged check: the verdict, its words, and what the report carries."""

from collections.abc import Sequence
from typing import Any

import pytest

from conformance.engine.case import Case
from conformance.engine.errors import NotJudged, Omitted, Skipped, SuiteError, Undecided
from conformance.engine.requirements import Registry
from conformance.engine.secrets import Redactor
from conformance.engine.verdicts import Violation, verdict_of_check
from conformance.suite.identity import CheckIdentity

#: pytest's word for each of our verdicts.
PYTEST_OUTCOME = {
    "pass": "passed", "warn": "passed", "info": "passed", "waived": "passed",
    "fail": "failed", "error": "failed", "skip": "skipped", "omit": "skipped",
}  # fmt: skip


def judge_phase(
    identity: CheckIdentity,
    registry: Registry,
    case: Case,
    excinfo: pytest.ExceptionInfo[BaseException] | None,
    seconds: float,
    redactor: Redactor,
    *,
    beyond: bool,
) -> dict[str, Any]:
    """What a check came to, as results.json has it; plain values only, to travel from workers.

    Violations found before a check broke off count: what followed from them is not the suite's.
    Statements beyond the seed documents are broken by nothing unless they are asked for.
    """
    found = [v for v in case.violations if beyond or not registry[v.requirement].beyond]
    verdict, reason = _verdict(found, registry, excinfo)
    violations = [
        {
            "requirement": violation.requirement,
            "level": registry.level(violation.requirement),
            "where": redactor.redact(violation.where),
            "promised": redactor.redact(violation.promised),
            "got": redactor.redact(violation.got),
        }
        for violation in found
    ]
    return {
        "id": identity.id,
        "family": identity.family,
        "operation": identity.operation,
        "requirements": list(identity.covers),
        "verdict": verdict,
        "message": redactor.redact(_message(violations, reason)),
        "violations": violations,
        "exchanges": list(case.exchanges),
        "seconds": round(seconds, 6),
        "notes": [redactor.redact(note) for note in case.notes],
        "reason": redactor.redact(reason) if reason else None,
    }


def _verdict(
    violations: Sequence[Violation],
    registry: Registry,
    excinfo: pytest.ExceptionInfo[BaseException] | None,
) -> tuple[str, str | None]:
    raised = excinfo.value if excinfo else None
    if isinstance(raised, SuiteError):
        return "error", f"the suite is wrong: {raised}"
    if violations:
        return verdict_of_check(violations, registry), None
    if raised is None:
        return "pass", None
    if isinstance(raised, Skipped):
        return "skip", str(raised)
    if isinstance(raised, Omitted):
        return "omit", str(raised)
    if isinstance(raised, Undecided):
        return "error", str(raised)
    if isinstance(raised, pytest.skip.Exception):
        return "skip", str(raised)
    if isinstance(raised, NotJudged):
        return "error", str(raised)
    return "error", f"the suite is wrong: {type(raised).__name__}: {raised}"


def _message(violations: list[dict[str, Any]], reason: str | None) -> str:
    if reason:
        return reason
    if not violations:
        return ""
    first = violations[0]
    more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    where, promised, got = first["where"], first["promised"], first["got"]
    return f"{first['requirement']}: {where}: promised {promised}, got {got}{more}"


def failure_text(result: dict[str, Any], registry: Registry) -> str:
    """A failing check in the three lines a person needs, once for each requirement and place."""
    if not result["violations"]:
        return f"{result['verdict'].upper()}  {result['id']}\n  {result['reason']}"
    blocks = []
    for violation in result["violations"]:
        requirement = registry[violation["requirement"]]
        word = {"MUST": "FAIL", "SHOULD": "WARN", "MAY": "INFO"}[requirement.level]
        blocks.append(
            f"{word}  {requirement.id}  {requirement.level}  {requirement.text}\n"
            f"  promised  {violation['where']}  {violation['promised']}\n"
            f"  got       {violation['where']}  {violation['got']}\n"
            f"  source    {requirement.source}\n"
            f"  evidence  {', '.join(result['exchanges'][-5:])}"
        )
    return "\n\n".join(blocks)
