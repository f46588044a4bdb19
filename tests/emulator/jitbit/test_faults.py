"""Every fault is sound as data, is made of what exists, and shows."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from conformance.emulator import Fault, Settings, catalogue_of_faults, running
from conformance.emulator.effects import listed
from conformance.emulator.jitbit import effects, routing
from conformance.emulator.jitbit.steps import STEPS
from conformance.emulator.limiter import Limits
from conformance.emulator.wire import Answer
from tests.emulator.jitbit.client import Client
from tests.emulator.jitbit.conversation import answers

FAULTS = catalogue_of_faults("jitbit")
HOME = Path(effects.__file__).parent


@pytest.fixture(scope="module")
def healthy() -> list[tuple[str, Answer]]:
    """The conversation without any fault."""
    return list(answers())


def test_the_conversation_goes_well(healthy: list[tuple[str, Answer]]) -> None:
    assert [line for line, answer in healthy if answer.status >= 500] == []
    assert [line for line, answer in healthy if answer.status >= 400 and not answer.body] == []
    methods = {line.split()[2].partition("/")[0].lower() for line, _ in healthy}
    paths = {one.path.partition("/")[0].lower() for one in routing.operations()}
    assert methods >= paths
    for one in routing.operations():
        good = [
            line
            for line, answer in healthy
            if answer.status == 200 and line.split()[2].lower().startswith(one.path.lower())
        ]
        assert good, f"{one.name} never succeeds"


def test_the_conversation_is_the_same_every_time(healthy: list[tuple[str, Answer]]) -> None:
    assert list(answers()) == healthy


def test_limits_and_lockout_show_in_it(healthy: list[tuple[str, Answer]]) -> None:
    statuses = [answer.status for _, answer in healthy[-15:]]
    limits, lockout = [429, 429, 429, 200, 200, 200], [200, 401, 200, 401, 200, 401, 403, 403, 200]
    assert statuses == limits + lockout


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_fault_shows(fault: Fault, healthy: list[tuple[str, Answer]]) -> None:
    pairs = zip(answers(fault), healthy, strict=True)
    assert any(faulty != good for (_, faulty), (_, good) in pairs)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_fault_is_made_of_what_exists(fault: Fault) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fault.id)
    assert fault.title.endswith(".")
    assert all(re.fullmatch(r"JB-[A-Z]+-\d{3}", requirement) for requirement in fault.breaks)
    assert set(fault.effects) <= effects.MEMBERS
    assert fault.effects, "only declared faults are known to this family"
    assert set(fault.effects.get("skip", ())) <= set(STEPS)
    Limits.named("documented", fault.effects.get("limits", {}))
    names = [one.name for one in routing.operations()]
    for pattern in listed(fault.effects, "at"):
        reached = " " in pattern or any(fnmatchcase(name, pattern) for name in names)
        assert reached, f"{pattern} names no operation"
    if "by" in fault.effects:
        assert set(listed(fault.effects, "by")) <= {"admin", "tech", "regular"}


def test_every_step_is_asked_for() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in HOME.glob("*.py"))
    asked = set(re.findall(r'skips\([^)]*?f?"([^"]+)"\)', code))
    patterns = [re.sub(r"\{\w+\}", "*", text) for text in asked]
    assert [one for one in STEPS if not any(fnmatchcase(one, p) for p in patterns)] == []
    assert [text for text in asked if not re.search("[{.]", text) and text not in STEPS] == []


def test_every_member_is_explained() -> None:
    explained = set(re.findall(r"`(\w+):", effects.__doc__ or ""))
    assert explained >= effects.MEMBERS


def test_a_fault_is_served_over_http() -> None:
    with running(
        Settings("jitbit", faults=("create-ticket-fails", "caller-named-otherwise"))
    ) as one:
        client = Client(one.target, "administrator")
        fields = {"categoryId": 1, "subject": "s", "body": "b"}
        assert client.send("POST", "ticket", data=fields).status_code == 500
        assert client.send("POST", "Authorization").json()["Username"] == "somebody"
        client.close()
