"""What stands around users: their notes and posts, tags, locales."""

from __future__ import annotations

from conformance.emulator import Server
from tests.emulator.kayako_v1.client import Client, body


def test_notes_of_a_user(agent: Client) -> None:
    notes = [
        body(agent.send("POST", "users/6/notes", json={"contents": f"Note {n}"}), 201)["data"]["id"]
        for n in (1, 2)
    ]
    place = f"users/6/notes/{notes[0]}"
    pinned = body(agent.send("PUT", place, json={"is_pinned": True}), 200)["data"]
    assert agent.get(place)["data"] == pinned
    assert pinned["resource_url"].endswith(f"/api/v1/{place}")
    assert [one["id"] for one in agent.get("users/6/notes")["data"]] == notes[::-1]
    assert [one["id"] for one in agent.get("users/6/notes?is_pinned=1")["data"]] == notes[:1]
    assert [one["id"] for one in agent.get("users/6/posts")["data"]] == notes[::-1]
    assert agent.error("GET", f"organizations/1/notes/{notes[0]}")[0] == 404
    assert agent.error("POST", "users/99/notes", json={"contents": "x"})[0] == 404


def test_tags_of_a_user(agent: Client) -> None:
    place = "users/6/tags"

    def names(verb: str, status: int, where: str, **sent: str) -> list[str]:
        found = body(agent.send(verb, where, data=sent), status)
        assert found["total_count"] == len(found["data"])
        return [tag["name"] for tag in found["data"]]

    assert names("POST", 201, place, tags="red,blue") == ["red", "blue"]
    assert names("PUT", 200, place, tags="blue,green") == ["blue", "green"]
    body(agent.send("PUT", "users/6", data={"tags": "green"}), 200)
    assert names("POST", 201, place, tags="red") == ["red", "green"]
    assert names("DELETE", 200, f"{place}?tags=red") == ["green"]


def test_locales(server: Server, nobody: Client) -> None:
    found = nobody.get("locales?is_public=true")
    assert found["total_count"] == len(found["data"])
    for locale in found["data"]:
        assert nobody.get(f"locales/{locale['id']}")["data"] == locale
    assert nobody.get("locales?is_localized=false")["data"] == []
    other, customer = found["data"][1], Client(server, "customer")
    sent = {"locale_id": other["id"]}
    changed = body(Client(server, "owner").send("PUT", "users/5", json=sent), 200)["data"]
    assert changed["locale"] == other["locale"]
    assert customer.get("locales/current")["data"] == other
