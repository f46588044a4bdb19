"""Assets: assigned to users, added to tickets, retired, filtered by all of it (sections "Assets",
"AssignAssetToUser", "AddAssetToTicket", "DisableAsset" and their counterparts)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, violate
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import equal_to
from conformance.families.jitbit.people import a_list, accepted, aimed, item_of, name

#: For each pair of calls: the first, the second, the parameter of the other object, the filter.
_TIES: Mapping[str, tuple[str, str, str, str]] = {
    "user": ("assignAssetToUser", "unassignAssetFromUser", "userId", "assignedToUserId"),
    "ticket": ("addAssetToTicket", "removeAssetFromTicket", "ticketID", "assignedToTicketId"),
}
_TIED = {"user": "JB-ASST-026", "ticket": "JB-ASST-028"}
_LOOSENED = {"user": "JB-ASST-027", "ticket": "JB-ASST-029"}
_FILTERS = {"user": "JB-ASST-005", "ticket": "JB-ASST-008"}


@pytest.fixture(scope="module")
def bystander(helpdesk: Helpdesk) -> Made:
    """An asset that nobody has, of no company and in no ticket."""
    return helpdesk.obtain("asset", "bystander")


# Users and tickets ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tie:
    """An asset tied to a user or a ticket and loosened again, with the filtered list after each."""

    asset: Made
    other: Made
    tied: Exchange
    listed: Exchange
    asset_tied: Exchange
    loosened: Exchange
    listed_after: Exchange
    asset_loose: Exchange


class Ties:
    """Both kinds, made when first asked for."""

    def __init__(self, helpdesk: Helpdesk) -> None:
        self._helpdesk = helpdesk
        self._known: dict[str, Tie] = {}

    def of(self, kind: str) -> Tie:
        if kind not in self._known:
            self._known[kind] = self._make(kind)
        return self._known[kind]

    def _make(self, kind: str) -> Tie:
        helpdesk = self._helpdesk
        tie, loosen, parameter, narrowed = _TIES[kind]
        asset, other = helpdesk.make("asset"), helpdesk.make(kind)
        both = {"assetId": asset.id, parameter: other.id}

        def listed() -> Exchange:
            return aimed(helpdesk, "listAssets", **{narrowed: other.id})

        def read() -> Exchange:
            return aimed(helpdesk, "getAsset", id=asset.id)

        tied = (aimed(helpdesk, tie, **both), listed(), read())
        return Tie(asset, other, *tied, aimed(helpdesk, loosen, **both), listed(), read())


@pytest.fixture(scope="module")
def ties(helpdesk: Helpdesk) -> Ties:
    return Ties(helpdesk)


@covers("JB-ASST-026", "JB-ASST-028")
@pytest.mark.parametrize("kind", _TIES)
def test_a_tied_asset_is_listed_by_the_filter(ties: Ties, kind: str) -> None:
    tie = ties.of(kind)
    if expect(tie.tied, _TIED[kind]).success().kept:
        expect(tie.listed, _TIED[kind]).lists(ItemID=tie.asset.id)


@covers("JB-ASST-027", "JB-ASST-029")
@pytest.mark.parametrize("kind", _TIES)
def test_a_loosened_asset_is_not_listed_by_the_filter(ties: Ties, kind: str) -> None:
    tie = ties.of(kind)
    accepted(tie.tied)
    if expect(tie.loosened, _LOOSENED[kind]).success().kept:
        expect(a_list(tie.listed_after), _LOOSENED[kind]).lacks(ItemID=tie.asset.id)


@covers("JB-ASST-005", "JB-ASST-008")
@pytest.mark.parametrize("kind", _TIES)
def test_the_filter_shows_nothing_else(ties: Ties, kind: str) -> None:
    """The user or ticket is new: nobody else can have tied anything to it."""
    tie = ties.of(kind)
    for item in a_list(tie.listed).answer.items:
        if str(item.get("ItemID")) != tie.asset.id:
            got = f"the asset {item.get('ItemID')}"
            violate(item.where(), f"no asset but those of the {kind}", got, _FILTERS[kind])


@covers("JB-ASST-036")
def test_an_assigned_asset_names_its_user(ties: Ties) -> None:
    tie = ties.of("user")
    accepted(tie.tied)
    item = item_of(tie.asset_tied)
    if tie.other.id not in _users_of(item):
        violate(item.where("AssignedUsers"), f"a user with UserID {tie.other.id}", "none")
    if not tie.loosened.succeeded:
        return
    item = item_of(tie.asset_loose)
    if tie.other.id in _users_of(item):
        violate(item.where("AssignedUsers"), f"no user with UserID {tie.other.id}", "one")


def _users_of(members: Mapping[str, Any]) -> list[str]:
    assigned = members.get("AssignedUsers")
    users = assigned if isinstance(assigned, list) else []
    return [str(user.get("UserID")) for user in users if isinstance(user, Mapping)]


# Companies and departments ----------------------------------------------------------------------


@covers("JB-ASST-006")
def test_the_filter_by_company_shows_its_assets_only(helpdesk: Helpdesk, bystander: Made) -> None:
    company = helpdesk.obtain("company", "owner of an asset").id
    asset = helpdesk.make("asset", companyId=company)
    listed = a_list(aimed(helpdesk, "listAssets", assignedToCompanyId=company))
    expect(listed).lists(ItemID=asset.id)
    expect(listed).lacks(ItemID=bystander.id)
    for item in listed.answer.items:
        judge(item.get("CompanyID"), equal_to(int(company)), item.where("CompanyID"))


@covers("JB-ASST-007")
def test_the_filter_by_a_new_department_shows_nothing(helpdesk: Helpdesk) -> None:
    """No call puts an asset into a department, so only what has to be absent can be judged."""
    called = name(helpdesk, "{mark} {word} store")
    helpdesk.make("user", department=called)
    found = a_list(aimed(helpdesk, "listDepartments")).answer.find(Name=called)
    if found is None:
        raise PrerequisiteBroken("no department could be made")
    helpdesk.obtain("asset")
    narrowed = {"assignedToDepartmentId": found.get("DepartmentID")}
    expect(a_list(aimed(helpdesk, "listAssets", **narrowed))).count(equal_to(0))


# Retiring ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Retirement:
    """An asset retired and brought back, with the list of its name after each."""

    asset: Made
    before: Exchange
    disabled: Exchange
    hidden: Exchange
    included: Exchange
    read: Exchange
    enabled: Exchange
    after: Exchange


@pytest.fixture(scope="module")
def retirement(helpdesk: Helpdesk) -> Retirement:
    asset = helpdesk.make("asset", modelName=name(helpdesk, "{word} {mark}"))
    model = asset["modelName"]

    def listed(**parameters: str) -> Exchange:
        return aimed(helpdesk, "listAssets", nameprefix=model, **parameters)

    before = listed()
    if a_list(before).answer.find(ItemID=asset.id) is None:
        raise PrerequisiteBroken("no list shows an asset that is not retired")
    disabled = aimed(helpdesk, "disableAsset", assetId=asset.id)
    hidden, included = listed(), listed(includeDisabled="true")
    read = aimed(helpdesk, "getAsset", id=asset.id)
    enabled = aimed(helpdesk, "enableAsset", assetId=asset.id)
    return Retirement(asset, before, disabled, hidden, included, read, enabled, listed())


@covers("JB-ASST-030", "JB-ASST-011")
def test_a_retired_asset_leaves_the_list(retirement: Retirement) -> None:
    if expect(retirement.disabled, "JB-ASST-030").success().kept:
        hidden = expect(a_list(retirement.hidden), "JB-ASST-030", "JB-ASST-011")
        hidden.lacks(ItemID=retirement.asset.id)


@covers("JB-ASST-011", "JB-PARM-013")
def test_a_retired_asset_is_listed_where_asked_for(retirement: Retirement) -> None:
    accepted(retirement.disabled)
    included = expect(retirement.included, "JB-ASST-011", "JB-PARM-013")
    included.lists(ItemID=retirement.asset.id)


@covers("JB-ASST-040")
def test_a_retired_asset_can_still_be_read(retirement: Retirement) -> None:
    accepted(retirement.disabled)
    expect(served(retirement.read)).success()
    if retirement.read.succeeded:
        expect(retirement.read).item("ItemID", equal_to(retirement.asset.id))


@covers("JB-ASST-031")
def test_an_enabled_asset_comes_back_to_the_list(retirement: Retirement) -> None:
    accepted(retirement.disabled)
    if expect(retirement.enabled).success().kept:
        expect(a_list(retirement.after)).lists(ItemID=retirement.asset.id)
