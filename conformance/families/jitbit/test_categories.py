"""Categories: who sees which, and who is a technician of one (sections "Categories",
"TechsForCategory", "AddCategoryTechPermission", "RemoveCategoryTechPermission")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, violate
from conformance.engine.draft import Draft
from conformance.engine.matchers import equal_to
from conformance.families.jitbit.people import (
    a_list,
    accepted,
    aimed,
    item_of,
    look_up,
    user_with_password,
    who,
)

#: Seconds in which a right may take effect.
_TAKING_EFFECT = 30.0
_ROLES = ("user", "technician", "administrator")


class Views:
    """The categories as each role sees them, asked for when first needed."""

    def __init__(self, helpdesk: Helpdesk) -> None:
        self._helpdesk = helpdesk
        self._seen: dict[str, Exchange] = {}

    def of(self, role: str) -> Exchange:
        accepted(who(self._helpdesk, role))
        if role not in self._seen:
            draft = self._helpdesk.draft("listCategories").by(role)
            self._seen[role] = self._helpdesk.send(draft)
        return a_list(self._seen[role])


@pytest.fixture(scope="module")
def views(helpdesk: Helpdesk) -> Views:
    return Views(helpdesk)


def _ids(exchange: Exchange) -> list[Any]:
    return [item.get("CategoryID") for item in exchange.answer.items]


# Who sees what ----------------------------------------------------------------------------------


@covers("JB-CATG-002")
@pytest.mark.parametrize("role", ["user", "technician"])
def test_nobody_sees_more_than_an_administrator(views: Views, role: str) -> None:
    everything = _ids(views.of("administrator"))
    for item in views.of(role).answer.items:
        if item.get("CategoryID") not in everything:
            violate(item.where(), "a category that an administrator sees too", "another one")


@covers("JB-CATG-005")
def test_a_category_for_technicians_is_hidden_from_a_regular_user(views: Views) -> None:
    hidden = [
        item.get("CategoryID")
        for item in views.of("administrator").answer.items
        if item.get("ForTechsOnly") is True
    ]
    if not hidden:
        omit("the helpdesk has no category for technicians only")
    for category in hidden:
        expect(views.of("user")).lacks(CategoryID=category)
    for item in views.of("user").answer.items:
        if item.get("ForTechsOnly") is True:
            violate(item.where("ForTechsOnly"), "no category for technicians only", "true")


@covers("JB-CATG-014")
@pytest.mark.parametrize("role", _ROLES)
def test_a_category_that_takes_the_callers_tickets_is_listed(
    helpdesk: Helpdesk, views: Views, role: str
) -> None:
    category = helpdesk.known("category")
    listed = views.of(role)
    helpdesk.obtain("ticket", f"made by a {role}", by=role)
    expect(listed).lists(CategoryID=category)


@covers("JB-CATG-004")
def test_the_name_with_section_ends_with_the_name(views: Views) -> None:
    for item in views.of("administrator").answer.items:
        called, whole = item.get("Name"), item.get("NameWithSection")
        where = item.where("NameWithSection")
        if not (isinstance(called, str) and isinstance(whole, str) and "Section" in item):
            continue  # what the members are is judged by the schema
        if item.get("Section") is None:
            judge(whole, equal_to(called), where)
        elif not whole.endswith(called):
            violate(where, f'a text that ends with "{called}"', f'"{whole}"')


# Technicians ------------------------------------------------------------------------------------

_STAGES = ("before", "given", "taken")


@dataclass(frozen=True)
class Stage:
    """The technicians of a category and one user, after a step."""

    call: Exchange | None
    techs: Exchange
    user: Exchange


@dataclass(frozen=True)
class Promotion:
    """A user made a technician of a category, and a regular user again."""

    user: Made
    stages: Mapping[str, Stage]


@pytest.fixture(scope="module")
def promotion(helpdesk: Helpdesk) -> Promotion:
    category = helpdesk.known("category")
    user = user_with_password(helpdesk)
    accepted(aimed(helpdesk, "updateUser", userId=user.id, enableEmailNotifications="false"))

    def stage(call: Exchange | None) -> Stage:
        techs = aimed(helpdesk, "listTechsForCategory", id=category)
        return Stage(call, techs, look_up(helpdesk, user["username"]))

    stages = {"before": stage(None)}
    for step, operation_id in (("given", "addCategoryTech"), ("taken", "removeCategoryTech")):
        stages[step] = stage(aimed(helpdesk, operation_id, userId=user.id, categoryId=category))
    return Promotion(user, stages)


@covers("JB-CATG-009", "JB-CATG-012")
def test_a_technician_is_listed_for_the_category(promotion: Promotion) -> None:
    before, given = promotion.stages["before"], promotion.stages["given"]
    if a_list(before.techs).answer.find(UserID=promotion.user.id) is not None:
        violate("/*/UserID", "no technician who is none", "a new user", "JB-CATG-012")
        return
    assert given.call is not None
    expect(given.call, "JB-CATG-009").success()
    if given.call.succeeded:
        expect(given.techs, "JB-CATG-009", "JB-CATG-012").lists(UserID=promotion.user.id)


@covers("JB-CATG-010", "JB-CATG-012")
def test_who_is_no_technician_any_more_is_not_listed(promotion: Promotion) -> None:
    given, taken = promotion.stages["given"], promotion.stages["taken"]
    assert given.call is not None
    assert taken.call is not None
    accepted(given.call)
    expect(taken.call, "JB-CATG-010").success()
    if taken.call.succeeded:
        expect(a_list(taken.techs), "JB-CATG-010", "JB-CATG-012").lacks(UserID=promotion.user.id)


@covers("JB-CATG-013")
@pytest.mark.parametrize("step", _STAGES)
def test_is_tech_follows_the_right(promotion: Promotion, step: str) -> None:
    stage = promotion.stages[step]
    if stage.call is not None:
        accepted(stage.call)
    item = item_of(stage.user)
    judge(item.get("IsTech"), equal_to(step == "given"), item.where("IsTech"))


@covers("JB-CATG-009")
def test_a_technician_may_do_what_technicians_may(helpdesk: Helpdesk) -> None:
    """Looking users up is for technicians and administrators only."""
    user = user_with_password(helpdesk)
    accepted(aimed(helpdesk, "updateUser", userId=user.id, enableEmailNotifications="false"))
    draft = Draft(helpdesk.spec["getUserByUsername"]).having(username=user["username"])
    draft = draft.with_options(login=(user["username"], user["password"]))
    draft = draft.with_credential("other-login")
    if helpdesk.send(draft, "negative").succeeded:
        omit("the helpdesk lets every user look others up")
    category = helpdesk.known("category")
    accepted(aimed(helpdesk, "addCategoryTech", userId=user.id, categoryId=category))
    allowed = helpdesk.chance.poll(
        lambda: helpdesk.send(draft), lambda e: e.succeeded, _TAKING_EFFECT
    )
    expect(allowed).success()
