"""Statuses, priorities and types of cases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.kayako_v1.client import Client, body

PAGES = ["statuses", "priorities", "types"]


def add(owner: Client, page: str, label: str, **more: Any) -> dict[str, Any]:
    """Add one; returns the object."""
    answer = owner.send("POST", f"cases/{page}", json={"label": label, **more})
    data: dict[str, Any] = body(answer, 201)["data"]
    return data


@pytest.mark.parametrize(
    ("page", "labels"),
    [
        ("statuses", ["New", "Open", "Pending", "Completed", "Closed"]),
        ("priorities", ["Low", "Normal", "High", "Urgent"]),
        ("types", ["Question", "Task", "Problem", "Incident"]),
    ],
)
def test_a_fresh_helpdesk_has_the_usual_ones(nobody: Client, page: str, labels: list[str]) -> None:
    found = nobody.get(f"cases/{page}")
    assert [one["label"] for one in found["data"]][: len(labels)] == labels
    assert found["total_count"] == len(found["data"])
    assert not {"offset", "limit"} & set(found)


@pytest.mark.parametrize("page", PAGES)
def test_one_is_added_changed_and_deleted(owner: Client, page: str) -> None:
    one = add(owner, page, "Odd")
    where = f"cases/{page}/{one['id']}"
    assert one["resource_url"].endswith(f"/api/v1/{where}")
    assert one.get("type", "CUSTOM") == "CUSTOM"
    assert owner.error("POST", f"cases/{page}", data={"label": "odd"}) == (400, "FIELD_DUPLICATE")
    assert owner.error("POST", f"cases/{page}", data={}) == (400, "FIELD_REQUIRED")
    assert owner.error("PUT", where, json={"label": ""}) == (400, "FIELD_EMPTY")
    changed = body(owner.send("PUT", where, data={"label": "Even"}), 200)["data"]
    assert changed["label"] == owner.get(where)["data"]["label"] == "Even"
    assert set(body(owner.send("DELETE", where), 200)) <= {"status", "session_id"}
    assert owner.error("GET", where)[0] == 404


@pytest.mark.parametrize("page", PAGES)
def test_several_are_deleted_by_admins_only(owner: Client, agent: Client, page: str) -> None:
    ids = [str(add(owner, page, label)["id"]) for label in ("First", "Second")]
    where = f"cases/{page}?ids={','.join(ids)}"
    assert agent.error("DELETE", where)[0] == 403
    assert body(owner.send("DELETE", where), 200)["total_count"] == 2


def test_only_custom_statuses_move(owner: Client) -> None:
    first, second = (add(owner, "statuses", label)["id"] for label in ("Uno", "Due"))
    where = "cases/statuses/reorder"
    body(owner.send("PUT", where, data={"status_ids": f"{second},{first}"}), 200)
    order = [one["id"] for one in owner.get("cases/statuses")["data"]]
    assert order[:5] == [1, 2, 3, 4, 5]
    assert order.index(second) < order.index(first)
    assert owner.error("PUT", where, data={"status_ids": f"1,{first}"}) == (400, "FIELD_INVALID")
    assert owner.error("DELETE", "cases/statuses/1")[0] == 403


def test_levels_follow_the_order_of_priorities(owner: Client) -> None:
    body(owner.send("PUT", "cases/priorities/reorder", json={"priority_ids": [4, 3]}), 200)
    found = owner.get("cases/priorities")["data"]
    assert [(one["id"], one["level"]) for one in found[:3]] == [(4, 1), (3, 2), (1, 3)]


def test_the_clock_of_agreements_runs_by_default(owner: Client) -> None:
    assert add(owner, "statuses", "Running")["is_sla_active"] is True
    assert add(owner, "statuses", "Paused", is_sla_active=False)["is_sla_active"] is False
