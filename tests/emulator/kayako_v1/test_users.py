"""Users: who may see and change whom, what is sent and what is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.emulator import Server
from tests.emulator.kayako_v1.client import Client, body

CUSTOMER = {"role_id": 4, "full_name": "Nora New"}
STAFF = {"role_id": 2, "full_name": "Arne Agent", "team_ids": "1,2"}


@pytest.fixture(scope="module")
def roles(server: Server) -> dict[str, Client]:
    """A client of each role."""
    names = ("owner", "administrator", "agent", "collaborator", "customer")
    return {name: Client(server, name) for name in names}


def made(client: Client, **sent: Any) -> dict[str, Any]:
    """Create a user."""
    data: dict[str, Any] = body(client.send("POST", "users", json=sent), 201)["data"]
    return data


def test_a_new_customer(owner: Client) -> None:
    sent = {**CUSTOMER, "email": "nora@acme.example", "field_values": {"nickname": "No"}}
    user = made(owner, **sent, password="long enough", signature="ignored", locale_id=2)
    assert user["agent_case_access"] is None
    assert (user["organization_case_access"], user["signature"]) == ("REQUESTED", None)
    assert user["locale"] == "de"
    assert user["emails"][0]["resource_type"] == "identity_email"
    field = {"id": 1, "resource_type": "user_field"}
    value = {"field": field, "value": "No", "resource_type": "user_field_value"}
    assert user["custom_fields"] == [value]
    assert "password" not in user
    assert owner.get(f"users/{user['id']}")["data"] == user


@pytest.mark.parametrize(
    ("sent", "code", "parameter"),
    [
        ({"role_id": 4}, "FIELD_REQUIRED", "full_name"),
        ({"full_name": "x"}, "FIELD_REQUIRED", "role_id"),
        ({**CUSTOMER, "role_id": 99}, "FIELD_INVALID", "role_id"),
        ({**CUSTOMER, "email": "nobody"}, "FIELD_INVALID", "email"),
        ({**CUSTOMER, "email": "AGENT@helpdesk.example"}, "FIELD_DUPLICATE", "email"),
        (STAFF, "FIELD_REQUIRED", "email"),
        ({**STAFF, "email": "a@b.example", "team_ids": ""}, "FIELD_REQUIRED", "team_ids"),
        ({**STAFF, "email": "a@b.example", "team_ids": "77"}, "FIELD_INVALID", "team_ids"),
        ({**CUSTOMER, "field_values": {"unheard": 1}}, "FIELD_INVALID", "field_values"),
    ],
)
def test_an_unusable_user(owner: Client, sent: Any, code: str, parameter: str) -> None:
    error = body(owner.send("POST", "users", json=sent), 400)["errors"][0]
    assert (error["code"], error["parameter"]) == (code, parameter)


@pytest.mark.parametrize(
    ("role", "reads", "changes"),
    [
        ("collaborator", [5], []),
        ("agent", [3, 4, 5], [5]),
        ("administrator", [2, 3, 4, 5], [2, 3, 4, 5]),
        ("owner", [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
    ],
)
def test_who_may_what(
    roles: dict[str, Client], role: str, reads: list[int], changes: list[int]
) -> None:
    client = roles[role]
    for key in range(1, 6):
        read = client.send("GET", f"users/{key}").status_code
        changed = client.send("PUT", f"users/{key}", json={"time_zone": "UTC"}).status_code
        assert (read, changed) == (200 if key in reads else 403, 200 if key in changes else 403)
    assert roles["customer"].error("GET", "users")[0] == 403


def test_an_agent_adds_customers_only(agent: Client) -> None:
    assert made(agent, **CUSTOMER)
    sent = {**STAFF, "email": "more@helpdesk.example"}
    assert agent.error("POST", "users", json=sent) == (403, "PERMISSIONS_DENIED")


def test_lists(owner: Client) -> None:
    first = made(owner, **CUSTOMER, legacy_id="old-1")["id"]
    page = owner.get("users?limit=100")
    ids = [one["id"] for one in page["data"]]
    assert ids == sorted(ids, reverse=True)
    assert {"offset", "limit", "total_count"} <= set(page)
    assert [one["id"] for one in owner.get("users?ids=2,1")["data"]] == [2, 1]
    assert [one["id"] for one in owner.get("users?legacy_ids=old-1")["data"]] == [first]
    found = owner.get("users?role=AGENT&include=role")["data"]
    assert {one["role"]["type"] for one in found} == {"AGENT"}
    assert owner.error("GET", "users?role=boss")[0] == 400


def test_updates(owner: Client) -> None:
    user = made(owner, **STAFF, email="arne@helpdesk.example")
    place = f"users/{user['id']}"
    sent = {"team_ids": [2], "tags": "vip,north", "designation": "Lead", "greeting": "Hi"}
    data = body(owner.send("PUT", place, json=sent), 200)["data"]
    assert [team["id"] for team in data["teams"]] == [2]
    assert (data["designation"], data["greeting"]) == ("Lead", "Hi")
    changed = body(owner.send("PUT", f"users?ids={user['id']},999", data={"tags": "x"}), 200)
    assert (changed["total_count"], "data" in changed) == (1, False)
    assert body(owner.send("PUT", f"{place}/password", data={"new_password": "12345678"}), 200)
    weak = owner.error("PUT", f"{place}/password", data={"new_password": "1"})
    assert weak == (400, "PASSWORD_POLICY_VIOLATION")
    assert set(body(owner.send("DELETE", place), 200)) >= {"status"}
    assert owner.error("GET", place) == (404, "RESOURCE_NOT_FOUND")


def test_several_are_deleted(owner: Client) -> None:
    keys = [made(owner, **CUSTOMER)["id"] for _ in range(2)]
    answer = owner.send("DELETE", f"users?ids={keys[0]},{keys[1]}")
    assert body(answer, 200)["total_count"] == 2


def test_bulk_creation(owner: Client) -> None:
    def count() -> int:
        return int(owner.get("users")["total_count"])

    before, records = count(), [CUSTOMER, {"full_name": "x"}]
    assert owner.error("POST", "bulk/users", json={"users": records})[0] == 400
    assert count() == before
    response = owner.send("POST", "bulk/users?partial_import=true", json={"users": records})
    found = body(response, 202)
    assert (found["resource"], found["data"]["resource_type"]) == ("job", "bulk_job")
    assert (found["data"]["status"], count()) == ("PENDING", before + 1)


def test_invitations(owner: Client, agent: Client) -> None:
    one = {"fullname": "Ines", "email": "ines@helpdesk.example", "role_id": 1, "team_ids": [1]}
    assert "data" not in body(owner.send("POST", "users/invite", json={"users": [one]}), 201)
    wrong = {**one, "email": "other@helpdesk.example", "role_id": 4}
    assert owner.error("POST", "users/invite", json={"users": [wrong]})[0] == 400
    assert agent.error("POST", "users/invite", json={"users": [one]})[0] == 403


def test_password_reset_is_public(nobody: Client) -> None:
    known, unknown = {"email": "agent@helpdesk.example"}, {"email": "nobody@acme.example"}
    assert body(nobody.send("POST", "password/reset", data=known), 200)
    found = nobody.error("POST", "password/reset", data=unknown)
    assert found == (400, "ASSOCIATE_NOT_FOUND")


def predicates(field: str, operator: str, value: Any) -> dict[str, str]:
    """Return the parameter that asks for one proposition."""
    inner = [{"field": field, "operator": operator, "value": value}]
    outer = [{"proposition_operator": "OR", "propositions": inner}]
    return {"predicates": json.dumps({"collection_operator": "AND", "collections": outer})}


@pytest.mark.parametrize(
    ("field", "operator", "value", "name"),
    [
        ("users.fullname", "string_contains_insensitive", "CORA", "Cora Customer"),
        ("users.id", "comparison_equalto", 3, "Agnes Agent"),
        ("tags.name", "collection_contains_insensitive", "Gold", "Cora Customer"),
    ],
)
def test_smart_lists(owner: Client, field: str, operator: str, value: Any, name: str) -> None:
    owner.send("PUT", "users/5", data={"tags": "gold"})
    sent = predicates(field, operator, value)
    found = body(owner.send("POST", "users/filter", data=sent), 200)
    assert [one["full_name"] for one in found["data"]] == [name]
    assert {"offset", "limit", "total_count"} <= set(found)


@pytest.mark.parametrize("sent", [{}, {"predicates": "{"}, predicates("users.x", "y", "z")])
def test_an_unusable_smart_list(owner: Client, sent: dict[str, str]) -> None:
    assert owner.error("POST", "users/filter", data=sent)[0] == 400


def test_definitions(owner: Client) -> None:
    found = owner.get("users/definitions")
    assert (found["resource"], found["total_count"]) == ("definition", len(found["data"]))
    members = {"label", "field", "type", "sub_type", "group", "input_type", "operators", "values"}
    assert all(set(one) == {*members, "resource_type"} for one in found["data"])


def test_posts(owner: Client) -> None:
    page = owner.get("users/5/posts")
    assert [one["id"] for one in page["data"]] == [3, 2, 1]
    assert "offset" not in page
    post = owner.get("users/posts/2")
    assert post["data"] == page["data"][1]
    assert post["resource"] == post["data"]["resource_type"] == "post"
    assert post["data"]["original"] == {"id": 2, "resource_type": "note"}
    assert post["data"]["resource_url"] == "http://localhost/api/v1/users/posts/2"


def test_the_caller(owner: Client) -> None:
    found = owner.get("me")
    assert found["resource"] == found["data"]["resource_type"] == "user"
    more = {"permissions", "settings", "notification_channel"}
    assert set(found["data"]) - set(owner.get("users/1")["data"]) == more
