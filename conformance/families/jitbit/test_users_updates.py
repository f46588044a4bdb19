"""Users: what an update changes, in each way to send it, and what it leaves alone (section
"UpdateUser")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, violate
from conformance.engine.exchange import served
from conformance.engine.matchers import containing, equal_to
from conformance.families.jitbit.people import (
    SHOWN_AS,
    accepted,
    address,
    aim,
    aimed,
    department_member,
    item_of,
    look_up,
    name,
    readable,
    shown,
    user_with_password,
)

#: Texts that editors may wrap in markup.
_WRAPPED = ("greeting", "signature", "notes")
_TEXT = "Çağrı Şimşek – İğdır 🐧 & <1> 50% a+b\nsecond line"


@dataclass(frozen=True)
class Updates:
    """One user, changed step by step and looked up after each step."""

    user: Made
    before: Exchange
    nothing: Exchange
    by_query: Exchange
    after_query: Exchange
    by_form: Exchange
    after_form: Exchange


@pytest.fixture(scope="module")
def updates(helpdesk: Helpdesk) -> Updates:
    user = user_with_password(
        helpdesk, firstName="Grace", lastName="Hopper", phone="555-0100", location="Room 1",
        company=name(helpdesk, "{mark} company"), department=name(helpdesk, "{mark} department"),
    )  # fmt: skip
    before = look_up(helpdesk, user["username"])
    nothing = aimed(helpdesk, "updateUser", userId=user.id)
    query = aim(helpdesk, "updateUser", userId=user.id, firstName=name(helpdesk, "By{word}"))
    by_query = helpdesk.send(query.addressed("in-query"))
    after_query = look_up(helpdesk, user["username"])
    by_form = aimed(helpdesk, "updateUser", userId=user.id, firstName=name(helpdesk, "By{word}"))
    after_form = look_up(helpdesk, user["username"])
    return Updates(user, before, nothing, by_query, after_query, by_form, after_form)


# Ways to send -----------------------------------------------------------------------------------


@covers("JB-USER-015")
def test_an_update_needs_nothing_but_the_user(updates: Updates) -> None:
    expect(updates.nothing).success()


@covers("JB-PARM-001", "JB-PARM-003")
def test_what_stands_in_the_query_of_a_post_is_written(updates: Updates) -> None:
    expect(updates.by_query, "JB-PARM-001", "JB-PARM-003").success()
    if updates.by_query.succeeded:
        wanted = updates.by_query.sent["firstName"]
        shown_after = expect(updates.after_query, "JB-PARM-001", "JB-PARM-003")
        shown_after.item("FirstName", equal_to(wanted))


@covers("JB-PARM-002", "JB-PARM-003")
def test_what_stands_in_the_form_is_written(updates: Updates) -> None:
    expect(updates.by_form, "JB-PARM-002", "JB-PARM-003").success()
    if updates.by_form.succeeded:
        wanted = updates.by_form.sent["firstName"]
        shown_after = expect(updates.after_form, "JB-PARM-002", "JB-PARM-003")
        shown_after.item("FirstName", equal_to(wanted))


@covers("JB-USER-024")
def test_an_update_leaves_alone_what_it_does_not_name(updates: Updates) -> None:
    accepted(updates.nothing)
    accepted(updates.by_form)
    before, after = item_of(updates.before), item_of(updates.after_form)
    for field in SHOWN_AS:
        if field != "firstName":
            where = after.where(SHOWN_AS[field])
            judge(shown(after, field), equal_to(shown(before, field)), where)


# Every documented text --------------------------------------------------------------------------


@dataclass(frozen=True)
class Changed:
    """An update of every documented text, and the user found by the new name."""

    call: Exchange
    found: Exchange


@pytest.fixture(scope="module")
def changed(helpdesk: Helpdesk) -> Changed:
    user = user_with_password(helpdesk)
    values = {field: name(helpdesk, "{mark} {word}") for field in SHOWN_AS}
    values |= {"username": name(helpdesk), "email": address(helpdesk), "phone": "+1 555 010 0142"}
    call = aimed(helpdesk, "updateUser", userId=user.id, **values)
    return Changed(call, look_up(helpdesk, values["username"]))


@covers("JB-USER-017")
@pytest.mark.parametrize("field", SHOWN_AS)
def test_an_update_changes_each_text(changed: Changed, field: str) -> None:
    wanted = accepted(changed.call).sent[field]
    if field == "username":
        expect(changed.found).item("Username", equal_to(wanted))
        return
    item = item_of(changed.found)
    member = department_member(item) if field == "department" else SHOWN_AS[field]
    matcher = containing(wanted) if field in _WRAPPED else equal_to(wanted)
    judge(shown(item, field), matcher, item.where(member))


@covers("JB-PARM-012")
@pytest.mark.parametrize("place", ["form", "in-query"])
def test_letters_signs_and_line_breaks_survive(helpdesk: Helpdesk, place: str) -> None:
    user = user_with_password(helpdesk)
    draft = aim(helpdesk, "updateUser", userId=user.id, notes=_TEXT, lastName="Yıldız ŞĞİÖÜÇ")
    accepted(helpdesk.send(draft.addressed("in-query") if place == "in-query" else draft))
    item = item_of(look_up(helpdesk, user["username"]))
    judge(item.get("LastName"), equal_to("Yıldız ŞĞİÖÜÇ"), item.where("LastName"))
    notes = str(item.get("Notes")).replace("\r\n", "\n")
    judge(notes, equal_to(_TEXT), item.where("Notes"))


@covers("JB-PARM-014")
def test_parameters_that_nobody_knows_are_ignored(helpdesk: Helpdesk) -> None:
    user = user_with_password(helpdesk)
    values = {"lastName": name(helpdesk), helpdesk.chance.word(): "1"}
    update = aimed(helpdesk, "updateUser", userId=user.id, **values)
    expect(served(update)).success()
    if update.succeeded:
        after = look_up(helpdesk, user["username"])
        expect(after).item("LastName", equal_to(values["lastName"]))


@covers("JB-BASE-005", "JB-BASE-006")
@pytest.mark.parametrize(
    ("address_form", "requirement"),
    [("path-case", "JB-BASE-005"), ("parameter-case", "JB-BASE-006")],
)
def test_letter_case_does_not_matter_in_a_post(
    helpdesk: Helpdesk, updates: Updates, address_form: str, requirement: str
) -> None:
    accepted(updates.by_form)
    last_name = name(helpdesk)
    draft = aim(helpdesk, "updateUser", userId=updates.user.id, lastName=last_name)
    update = helpdesk.send(draft.addressed(address_form))
    if expect(update, requirement).success().kept:
        after = look_up(helpdesk, updates.user["username"])
        expect(after, requirement).item("LastName", equal_to(last_name))


# Taken names ------------------------------------------------------------------------------------


@covers("JB-USER-023")
def test_an_update_to_a_taken_user_name_is_refused(helpdesk: Helpdesk, updates: Updates) -> None:
    accepted(updates.nothing)
    other = user_with_password(helpdesk)
    refused = aimed(helpdesk, "updateUser", userId=other.id, username=updates.user["username"])
    if refused.succeeded:
        violate("status line", "a refusal", f"{refused.status}, the name being taken")
    found = look_up(helpdesk, updates.user["username"])
    expect(found).item("UserID", equal_to(updates.user.id))


# Switches ---------------------------------------------------------------------------------------

#: The switches of each step; where one is documented to show, its member.
_SWITCHES: Mapping[str, Mapping[str, str]] = {
    "on": {"isAdmin": "true", "outOfOffice": "true", "enableEmailNotifications": "true"},
    "off": {
        "isAdmin": "false", "outOfOffice": "false", "enableEmailNotifications": "false",
        "disabled": "true",
    },
    "enabled": {"disabled": "false"},
}  # fmt: skip
_SHOWN = {
    "isAdmin": ("IsAdmin", "JB-USER-020"),
    "enableEmailNotifications": ("SendEmail", "JB-USER-019"),
    "disabled": ("Disabled", "JB-USER-018"),
}


@dataclass(frozen=True)
class Step:
    """An update of switches, and the user after it."""

    call: Exchange
    found: Exchange


@pytest.fixture(scope="module")
def switched(helpdesk: Helpdesk) -> Mapping[str, Step]:
    user = user_with_password(helpdesk)
    steps: dict[str, Step] = {}
    for step, switches in _SWITCHES.items():
        call = aimed(helpdesk, "updateUser", userId=user.id, **switches)
        steps[step] = Step(call, look_up(helpdesk, user["username"]))
    return steps


_CASES = [(step, switch) for step in _SWITCHES for switch in _SWITCHES[step] if switch in _SHOWN]


@covers("JB-USER-018", "JB-USER-019", "JB-USER-020", "JB-PARM-013")
@pytest.mark.parametrize(("step", "switch"), _CASES)
def test_a_switch_is_set_as_the_word_says(
    switched: Mapping[str, Step], step: str, switch: str
) -> None:
    member, requirement = _SHOWN[switch]
    item = item_of(readable(switched[step].found))
    accepted(switched[step].call)
    named = [requirement] if requirement == "JB-USER-019" else [requirement, "JB-PARM-013"]
    wanted: Any = _SWITCHES[step][switch] == "true"
    judge(item.get(member), equal_to(wanted), item.where(member), *named)


@covers("JB-USER-021", "JB-PARM-013")
@pytest.mark.parametrize("step", ["on", "off"])
def test_out_of_office_is_accepted(switched: Mapping[str, Step], step: str) -> None:
    expect(switched[step].call, "JB-USER-021", "JB-PARM-013").success()
