"""The rate limit: what is answered beyond it (chapter "Rate Limiting").

How many requests are allowed is not published: the target file tells. One burst is judged by all
checks; it is sent while nothing else is.
"""

from dataclasses import dataclass

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, omit, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.exchange import answered
from conformance.engine.flooding import Flood, flood
from conformance.engine.limits import limits_of
from conformance.engine.matchers import containing, equal_to
from conformance.families.kayako_v1.asking import codes_of, envelope, errors_of
from conformance.families.kayako_v1.sessions import open_session

RUNS_LAST = 1
#: Requests sent beyond what the window allows.
BEYOND = 12
#: Limits count by the minute.
WINDOW = 60.0
LONGEST = 300.0
#: Reads to try, those first that cost a server most. Which actions are limited is not published.
ACTIONS = ("filterUsers", "filterOrganizations", "listCases", "listUsers", "listTests", "getMe")
_CODE = "RATE_LIMIT_REACHED"


@dataclass(frozen=True)
class Burst:
    """Many requests at once, and another one after the time that the last refusal names."""

    flood: Flood
    later: Exchange | None = None


@pytest.fixture(scope="module")
def burst(limited: Helpdesk) -> Burst:
    """More equal reads than are allowed, of the first action that puts any off, and then a
    pause."""
    limits = limits_of(limited)
    if "requests" not in limits:
        omit("needs the number of requests allowed: requests under [limits] in the target file")
    draft, found = _first_put_off(limited, int(limits["requests"]) + BEYOND)
    later = _after_the_time(limited, draft, found)
    pause = min(float(limits.get("window", WINDOW)), LONGEST)
    limited.announce(f"the rate limit was tried: waiting {pause:.0f} s for its end")
    limited.pause(pause)
    return Burst(found, later)


def _first_put_off(helpdesk: Helpdesk, count: int) -> tuple[Draft, Flood]:
    """The first burst that is served at its beginning and not at its end."""
    session = open_session(helpdesk)
    for operation_id in ACTIONS:
        draft = session.sent_in(helpdesk.draft(operation_id))
        found = flood(helpdesk, draft, count)
        for exchange in found.exchanges:
            answered(exchange)
        if found.served and found.refused:
            return draft, found
    return skip(f"none of {', '.join(ACTIONS)} is limited, and which are is not documented")


def told(exchange: Exchange) -> int:
    """The seconds that a refusal says to wait; 0 where it does not."""
    value = (answered(exchange).header("Retry-After") or "").strip()
    return int(value) if value.isdecimal() else 0


def _after_the_time(helpdesk: Helpdesk, draft: Draft, found: Flood) -> Exchange | None:
    """The request once more, after the longest time that the refusals name."""
    seconds = max(map(told, found.limited), default=0)
    if not 0 < seconds <= LONGEST:
        return None
    helpdesk.announce(f"the rate limit was tried: waiting {seconds} s, as the server asks")
    helpdesk.pause(seconds + 1)
    return flood(helpdesk, draft, 1).exchanges[0]


def first_refused(burst: Burst) -> Exchange:
    """The first request that was put off; skips the check where there is none."""
    if not burst.flood.limited:
        skip("no request is refused with 429")
    return burst.flood.limited[0]


@covers("KV-RATE-001")
def test_a_request_beyond_the_limit_is_refused(burst: Burst) -> None:
    first = (burst.flood.limited or burst.flood.refused)[0]
    if expect(first).status(429).kept:
        judge(codes_of(first), containing(_CODE), "/errors/*/code")


@covers("KV-RATE-002")
def test_a_refusal_for_the_rate_says_how_long_to_wait(burst: Burst) -> None:
    first = first_refused(burst)
    if not told(first):
        value = answered(first).header("Retry-After")
        violate("header Retry-After", "a number of seconds", str(value))


@covers("KV-RATE-002")
def test_after_that_time_requests_are_served(burst: Burst) -> None:
    first_refused(burst)
    if burst.later is None:
        skip("no refusal names a time that can be waited for")
    if burst.later.status == 429:
        violate("status line", "no 429 after the seconds of Retry-After", "429")


@covers("KV-RATE-004")
def test_a_refusal_for_the_rate_is_an_error_like_others(burst: Burst) -> None:
    refused = first_refused(burst)
    judge(envelope(refused).get("status"), equal_to(429), "/status")
    if not errors_of(refused):
        violate("/errors", "an array with an error", str(envelope(refused).get("errors")))
