"""Ctrl-C in the middle of a run: what was made is removed, the report is written."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from conformance.report import results
from conformance.suite.interrupting import keep_to_known_lines
from tests.suite.helpdesk import Api
from tests.suite.processes import Serve, serving, started, wait_until, written

FAMILY = "kayako-classic"


def interrupted(
    folder: Path, emulator: Serve, *options: str, to_all: bool = False
) -> tuple[int, str, dict[str, Any]]:
    """(exit code, output, results) of a run that was interrupted once it had made some objects."""
    arguments = ("run", "--target", str(emulator.file), "--safety", "disruptive", *options)
    with started(folder, *arguments) as run:
        wait_until(lambda: len(written(folder / "reports", "made")) > 8)
        (os.killpg if to_all else os.kill)(run.pid, signal.SIGINT)
        output, _ = run.communicate(timeout=60)
    text = (folder / "reports" / FAMILY / "results.json").read_text(encoding="utf-8")
    return run.returncode, output, json.loads(text)


@pytest.mark.parametrize(
    ("workers", "to_all"), [("0", False), ("2", False), ("2", True)],
    ids=["alone", "workers", "workers-in-a-terminal"],
)  # fmt: skip
def test_an_interrupted_run_cleans_up_and_reports(tmp_path, workers, to_all):
    with serving(tmp_path) as emulator:
        before = Api(emulator.target).dump()
        code, output, content = interrupted(tmp_path, emulator, "-n", workers, to_all=to_all)
        assert Api(emulator.target).dump() == before
    assert code == 3, output
    results.check(content)
    assert content["interrupted"] is True
    assert content["verdict"] == "inconclusive"
    assert content["left_behind"] == []
    assert content["checks"]
    assert "interrupted" in output
    assert [
        file.name for file in (tmp_path / "reports" / FAMILY).iterdir() if file.name[0] == "."
    ] == []


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="finds the worker in /proc")
def test_what_a_killed_worker_has_made_is_removed_by_the_others(tmp_path):
    reports = tmp_path / "reports"
    with serving(tmp_path) as emulator:
        before = Api(emulator.target).dump()
        arguments = ("run", "--target", str(emulator.file), "--safety", "disruptive", "-n", "2")
        with started(tmp_path, *arguments) as run:
            wait_until(lambda: any(_made_by(reports, "gw0")))
            os.kill(_pid_of(run.pid, tmp_path), signal.SIGKILL)
            output, _ = run.communicate(timeout=100)
        assert Api(emulator.target).dump() == before
    content = json.loads((reports / FAMILY / "results.json").read_text(encoding="utf-8"))
    results.check(content)
    assert run.returncode == 3, output
    assert content["left_behind"] == []
    assert "crashed" in content["stopped"]
    assert content["verdict"] == "inconclusive"


def _made_by(reports: Path, worker: str) -> list[str]:
    file = reports / FAMILY / f".worker-{worker}.jsonl"
    if not file.is_file():
        return []
    return [line for line in file.read_text(encoding="utf-8").splitlines() if '"made"' in line]


def _pid_of(controller: int, folder: Path) -> int:
    """The process id of the worker gw0: the process that holds its file open."""
    wanted = str(folder / "reports" / FAMILY / ".worker-gw0.jsonl")
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            opened = [
                os.readlink(f"/proc/{process}/fd/{n}") for n in os.listdir(f"/proc/{process}/fd")
            ]
        except OSError:
            continue
        if wanted in opened and int(process) != controller:
            return int(process)
    raise AssertionError("nobody writes the file of gw0")


def test_a_signal_between_two_lines_can_be_written_down():
    def arrive() -> None:
        raise KeyboardInterrupt

    arrive.__code__ = arrive.__code__.replace(co_linetable=b"")  # code that stands in no line
    try:
        arrive()
    except KeyboardInterrupt as raised:
        excinfo = pytest.ExceptionInfo.from_exception(raised)
    assert len(excinfo.traceback) == 2
    keep_to_known_lines(excinfo)
    assert [entry.name for entry in excinfo.traceback] == [
        "test_a_signal_between_two_lines_can_be_written_down"
    ]
    assert "KeyboardInterrupt" in str(excinfo.getrepr())
