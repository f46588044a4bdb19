"""What a process was making when it was killed is found by the run's mark, and removed."""

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.engine.chance import Chance
from conformance.engine.target import load_target
from conformance.families import resolve_family
from conformance.suite.options import RunOptions
from conformance.suite.session import RunSession
from tests.suite.helpdesk import Api
from tests.suite.processes import Serve

FAMILY = "kayako-classic"
MARK = Chance(7).mark


def left_by(folder: Path, *lines: dict[str, Any]) -> Path:
    """The file of a worker that wrote these lines and no more."""
    file = folder / "killed.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def intended(title: str) -> dict[str, Any]:
    sent = {"title": title, "isadmin": "0"}
    return {"type": "intended", "operation": "createStaffGroup", "sent": sent}


@pytest.fixture
def run(served: Serve, tmp_path: Path) -> RunSession:
    target = load_target(served.file, resolve_family)
    options = RunOptions((FAMILY,), target, None, tmp_path / "reports", 7, False)
    return RunSession(options, "")


def titles(served: Serve, title: str) -> bool:
    return title in Api(served.target).call("GET", "/Base/StaffGroup")[1]


def test_it_is_removed_although_no_answer_was_noted(served, run, tmp_path):
    title = f"{MARK} staff group 1"
    Api(served.target).call("POST", "/Base/StaffGroup", title=title, isadmin="0")
    run.adopt(FAMILY, [left_by(tmp_path, intended(title))])
    assert titles(served, title)
    run.finish()
    assert not titles(served, title)


def test_what_others_call_alike_stays(served, run, tmp_path):
    Api(served.target).call("POST", "/Base/StaffGroup", title="Staff group of ours", isadmin="0")
    run.adopt(FAMILY, [left_by(tmp_path, intended("Staff group of ours"))])
    run.finish()
    assert titles(served, "Staff group of ours")


def test_what_never_came_into_being_is_no_trouble(served, run, tmp_path):
    run.adopt(FAMILY, [left_by(tmp_path, intended(f"{MARK} staff group 2"))])
    run.finish()
    assert not titles(served, MARK)
