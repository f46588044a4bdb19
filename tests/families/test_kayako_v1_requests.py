"""Kayako API v1: how requests are written, and that every good one can be."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from conformance.engine.chance import Chance
from conformance.engine.draft import Draft, Upload
from conformance.engine.errors import Skipped
from conformance.engine.exchange import Exchange, Request, Response
from conformance.engine.helpdesk import Helpdesk
from conformance.engine.judging import judge_members
from conformance.engine.secrets import Redactor
from conformance.engine.spec import Operation, load_spec
from conformance.engine.target import Target, target_from
from conformance.families import resolve_family
from conformance.families.kayako_v1.adapter import KayakoV1
from tests.families.dreams import Dream

SPEC = load_spec("kayako-v1")
ROLES = ("customer", "agent", "owner")
KNOWN = {"grant": 1, "grants": [2, 3], "own_grant": 4, "own_grants": [5], "email_post": 6}
EACH_OPERATION = pytest.mark.parametrize("operation", SPEC, ids=lambda o: o.id)


def target() -> Target:
    logins = {role: {"username": f"{role}@desk.invalid", "password": "pä:ss"} for role in ROLES}
    content = {"api": "kayako-v1", "url": "https://desk.invalid/api/v1", "safety": "disruptive"}
    return target_from({**content, "credentials": logins, "known": KNOWN}, resolve_family, "test")


class Dreaming(Helpdesk):
    """A helpdesk whose server is told which operation it is asked for."""

    def _exchange(self, draft: Draft, purpose: str) -> Exchange:
        self._transport.operation = draft.operation  # type: ignore[attr-defined]
        return super()._exchange(draft, purpose)


@pytest.fixture(scope="module")
def adapter() -> KayakoV1:
    return KayakoV1(target(), Chance(1), Redactor())


@pytest.fixture
def helpdesk(adapter: KayakoV1) -> Helpdesk:
    dream: Any = Dream(SPEC, adapter.chance.mark)
    return Dreaming(SPEC, target(), adapter, adapter.chance, dream, lambda _: None)


def written(adapter: KayakoV1, operation: str, **values: Any) -> Request:
    return adapter.prepare(Draft(SPEC[operation]).having(values).by("owner"))


def form(request: Request) -> list[tuple[str, str]]:
    return parse_qsl(request.body.decode(), keep_blank_values=True)


def header(request: Request, name: str) -> str | None:
    return dict(request.headers).get(name)


@EACH_OPERATION
def test_every_good_request_can_be_written_and_answered(
    helpdesk: Helpdesk, operation: Operation
) -> None:
    for variant in ("", "full"):
        exchange = helpdesk.good(operation.id, variant)
        assert exchange.succeeded
        assert judge_members(exchange) == []
        assert "{" not in urlsplit(exchange.request.url).path


@EACH_OPERATION
def test_what_changes_something_aims_at_own_objects(
    helpdesk: Helpdesk, operation: Operation
) -> None:
    if operation.effect not in ("update", "delete") or operation.safety == "disruptive":
        return
    own = {made.id for made in helpdesk.journal.entries}
    exchange = helpdesk.good(operation.id)
    own |= {made.id for made in helpdesk.journal.entries}
    known = {str(i) for ids in KNOWN.values() for i in (ids if isinstance(ids, list) else [ids])}
    aimed_at = operation.aim.parameter if operation.aim else operation.placed("path")[0].name
    sent = exchange.sent[aimed_at]
    for one in sent if isinstance(sent, list) else [sent]:
        assert str(one) in own | known or "@" in str(one)


def test_a_login_is_basic_with_address_and_password(adapter: KayakoV1) -> None:
    sent = header(written(adapter, "getMe"), "Authorization")
    assert sent == "Basic b3duZXJAZGVzay5pbnZhbGlkOnDDpDpzcw=="


def test_a_list_is_one_text_with_commas(adapter: KayakoV1) -> None:
    request = written(adapter, "updateTests", ids=[1, 2, 3], array_items=[4, 5])
    assert request.url == "https://desk.invalid/api/v1/tests?ids=1,2,3"
    assert form(request) == [("array_items", "4,5")]


def test_a_list_can_be_written_with_brackets(adapter: KayakoV1) -> None:
    draft = Draft(SPEC["createTest"]).having(array_items=[4, 5]).with_options(lists="brackets")
    assert form(adapter.prepare(draft)) == [("array_items[]", "4"), ("array_items[]", "5")]


def test_a_json_body_has_values_of_their_types(adapter: KayakoV1) -> None:
    draft = Draft(SPEC["createTest"]).having(
        name="7", array_items=[1, 2], is_boolean="true", float_number="1.5", integer_number="no"
    )
    request = adapter.prepare(draft.with_options(body="json"))
    assert header(request, "Content-Type") == "application/json"
    assert json.loads(request.body) == {
        "name": "7",
        "array_items": [1, 2],
        "is_boolean": True,
        "float_number": 1.5,
        "integer_number": "no",
    }


def test_maps_and_json_text_become_objects(adapter: KayakoV1) -> None:
    draft = Draft(SPEC["replyToCase"]).having(
        {
            "id": 1,
            "field_values[a]": "1",
            "field_values[b]": "2",
            "channel_options": '{"html":true}',
        }
    )
    body = json.loads(adapter.prepare(draft.with_options(body="json")).body)
    assert body == {"field_values": {"a": "1", "b": "2"}, "channel_options": {"html": True}}


def test_records_are_sent_as_json_since_the_catalogue_says_so(helpdesk: Helpdesk) -> None:
    request = helpdesk.good("createManyUsers").request
    (record,) = json.loads(request.body)["users"]
    assert record["full_name"].startswith(helpdesk.chance.mark)
    assert isinstance(record["role_id"], int)


def test_a_file_makes_parts(adapter: KayakoV1) -> None:
    upload = Upload("content", "a.txt", b"bytes", "text/plain")
    request = adapter.prepare(Draft(SPEC["createFile"]).having(name="n").with_upload(upload))
    assert str(header(request, "Content-Type")).startswith("multipart/form-data; boundary=")
    assert b'filename="a.txt"' in request.body


def test_a_file_may_be_the_whole_body(adapter: KayakoV1) -> None:
    draft = Draft(SPEC["createFile"]).with_options(raw=(b"bytes", "text/plain", "a.txt"))
    request = adapter.prepare(draft)
    assert request.body == b"bytes"
    assert header(request, "Content-Disposition") == 'attachment; filename="a.txt"'


def test_a_session_stands_in_for_the_login(adapter: KayakoV1) -> None:
    request = adapter.prepare(Draft(SPEC["getMe"]).with_options(session=("abc", "def")))
    assert (header(request, "X-Session-ID"), header(request, "X-CSRF-Token")) == ("abc", "def")
    assert header(request, "Authorization") is None


def test_headers_of_a_draft_replace_others(adapter: KayakoV1) -> None:
    draft = Draft(SPEC["getMe"]).by("owner")
    assert header(adapter.prepare(draft.with_headers(Accept="*/*")), "Accept") == "*/*"
    assert header(adapter.prepare(draft.with_headers(Accept="")), "Accept") is None


@pytest.mark.parametrize(
    "flaw",
    ["no-credentials", "wrong-password", "unknown-login", "unknown-token", "unknown-session"],
)
def test_a_flawed_credential_is_none_of_the_right_ones(adapter: KayakoV1, flaw: str) -> None:
    right = header(written(adapter, "getMe"), "Authorization")
    request = adapter.prepare(Draft(SPEC["getMe"]).by("owner").with_credential(flaw))
    assert header(request, "Authorization") != right


def test_every_path_has_another_form(adapter: KayakoV1) -> None:
    draft = Draft(SPEC["getTest"]).having(id=7).addressed("json-suffix")
    assert adapter.prepare(draft).url == "https://desk.invalid/api/v1/tests/7.json"


def test_what_reaches_further_than_its_effect_needs_a_higher_level(adapter: KayakoV1) -> None:
    dream: Any = Dream(SPEC, adapter.chance.mark)
    careful = target().with_safety("irreversible")
    helpdesk = Dreaming(SPEC, careful, adapter, adapter.chance, dream, lambda _: None)
    assert helpdesk.good("trashCase").succeeded
    with pytest.raises(Skipped, match="disruptive"):
        helpdesk.good("emptyTrash")


def test_what_a_bulk_call_has_made_is_looked_for(helpdesk: Helpdesk) -> None:
    dream: Any = helpdesk._transport
    imported = helpdesk.good("createManyUsers").sent["users"]
    (made,) = [
        m for m in helpdesk.journal.entries if m.exchange.operation is SPEC["createManyUsers"]
    ]
    assert made.id == ""
    name = json.loads(imported)["full_name"]
    payload = SPEC["listUsers"].payload
    assert payload is not None
    listed = dream.value(payload[1])
    listed["data"][1] |= {"id": 77, "full_name": name}
    answers = {"listUsers": listed}
    dream.value = lambda _: answers.get(dream.operation.id, {"status": 200})
    helpdesk.identify(made)
    assert made.id == "77"


def test_secrets_of_an_answer_are_known_at_once(adapter: KayakoV1) -> None:
    headers = (("X-CSRF-Token", "csrf-secret"), ("X-API-Version", "1"))
    body = b'{"status": 200, "session_id" : "a-session", "data": {"secret": null, "auth_token": 5}}'
    found = dict(adapter.secrets_in(Response(200, "", headers, body)))
    assert {text for text in found if text} == {"csrf-secret", "a-session"}
