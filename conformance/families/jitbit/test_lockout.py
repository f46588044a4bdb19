"""The lockout: three wrong logins in a row block the address for some minutes (section "Basic
authentication"). The very last checks of a run, for nobody else gets in meanwhile."""

from dataclasses import dataclass

import pytest

from conformance.engine import Exchange, Helpdesk, covers, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.flooding import flood
from conformance.engine.limits import limits_of

RUNS_LAST = 2
#: A block may end a little late; this part of its length is waited in addition.
PATIENCE = 0.25


@dataclass(frozen=True)
class Lockout:
    """What the logins before, during and after the block were answered."""

    failures: int
    seconds: float
    #: Right logins after one failure less than blocks, and after one more of these.
    in_between: tuple[Exchange, Exchange]
    blocked: Exchange
    after: Exchange


@pytest.fixture(scope="module")
def lockout(limited: Helpdesk) -> Lockout:
    limits = limits_of(limited)
    failures, seconds = int(limits["lockout_failures"]), float(limits["lockout"])
    right = Draft(limited.spec["authorize"])
    if not login(limited, right).succeeded:
        raise PrerequisiteBroken("a right login is refused before any wrong one was sent")
    in_between = (after_wrong(limited, right, failures - 1), after_wrong(limited, right, 1))
    if not in_between[1].succeeded:
        wait(limited, seconds)
    blocked = after_wrong(limited, right, failures)
    wait(limited, seconds)
    return Lockout(failures, seconds, in_between, blocked, login(limited, right))


def login(helpdesk: Helpdesk, draft: Draft) -> Exchange:
    """Send one login just so: nothing follows a wrong one."""
    return flood(helpdesk, draft, 1).exchanges[0]


def after_wrong(helpdesk: Helpdesk, right: Draft, failures: int) -> Exchange:
    """A right login after so many wrong ones in a row."""
    for _ in range(failures):
        if login(helpdesk, right.with_credential("wrong-password")).succeeded:
            raise PrerequisiteBroken("a wrong password is accepted")
    return login(helpdesk, right)


def wait(helpdesk: Helpdesk, seconds: float) -> None:
    """Wait for the end of a block, and a little longer."""
    pause = seconds * (1 + PATIENCE)
    helpdesk.announce(f"the lockout was tried: waiting {pause:.0f} s for its end")
    helpdesk.pause(pause)


@covers("JB-AUTH-016")
def test_three_wrong_logins_in_a_row_block_the_address(lockout: Lockout) -> None:
    if lockout.blocked.succeeded:
        got = f"{lockout.blocked.status} for a right login after {lockout.failures} wrong ones"
        violate("status line", "a refusal, the address being blocked", got)


@covers("JB-AUTH-017")
def test_a_right_login_in_between_restarts_the_count(lockout: Lockout) -> None:
    for exchange in lockout.in_between:
        if not exchange.succeeded:
            got = f"{exchange.status} for a right login, no {lockout.failures} wrong ones in a row"
            violate("status line", "success", got)


@covers("JB-AUTH-018")
def test_after_the_block_a_right_login_works_again(lockout: Lockout) -> None:
    if lockout.blocked.succeeded:
        skip("there was no block")
    if not lockout.after.succeeded:
        got = f"{lockout.after.status}, {lockout.seconds:.0f} s after the block began"
        violate("status line", "success after the block", got)
