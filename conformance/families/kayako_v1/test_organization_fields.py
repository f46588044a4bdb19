"""Custom fields of organizations: the fields, their options and order, values (page
"Organizations")."""

import json
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, skip, violate
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import containing, equal_to, lacking
from conformance.engine.shared import accepted, readable
from conformance.families.kayako_v1.asking import envelope, item_of, taken
from conformance.families.kayako_v1.listings import judge_count, judge_gone, rising


def _title(helpdesk: Helpdesk) -> str:
    return helpdesk.chance.fill("{mark} {word}")


def _options(helpdesk: Helpdesk, count: int) -> str:
    """So many options as a field is made with them."""
    return json.dumps(
        [
            {
                "values": [{"locale": "en-us", "translation": _title(helpdesk)}],
                "sort_order": number,
            }
            for number in range(1, count + 1)
        ]
    )


def _make_choice(helpdesk: Helpdesk, kind: str = "CHECKBOX") -> Made:
    """A field with three options."""
    return helpdesk.make("organization_field", type=kind, options=_options(helpdesk, 3))


def _make_text(helpdesk: Helpdesk) -> Made:
    draft = helpdesk.draft("createOrganizationField", type="TEXT").without("options")
    return helpdesk.made_by(helpdesk.send(draft))


def _read(helpdesk: Helpdesk, made: Made) -> Exchange:
    return helpdesk.call("getOrganizationField", id=made.id)


def _option_ids(item: Any) -> list[int]:
    """The ids of a field's options. Raises PrerequisiteBroken where it does not show them."""
    options = item.get("options")
    ids = [entry.get("id") for entry in options] if isinstance(options, list) else []
    if not ids or None in ids:
        raise PrerequisiteBroken("the field shows no ids of its options")
    return ids


# Fields -----------------------------------------------------------------------------------------


@covers("KV-REQ-001")
@pytest.mark.parametrize("kind", ["TEXT", "NUMERIC", "YESNO"])
def test_a_new_field_is_listed_and_read_as_made(helpdesk: Helpdesk, kind: str) -> None:
    draft = helpdesk.draft("createOrganizationField", type=kind).without("options")
    made = helpdesk.made_by(helpdesk.send(draft))
    title = made.exchange.sent["title"]
    expect(readable(_read(helpdesk, made))).item("title", equal_to(title))
    expect(readable(helpdesk.call("listOrganizationFields"))).lists(id=int(made.id))


@covers("KV-REQ-001")
@pytest.mark.parametrize("name", ["is_visible_to_customers", "is_customer_editable"])
def test_a_change_of_a_field_stays(helpdesk: Helpdesk, name: str) -> None:
    made, title = helpdesk.make("organization_field"), _title(helpdesk)
    accepted(helpdesk.call("updateOrganizationField", id=made.id, **{"title": title, name: "true"}))
    read = readable(_read(helpdesk, made))
    expect(read).item("title", equal_to(title)).item(name, equal_to(True))


@covers("KV-REQ-001")
def test_own_fields_are_put_in_another_order(helpdesk: Helpdesk) -> None:
    first, second = (helpdesk.make("organization_field") for _ in range(2))
    for turned in ([second, first], [first, second]):
        ids = [made.id for made in turned]
        accepted(helpdesk.call("reorderOrganizationFields", field_ids=ids))
        orders = [item_of(readable(_read(helpdesk, made))).get("sort_order") for made in turned]
        if not all(isinstance(order, int) for order in orders):
            skip("fields show no sort_order")
        judge(orders, rising, "/data/sort_order of the fields in their new order")


@covers("KV-REQ-001", "KV-RSP-006")
def test_a_deleted_field_is_gone(helpdesk: Helpdesk) -> None:
    made = helpdesk.make("organization_field")
    accepted(helpdesk.call("deleteOrganizationField", id=made.id))
    listed = readable(helpdesk.call("listOrganizationFields"))
    if expect(listed, "KV-REQ-001").lacks(id=int(made.id)).kept:
        judge_gone(_read(helpdesk, made), "KV-REQ-001", "KV-RSP-006")


@covers("KV-ENV-009", "KV-REQ-001", "KV-RSP-006")
def test_several_fields_are_deleted_in_one_call(helpdesk: Helpdesk) -> None:
    pair = [helpdesk.make("organization_field") for _ in range(2)]
    exchange = helpdesk.call("deleteOrganizationFields", ids=[made.id for made in pair])
    if taken(exchange, "KV-ENV-009") and judge_count(exchange, 2, "KV-ENV-009"):
        for made in pair:
            judge_gone(_read(helpdesk, made), "KV-REQ-001", "KV-RSP-006")


# Options ----------------------------------------------------------------------------------------


@covers("KV-REQ-001")
@pytest.mark.parametrize("kind", ["CHECKBOX", "RADIO", "SELECT"])
def test_a_field_has_the_options_it_was_made_with(helpdesk: Helpdesk, kind: str) -> None:
    made = _make_choice(helpdesk, kind)
    ids = _option_ids(item_of(readable(_read(helpdesk, made))))
    judge(len(set(ids)), equal_to(3), "count of /data/options")


@covers("KV-REQ-001")
def test_a_deleted_option_is_gone(helpdesk: Helpdesk) -> None:
    made = _make_choice(helpdesk)
    first, *others = _option_ids(made.values)
    accepted(helpdesk.call("deleteOrganizationFieldOption", id=made.id, option=first))
    left = _option_ids(item_of(readable(_read(helpdesk, made))))
    judge(sorted(left), equal_to(sorted(others)), "/data/options/*/id")


@covers("KV-ENV-009", "KV-REQ-001")
def test_several_options_are_deleted_in_one_call(helpdesk: Helpdesk) -> None:
    made = _make_choice(helpdesk)
    *gone, last = _option_ids(made.values)
    ids = ",".join(map(str, gone))
    exchange = helpdesk.call("deleteOrganizationFieldOptions", id=made.id, ids=ids)
    if taken(exchange, "KV-ENV-009") and judge_count(exchange, len(gone), "KV-ENV-009"):
        left = _option_ids(item_of(readable(_read(helpdesk, made))))
        judge(left, equal_to([last]), "/data/options/*/id", "KV-REQ-001")


@covers("KV-REQ-001")
def test_no_option_is_lost_by_another_order(helpdesk: Helpdesk) -> None:
    """Where the order shows is documented nowhere."""
    made = _make_choice(helpdesk)
    ids = _option_ids(made.values)
    turned = ",".join(map(str, reversed(ids)))
    accepted(helpdesk.call("reorderOrganizationFieldOptions", id=made.id, option_ids=turned))
    left = _option_ids(item_of(readable(_read(helpdesk, made))))
    judge(sorted(left), equal_to(sorted(ids)), "/data/options/*/id")


# Values -----------------------------------------------------------------------------------------


def _set(helpdesk: Helpdesk, organization: Made, field: Made, value: str) -> Exchange:
    key = field.shown("key")
    if not isinstance(key, str):
        raise PrerequisiteBroken("the field shows no key")
    draft = helpdesk.draft("setOrganizationFieldValues", id=organization.id)
    draft = draft.without(*(name for name in draft.sent if name.startswith("field_values")))
    return helpdesk.send(draft.having({f"field_values[{key}]": value}))


def _value(exchange: Exchange, field: Made) -> Any:
    """What the values of an organization say about a field; None where they do not name it."""
    for item in readable(exchange).answer.items:
        named = item.get("field")
        if isinstance(named, dict) and str(named.get("id")) == field.id:
            return item.get("value")
    return None


@covers("KV-ORG-026")
def test_a_value_is_written_and_read(helpdesk: Helpdesk) -> None:
    organization, field = helpdesk.make("organization"), _make_text(helpdesk)
    for text in (_title(helpdesk), _title(helpdesk)):
        written = _set(helpdesk, organization, field, text)
        if not taken(written):
            return
        read = helpdesk.call("listOrganizationFieldValues", id=organization.id)
        for exchange in (written, read):
            judge(_value(exchange, field), equal_to(text), "/data/*/value")


@covers("KV-ORG-026")
def test_values_are_counted(helpdesk: Helpdesk) -> None:
    organization, field = helpdesk.make("organization"), _make_text(helpdesk)
    accepted(_set(helpdesk, organization, field, _title(helpdesk)))
    read = readable(helpdesk.call("listOrganizationFieldValues", id=organization.id))
    count = envelope(read).get("total_count")
    judge(count, equal_to(len(read.answer.items)), "/total_count")


def _chosen(value: Any) -> list[str]:
    """The options of a value: a list of them, or one text with commas."""
    entries = value if isinstance(value, list) else str(value or "").split(",")
    return [str(entry.get("id") if isinstance(entry, dict) else entry).strip() for entry in entries]


def _chosen_now(helpdesk: Helpdesk, organization: Made, field: Made) -> list[str]:
    read = helpdesk.call("listOrganizationFieldValues", id=organization.id)
    return _chosen(_value(read, field))


@covers("KV-ORG-027")
def test_options_that_are_left_out_are_lost(helpdesk: Helpdesk) -> None:
    organization, field = helpdesk.make("organization"), _make_choice(helpdesk)
    options = [str(option) for option in _option_ids(field.values)]
    if len(options) < 2:
        raise PrerequisiteBroken("a new custom field lacks options that it was made with")
    kept, lost = options[:2]
    written = accepted(_set(helpdesk, organization, field, f"{kept},{lost}"))
    if not {kept, lost} <= set(_chosen(_value(written, field))):
        skip("values do not name the options by id")
    if not {kept, lost} <= set(_chosen_now(helpdesk, organization, field)):
        raise PrerequisiteBroken("values of custom fields are not kept")
    accepted(_set(helpdesk, organization, field, kept))
    chosen = _chosen_now(helpdesk, organization, field)
    judge(chosen, containing(kept), "/data/*/value")
    judge(chosen, lacking(lost), "/data/*/value")


@covers("KV-ORG-026")
def test_a_value_stays_with_its_organization(helpdesk: Helpdesk) -> None:
    first, second = (helpdesk.make("organization") for _ in range(2))
    field, text = _make_text(helpdesk), _title(helpdesk)
    accepted(_set(helpdesk, first, field, text))
    other = _value(helpdesk.call("listOrganizationFieldValues", id=second.id), field)
    if other == text:
        violate("/data/*/value", "no value of another organization", text)
