"""Single sign-on: tokens that another system signs (pages "Single sign-on")."""

import base64
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, omit, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.shared import once, readable
from conformance.families.kayako_v1.asking import NOBODY, item_of, taken, with_arguments
from conformance.families.kayako_v1.sessions import expect_caller

_PLACES = pytest.mark.parametrize("place", ["header", "argument"])
_DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
#: By the role of the caller, the claim that stands for it.
_CLAIMS = {
    "owner": "owner",
    "administrator": "admin",
    "agent": "agent",
    "customer": "customer",
}


@dataclass(frozen=True)
class SignOn:
    """An account, the claim that stands for its role, and the secret that signs for it.

    Its name is that of the account: servers give the account the name in the token.
    """

    caller: Exchange = field(repr=False)
    address: str
    name: str
    role: str
    secret: bytes = field(repr=False)

    def token(self, helpdesk: Helpdesk, algorithm: str = "HS256", **more: Any) -> str:
        """A token for the account, with these claims besides."""
        return _token(helpdesk, self.address, self.name, algorithm, self.secret, **more)


def _sign_on(helpdesk: Helpdesk, *roles: str) -> SignOn:
    """The first of these roles for which there is a secret; omits the check where there is none."""
    for role in roles:
        given = helpdesk.target.credentials.get(role, {})
        if "sso_secret" in given:
            caller = readable(helpdesk.good("getMe", role=role))
            address, secret = given["username"].reveal(), given["sso_secret"].reveal().encode()
            return SignOn(caller, address, _name_in(caller), _CLAIMS[role], secret)
    return omit("needs the secret of single sign-on: sso_secret of a role in the target file")


def _name_in(caller: Exchange) -> str:
    name = item_of(caller).get("full_name")
    if not isinstance(name, str):
        raise PrerequisiteBroken("the caller is shown without a name")
    return name


@pytest.fixture(scope="module")
def sign_on(helpdesk: Helpdesk) -> SignOn:
    return _sign_on(helpdesk, *_CLAIMS)


def _token(
    helpdesk: Helpdesk, address: str, name: str, algorithm: str, key: bytes, **more: Any
) -> str:
    """A token for somebody, signed with a key; without a key not signed at all."""
    now = int(helpdesk.chance.now())
    jti = helpdesk.chance.word()
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
    requirement = "KV-JWT-001" if algorithm == "HS256" else "KV-JWT-003"
    if requirement == "KV-JWT-003":
        _taken_at_all(helpdesk, sign_on, place)
    exchange = _ask(helpdesk, sign_on.token(helpdesk, algorithm, role=sign_on.role), place)
    if taken(exchange, requirement):
        expect_caller(exchange, sign_on.caller, requirement)


def _taken_at_all(helpdesk: Helpdesk, sign_on: SignOn, place: str = "header") -> None:
    """Raises PrerequisiteBroken where no token is a login, which is judged elsewhere."""

    def ask() -> bool:
        token = sign_on.token(helpdesk, role=sign_on.role)
        return _ask(helpdesk, token, place).succeeded

    if not once(helpdesk, f"single sign-on of {sign_on.address} in the {place}", ask):
        raise PrerequisiteBroken(f"getMe takes no token of single sign-on in the {place}")


@covers("KV-JWT-002")
def test_a_token_without_role_is_not_that_of_staff(helpdesk: Helpdesk) -> None:
    """Whom users are not shown; that staff is refused altogether is fine too."""
    staff = _sign_on(helpdesk, *(role for role in _CLAIMS if role != "customer"))
    _taken_at_all(helpdesk, staff)
    exchange = served(_ask(helpdesk, staff.token(helpdesk), action="listUsers"))
    if exchange.succeeded:
        violate("status line", "a refusal, as for customers", str(exchange.status))


@covers("KV-JWT-002")
def test_a_token_without_role_is_that_of_a_customer(helpdesk: Helpdesk) -> None:
    customer = _sign_on(helpdesk, "customer")
    _taken_at_all(helpdesk, customer)
    exchange = _ask(helpdesk, customer.token(helpdesk))
    if taken(exchange):
        expect_caller(exchange, customer.caller)


@covers("KV-JWT-002")
def test_a_token_with_a_false_role_is_refused(helpdesk: Helpdesk, sign_on: SignOn) -> None:
    _taken_at_all(helpdesk, sign_on)
    exchange = _ask(helpdesk, sign_on.token(helpdesk, role=helpdesk.chance.word()))
    expect(served(exchange)).refused()


@covers("KV-JWT-003")
@_PLACES
@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_a_right_signature_is_refused(
    helpdesk: Helpdesk, algorithm: str, place: str
) -> None:
    """For somebody who may log in."""
    role = helpdesk.role_for(Draft(helpdesk.spec["getMe"]))
    given = helpdesk.target.credentials[role]
    if "username" not in given:
        skip("needs the address of a caller")
    key = helpdesk.chance.bytes(32) if algorithm != "none" else b""
    address, name = given["username"].reveal(), _name_in(helpdesk.good("getMe", role=role))
    token = _token(helpdesk, address, name, algorithm, key, role=_CLAIMS.get(role, "admin"))
    expect(served(_ask(helpdesk, token, place))).refused()
