"""However the suite is started and installed, it runs the same checks with the same verdicts."""

import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from conformance.locate import package_folder
from conformance.report import results
from tests.running import ONE_FAMILY, SuiteRun, clean_environment
from tests.suite.processes import verdicts

CHECKOUT = package_folder().parent
FAMILY = "kayako-classic"


def pytest_run(
    folder: Path, report: Path, *arguments: str, python: str = sys.executable
) -> SuiteRun:
    """Plain pytest in a folder, the report elsewhere."""
    if "--api=kayako-classic" not in arguments:
        arguments = (*arguments, *ONE_FAMILY)
    finished = subprocess.run(
        [python, "-m", "pytest", "--report", str(report), *arguments],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return SuiteRun(finished.returncode, finished.stdout + finished.stderr, report)


def same(one: SuiteRun, other: SuiteRun) -> None:
    """AssertionError unless both runs came to the same, check by check."""
    assert other.code == one.code, other.output[-3000:]
    first, second = one.results(FAMILY), other.results(FAMILY)
    assert verdicts(second) == verdicts(first)
    for name in ("verdict", "selection", "safety"):
        assert second[name] == first[name], name
    results.check(second)


def test_a_conformant_helpdesk_is_called_so(whole_run):
    content = whole_run.results(FAMILY)
    assert whole_run.code == 0, whole_run.output[-3000:]
    assert content["verdict"] == "conformant"
    assert content["selection"] is None
    assert content["left_behind"] == []
    results.check(content)


def test_plain_pytest_in_the_checkout_is_the_same_run(whole_run, tmp_path):
    plain = pytest_run(CHECKOUT, tmp_path / "report", "-p", "no:cacheprovider", "-q")
    same(whole_run, plain)


def test_pyargs_from_a_foreign_folder_is_the_same_run(whole_run, tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    same(whole_run, pytest_run(tmp_path, tmp_path / "report", "--pyargs", "conformance", "-q"))


# Installed from a wheel -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A python that has the suite from a freshly built wheel, and what it needs from here."""
    folder = tmp_path_factory.mktemp("installed")
    build = ["build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist"), str(CHECKOUT)]
    subprocess.run(
        [sys.executable, "-m", *build],
        env=clean_environment(),
        capture_output=True,
        check=True,
        timeout=120,
    )
    (wheel,) = (folder / "dist").glob("*.whl")
    venv.create(folder / "venv", with_pip=False, symlinks=os.name != "nt")
    python = next((folder / "venv").glob("[bS]*/python*"))
    home = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    library = Path(home.stdout.strip())
    with zipfile.ZipFile(wheel) as archive:  # a wheel without scripts installs by unpacking
        archive.extractall(library)
    (library / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return python


def test_the_installed_copy_is_the_one_that_runs(installed, tmp_path):
    where = subprocess.run(
        [
            installed,
            "-c",
            "import conformance.locate as l; print(l.package_folder(), l.schemas_folder())",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    package, schemas = where.stdout.split()
    assert Path(installed).parent.parent in Path(package).parents
    assert Path(schemas) == Path(package) / "schemas"


def test_the_installed_command_is_the_same_run(whole_run, installed, tmp_path):
    finished = subprocess.run(
        [installed, "-m", "conformance", "run", *ONE_FAMILY],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    output = finished.stdout + finished.stderr
    same(whole_run, SuiteRun(finished.returncode, output, tmp_path / "reports"))


def test_installed_plain_pytest_knows_the_options_and_the_checks(whole_run, installed, tmp_path):
    arguments = (
        "--pyargs",
        "conformance",
        "-q",
        "-k",
        "test_url or listDepartments",
        "--api=kayako-classic",
    )
    some = pytest_run(tmp_path, tmp_path / "report", *arguments, python=str(installed))
    assert some.code == 0, some.output
    content = some.results(FAMILY)
    whole = verdicts(whole_run.results(FAMILY))
    assert verdicts(content)
    assert verdicts(content).items() <= whole.items()
    assert content["verdict"] == "partial"


# Somebody else's project ------------------------------------------------------------------------

CONFTEST = """
import pytest

def pytest_addoption(parser):
    for name in ("--target", "--api", "--safety", "--report", "--seed", "--beyond"):
        parser.addoption(name, default="theirs")

@pytest.fixture
def helpdesk():
    return "theirs"
"""
TESTS = """
import logging
import warnings

def test_theirs(helpdesk, pytestconfig):
    assert helpdesk == "theirs"
    assert pytestconfig.getoption("--target") == "theirs"

def test_their_logs(caplog):
    logging.getLogger("urllib3").warning("hello %s", "world")
    assert caplog.records[0].args == ("world",)

def test_failing():
    shown = "as ever"
    assert shown == "changed"
"""


@pytest.fixture
def foreign(tmp_path) -> Path:
    """A project that has nothing to do with us, and names its options as we do."""
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "test_theirs.py").write_text(TESTS, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("workers", [(), ("-n2",)])
def test_another_project_does_not_notice_the_plugin(installed, foreign, workers):
    def run(*arguments: str) -> tuple[int, str]:
        finished = subprocess.run(
            [installed, "-m", "pytest", "-p", "no:cacheprovider", *workers, *arguments],
            cwd=foreign,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return finished.returncode, finished.stdout + finished.stderr

    code, output = run("-q", "--target", "theirs")
    without_code, without = run("-q", "--target", "theirs", "-p", "no:conformance.plugin")
    assert code == without_code == 1
    assert "2 passed" in output
    assert _timeless(output) == _timeless(without)
    assert list(foreign.glob("reports*")) == []


def _timeless(output: str) -> list[str]:
    """The lines without what differs from run to run: the time, and which worker it was."""
    lines = (re.sub(r"^\[gw\d+\]", "[gw]", line) for line in output.splitlines())
    return sorted(line.rpartition(" in ")[0] or line for line in lines)
