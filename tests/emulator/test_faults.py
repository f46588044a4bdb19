"""Every fault is sound as data, is consulted somewhere, and shows."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from conformance.emulator import Fault, Settings, catalogue_of_faults, running
from conformance.emulator.faults import Faults, read_faults
from conformance.emulator.kayako_classic import TABLES, seed
from conformance.emulator.kayako_classic.effects import MEMBERS
from conformance.emulator.kayako_classic.helpdesk import KayakoClassic
from conformance.emulator.store import Store
from conformance.emulator.wire import Call, Refusal, Upload
from tests.emulator.client import Client, pairs, sign
from tests.emulator.scenario import Step, conversation

FAULTS = catalogue_of_faults("kayako-classic")
TOO_SMALL_A_HELPDESK = {"user-list-not-capped"}


def _helpdesk(store: Store, fault: Fault | None) -> KayakoClassic:
    chance = random.Random(7)
    ticks = iter(range(1_700_000_000, 1_800_000_000))
    on = Faults([fault] if fault else [])
    return KayakoClassic(store, on, False, clock=lambda: next(ticks), chance=chance)


def _call(step: Step, target: Mapping[str, Any], number: int) -> Call:
    salt = step.auth.get("salt") or f"salt{number}"
    secret = target["credentials"]["secret_key"]
    auth = {"apikey": target["credentials"]["api_key"], "salt": salt}
    auth |= {"signature": sign(salt, secret), **step.auth}
    listed = pairs({name: text for name, text in auth.items() if text is not None})
    sent: list[tuple[str, str | Upload]] = [*listed, *pairs(step.fields)]
    if step.file:
        sent.append((step.file, Upload("a.bin", bytes(range(200, 256)))))
    writes = step.verb in ("POST", "PUT") and step.form != "query"
    query = "" if writes else urlencode([item for item in sent if isinstance(item[1], str)])
    where = {"bare": step.path, "path": ""}.get(step.form, f"e={step.path}")
    address = step.path if step.form == "path" else "/index.php"
    return Call(
        verb=step.verb,
        path=f"{step.prefix}/api{address}",
        query=f"{where}&{query}",
        fields=tuple(sent) if writes else (),
    )


def _answers(fault: Fault | None = None) -> Iterator[tuple[Step, int, bytes]]:
    """Yield every step of the conversation with its answer."""
    store = Store(None, TABLES)
    try:
        store.prepare("kayako-classic", seed)
        helpdesk = _helpdesk(store, fault)
        target = helpdesk.target("http://127.0.0.1:1", "off")
        for number, planned in enumerate(conversation()):
            mask = (store.get("tickets", 2) or {"displayid": "none"})["displayid"]
            step = replace(planned, path=planned.path.replace("MASK", mask))
            try:
                with store.transaction():
                    answer = helpdesk.answer(_call(step, target, number))
            except Refusal as refusal:
                answer = refusal.answer
            yield step, answer.status, answer.body
    finally:
        store.close()


@pytest.fixture(scope="module")
def healthy() -> list[tuple[Step, int, bytes]]:
    """The conversation without any fault."""
    return list(_answers())


def test_the_conversation_gets_through(healthy: list[tuple[Step, int, bytes]]) -> None:
    statuses = [status for _, status, _ in healthy]
    assert statuses.count(200) > 130
    assert set(statuses) == {200, 400, 401, 404, 405}


def test_without_a_fault_it_is_always_the_same(healthy: list[tuple[Step, int, bytes]]) -> None:
    assert list(_answers()) == healthy
    assert list(_answers(Fault("nothing", "Nothing.", ("KC-PROTO-001",), "status"))) == healthy


@pytest.mark.parametrize(
    "fault",
    [fault for fault in FAULTS if fault.id not in TOO_SMALL_A_HELPDESK],
    ids=lambda fault: fault.id,
)
def test_every_fault_shows(fault: Fault, healthy: list[tuple[Step, int, bytes]]) -> None:
    answered = zip(_answers(fault), healthy, strict=False)
    assert any(faulty != sound for faulty, sound in answered)


@pytest.mark.parametrize(("on", "listed"), [((), 1000), (("user-list-not-capped",), 1200)])
def test_the_user_list_stops_at_a_thousand(on: tuple[str, ...], listed: int) -> None:
    store = Store(None, TABLES)
    store.prepare("kayako-classic", seed)
    for number in range(1001):
        row = {"usergroupid": 1, "fullname": str(number), "password": "", "dateline": 1}
        store.insert("users", row)
    helpdesk = _helpdesk(store, next((fault for fault in FAULTS if fault.id in on), None))
    target = helpdesk.target("http://127.0.0.1:1", "off")
    answer = helpdesk.answer(_call(Step("GET", "/Base/User/Filter"), target, 1))
    store.close()
    assert answer.body.count(b"<user>") == listed


def test_faults_are_sound_as_data() -> None:
    assert len({fault.id for fault in FAULTS}) == len(FAULTS)
    for fault in FAULTS:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fault.id)
        assert fault.title.endswith(".")
        assert all(re.fullmatch(r"KC-[A-Z]{3,5}-[0-9]{3}", broken) for broken in fault.breaks)
        assert len(set(fault.breaks)) == len(fault.breaks)
        assert set(fault.effects) <= MEMBERS


def test_a_table_of_faults_refuses_mistakes(tmp_path: Any) -> None:
    table = tmp_path / "table.yaml"
    entry = "- {id: a, title: A., kind: status, breaks: [KC-PROTO-001]}\n"
    table.write_text(entry * 2)
    with pytest.raises(ValueError, match="listed twice"):
        read_faults(tmp_path)
    table.write_text(entry.replace("status", "weather"))
    with pytest.raises(ValueError, match="unknown kind"):
        read_faults(tmp_path)
    table.write_text(entry.replace("KC-PROTO-001", ""))
    with pytest.raises(ValueError, match="breaks no requirement"):
        read_faults(tmp_path)


def test_a_fault_is_one_deviation_of_a_running_server() -> None:
    settings = Settings(
        "kayako-classic", faults=("department-not-deleted", "ticket-created-with-201")
    )
    with running(settings) as server:
        client = Client(server.target)
        new = client.post("/Base/Department", title="T", type="public", app="tickets").id
        client.delete(f"/Base/Department/{new}")
        assert client.get("/Base/Department").ids() == [1, new]
        fields = {"subject": "s", "fullname": "A", "email": "a@x", "contents": "c", "staffid": 1}
        fields |= {"departmentid": 1, "ticketstatusid": 1, "ticketpriorityid": 1, "tickettypeid": 1}
        assert client.send("POST", "/Tickets/Ticket", fields).status == 201
        client.close()
