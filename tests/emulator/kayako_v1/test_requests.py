"""Addresses, methods, and how arguments and parameters are read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.kayako_v1.client import Client, body

JSON = "application/json"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/tests/7",
        "/api/v1/tests/7.json",
        "/api/v1/base/tests/7",
        "/api/v1/base/test/7.json",
        "/api//v1/tests/7/",
        "/api/index.php?/v1/tests/7&_empty=false",
    ],
)
def test_one_test_has_many_addresses(nobody: Client, path: str) -> None:
    assert nobody.get(path)["data"]["resource_url"] == "http://localhost/api/v1/tests/7"


@pytest.mark.parametrize(
    ("verb", "path", "status", "code"),
    [
        ("GET", "", 400, "APP_NOT_FOUND"),
        ("GET", "unheard", 400, "APP_NOT_FOUND"),
        ("GET", "base", 400, "URL_RESOURCE_MISSING"),
        ("GET", "/api/v2/tests", 400, "VERSION_NOT_SUPPORTED"),
        ("GET", "tests/1/spin", 400, "RESOURCE_ACTION_NOT_AVAILABLE"),
        ("GET", "tests/one", 400, "RESOURCE_ACTION_NOT_AVAILABLE"),
        ("PATCH", "tests", 405, "METHOD_NOT_SUPPORTED"),
        ("POST", "tests/1", 405, "METHOD_NOT_SUPPORTED"),
        ("DELETE", "tests?ids=1,1", 400, "PARAMETERS_INCONSISTENT"),
        ("DELETE", "tests", 400, "FIELD_REQUIRED"),
        ("GET", "tests?limit=-1", 400, "FIELD_INVALID"),
        ("GET", "tests/1?non_existent=true", 404, "RESOURCE_NOT_FOUND"),
        ("GET", "tests?_timestamp=100", 400, "TIMESTAMP_MISMATCH"),
    ],
)
def test_refusals(nobody: Client, verb: str, path: str, status: int, code: str) -> None:
    assert nobody.error(verb, path) == (status, code)


@pytest.mark.parametrize("accept", ["", "text/html", "application/json;q=0"])
def test_an_accept_without_json_is_refused(nobody: Client, accept: str) -> None:
    headers = {"Accept": accept}
    assert nobody.error("GET", "tests", headers=headers) == (406, "FORMAT_NOT_ACCEPTABLE")


SENT: dict[str, dict[str, Any]] = {
    "form": {"data": "name=A+b&&array_items[]=1&array_items[]=2&IsBoolean=TRUE&option=bar"},
    "commas": {"data": "name=A%20b&arrayItems=1,2&is_boolean=1&Option=BAR"},
    "json": {"json": {"name": "A b", "ArrayItems": [1, 2], "isBoolean": True, "option": "Bar"}},
    "multipart": {
        "data": {"name": "A b", "array_items": "[1, 2]", "is_boolean": "true", "option": "BAR"},
        "content_type": 'multipart/form-data; boundary="x"',
    },
}


@pytest.mark.parametrize("how", SENT)
def test_every_way_to_send_means_the_same(nobody: Client, how: str) -> None:
    sent = dict(SENT[how])
    if isinstance(sent.get("data"), str):
        sent["content_type"] = "application/x-www-form-urlencoded; charset=utf-8"
    data = body(nobody.send("POST", "tests", **sent), 201)["data"]
    assert (data["name"], data["array_items"], data["is_boolean"]) == ("A b", [1, 2], True)
    assert data["option"] == "BAR"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("is_boolean", "maybe", "FIELD_INVALID"),
        ("integer_number", "1.5", "FIELD_INVALID"),
        ("float_number", "x", "FIELD_INVALID"),
        ("option", "BAZ", "FIELD_INVALID"),
        ("array_items", "1,1", "FIELD_DUPLICATE"),
        ("array_items", [1, "x"], "FIELD_INVALID"),
        ("name", {"a": 1}, "FIELD_INVALID"),
    ],
)
def test_an_unacceptable_value_is_named(nobody: Client, name: str, value: Any, code: str) -> None:
    error = body(nobody.send("POST", "tests", json={name: value}), 400)["errors"][0]
    assert (error["code"], error["parameter"]) == (code, name)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("{", JSON),
        ("[1]", JSON),
        ("x", "multipart/form-data"),
        ("x", "text/plain"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(nobody: Client, data: str, kind: str) -> None:
    response = nobody.send("POST", "tests", data=data, content_type=kind)
    assert body(response, 400)["errors"]


def test_values_that_disagree_with_their_twins(nobody: Client) -> None:
    for header, name in [("X-OTP", "_otp"), ("X-Portal", "_portal"), ("X-Token", "_token")]:
        found = nobody.error("GET", f"tests?{name}=a", headers={header: "b"})
        assert found == (400, "PARAMETERS_INCONSISTENT")
    assert nobody.get("tests?_portal=a", headers={"X-Portal": "a"})


def test_known_origins_may_call(nobody: Client) -> None:
    known = {"Origin": "https://app.helpdesk.example", "Access-Control-Request-Method": "PUT"}
    answer = nobody.send("OPTIONS", "tests/1", headers=known)
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert nobody.send("GET", "tests", headers=known).headers["Access-Control-Allow-Origin"]
    strange = nobody.send("GET", "tests", headers={"Origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in strange.headers
