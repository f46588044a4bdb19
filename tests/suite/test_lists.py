"""`list`: JSON for programs, nothing else on standard output, and the ids that results.json has."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import clean_environment
from tests.suite.processes import verdicts

FAMILY = "kayako-classic"


def listed(folder: Path, what: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """What `list` prints."""
    return subprocess.run(
        [sys.executable, "-m", "conformance", "list", what, *options],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("what", ["operations", "requirements", "checks", "faults"])
def test_a_list_is_one_json_array_of_objects_with_unique_ids(tmp_path, what):
    finished = listed(tmp_path, what, "--format", "json")
    rows = json.loads(finished.stdout)
    assert finished.returncode == 0
    assert finished.stderr == ""
    assert rows
    ids = [(row["api"], row["id"]) for row in rows]
    assert len(ids) == len(set(ids))
    assert list(tmp_path.iterdir()) == [], "listing writes nothing"


@pytest.mark.parametrize("what", ["operations", "requirements", "checks", "faults"])
def test_a_list_for_people_has_a_line_for_every_entry(tmp_path, what):
    rows = json.loads(listed(tmp_path, what, "--format", "json", "--api", FAMILY).stdout)
    table = listed(tmp_path, what, "--api", FAMILY).stdout.splitlines()
    assert table[0].startswith("ID ")
    assert [line.split("  ")[0] for line in table[1:]] == [row["id"] for row in rows]


def test_the_listed_checks_are_the_checks_of_a_run(whole_run, tmp_path):
    rows = json.loads(listed(tmp_path, "checks", "--format", "json", "--api", FAMILY).stdout)
    content = whole_run.results(FAMILY)
    assert sorted(row["id"] for row in rows) == sorted(verdicts(content))
    cited = {row["id"]: row["requirements"] for row in rows}
    assert cited == {check["id"]: check["requirements"] for check in content["checks"]}


def test_the_listed_operations_and_requirements_are_those_of_a_run(whole_run, tmp_path):
    content = whole_run.results(FAMILY)
    for what in ("operations", "requirements"):
        rows = json.loads(listed(tmp_path, what, "--format", "json", "--api", FAMILY).stdout)
        assert [row["id"] for row in rows] == [entry["id"] for entry in content[what]]


def test_an_unknown_api_is_refused_in_one_sentence(tmp_path):
    finished = listed(tmp_path, "checks", "--api", "nosuch")
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert len(finished.stderr.splitlines()) == 1
    assert "nosuch" in finished.stderr
    assert FAMILY in finished.stderr
