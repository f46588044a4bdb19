"""Verdicts in words: what a run came to, what that means and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.report.text import counted

ORDER = ("fail", "error", "warn", "info", "waived", "skip", "omit", "pass")
"""Check verdicts, the ones to look at first coming first."""

TO_EXPLAIN = ("fail", "error", "warn")
"""Verdicts whose checks are shown with their evidence."""


@dataclass(frozen=True)
class Word:
    """A verdict as a chip shows it: a sign, a word and a sentence; never the colour alone."""

    sign: str
    label: str
    meaning: str


CHECKS: Mapping[str, Word] = {
    "fail": Word("✕", "fail", "a MUST was broken"),
    "error": Word("!", "error", "no judgement was possible"),
    "warn": Word("▲", "warn", "a SHOULD was broken"),
    "info": Word("i", "info", "a MAY is not offered"),
    "waived": Word("≈", "waived", "failed, and a waiver covers it"),
    "skip": Word("»", "skip", "could not be judged here"),
    "omit": Word("–", "omit", "does not apply to this target"),
    "pass": Word("✓", "pass", "the promise was seen kept"),
}

RUNS: Mapping[str, Word] = {
    "nonconformant": Word("✕", "not conformant", "at least one MUST promise is broken"),
    "inconclusive": Word("!", "inconclusive", "errors left MUST promises undecided"),
    "partial": Word("◐", "partial", "nothing broken was found, but not everything was judged"),
    "conformant": Word("✓", "conformant", "every MUST promise was decided and kept"),
}


@dataclass(frozen=True)
class Statement:
    """The outcome of a run for somebody who reads nothing else."""

    headline: str
    meaning: str
    next_step: str


def statement(results: Mapping[str, Any]) -> Statement:
    """The outcome of the run in words, from its verdict and its requirements."""
    musts = Counter(r["verdict"] for r in results["requirements"] if r["level"] == "MUST")
    return {
        "nonconformant": _nonconformant,
        "inconclusive": _inconclusive,
        "partial": _partial,
        "conformant": _conformant,
    }[results["verdict"]](results, musts)


def tally(verdicts: Iterable[str]) -> list[tuple[str, int]]:
    """How often each verdict occurs, those to look at first coming first, none with zero."""
    counts = Counter(verdicts)
    return [(verdict, counts[verdict]) for verdict in ORDER if counts[verdict]]


def worst(verdicts: Iterable[str]) -> str:
    """The verdict to look at first; `skip` when there is none."""
    return min(verdicts, key=ORDER.index, default="skip")


def reasons(entries: Iterable[Mapping[str, Any]], verdicts: Sequence[str]) -> list[tuple[str, int]]:
    """Why entries of these verdicts were not judged, the most frequent reason first."""
    counts = Counter(
        entry.get("reason") or entry.get("message") or "no reason recorded"
        for entry in entries
        if entry["verdict"] in verdicts
    )
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def early_end(results: Mapping[str, Any]) -> str | None:
    """Why the run did not reach its end; None when it did."""
    if results["stopped"]:
        return f"The run stopped early: {results['stopped']}"
    return "The run was interrupted before its end." if results["interrupted"] else None


def selected(results: Mapping[str, Any]) -> str | None:
    """What the run was narrowed down to, as it was written on the command line; None for all."""
    selection = results.get("selection")
    if not selection:
        return None
    options = (("-k", selection.get("keyword")), ("-m", selection.get("markers")))
    parts = [f"{option} “{value}”" for option, value in options if value]
    parts += selection.get("node_ids", [])
    return ", ".join(parts) or "a selection of checks"


def _nonconformant(results: Mapping[str, Any], musts: Counter[str]) -> Statement:
    broken = musts["fail"]
    if broken:
        promises = counted(broken, "MUST promise is", "MUST promises are")
        headline = f"Not conformant: {promises} broken"
    else:
        failing = counted(results["summary"]["fail"], "check")
        headline = f"Not conformant: {failing} saw a MUST promise broken"
    return Statement(
        headline,
        "The server does not keep every promise of its API documentation. Programs that are "
        "written from that documentation can break on it." + _recommendations(results),
        "Start with the root causes below; each names the operations it touches and leads to the "
        "exchanges that show it. Repair the server and run the suite again."
        + _also_unjudged(musts),
    )


def _inconclusive(results: Mapping[str, Any], musts: Counter[str]) -> Statement:
    undecided = counted(
        musts["error"], "MUST promise could not be decided", "MUST promises could not be decided"
    )
    return Statement(
        f"Inconclusive: {undecided}" if musts["error"] else "Inconclusive: the run met errors",
        "No broken MUST was found, but errors stood in the way: a lost connection, an object that "
        "could not be made first, or a mistake of the suite itself. Nothing is said for or "
        "against the server." + _recommendations(results),
        "Remove the errors listed as root causes and run again; the verdict follows then.",
    )


def _partial(results: Mapping[str, Any], musts: Counter[str]) -> Statement:
    unjudged = musts["skip"] + musts["error"]
    rest = (
        counted(unjudged, "MUST promise was", "MUST promises were") + " not judged"
        if unjudged
        else "the run was a selection"
    )
    return Statement(
        f"Partial: nothing broken was found, but {rest}",
        f"{counted(musts['pass'], 'MUST promise was', 'MUST promises were')} seen kept. That is "
        "good news about what was looked at, and no news about the rest."
        + _recommendations(results),
        _how_to_judge_more(results),
    )


def _conformant(results: Mapping[str, Any], musts: Counter[str]) -> Statement:
    omitted = musts["omit"]
    apart = f"; {omitted} more do not apply to this server" if omitted else ""
    kept = counted(musts["pass"], "MUST promise was", "MUST promises were")
    return Statement(
        "Conformant: every MUST promise was kept",
        f"{kept} seen kept{apart}." + _recommendations(results),
        "Nothing has to be done. Keep this folder as evidence, and run the suite again after "
        "every upgrade of the server.",
    )


def _recommendations(results: Mapping[str, Any]) -> str:
    broken = sum(r["verdict"] == "warn" for r in results["requirements"])
    if not broken:
        return ""
    promises = counted(broken, "recommendation (SHOULD) is", "recommendations (SHOULD) are")
    return f" Besides, {promises} not followed; that never changes the verdict."


def _also_unjudged(musts: Counter[str]) -> str:
    unjudged = musts["skip"] + musts["error"]
    if not unjudged:
        return ""
    promises = counted(unjudged, "MUST promise was", "MUST promises were")
    return f" Note that {promises} not judged in this run."


def _how_to_judge_more(results: Mapping[str, Any]) -> str:
    advice: list[str] = []
    if early_end(results):
        advice.append("Let the run reach its end.")
    if selected(results):
        advice.append("Run again without a selection.")
    skipped = [r for r in results["requirements"] if r["level"] == "MUST"]
    for reason, number in reasons(skipped, ("skip",))[:3]:
        advice.append(f"{counted(number, 'promise')} not judged: {reason.rstrip('.')}.")
    if results["safety"] == "read":
        advice.append("A run with --safety write also judges what creates and changes objects.")
    return " ".join(advice) or "See the requirements below for what was skipped, and why."
