"""Requests in a session and the token that protects them (chapter "Security")."""

from dataclasses import dataclass

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered
from conformance.engine.matchers import equal_to
from conformance.engine.shared import readable
from conformance.families.kayako_v1.asking import (
    any_code,
    codes_of,
    item_of,
    remark,
    shown_codes,
    taken,
)
from conformance.families.kayako_v1.sessions import Session, open_session

_UNSAFE = ("createCaseType", "updateCaseType", "deleteCaseType")
_EACH_UNSAFE = pytest.mark.parametrize("operation_id", _UNSAFE)


@dataclass(frozen=True)
class Protected:
    """A session with a token, and a type of cases that requests in it would change."""

    helpdesk: Helpdesk
    session: Session
    kind: Made

    def asked(self, operation_id: str, label: str) -> Draft:
        """A request that changes something."""
        draft = self.helpdesk.draft(operation_id, label=label)
        if operation_id == "deleteCaseType":
            draft = Draft(self.helpdesk.spec[operation_id])
        return draft if operation_id == "createCaseType" else draft.having(id=self.kind.id)

    def labels(self) -> list[object]:
        """The labels of all types."""
        listed = readable(self.helpdesk.send(Draft(self.helpdesk.spec["listCaseTypes"])))
        return [item.get("label") for item in listed.answer.items]


@pytest.fixture(scope="module")
def protected(helpdesk: Helpdesk) -> Protected:
    kind = helpdesk.make("case_type")
    session = open_session(helpdesk, kind.exchange.role)
    if not session.csrf:
        raise PrerequisiteBroken("a login brings no X-CSRF-Token")
    return Protected(helpdesk, session, kind)


def _judge_refusal(exchange: Exchange, requirement: str) -> None:
    if expect(exchange, requirement).refused().kept:
        allowed = any_code("CSRF_FAILED")
        judge(shown_codes(exchange), allowed, "/errors/*/code", requirement)


@covers("KV-CSRF-002", "KV-CSRF-008")
@_EACH_UNSAFE
def test_without_the_token_nothing_is_changed(protected: Protected, operation_id: str) -> None:
    label = protected.helpdesk.chance.fill("{mark} {word}")
    draft = protected.session.sent_in(protected.asked(operation_id, label), csrf="")
    exchange = protected.helpdesk.send(draft, "negative")
    _judge_refusal(exchange, "KV-CSRF-002")
    if "CSRF_FAILED" in codes_of(exchange):
        expect(exchange, "KV-CSRF-008").status(403, 401, 400)
        remark(f"CSRF_FAILED comes with status {exchange.status}")
    labels = protected.labels()
    if label in labels:
        violate("/data/*/label", "nothing changed", f"{label} is there", "KV-CSRF-002")
    if protected.kind["label"] not in labels:
        violate("/data/*/label", "nothing changed", "the type is gone", "KV-CSRF-002")


@covers("KV-CSRF-007")
@_EACH_UNSAFE
def test_a_wrong_token_is_like_none(protected: Protected, operation_id: str) -> None:
    helpdesk = protected.helpdesk
    draft = protected.asked(operation_id, helpdesk.chance.fill("{mark} {word}"))
    exchange = helpdesk.send(protected.session.sent_in(draft, helpdesk.chance.salt()), "negative")
    _judge_refusal(exchange, "KV-CSRF-007")


@covers("KV-CSRF-004")
@pytest.mark.parametrize("operation_id", ["createCaseType", "updateCaseType"])
def test_with_the_token_a_change_is_accepted(protected: Protected, operation_id: str) -> None:
    label = protected.helpdesk.chance.fill("{mark} {word}")
    own = protected.helpdesk.make("case_type")
    draft = protected.asked(operation_id, label)
    if operation_id == "updateCaseType":
        draft = draft.having(id=own.id)
    taken(protected.helpdesk.send(protected.session.sent_in(draft)))


@covers("KV-CSRF-004")
def test_with_the_token_activity_is_reported(helpdesk: Helpdesk) -> None:
    session = open_session(helpdesk)
    taken(helpdesk.send(session.sent_in(Draft(helpdesk.spec["acknowledgeSession"]))))


@covers("KV-CSRF-002", "KV-CSRF-008")
def test_without_the_token_a_session_is_not_ended(helpdesk: Helpdesk) -> None:
    session = open_session(helpdesk)
    if not session.csrf:
        raise PrerequisiteBroken("a login brings no X-CSRF-Token")
    draft = session.sent_in(Draft(helpdesk.spec["endSession"]), csrf="")
    exchange = helpdesk.send(draft, "negative")
    _judge_refusal(exchange, "KV-CSRF-002")
    if "CSRF_FAILED" in codes_of(exchange):
        expect(exchange, "KV-CSRF-008").status(403, 401, 400)
    expect(helpdesk.send(session.sent_in(Draft(helpdesk.spec["getMe"]))), "KV-CSRF-002").success()


@covers("KV-CSRF-005")
def test_reading_needs_no_token(helpdesk: Helpdesk) -> None:
    session = open_session(helpdesk)
    exchange = helpdesk.send(session.sent_in(Draft(helpdesk.spec["getMe"]), csrf=""))
    if expect(exchange).success().kept:
        expect(exchange).item("id", equal_to(item_of(session.login).get("id")))


@pytest.fixture(scope="module")
def unprotected(helpdesk: Helpdesk) -> Session:
    """A session that was opened by a login without protection."""
    usual, session = open_session(helpdesk), open_session(helpdesk, X_CSRF="false")
    if session.id == usual.id:
        raise PrerequisiteBroken("a login opens no session of its own")
    return session


@covers("KV-CSRF-003")
def test_protection_can_be_declined(unprotected: Session) -> None:
    token = answered(unprotected.login).header("X-CSRF-Token")
    judge(token, equal_to(None), "header X-CSRF-Token", got="a token")


@covers("KV-CSRF-006")
def test_a_session_can_be_opened_without_protection(
    helpdesk: Helpdesk, unprotected: Session
) -> None:
    session = unprotected
    if answered(session.login).header("X-CSRF-Token"):
        omit("protection cannot be declined: a login with X-CSRF: false brings a token")
    taken(helpdesk.send(session.sent_in(Draft(helpdesk.spec["acknowledgeSession"]), csrf="")))
