"""The suite and its emulators as processes of their own, ended whatever happens."""

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.running import clean_environment

#: Starts the command with Ctrl-C switched on, also where a shell has switched it off.
_WITH_CTRL_C = (
    "import runpy, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "runpy.run_module('conformance', run_name='__main__', alter_sys=True)"
)
PATIENCE = 60


@dataclass(frozen=True)
class Serve:
    """A running `serve`."""

    process: "subprocess.Popen[str]"
    url: str
    file: Path

    @property
    def target(self) -> dict[str, Any]:
        """The content of the target file it has written."""
        return tomllib.loads(self.file.read_text(encoding="utf-8"))

    def end(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; returns its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def serving(folder: Path, *options: str, family: str = "kayako-classic") -> Iterator[Serve]:
    """`serve` with a target file in the folder, from its line `listening on URL` on."""
    file = folder / "served.toml"
    arguments = ["serve", family, "--print-target", str(file), *options]
    with started(folder, *arguments) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on "), line + process.stdout.read()
        yield Serve(process, line.removeprefix("listening on ").strip(), file)


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """The console command in a session of its own; whatever is left of it at the end is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", _WITH_CTRL_C, *arguments],
        cwd=folder,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            if process.poll() is None:
                process.send_signal(number)
                with _quiet():
                    process.wait(10)
        with _quiet():
            os.killpg(process.pid, signal.SIGKILL)
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def _quiet() -> Iterator[None]:
    try:
        yield
    except (ProcessLookupError, PermissionError, subprocess.TimeoutExpired):
        return


def wait_until(happened: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Look again and again; AssertionError when the time is over."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def verdicts(content: Mapping[str, Any]) -> dict[str, str]:
    """The verdict of every check, by id."""
    return {check["id"]: check["verdict"] for check in content["checks"]}


def written(report: Path, kind: str) -> list[dict[str, Any]]:
    """The lines of this kind that a run under way has written down so far."""
    lines: list[dict[str, Any]] = []
    for file in report.glob("*/.worker-*.jsonl"):
        for text in file.read_text(encoding="utf-8").splitlines(keepends=True):
            if text.endswith("\n") and f'"type": "{kind}"' in text:
                lines.append(json.loads(text))
    return lines
