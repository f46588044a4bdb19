"""The two OAuth endpoints of the instance, outside of the API: they speak OAuth 2.0 (RFC 6749)."""

from __future__ import annotations

import json
import re
import secrets
from base64 import b64decode
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from conformance.emulator import passwords
from conformance.emulator.kayako_v1 import credentials, parameters
from conformance.emulator.kayako_v1.effects import Effects, Place
from conformance.emulator.kayako_v1.gate import Gate
from conformance.emulator.kayako_v1.parameters import Raw
from conformance.emulator.kayako_v1.problems import Problem
from conformance.emulator.kayako_v1.routing import Action
from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Answer, Call, Refusal

SCOPES = ("users", "conversations", "insights", "search", "configuration")
_LIFETIME = 3600
_PATH = re.compile(r"/oauth/token(/authorize)?/?$")
_LOGIN = Action.read("authorize", {"at": "GET oauth/token/authorize", "allowed": "CBADO"})


def is_meant(call: Call) -> bool:
    """Tell whether a call is to one of the endpoints."""
    return bool(_PATH.search(call.path)) and "/api/" not in call.path


def answer(
    store: Store, gate: Gate, effects: Effects, call: Call, clock: Callable[[], float]
) -> Answer:
    """Answer a call to an endpoint; raises Refusal."""
    authorizing = call.path.rstrip("/").endswith("/authorize")
    name = f"{call.verb} oauth/token{'/authorize' if authorizing else ''}"
    sent = Raw() if authorizing else Raw(_fields(call).items())
    place = Place([name], raw=sent, asked=parameters.arguments(call.query))
    effects.before(place, sent)
    if authorizing:
        wishes = dict(parse_qsl(call.query))
        client = _client_named(store, wishes)
        user = _logged_in(gate, effects, place, call)
        return effects.finished(place, _sent_back(store, client, user, wishes, int(clock())))
    if call.verb != "POST":
        raise _refused("invalid_request", "Use POST.", 405)
    fields = {name: sent.texts(name)[-1] for name in sent.names()}
    content = effects.reshaped(place, _token_for(store, call.headers, fields, int(clock())))
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    body = json.dumps(content).encode()
    return effects.finished(place, Answer(200, body, "application/json", headers))


def _fields(call: Call) -> dict[str, str]:
    if parameters.media_type(call) == "application/json":
        try:
            content = json.loads(call.body or b"{}")
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise _refused("invalid_request", "The body is no JSON object.")
        return {name: str(value) for name, value in content.items()}
    return {name: value for name, value in call.fields if isinstance(value, str)}


def _token_for(
    store: Store, headers: Mapping[str, str], fields: Mapping[str, str], now: int
) -> dict[str, Any]:
    """Return what is answered to a client; raises Refusal."""
    client = _client(store, headers, fields)
    grant = _GRANTS.get(fields.get("grant_type", ""))
    if grant is None:
        raise _refused("unsupported_grant_type", "Use one of the three documented grants.")
    return _token(store, grant(store, client, fields), now)


def _refused(error: str, text: str, status: int = 400) -> Refusal:
    body = json.dumps({"error": error, "error_description": text}).encode()
    headers = {"WWW-Authenticate": "Basic"} if status == 401 else {}
    return Refusal.answering(Answer(status, body, "application/json", headers))


def _client(store: Store, headers: Mapping[str, str], fields: Mapping[str, str]) -> Row:
    """Return the client that proves to be one, by Basic or by fields."""
    key, secret = fields.get("client_id", ""), fields.get("client_secret", "")
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            key, _, secret = b64decode(rest).decode().partition(":")
        except ValueError:
            key = ""
    found = store.where("oauth_clients", key=key)
    if not found or not secrets.compare_digest(found[0]["secret"].encode(), secret.encode()):
        raise _refused("invalid_client", "There is no such client.", 401)
    return found[0]


def _by_password(store: Store, client: Row, fields: Mapping[str, str]) -> Row:
    user = store.first(
        "SELECT users.* FROM users JOIN identity_emails ON user_id = users.id"
        " WHERE lower(email) = lower(?)",
        fields.get("username", ""),
    )
    if user is None or not passwords.fits(user["password"] or "", fields.get("password", "")):
        raise _refused("invalid_grant", "Wrong user name or password.")
    return _granted(store, user["id"], client, fields.get("scope", ""), 0)


def _by_code(store: Store, client: Row, fields: Mapping[str, str]) -> Row:
    code = fields.get("code") or "-"
    found = store.where("oauth_grants", code=code, client_id=client["id"])
    if not found or fields.get("redirect_uri", client["callback_url"]) != client["callback_url"]:
        raise _refused("invalid_grant", "There is no such code.")
    return found[0]


def _by_refresh(store: Store, client: Row, fields: Mapping[str, str]) -> Row:
    token = fields.get("refresh_token") or "-"
    found = store.where("oauth_grants", refresh_token=token, client_id=client["id"])
    if not found:
        raise _refused("invalid_grant", "There is no such refresh token.")
    return found[0]


_GRANTS: Mapping[str, Callable[[Store, Row, Mapping[str, str]], Row]] = {
    "password": _by_password,
    "authorization_code": _by_code,
    "refresh_token": _by_refresh,
}


def _granted(store: Store, user: int, client: Row, scope: str, now: int) -> Row:
    """Make a grant of the scopes that are asked for, of all of the client's without any."""
    allowed = json.loads(client["scopes"])
    asked = scope.replace(",", " ").split() or allowed
    if not all(_covers(one, allowed) for one in asked):
        raise _refused("invalid_scope", "The client has no such scope.")
    row = {"user_id": user, "client_id": client["id"], "scopes": json.dumps(asked)}
    key = store.insert("oauth_grants", {**row, "created_at": now, "code": secrets.token_hex(16)})
    return {**row, "id": key, "code": store.where("oauth_grants", id=key)[0]["code"]}


def _covers(scope: str, allowed: list[str]) -> bool:
    name, _, level = scope.partition(":")
    writes = {name, f"{name}:write"} & set(allowed)
    return bool(writes) or (level == "read" and scope in allowed)


def _token(store: Store, grant: Row, now: int) -> dict[str, Any]:
    access, refresh = secrets.token_hex(24), secrets.token_hex(24)
    kept = {"access_token": access, "refresh_token": refresh, "code": None}
    times = {"created_at": now, "last_activity_at": now, "expiry_at": now + _LIFETIME}
    store.update("oauth_grants", grant["id"], {**kept, **times})
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": _LIFETIME,
        "refresh_token": refresh,
        "scope": " ".join(json.loads(grant["scopes"])),
    }


def _client_named(store: Store, asked: Mapping[str, str]) -> Row:
    """Return the client that a user is to grant access to; raises Refusal."""
    found = store.where("oauth_clients", key=asked.get("client_id", ""))
    if not found or asked.get("redirect_uri", found[0]["callback_url"]) != found[0]["callback_url"]:
        raise _refused("invalid_request", "There is no client of that id and address.")
    return found[0]


def _logged_in(gate: Gate, effects: Effects, place: Place, call: Call) -> Row:
    """Return the user who is logged in; raises Refusal."""
    asked = parameters.arguments(call.query)
    try:
        sent = credentials.read(call.headers, asked, partial(effects.skips, place))
        user = gate.caller(place, call, sent, _LOGIN).user
    except Problem as problem:
        raise _refused("access_denied", str(problem), 401) from None
    if user is None:
        raise _refused("access_denied", "Log in to grant access.", 401)
    return user


def _sent_back(store: Store, client: Row, user: Row, asked: Mapping[str, str], now: int) -> Answer:
    """Send a user back to the client, with a code."""
    state = {"state": asked["state"]} if "state" in asked else {}
    if asked.get("response_type") != "code":
        answer = {"error": "unsupported_response_type"}
    else:
        grant = _granted(store, user["id"], client, asked.get("scope", ""), now)
        answer = {"code": grant["code"]}
    back = client["callback_url"]
    mark = "&" if "?" in back else "?"
    return Answer(302, headers={"Location": f"{back}{mark}{urlencode({**answer, **state})}"})
