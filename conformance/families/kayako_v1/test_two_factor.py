"""Logins with a second step: one-time passwords and expired passwords (chapter
"Authentication")."""

import base64
import hashlib
import hmac
import struct
from collections.abc import Mapping

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered, served
from conformance.engine.matchers import containing, not_empty
from conformance.engine.shared import once
from conformance.families.kayako_v1.asking import (
    NOBODY,
    codes_of,
    envelope,
    expect_refusal,
    with_arguments,
)

_PERIOD = 30


def _account(helpdesk: Helpdesk, name: str) -> Mapping[str, str]:
    """What the target file says of an account with a second step."""
    given = helpdesk.target.credentials.get(name)
    if given is None:
        skip(f"needs [credentials.{name}] in the target file")
    return {key: secret.reveal() for key, secret in given.items()}


def _me(helpdesk: Helpdesk) -> Draft:
    return Draft(helpdesk.spec["getMe"])


def _first_step(helpdesk: Helpdesk, name: str) -> Exchange:
    """A login of the account with address and password."""
    account = _account(helpdesk, name)
    login = (account["username"], account["password"])
    return helpdesk.send(_me(helpdesk).with_options(login=login), "negative")


def _shared_step(helpdesk: Helpdesk, name: str) -> Exchange:
    return once(helpdesk, f"first step of {name}", lambda: _first_step(helpdesk, name))


def _token_of(exchange: Exchange) -> str:
    token = envelope(exchange).get("auth_token")
    if not isinstance(token, str) or not token:
        raise PrerequisiteBroken("the first step brings no auth_token")
    return token


def _one_time_password(secret: str, moment: float) -> str:
    """The six digits of RFC 6238 for this half minute."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    counter = struct.pack(">Q", int(moment) // _PERIOD)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def _code(helpdesk: Helpdesk) -> str:
    secret = _account(helpdesk, "otp").get("otp_secret")
    if not secret:
        skip("needs otp_secret under [credentials.otp] in the target file")
    return _one_time_password(secret, helpdesk.chance.now())


# The first step ---------------------------------------------------------------------------------


@covers("KV-OTP-001", "KV-PWD-001")
@pytest.mark.parametrize(
    ("name", "code", "requirement"),
    [("otp", "OTP_EXPECTED", "KV-OTP-001"), ("expired", "CREDENTIAL_EXPIRED", "KV-PWD-001")],
    ids=["otp", "expired"],
)
def test_another_step_is_asked_for(
    helpdesk: Helpdesk, name: str, code: str, requirement: str
) -> None:
    expect_refusal(_shared_step(helpdesk, name), 403, code, requirement)


@covers("KV-AUTH-005")
@pytest.mark.parametrize("name", ["otp", "expired"])
def test_a_token_for_the_next_step_comes_with_it(helpdesk: Helpdesk, name: str) -> None:
    exchange = _shared_step(helpdesk, name)
    if expect(served(exchange)).refused().kept:
        token = envelope(exchange).get("auth_token")
        if not isinstance(token, str) or not token:
            violate("/auth_token", "a text", str(token))
        if envelope(exchange).get("session_id"):
            violate("/session_id", "no session before the last step", "one is opened")


@covers("KV-OTP-004")
def test_the_person_is_told_of_the_next_step(helpdesk: Helpdesk) -> None:
    exchange = _shared_step(helpdesk, "otp")
    if served(exchange).succeeded:
        raise PrerequisiteBroken("no one-time password is asked for")
    found = envelope(exchange).get("notifications")
    entries = found if isinstance(found, list) else []
    kinds = [entry.get("type") for entry in entries if isinstance(entry, dict)]
    judge(kinds, containing("INFO"), "/notifications/*/type")


# The second step --------------------------------------------------------------------------------

_PLACES = ("header", "argument")


class Steps:
    """Second steps of one account, with the token in one place and the password in another."""

    def __init__(self, helpdesk: Helpdesk) -> None:
        self._helpdesk = helpdesk
        self._used = ""
        self._taken: dict[tuple[str, str], Exchange] = {}

    def taken(self, token: str, code: str) -> Exchange:
        """The answer to a step with them in these places.

        A password that has served once may be refused the next time, so that another is tried.
        """
        if (token, code) not in self._taken:
            exchange = self._sent(token, code)
            if not exchange.succeeded and self._used == _code(self._helpdesk):
                now = self._helpdesk.chance.now()
                self._helpdesk.pause(_PERIOD - now % _PERIOD + 1)
                exchange = self._sent(token, code)
            self._taken[token, code] = exchange
        return self._taken[token, code]

    def complete(self, token: str, code: str) -> bool:
        """Whether such a step opens a session or leads to another one."""
        exchange = self.taken(token, code)
        return exchange.succeeded or "CREDENTIAL_EXPIRED" in codes_of(exchange)

    def _sent(self, token: str, code: str) -> Exchange:
        auth_token = _token_of(_first_step(self._helpdesk, "otp"))
        password = _code(self._helpdesk)
        draft = _me(self._helpdesk).with_credential(NOBODY)
        for place, header, value in ((token, "Token", auth_token), (code, "OTP", password)):
            if place == "header":
                draft = draft.with_headers(**{f"X_{header}": value})
            else:
                draft = with_arguments(draft, {f"_{header.lower()}": value})
        exchange = self._helpdesk.send(draft)
        if exchange.succeeded:
            self._used = password
        return exchange


@pytest.fixture(scope="module")
def steps(helpdesk: Helpdesk) -> Steps:
    return Steps(helpdesk)


@covers("KV-OTP-002", "KV-AUTH-006")
def test_the_one_time_password_completes_the_login(steps: Steps) -> None:
    """Where token and password fail together, other places for one of them tell which it was."""
    if all(steps.complete(place, place) for place in _PLACES):
        return
    works = {(one, other) for one in _PLACES for other in _PLACES if steps.complete(one, other)}
    if not works:
        expect(steps.taken("header", "header"), "KV-OTP-002", "KV-AUTH-006").success()
    elif lost := set(_PLACES) - {token for token, _ in works}:
        violate("status line", "auth_token is taken", f"not from the {lost.pop()}", "KV-AUTH-006")
    elif lost := set(_PLACES) - {code for _, code in works}:
        violate("status line", "the password is taken", f"not from the {lost.pop()}", "KV-OTP-002")


@covers("KV-OTP-003")
@pytest.mark.parametrize("place", _PLACES)
def test_after_the_one_time_password_there_is_a_session(steps: Steps, place: str) -> None:
    """Or there is a token for another step."""
    if not steps.complete(place, place):
        raise PrerequisiteBroken("the one-time password does not complete the login")
    exchange = steps.taken(place, place)
    name = "session_id" if exchange.succeeded else "auth_token"
    judge(envelope(exchange).get(name), not_empty, f"/{name}", got="nothing")


@covers("KV-OTP-005")
def test_a_wrong_one_time_password_is_refused(helpdesk: Helpdesk, steps: Steps) -> None:
    if not steps.complete("header", "header"):
        raise PrerequisiteBroken("the right one-time password is refused in X-OTP, too")
    token, code = _token_of(_first_step(helpdesk, "otp")), _code(helpdesk)
    wrong = f"{(int(code) + 500_000) % 1_000_000:06d}"
    draft = _me(helpdesk).with_credential(NOBODY).with_headers(X_Token=token, X_OTP=wrong)
    exchange = helpdesk.send(draft, "negative")
    if answered(exchange).status == 429:
        skip("too many wrong logins")
    expect_refusal(exchange, 401, "AUTHENTICATION_FAILED")


@covers("KV-SESS-005")
def test_the_token_of_a_step_is_no_login(helpdesk: Helpdesk) -> None:
    token = _token_of(_first_step(helpdesk, "otp"))
    draft = _me(helpdesk).with_credential(NOBODY).with_headers(X_Session_ID=token)
    expect_refusal(helpdesk.send(draft, "negative"), 454, "SESSION_LOADING_FAILED")


@covers("KV-AUTH-007")
def test_a_token_needs_no_second_step(helpdesk: Helpdesk) -> None:
    """Tokens of OAuth are given to who has passed it."""
    token = _account(helpdesk, "otp").get("token")
    if token is None:
        skip("needs a token under [credentials.otp] in the target file")
    draft = helpdesk.draft("listCaseStatuses").with_options(token=token)
    exchange = helpdesk.send(draft)
    if "OTP_EXPECTED" in codes_of(exchange):
        violate("/errors/*/code", "no second step", "OTP_EXPECTED")


@covers("KV-AUTH-008")
def test_the_token_of_a_step_is_for_that_step(helpdesk: Helpdesk) -> None:
    """Neither can the one for a new password take the place of a one-time password."""
    token = _token_of(_first_step(helpdesk, "expired"))
    draft = _me(helpdesk).with_credential(NOBODY)
    exchange = helpdesk.send(draft.with_headers(X_Token=token, X_OTP="123456"), "negative")
    expect(served(exchange)).refused()
