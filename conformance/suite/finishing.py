"""The end of a run, on the controller: gather, write the reports, decide the exit code."""

import gzip
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conformance.engine.spec import load_spec
from conformance.report import html, results, terminal
from conformance.suite.assembly import FamilyRun, assemble
from conformance.suite.options import RunOptions
from conformance.suite.recording import read_lines
from conformance.suite.session import LOGINS, PACE, TURN, RunSession, worker_file

OK, FAILED, USAGE, UNDECIDED = 0, 1, 2, 3
#: What a worker tells the controller at its end.
DESELECTED = "conformance_deselected"
_STOP = ".stop"


class Gathering:
    """Collects check results while the run goes on, and turns them into reports at its end."""

    def __init__(self, options: RunOptions) -> None:
        self.options = options
        self.started = _now()
        self.checks: dict[str, dict[str, Any]] = {}
        self.begun = False
        self.refused: str | None = None
        self.stopped: str | None = None
        self.interrupted = False
        self.selection: dict[str, Any] | None = None

    def add(self, result: dict[str, Any]) -> None:
        """Keep the last word on a check."""
        self.checks[result["id"]] = result

    def families(self) -> list[str]:
        """The families of which anything is known."""
        seen = {check["family"] for check in self.checks.values()}
        return [f for f in self.options.families if f in seen or worker_files(self.options, f)]

    def finish(self) -> list[dict[str, Any]]:
        """Write every family's report; returns the results."""
        contents = [self._finish(family) for family in self.families()]
        clear_worker_files(self.options)
        return contents

    def _finish(self, family: str) -> dict[str, Any]:
        folder = self.options.report / family
        folder.mkdir(parents=True, exist_ok=True)
        lines = _gather(folder, folder / "recording.jsonl.gz")
        ends = lines["end"]
        run = FamilyRun(
            spec=load_spec(family),
            checks=[c for c in self.checks.values() if c["family"] == family],
            exchanges=lines["exchange"],
            target=next(iter(lines["target"]), self._target()),
            made=sum(end["made"] for end in ends),
            removed=sum(end["removed"] for end in ends),
            left_behind=[entry for end in ends for entry in end["left_behind"]],
            started=self.started,
            finished=_now(),
            seed=self.options.seed,
            beyond=self.options.beyond,
            selection=self.selection,
            interrupted=self.interrupted,
            stopped=self.stopped,
        )
        content = assemble(run)
        results.write(content, folder)
        html.write(content, folder)
        return content

    def _target(self) -> dict[str, Any]:
        target = self.options.target
        if target is None:
            return {"name": "embedded emulator", "url": "", "safety": "disruptive"}
        return {"name": target.name, "url": target.url, "safety": target.safety}


def exit_code(contents: Iterable[dict[str, Any]]) -> int:
    """The code for several families: 1 before 3 before 0 (2 was decided before any request)."""
    codes = {_exit_code(content) for content in contents}
    return next((code for code in (FAILED, UNDECIDED) if code in codes), OK)


def _exit_code(content: dict[str, Any]) -> int:
    if content["interrupted"] or content["stopped"]:
        return UNDECIDED
    if content["verdict"] == "nonconformant" or content["summary"]["fail"]:
        return FAILED
    return UNDECIDED if content["verdict"] == "inconclusive" else OK


def worker_files(options: RunOptions, family: str) -> list[Path]:
    """What the processes of a run have written down about a family."""
    return sorted((options.report / family).glob(".worker-*.jsonl"))


def clear_worker_files(options: RunOptions) -> None:
    """Remove what the processes of a run, this one or an earlier one, left in the report folder."""
    if not options.report.is_dir():
        return
    for family in options.families:
        for file in worker_files(options, family):
            file.unlink()
        for name in (PACE, f"{PACE}.lock", LOGINS):
            (options.report / family / name).unlink(missing_ok=True)
    for file in options.report.glob(f"{TURN}*"):
        file.unlink()
    (options.report / _STOP).unlink(missing_ok=True)


def make_room(folder: Path) -> None:
    """See that the folder is there and can be written. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    trial = folder / ".trial"
    trial.touch()
    trial.unlink()


def ask_to_stop(report: Path) -> None:
    """Tell the workers that no further check shall start."""
    if report.is_dir():
        (report / _STOP).touch()


def asked_to_stop(report: Path) -> bool:
    return (report / _STOP).exists()


def adopt_orphans(run: RunSession) -> None:
    """Take over what workers that ended without cleaning up have made."""
    for family in run.options.families:
        own = worker_file(run.options.report, family, run.worker)
        run.adopt(family, [f for f in worker_files(run.options, family) if f != own])


def _gather(folder: Path, recording: Path) -> dict[str, list[dict[str, Any]]]:
    """Every line of every worker by its type; the exchanges go into the recording as they are."""
    lines: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with gzip.open(recording, "wt", encoding="utf-8", compresslevel=4) as stream:
        for file in sorted(folder.glob(".worker-*.jsonl")):
            for text, line in read_lines(file):
                kind = line.pop("type")
                if kind == "exchange":
                    stream.write(text)
                lines[kind].append(line)
            file.unlink()
    return lines


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def summary_lines(contents: Iterable[dict[str, Any]], gathering: Gathering | None) -> list[str]:
    """The end of the terminal output."""
    lines: list[str] = []
    for content in contents:
        lines += terminal.lines(content)
        if gathering is not None:
            folder = gathering.options.report / content["target"]["api"]
            lines.append(f"report: {folder / 'index.html'}")
    return lines
