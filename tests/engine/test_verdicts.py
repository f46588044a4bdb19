"""Verdicts of checks and runs, and the registry they follow from."""

from pathlib import Path

import pytest

from conformance.engine.errors import SuiteError
from conformance.engine.requirements import load_registry
from conformance.engine.spec import Spec
from conformance.engine.verdicts import (
    CHECK_VERDICTS,
    Violation,
    verdict_of_check,
    verdict_of_level,
    verdict_of_run,
    worst,
)


@pytest.mark.parametrize(
    ("verdicts", "decisive"),
    [
        ([], None),
        (["pass"], "pass"),
        (["omit", "skip"], "skip"),
        (["skip", "pass", "omit"], "pass"),
        (["pass", "waived"], "waived"),
        (["waived", "info"], "info"),
        (["info", "warn"], "warn"),
        (["warn", "error", "pass"], "error"),
        (["error", "fail"], "fail"),
        (["pass", "pass", "fail", "omit"], "fail"),
    ],
)
def test_the_worst_verdict_decides(verdicts: list[str], decisive: str | None) -> None:
    assert worst(verdicts) == decisive


def test_there_are_eight_verdicts() -> None:
    assert sorted(CHECK_VERDICTS) == sorted(
        ["pass", "fail", "warn", "info", "omit", "skip", "error", "waived"]
    )


@pytest.mark.parametrize(
    ("level", "verdict"), [("MUST", "fail"), ("SHOULD", "warn"), ("MAY", "info")]
)
def test_a_broken_promise_counts_by_its_level(level: str, verdict: str) -> None:
    assert verdict_of_level(level) == verdict


@pytest.mark.parametrize(
    ("broken", "verdict"),
    [
        ([], "pass"),
        (["LIB-003"], "info"),
        (["LIB-002"], "warn"),
        (["LIB-001"], "fail"),
        (["LIB-003", "LIB-002"], "warn"),
        (["LIB-002", "LIB-001", "LIB-003"], "fail"),
    ],
)
def test_a_check_is_as_bad_as_its_worst_violation(
    spec: Spec, broken: list[str], verdict: str
) -> None:
    violations = [Violation(requirement, "here", "this", "that") for requirement in broken]
    assert verdict_of_check(violations, spec.registry) == verdict


def test_a_violation_of_no_known_requirement_is_the_suites_mistake(spec: Spec) -> None:
    with pytest.raises(SuiteError, match="no requirement LIB-999"):
        verdict_of_check([Violation("LIB-999", "", "", "")], spec.registry)


@pytest.mark.parametrize("interrupted", [False, True])
@pytest.mark.parametrize("selection", [False, True])
@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        ([], "conformant"),
        (["pass", "omit", "waived"], "conformant"),
        (["pass", "skip"], "partial"),
        (["pass", "skip", "error"], "inconclusive"),
        (["error", "fail", "skip"], "nonconformant"),
    ],
)
def test_a_run_is_judged_by_its_musts(
    verdicts: list[str], whole: str, selection: bool, interrupted: bool
) -> None:
    expected = whole
    if expected == "conformant" and selection:
        expected = "partial"
    if expected in ("conformant", "partial") and interrupted:
        expected = "inconclusive"
    found = verdict_of_run(verdicts, interrupted=interrupted, selection=selection)
    assert found == expected


# The registry -------------------------------------------------------------------------------------

REGISTRY = """\
family: library
classes: [{id: all, title: Everything}]
requirements:
  - {id: LIB-001, level: MUST, text: t, source: s, class: all, since: "4.2", condition: c}
  - {id: LIB-002, level: suite, text: t, source: s, class: all, undecidable: u}
"""


def test_a_registry_is_read_in_order(tmp_path: Path) -> None:
    file = tmp_path / "requirements.yaml"
    file.write_text(REGISTRY)
    registry = load_registry(file)
    assert [(r.id, r.level, r.since, r.condition, r.undecidable) for r in registry] == [
        ("LIB-001", "MUST", "4.2", "c", None),
        ("LIB-002", "suite", None, None, "u"),
    ]


def test_what_binds_the_suite_binds_no_server(tmp_path: Path) -> None:
    file = tmp_path / "requirements.yaml"
    file.write_text(REGISTRY)
    assert [r.binds_the_server for r in load_registry(file)] == [True, False]


def test_an_unknown_level_is_the_suites_mistake(tmp_path: Path) -> None:
    file = tmp_path / "requirements.yaml"
    file.write_text(REGISTRY.replace("MUST", "OUGHT"))
    with pytest.raises(SuiteError, match="LIB-001 has the unknown level 'OUGHT'"):
        load_registry(file)


def test_a_registry_knows_its_ids(spec: Spec) -> None:
    known = ["LIB-001" in spec.registry, "LIB-999" in spec.registry, len(spec.registry)]
    assert known == [True, False, 3]
