"""The Kayako API v1 as a whole: its checks and its emulator, two witnesses, agree however they are
run."""

from itertools import pairwise
from typing import Any

import pytest

from conformance.emulator import Settings, running
from conformance.engine.spec import load_spec
from conformance.serving import write_target
from tests.harmless.proxy import Answered, Asked, Manner, proxy
from tests.running import SuiteRun, run_suite
from tests.suite.processes import serving, verdicts
from tests.suite.test_distribution import SHUFFLER

FAMILY = "kayako-v1"
#: `serve` has its limits off, so these are omitted there.
WITHOUT_LIMITS = ("-k", "not test_limits and not test_lockout")


def judged(run: SuiteRun) -> dict[str, Any]:
    """The results of a run that found nothing broken."""
    content = run.results(FAMILY)
    counts = content["summary"]
    assert (counts["fail"], counts["warn"], counts["error"]) == (0, 0, 0), run.output[-3000:]
    assert run.code == 0
    return content


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return judged(run_suite(tmp_path_factory.mktemp("kayako-v1"), "--api", FAMILY))


def test_the_emulator_is_conformant_and_nothing_stays_undecided(whole):
    musts = [r for r in whole["requirements"] if r["level"] == "MUST"]
    assert whole["verdict"] == "conformant"
    assert [r["id"] for r in musts if r["verdict"] not in ("pass", "omit")] == []


def test_only_cases_stay_which_the_api_cannot_remove(whole):
    assert {entry["kind"] for entry in whole["left_behind"]} == {"case"}


def test_two_workers_come_to_the_same(whole, tmp_path):
    content = judged(run_suite(tmp_path, "--api", FAMILY, "-n", "2"))
    assert verdicts(content) == verdicts(whole)


def test_the_order_does_not_matter(whole, tmp_path):
    (tmp_path / "shuffler.py").write_text(SHUFFLER, encoding="utf-8")
    environment = {"PYTHONPATH": str(tmp_path), "ORDER": "backwards"}
    run = run_suite(tmp_path, "--api", FAMILY, "-p", "shuffler", environment=environment)
    assert verdicts(judged(run)) == verdicts(whole)


def test_a_database_can_be_judged_again_and_again(whole, tmp_path):
    for _ in range(2):
        with serving(tmp_path, "--database", "desk.db", family=FAMILY) as emulator:
            content = judged(
                run_suite(tmp_path, "--target", str(emulator.file), "--beyond", *WITHOUT_LIMITS)
            )
        assert verdicts(content).items() <= verdicts(whole).items()


def test_a_run_that_only_reads_ends_without_errors_and_sends_nothing_else(tmp_path):
    with serving(tmp_path, family=FAMILY) as emulator:
        options = ("--target", str(emulator.file), "--safety", "read")
        content = judged(run_suite(tmp_path, *options))
    spec = load_spec(FAMILY)
    sent = {exchange["operation"] for exchange in content["exchanges"]}
    assert {spec[name].effect for name in sent} <= {"none", "read"}


def test_workers_take_turns_with_wrong_logins_on_a_helpdesk_without_limits(tmp_path):
    refused: list[bool] = []

    def note(asked: Asked, answered: Answered) -> Answered:
        if "Authorization" in asked.headers:
            refused.append(answered.status == 401)
        return answered

    file = tmp_path / "target.toml"
    with (
        running(Settings(FAMILY)) as server,
        proxy(server.target, Manner(changes=(note,))) as target,
    ):
        write_target(file, {**target, "safety": "read"})
        options = ("-n", "2", "-k", "test_authentication and wrong-password")
        judged(run_suite(tmp_path, "--target", str(file), *options))
    assert refused.count(True) > 10
    assert not any(one and other for one, other in pairwise(refused))
