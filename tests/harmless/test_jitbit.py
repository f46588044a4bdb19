"""A Jitbit helpdesk that differs harmlessly is found to break nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from conformance.emulator import Settings, running
from tests.harmless import manners
from tests.harmless.judging import found_nothing, inside_out, judged, with_high_ids
from tests.harmless.proxy import Answered, Asked, Change, Manner, proxy
from tests.running import SuiteRun

FAMILY = "jitbit"
ORIGINS = {"WebApp": 0, "Email": 1, "Widget": 2, "API": 3, "Scheduler": 4, "MobileApp": 5,
           "Phone": 6, "LiveChat": 7, "InPerson": 8}  # fmt: skip
#: The checks that try limits need a server with limits, and wait for them.
QUICK = ("-k", "not test_rate_limits and not test_lockout")


def nothing_broken(run: SuiteRun) -> None:
    """AssertionError unless every check was judged and none found anything but an offer that is
    not made."""
    assert found_nothing(run, FAMILY, "skip")["verdict"] == "partial"


def on_objects(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    """A change of every object of a JSON answer, the inner ones first."""

    walk = inside_out(change)

    def changed(_asked: Asked, answered: Answered) -> Answered:
        if answered.status != 200 or answered.body[:1] not in (b"{", b"["):
            return answered
        body = json.dumps(walk(json.loads(answered.body)), indent=1).encode()
        return Answered(answered.status, answered.headers, body)

    return changed


def quoted_numbers(_asked: Asked, answered: Answered) -> Answered:
    """Numbers that stand alone as JSON texts."""
    if answered.status != 200 or not answered.body.strip().isdigit():
        return answered
    body = b'"' + answered.body.strip() + b'"\r\n'
    return Answered(200, answered.headers, body).with_header("Content-Type", "application/json")


def longer_fractions(members: dict[str, Any]) -> dict[str, Any]:
    """Moments with seven digits of a second, as some platforms write them."""
    return {
        name: value[:19] + ".1200000Z"
        if isinstance(value, str) and len(value) == 20 and value[10] == "T" and value[-1] == "Z"
        else value
        for name, value in members.items()
    }


MANNERS = {
    "plain errors, more headers, closing connections": Manner(
        changes=(manners.error_text("Etwas fehlt: çok yanlış"), manners.more_headers),
        closing=True,
        gzip=True,
    ),
    "unknown members in another order, indented": Manner(
        changes=(on_objects(lambda o: {"New": [{"a": None}], **dict(reversed(o.items()))}),),
        gzip=True,
    ),
    "numbers quoted, origins as numbers, slower, chunked": Manner(
        changes=(
            quoted_numbers,
            on_objects(lambda o: {**o, **({"Origin": ORIGINS[o["Origin"]]} if _origin(o) else {})}),
        ),
        chunked=True,
        gzip=True,
        delay=0.002,
    ),
    "moments of seven digits, in a deeper folder": Manner(
        changes=(on_objects(longer_fractions),), folder="/company/desk", gzip=True
    ),
}


def _origin(members: dict[str, Any]) -> bool:
    return members.get("Origin") in ORIGINS


@pytest.mark.parametrize("name", MANNERS)
def test_a_harmless_difference_breaks_nothing(tmp_path, name):
    with running(Settings(FAMILY)) as server, proxy(server.target, MANNERS[name]) as target:
        nothing_broken(judged(tmp_path, target, "--beyond", *QUICK))


def test_a_helpdesk_whose_ids_begin_at_ten_million_breaks_nothing(tmp_path):
    database = tmp_path / "desk.db"
    with with_high_ids(FAMILY, database):
        pass
    with running(Settings(FAMILY, database=database)) as server:
        nothing_broken(judged(tmp_path, server.target, "--beyond", *QUICK))
