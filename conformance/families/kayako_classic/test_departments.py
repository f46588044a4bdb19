"""Departments: application, parents, visibility and a second life (page "REST - Department")."""

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit
from conformance.engine.answer import Item
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import (
    a_positive_integer,
    containing,
    different_from,
    empty,
    equal_to,
    not_empty,
)
from conformance.families.kayako_classic.life import Life, life_of
from conformance.families.kayako_classic.prerequisites import accepted, aim, aimed, readable


@pytest.fixture(scope="module")
def life(helpdesk: Helpdesk) -> Life:
    """A private sub-department that two user groups see, later public and elsewhere."""
    return life_of(helpdesk, "department")


@pytest.fixture(scope="module")
def plain(helpdesk: Helpdesk) -> Exchange:
    """A create with title, type and application."""
    return helpdesk.good("createDepartment")


@pytest.fixture(scope="module")
def chat(helpdesk: Helpdesk) -> Exchange:
    """A create of a live-chat department that says so under the old name alone."""
    draft = helpdesk.draft("createDepartment", module="livechat").without("app")
    return helpdesk.send(draft)


@pytest.fixture(scope="module")
def live_chat(helpdesk: Helpdesk, chat: Exchange) -> Exchange:
    """A live-chat department, made under both names where the old one alone does not do."""
    if chat.succeeded:
        return chat
    return helpdesk.call("createDepartment", app="livechat", module="livechat")


@pytest.fixture(scope="module")
def listed(helpdesk: Helpdesk, plain: Exchange, live_chat: Exchange) -> Exchange:
    """The list once both departments are there."""
    accepted(plain)
    accepted(live_chat)
    return aimed(helpdesk, "listDepartments")


def application(item: Item | None) -> object:
    """What a department serves, under whichever name the server shows it."""
    return None if item is None else item.get("app", item.get("module"))


# Creating ---------------------------------------------------------------------------------------


@covers("KC-DEP-018")
def test_title_type_and_application_make_a_department(plain: Exchange) -> None:
    expect(plain).success().item("id", a_positive_integer)


@covers("KC-DEP-019")
def test_the_application_may_be_named_module_alone(plain: Exchange, chat: Exchange) -> None:
    accepted(plain)
    expect(chat).success().has_item()
    shown = application(chat.answer.item)
    if shown is not None:
        judge(shown, equal_to("livechat"), "application of the department")


@covers("KC-PROTO-045")
def test_the_application_is_read_as_written(life: Life) -> None:
    shown = application(readable(life.read).answer.item)
    judge(shown, equal_to(life.first.sent["app"]), "application of the department")


@covers("KC-DEP-012")
def test_a_department_without_parent_stands_at_the_top(plain: Exchange) -> None:
    expect(accepted(plain)).item("parentdepartmentid", equal_to(0))


@covers("KC-DEP-012")
def test_a_sub_department_names_its_parent(life: Life) -> None:
    parent = life.first.sent["parentdepartmentid"]
    expect(readable(life.read)).item("parentdepartmentid", equal_to(parent))


@covers("KC-PROTO-007")
def test_a_create_with_a_title_in_use_leaves_the_older_department_alone(
    helpdesk: Helpdesk,
) -> None:
    older = helpdesk.make("department", type="public")
    same = aim(helpdesk, "createDepartment", **older.exchange.sent)
    again = helpdesk.send(same.having(type="private"))
    if again.succeeded:
        expect(readable(again)).item("id", different_from(older.id))
    read = readable(aimed(helpdesk, "getDepartment", id=older.id))
    expect(read).item("type", equal_to("public"))


# The list ---------------------------------------------------------------------------------------


@covers("KC-DEP-001")
def test_the_list_shows_sub_departments(life: Life) -> None:
    expect(readable(life.listed)).lists(id=int(life.made.id))


@covers("KC-DEP-001", "KC-DEP-024", "KC-PROTO-042")
@pytest.mark.parametrize("application", ["tickets", "livechat"])
def test_the_list_shows_departments_of_either_application(
    helpdesk: Helpdesk, plain: Exchange, live_chat: Exchange, listed: Exchange, application: str
) -> None:
    made = helpdesk.made_by(plain if application == "tickets" else live_chat)
    ids = ("KC-DEP-001", "KC-DEP-024", "KC-PROTO-042")
    expect(readable(listed), *ids).lists(id=int(made.id))


# Updating ---------------------------------------------------------------------------------------


@covers("KC-DEP-020")
def test_a_changed_type_shows_in_a_later_read(life: Life) -> None:
    expect(readable(life.read)).item("type", equal_to("private"))
    expect(life.updated).success()
    expect(readable(life.after_update)).item("type", equal_to("public"))


@covers("KC-DEP-015")
def test_an_update_does_not_move_a_department_to_the_other_application(
    helpdesk: Helpdesk,
) -> None:
    department = helpdesk.make("department")
    title = department["title"]
    move = aim(helpdesk, "updateDepartment", id=department.id, title=title)
    helpdesk.send(move.having(app="livechat", module="livechat"))
    read = aimed(helpdesk, "getDepartment", id=department.id)
    expect(readable(read)).has_item()
    shown = application(read.answer.item)
    if shown is None:
        omit("the department does not show what it serves")
    judge(shown, different_from("livechat"), "application of the department")


# Visibility -------------------------------------------------------------------------------------


@covers("KC-DEP-013")
def test_the_user_groups_that_see_a_department_are_shown(life: Life) -> None:
    expect(readable(life.read)).item("usergroups", not_empty)
    strange = [group for group in groups_of(life.read) if str(group) not in wanted_groups(life)]
    judge(strange, empty, "user groups that were not sent")


@covers("KC-PROTO-014", "KC-PROTO-045", "KC-DEP-016")
def test_every_user_group_of_the_repeated_field_is_taken(life: Life) -> None:
    shown = groups_of(life.read)
    if not shown:
        omit("the department shows no user groups")
    for group in wanted_groups(life):
        ids = ("KC-PROTO-014", "KC-PROTO-045", "KC-DEP-016")
        judge(shown, containing(group), "user groups", *ids)


def wanted_groups(life: Life) -> list[str]:
    sent: list[str] = life.first.sent["usergroupid[]"]
    return sent


def groups_of(exchange: Exchange) -> list[int]:
    """The user groups that a department shows; they may be left out of an answer."""
    item = readable(exchange).answer.item
    return (item.get("usergroups") if item is not None else None) or []


@covers("KC-DEP-023")
def test_user_groups_without_custom_visibility_do_no_harm(
    helpdesk: Helpdesk, plain: Exchange
) -> None:
    accepted(plain)
    group = helpdesk.obtain("usergroup").id
    draft = helpdesk.draft("createDepartment", uservisibilitycustom="0")
    expect(helpdesk.send(draft.having({"usergroupid[]": [group]}))).success().has_item()


@covers("KC-DEP-016")
def test_an_empty_array_takes_all_user_groups_away(helpdesk: Helpdesk) -> None:
    group = helpdesk.obtain("usergroup").id
    custom = {"uservisibilitycustom": "1"}
    department = helpdesk.make("department", **custom, **{"usergroupid[]": [group]})
    update = aim(helpdesk, "updateDepartment", id=department.id, title=department["title"])
    accepted(helpdesk.send(update))
    emptied = update.having({**custom, "usergroupid[]": [""], "type": "private"})
    expect(helpdesk.send(emptied)).success()
    read = readable(aimed(helpdesk, "getDepartment", id=department.id))
    if read.answer.item is None or read.answer.item.get("type") != "private":
        raise PrerequisiteBroken("an update of a department is not kept")
    judge(groups_of(read), empty, "user groups")


# A second life ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def deleted(helpdesk: Helpdesk) -> Made:
    """A department that was made and deleted just now."""
    made = helpdesk.made_by(helpdesk.send(helpdesk.draft("createDepartment")))
    accepted(aimed(helpdesk, "deleteDepartment", id=made.id))
    return made


@pytest.fixture(scope="module")
def again(helpdesk: Helpdesk, deleted: Made) -> Exchange:
    """The same create once more, before any other."""
    return helpdesk.send(aim(helpdesk, "createDepartment", **deleted.exchange.sent))


@covers("KC-DEP-021")
def test_a_deleted_department_can_be_made_again(again: Exchange) -> None:
    expect(again).success().has_item()


@covers("KC-DEP-022")
def test_a_department_made_again_gets_another_id(deleted: Made, again: Exchange) -> None:
    expect(readable(again)).item("id", different_from(deleted.id))
