"""The form of answers: partial output, options, pages, validators, JSONP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.kayako_v1.client import Client, body


def test_nested_resources_are_references_unless_included(owner: Client) -> None:
    bare = owner.get("me")["data"]
    assert bare["role"] == {"id": 5, "resource_type": "role"}
    assert bare["teams"] == [{"id": 1, "legacy_id": None, "resource_type": "team"}]
    full = owner.get("me?include=role,unheard")["data"]
    assert full["role"]["title"] == "Owner"
    assert full["role"]["resource_url"] == "http://localhost/api/v1/roles/5"
    assert full["teams"] == bare["teams"]
    assert owner.get("me?include=*")["data"]["teams"][0]["title"] == "General"


@pytest.mark.parametrize(
    ("fields", "shown", "hidden"),
    [
        ("full_name", ["id", "full_name", "resource_type", "resource_url"], ["uuid", "role"]),
        ("fullName", ["full_name"], ["uuid"]),
        ("-uuid", ["full_name", "role"], ["uuid"]),
        ("+uuid", ["full_name", "uuid"], []),
        ("%2Buuid,-role", ["full_name", "uuid"], ["role"]),
        ("*", ["full_name", "uuid", "role"], ["password"]),
        ("unheard", ["full_name", "uuid"], ["unheard"]),
    ],
)
def test_fields(owner: Client, fields: str, shown: list[str], hidden: list[str]) -> None:
    data = owner.get(f"me?fields={fields}")["data"]
    assert set(shown) <= set(data)
    assert not set(hidden) & set(data)


def test_fields_of_nested_objects(owner: Client) -> None:
    data = owner.get("me?include=role&fields=+role(title),-uuid")["data"]
    assert set(data["role"]) == {"id", "title", "resource_type", "resource_url"}
    assert "full_name" in data
    assert "uuid" not in data


def test_letter_cases(owner: Client) -> None:
    found = owner.get("tests?_case=camel&count=11")
    assert {"totalCount", "nextUrl"} <= set(found)
    assert {"resourceType", "arrayItems"} <= set(found["data"][0])
    answer = owner.send("GET", "me?_Case=pascal").get_json()
    assert answer["Data"]["Emails"][0]["ResourceType"] == "IdentityEmail"
    assert owner.error("GET", "me?_case=kebab")[0] == 400


@pytest.mark.parametrize("how", [("?_empty=false", ""), ("", "flat, no_empty")])
def test_empty_fields_can_be_left_out(nobody: Client, how: tuple[str, str]) -> None:
    query, switched = how
    sent = {"name": "", "integer_number": 0, "is_boolean": False}
    response = nobody.send("POST", f"tests{query}", json=sent, headers={"X-Options": switched})
    data = body(response, 201)["data"]
    assert {**data, **sent} == data
    assert "option" not in data
    assert "array_items" not in data


def test_flat_mode_moves_objects_aside(owner: Client) -> None:
    found = owner.get("tests?count=2&_flat=true")
    assert found["data"][0]["user"] == {"id": 1, "resource_type": "user"}
    assert found["resources"]["user"]["1"]["full_name"] == "Olivia Owner"
    assert found["resources"]["role"]["5"]["title"] == "Owner"


def test_offset_pages_and_their_links(nobody: Client) -> None:
    def page(query: str) -> dict[str, Any]:
        return nobody.get(f"tests?count=15&_case=snake&{query}")

    first, middle = page("offset=0&limit=5"), page("limit=3&offset=5")
    last, beyond = page("offset=10&limit=5"), page("offset=15&limit=5")
    assert [one["id"] for one in middle["data"]] == [6, 7, 8]
    assert (middle["offset"], middle["limit"], middle["total_count"]) == (5, 3, 15)
    names = ["first_url", "previous_url", "next_url", "last_url"]
    assert [name in first for name in names] == [False, False, True, True]
    assert [name in middle for name in names] == [True, True, True, True]
    assert [name in last for name in names] == [True, True, False, False]
    assert [name in beyond for name in names] == [True, True, False, True]
    assert middle["previous_url"].endswith("tests.json?count=15&_case=snake&limit=3&offset=2")
    assert beyond["data"] == []


def test_cursor_pages(nobody: Client) -> None:
    page = nobody.get("tests?count=25&after_id=10")
    assert [one["id"] for one in page["data"]] == list(range(11, 21))
    assert page["previous_url"].endswith("count=25&before_id=11")
    assert page["next_url"].endswith("count=25&after_id=20")
    assert nobody.get("tests?count=25&before_id=11")["data"][0]["id"] == 1
    path, seen = "tests?count=25", []
    while path:
        page = nobody.get(path)
        seen += [one["id"] for one in page["data"]]
        path = page.get("next_url", "").removeprefix("http://localhost")
    assert seen == list(range(1, 26))


def test_usual_page(nobody: Client) -> None:
    page = nobody.get("tests?count=45")
    assert (len(page["data"]), page["limit"], page["total_count"]) == (10, 10, 45)
    assert nobody.get("tests?count=12&limit=0")["limit"] == 10
    assert nobody.get("tests?count=0")["data"] == []


def test_validators_and_conditions(nobody: Client) -> None:
    response = nobody.send("GET", "tests/1")
    tag, changed = response.headers["ETag"], response.headers["Last-Modified"]
    assert changed.endswith("+0000")
    for known in ({"If-None-Match": tag}, {"If-None-Match": tag.strip('"')}):
        answer = nobody.send("GET", "tests/1", headers=known)
        assert (answer.status_code, answer.data) == (304, b"")
    for date in (changed, changed.replace("+0000", "GMT")):
        assert nobody.send("GET", "tests/1", headers={"If-Modified-Since": date}).status_code == 304
        sent = {"headers": {"If-Unmodified-Since": date}, "data": {"option": "BAR"}}
        assert nobody.send("PUT", "tests/1", **sent).status_code == 200
    long_ago = {"If-Unmodified-Since": "Thu, 10 Sep 2015 16:17:04 +0000"}
    for stale in ({"If-Match": '"x"'}, long_ago):
        assert nobody.error("PUT", "tests/1", headers=stale) == (412, "RESOURCE_MODIFIED")
    assert nobody.send("DELETE", "tests/1", headers={"If-Match": tag}).status_code == 200


def test_the_validator_of_a_collection_depends_on_its_ids(nobody: Client) -> None:
    def tag(query: str) -> str:
        return nobody.send("GET", f"tests?{query}").headers["ETag"]

    assert tag("count=3") == tag("count=3&fields=name") != tag("count=4")


def test_scripts(nobody: Client) -> None:
    answer = nobody.send("GET", "unheard?_jsonp_callback=app.done")
    assert answer.status_code == 200
    assert answer.text.startswith("app.done({")
    assert json.loads(answer.text[len("app.done(") : -2])["status"] == 400
    plain = nobody.send("POST", "tests?_jsonp_callback=done", data={"name": "x"})
    assert body(plain, 201)
    assert nobody.error("GET", "tests?_jsonp_callback=alert(1)")[0] == 400


def test_a_creation_says_where_its_object_is(nobody: Client) -> None:
    response = nobody.send("POST", "tests", data={"name": "x"})
    address = body(response, 201)["data"]["resource_url"]
    assert response.headers["Content-Location"] == address == "http://localhost/api/v1/tests/99"
