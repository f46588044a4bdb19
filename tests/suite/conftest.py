"""Runs that several tests look at, made once."""

import pytest

from tests.running import SuiteRun, run_suite
from tests.suite.processes import Serve, serving


@pytest.fixture(scope="session")
def whole_run(tmp_path_factory) -> SuiteRun:
    """The whole suite against an emulator of its own, as everybody runs it first."""
    return run_suite(tmp_path_factory.mktemp("whole"), "--junitxml", "junit.xml")


@pytest.fixture
def served(tmp_path):
    """An emulator in a process of its own."""
    folder = tmp_path / "serve"
    folder.mkdir()
    with serving(folder) as emulator:
        yield emulator


@pytest.fixture
def target(served: Serve) -> tuple[str, str]:
    """The option that names the emulator's target file."""
    return ("--target", str(served.file))
