"""Single sign-on: tokens that another system signs (pages "Single sign-on")."""

import base64
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, omit, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.exchange import served
from conformance.families.kayako_v1.asking import NOBODY, taken, with_arguments

_PLACES = pytest.mark.parametrize("place", ["header", "argument"])
_DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
#: By the role of the caller, the claim that stands for it.
_CLAIMS = {
    "owner": "owner",
    "administrator": "admin",
    "agent": "agent",
    "collaborator": "collaborator",
    "customer": "customer",
}


@dataclass(frozen=True)
class SignOn:
    """An account, the claim that stands for its role, and the secret that signs for it."""

    address: str
    role: str
    secret: bytes = field(repr=False)


@pytest.fixture(scope="module")
def sign_on(helpdesk: Helpdesk) -> SignOn:
    for role, claim in _CLAIMS.items():
        given = helpdesk.target.credentials.get(role, {})
        if "sso_secret" in given:
            secret = given["sso_secret"].reveal().encode()
            return SignOn(given["username"].reveal(), claim, secret)
    return omit("needs the secret of single sign-on: sso_secret of a role in the target file")


def _token(helpdesk: Helpdesk, address: str, algorithm: str, key: bytes, **more: Any) -> str:
    """A token for somebody, signed with a key; without a key not signed at all."""
    now = int(helpdesk.chance.now())
    jti, name = helpdesk.chance.word(), "Somebody"
    claims = {"iat": now, "exp": now + 60, "jti": jti, "email": address, "name": name, **more}
    header = {"typ": "JWT", "alg": algorithm}
    text = ".".join(_coded(json.dumps(part).encode()) for part in (header, claims))
    signature = hmac.digest(key, text.encode(), _DIGESTS[algorithm]) if key else b""
    return f"{text}.{_coded(signature)}"


def _coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _ask(helpdesk: Helpdesk, token: str, place: str = "header", action: str = "getMe") -> Exchange:
    draft = Draft(helpdesk.spec[action])
    if place == "header":
        return helpdesk.send(draft.with_options(token=token), "negative")
    helpdesk.adapter.redactor.add(token, "token")
    return helpdesk.send(with_arguments(draft, {"_jwt": token}).with_credential(NOBODY), "negative")


@covers("KV-JWT-001", "KV-JWT-003")
@_PLACES
@pytest.mark.parametrize("algorithm", _DIGESTS)
def test_a_signed_token_is_a_login(
    helpdesk: Helpdesk, sign_on: SignOn, algorithm: str, place: str
) -> None:
    """The digest that most servers know is what decides whether tokens are taken at all."""
    address, secret = sign_on.address, sign_on.secret
    token = _token(helpdesk, address, algorithm, secret, role=sign_on.role)
    taken(_ask(helpdesk, token, place), "KV-JWT-001" if algorithm == "HS256" else "KV-JWT-003")


@covers("KV-JWT-002")
def test_a_token_without_role_is_that_of_a_customer(helpdesk: Helpdesk, sign_on: SignOn) -> None:
    """Whom users are not shown; that staff is refused altogether is fine too."""
    token = _token(helpdesk, sign_on.address, "HS256", sign_on.secret)
    exchange = served(_ask(helpdesk, token, action="listUsers"))
    if exchange.succeeded:
        violate("status line", "a refusal, as for customers", str(exchange.status))


@covers("KV-JWT-002")
def test_a_token_with_a_false_role_is_refused(helpdesk: Helpdesk, sign_on: SignOn) -> None:
    role = helpdesk.chance.word()
    token = _token(helpdesk, sign_on.address, "HS256", sign_on.secret, role=role)
    expect(served(_ask(helpdesk, token))).refused()


@covers("KV-JWT-003")
@_PLACES
@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_a_right_signature_is_refused(
    helpdesk: Helpdesk, algorithm: str, place: str
) -> None:
    """For somebody who may log in."""
    given = helpdesk.target.credentials[helpdesk.role_for(Draft(helpdesk.spec["getMe"]))]
    if "username" not in given:
        skip("needs the address of a caller")
    key = helpdesk.chance.bytes(32) if algorithm != "none" else b""
    token = _token(helpdesk, given["username"].reveal(), algorithm, key, role="admin")
    expect(served(_ask(helpdesk, token, place))).refused()
