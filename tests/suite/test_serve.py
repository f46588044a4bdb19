"""`serve`: its target file, its first line, its end, and how it refuses."""

import signal
import socket
import threading
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.running import run_suite
from tests.suite.helpdesk import Api
from tests.suite.processes import serving, started

FAMILY = "kayako-classic"


def test_the_target_file_is_complete_when_the_address_is_printed(served):
    target = served.target
    assert served.url == target["url"]
    assert target["api"] == FAMILY
    assert target["safety"] == "disruptive"
    assert "limits" in target
    address = urlsplit(served.url)
    assert address.hostname == "127.0.0.1"
    assert address.port
    assert Api(target).call("GET", "/Base/Department")[0] == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0(served, number):
    assert served.end(number) == 0
    address = urlsplit(served.url)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), 5)


def test_a_signal_ends_it_while_a_client_is_connected(served):
    address = urlsplit(served.url)
    with socket.create_connection((address.hostname, address.port), 5) as idle:
        idle.sendall(b"GET /api/index.php HTTP/1.1\r\nHost: x\r\n")
        assert served.end() == 0


def test_its_target_file_is_taken_by_run(served, tmp_path):
    run = run_suite(tmp_path, "--target", str(served.file), "-k", "createDepartment")
    assert run.code == 0, run.output
    content = run.results(FAMILY)
    assert content["target"]["url"] == served.url
    assert content["safety"] == "disruptive"
    assert content["summary"]["pass"] > 0
    assert content["summary"]["skip"] == 0


def test_a_database_file_keeps_the_helpdesk(tmp_path):
    database = ("--database", str(tmp_path / "helpdesk.db"))
    with serving(tmp_path, *database) as first:
        target = first.target
        made = Api(target).call("POST", "/Base/StaffGroup", title="Kept for good", isadmin="0")
        assert made[0] == 200
        assert first.end() == 0
    with serving(tmp_path, *database) as second:
        assert second.target["credentials"] == target["credentials"]
        assert "Kept for good" in Api(second.target).call("GET", "/Base/StaffGroup")[1]


def test_two_are_served_at_once(tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    with serving(folders[0]) as one, serving(folders[1]) as two:
        assert one.url != two.url
        assert one.target["credentials"] != two.target["credentials"]
        assert Api(one.target).call("POST", "/Base/StaffGroup", title="Mine", isadmin="0")[0] == 200
        assert "Mine" not in Api(two.target).call("GET", "/Base/StaffGroup")[1]


def test_the_first_requests_may_come_all_at_once(served):
    statuses: list[int] = []
    together = threading.Barrier(6)

    def ask() -> None:
        together.wait()
        statuses.append(Api(served.target).call("GET", "/Base/Department")[0])

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 6


def test_a_fixed_port_and_every_limit_are_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for limits in ("documented", "fast", "off"):
        with serving(tmp_path, "--port", str(port), "--limits", limits, "--tolerant") as emulator:
            assert urlsplit(emulator.url).port == port
            assert emulator.end() == 0


def test_a_target_file_that_was_there_is_replaced(tmp_path):
    (tmp_path / "served.toml").write_text("not even TOML =", encoding="utf-8")
    with serving(tmp_path) as emulator:
        assert emulator.target["url"] == emulator.url
    assert [path.name for path in tmp_path.iterdir()] == ["served.toml"]


# Refusing ---------------------------------------------------------------------------------------

#: name: (arguments, words of the sentence)
WRONG = {
    "an unknown api": (("nosuch",), ("nosuch", FAMILY)),
    "an unknown fault": ((FAMILY, "--fault", "nosuch"), ("nosuch",)),
    "a port that is none": ((FAMILY, "--port", "99999"), ("99999",)),
    "a port in words": ((FAMILY, "--port", "many"), ("many",)),
    "a port in use": ((FAMILY, "--port", "{taken}"), ("{taken}", "in use")),
    "an unknown host": ((FAMILY, "--host", "192.0.2.1"), ("192.0.2.1",)),
    "a folder as database": ((FAMILY, "--database", "."), ("database",)),
    "a database nowhere": ((FAMILY, "--database", "none/there.db"), ("there.db",)),
    "a database that is none": ((FAMILY, "--database", "text.db"), ("text.db",)),
    "a target file nowhere": ((FAMILY, "--print-target", "none/there.toml"), ("there.toml",)),
    "a folder as target file": ((FAMILY, "--print-target", "folder"), ("folder",)),
    "an unknown option": ((FAMILY, "--colour"), ("--colour",)),
    "unknown limits": ((FAMILY, "--limits", "some"), ("some",)),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_usage_is_refused_in_one_sentence(tmp_path, name):
    (tmp_path / "text.db").write_text("this is no database at all\n" * 100, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        arguments, words = WRONG[name]
        given = [argument.replace("{taken}", port) for argument in arguments]
        with started(tmp_path, "serve", *given) as process:
            output, _ = process.communicate(timeout=30)
    assert process.returncode == 2, output
    assert "Traceback" not in output
    said = [line for line in output.splitlines() if line.startswith("helpdesk-conformance")]
    assert len(said) == 1, output
    assert [w for w in words if w.replace("{taken}", port) not in said[0]] == []
    assert "listening" not in output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "text.db"]


def test_the_file_is_literal_toml(served):
    text = Path(served.file).read_text(encoding="utf-8")
    assert "${" not in text
    assert tomllib.loads(text) == served.target
