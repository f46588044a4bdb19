"""A new password in place of an expired one (chapter "Authentication").

It comes late in a run: once its password is changed, the account has no expired one any more.
"""

from conformance.engine import Exchange, Helpdesk, covers, expect, skip
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.families.kayako_v1.asking import NOBODY, envelope

RUNS_LAST = 1
_PATH = "/profile/password"


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
