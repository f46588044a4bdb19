"""A server that answers 429: the run waits as long as it is asked to, and goes on."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from conformance.engine.exchange import Request, Response


def putting_off(times: int, *headers: tuple[str, str]) -> Callable[[Request], Response | None]:
    """Answers of the library that begin with 429 so many times."""
    left = [times]

    def instead(_: Request) -> Response | None:
        left[0] -= 1
        return Response(429, "Too Many Requests", headers, b"") if left[0] >= 0 else None

    return instead


@pytest.fixture
def desk(open_desk: Callable[..., Any]) -> Any:
    """At safety level read a list costs one request."""
    return open_desk("read")


@pytest.fixture
def waited(desk: Any, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr(desk.helpdesk.chance, "sleep", pauses.append)
    return pauses


def test_a_pause_is_as_long_as_the_server_asks_for(desk: Any, waited: list[float]) -> None:
    desk.library.instead = putting_off(1, ("Retry-After", "7"))
    assert desk.helpdesk.good("listShelves").succeeded
    assert waited == [7.0]


def test_a_pause_nobody_measures_is_two_windows(desk: Any, waited: list[float]) -> None:
    helpdesk = desk.helpdesk
    helpdesk.target = replace(helpdesk.target, limits={"window": 2})
    desk.library.instead = putting_off(1, ("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"))
    helpdesk.good("listShelves")
    assert waited == [4.0]


def test_a_wait_is_announced_with_its_length(desk: Any, waited: list[float]) -> None:
    said: list[str] = []
    desk.helpdesk.announce = said.append
    desk.library.instead = putting_off(1, ("Retry-After", "30"))
    desk.helpdesk.good("listShelves")
    assert said == ["the server limits the rate of requests: waiting 30 s"]
    assert waited == [30.0]


def test_a_limit_that_never_ends_is_the_answer_in_the_end(desk: Any, waited: list[float]) -> None:
    desk.library.instead = putting_off(99, ("Retry-After", "1"))
    assert desk.helpdesk.good("listShelves").status == 429
    assert len(waited) == 3


def test_every_request_put_off_is_counted_and_recorded(desk: Any, waited: list[float]) -> None:
    desk.library.instead = putting_off(2, ("Retry-After", "1"))
    desk.helpdesk.good("listShelves")
    assert desk.helpdesk.limited == len(waited) == 2
    assert [exchange.status for exchange in desk.recorded] == [429, 429, 200]


def test_after_pauses_in_vain_no_other_request_waits(desk: Any, waited: list[float]) -> None:
    desk.library.instead = putting_off(5, ("Retry-After", "1"))
    desk.helpdesk.good("listShelves")
    assert desk.helpdesk.send(desk.helpdesk.draft("listShelves")).status == 429
    assert len(waited) == 3
    assert desk.helpdesk.send(desk.helpdesk.draft("listShelves")).succeeded
    desk.library.instead = putting_off(1, ("Retry-After", "1"))
    assert desk.helpdesk.send(desk.helpdesk.draft("listShelves")).succeeded
    assert len(waited) == 4
