"""The end of a run in a terminal: plain lines, no colour codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.report import causes, verdicts
from conformance.report.page import check_title
from conformance.report.text import counted, one_line

SHOWN = 40
"""Broken promises that are printed; the page has them all."""

_LEFT_SHOWN = 10
_PARTS = ("requirement", "level", "where", "promised", "got")
_WORDS = ("FAIL", "WARN", "INFO")


def lines(results: Mapping[str, Any]) -> list[str]:
    """What to print after a run: the broken promises first, the verdict last, next to the prompt.

    Texts from the server stand on one line each, control characters visible.
    """
    return [*_broken(results), *_undecided(results), *_left_behind(results), *_outcome(results)]


def _broken(results: Mapping[str, Any]) -> Iterator[str]:
    registry = {entry["id"]: entry for entry in results["requirements"]}
    alike: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for check in results["checks"]:
        if check["verdict"] in ("fail", "warn"):
            for violation in causes.violations(check):
                alike.setdefault(tuple(violation[part] for part in _PARTS), []).append(check)
    ordered = sorted(alike.items(), key=lambda item: (_WORDS.index(_word(item[0])), -len(item[1])))
    for broken, checks in ordered[:SHOWN]:
        yield from _three_lines(broken, checks, registry)
    if len(ordered) > SHOWN:
        yield f"and {counted(len(ordered) - SHOWN, 'more broken promise')}: see the page"
        yield ""


def _word(broken: tuple[str, ...]) -> str:
    return {"MUST": "FAIL", "SHOULD": "WARN"}.get(broken[1], "INFO")


def _three_lines(
    broken: tuple[str, ...], checks: list[Mapping[str, Any]], registry: Mapping[str, Any]
) -> Iterator[str]:
    """Promised, got, source: the form of every failure, once for all checks that saw the same."""
    name, level, where, promised, got = broken
    known = registry.get(name, {})
    text = known.get("text") or check_title(checks[0])
    yield "  ".join(part for part in (_word(broken), name, level, one_line(text)) if part)
    place = f"{one_line(where, 80)}  " if where else ""
    yield f"  promised  {place}{one_line(promised)}"
    yield f"  got       {place}{one_line(got)}"
    if source := known.get("source"):
        yield f"  source    {one_line(source)}"
    others = len({check["id"] for check in checks}) - 1
    more = f"  and {counted(others, 'other')}" if others else ""
    yield f"  check     {one_line(checks[0]['id'])}{more}"
    yield ""


def _undecided(results: Mapping[str, Any]) -> Iterator[str]:
    found = verdicts.reasons(results["checks"], ("error",))
    for reason, number in found[:SHOWN]:
        yield f"ERROR  {counted(number, 'check')}: {one_line(reason)}"
    if len(found) > SHOWN:
        yield f"and {counted(len(found) - SHOWN, 'more reason')}: see the page"
    if found:
        yield ""


def _left_behind(results: Mapping[str, Any]) -> Iterator[str]:
    left = results["left_behind"]
    if not left:
        return
    yield f"left behind on the server: {counted(len(left), 'object')}"
    for entry in left[:_LEFT_SHOWN]:
        yield f"  {one_line(entry['kind'])} {one_line(entry['id'])}: {one_line(entry['reason'])}"
    if len(left) > _LEFT_SHOWN:
        yield f"  and {len(left) - _LEFT_SHOWN} more"
    yield ""


def _outcome(results: Mapping[str, Any]) -> Iterator[str]:
    summary, target = results["summary"], results["target"]
    counts = [f"{summary[verdict]} {verdict}" for verdict in verdicts.ORDER if summary[verdict]]
    yield f"{target['api']}: {', '.join(counts) or 'no checks'}"
    per_operation = f"{summary['requests_per_operation']:.1f} for each operation"
    yield f"{counted(summary['requests'], 'request')} to {one_line(target['url'])}, {per_operation}"
    ledger = results.get("ledger")
    if ledger and ledger["made"]:
        left = f", left behind {ledger['left_behind']}" if ledger["left_behind"] else ""
        yield f"made {counted(ledger['made'], 'object')}, removed {ledger['removed']}{left}"
    for entry in results["classes"]:
        decided = f"{entry['decided']} of {counted(entry['total'], 'MUST')} decided"
        yield f"  {entry['title']:<28}  {entry['verdict']:<13}  {decided}"
    if ended := verdicts.early_end(results):
        yield one_line(ended)
    if selected := verdicts.selected(results):
        yield f"only a selection was run: {one_line(selected)}"
    yield f"{results['verdict'].upper()}  {verdicts.statement(results).headline}"
