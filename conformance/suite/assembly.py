"""results.json put together: from the checks' results, the workers' files and the registry."""

import platform
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance import __version__
from conformance.engine.requirements import Requirement
from conformance.engine.spec import Spec
from conformance.engine.verdicts import verdict_of_level, verdict_of_run, worst

SCHEMA_VERSION = 1
_CUT = 4000
_CHECK_COUNTS = ("pass", "fail", "warn", "info", "omit", "skip", "error", "waived")


@dataclass
class FamilyRun:
    """Everything known about one family's part of a run, when it is over."""

    spec: Spec
    checks: list[dict[str, Any]]
    exchanges: list[dict[str, Any]]
    target: dict[str, Any]
    made: int
    removed: int
    left_behind: list[dict[str, Any]]
    started: str
    finished: str
    seed: int
    beyond: bool
    selection: dict[str, Any] | None
    interrupted: bool
    stopped: str | None = None
    by_requirement: dict[str, list[dict[str, Any]]] = field(init=False)

    def __post_init__(self) -> None:
        self.checks.sort(key=lambda check: check["id"])
        self.exchanges.sort(key=lambda exchange: exchange["id"])
        self.by_requirement = defaultdict(list)
        for check in self.checks:
            for requirement in check["requirements"]:
                self.by_requirement[requirement].append(check)


def assemble(run: FamilyRun) -> dict[str, Any]:
    """The content of results.json for one family."""
    requirements = [_requirement(entry, run) for entry in run.spec.registry]
    return {
        "schema_version": SCHEMA_VERSION,
        "suite": {"name": "helpdesk-conformance", "version": __version__},
        "environment": {
            "python": platform.python_version(),
            "platform": sys.platform,
        },
        "target": {
            "name": run.target["name"],
            "api": run.spec.family,
            "url": run.target["url"],
            "version": run.target.get("version"),
        },
        "started": run.started,
        "finished": run.finished,
        "seed": run.seed,
        "safety": run.target["safety"],
        "beyond": run.beyond,
        "selection": run.selection,
        "interrupted": run.interrupted,
        "stopped": run.stopped,
        "verdict": _run_verdict(requirements, run),
        "classes": _classes(requirements, run),
        "summary": _summary(run),
        "requirements": requirements,
        "checks": [_without(check, "family") for check in run.checks],
        "operations": _operations(run),
        "exchanges": [shortened(exchange) for exchange in run.exchanges],
        "ledger": {"made": run.made, "removed": run.removed, "left_behind": len(run.left_behind)},
        "left_behind": run.left_behind,
    }


# Requirements -----------------------------------------------------------------------------------


def _requirement(requirement: Requirement, run: FamilyRun) -> dict[str, Any]:
    citing = run.by_requirement.get(requirement.id, [])
    verdict, reason = requirement_verdict(requirement, citing, run)
    return {
        "id": requirement.id,
        "level": requirement.level,
        "text": requirement.text,
        "source": requirement.source,
        "class": requirement.conformance_class,
        "verdict": verdict,
        "checks": [check["id"] for check in citing],
        "reason": reason,
    }


def requirement_verdict(
    requirement: Requirement, citing: list[dict[str, Any]], run: FamilyRun
) -> tuple[str, str | None]:
    """(verdict, reason): from the violations that name it, else from the checks that cite it.

    A promise seen broken is decided, whatever other checks of it could not be judged for that.
    """
    if not requirement.binds_the_server:
        return "omit", "binds the client or the suite, not the server"
    if _newer_than_target(requirement, run.target.get("version")):
        return "omit", f"promised since {requirement.since}, newer than the target"
    if requirement.beyond and not run.beyond:
        return "omit", "goes beyond the seed documents; judged with --beyond"
    if requirement.undecidable:
        return "omit", f"cannot be decided over the API: {requirement.undecidable}"
    verdicts = {check["verdict"] for check in citing}
    named = any(v["requirement"] == requirement.id for check in citing for v in check["violations"])
    if named:
        return verdict_of_level(requirement.level), None
    if "error" in verdicts:
        return "error", next(c["reason"] for c in citing if c["verdict"] == "error")
    if verdicts & {"pass", "warn", "info", "fail"}:
        return "pass", None
    for verdict in ("skip", "omit"):
        if verdict in verdicts:
            return verdict, next(c["reason"] for c in citing if c["verdict"] == verdict)
    return "skip", "not selected" if run.selection else "no check has judged it"


def _newer_than_target(requirement: Requirement, version: str | None) -> bool:
    if not requirement.since or not version:
        return False
    return _version(requirement.since) > _version(version)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int("".join(c for c in part if c.isdigit()) or 0) for part in text.split("."))


def _decisive(requirements: Iterable[Mapping[str, Any]]) -> list[str]:
    return [entry["verdict"] for entry in requirements if entry["level"] == "MUST"]


def _run_verdict(requirements: list[dict[str, Any]], run: FamilyRun) -> str:
    return verdict_of_run(
        _decisive(requirements),
        interrupted=run.interrupted or bool(run.stopped),
        selection=run.selection is not None,
    )


def _classes(requirements: list[dict[str, Any]], run: FamilyRun) -> list[dict[str, Any]]:
    groups = [
        (entry.id, entry.title, [r for r in requirements if r["class"] == entry.id])
        for entry in run.spec.registry.classes
    ]
    groups.append(("full", "Everything", requirements))
    return [
        {
            "id": class_id,
            "title": title,
            "verdict": _run_verdict(members, run),
            "decided": sum(verdict in ("pass", "fail", "waived") for verdict in _decisive(members)),
            "total": sum(verdict != "omit" for verdict in _decisive(members)),
        }
        for class_id, title, members in groups
    ]


# Operations, exchanges, counts ------------------------------------------------------------------


def _operations(run: FamilyRun) -> list[dict[str, Any]]:
    exchanges: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for exchange in run.exchanges:
        exchanges[exchange["operation"]].append(exchange)
    checks: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for check in run.checks:
        checks[check["operation"]].append(check)
    return [
        {
            "id": operation.id,
            "method": operation.method,
            "path": operation.path,
            "summary": operation.summary,
            "checks": [check["id"] for check in checks[operation.id]],
            "verdict": worst(check["verdict"] for check in checks[operation.id]) or "skip",
            "latency": _latency(exchanges[operation.id]),
            "observed": _observed(exchanges[operation.id]),
        }
        for operation in run.spec
    ]


def _latency(exchanges: list[dict[str, Any]]) -> dict[str, float] | None:
    seconds = sorted(e["seconds"] for e in exchanges if e["response"])
    if not seconds:
        return None

    def quantile(share: float) -> float:
        return float(seconds[min(len(seconds) - 1, int(share * len(seconds)))])

    return {"p50": quantile(0.5), "p95": quantile(0.95), "max": float(seconds[-1])}


def _observed(exchanges: list[dict[str, Any]]) -> dict[str, str]:
    shapes: dict[str, str] = {}
    for exchange in exchanges:
        response = exchange["response"]
        if response:
            shapes.setdefault(str(response["status"]), _shape(response["body"]))
    return dict(sorted(shapes.items()))


def _shape(body: str | None) -> str:
    """A few words on what a body looks like."""
    if not body or not body.strip():
        return "nothing"
    start = body.lstrip()
    if start.startswith(("{", "[")):
        return "JSON"
    if start.startswith("<"):
        tags = [part for part in start.split("<")[1:4] if part[:1] not in "?!"]
        name = tags[0].split(">")[0].split()[0].strip("/") if tags else "markup"
        return f"<{name}>"
    return "text"


def _summary(run: FamilyRun) -> dict[str, Any]:
    counts = Counter(check["verdict"] for check in run.checks)
    purposes = Counter(exchange["purpose"] for exchange in run.exchanges)
    return {
        **{verdict: counts.get(verdict, 0) for verdict in _CHECK_COUNTS},
        "requests": len(run.exchanges),
        "requests_per_operation": round(len(run.exchanges) / max(len(run.spec), 1), 2),
        "requests_by_purpose": dict(sorted(purposes.items())),
    }


def shortened(exchange: dict[str, Any]) -> dict[str, Any]:
    """An exchange with long bodies cut; the whole is in the recording."""
    record = dict(exchange)
    for side in ("request", "response"):
        message = record[side]
        if not message:
            continue
        message = record[side] = _without(message, "base64")
        if message["body"] and len(message["body"]) > _CUT:
            message["body"] = message["body"][:_CUT]
            message["truncated"] = True
    return record


def _without(mapping: Mapping[str, Any], *names: str) -> dict[str, Any]:
    kept = dict(mapping)
    for name in names:
        kept.pop(name, None)
    return kept
