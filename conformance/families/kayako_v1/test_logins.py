"""Logins and what they open: Basic credentials and sessions (chapter "Authentication")."""

import uuid

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered, served
from conformance.engine.matchers import different_from, equal_to, not_empty
from conformance.engine.shared import accepted, once, readable
from conformance.families.kayako_v1.asking import (
    NOBODY,
    anonymous,
    any_code,
    codes_of,
    envelope,
    errors_of,
    expect_refusal,
    item_of,
    remark,
    shown_codes,
    taken,
    with_arguments,
)
from conformance.families.kayako_v1.people import KINDS
from conformance.families.kayako_v1.refusals import refused
from conformance.families.kayako_v1.sessions import (
    Session,
    expect_caller,
    log_in,
    open_session,
    protected_session,
    session_of,
)


def _me(helpdesk: Helpdesk) -> Draft:
    return Draft(helpdesk.spec["getMe"])


@pytest.fixture(scope="module")
def login(helpdesk: Helpdesk) -> Exchange:
    return log_in(helpdesk)


@pytest.fixture(scope="module")
def session(login: Exchange) -> Session:
    return session_of(login)


# Basic credentials ------------------------------------------------------------------------------


@covers("KV-AUTH-002")
def test_address_and_password_are_accepted(login: Exchange) -> None:
    expect(login).success()


@covers("KV-AUTH-003", "KV-ENV-005", "KV-ME-007")
def test_a_login_opens_a_session(login: Exchange) -> None:
    ids = ("KV-AUTH-003", "KV-ENV-005", "KV-ME-007")
    found = envelope(accepted(login)).get("session_id")
    if not isinstance(found, str) or not found:
        violate("/session_id", "the id of a session", str(found), *ids)


@covers("KV-CSRF-001", "KV-ME-007")
def test_a_login_brings_a_token_against_forgery(login: Exchange) -> None:
    token = answered(accepted(login)).header("X-CSRF-Token")
    judge(token, not_empty, "header X-CSRF-Token", "KV-CSRF-001", "KV-ME-007")


@covers("KV-AUTH-009")
def test_a_login_is_answered_with_the_data_too(login: Exchange) -> None:
    session_of(login)
    expect(login).has_item()


@covers("KV-ME-003", "KV-ERR-011")
def test_nobody_is_asked_to_log_in(helpdesk: Helpdesk) -> None:
    exchange = refused(helpdesk, "anonymous")
    if expect(served(exchange), "KV-ME-003").status(401).kept:
        allowed = any_code("AUTHORIZATION_REQUIRED")
        judge(shown_codes(exchange), allowed, "/errors/*/code", "KV-ERR-011")


def _false(helpdesk: Helpdesk, flaw: str) -> Exchange:
    """The answer to credentials with this flaw; skips the check where they were too many."""

    def ask() -> Exchange:
        return helpdesk.send(_me(helpdesk).with_credential(flaw), "negative")

    exchange = once(helpdesk, f"login with {flaw}", ask)
    if answered(exchange).status == 429:
        skip("too many wrong logins")
    return exchange


@covers("KV-ERR-010")
@pytest.mark.parametrize("flaw", ["wrong-password", "unknown-login", "unknown-token"])
def test_false_credentials_are_refused(helpdesk: Helpdesk, flaw: str) -> None:
    expect_refusal(_false(helpdesk, flaw), 401, "AUTHENTICATION_FAILED")


@covers("KV-AUTH-010")
def test_an_unknown_address_is_answered_like_a_wrong_password(helpdesk: Helpdesk) -> None:
    said = []
    for flaw in ("wrong-password", "unknown-login"):
        exchange = _false(helpdesk, flaw)
        if exchange.succeeded:
            raise PrerequisiteBroken(f"getMe serves who has {flaw}")
        errors = [(error.get("code"), error.get("message")) for error in errors_of(exchange)]
        said.append((exchange.status, errors))
    judge(said[1], equal_to(said[0]), "status and errors")


@covers("KV-AUTH-011")
@pytest.mark.parametrize("operation_id", ["createTest", "updateTest", "acknowledgeSession"])
def test_a_login_needs_no_token_against_forgery(helpdesk: Helpdesk, operation_id: str) -> None:
    exchange = helpdesk.send(helpdesk.draft(operation_id))
    judge(codes_of(exchange), _no_forgery, "/errors/*/code")


def _no_forgery(codes: list[str]) -> str | None:
    return "no CSRF_FAILED" if "CSRF_FAILED" in codes else None


# Sessions ---------------------------------------------------------------------------------------


@covers("KV-SESS-001")
@pytest.mark.parametrize("place", ["header", "argument"])
def test_a_session_takes_the_place_of_a_login(
    helpdesk: Helpdesk, session: Session, place: str
) -> None:
    if place == "header":
        draft = session.sent_in(_me(helpdesk))
    else:
        draft = with_arguments(_with_token(helpdesk, session), {"_session_id": session.id})
    exchange = helpdesk.send(draft)
    if expect(exchange).success().kept:
        expect_caller(exchange, session.login)


def _with_token(helpdesk: Helpdesk, session: Session) -> Draft:
    """A read of the caller with the token of a session, but not yet in it."""
    return _me(helpdesk).with_credential(NOBODY).with_headers(X_CSRF_Token=session.csrf)


@covers("KV-SESS-008")
def test_a_session_may_be_named_by_a_cookie(helpdesk: Helpdesk, session: Session) -> None:
    draft = _with_token(helpdesk, session).with_headers(Cookie=f"session_id={session.id}")
    expect(helpdesk.send(draft)).success()


@covers("KV-SESS-002")
def test_each_login_opens_another_session(helpdesk: Helpdesk, session: Session) -> None:
    other = open_session(helpdesk, session.login.role)
    judge(other.id, different_from(session.id), "/session_id", got="the same session")


@covers("KV-SESS-007")
def test_a_session_opens_no_other(helpdesk: Helpdesk, session: Session) -> None:
    exchange = readable(helpdesk.send(session.sent_in(_me(helpdesk))))
    found = envelope(exchange).get("session_id")
    if found not in (None, session.id):
        violate("/session_id", "no new session", "another id")


@covers("KV-SESS-009")
@pytest.mark.parametrize("operation_id", ["listTests", "getTest"])
def test_nobody_gets_no_session(helpdesk: Helpdesk, operation_id: str) -> None:
    exchange = helpdesk.send(anonymous(helpdesk, operation_id))
    if taken(exchange) and envelope(exchange).get("session_id") is not None:
        violate("/session_id", "no session", "one is opened")


@covers("KV-SESS-003")
def test_a_login_does_not_go_with_the_session_of_another(helpdesk: Helpdesk) -> None:
    roles = [role for role in helpdesk.spec.roles if "password" in _known(helpdesk, role)]
    if len(roles) < 2:
        skip("needs the passwords of two roles")
    session = open_session(helpdesk, roles[0])
    draft = _me(helpdesk).by(roles[1]).with_headers(X_Session_ID=session.id)
    exchange = helpdesk.send(draft, "negative")
    expect_refusal(exchange, 454, "SESSION_LOADING_FAILED")


def _known(helpdesk: Helpdesk, role: str) -> set[str]:
    return set(helpdesk.target.credentials.get(role, ()))


@covers("KV-SESSION-006")
def test_a_session_is_read_by_its_id(helpdesk: Helpdesk, session: Session) -> None:
    exchange = helpdesk.send(session.sent_in(Draft(helpdesk.spec["getSession"])))
    shown = item_of(readable(exchange)).get("id")
    judge(shown, equal_to(session.id), "/data/id", got="another id")


def _session_of_nobody(helpdesk: Helpdesk) -> Exchange:
    return once(
        helpdesk, "session of nobody", lambda: helpdesk.send(anonymous(helpdesk, "getSession"))
    )


@covers("KV-SESSION-001")
def test_nobody_may_read_a_session_too(helpdesk: Helpdesk) -> None:
    taken(_session_of_nobody(helpdesk))


@covers("KV-SESSION-011")
def test_the_session_of_nobody_has_no_user(helpdesk: Helpdesk) -> None:
    exchange = readable(_session_of_nobody(helpdesk))
    if "user" not in item_of(exchange):
        skip("the session of nobody shows no user at all")
    expect(exchange).item("user", equal_to(None))


@covers("KV-SESSION-009")
@pytest.mark.parametrize("operation_id", ["acknowledgeSession", "endSession"])
def test_nobody_has_a_session_to_report_of(helpdesk: Helpdesk, operation_id: str) -> None:
    draft = Draft(helpdesk.spec[operation_id]).with_credential(NOBODY)
    expect(served(helpdesk.send(draft, "negative"))).status(401)


@covers("KV-SESSION-009")
@pytest.mark.parametrize("operation_id", ["acknowledgeSession", "endSession"])
@pytest.mark.parametrize("role", [*KINDS, "owner"])
def test_every_role_reports_of_its_session(
    helpdesk: Helpdesk, role: str, operation_id: str
) -> None:
    session = protected_session(helpdesk, role)
    taken(helpdesk.send(session.sent_in(Draft(helpdesk.spec[operation_id]))))


@pytest.fixture(scope="module")
def ended(helpdesk: Helpdesk) -> Session:
    """A session that was there and is ended."""
    session = open_session(helpdesk)
    readable(helpdesk.send(session.sent_in(_me(helpdesk))))
    accepted(helpdesk.send(session.sent_in(Draft(helpdesk.spec["endSession"]))))
    return session


@covers("KV-SESSION-010", "KV-SESS-006")
def test_an_ended_session_is_of_no_use(helpdesk: Helpdesk, ended: Session) -> None:
    """Where it is refused as no session at all, the code of that is another promise."""
    exchange = helpdesk.send(ended.sent_in(_me(helpdesk)), "negative")
    ids = ("KV-SESSION-010", "KV-SESS-006")
    if not expect(exchange, *ids).status(454, 401).kept:
        return
    remark(f"the id of an ended session is answered with {exchange.status}")
    if expect(exchange, "KV-SESS-006").status(454).kept:
        allowed = any_code("SESSION_LOADING_FAILED")
        judge(shown_codes(exchange), allowed, "/errors/*/code", *ids)


# To be remembered -------------------------------------------------------------------------------


@covers("KV-SESSION-002", "KV-RMT-002")
def test_who_asks_is_remembered(helpdesk: Helpdesk, login: Exchange) -> None:
    """One chapter says that a login alone is remembered, another that it has to be asked for."""
    ids = ("KV-SESSION-002", "KV-RMT-002")
    draft = Draft(helpdesk.spec["getSession"]).by(login.role)
    exchange = helpdesk.send(draft.having(remember_me="true"))
    if taken(exchange, *ids):
        token = answered(exchange).header("X-RememberMe")
        judge(token, not_empty, "header X-RememberMe", *ids)
    alone = answered(login).header("X-RememberMe")
    does = "brings no" if alone is None else "brings a"
    remark(f"a login that does not ask to be remembered {does} X-RememberMe")


@covers("KV-SESSION-008")
@pytest.mark.parametrize("word", ["", "false"])
def test_who_does_not_ask_is_not_remembered(
    helpdesk: Helpdesk, session: Session, word: str
) -> None:
    """In a session: of a login by password one chapter says that it yields the token."""
    draft = session.sent_in(Draft(helpdesk.spec["getSession"]))
    exchange = accepted(helpdesk.send(draft.having(remember_me=word) if word else draft))
    if answered(exchange).header("X-RememberMe") is not None:
        violate("header X-RememberMe", "none", "a token")


@covers("KV-RMT-001")
def test_remembered_callers_show_token_and_fingerprint(helpdesk: Helpdesk) -> None:
    """The token is that of the browser whose fingerprint came with the request for it."""
    print_ = helpdesk.chance.fill("{mark}{word}")
    draft = Draft(helpdesk.spec["getSession"]).having(remember_me="true")
    exchange = accepted(helpdesk.send(draft.with_headers(X_Fingerprint=print_)))
    token = answered(exchange).header("X-RememberMe")
    if not token:
        skip("no token is given")
    nobody = _me(helpdesk).with_credential(NOBODY)
    if helpdesk.send(nobody, "negative").succeeded:
        raise PrerequisiteBroken("getMe serves everybody")
    both = helpdesk.send(nobody.with_headers(X_RememberMe=token, X_Fingerprint=print_))
    if expect(both).success().kept:
        alone = nobody.with_headers(X_RememberMe=token)
        expect(helpdesk.send(alone, "negative")).refused()
        alone = nobody.with_headers(X_Fingerprint=print_)
        expect(helpdesk.send(alone, "negative")).refused()


# Fingerprints -----------------------------------------------------------------------------------


@covers("KV-FPR-001")
@pytest.mark.parametrize("place", ["header", "argument"])
def test_a_client_may_show_a_fingerprint(helpdesk: Helpdesk, place: str) -> None:
    accepted(_session_of_nobody(helpdesk))
    draft = Draft(helpdesk.spec["getSession"]).with_credential(NOBODY)
    print_ = str(uuid.UUID(bytes=helpdesk.chance.bytes(16), version=4))
    if place == "header":
        draft = draft.with_headers(X_Fingerprint_ID=print_)
    else:
        draft = with_arguments(draft, {"_fingerprint_id": print_})
    taken(helpdesk.send(draft))
