"""Organizations, and their members, domains, notes, posts, tags and activities."""

from __future__ import annotations

import io
import json
from itertools import count
from typing import Any

import pytest

from conformance.emulator import Server
from tests.emulator.kayako_v1.client import Client, body

_NUMBERS = count(1)


@pytest.fixture(scope="module")
def collaborator(server: Server) -> Client:
    """A collaborator."""
    return Client(server, "collaborator")


def made(client: Client, **sent: Any) -> dict[str, Any]:
    """Create an organization."""
    sent = {"name": f"Organization {next(_NUMBERS)}", **sent}
    data: dict[str, Any] = body(client.send("POST", "organizations", json=sent), 201)["data"]
    return data


def test_a_new_organization(agent: Client) -> None:
    sent = {"domains": "one.example,two.example", "field_values": {"industry": "Tea"}}
    found = made(agent, **sent, legacy_id="o-1", tags="gold")
    assert (found["is_shared"], found["is_validated"], found["phone"]) == (False, False, [])
    full = agent.get(f"organizations/{found['id']}?include=identity_domain")["data"]
    assert [one["domain"] for one in full["domains"]] == ["one.example", "two.example"]
    value = full["custom_fields"][0]
    assert (value["value"], value["resource_type"]) == ("Tea", "organization_field_value")
    members = {"id", "title", "key", "resource_type", "resource_url"}
    assert set(value["field"]) == members
    assert value["field"]["resource_type"] == "organization_field"
    listed = agent.get("organizations?legacy_ids=o-1")
    assert [one["id"] for one in listed["data"]] == [found["id"]]
    assert {"offset", "limit", "total_count"} <= set(listed)


@pytest.mark.parametrize(
    ("sent", "code", "parameter"),
    [
        ({}, "FIELD_REQUIRED", "name"),
        ({"name": "x", "domains": "ACME.example"}, "FIELD_DUPLICATE", "domains"),
        ({"name": "x", "domains": "no domain"}, "FIELD_INVALID", "domains"),
        ({"name": "x", "field_values": {"unheard": 1}}, "FIELD_INVALID", "field_values"),
    ],
)
def test_an_unusable_organization(owner: Client, sent: Any, code: str, parameter: str) -> None:
    error = body(owner.send("POST", "organizations", json=sent), 400)["errors"][0]
    assert (error["code"], error["parameter"]) == (code, parameter)


def test_collaborators_read_only(collaborator: Client) -> None:
    assert collaborator.get("organizations/1")["resource"] == "organization"
    for verb, path in [("POST", ""), ("PUT", "/1"), ("DELETE", "/1")]:
        assert collaborator.error(verb, f"organizations{path}", json={"name": "x"})[0] == 403


def test_changes(owner: Client) -> None:
    keys = [made(owner, domains=f"d{number}.example")["id"] for number in range(3)]
    place = f"organizations/{keys[0]}"
    sent = {"name": "New", "domains": "d0.example,more.example", "is_shared": "true"}
    data = body(owner.send("PUT", place, data=sent), 200)["data"]
    assert (data["name"], data["is_shared"], len(data["domains"])) == ("New", True, 2)
    answer = owner.send("PUT", f"organizations?ids={keys[0]},{keys[1]}", data={"tags": "a"})
    assert body(answer, 200)["total_count"] == 2
    member = {"role_id": 4, "full_name": "Mona", "email": "mona@d0.example"}
    user = body(owner.send("POST", "users", json=member), 201)["data"]["id"]
    joined = owner.send("PUT", f"users/{user}", data={"organization_id": keys[0]})
    reference = {"id": keys[0], "resource_type": "organization"}
    assert body(joined, 200)["data"]["organization"] == reference
    assert [one["id"] for one in owner.get(f"{place}/members")["data"]] == [user]
    assert body(owner.send("DELETE", place), 200)
    assert owner.error("GET", place) == (404, "RESOURCE_NOT_FOUND")
    assert owner.get(f"users/{user}")["data"]["organization"] is None
    answer = owner.send("DELETE", f"organizations?ids={keys[1]},{keys[2]}")
    assert body(answer, 200)["total_count"] == 2


def test_bulk_creation(owner: Client) -> None:
    records = [{"name": "Bulky"}, {"name": "Bulky", "domains": "acme.example"}]
    sent = {"json": {"organizations": records}}
    assert owner.error("POST", "bulk/organizations", **sent)[0] == 400
    found = body(owner.send("POST", "bulk/organizations?partial_import=1", **sent), 202)
    assert (found["resource"], found["data"]["status"]) == ("job", "PENDING")
    names = [one["name"] for one in owner.get("organizations?limit=99")["data"]]
    assert names.count("Bulky") == 1


def test_smart_lists(owner: Client) -> None:
    fields = {one["field"]: one for one in owner.get("organizations/definitions")["data"]}
    assert "string_contains_insensitive" in fields["organizations.name"]["operators"]
    one = {"field": "organizations.name", "operator": "comparison_equalto", "value": "Acme"}
    inner = [{"proposition_operator": "AND", "propositions": [one]}]
    tree = {"collection_operator": "OR", "collections": inner}
    sent = {"predicates": json.dumps(tree)}
    found = body(owner.send("POST", "organizations/filter", data=sent), 200)
    assert [one["id"] for one in found["data"]] == [1]


def test_domains(owner: Client, agent: Client, collaborator: Client) -> None:
    organization = made(owner)["id"]
    sent = {"organization_id": organization, "domain": "first.example", "is_validated": "true"}
    first = body(agent.send("POST", "identities/domains", data=sent), 201)["data"]
    assert (first["is_primary"], first["is_validated"]) == (False, True)
    assert agent.error("POST", "identities/domains", data=sent) == (400, "FIELD_DUPLICATE")
    sent["domain"] = "second.example"
    second = body(collaborator.send("POST", "identities/domains", data=sent), 201)["data"]
    assert second["is_validated"] is False
    place = f"identities/domains/{second['id']}"
    assert body(agent.send("PUT", place, data={"is_primary": "true"}), 200)
    assert agent.get(place)["data"]["is_primary"] is True
    page = agent.get(f"identities/domains?organization_id={organization}")
    assert [one["id"] for one in page["data"]] == [first["id"], second["id"]]
    many = f"identities/domains?ids={first['id']}"
    assert agent.error("DELETE", many)[0] == 403
    assert body(owner.send("DELETE", many), 200)["total_count"] == 1
    assert body(agent.send("DELETE", place), 200)
    assert agent.error("GET", place)[0] == 404


def test_notes_and_posts(agent: Client) -> None:
    place = f"organizations/{made(agent)['id']}"
    keys = []
    for contents in ("plain <b>", "<p>a &amp; b</p><script>x</script>"):
        sent = {"contents": contents, "is_html": str(contents.startswith("<p")).lower()}
        keys.append(body(agent.send("POST", f"{place}/notes", data=sent), 201)["data"]["id"])
    second, first = agent.get(f"{place}/notes")["data"]
    assert (first["body_text"], first["body_html"]) == ("plain <b>", None)
    assert (second["body_text"], second["body_html"]) == ("a & b", "<p>a &amp; b</p>")
    answer = agent.send("PUT", f"{place}/notes/{keys[0]}", data={"is_pinned": "true"})
    assert body(answer, 200)["data"]["pinned_by"] == {"id": 3, "resource_type": "user"}
    pinned = agent.get(f"{place}/notes?is_pinned=true")["data"]
    assert [one["id"] for one in pinned] == [keys[0]]
    assert agent.get(place)["data"]["pinned_notes_count"] == 1
    assert agent.error("GET", f"organizations/1/notes/{keys[0]}")[0] == 404
    assert agent.error("POST", f"{place}/notes", data={}) == (400, "FIELD_REQUIRED")
    posts = agent.get(f"{place}/posts?limit=1")
    assert [one["id"] for one in posts["data"]] == [keys[1]]
    older = agent.get(posts["next_url"].removeprefix("http://localhost"))
    assert [one["id"] for one in older["data"]] == [keys[0]]
    post = agent.get(f"organizations/posts/{keys[1]}")["data"]
    assert post["resource_url"].endswith(f"/api/v1/organizations/posts/{keys[1]}")
    assert agent.error("GET", f"users/posts/{keys[1]}")[0] == 404


def test_a_note_with_a_file(agent: Client) -> None:
    sent = {"contents": "see", "files[]": (io.BytesIO(b"abc"), "a.txt")}
    response = agent.send(
        "POST", "organizations/1/notes", data=sent, content_type="multipart/form-data"
    )
    (attachment,) = body(response, 201)["data"]["attachments"]
    assert (attachment["name"], attachment["size"]) == ("a.txt", 3)


def test_tags(agent: Client) -> None:
    place = f"organizations/{made(agent)['id']}/tags"

    def names(verb: str, query: str, status: int, **sent: str) -> list[str]:
        found = body(agent.send(verb, f"{place}{query}", data=sent), status)
        assert found["total_count"] == len(found["data"])
        assert all(set(one) == {"id", "name", "resource_type"} for one in found["data"])
        return [one["name"] for one in found["data"]]

    assert names("POST", "", 201, tags="red, green") == ["red", "green"]
    assert names("PUT", "", 200, tags="green,blue") == ["green", "blue"]
    assert names("DELETE", "?tags=green", 200) == ["blue"]


def test_activities(agent: Client, server: Server) -> None:
    place = f"organizations/{made(agent)['id']}"
    agent.send("PUT", place, data={"name": "Renamed"})
    page = Client(server, "customer").get(f"{place}/activities")
    assert [one["verb"] for one in page["data"]] == ["update", "create"]
    assert {"limit", "total_count"} <= set(page)
    assert "offset" not in page
    oldest = agent.get(f"{place}/activities?sort_order=asc")["data"][0]
    assert oldest["verb"] == "create"
    assert oldest["actor"]["original"] == {"id": 3, "resource_type": "user"}
    assert agent.get(f"{place}/activities?minimum_weight=0.9")["data"] == []
