"""A run does to a helpdesk what its safety level allows, and leaves it as it was."""

import gzip
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from conformance.emulator import Settings, running
from conformance.engine.chance import Chance
from conformance.serving import write_target
from tests.harmless.proxy import Answered, Asked, Manner, proxy
from tests.running import SuiteRun, run_suite
from tests.suite.helpdesk import Api

FAMILY = "kayako-classic"
SEARCHES = ("/Base/UserSearch", "/Tickets/TicketSearch")
#: Does nothing, whatever the verb (KC-TEST).
PROBES = ("/Core/Test", "/Core/TestAPI")


class Traffic:
    """Every request that passed, as (verb, resource path, status)."""

    def __init__(self) -> None:
        self.passed: list[tuple[str, str, int]] = []

    def note(self, asked: Asked, answered: Answered) -> Answered:
        self.passed.append((asked.verb, asked.resource, answered.status))
        return answered


def watched(
    folder: Path, *options: str, faults: tuple[str, ...] = ()
) -> tuple[SuiteRun, Traffic, bool]:
    """(run, what passed, whether the helpdesk shows the same as before) of a run over a proxy."""
    traffic = Traffic()
    with running(Settings(FAMILY, faults=faults)) as server:
        api = Api(server.target)
        api.call("POST", "/Base/StaffGroup", title="Theirs", isadmin="0")
        api.call("POST", "/Tickets/Ticket", **_TICKET)
        before = api.dump()
        with proxy(server.target, Manner(changes=(traffic.note,))) as target:
            safety = {key: value for key, value in target.items() if key != "safety"}
            write_target(folder / "target.toml", safety)
            run = run_suite(folder, "--target", str(folder / "target.toml"), *options)
        return run, traffic, api.dump() == before


_TICKET = {
    "subject": "Somebody else's", "fullname": "Somebody Else", "email": "else@helpdesk.example",
    "contents": "Leave me alone", "departmentid": "1", "ticketstatusid": "1",
    "ticketpriorityid": "1", "tickettypeid": "1", "autouserid": "1",
}  # fmt: skip


def test_by_default_nothing_is_changed(tmp_path):
    run, traffic, same = watched(tmp_path)
    assert run.code == 0, run.output[-3000:]
    content = run.results(FAMILY)
    assert content["safety"] == "read"
    assert content["verdict"] == "partial"
    assert content["summary"]["error"] == 0
    assert same
    others = [p for p in traffic.passed if not p[1].startswith(PROBES)]
    assert [p for p in others if p[0] != "GET" and p[1] not in SEARCHES] == []
    assert {p[1] for p in others if p[0] == "POST"} == set(SEARCHES), "searches only read"
    assert content["summary"]["pass"] > 200
    assert "only reads" in run.output


def test_level_write_makes_its_own_objects_and_removes_them(tmp_path):
    run, traffic, same = watched(tmp_path, "--safety", "write")
    content = run.results(FAMILY)
    assert run.code == 0, run.output[-3000:]
    assert same
    assert content["left_behind"] == []
    skipped = {c["operation"] for c in content["checks"] if c["verdict"] == "skip"}
    assert any(str(operation).startswith("delete") for operation in skipped)
    deleted = [p for p in traffic.passed if p[0] == "DELETE" and p[2] == 200]
    assert len(deleted) <= content["summary"]["requests_by_purpose"]["cleanup"]


@pytest.mark.parametrize(
    "faults", [(), ("ticket-created-with-201", "user-groups-as-json")], ids=len
)
def test_everything_is_as_it_was_when_a_run_is_over(tmp_path, faults):
    run, _, same = watched(tmp_path, "--safety", "disruptive", faults=faults)
    content = run.results(FAMILY)
    assert same
    assert content["left_behind"] == []
    assert run.code == (1 if faults else 0)


def test_every_object_carries_the_mark_of_the_run_or_hangs_on_one_that_does(whole_run):
    mark = Chance(whole_run.results(FAMILY)["seed"]).mark
    recording = whole_run.report / FAMILY / "recording.jsonl.gz"
    lines = map(json.loads, gzip.decompress(recording.read_bytes()).decode().splitlines())
    made = [line for line in lines if _creates(line)]
    tickets = {_id_of(line) for line in made if line["operation"] == "createTicket"}
    marked = [line for line in made if any(mark in value for value in _fields(line).values())]
    strange = [line for line in made if line not in marked and _ticket_of(line) not in tickets]
    assert [(line["id"], line["purpose"], line["operation"]) for line in strange] == []
    assert len(marked) > 30


def _creates(line: dict[str, Any]) -> bool:
    request, response = line["request"], line["response"]
    if request["method"] != "POST" or not response or response["status"] != 200:
        return False
    return not any(part in request["url"] for part in (*SEARCHES, *PROBES, "TicketCustomField"))


def _fields(line: dict[str, Any]) -> dict[str, str]:
    return dict(parse_qsl(line["request"]["body"] or "", keep_blank_values=True))


def _id_of(line: dict[str, Any]) -> str:
    found = re.search(r"<ticket id=\"(\d+)", line["response"]["body"])
    return found.group(1) if found else ""


def _ticket_of(line: dict[str, Any]) -> str | None:
    return _fields(line).get("ticketid")
