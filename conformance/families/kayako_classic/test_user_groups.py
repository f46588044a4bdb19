"""User groups: kinds and built-in groups (page "REST - UserGroup")."""

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, omit, violate
from conformance.engine.matchers import different_from, equal_to
from conformance.families.kayako_classic.life import life_of
from conformance.families.kayako_classic.prerequisites import aim, aimed, readable


@pytest.fixture(scope="module")
def listed(helpdesk: Helpdesk) -> Exchange:
    return helpdesk.good("listUserGroups")


@covers("KC-UGR-013")
def test_the_group_registered_is_there(listed: Exchange) -> None:
    expect(readable(listed)).lists(title="Registered", grouptype="registered")


@covers("KC-UGR-010")
def test_the_group_registered_is_built_in(listed: Exchange) -> None:
    found = [item for item in readable(listed).answer.items if item.get("title") == "Registered"]
    if not found:
        omit("the helpdesk has no group Registered")
    if all(item.get("ismaster") != 1 for item in found):
        violate(found[0].where("ismaster"), "1", str(found[0].get("ismaster")))


@covers("KC-UGR-010", "KC-UGR-012")
def test_a_new_group_is_not_built_in(helpdesk: Helpdesk) -> None:
    read = readable(life_of(helpdesk, "usergroup").read)
    expect(read, "KC-UGR-010", "KC-UGR-012").item("ismaster", equal_to(0))


@covers("KC-UGR-009", "KC-PROTO-045")
@pytest.mark.parametrize("kind", ["guest", "registered"])
def test_a_group_is_of_the_kind_it_was_made(helpdesk: Helpdesk, kind: str) -> None:
    life = life_of(helpdesk, "usergroup")
    exchange = life.read if kind == "guest" else helpdesk.good("getUserGroup")
    expect(readable(exchange), "KC-UGR-009", "KC-PROTO-045").item("grouptype", equal_to(kind))


@covers("KC-UGR-011")
def test_an_update_leaves_the_kind_of_a_group_alone(helpdesk: Helpdesk) -> None:
    group = helpdesk.make("usergroup")
    title = helpdesk.chance.fill("{mark} user group {n}")
    update = aim(helpdesk, "updateUserGroup", id=group.id, title=title)
    if not expect(helpdesk.send(update)).success().kept:
        return
    helpdesk.send(update.having(grouptype="guest"))
    read = aimed(helpdesk, "getUserGroup", id=group.id)
    expect(readable(read)).item("title", equal_to(title)).item("grouptype", different_from("guest"))
