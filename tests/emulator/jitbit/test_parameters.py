"""How parameters travel, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emulator import Settings, running
from conformance.emulator.jitbit.routing import Operation, operations
from tests.emulator.jitbit.client import Client

REQUIRED = [
    (operation, name)
    for operation in operations()
    for name, kind in operation.takes.items()
    if kind.endswith(("!", "+"))
]
TYPED = [
    (operation, name)
    for operation in operations()
    for name, kind in operation.takes.items()
    if kind.rstrip("!+") not in ("text", "list", "files") and operation.name != "getToken"
]
_GOOD = {"int": "1", "ints": "1", "text": "x@y", "json": "{}", "bool": "true"}


def _fields(operation: Operation) -> dict[str, str]:
    return {
        name: _GOOD.get(kind.rstrip("!+"), "1")
        for name, kind in operation.takes.items()
        if kind.endswith(("!", "+"))
    }


@pytest.mark.parametrize(("operation", "name"), REQUIRED)
def test_a_required_parameter_is_missing(admin: Client, operation: Operation, name: str) -> None:
    fields = {key: text for key, text in _fields(operation).items() if key != name}
    assert admin.status(operation.verb, operation.path, **fields) == 400
    if not operation.takes[name].endswith("+"):
        assert admin.status(operation.verb, operation.path, **fields, **{name: ""}) == 400


@pytest.mark.parametrize(("operation", "name"), TYPED)
def test_a_parameter_is_malformed(admin: Client, operation: Operation, name: str) -> None:
    wrong = (
        ("maybe", "x") if operation.takes[name] == "bool" else ("1x", "99999999999", "2020-13-01")
    )
    for text in wrong:
        fields = {**_fields(operation), name: text}
        assert admin.status(operation.verb, operation.path, **fields) == 400


@pytest.mark.parametrize("operation", [one for one in operations() if one.name != "getToken"])
def test_empty_and_unknown_parameters_break_nothing(admin: Client, operation: Operation) -> None:
    optional = {name: "" for name, kind in operation.takes.items() if not kind.endswith(("!", "+"))}
    fields = {**_fields(operation), **optional, "nonsense": "1"}
    fields = {name: "2147483000" if text == "1" else text for name, text in fields.items()}
    assert admin.status(operation.verb, operation.path, **fields) in (200, 404, 400)


@pytest.mark.parametrize("operation", [one for one in operations() if one.name != "getToken"])
def test_the_other_verb_and_any_letter_case_are_served(admin: Client, operation: Operation) -> None:
    namesakes = [one for one in operations() if one.path.lower() == operation.path.lower()]
    if len(namesakes) == 1:
        missing = {name.upper(): "2147483000" for name in _fields(operation)}
        for path in (operation.path.upper(), operation.path.lower()):
            for verb in ("GET", "POST"):
                assert admin.status(verb, path, **missing) in (200, 400, 404)


SENDINGS: dict[str, dict[str, Any]] = {
    "query": {"params": "DATA"},
    "form": {"data": "DATA"},
    "multipart": {"files": "PARTS"},
    "json": {"json": "DATA"},
}


@pytest.mark.parametrize("way", SENDINGS)
def test_parameters_travel_in_every_way(admin: Client, way: str) -> None:
    data = {"categoryId": "1", "subject": "Öğle ☀ 🔥\r\nx", "body": "+ & = %41", "priorityId": "1"}
    parts = {name: (None, text) for name, text in data.items()}
    (name,) = SENDINGS[way]
    key = admin.send("POST", "ticket", **{name: parts if way == "multipart" else data}).json()
    read = admin.read(key)
    assert [read[part] for part in ("Subject", "Body")] == [data["subject"], data["body"]]
    assert read["Priority"] == 1


def test_an_id_may_stand_in_the_path(admin: Client) -> None:
    key = admin.ticket()
    for method in ("ticket", "Ticket", "comments", "Subscribers", "TicketCustomFields"):
        assert admin.status("GET", f"{method}/{key}") == 200
    attached = {"uploadFile": ("a", b"a")}
    admin.post("AttachFile", id=key, files=attached)
    file = admin.read(key)["Attachments"][0]["FileID"]
    assert admin.status("GET", f"DeleteFile/{file}") == 200
    assert admin.status("GET", f"attachment/{file}") == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/NoSuchMethod", 404),
        ("/Tickets/1", 404),
        ("/ticket/1/2", 404),
        ("/ticket/abc", 400),
        ("/Rule/99", 404),
        ("/Rule", 400),
        ("", 404),
    ],
)
def test_addresses_that_lead_nowhere(admin: Client, path: str, status: int) -> None:
    answer = admin.raw("GET", admin.url + path)
    assert (answer.status_code, bool(answer.text)) == (status, True)


def test_the_helpdesk_is_served_in_and_without_its_folder(admin: Client) -> None:
    bare = admin.url.replace("/helpdesk", "")
    for url in (
        admin.url,
        bare,
        admin.url.replace("/api", "/API"),
        admin.url.replace("/api", "//api"),
    ):
        assert admin.raw("GET", f"{url}/categories").status_code == 200
    assert (
        admin.raw("GET", admin.url.replace("/helpdesk", "/elsewhere") + "/categories").status_code
        == 404
    )
    assert admin.raw("GET", admin.home).status_code == 404


@pytest.mark.parametrize("verb", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_two_verbs_are_known(admin: Client, verb: str) -> None:
    answer = admin.send(verb, "categories")
    assert (answer.status_code, answer.headers["Allow"], bool(answer.text)) == (
        405,
        "GET, POST",
        True,
    )


@pytest.mark.parametrize("body", ["{", "[1]", '{"id": {}}'])
def test_json_that_makes_no_sense_is_refused(admin: Client, body: str) -> None:
    how: dict[str, Any] = {"data": body, "headers": {"Content-Type": "application/json"}}
    assert admin.send("POST", "ticket", **how).status_code == 400


@pytest.mark.parametrize(
    ("method", "fields", "status"),
    [
        ("ticket", {"priorityId": 3}, 400),
        ("ticket", {"origin": 9}, 400),
        ("ticket", {"customFields": "1: x"}, 400),
        ("ticket", {"customFields": "[1]"}, 400),
        ("ticket", {"customFields": '{"x": "1"}'}, 400),
        ("ticket", {"customFields": '{"99": "1"}'}, 404),
        ("ticket", {"customFields": '{"4": "perhaps"}'}, 400),
        ("ticket", {"customFields": '{"3": "99"}'}, 400),
        ("ticket", {"customFields": '{"11": "of users"}'}, 404),
        ("ticket", {"categoryId": 99}, 404),
        ("ticket", {"categoryId": 4}, 400),
        ("ticket", {"userId": 99}, 404),
        ("ticket", {"assignedToUserId": 3}, 400),
    ],
)
def test_a_ticket_that_is_refused_is_not_made(
    admin: Client, method: str, fields: dict[str, Any], status: int
) -> None:
    before = admin.listed()
    good = {"categoryId": 1, "subject": "s", "body": "b"}
    assert admin.status("POST", method, **{**good, **fields}) == status
    assert admin.listed() == before


def test_every_unknown_id_is_not_found(admin: Client) -> None:
    for operation in operations():
        fields = {
            name: "987654" if kind.startswith("int") else _GOOD.get(kind.rstrip("!+"), "1")
            for name, kind in operation.takes.items()
            if kind.endswith(("!", "+"))
        }
        if "987654" in fields.values() and "files!" not in operation.takes.values():
            assert admin.status(operation.verb, operation.path, **fields) == 404
    attached = {"uploadFile": ("a", b"a")}
    answer = admin.send("POST", "AttachFile", data={"id": 987654}, files=attached)
    assert answer.status_code == 404


def test_only_parts_named_uploadfile_are_files(admin: Client) -> None:
    key = admin.ticket()
    answer = admin.send("POST", "AttachFile", data={"id": key}, files={"file": ("a", b"a")})
    assert answer.status_code == 400
    two = [("uploadFile", ("a", b"a")), ("UPLOADFILE", ("b", b""))]
    admin.post("comment", id=key, body="x", files=two)
    files = {file["FileName"]: file["FileSize"] for file in admin.read(key)["Attachments"]}
    assert files == {"a": 1, "b": 0}


def test_a_tolerant_helpdesk_overlooks_optional_values_it_cannot_read() -> None:
    with running(Settings("jitbit", tolerant=True)) as server:
        client = Client(server.target, "administrator")
        assert client.get("Tickets", count="undefined", dateFrom="null", statusId="NaN") == []
        assert client.status("GET", "ticket", id="undefined") == 400
        client.close()
