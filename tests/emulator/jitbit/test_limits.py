"""Rate limits and the lockout, with the documented counts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from conformance.emulator import Server, Settings, running
from conformance.emulator.limiter import Limiter, Limits, Lockout
from conformance.emulator.wire import Refusal
from tests.emulator.jitbit.client import Client


@pytest.fixture
def fast() -> Iterator[Server]:
    """An emulator whose windows and lockout last two seconds."""
    with running(Settings("jitbit", limits="fast")) as started:
        yield started


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("limits", "window"), [("documented", 60), ("fast", 2)])
def test_the_target_says_which_limits_are_in_force(limits: str, window: int) -> None:
    with running(Settings("jitbit", limits=limits)) as server:
        lockout = {60: 300, 2: 2}[window]
        assert server.target["limits"] == {
            **{"enabled": True, "window": window, "requests": 90, "search": 60},
            **{"lockout_failures": 3, "lockout": lockout},
        }


def test_without_limits_nothing_is_counted(admin: Client) -> None:
    for _ in range(4):
        assert admin.session.get(admin.url + "/Users", auth=("admin", "no")).status_code == 401
    statuses = {admin.send("GET", "Search?query=x").status_code for _ in range(100)}
    assert statuses == {200}


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("categories", 90), ("Search?query=x", 60), ("UserByEmail?email=admin@helpdesk.example", 60)],
)
def test_a_flood_is_refused_after_the_documented_number(
    fast: Server, path: str, allowed: int
) -> None:
    clients = [Client(fast.target, "administrator") for _ in range(4)]

    def flood(client: Client) -> list[tuple[int, str, str]]:
        answers = [client.send("GET", path) for _ in range(25)]
        return [(a.status_code, a.headers.get("Retry-After", ""), a.text) for a in answers]

    with ThreadPoolExecutor(4) as pool:
        answers = [answer for part in pool.map(flood, clients) for answer in part]
    counts = Counter(status for status, _, _ in answers)
    assert counts == {200: allowed, 429: 100 - allowed}
    refused = [answer for answer in answers if answer[0] == 429]
    assert all(wait in ("1", "2") and text for _, wait, text in refused)
    other = "UserByEmail?email=user@acme.example" if "Search" in path else "Search?query=x"
    assert clients[0].send("GET", other).status_code == 200
    someone_else = Client(fast.target, "technician")
    assert someone_else.send("GET", path).status_code == 200
    time.sleep(2.1)
    assert clients[0].send("GET", path).status_code == 200
    for client in (*clients, someone_else):
        client.close()


def test_three_wrong_logins_in_a_row_block_the_address(fast: Server) -> None:
    client = Client(fast.target, "administrator")
    wrong, name = ("admin", "wrong"), client.login["username"]
    url = f"{client.url}/categories"
    statuses = [client.raw("GET", url, auth=wrong).status_code for _ in range(2)]
    statuses.append(client.raw("GET", url).status_code)
    statuses += [
        client.raw("GET", url, auth=(who, "wrong")).status_code for who in (name, "x", "y")
    ]
    assert statuses == [401, 401, 200, 401, 401, 401]
    for header in ({}, {"Authorization": f"Bearer {client.login['token']}"}):
        how = {} if not header else {"auth": None}
        blocked = client.raw("GET", url, headers=header, **how)
        assert (blocked.status_code, bool(blocked.text)) == (403, True)
    time.sleep(2.1)
    assert [client.raw("GET", url, auth=wrong).status_code for _ in range(2)] == [401, 401]
    assert client.raw("GET", url).status_code == 200
    client.close()


def test_what_is_no_wrong_password_does_not_block(fast: Server) -> None:
    client = Client(fast.target, "administrator")
    for header in ({"Authorization": "Bearer dead"}, {"Authorization": "Basic x"}, {}):
        for _ in range(4):
            answer = client.session.get(f"{client.url}/categories", headers=header, timeout=10)
            assert answer.status_code == 401
    assert client.send("GET", "categories").status_code == 200
    client.close()


def test_the_window_slides() -> None:
    clock = Clock()
    limiter = Limiter(Limits.named("documented", {}), clock)
    for _ in range(90):
        limiter.count("general", 1)
        clock.now += 0.5
    with pytest.raises(Refusal) as refused:
        limiter.count("general", 1)
    assert refused.value.answer.headers["Retry-After"] == "15"
    clock.now += 15
    limiter.count("general", 1)
    with pytest.raises(Refusal):
        limiter.count("general", 1)


def test_the_lockout_lasts_five_minutes() -> None:
    clock = Clock()
    lockout = Lockout(Limits.named("documented", {}), clock)
    for _ in range(3):
        lockout.check("1.2.3.4")
        lockout.failed("1.2.3.4")
    with pytest.raises(Refusal):
        lockout.check("1.2.3.4")
    lockout.check("1.2.3.5")
    clock.now += 299.9
    with pytest.raises(Refusal):
        lockout.check("1.2.3.4")
    clock.now += 0.1
    lockout.check("1.2.3.4")
    for _ in range(2):
        lockout.failed("1.2.3.4")
    lockout.check("1.2.3.4")
