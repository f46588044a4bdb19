"""Cases, their posts and replies."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest

from tests.emulator.kayako_v1.client import Client, body

NOTE = {"subject": "Printer", "contents": "It burns.", "channel": "NOTE"}
MAIL = {"subject": "Printer", "contents": "It burns.", "channel": "MAIL", "channel_id": 1}


def add(agent: Client, **more: Any) -> dict[str, Any]:
    """Add a case; returns the object."""
    data: dict[str, Any] = body(agent.send("POST", "cases", json={**NOTE, **more}), 201)["data"]
    return data


def ids(found: dict[str, Any]) -> list[int]:
    """Return the ids of a collection."""
    return [one["id"] for one in found["data"]]


def test_a_case_is_added_and_read(agent: Client) -> None:
    made = add(agent, requester_id=5, priority_id=2, type_id=3, tags="hot,printer")
    assert made == agent.get(f"cases/{made['id']}")["data"]
    assert (made["requester"]["id"], made["priority"]["id"], made["type"]["id"]) == (5, 2, 3)
    assert (made["status"]["id"], made["state"], made["post_count"]) == (1, "ACTIVE", 1)
    assert made["has_notes"] is True
    assert "id" not in made["source_channel"]
    assert "tags" not in made
    assert {one["resource_type"] for one in made["custom_fields"]} == {"case_field_value"}
    tags = agent.get(f"cases/{made['id']}?fields=+tags")["data"]["tags"]
    assert [tag["name"] for tag in tags] == ["hot", "printer"]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({}, "FIELD_REQUIRED"),
        ({**NOTE, "channel": "MAIL"}, "FIELD_REQUIRED"),
        ({**MAIL, "channel_id": 9}, "FIELD_INVALID"),
        ({**NOTE, "requester_id": 99}, "FIELD_INVALID"),
        ({**NOTE, "assigned_agent_id": 5}, "FIELD_INVALID"),
        ({**NOTE, "field_values": {"unheard": "1"}}, "FIELD_INVALID"),
    ],
)
def test_wrong_cases_are_refused(agent: Client, sent: dict[str, Any], code: str) -> None:
    assert agent.error("POST", "cases", json=sent) == (400, code)


def test_lists_are_filtered(agent: Client) -> None:
    low = add(agent, priority_id=1, legacy_id="L1", requester_id=5, tags="rare")["id"]
    high = add(agent, priority_id=4, status_id=2)["id"]
    assert ids(agent.get("cases"))[:2] == [high, low]
    assert high not in ids(agent.get("cases?priority=2"))
    assert ids(agent.get("cases?status=open")) == [high]
    assert ids(agent.get("cases?tags=rare,unheard")) == [low]
    assert ids(agent.get(f"cases?ids={low}")) == [low]
    assert ids(agent.get("cases?legacy_ids=L1")) == [low]
    found = agent.get("cases?identity_type=EMAIL&identity_value=customer@acme.example")
    assert low in ids(found)
    assert high not in ids(found)
    assert agent.error("GET", "cases?identity_type=EMAIL") == (400, "FIELD_REQUIRED")
    assert agent.get("cases?start_time=2100-01-01T00:00:00Z")["data"] == []


def test_a_case_is_changed(agent: Client) -> None:
    made = add(agent)
    sent = {"status_id": 4, "assigned_agent_id": 3, "field_values[product]": "Laser"}
    changed = body(agent.send("PUT", f"cases/{made['id']}", data=sent), 200)["data"]
    assert changed["subject"] == made["subject"]
    assert changed["status"]["id"] == 4
    assert changed["last_completed_by"]["id"] == changed["last_assigned_by"]["id"] == 3
    assert changed["last_completed_at"]
    assert changed["custom_fields"][0]["value"] == "Laser"
    where = f"cases?ids={made['id']},999"
    several = body(agent.send("PUT", where, data={"notes": "Look", "assigned_agent_id": ""}), 200)
    assert several["total_count"] == 1
    after = agent.get(f"cases/{made['id']}")["data"]
    assert (after["assigned_agent"], after["post_count"]) == (None, 2)


def test_trash(agent: Client, owner: Client) -> None:
    one, two = add(agent)["id"], add(agent)["id"]
    assert body(agent.send("PUT", f"cases/{one}/trash"), 200)["data"]["state"] == "TRASH"
    assert one not in ids(agent.get("cases"))
    assert body(agent.send("PUT", f"cases/{one}/restore"), 200)["data"]["state"] == "ACTIVE"
    assert body(agent.send("PUT", f"cases/trash?ids={one},{two}"), 200)["total_count"] == 2
    assert agent.error("DELETE", "cases/trash")[0] == 403
    body(owner.send("DELETE", "cases/trash"), 200)
    assert agent.error("GET", f"cases/{one}")[0] == 404


def test_a_reply_adds_a_post(agent: Client) -> None:
    case = add(agent)["id"]
    parts = {"contents": "Use water.", "channel": "MAIL", "channel_id": "1", "status_id": "3"}
    parts["attachment"] = (BytesIO(b"H2O"), "water.txt")  # type: ignore[assignment]
    reply = body(agent.send("POST", f"cases/{case}/reply", data=parts), 201)
    assert reply["resource"] == "case_reply"
    assert "id" not in reply["data"]
    post = agent.get(f"cases/posts/{reply['data']['posts'][0]['id']}")["data"]
    assert (post["contents"], post["destination_medium"]) == ("Use water.", "MAIL")
    where = post["attachments"][0]["url"].partition("/api/v1/")[2]
    assert agent.send("GET", where).data == b"H2O"
    read = agent.get(f"cases/{case}")["data"]
    assert (read["status"]["id"], read["has_attachments"]) == (3, True)
    mail = agent.get(f"cases/posts/{post['id']}/email_original")
    assert (mail["resource"], mail["data"]["resource_type"]) == ("post", "email_original")
    assert len(agent.get(f"cases/{case}/channels")["data"]) == 2


def test_posts_come_last_first_in_pages(agent: Client) -> None:
    case = add(agent)["id"]
    for number in range(3):
        body(agent.send("POST", f"cases/{case}/reply", data={"contents": str(number)}), 201)
    found = agent.get(f"cases/{case}/posts?limit=3")
    assert [one["contents"] for one in found["data"]] == ["2", "1", "0"]
    assert "offset" not in found
    rest = agent.get(f"cases/{case}/posts?limit=3&after_id={found['data'][-1]['id']}")
    assert [one["contents"] for one in rest["data"]] == ["It burns."]
    notes = agent.get(f"cases/{case}/posts?filters=NOTES")
    assert ids(notes) == ids(rest)
    body(agent.send("PUT", f"cases/posts/{ids(found)[1]}", data={"post_status": "SEEN"}), 200)
    states = [one["post_status"] for one in agent.get(f"cases/{case}/posts")["data"]]
    assert states == ["SENT", "SEEN", "SEEN", "SEEN"]


def test_cases_are_added_in_bulk(agent: Client) -> None:
    count = agent.get("cases")["total_count"]
    cases = [{**NOTE, "creator_id": 1, "posts": [{"contents": "More"}]}, {"subject": "None"}]
    sent = {"data": {"cases": json.dumps(cases)}}
    assert agent.error("POST", "bulk/cases", **sent) == (400, "FIELD_REQUIRED")
    assert agent.get("cases")["total_count"] == count
    found = body(agent.send("POST", "bulk/cases?partial_import=true", **sent), 202)
    assert (found["resource"], found["data"]["status"]) == ("job", "PENDING")
    assert agent.get("cases")["total_count"] == count + 1
    newest = max(ids(agent.get("cases?limit=100")))
    assert agent.get(f"cases/{newest}")["data"]["post_count"] == 2


def test_a_status_that_is_deleted_leaves_cases(owner: Client) -> None:
    status = body(owner.send("POST", "cases/statuses", data={"label": "Odd"}), 201)["data"]["id"]
    case = add(owner, status_id=status)["id"]
    body(owner.send("DELETE", f"cases/statuses/{status}"), 200)
    assert owner.get(f"cases/{case}")["data"]["status"] is None


def test_channels(agent: Client) -> None:
    found = agent.get("cases/channels")
    assert found["total_count"] == len(found["data"])
    mail = next(one for one in found["data"] if one["type"] == "MAIL")
    assert mail["account"] == {"id": 1, "resource_type": "mailbox"}
    assert not {"id", "resource_url"} & set(mail)
