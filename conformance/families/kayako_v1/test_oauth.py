"""OAuth: endpoints, grants, and what the scope of a token opens (chapter "Authentication")."""

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered, served
from conformance.engine.matchers import a_positive_integer, not_empty
from conformance.engine.shared import once
from conformance.families.kayako_v1.asking import (
    NOBODY,
    envelope,
    taken,
    with_arguments,
)
from conformance.families.kayako_v1.oauth import (
    AUTHORIZE,
    TOKEN,
    ask_for_token,
    client_of,
    outside,
    password_grant,
    token_for,
    with_token,
)

#: What no token with the scope of conversations opens, and which statements say so.
_CLOSED = {
    "listUsers": ("KV-OA2-007", "KV-USER-001"),
    "listOrganizations": ("KV-OA2-007",),
    "createCaseStatus": ("KV-OA2-007", "KV-STATUS-008"),
    "createCasePriority": ("KV-OA2-007", "KV-PRIO-007"),
    "createCaseType": ("KV-OA2-007", "KV-TYPE-005"),
    "getMe": ("KV-OA2-007", "KV-ME-008"),
    "listFiles": ("KV-OA2-007", "KV-FILE-019"),
    "listOauthClients": ("KV-OA2-007", "KV-OAUTH-018"),
    "listOwnOauthGrants": ("KV-OA2-007", "KV-OAUTH-018"),
}
#: What each scope opens.
_OPEN = {
    "users": ("listUsers", "listOrganizations"),
    "conversations": ("getCaseStatus", "getCasePriority", "getCaseType", "listCases"),
    "configuration": ("createCaseStatus", "createCasePriority", "createCaseType"),
}


def _status_of_a_case(helpdesk: Helpdesk) -> Draft:
    """A read that the scope of conversations opens."""
    return helpdesk.draft("getCaseStatus")


# Endpoints and grants ---------------------------------------------------------------------------


@covers("KV-OA2-002")
@pytest.mark.parametrize(
    ("path", "method"), [(TOKEN, "POST"), (AUTHORIZE, "GET")], ids=["token", "authorize"]
)
def test_the_endpoints_stand_beside_the_api(helpdesk: Helpdesk, path: str, method: str) -> None:
    response = answered(helpdesk.send(outside(helpdesk, path, method), "negative"))
    if response.status in (404, 405):
        violate("status line", "an endpoint at this address", f"{response.status}")


@covers("KV-OA2-003")
def test_a_password_brings_a_token(helpdesk: Helpdesk) -> None:
    exchange = password_grant(helpdesk, "conversations")
    if expect(exchange).success().kept:
        judge(envelope(exchange).get("access_token"), not_empty, "/access_token")


@covers("KV-OA2-010")
def test_a_token_comes_as_the_standard_says(helpdesk: Helpdesk) -> None:
    token_for(helpdesk, "conversations")
    found = envelope(password_grant(helpdesk, "conversations"))
    if str(found.get("token_type")).lower() != "bearer":
        violate("/token_type", "bearer", str(found.get("token_type")))
    judge(found.get("expires_in"), a_positive_integer, "/expires_in")
    judge(found.get("refresh_token"), not_empty, "/refresh_token")


@covers("KV-OA2-003")
def test_a_token_can_be_refreshed(helpdesk: Helpdesk) -> None:
    """With a grant that no other check uses, since its first token may be void then."""
    refresh = _refresh_token(helpdesk)
    exchange = ask_for_token(helpdesk, grant_type="refresh_token", refresh_token=refresh)
    if expect(exchange).success().kept:
        judge(envelope(exchange).get("access_token"), not_empty, "/access_token")


def _refresh_token(helpdesk: Helpdesk) -> str:
    token_for(helpdesk, "search")
    refresh = envelope(password_grant(helpdesk, "search")).get("refresh_token")
    if not isinstance(refresh, str):
        skip("no refresh_token is given")
    return refresh


@covers("KV-OA2-003")
def test_a_code_can_be_asked_for(helpdesk: Helpdesk) -> None:
    """What the page asks of the person in front of it is not told."""
    client = client_of(helpdesk)
    draft = outside(
        helpdesk,
        AUTHORIZE,
        "GET",
        response_type="code",
        client_id=client.id,
        redirect_uri=client.callback,
        scope="conversations",
    )
    exchange = helpdesk.send(draft)
    if expect(exchange).status(200, 302, 303, 307, 401, 403).kept:
        target = answered(exchange).header("Location") or ""
        if "unsupported_response_type" in target:
            violate("header Location", "a code or a login", "unsupported_response_type")


# Tokens -----------------------------------------------------------------------------------------


@covers("KV-OA2-001")
@pytest.mark.parametrize("place", ["header", "argument"])
def test_a_token_takes_the_place_of_a_login(helpdesk: Helpdesk, place: str) -> None:
    draft = _status_of_a_case(helpdesk)
    token = token_for(helpdesk, "conversations")
    if place == "header":
        draft = draft.with_options(token=token)
    else:
        draft = with_arguments(draft.with_credential(NOBODY), {"access_token": token})
    taken(helpdesk.send(draft))


def _works(helpdesk: Helpdesk, scope: str) -> str:
    """The scope itself; raises PrerequisiteBroken where its token opens nothing at all."""

    def ask() -> bool:
        return helpdesk.send(with_token(helpdesk, _status_of_a_case(helpdesk), scope)).succeeded

    if not once(helpdesk, f"a token of {scope} opens something", ask):
        raise PrerequisiteBroken(f"a token of the scope {scope} is not accepted")
    return scope


@covers(*sorted({name for names in _CLOSED.values() for name in names}), "KV-OA2-011")
@pytest.mark.parametrize("operation_id", _CLOSED)
def test_a_token_opens_nothing_outside_its_scope(helpdesk: Helpdesk, operation_id: str) -> None:
    scope = _works(helpdesk, "conversations")
    exchange = helpdesk.send(
        with_token(helpdesk, helpdesk.draft(operation_id), scope), _purpose(operation_id)
    )
    _judge_closed(served(exchange), *_CLOSED[operation_id])


def _purpose(operation_id: str) -> str:
    return "behaviour" if operation_id.startswith("create") else "negative"


def _judge_closed(exchange: Exchange, *requirements: str) -> None:
    if expect(exchange, *requirements).refused().kept:
        expect(exchange, "KV-OA2-011").status(403)


@covers("KV-OA2-006", "KV-OA2-007")
@pytest.mark.parametrize(
    ("scope", "operation_id"),
    [(scope, operation_id) for scope, opened in _OPEN.items() for operation_id in opened],
)
def test_a_scope_opens_what_its_pages_say(
    helpdesk: Helpdesk, scope: str, operation_id: str
) -> None:
    """Without a suffix it opens changes too."""
    _works(helpdesk, "conversations")
    requirement = "KV-OA2-006" if operation_id.startswith("create") else "KV-OA2-007"
    taken(helpdesk.send(with_token(helpdesk, helpdesk.draft(operation_id), scope)), requirement)


@covers("KV-OA2-006")
@pytest.mark.parametrize("suffix", [":read", ":write"])
def test_a_scope_may_have_a_suffix(helpdesk: Helpdesk, suffix: str) -> None:
    token_for(helpdesk, "conversations")
    exchange = password_grant(helpdesk, f"conversations{suffix}")
    if expect(exchange).success().kept:
        judge(envelope(exchange).get("access_token"), not_empty, "/access_token")


@covers("KV-OA2-009", "KV-OA2-011")
@pytest.mark.parametrize("operation_id", ["createCaseType", "updateCaseType"])
def test_a_token_for_reading_changes_nothing(helpdesk: Helpdesk, operation_id: str) -> None:
    _works(helpdesk, "conversations")
    token_for(helpdesk, "configuration")
    draft = with_token(helpdesk, helpdesk.draft(operation_id), "configuration:read")
    _judge_closed(served(helpdesk.send(draft)), "KV-OA2-009")


@covers("KV-OA2-006")
def test_a_token_for_reading_reads(helpdesk: Helpdesk) -> None:
    _works(helpdesk, "conversations")
    draft = with_token(helpdesk, _status_of_a_case(helpdesk), "conversations:read")
    taken(helpdesk.send(draft))
