"""Wrong logins: a right one follows each before the next."""

from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.logins import Logins
from conformance.engine.spec import Spec


class Sent:
    """Notes what is sent, and answers with a status."""

    def __init__(self, spec: Spec) -> None:
        self.spec, self.status, self.logins = spec, 200, []
        greeting: Any = type(
            "S", (), {"preflight": ["getShelf"], "__getitem__": lambda _, n: spec[n]}
        )()
        adapter: Any = type(
            "A", (), {"is_wrong_login": lambda _, d: d.credential == "wrong",
                      "is_right_login": lambda _, d: d.credential == "valid"},
        )()  # fmt: skip
        self.keeper = Logins(greeting, adapter, self._send)

    def _send(self, draft: Draft, _purpose: str) -> Any:
        self.logins.append(f"{draft.credential} {draft.role}")
        return type("E", (), {"status": self.status, "succeeded": self.status == 200})()

    def send(self, credential: str, role: str = "chief", **extra: Any) -> None:
        draft = (
            Draft(replace(self.spec["getShelf"], extra=extra)).with_credential(credential).by(role)
        )
        self.keeper.sent(draft, "negative")


@pytest.fixture
def sent(spec: Spec) -> Sent:
    return Sent(spec)


def test_a_right_login_that_is_sent_anyway_is_enough(sent: Sent) -> None:
    for credential in ("wrong", "valid", "wrong", "valid"):
        sent.send(credential)
    assert sent.logins == ["wrong chief", "valid chief"] * 2


def test_a_wrong_login_never_follows_another(sent: Sent) -> None:
    sent.send("wrong")
    sent.send("wrong", "clerk")
    assert sent.logins == ["wrong chief", "valid chief", "wrong clerk"]


@pytest.mark.parametrize(
    ("credential", "role", "status"),
    [
        ("valid", "clerk", 200),
        ("none", "chief", 200),
        ("valid", "chief", 401),
        ("valid", "chief", 429),
        ("valid", "chief", 503),
    ],
)
def test_what_is_no_right_login_of_the_same_caller_does_not_count(
    sent: Sent, credential: str, role: str, status: int
) -> None:
    sent.send("wrong")
    sent.status = status
    sent.send(credential, role)
    sent.status = 200
    sent.send("wrong")
    assert sent.logins[2:] == ["valid chief", "wrong chief"]


def test_what_everybody_is_served_is_no_right_login(sent: Sent) -> None:
    sent.send("wrong")
    sent.send("valid", security=[])
    sent.send("wrong")
    assert sent.logins[2:] == ["valid chief", "wrong chief"]


@pytest.mark.parametrize("status", [None, 401, 429])
def test_no_wrong_login_is_sent_while_right_ones_are_refused(sent: Sent, status: Any) -> None:
    sent.send("wrong")
    sent.status = status
    for _ in range(2):
        with pytest.raises(PrerequisiteBroken):
            sent.send("wrong")
    assert sent.logins[1:] == ["valid chief"] * 2
    sent.status = 200
    sent.send("wrong")
    assert sent.logins[3:] == ["valid chief", "wrong chief"]


def test_where_others_send_wrong_logins_too_the_right_one_follows_at_once(sent: Sent) -> None:
    @contextmanager
    def turn() -> Any:
        sent.logins.append("begins")
        yield
        sent.logins.append("ends")

    sent.keeper.turn = turn
    sent.send("wrong")
    assert sent.logins == ["begins", "wrong chief", "valid chief", "ends"]
