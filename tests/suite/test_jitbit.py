"""What a family with roles, limits and objects that cannot be removed asks of a run."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.running import SuiteRun, run_suite
from tests.suite.processes import serving, verdicts
from tests.suite.test_distribution import SHUFFLER

FAMILY = "jitbit"
#: The checks that try the limits spend their time waiting; the suite's own run has them.
QUICK = ("-k", "not test_rate_limits and not test_lockout")


def judged(run: SuiteRun) -> dict[str, Any]:
    """The results of a run that found nothing broken."""
    content = run.results(FAMILY)
    assert content["verdict"] == "partial", run.output[-3000:]
    assert content["summary"]["error"] == 0, run.output[-3000:]
    assert run.code == 0
    return content


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Everything but the limits, against an emulator of its own."""
    return judged(run_suite(tmp_path_factory.mktemp("jitbit"), "--api", FAMILY, *QUICK))


def test_the_alias_names_the_same_family(whole, tmp_path):
    run = run_suite(tmp_path, "--api", "desteksitesi", "-k", "test_answers")
    content = run.results(FAMILY)
    assert verdicts(content).items() <= verdicts(whole).items()
    assert verdicts(content)


def test_two_workers_come_to_the_same(whole, tmp_path):
    content = judged(run_suite(tmp_path, "--api", FAMILY, "-n", "2", *QUICK))
    assert verdicts(content) == verdicts(whole)


@pytest.mark.parametrize("order", ["forwards", "backwards"])
def test_the_order_does_not_matter(whole, tmp_path, order):
    (tmp_path / "shuffler.py").write_text(SHUFFLER, encoding="utf-8")
    environment = {"PYTHONPATH": str(tmp_path), "ORDER": order}
    arguments = ("--api", FAMILY, "-p", "shuffler", *QUICK)
    content = judged(run_suite(tmp_path, *arguments, environment=environment))
    assert verdicts(content) == verdicts(whole)


def test_a_database_can_be_judged_again_and_again(whole, tmp_path):
    for _ in range(2):
        with serving(tmp_path, "--database", "desk.db", family=FAMILY) as emulator:
            options = ("--target", str(emulator.file), "--beyond", *QUICK)
            content = judged(run_suite(tmp_path, *options))
        assert verdicts(content) == verdicts(whole)


def test_a_run_under_limits_meets_none_and_says_how_long_it_takes(whole, tmp_path):
    with serving(tmp_path, "--limits", "fast", family=FAMILY) as emulator:
        options = ("--target", str(emulator.file), "--beyond", "-n", "2", *QUICK)
        run = run_suite(tmp_path, *options)
    content = judged(run)
    differing = set(verdicts(content).items()) ^ set(verdicts(whole).items())
    # Where limits are on nobody makes fifty assets to see whether they fill a page.
    assert {check.partition("::")[0] for check, _ in differing} <= {"jitbit/test_assets_lists"}
    assert [e for e in content["exchanges"] if (e["response"] or {}).get("status") == 429] == []
    assert re.search(r"keeps to 76 requests in 2 s: takes at least \d+ seconds", run.output)


def test_without_other_roles_the_rest_is_skipped_by_name(tmp_path):
    with serving(tmp_path, family=FAMILY) as emulator:
        file = only_role(emulator.file, "user")
        content = judged(run_suite(tmp_path, "--target", str(file), *QUICK))
    reasons = {check["reason"] for check in content["checks"] if check["verdict"] == "skip"}
    assert [reason for reason in reasons if "role" not in reason] == []
    assert content["summary"]["pass"] > 700
    decided = {r["id"] for r in content["requirements"] if r["verdict"] == "pass"}
    # tickets, their lists, comments, files and tags: the caller's own objects show all of these
    assert {"JB-TKT-019", "JB-TLST-001", "JB-CMNT-021", "JB-ATTA-008", "JB-TAGS-001"} <= decided


@pytest.mark.parametrize("role", ["technician", "administrator"])
def test_a_helpdesk_is_judged_by_one_caller(tmp_path, role):
    with serving(tmp_path, family=FAMILY) as emulator:
        file = only_role(emulator.file, role)
        content = judged(run_suite(tmp_path, "--target", str(file), *QUICK))
    reasons = {check["reason"] for check in content["checks"] if check["verdict"] == "skip"}
    assert [reason for reason in reasons if "role" not in reason] == []


def only_role(file: Path, role: str) -> Path:
    """The target file with the credentials of one role."""
    tables = re.split(r"(?m)^(?=\[)", file.read_text(encoding="utf-8"))
    others = [t for t in tables if not re.match(rf"\[credentials\.(?!{role}\])", t)]
    file.write_text("".join(others), encoding="utf-8")
    return file


def test_the_run_ends_with_a_ledger(whole):
    ledger = whole["ledger"]
    assert ledger["left_behind"] == len(whole["left_behind"]) > 0
    assert ledger["made"] >= ledger["removed"] + ledger["left_behind"]
    kinds = [entry["kind"] for entry in whole["left_behind"]]
    assert kinds.count("ticket") == 1, "the others were folded into it"
    reasons = {entry["reason"] for entry in whole["left_behind"] if entry["kind"] == "asset"}
    assert reasons == {"retire an asset; the API offers no way to remove it"}
