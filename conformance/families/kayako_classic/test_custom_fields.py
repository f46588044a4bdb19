"""Definitions of custom fields and their options (GET /Base/CustomField, …/ListOptions).

Definitions are made in the administrator's panel: the checks look at what is there.
"""

import pytest
from lxml import etree

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, omit
from conformance.engine.answer import Item
from conformance.engine.matchers import equal_to, not_empty
from conformance.families.kayako_classic.prerequisites import accepted, aimed, readable

#: checkbox, radio, select, multi select; the linked select is 9.
_CHOICES = (4, 5, 6, 7, 9)
_LINKED = 9


@pytest.fixture(scope="module")
def definitions(helpdesk: Helpdesk) -> Exchange:
    return helpdesk.good("listCustomFields")


@pytest.fixture(scope="module")
def choice(definitions: Exchange) -> Item:
    """The definition of a field that one chooses a value for."""
    items = readable(definitions).answer.items
    found = sorted(
        (item for item in items if item.get("fieldtype") in _CHOICES),
        key=lambda item: item["fieldtype"] == _LINKED,
    )
    if not found:
        omit("the helpdesk has no custom field with options")
    return found[0]


@pytest.fixture(scope="module")
def options(helpdesk: Helpdesk, choice: Item) -> Exchange:
    """The options of that field."""
    return aimed(helpdesk, "listCustomFieldOptions", customfieldid=choice["customfieldid"])


@covers("KC-CFD-001")
def test_the_definitions_are_listed(definitions: Exchange) -> None:
    judge(accepted(definitions).answer.problem, equal_to(None), "body", "KC-CFD-001")


@covers("KC-CFD-004")
def test_properties_are_attributes_and_no_elements(definitions: Exchange) -> None:
    document = readable(definitions).answer.document
    found = document.root.findall("customfield") if document is not None else []
    if not found:
        omit("the helpdesk has no custom field")
    for field in found:
        inner = [str(child.tag) for child in field.iterchildren(etree.Element)]
        judge(inner, equal_to([]), f"elements in /customfields/customfield[{found.index(field)}]")


@covers("KC-CFD-003")
def test_every_definition_has_an_id_of_its_own_and_a_name_to_send(definitions: Exchange) -> None:
    items = readable(definitions).answer.items
    if not items:
        omit("the helpdesk has no custom field")
    ids = [item.get("customfieldid") for item in items]
    judge(len(ids) - len(set(ids)), equal_to(0), "ids that two definitions share")
    for item in items:
        judge(item.get("fieldname"), not_empty, item.where("fieldname"))


@covers("KC-CFD-002", "KC-PROTO-006")
def test_the_options_of_a_field_are_listed(options: Exchange) -> None:
    expect(options, "KC-CFD-002", "KC-PROTO-006").success()


@covers("KC-CFD-002")
def test_options_belong_to_the_field_asked_for(options: Exchange, choice: Item) -> None:
    for item in readable(options).answer.items:
        shown = item.get("customfieldid")
        judge(shown, equal_to(choice["customfieldid"]), item.where("customfieldid"))


@covers("KC-CFD-005")
def test_an_option_has_a_parent_in_a_linked_select_only(options: Exchange, choice: Item) -> None:
    if choice["fieldtype"] == _LINKED:
        omit("every field with options is a linked select")
    for item in readable(options).answer.items:
        where = item.where("parentcustomfieldoptionid")
        judge(item.get("parentcustomfieldoptionid"), equal_to(0), where)
