"""OAuth clients and grants (page "Oauth"): scopes, the secret shown once, filters."""

import struct
import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, skip, violate
from conformance.engine.draft import Draft, Upload
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered
from conformance.engine.matchers import at_most, equal_to, not_empty, one_of
from conformance.engine.shared import accepted, readable
from conformance.families.kayako_v1.asking import envelope, item_of, taken
from conformance.families.kayako_v1.listings import ids_of
from conformance.families.kayako_v1.oauth import client_of, outside, token_for

_SCOPES = ("users", "conversations", "insights", "search", "configuration")
#: Beyond this, logos are made smaller.
_SIDE = 100
_PNG = b"\x89PNG\r\n\x1a\n"
#: Where the size of a PNG has been told.
_HEAD = 24


@pytest.fixture(scope="module")
def client(helpdesk: Helpdesk) -> Made:
    return helpdesk.make("oauth_client")


def _read(helpdesk: Helpdesk, client: Made) -> Exchange:
    return helpdesk.call("getOauthClient", id=client.id)


@covers("KV-OA2-005")
@pytest.mark.parametrize("scope", _SCOPES)
def test_a_client_may_have_each_scope(helpdesk: Helpdesk, scope: str) -> None:
    exchange = helpdesk.call("createOauthClient", scopes=[scope])
    if taken(exchange):
        shown = item_of(readable(exchange)).get("scopes")
        allowed = one_of([[scope], [f"{scope}:write"]])
        judge(shown, allowed, "/data/scopes")


@covers("KV-OA2-006")
@pytest.mark.parametrize("suffix", [":read", ":write"])
def test_the_scope_of_a_client_may_have_a_suffix(helpdesk: Helpdesk, suffix: str) -> None:
    taken(helpdesk.call("createOauthClient", scopes=[f"users{suffix}"]))


@covers("KV-OA2-008", "KV-OAUTH-002")
def test_the_secret_is_shown_once(helpdesk: Helpdesk, client: Made) -> None:
    ids = ("KV-OA2-008", "KV-OAUTH-002")
    made = item_of(readable(client.exchange)).get("secret")
    judge(made, not_empty, "/data/secret of the creation", *ids, got="nothing")
    label = helpdesk.chance.fill("{mark} described")
    updated = helpdesk.call("updateOauthClient", id=client.id, description=label)
    listed = readable(helpdesk.send(Draft(helpdesk.spec["listOauthClients"]).having(limit=100)))
    shown = {
        "a read": item_of(readable(_read(helpdesk, client))),
        "an update": item_of(accepted(updated)),
        "the list": listed.answer.find(id=client.id) or {},
    }
    for where, item in shown.items():
        if item.get("secret"):
            violate(f"/data/secret of {where}", "null", "a secret", *ids)


@covers("KV-OAUTH-015")
def test_the_key_stays(helpdesk: Helpdesk, client: Made) -> None:
    key = item_of(readable(_read(helpdesk, client))).get("key")
    if not key:
        raise PrerequisiteBroken("the client shows no key")
    accepted(helpdesk.call("updateOauthClient", id=client.id))
    expect(_read(helpdesk, client)).item("key", equal_to(key))


@pytest.fixture(scope="module")
def logo(helpdesk: Helpdesk) -> Mapping[str, Any]:
    """The logo of a client that was registered with a large one."""
    picture = _picture(_SIDE * 2, _SIDE)
    sent = Upload("logo", helpdesk.chance.fill("{mark}.png"), picture, "image/png")
    exchange = helpdesk.send(helpdesk.draft("createOauthClient").with_upload(sent))
    shown = item_of(exchange).get("logo") if exchange.succeeded else None
    if not isinstance(shown, dict):
        skip("a new client shows no logo that it was sent")
    return shown


def _picture(width: int, height: int) -> bytes:
    """A PNG, all black."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes((width + 1) * height))),
        (b"IEND", b""),
    )
    return _PNG + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


@covers("KV-OAUTH-016")
def test_a_logo_has_an_address_and_a_date(logo: Mapping[str, Any]) -> None:
    for name in ("url", "created_at"):
        judge(logo.get(name), not_empty, f"/data/logo/{name}")


@covers("KV-OAUTH-017")
def test_a_large_logo_is_made_smaller(helpdesk: Helpdesk, logo: Mapping[str, Any]) -> None:
    """Where its address leads anybody to a PNG on the same host."""
    address = urlsplit(str(logo.get("url")))
    if address.netloc != urlsplit(helpdesk.target.url).netloc:
        skip("the logo is on another host")
    arguments = dict(parse_qsl(address.query))
    exchange = helpdesk.send(outside(helpdesk, address.path, "GET").having(arguments))
    body = answered(exchange).body
    if not exchange.succeeded or not body.startswith(_PNG) or len(body) < _HEAD:
        skip("the address of the logo shows no PNG")
    shown = struct.unpack(">II", body[16:_HEAD])
    judge(max(shown), at_most(_SIDE), "width and height of the logo")


# Grants -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def granted(helpdesk: Helpdesk) -> None:
    """The client of the target has a grant of the caller."""
    token_for(helpdesk, "conversations")


@pytest.mark.usefixtures("granted")
@covers("KV-OAUTH-003")
def test_grants_can_be_told_apart_by_user(helpdesk: Helpdesk) -> None:
    caller = helpdesk.obtain("caller")
    exchange = helpdesk.send(Draft(helpdesk.spec["listOauthGrants"]).having(user_id=caller.id))
    if taken(exchange):
        _judge_only(exchange, "user", caller.id)


@pytest.mark.usefixtures("granted")
@covers("KV-OAUTH-003")
def test_grants_can_be_told_apart_by_client(helpdesk: Helpdesk) -> None:
    number = _number_of_the_client(helpdesk)
    exchange = helpdesk.send(Draft(helpdesk.spec["listOauthGrants"]).having(client_id=number))
    if taken(exchange):
        _judge_only(exchange, "client", number)


@pytest.mark.usefixtures("granted")
@covers("KV-OAUTH-003")
def test_a_client_without_grants_is_told_apart(helpdesk: Helpdesk, client: Made) -> None:
    readable(helpdesk.send(Draft(helpdesk.spec["listOauthGrants"])))
    exchange = helpdesk.send(Draft(helpdesk.spec["listOauthGrants"]).having(client_id=client.id))
    if taken(exchange):
        judge(ids_of(readable(exchange)), equal_to([]), "/data/*/id")


def _judge_only(exchange: Exchange, name: str, number: str) -> None:
    """Judge that the grants are those of one user or client, and that there are some."""
    shown = [item.get(name) for item in readable(exchange).answer.items]
    if not shown:
        violate("/data", "the grant that was given", "none")
    for value in shown:
        found = value.get("id") if isinstance(value, dict) else None
        judge(found, equal_to(number), f"/data/*/{name}/id")


def _number_of_the_client(helpdesk: Helpdesk) -> str:
    """The id of the client that the target file names by its key."""
    key = client_of(helpdesk).id
    listed = readable(helpdesk.send(Draft(helpdesk.spec["listOauthClients"]).having(limit=100)))
    found = listed.answer.find(key=key)
    if found is None:
        omit("the client of the target file is not among those of the API")
    return str(found.get("id"))


@pytest.mark.usefixtures("granted")
@covers("KV-OAUTH-005")
def test_own_grants_are_of_the_caller(helpdesk: Helpdesk) -> None:
    exchange = readable(helpdesk.send(Draft(helpdesk.spec["listOwnOauthGrants"])))
    if not exchange.answer.items:
        violate("/data", "the grant that was given", "none")


def _total(exchange: Exchange) -> int:
    total = envelope(exchange).get("total_count")
    if not isinstance(total, int):
        skip("a list tells no total_count")
    return total


@covers("KV-OAUTH-005")
def test_a_collaborator_sees_own_grants_only(helpdesk: Helpdesk) -> None:
    """By their number, which stays: the run asks for no token of a collaborator."""
    exchange = helpdesk.send(Draft(helpdesk.spec["listOwnOauthGrants"]).by("collaborator"))
    if taken(exchange):
        me = item_of(readable(helpdesk.send(Draft(helpdesk.spec["getMe"]).by("collaborator"))))
        if me.get("id") is None:
            raise PrerequisiteBroken("the caller is shown without an id")
        listed = Draft(helpdesk.spec["listOauthGrants"]).having(user_id=me["id"])
        own = _total(readable(helpdesk.send(listed)))
        if _total(exchange) > own:
            violate("/total_count", f"the {own} grants of the caller", str(_total(exchange)))


@covers("KV-OAUTH-004")
@pytest.mark.parametrize("operation_id", ["listOauthClients", "listOauthGrants"])
def test_an_administrator_sees_clients_and_grants(helpdesk: Helpdesk, operation_id: str) -> None:
    taken(helpdesk.send(Draft(helpdesk.spec[operation_id]).by("administrator")))
