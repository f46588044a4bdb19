"""Signing in: names and passwords of new users, tokens, what a change of password ends (sections
"Basic authentication", "Token authentication", "Authorization")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import NotJudged
from conformance.engine.exchange import answered, served
from conformance.engine.matchers import containing, equal_to
from conformance.engine.shared import once
from conformance.families.jitbit.people import (
    accepted,
    aimed,
    item_of,
    login,
    login_by_token,
    name,
    password,
    readable,
    shown_token,
    token_of,
    token_page,
    user_with_password,
    who,
)

#: Seconds in which a server that remembers tokens forgets one (A-44).
_FORGETTING = 60.0
#: What new users are called and sign in with, and the statements that this decides.
_NAMES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "plain": ("{mark}{word}", "Pa-{word}-7", ("JB-USER-062", "JB-AUTH-002")),
    "outside-ascii": ("{mark}-Çağrı-Øß-{word}", "Şifre-€-{word}-7", ("JB-AUTH-006",)),
    "colons": ("{mark}{word}", "Pa:{word}::7", ("JB-AUTH-007",)),
    "domain": ("{mark}\\{word}", "Pa-{word}-7", ("JB-USER-062",)),
}
#: Members that hold a name, which may be the password of careless people too.
_NAMING = ("Username", "Email", "FirstName", "LastName", "FullName", "FullNameAndLogin")


# Names and passwords ----------------------------------------------------------------------------


@covers("JB-USER-062", "JB-AUTH-002", "JB-AUTH-006", "JB-AUTH-007")
@pytest.mark.parametrize("kind", _NAMES)
def test_a_new_user_signs_in(helpdesk: Helpdesk, kind: str) -> None:
    called, secret, requirements = _NAMES[kind]
    username, password_sent = name(helpdesk, called), password(helpdesk, secret)
    made = _stored(helpdesk, kind, username, password_sent)
    signed_in = login(helpdesk, username, password_sent)
    if not served(signed_in).succeeded:
        got = f"{signed_in.status} for the password sent at creation"
        violate("status line", "success", got, *requirements)
        return
    expect(signed_in, *requirements).item("UserID", equal_to(made.id))


def _stored(helpdesk: Helpdesk, kind: str, username: str, secret: str) -> Made:
    """The user, where the server takes such a name; no document says that it takes any."""
    if kind == "plain":
        return helpdesk.make("user", username=username, password=secret)
    created = helpdesk.call("createUser", username=username, password=secret)
    if not created.succeeded:
        skip(f"a user called {username!r} is refused")
    made = helpdesk.made_by(created)
    shown = item_of(aimed(helpdesk, "getUser", userId=made.id)).get("Username")
    if shown != username:
        skip(f"a user called {username!r} is kept as {shown!r}")
    return made


@covers("JB-AUTH-004", "JB-AUTH-005")
def test_users_of_a_domain_sign_in(helpdesk: Helpdesk) -> None:
    roles = [
        role
        for role, given in helpdesk.target.credentials.items()
        if "username" in given and "\\" in given["username"].reveal()
    ]
    if not roles:
        omit("no role of the target belongs to a Windows domain")
    for role in roles:
        expect(served(who(helpdesk, role)), "JB-AUTH-004", "JB-AUTH-005").success()


@covers("JB-AUTH-031")
@pytest.mark.parametrize("role", ["user", "technician", "administrator"])
def test_the_caller_is_who_signed_in(helpdesk: Helpdesk, role: str) -> None:
    item = item_of(who(helpdesk, role))
    sent = helpdesk.target.credentials[role].get("username")
    if sent is None:
        skip("the role signs in by its token")
    login_name = sent.reveal().rpartition("\\")[2].casefold()
    shown = [str(item.get(member)) for member in ("Username", "Email")]
    names = [text.rpartition("\\")[2].casefold() for text in shown]
    where = f"{item.where('Username')} or {item.where('Email')}"
    judge(names, containing(login_name), where, got=" and ".join(shown))


@covers("JB-AUTH-032")
@pytest.mark.parametrize("role", ["user", "administrator"])
def test_the_caller_shows_no_password_and_no_token(helpdesk: Helpdesk, role: str) -> None:
    item = item_of(who(helpdesk, role))
    given = helpdesk.target.credentials[role].items()
    secrets = {secret.reveal(): kind for kind, secret in given if kind != "username"}
    for member in item:
        kind = secrets.get(str(item[member])) if member not in _NAMING else None
        if kind is not None:
            violate(item.where(member), f"no {kind}", f"the {kind} of the caller")
    for member in item:
        if _is_secret(member, item[member]):
            violate(item.where(member), "no password, hash or token", "a text")


def _is_secret(member: str, value: Any) -> bool:
    """Whether a member is called like a secret and holds a text; moments and the documented
    `PushToken` of look-ups are none."""
    called = member.casefold()
    named = any(word in called for word in ("password", "hash", "salt", "token"))
    harmless = called in ("pushtoken", "lastpasswordchange")
    return named and not harmless and isinstance(value, str) and bool(value)


@covers("JB-AUTH-024")
@pytest.mark.parametrize("scheme", ["Basic", "Bearer"])
def test_the_scheme_is_understood_in_any_letter_case(helpdesk: Helpdesk, scheme: str) -> None:
    draft = Draft(helpdesk.spec["authorize"]).by("administrator")
    if scheme == "Bearer":
        draft = draft.with_options(token=_own_token(helpdesk, "administrator"))
    draft = draft.with_credential("other-login")
    if scheme == "Basic":
        given = helpdesk.target.credentials.get("administrator", {})
        if "password" not in given:
            skip("needs the role administrator with its password in the target file")
    accepted(helpdesk.send(draft))
    headers = dict(helpdesk.adapter.prepare(draft).headers)
    credential = headers["Authorization"].partition(" ")[2]
    for word in (scheme.lower(), scheme.upper()):
        expect(helpdesk.send(draft.with_headers(Authorization=f"{word} {credential}"))).success()


# Tokens -----------------------------------------------------------------------------------------


def _own_token(helpdesk: Helpdesk, role: str) -> str:
    """The token of a role, from the target file or the token page. Raises Skipped without one."""
    given = helpdesk.target.credentials.get(role, {})
    if "token" in given:
        return given["token"].reveal()
    if "password" not in given:
        skip(f"needs the role {role}: [credentials.{role}] in the target file")
    names = (given["username"].reveal(), given["password"].reveal())
    return once(helpdesk, f"token of {role}", lambda: token_of(helpdesk, *names))


@covers("JB-AUTH-009", "JB-AUTH-012")
@pytest.mark.parametrize("role", ["user", "technician", "administrator"])
def test_a_token_signs_in_as_the_password_does(helpdesk: Helpdesk, role: str) -> None:
    by_token = login_by_token(helpdesk, _own_token(helpdesk, role))
    by_name = item_of(who(helpdesk, role)).get("UserID")
    if expect(by_token, "JB-AUTH-009").success().kept:
        expect(readable(by_token), "JB-AUTH-012").item("UserID", equal_to(by_name))


@covers("JB-AUTH-009")
def test_a_token_is_taken_by_other_operations_too(helpdesk: Helpdesk) -> None:
    token = _own_token(helpdesk, "administrator")
    draft = Draft(helpdesk.spec["listTickets"]).having(count=1).with_credential("other-login")
    accepted(helpdesk.send(draft.with_credential("valid").by("administrator")))
    expect(helpdesk.send(draft.with_options(token=token))).success()


@dataclass(frozen=True)
class Pages:
    """The token page of a new user, in each of its forms."""

    as_json: Exchange
    as_page: Exchange


@pytest.fixture(scope="module")
def pages(helpdesk: Helpdesk) -> Pages:
    user = user_with_password(helpdesk)
    names = (user["username"], user["password"])
    accepted(login(helpdesk, *names))
    as_json = token_page(helpdesk, *names)
    page = Draft(helpdesk.spec["getToken"]).at_path("/User/Token/").with_credential("other-login")
    return Pages(as_json, helpdesk.send(page.with_options(login=names)))


@covers("JB-AUTH-036")
def test_the_token_page_opens_to_a_password(pages: Pages) -> None:
    opened = _opened(pages.as_json) or _opened(pages.as_page)
    if not opened:
        violate("status line", "the page with the token", _came(pages.as_json))


@covers("JB-AUTH-011")
def test_the_token_page_gives_the_token_as_json(helpdesk: Helpdesk, pages: Pages) -> None:
    if not _opened(pages.as_json):
        omit("the token page does not open to the credentials of the run")
    token = shown_token(pages.as_json)
    if token is None:
        violate("body", "JSON with a token", _came(pages.as_json))
        return
    expect(login_by_token(helpdesk, token)).success()


@covers("JB-AUTH-010")
def test_the_token_page_shows_the_token(helpdesk: Helpdesk, pages: Pages) -> None:
    if not _opened(pages.as_page):
        omit("the token page does not open to the credentials of the run")
    token = shown_token(pages.as_json)
    if token is None or not login_by_token(helpdesk, token).succeeded:
        skip("no token is known to look for on the page")
    if token not in answered(pages.as_page).text:
        violate("body", "the token of the user", "a page without it")


def _opened(page: Exchange) -> bool:
    """Whether a page was shown, and not one to sign in on."""
    response = answered(page)
    return page.succeeded and 'type="password"' not in response.text.replace("'", '"')


def _came(page: Exchange) -> str:
    response = answered(page)
    media = response.header("Content-Type") or "no media type"
    return f"{response.status}, {len(response.body)} bytes, {media}"


# A new password, a disabled user ----------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """Logins before and after a user got a new password."""

    user: Made
    before: Exchange
    call: Exchange
    old: Exchange
    new: Exchange
    new_password: str
    #: What the user's token brought before and after; None without a token page.
    token_before: Exchange | None
    token_after: Exchange | None


@pytest.fixture(scope="module")
def change(helpdesk: Helpdesk) -> Change:
    user = user_with_password(helpdesk)
    names = (user["username"], user["password"])
    before = login(helpdesk, *names)
    token: str | None = None
    try:
        token = token_of(helpdesk, *names)
    except NotJudged:
        token = None  # the page needs a browser: only the checks of tokens are skipped
    token_before = login_by_token(helpdesk, token) if token else None
    secret = password(helpdesk)
    call = aimed(helpdesk, "updateUser", userId=user.id, password=secret)
    old, new = login(helpdesk, *names), login(helpdesk, user["username"], secret)
    token_after = _after_forgetting(helpdesk, token) if token else None
    return Change(user, before, call, old, new, secret, token_before, token_after)


def _after_forgetting(helpdesk: Helpdesk, token: str) -> Exchange:
    """The login by a token that has to be dead, tried until it is."""
    return helpdesk.chance.poll(
        lambda: login_by_token(helpdesk, token), lambda e: not e.succeeded, _FORGETTING
    )


@covers("JB-USER-022")
def test_the_new_password_signs_in(change: Change) -> None:
    accepted(change.before)
    expect(accepted(change.call)).success()
    expect(change.new).success()


@covers("JB-USER-022")
def test_the_old_password_no_longer_signs_in(change: Change) -> None:
    accepted(change.before)
    accepted(change.call)
    if change.old.succeeded:
        violate("status line", "a refusal of the old password", f"{change.old.status}")


@covers("JB-AUTH-013")
def test_a_new_password_ends_the_token(change: Change) -> None:
    accepted(change.call)
    if change.token_before is None or change.token_after is None:
        skip("the token page does not open to a user name and password")
    accepted(change.token_before)
    if change.token_after.succeeded:
        violate("status line", "a refusal of the old token", f"{change.token_after.status}")


@covers("JB-AUTH-015")
def test_a_token_fetched_after_the_change_works(helpdesk: Helpdesk, change: Change) -> None:
    accepted(change.call)
    if change.token_before is None:
        skip("the token page does not open to a user name and password")
    accepted(change.token_before)
    accepted(change.new)
    fresh = token_of(helpdesk, change.user["username"], change.new_password)
    expect(login_by_token(helpdesk, fresh)).success()


@covers("JB-AUTH-034")
def test_a_disabled_user_does_not_sign_in(helpdesk: Helpdesk) -> None:
    user = user_with_password(helpdesk)
    accepted(login(helpdesk, user["username"], user["password"]))
    accepted(aimed(helpdesk, "updateUser", userId=user.id, disabled="true"))
    signed_in = login(helpdesk, user["username"], user["password"])
    if signed_in.succeeded:
        violate("status line", "a refusal of a disabled user", f"{signed_in.status}")
