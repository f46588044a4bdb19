"""The lockout: too many wrong logins (error page AUTHENTICATION_LOCKED), of a user made for it. The
very last check of a run, for a server may lock out everybody who comes from the same address."""

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered
from conformance.engine.flooding import flood
from conformance.engine.limits import limits_of
from conformance.engine.matchers import containing
from conformance.families.kayako_v1.asking import codes_of
from conformance.families.kayako_v1.people import make_user, new_address

RUNS_LAST = 2
#: Wrong logins to try where the target does not tell how many are too many.
ENOUGH = 20
#: The longest wait for the end of a lockout, in seconds.
LONGEST = 900.0


@pytest.fixture(scope="module")
def locked(limited: Helpdesk) -> Exchange:
    """The answer to the last of many wrong logins in a row, and then a pause."""
    limits = limits_of(limited)
    failures = int(limits.get("lockout_failures", ENOUGH))
    address = new_address(limited)
    make_user(limited, email=address)
    draft = Draft(limited.spec["getMe"]).with_options(login=(address, limited.chance.word()))
    for _ in range(failures + 1):
        exchange = flood(limited, draft, 1).exchanges[0]
        if exchange.succeeded:
            raise PrerequisiteBroken("a wrong password is accepted")
        if answered(exchange).status == 429:
            wait(limited, exchange, float(limits.get("lockout", LONGEST)))
            return exchange
    if "lockout_failures" not in limits:
        skip(f"{failures + 1} wrong logins lock nobody out, and how many would is not documented")
    return exchange


def wait(helpdesk: Helpdesk, exchange: Exchange, longest: float) -> None:
    """Wait as long as the answer says, so that what the run has made can be removed."""
    told = answered(exchange).header("Retry-After") or ""
    pause = min(float(told) if told.isdigit() else longest, longest, LONGEST)
    helpdesk.announce(f"the lockout was tried: waiting {pause:.0f} s for its end")
    helpdesk.pause(pause)


@covers("KV-ERR-013")
def test_too_many_wrong_logins_lock_out(locked: Exchange) -> None:
    if not expect(locked).status(429).kept:
        return
    judge(codes_of(locked), containing("AUTHENTICATION_LOCKED"), "/errors/*/code")
    value = answered(locked).header("Retry-After")
    if value is None or not value.strip().isdigit() or int(value) < 1:
        violate("header Retry-After", "a number of seconds", str(value))
