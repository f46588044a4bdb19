"""Organisations: contact values, moments and SLA plan (page "REST - UserOrganization")."""

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect
from conformance.engine.matchers import at_least, equal_to
from conformance.families.kayako_classic.life import Life, life_of
from conformance.families.kayako_classic.prerequisites import accepted, aim, aimed, readable

CONTACT = ("address", "city", "state", "postalcode", "country", "phone", "fax", "website")


@pytest.fixture(scope="module")
def life(helpdesk: Helpdesk) -> Life:
    """An organisation with every documented field, later with every one changed."""
    return life_of(helpdesk, "userorganization")


@pytest.fixture(scope="module")
def plain(helpdesk: Helpdesk) -> Exchange:
    """An organisation made of name and type alone, read."""
    accepted(helpdesk.good("createUserOrganization"))
    return accepted(helpdesk.good("getUserOrganization"))


@covers("KC-UOR-012")
@pytest.mark.parametrize("member", CONTACT)
def test_a_contact_value_that_was_not_given_is_an_empty_element(
    plain: Exchange, member: str
) -> None:
    expect(plain).item(member, equal_to(""))


@covers("KC-UOR-012")
def test_a_contact_value_that_was_taken_away_is_an_empty_element(helpdesk: Helpdesk) -> None:
    made = helpdesk.make("userorganization", phone="555-0114")
    update = aim(helpdesk, "updateUserOrganization", id=made.id, name=made["name"], phone="")
    accepted(helpdesk.send(update))
    read = aimed(helpdesk, "getUserOrganization", id=made.id)
    expect(accepted(read)).item("phone", equal_to(""))


@covers("KC-UOR-009")
@pytest.mark.parametrize(("stage", "kind"), [("read", "shared"), ("after_update", "restricted")])
def test_the_type_of_an_organisation_is_as_written(life: Life, stage: str, kind: str) -> None:
    accepted(life.created if stage == "read" else life.updated)
    expect(readable(getattr(life, stage))).item("organizationtype", equal_to(kind))


@covers("KC-UOR-010", "KC-PROTO-016")
def test_a_plan_that_never_ends_shows_0(life: Life) -> None:
    accepted(life.updated)
    ids = ("KC-UOR-010", "KC-PROTO-016")
    expect(readable(life.after_update), *ids).item("slaplanexpiry", equal_to(0))


@covers("KC-UOR-011")
@pytest.mark.parametrize("stage", ["created", "read", "after_least", "after_update"])
def test_the_last_update_is_not_earlier_than_the_creation(life: Life, stage: str) -> None:
    exchange = accepted(getattr(life, stage))
    item = exchange.answer.item
    made = item.get("dateline") if item is not None else None
    expect(exchange).item("lastupdate", at_least(made if isinstance(made, int) else 0))
