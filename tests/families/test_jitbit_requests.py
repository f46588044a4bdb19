"""How Jitbit requests are written: credentials by role, queries, forms, parts, letter case."""

import base64
from typing import Any

import pytest

from conformance.engine.chance import Chance
from conformance.engine.draft import Draft, Upload
from conformance.engine.errors import ConfigurationError, SuiteError
from conformance.engine.exchange import Request
from conformance.engine.secrets import Redactor, Secret
from conformance.engine.spec import load_spec
from conformance.engine.target import Target
from conformance.families.jitbit.adapter import Jitbit

SPEC = load_spec("jitbit")
URL = "https://desk.example.com/helpdesk/api"
LOGINS = {
    "administrator": {"username": "admin", "password": "admin", "token": "tok-en"},
    "user": {"username": "DOMAIN\\işık", "password": "a:b:ü"},
    "robot": {"token": "only-token"},
}


@pytest.fixture
def adapter() -> Jitbit:
    roles = {r: {k: Secret(v) for k, v in table.items()} for r, table in LOGINS.items()}
    target = Target("jitbit", URL, "desk", credentials=roles)
    return Jitbit(target, Chance(1), Redactor())


def draft(operation_id: str, role: str = "administrator", **fields: Any) -> Draft:
    return Draft(SPEC[operation_id]).having(fields).by(role)


def header(request: Request, name: str) -> str | None:
    return dict(request.headers).get(name)


def test_the_known_vector_of_basic_authentication(adapter: Jitbit) -> None:
    request = adapter.prepare(draft("listCategories"))
    assert header(request, "Authorization") == "Basic YWRtaW46YWRtaW4="


def test_names_and_passwords_are_utf_8(adapter: Jitbit) -> None:
    value = header(adapter.prepare(draft("listCategories", "user")), "Authorization")
    assert value is not None
    pair = base64.b64decode(value.removeprefix("Basic ")).decode()
    assert pair == "DOMAIN\\işık:a:b:ü"


@pytest.mark.parametrize(
    ("role", "bearer", "sent"),
    [
        ("administrator", True, "Bearer tok-en"),
        ("robot", False, "Bearer only-token"),
        ("administrator", False, "Basic YWRtaW46YWRtaW4="),
    ],
)
def test_a_token_is_sent_when_asked_for_or_all_there_is(
    adapter: Jitbit, role: str, bearer: bool, sent: str
) -> None:
    request = adapter.prepare(draft("listCategories", role).with_options(bearer=bearer))
    assert header(request, "Authorization") == sent


@pytest.mark.parametrize(
    "flaw", ["no-credentials", "malformed-header", "unknown-token", "wrong-password"]
)
def test_a_flawed_credential_is_not_the_right_one(adapter: Jitbit, flaw: str) -> None:
    right = header(adapter.prepare(draft("listCategories")), "Authorization")
    request = adapter.prepare(draft("listCategories").with_credential(flaw))
    assert header(request, "Authorization") != right
    assert (header(request, "Authorization") is None) == (flaw == "no-credentials")


def test_another_flaw_is_the_suites_mistake(adapter: Jitbit) -> None:
    with pytest.raises(SuiteError, match="no credential flaw"):
        adapter.prepare(draft("listCategories").with_credential("rotten"))


@pytest.mark.parametrize(
    ("flaw", "counts"),
    [
        ("wrong-password", True),
        ("unknown-token", True),
        ("malformed-header", True),
        ("no-credentials", False),
    ],
)
def test_wrong_logins_are_known_as_such(adapter: Jitbit, flaw: str, counts: bool) -> None:
    assert adapter.is_wrong_login(draft("listCategories").with_credential(flaw)) is counts


def test_a_read_sends_its_parameters_in_the_query(adapter: Jitbit) -> None:
    request = adapter.prepare(draft("listTickets", categoryId=[1, 2], tagName="a&b"))
    assert request.url == f"{URL}/Tickets?categoryId=1&categoryId=2&tagName=a%26b"
    assert request.body == b""


def test_a_post_sends_them_in_a_form(adapter: Jitbit) -> None:
    request = adapter.prepare(draft("tagTicket", name="çok", ticketId=5))
    assert request.url == f"{URL}/TagTicket"
    assert request.body == b"name=%C3%A7ok&ticketId=5"
    assert header(request, "Content-Type") == "application/x-www-form-urlencoded"


def test_a_form_can_go_into_the_query(adapter: Jitbit) -> None:
    request = adapter.prepare(draft("tagTicket", name="a", ticketId=5).addressed("in-query"))
    assert request.url == f"{URL}/TagTicket?name=a&ticketId=5"
    assert request.body == b""


def test_a_file_goes_as_a_part_beside_the_parameters(adapter: Jitbit) -> None:
    upload = Upload("uploadFile", "a.txt", b"\x00\xff")
    request = adapter.prepare(draft("attachFile", id=5).with_upload(upload))
    assert b'name="id"' in request.body
    assert b'name="uploadFile"; filename="a.txt"' in request.body
    assert b"\x00\xff" in request.body


def test_another_letter_case_changes_names_and_no_values(adapter: Jitbit) -> None:
    asked = draft("listTickets", tagName="Big")
    assert adapter.prepare(asked.addressed("path-case")).url == f"{URL}/tICKETS?tagName=Big"
    assert adapter.prepare(asked.addressed("parameter-case")).url == f"{URL}/Tickets?TAGnAME=Big"


def test_the_token_page_stands_beside_the_api(adapter: Jitbit) -> None:
    request = adapter.prepare(draft("getToken"))
    assert request.url == "https://desk.example.com/helpdesk/User/Token"


@pytest.mark.parametrize(
    ("url", "credentials", "words"),
    [
        ("https://desk.example.com/helpdesk", {"user": {}}, "it ends in /api"),
        (URL, {}, "has no role"),
    ],
)
def test_a_target_that_lacks_something_is_told_so(
    url: str, credentials: dict[str, dict[str, Secret]], words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        Jitbit.check(Target("jitbit", url, "desk", credentials=credentials))
