"""The rate limit: what is answered beyond it (chapter "Rate Limiting").

How many requests are allowed is not published: the target file tells. One burst is judged by all
checks; it is sent while nothing else is.
"""

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, omit, skip, violate
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


@pytest.fixture(scope="module")
def burst(limited: Helpdesk) -> Flood:
    """More equal reads than are allowed, of the first action that puts any off, and then a
    pause."""
    limits = limits_of(limited)
    if "requests" not in limits:
        omit("needs the number of requests allowed: requests under [limits] in the target file")
    burst = _first_put_off(limited, int(limits["requests"]) + BEYOND)
    if burst is None:
        skip(f"none of {', '.join(ACTIONS)} is limited, and which are is not documented")
    pause = min(float(limits.get("window", WINDOW)), LONGEST)
    limited.announce(f"the rate limit was tried: waiting {pause:.0f} s for its end")
    limited.pause(pause)
    return burst


def _first_put_off(helpdesk: Helpdesk, count: int) -> Flood | None:
    """The first burst that is served at its beginning and not at its end."""
    session = open_session(helpdesk)
    for operation_id in ACTIONS:
        burst = flood(helpdesk, session.sent_in(helpdesk.draft(operation_id)), count)
        for exchange in burst.exchanges:
            answered(exchange)
        if burst.served and burst.refused:
            return burst
    return None


def first_refused(burst: Flood) -> Exchange:
    """The first request that was put off; skips the check where there is none."""
    if not burst.limited:
        skip("no request is refused with 429")
    return burst.limited[0]


@covers("KV-RATE-001")
def test_a_request_beyond_the_limit_is_refused(burst: Flood) -> None:
    first = burst.limited[0] if burst.limited else burst.refused[0]
    if expect(first).status(429).kept:
        judge(codes_of(first), containing(_CODE), "/errors/*/code")


@covers("KV-RATE-002")
def test_a_refusal_for_the_rate_says_how_long_to_wait(burst: Flood) -> None:
    value = answered(first_refused(burst)).header("Retry-After")
    if value is None or not value.strip().isdigit():
        violate("header Retry-After", "a number of seconds", str(value))


@covers("KV-RATE-004")
def test_a_refusal_for_the_rate_is_an_error_like_others(burst: Flood) -> None:
    refused = first_refused(burst)
    judge(envelope(refused).get("status"), equal_to(429), "/status")
    if not errors_of(refused):
        violate("/errors", "an array with an error", str(envelope(refused).get("errors")))
