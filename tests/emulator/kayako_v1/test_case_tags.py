"""Tags of cases."""

from __future__ import annotations

from typing import Any

from tests.emulator.kayako_v1.client import Client, body


def names(found: dict[str, Any]) -> list[str]:
    """Return the names of a collection of tags."""
    assert found["total_count"] == len(found["data"])
    assert all(set(one) == {"id", "name", "resource_type"} for one in found["data"])
    return [one["name"] for one in found["data"]]


def test_tags_are_added_replaced_and_removed(agent: Client) -> None:
    sent = {"subject": "Printer", "contents": "It burns.", "channel": "NOTE", "tags": "a"}
    case = body(agent.send("POST", "cases", data=sent), 201)["data"]["id"]
    where = f"cases/{case}/tags"
    assert names(body(agent.send("POST", where, data={"tags": "a,b"}), 201)) == ["a", "b"]
    assert names(body(agent.send("PUT", where, data={"tags": "b,c,d"}), 200)) == ["b", "c", "d"]
    assert names(body(agent.send("DELETE", f"{where}?tags=c,unheard"), 200)) == ["b", "d"]
    assert names(agent.get(where)) == ["b", "d"]
    assert names(body(agent.send("PUT", where, data={"tags": ""}), 200)) == []


def test_tags_are_known_in_any_letter_case(agent: Client) -> None:
    sent = {"subject": "Printer", "contents": "It burns.", "channel": "NOTE", "tags": "Fire"}
    case = body(agent.send("POST", "cases", data=sent), 201)["data"]["id"]
    assert names(body(agent.send("POST", f"cases/{case}/tags", data={"tags": "fire"}), 201)) == [
        "Fire"
    ]
    assert [one["id"] for one in agent.get("cases?tags=FIRE")["data"]] == [case]
    assert names(body(agent.send("DELETE", f"cases/{case}/tags?tags=fIRE"), 200)) == []


def test_wrong_calls_are_refused(agent: Client) -> None:
    assert agent.error("POST", "cases/99/tags", data={"tags": "a"})[0] == 404
    assert agent.error("POST", "cases/99/tags", data={}) == (400, "FIELD_REQUIRED")
    assert agent.error("DELETE", "cases/99/tags") == (400, "FIELD_REQUIRED")
