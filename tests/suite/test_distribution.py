"""Workers, order and selection change nothing about a check's verdict."""

import re
from pathlib import Path

import pytest
from lxml import etree

from conformance.engine.chance import Chance
from conformance.families import folder_of_family
from conformance.locate import package_folder
from tests.running import SuiteRun, run_suite
from tests.suite.processes import verdicts

FAMILY = "kayako-classic"
#: Enough checks that create something to keep two workers busy.
MARKED = ("createDepartment", "createUser", "createUserGroup", "createTicket", "createTicketNote")
CREATING = "test_answers or test_payloads or test_parameters or test_ids"
SHUFFLER = '''
"""Runs the tests in an order drawn from a seed."""

import os
import random


def pytest_collection_modifyitems(items):
    random.Random(os.environ["ORDER"]).shuffle(items)
'''


def same_verdicts(one: SuiteRun, other: SuiteRun) -> None:
    """AssertionError unless every check came to the same."""
    assert other.code == one.code, other.output[-3000:]
    before, after = one.results(FAMILY), other.results(FAMILY)
    assert verdicts(after) == verdicts(before)
    assert after["verdict"] == before["verdict"]
    assert after["left_behind"] == []


def test_two_workers_come_to_the_same(whole_run, tmp_path):
    same_verdicts(whole_run, run_suite(tmp_path, "-n", "2"))


def test_two_workers_on_one_helpdesk_come_to_the_same(whole_run, target, tmp_path):
    run = run_suite(tmp_path, "-n", "2", *target, "--safety", "disruptive", "--seed", "77")
    same_verdicts(whole_run, run)
    content = run.results(FAMILY)
    assert content["seed"] == 77
    ids = [exchange["id"] for exchange in content["exchanges"]]
    assert len(ids) == len(set(ids))
    assert {exchange_id.partition("-")[0] for exchange_id in ids} >= {"gw0", "gw1"}


def test_workers_get_the_seed_that_the_run_has_drawn(target, tmp_path):
    run = run_suite(tmp_path, "-n", "2", *target, "--safety", "write", "-k", CREATING)
    content = run.results(FAMILY)
    mark = Chance(content["seed"]).mark
    created = [
        e
        for e in content["exchanges"]
        if e["operation"] in MARKED and e["purpose"] in ("good", "prerequisite")
    ]
    assert {e["id"].partition("-")[0] for e in created} == {"gw0", "gw1"}
    assert [e["id"] for e in created if mark not in e["request"]["body"]] == []


@pytest.mark.parametrize("order", ["forwards", "backwards"])
def test_the_order_does_not_matter(whole_run, tmp_path, order):
    (tmp_path / "shuffler.py").write_text(SHUFFLER, encoding="utf-8")
    environment = {"PYTHONPATH": str(tmp_path), "ORDER": order}
    run = run_suite(tmp_path, "-p", "shuffler", environment=environment)
    same_verdicts(whole_run, run)


@pytest.fixture(scope="module")
def nodes(whole_run) -> dict[str, str]:
    """The node id of one check of every module, by the check's id."""
    chosen: dict[str, str] = {}
    modules: set[str] = set()
    package = package_folder()
    for case in etree.parse(whole_run.report.parent / "junit.xml").iter("testcase"):
        told = {entry.get("name"): entry.get("value") for entry in case.iter("property")}
        check = told["check"]
        module = check.partition("::")[0].partition("/")[2]
        if module not in modules:
            modules.add(module)
            places = (package / "contract", folder_of_family(FAMILY))
            (file,) = (f for place in places for f in place.glob(f"{module}.py"))
            place = file.relative_to(package.parent).as_posix()
            chosen[check] = f"{place}::{case.get('name')}"
    return chosen


def test_a_check_alone_comes_to_the_same_by_its_node_id(whole_run, nodes, tmp_path):
    whole = verdicts(whole_run.results(FAMILY))
    for number, (check, node) in enumerate(list(nodes.items())[::3]):
        run = run_suite(_folder(tmp_path, number), node)
        content = run.results(FAMILY)
        assert verdicts(content) == {check: whole[check]}, run.output[-2000:]
        assert content["verdict"] == "partial"
        assert content["selection"]["node_ids"] == [node]
        assert run.code == 0


def test_a_check_alone_comes_to_the_same_by_its_name(whole_run, nodes, tmp_path):
    whole = verdicts(whole_run.results(FAMILY))
    for number, check in enumerate(list(nodes)[1::6]):
        words = " and ".join(re.findall(r"\w+", check.partition("::")[2]))
        run = run_suite(_folder(tmp_path, number), "-k", words)
        content = run.results(FAMILY)
        assert check in verdicts(content), run.output[-2000:]
        assert verdicts(content).items() <= whole.items()
        assert content["verdict"] == "partial"
        assert content["selection"]["keyword"] == words
        assert run.code == 0


def test_several_checks_of_different_kinds_come_to_the_same(whole_run, nodes, tmp_path):
    run = run_suite(tmp_path, *nodes.values())
    whole = verdicts(whole_run.results(FAMILY))
    assert verdicts(run.results(FAMILY)) == {check: whole[check] for check in nodes}
    assert sorted(run.results(FAMILY)["selection"]["node_ids"]) == sorted(nodes.values())


def _folder(parent: Path, number: int) -> Path:
    folder = parent / str(number)
    folder.mkdir()
    return folder
