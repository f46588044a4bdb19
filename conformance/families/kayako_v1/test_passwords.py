"""New passwords: weak ones, and one in place of an expired one (chapter "Authentication").

They come late in a run: once its password is changed, the account has no expired one any more.
"""

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, skip
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.families.kayako_v1.asking import NOBODY, any_code, codes_of, envelope
from conformance.families.kayako_v1.people import make_user

RUNS_LAST = 1
_PATH = "/profile/password"


@pytest.fixture(scope="module")
def user(helpdesk: Helpdesk) -> Made:
    return make_user(helpdesk)


@covers("KV-ERR-014")
def test_a_weak_password_is_refused(helpdesk: Helpdesk, user: Made) -> None:
    draft = helpdesk.draft("setUserPassword", id=user.id, new_password="a")
    exchange = helpdesk.send(draft, "negative")
    if expect(served(exchange)).status(400).kept:
        judge(codes_of(exchange), any_code("PASSWORD_POLICY_VIOLATION"), "/errors/*/code")


def _login(helpdesk: Helpdesk, password: str = "") -> Draft:
    """A login of the account with this password or the expired one."""
    given = helpdesk.target.credentials["expired"]
    own = password or given["password"].reveal()
    draft = Draft(helpdesk.spec["getMe"])
    return draft.with_options(login=(given["username"].reveal(), own))


def _change(helpdesk: Helpdesk, token: str, password: str) -> Exchange:
    draft = Draft(helpdesk.spec["setUserPassword"]).at_path(_PATH).having(new_password=password)
    helpdesk.adapter.redactor.add(password, "password")
    return helpdesk.send(draft.with_credential(NOBODY).with_headers(X_Token=token))


@covers("KV-PWD-002")
def test_a_token_and_a_new_password_complete_the_step(helpdesk: Helpdesk) -> None:
    """Nothing brings the expired password back: whoever runs the suite has to expire one again."""
    if "expired" not in helpdesk.target.credentials:
        skip("needs [credentials.expired] in the target file")
    if not helpdesk.target.allows("irreversible"):
        skip("needs safety level irreversible: it changes the password of an account")
    token = envelope(helpdesk.send(_login(helpdesk), "negative")).get("auth_token")
    if not isinstance(token, str) or not token:
        raise PrerequisiteBroken("the first step brings no auth_token")
    password = helpdesk.chance.fill("{word}-A1-{n}!")
    exchange = _change(helpdesk, token, password)
    if expect(exchange).success().kept:
        expect(helpdesk.send(_login(helpdesk, password))).success()
