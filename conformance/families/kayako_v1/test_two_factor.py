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
    any_code,
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
    found = envelope(_shared_step(helpdesk, "otp")).get("notifications")
    entries = found if isinstance(found, list) else []
    kinds = [entry.get("type") for entry in entries if isinstance(entry, dict)]
    judge(kinds, containing("INFO"), "/notifications/*/type")


# The second step --------------------------------------------------------------------------------


@covers("KV-OTP-002", "KV-OTP-003", "KV-AUTH-006")
@pytest.mark.parametrize("place", ["header", "argument"])
def test_the_one_time_password_completes_the_login(helpdesk: Helpdesk, place: str) -> None:
    token, code = _token_of(_first_step(helpdesk, "otp")), _code(helpdesk)
    draft = _me(helpdesk).with_credential(NOBODY)
    if place == "header":
        draft = draft.with_headers(X_Token=token, X_OTP=code)
    else:
        draft = with_arguments(draft, {"_token": token, "_otp": code})
    exchange = helpdesk.send(draft)
    further = any_code("CREDENTIAL_EXPIRED")(codes_of(exchange)) is None
    if further or expect(exchange, "KV-OTP-002", "KV-AUTH-006").success().kept:
        name = "auth_token" if further else "session_id"
        judge(envelope(exchange).get(name), not_empty, f"/{name}", "KV-OTP-003", got="nothing")


@covers("KV-OTP-005")
def test_a_wrong_one_time_password_is_refused(helpdesk: Helpdesk) -> None:
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
