"""Exit codes: wrong usage is refused before any request, trouble with the server is told apart."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.locate import package_folder
from conformance.report import results
from tests.running import SuiteRun, clean_environment, emulator_target, run_suite
from tests.suite.processes import serving, started, wait_until, written
from tests.suite.servers import KEYS, Answer, Listener, Seen, answering, dripping, silent, target_at

CHECKOUT = package_folder().parent
FAMILY = "kayako-classic"
GOOD = """api = "kayako-classic"
url = "{url}"
[credentials]
api_key = "{api_key}"
secret_key = "{secret_key}"
"""


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with silent() as server:
        yield server


def plain_pytest(folder: Path, *arguments: str) -> SuiteRun:
    """Plain pytest in the checkout, the report in the folder unless the arguments say where."""
    where = () if "--report" in arguments else ("--report", str(folder / "reports"))
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *where, *arguments],
        cwd=CHECKOUT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return SuiteRun(finished.returncode, finished.stdout + finished.stderr, folder / "reports")


def good(listener: Listener) -> str:
    """A target file in order, that names the listening server."""
    return GOOD.format(url=f"http://127.0.0.1:{listener.port}/api/index.php", **KEYS)


#: name: (changes to a good target file, arguments, words of the sentence)
WRONG_FILES = {
    "not TOML": (("api =", "api = ="), ("line 1", "TOML")),
    "an unknown key": (("api =", "colour = 'red'\napi ="), ("line 1", "'colour'")),
    "an unknown key in a table": (("[credentials]", "[credentials]\ncolour = 'red'"), ("colour",)),
    "a missing variable": (
        (KEYS["api_key"], "${NO_SUCH_VARIABLE}"),
        ("line 4", "NO_SUCH_VARIABLE"),
    ),
    "no scheme": (("http://", ""), ("line 2", "url", "http")),
    "another path": (("/api/index.php", "/api/"), ("url", "/api/index.php")),
    "no secret": (("secret_key", "#secret_key"), ("secret_key",)),
    "an unknown api": (("kayako-classic", "kayak"), ("kayak",)),
    "a bad safety": (("api =", "safety = 'reckless'\napi ="), ("line 1", "safety", "read")),
    "a bad timeout": (("api =", "timeout = 'long'\napi ="), ("line 1", "timeout")),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_target_file_that_is_wrong_is_refused(tmp_path, listener, name):
    (old, new), words = WRONG_FILES[name]
    text = good(listener)
    assert old in text
    file = tmp_path / "target.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    refused(run_suite(tmp_path, "--target", "target.toml"), ("target.toml", *words), listener)


#: name: (arguments, words of the sentence)
WRONG_ARGUMENTS = {
    "no such file": (("--target", "nowhere.toml"), ("nowhere.toml",)),
    "a folder as file": (("--target", "."), ("folder",)),
    "bytes as file": (("--target", "bytes.toml"), ("bytes.toml", "UTF-8")),
    "an unknown api": (("--target", "target.toml", "--api", "nosuch"), ("nosuch", FAMILY)),
    "a bad safety": (
        ("--target", "target.toml", "--safety", "reckless"),
        ("reckless", "disruptive"),
    ),
    "a bad seed": (("--target", "target.toml", "--seed", "dice"), ("dice",)),
    "a report that is a file": (
        ("--target", "target.toml", "--report", "target.toml"),
        ("target.toml",),
    ),
    "a report below a file": (
        ("--target", "target.toml", "--report", "target.toml/x"),
        ("target.toml",),
    ),
    "nothing selected": (("--target", "target.toml", "-k", "nonsense"), ("nothing",)),
    "nothing selected by workers": (
        ("--target", "target.toml", "-k", "nonsense", "-n", "2"),
        ("nothing",),
    ),
    "an unknown option": (("--target", "target.toml", "--colour"), ("--colour",)),
    "a bad expression": (("--target", "target.toml", "-k", "one and"), ("one and",)),
    "no such check": (
        ("--target", "target.toml", "conformance/contract/test_none.py"),
        ("test_none",),
    ),
}


@pytest.fixture
def arguments(tmp_path, listener, request) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Arguments for plain pytest too, which does not run in the folder of the files."""
    (tmp_path / "target.toml").write_text(good(listener), encoding="utf-8")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00api")
    given, words = WRONG_ARGUMENTS[request.param]
    files = ("nowhere.toml", "target.toml", "bytes.toml", "target.toml/x", ".")
    return tuple(str(tmp_path / a) if a in files else a for a in given), words


@pytest.mark.parametrize("arguments", WRONG_ARGUMENTS, indirect=True)
def test_wrong_usage_is_refused(tmp_path, listener, arguments):
    given, words = arguments
    refused(run_suite(tmp_path, *given), words, listener)


@pytest.mark.parametrize(
    "arguments",
    ["no such file", "a bad safety", "nothing selected", "an unknown option", "no such check"],
    indirect=True,
)
def test_wrong_usage_is_refused_by_plain_pytest_too(tmp_path, listener, arguments):
    given, words = arguments
    refused(plain_pytest(tmp_path, *given), words, listener)


def refused(run: SuiteRun, words: tuple[str, ...], listener: Listener) -> None:
    """AssertionError unless it ended with 2, one sentence and without any request."""
    assert run.code == 2, run.output
    said = [line for line in run.output.splitlines() if "helpdesk-conformance: " in line]
    assert len(said) == 1, run.output
    assert [word for word in words if word not in said[0]] == []
    assert "Traceback" not in run.output
    assert "INTERNALERROR" not in run.output
    assert listener.connections == 0
    assert not run.report.exists()


# The server's fault -----------------------------------------------------------------------------


def test_a_broken_promise_ends_with_1(tmp_path):
    with emulator_target(tmp_path, FAMILY, "department-deleted-with-204") as target:
        run = run_suite(
            tmp_path, "--target", str(target), "--safety", "disruptive", "-k", "Department"
        )
    content = run.results(FAMILY)
    assert run.code == 1
    assert content["verdict"] == "nonconformant"
    assert content["summary"]["fail"] > 0
    results.check(content)


def test_plain_pytest_ends_with_1_too(tmp_path):
    with emulator_target(tmp_path, FAMILY, "priorities-as-html") as target:
        run = plain_pytest(tmp_path, "--target", str(target), "-k", "TicketPriorities")
    assert run.code == 1
    assert run.results(FAMILY)["verdict"] == "nonconformant"


def _page(_seen: Seen) -> Answer:
    return 200, [("Content-Type", "text/html")], b"<html><body>Welcome to our site</body></html>"


def _not_found(_seen: Seen) -> Answer:
    return 404, [("Content-Type", "text/plain")], b"nothing here"


def _failing(_seen: Seen) -> Answer:
    return 500, [], b"<?xml version='1.0' encoding='UTF-8'?><error/>"


def _garbage(_seen: Seen) -> bytes:
    return b"\x00\x01\x02 SSH-2.0-nothing\r\n\r\n\xff\xfe"


def _empty(_seen: Seen) -> Answer:
    return 200, [], b""


@pytest.mark.parametrize("answer", [_page, _not_found, _failing, _garbage, _empty])
def test_a_server_that_is_no_helpdesk_ends_with_3(tmp_path, answer):
    with answering(answer) as url:
        run = run_suite(tmp_path, *target_at(tmp_path, url))
    not_there(run)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_server_that_is_down_ends_with_3(tmp_path, workers):
    with silent() as gone:
        port = gone.port
    run = run_suite(tmp_path, *target_at(tmp_path, f"http://127.0.0.1:{port}"), "-n", workers)
    not_there(run)


def test_a_server_that_never_answers_is_not_waited_for_long(tmp_path):
    started_at = time.monotonic()
    with silent() as listener:
        run = run_suite(tmp_path, *target_at(tmp_path, f"http://127.0.0.1:{listener.port}"))
    not_there(run)
    assert time.monotonic() - started_at < 20


def test_a_server_that_answers_byte_by_byte_is_not_waited_for_long(tmp_path):
    started_at = time.monotonic()
    with dripping() as port:
        run = run_suite(tmp_path, *target_at(tmp_path, f"http://127.0.0.1:{port}"))
    not_there(run)
    assert time.monotonic() - started_at < 20


def test_wrong_credentials_end_with_3(tmp_path):
    with emulator_target(tmp_path, FAMILY, credentials=KEYS) as target:
        run = run_suite(tmp_path, "--target", str(target))
    not_there(run)
    assert "wrong credentials" in run.output
    assert "401" in run.output


def not_there(run: SuiteRun) -> None:
    """AssertionError unless it ended with 3 before the first check, saying what was tried."""
    assert run.code == 3, run.output
    assert "nothing at http://127.0.0.1" in run.output
    assert "Tried:" in run.output
    assert "Traceback" not in run.output
    assert "INTERNALERROR" not in run.output
    assert [file for file in run.report.rglob("*") if file.is_file()] == []


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_server_that_dies_meanwhile_ends_with_3_and_a_report(tmp_path, workers):
    with serving(tmp_path) as emulator:
        arguments = ("run", "--target", str(emulator.file), "--safety", "write", "-n", workers)
        with started(tmp_path, *arguments) as run:
            wait_until(lambda: len(written(tmp_path / "reports", "made")) > 5)
            emulator.process.kill()
            output, _ = run.communicate(timeout=60)
    content = SuiteRun(run.returncode, output, tmp_path / "reports").results(FAMILY)
    results.check(content)
    assert run.returncode == 3, output
    assert content["verdict"] == "inconclusive"
    assert "no longer answers" in content["stopped"]
    assert content["left_behind"]
    assert {entry["kind"] for entry in content["left_behind"]} <= {
        "department", "staff", "staffgroup", "user", "usergroup", "userorganization",
        "ticket", "post", "note", "timetrack", "attachment",
    }  # fmt: skip
    assert "left behind on the server" in output
    assert "Traceback" not in output
