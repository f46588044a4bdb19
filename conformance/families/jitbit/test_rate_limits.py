"""Rate limits: as many calls as documented are served, more are refused or slowed down, and a pause
helps (section "Rate Limiting").

One burst for each limited method, judged by many checks; it runs while nothing else does.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, judge, omit, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered
from conformance.engine.flooding import Flood, flood
from conformance.engine.limits import limits_of
from conformance.engine.matchers import at_least

RUNS_LAST = 1
#: Calls sent beyond what the window allows.
BEYOND = 12
#: A burst has to be over before the window is: this part of it is left for clocks that differ.
IN_TIME = 0.9
#: Tries to send a burst within one window.
TRIES = 3
#: Method, name of its limit, and the statement about the calls it has to serve.
METHODS = {
    "listCategories": ("requests", "JB-RATE-001"),
    "searchTickets": ("search", "JB-RATE-002"),
    "getUserByEmail": ("search", "JB-RATE-003"),
}
SEARCHES = ("searchTickets", "getUserByEmail")


class Bursts:
    """The burst of each method, sent when a check first asks."""

    def __init__(self, helpdesk: Helpdesk, limits: Mapping[str, Any]) -> None:
        self.helpdesk = helpdesk
        self.window = float(limits["window"])
        self.allowed = {name: int(limits[name]) for name in ("requests", "search")}
        #: The caller's own account, asked for before anything is limited.
        self._caller = helpdesk.send(Draft(helpdesk.spec["authorize"])).answer.item
        self._known: dict[str, Flood | str] = {}
        self._again: dict[str, Exchange] = {}

    def of(self, operation_id: str) -> Flood:
        """Raises Skipped where the server is too slow for as many calls in one window, and
        ConnectionLost where it left one unanswered."""
        known = self._known.get(operation_id)
        if known is None:
            known = self._known[operation_id] = self._send(operation_id)
        return known if isinstance(known, Flood) else skip(known)

    def _send(self, operation_id: str) -> Flood | str:
        count = self.allowed[METHODS[operation_id][0]] + BEYOND
        for _ in range(TRIES):
            self.rest()
            burst = flood(self.helpdesk, self.draft(operation_id), count)
            for exchange in burst.exchanges:
                answered(exchange)
            if burst.seconds < self.window * IN_TIME or burst.limited or burst.slowed:
                return burst
        return f"{count} calls took {burst.seconds:.0f} s, longer than the window of the limit"

    def draft(self, operation_id: str) -> Draft:
        """The lightest call of a method: nothing is made for it."""
        draft = Draft(self.helpdesk.spec[operation_id])
        if operation_id == "searchTickets":
            return draft.having(query=self.helpdesk.chance.word())
        if operation_id == "getUserByEmail":
            return draft.having(email=self._caller_address())
        return draft

    def _caller_address(self) -> str:
        if self._caller is None or not self._caller.get("Email"):
            raise PrerequisiteBroken("the caller has no address to look up")
        return str(self._caller["Email"])

    def after_pause(self, operation_id: str) -> Exchange:
        """A call of a method after all bursts and a pause of two windows; one pause serves all."""
        for name in METHODS:
            self.of(name)
        if not self._again:
            self.helpdesk.announce(f"waiting {2 * self.window:.0f} s for the limits to recover")
            self.helpdesk.pause(2 * self.window)
            self._again = {
                name: flood(self.helpdesk, self.draft(name), 1).exchanges[0] for name in METHODS
            }
        return self._again[operation_id]

    def rest(self) -> None:
        """Let the window of the limit pass, with all that was sent in it."""
        self.helpdesk.announce(f"trying the rate limit: waiting {self.window:.0f} s before it")
        self.helpdesk.pause(self.window)


@pytest.fixture(scope="module")
def bursts(limited: Helpdesk) -> Bursts:
    return Bursts(limited, limits_of(limited))


@covers("JB-RATE-001", "JB-RATE-002", "JB-RATE-003")
@pytest.mark.parametrize("operation_id", METHODS)
def test_as_many_calls_as_documented_are_served(bursts: Bursts, operation_id: str) -> None:
    limit, requirement = METHODS[operation_id]
    burst = bursts.of(operation_id)
    if burst.refused:
        allowed = bursts.allowed[limit]
        got = f"{burst.served} of {len(burst.exchanges)} calls served"
        judge(burst.served, at_least(allowed), "calls in one window", requirement, got=got)


@covers("JB-RATE-004")
@pytest.mark.parametrize("operation_id", SEARCHES)
def test_more_calls_are_refused_or_slowed_down(bursts: Bursts, operation_id: str) -> None:
    burst = bursts.of(operation_id)
    if not burst.limited and not burst.slowed:
        others = "".join(f", then {exchange.status}" for exchange in burst.refused[:1])
        got = f"{burst.served} calls served at once within {burst.seconds:.1f} s{others}"
        violate("calls in one window", "status 429 or clearly slower answers", got)


@covers("JB-RESP-004")
@pytest.mark.parametrize("operation_id", METHODS)
def test_a_call_over_the_limit_is_refused_with_429(bursts: Bursts, operation_id: str) -> None:
    burst = bursts.of(operation_id)
    if not burst.refused:
        omit("nothing is refused: the server may slow down, or not limit this method")
    other = [e for e in burst.refused if e not in burst.limited]
    if other:
        violate("status line", "status 429", str(other[0].status))


@covers("JB-RATE-006", "JB-RESP-005")
@pytest.mark.parametrize("operation_id", METHODS)
def test_a_refusal_for_the_rate_says_so(bursts: Bursts, operation_id: str) -> None:
    refused = first_limited(bursts.of(operation_id))
    response = refused.response
    assert response is not None
    if not response.body.strip():
        got = "an empty body"
        violate("body", "words about the limit", got, "JB-RATE-006", "JB-RESP-005")


@covers("JB-RATE-007")
def test_a_refusal_for_the_rate_says_how_long_to_wait(bursts: Bursts) -> None:
    response = first_limited(bursts.of("searchTickets")).response
    assert response is not None
    if response.header("Retry-After") is None:
        violate("header Retry-After", "a number of seconds", "no such header")


@covers("JB-RATE-009")
def test_searches_use_up_no_general_calls(bursts: Bursts) -> None:
    burst = bursts.of("searchTickets")
    if not bursts.after_pause("listCategories").succeeded:
        raise PrerequisiteBroken("a pause of two windows does not end the general limit")
    bursts.rest()
    again = flood(bursts.helpdesk, bursts.draft("searchTickets"), bursts.allowed["search"])
    left = bursts.allowed["requests"] - bursts.allowed["search"] + 1
    other = flood(bursts.helpdesk, bursts.draft("listCategories"), left)
    if again.seconds + other.seconds > bursts.window * IN_TIME or not burst.refused:
        skip("the calls took longer than the window of the limit")
    if other.limited:
        got = f"429 after {len(again.exchanges)} searches and {other.served} other calls"
        violate("status line", "limits that count apart", got)


@covers("JB-RATE-005")
@pytest.mark.parametrize("operation_id", METHODS)
def test_after_a_pause_calls_are_served_again(bursts: Bursts, operation_id: str) -> None:
    burst = bursts.of(operation_id)
    if not burst.refused:
        omit("nothing was refused")
    again = bursts.after_pause(operation_id)
    if not again.succeeded:
        got = f"{again.status} after {2 * bursts.window:.0f} s"
        violate("status line", "success after a pause of two windows", got)


def first_limited(burst: Flood) -> Exchange:
    """The first refusal with 429; omits the check where there is none."""
    if not burst.limited:
        omit("nothing is refused with 429")
    return burst.limited[0]
