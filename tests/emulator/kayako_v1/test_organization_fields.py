"""Custom fields of organizations: the fields, their options and the values."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.kayako_v1.client import Client, body

FIELDS = "organizations/fields"


def made(owner: Client, **sent: Any) -> dict[str, Any]:
    """Create a field."""
    sent = {"type": "TEXT", "title": "Some text", **sent}
    data: dict[str, Any] = body(owner.send("POST", FIELDS, json=sent), 201)["data"]
    return data


def test_a_new_field(owner: Client, agent: Client) -> None:
    field = made(owner, customer_titles=[{"locale": "en-us", "translation": "Text"}])
    assert (field["key"], field["is_enabled"], field["options"]) == ("some_text", True, [])
    assert field["is_visible_to_customers"] is False
    assert field["customer_titles"][0]["resource_type"] == "locale_field"
    assert made(owner)["key"] == "some_text_2"
    assert agent.get(f"{FIELDS}/{field['id']}")["data"] == field
    page = agent.get(FIELDS)
    assert (page["total_count"], "limit" in page) == (len(page["data"]), False)
    sent = {"title": "Other", "is_enabled": "false"}
    data = body(owner.send("PUT", f"{FIELDS}/{field['id']}", data=sent), 200)["data"]
    assert (data["title"], data["is_enabled"]) == ("Other", False)


@pytest.mark.parametrize(
    ("sent", "parameter"),
    [
        ({"title": "x"}, "type"),
        ({"type": "TEXT"}, "title"),
        ({"type": "COLOUR", "title": "x"}, "type"),
        ({"type": "REGEX", "title": "x", "regular_expression": "("}, "regular_expression"),
        ({"type": "SELECT", "title": "x", "options": [{}]}, "options"),
    ],
)
def test_an_unusable_field(owner: Client, sent: Any, parameter: str) -> None:
    error = body(owner.send("POST", FIELDS, json=sent), 400)["errors"][0]
    assert error["parameter"] == parameter


def test_agents_change_no_fields(agent: Client) -> None:
    for verb, path in [("POST", ""), ("PUT", "/1"), ("PUT", "/reorder"), ("DELETE", "/1")]:
        assert agent.error(verb, f"{FIELDS}{path}")[0] == 403


def test_order_and_deletion(owner: Client) -> None:
    keys = [made(owner)["id"] for _ in range(3)]
    sent = {"field_ids": f"{keys[1]},{keys[0]}"}
    assert "data" not in body(owner.send("PUT", f"{FIELDS}/reorder", data=sent), 200)
    assert owner.get(f"{FIELDS}/{keys[1]}")["data"]["sort_order"] == 1
    assert body(owner.send("DELETE", f"{FIELDS}/{keys[0]}"), 200)
    for path, key in [("organization/fields", keys[1]), (FIELDS, keys[2])]:
        assert body(owner.send("DELETE", f"{path}?ids={key}"), 200)["total_count"] == 1
        assert owner.error("GET", f"{FIELDS}/{key}")[0] == 404


def _of(found: dict[str, Any], field: dict[str, Any]) -> Any:
    """Return the value of a field in a list of values."""
    return {one["field"]["id"]: one["value"] for one in found["data"]}[field["id"]]


def test_options_and_values(owner: Client, agent: Client) -> None:
    options = [{"values": [{"locale": "en-us", "translation": name}]} for name in "ABC"]
    field = made(owner, type="CHECKBOX", title="Letters", options=options)
    first, second, third = (one["id"] for one in field["options"])
    organization = body(owner.send("POST", "organizations", data={"name": "x"}), 201)["data"]
    place = f"organizations/{organization['id']}/field/values"

    def value(sent: Any) -> str:
        found = body(agent.send("PUT", place, json={"field_values": {"letters": sent}}), 200)
        assert found == {**agent.get(place), "session_id": found["session_id"]}
        assert found["resource"] == "organization_field_value"
        return str(_of(found, field))

    assert value("A,b") == f"{first},{second}"
    assert value([second]) == str(second)
    assert value("") == ""
    form = {f"field_values[{field['key']}]": str(third)}
    assert _of(body(agent.send("PUT", place, data=form), 200), field) == str(third)
    wrong = {"json": {"field_values": {"letters": "D"}}}
    assert agent.error("PUT", place, **wrong) == (400, "FIELD_INVALID")
    here = f"{FIELDS}/{field['id']}/options"
    sent = {"option_ids": f"{third},{first}"}
    assert body(owner.send("PUT", f"{here}/reorder", data=sent), 200)
    shown = owner.get(f"{FIELDS}/{field['id']}")["data"]["options"]
    assert [one["id"] for one in shown] == [third, first, second]
    assert body(owner.send("DELETE", f"{here}/{first}"), 200)
    assert _of(agent.get(place), field) == str(third)
    answer = owner.send("DELETE", f"{here}?ids={second},{third}")
    assert body(answer, 200)["total_count"] == 2
    assert _of(agent.get(place), field) == ""
