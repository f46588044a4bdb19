"""Logins in one and in several steps, sessions, tokens, limits."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import jsonschema
import pytest

from conformance.emulator import Server, Settings, running
from conformance.emulator.kayako_v1.tokens import one_time, signed
from conformance.locate import schemas_folder
from tests.emulator.kayako_v1.client import Client, basic, body


def test_a_login_opens_a_session(owner: Client) -> None:
    response = owner.send("GET", "me")
    found = body(response, 200)
    assert found["data"]["full_name"] == "Olivia Owner"
    assert response.headers["X-CSRF-Token"]
    again = owner.get("me")
    assert again["session_id"] != found["session_id"]
    for headers, query in [
        ({"X-Session-ID": found["session_id"]}, ""),
        ({"Cookie": f"session_id={found['session_id']}"}, ""),
        ({}, f"?_session_id={found['session_id']}"),
    ]:
        within = owner.get(f"me{query}", headers={"Authorization": "", **headers})
        assert "session_id" not in within


def test_a_session_describes_itself_and_ends(owner: Client) -> None:
    session = owner.session()
    data = owner.get("session", headers=session)["data"]
    assert data["id"] == session["X-Session-ID"]
    assert data["user"] == {"id": 1, "resource_type": "user"}
    assert body(owner.send("PUT", "session/ack", headers=session), 200) == {"status": 200}
    assert body(owner.send("DELETE", "session", headers=session), 200) == {"status": 200}
    assert owner.error("GET", "me", headers=session) == (454, "SESSION_LOADING_FAILED")


def test_a_protected_session_needs_its_token(owner: Client) -> None:
    session = owner.session()
    wrong = {**session, "X-CSRF-Token": "wrong"}
    for headers in (wrong, {**session, "X-CSRF-Token": ""}):
        assert owner.error("PUT", "session/ack", headers=headers) == (403, "CSRF_FAILED")
        assert owner.get("me", headers=headers)
    declined = owner.session(**{"X-CSRF": "false"})
    assert "X-CSRF-Token" not in declined
    assert owner.send("PUT", "session/ack", headers=declined).status_code == 200


def test_credentials_of_another_than_the_session(owner: Client, agent: Client) -> None:
    session = {**owner.session(), "Authorization": basic(agent.login)}
    assert owner.error("GET", "me", headers=session) == (454, "SESSION_LOADING_FAILED")


@pytest.mark.parametrize(("name", "password"), [("owner@helpdesk.example", "x"), ("no@one", "x")])
def test_wrong_logins_are_refused_alike(nobody: Client, name: str, password: str) -> None:
    headers = {"Authorization": basic({"username": name, "password": password})}
    for path in ("me", "tests"):
        response = nobody.send("GET", path, headers=headers)
        assert body(response, 401)["errors"][0]["code"] == "AUTHENTICATION_FAILED"
        assert "WWW-Authenticate" in response.headers
    headers["X-Requested-With"] = "XMHTTPRequest"
    assert "WWW-Authenticate" not in nobody.send("GET", "me", headers=headers).headers


def test_nobody_reads_what_is_protected(nobody: Client) -> None:
    assert nobody.error("GET", "me") == (401, "AUTHORIZATION_REQUIRED")
    assert nobody.get("session")["data"]["user"] is None
    assert "session_id" not in nobody.get("session")
    headers = {"X-Fingerprint-ID": "8d1f1e9c-7b0f-4b36-9c4e-2f1a52a3c111"}
    assert nobody.error("GET", "me", headers=headers) == (401, "AUTHORIZATION_REQUIRED")


def test_a_second_factor(server: Server, nobody: Client) -> None:
    client = Client(server, "otp")
    wanted = body(client.send("GET", "me"), 403)
    assert wanted["errors"][0]["code"] == "OTP_EXPECTED"
    assert wanted["notifications"][0]["type"] == "INFO"
    token = {"X-Token": wanted["auth_token"]}
    assert nobody.error("GET", "me", headers=token) == (454, "SESSION_LOADING_FAILED")
    wrong = {**token, "X-OTP": "000000x"}
    assert nobody.error("GET", "me", headers=wrong) == (401, "AUTHENTICATION_FAILED")
    right = {**token, "X-OTP": one_time(client.login["otp_secret"], time.time())}
    assert nobody.get("session", headers=right)["session_id"]
    other = {"headers": token, "data": {"new_password": "another one"}}
    assert nobody.error("PUT", "profile/password", **other) == (401, "AUTHENTICATION_FAILED")


def test_an_expired_password(server: Server, nobody: Client) -> None:
    client = Client(server, "expired")
    wanted = body(client.send("GET", "me"), 403)
    assert wanted["errors"][0]["code"] == "CREDENTIAL_EXPIRED"
    token = {"X-Token": wanted["auth_token"]}
    weak = nobody.error("PUT", "profile/password", headers=token, data={"new_password": "x"})
    assert weak == (400, "PASSWORD_POLICY_VIOLATION")
    good = {"new_password": "a much better one"}
    changed = nobody.send("PUT", "base/profile/password", headers=token, data=good)
    assert body(changed, 200)["session_id"]
    client.login["password"] = good["new_password"]
    assert client.get("me")
    assert nobody.error("PUT", "profile/password", headers=token, data=good)[0] in (401, 454)


def test_remembered_callers(owner: Client, nobody: Client) -> None:
    headers = {"X-Fingerprint": "me-and-my-browser"}
    remembering = owner.send("GET", "session?remember_me=true", headers=headers)
    token = {"X-RememberMe": remembering.headers["X-RememberMe"]}
    assert "X-RememberMe" not in owner.send("GET", "session").headers
    assert nobody.get("me", headers={**token, **headers})["session_id"]
    assert nobody.error("GET", "me", headers=token)[0] == 401


@pytest.mark.parametrize(
    ("role", "claim"), [("owner", "owner"), ("administrator", "admin"), ("customer", "customer")]
)
def test_another_system_vouches_for_somebody(
    server: Server, nobody: Client, role: str, claim: str
) -> None:
    account = Client(server, role)
    claims = {"email": account.login["username"], "role": claim}
    for algorithm in ("HS256", "HS384", "HS512"):
        token = signed(account.login["sso_secret"], claims, algorithm)
        for headers, query in [({"Authorization": f"Bearer {token}"}, ""), ({}, f"?_jwt={token}")]:
            found = nobody.get(f"me{query}", headers=headers)
            assert found["data"]["id"] == account.get("me")["data"]["id"]
            assert found["session_id"]


def test_what_another_system_says_has_to_be_in_order(server: Server, nobody: Client) -> None:
    agent, customer = Client(server, "agent"), Client(server, "customer")
    secret = agent.login["sso_secret"]
    staff, someone = ({"email": one.login["username"]} for one in (agent, customer))
    assert nobody.get("me", headers=_bearer(secret, someone))["data"]["role"]["id"] == 4
    for refused in (
        _bearer(secret, staff),
        _bearer(secret, {**staff, "role": "admin"}),
        _bearer(secret, {**staff, "role": "pope"}),
        _bearer(secret, {**staff, "role": "agent", "exp": 1}),
        _bearer("another", {**staff, "role": "agent"}),
        _bearer(secret, {"role": "agent"}),
        _bearer("another", {"email": "\ud800"}),
    ):
        assert nobody.error("GET", "me", headers=refused) == (401, "AUTHENTICATION_FAILED")


def test_another_system_names_its_users(server: Server, nobody: Client) -> None:
    secret = Client(server, "agent").login["sso_secret"]
    new = {"email": "new@elsewhere.example", "name": "Nora New"}
    made = nobody.get("me", headers=_bearer(secret, new))["data"]
    assert (made["full_name"], made["role"]["id"]) == ("Nora New", 4)
    renamed = _bearer(secret, {**new, "name": "Nora Newer"})
    assert nobody.get("me", headers=renamed)["data"]["id"] == made["id"]
    assert nobody.get("me", headers=renamed)["data"]["full_name"] == "Nora Newer"


def _bearer(secret: str, claims: dict[str, object]) -> dict[str, str]:
    return {"Authorization": f"Bearer {signed(secret, claims)}"}


def test_access_tokens_do_what_their_scopes_cover(owner: Client, nobody: Client) -> None:
    token = owner.login["token"]
    for headers, query in [
        ({"Authorization": f"Bearer {token}"}, ""),
        ({}, f"access_token={token}"),
    ]:
        assert nobody.get(f"tests?{query}", headers=headers)["data"][0]["user"]["id"] == 1
        refused = nobody.error("GET", f"me?{query}", headers=headers)
        assert refused == (403, "PERMISSIONS_DENIED")
    wrong = {"Authorization": "Bearer nonsense"}
    assert nobody.error("GET", "me", headers=wrong) == (401, "AUTHENTICATION_FAILED")


def test_grants(owner: Client, nobody: Client) -> None:
    oauth = owner.server.target["oauth"]
    client = {"client_id": oauth["client_id"], "client_secret": oauth["client_secret"]}
    login = {"username": owner.login["username"], "password": owner.login["password"]}
    asked = {"grant_type": "password", **client, **login, "scope": "users:read"}
    first = nobody.send("POST", "/oauth/token", data=asked).get_json()
    assert (first["token_type"], first["scope"]) == ("Bearer", "users:read")
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], **client}
    second = nobody.send("POST", "/oauth/token", data=again).get_json()
    bearer = {"Authorization": f"Bearer {second['access_token']}"}
    assert nobody.get("session", headers=bearer)["session_id"]
    query = f"client_id={oauth['client_id']}&response_type=code&state=s"
    back = owner.send("GET", f"/oauth/token/authorize?{query}").headers["Location"]
    assert back.startswith(oauth["redirect_uri"])
    code = back.partition("code=")[2].partition("&")[0]
    sent = {"grant_type": "authorization_code", "code": code, **client}
    assert nobody.send("POST", "/oauth/token", data=sent).get_json()["access_token"]
    assert nobody.send("POST", "/oauth/token", data=sent).status_code == 400


@pytest.fixture
def limited() -> Iterator[Server]:
    """An emulator with short limits."""
    with running(Settings("kayako-v1", limits="fast")) as started:
        yield started


def test_too_many_wrong_logins_lock_out(limited: Server) -> None:
    client, wrong = Client(limited, "agent"), Client(limited, "agent")
    wrong.login["password"] = "wrong"
    failures = limited.target["limits"]["lockout_failures"]
    assert {wrong.error("GET", "me")[0] for _ in range(failures)} == {401}
    response = client.send("GET", "me")
    assert body(response, 429)["errors"][0]["code"] == "AUTHENTICATION_LOCKED"
    assert int(response.headers["Retry-After"]) > 0
    assert Client(limited, "owner").get("me")


def test_some_actions_are_limited(limited: Server) -> None:
    owner = Client(limited, "owner")
    for _ in range(limited.target["limits"]["requests"]):
        assert owner.error("PUT", "profile/password", data={})[0] == 400
    response = owner.send("PUT", "profile/password", data={})
    assert body(response, 429)["errors"][0]["code"] == "RATE_LIMIT_REACHED"
    assert int(response.headers["Retry-After"]) > 0
    assert owner.get("me")


@pytest.mark.parametrize("limits", ["documented", "fast", "off"])
def test_the_target_file_is_sound(limits: str) -> None:
    schema = json.loads((schemas_folder() / "target.schema.json").read_text(encoding="utf-8"))
    with running(Settings("kayako-v1", limits=limits)) as started:
        jsonschema.validate(started.target, schema)
