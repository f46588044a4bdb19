"""Running the suite in a process of its own, against servers that the tests start."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.emulator import Settings, running
from conformance.serving import write_target

TIMEOUT = 300
ONE_FAMILY = ("--api", "kayako-classic")
#: Warnings are errors in our tests, also within the runs they start.
_STRICT = ("-W", "error")


@dataclass(frozen=True)
class SuiteRun:
    """What came of one run."""

    code: int
    output: str
    report: Path

    def results(self, family: str) -> dict[str, Any]:
        """The content of the family's results.json."""
        file = self.report / family / "results.json"
        assert file.is_file(), f"exit code {self.code} without results:\n{self.output}"
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return content


def run_suite(
    folder: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    command: Sequence[str] = ("-m", "conformance", "run"),
) -> SuiteRun:
    """Run the suite in this folder; the report goes to `reports` in it. Without a target it judges
    the emulator of one family: what is tested here is the run, not the families."""
    if not any(name in arguments for name in ("--target", "--api")):
        arguments = (*arguments, *ONE_FAMILY)
    finished = subprocess.run(
        [sys.executable, *command, *arguments, *_STRICT],
        cwd=folder,
        env=clean_environment() | dict(environment or {}),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    return SuiteRun(finished.returncode, finished.stdout + finished.stderr, folder / "reports")


def clean_environment() -> dict[str, str]:
    """Our environment without what an outer pytest or a user's settings put there."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_"))}


@contextmanager
def emulator_target(folder: Path, family: str, *faults: str, **changes: Any) -> Iterator[Path]:
    """An emulator with these faults, and the target file that describes it."""
    with running(Settings(family, faults=faults)) as server:
        file = folder / "target.toml"
        write_target(file, {**server.target, **changes})
        yield file


def red(content: Mapping[str, Any]) -> dict[str, str]:
    """The requirements that turned red, with their verdict."""
    verdicts = {entry["id"]: entry["verdict"] for entry in content["requirements"]}
    return {key: value for key, value in verdicts.items() if value in ("fail", "warn", "info")}
