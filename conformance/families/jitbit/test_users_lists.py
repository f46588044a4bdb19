"""Users: pages, modes and filters of the list (section "Users").

Five users of one company, so that whoever else is on the helpdesk does not count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, skip, violate
from conformance.engine.answer import Item
from conformance.engine.errors import PrerequisiteBroken, Skipped
from conformance.engine.exchange import served
from conformance.engine.matchers import at_most, equal_to
from conformance.families.jitbit.people import a_list, accepted, aimed, item_of, look_up, name

#: As many as a list holds by default.
DEFAULT_COUNT = 500
_BEYOND = 90_000
_MODES = ("all", "techs", "admins", "regular", "disabled")
#: Who has to be in the list of a mode, and who must not; None: whoever is disabled is left open.
_LISTED: Mapping[str, tuple[str, ...]] = {
    "all": ("regular", "colleague", "admin", "tech"),
    "techs": ("admin", "tech"),
    "admins": ("admin",),
    "regular": ("regular", "colleague"),
    "disabled": ("disabled",),
}
_UNLISTED: Mapping[str, tuple[str, ...]] = {
    "all": (),
    "techs": ("regular", "colleague"),
    "admins": ("regular", "colleague", "tech"),
    "regular": ("admin", "tech"),
    "disabled": ("regular", "colleague", "admin", "tech"),
}
_REQUIREMENT = {
    "all": "JB-USER-054",
    "techs": "JB-USER-056",
    "admins": "JB-USER-055",
    "regular": "JB-USER-057",
    "disabled": "JB-USER-058",
}


@dataclass(frozen=True)
class Roster:
    """The users by what they are, and what their company and department are known as."""

    helpdesk: Helpdesk
    users: Mapping[str, Made]
    company: int
    department: int

    def listed(self, **parameters: Any) -> Exchange:
        """The users of the company, further narrowed."""
        return aimed(self.helpdesk, "listUsers", companyId=self.company, **parameters)

    def id_of(self, who: str) -> str:
        """The id of one of the users. Raises Skipped where nobody is it."""
        if who not in self.users:
            raise Skipped("needs category under [known] in the target file, to make a technician")
        return self.users[who].id

    def named(self, exchange: Exchange) -> list[str]:
        """Which of the users are listed."""
        ids = [str(item.get("UserID")) for item in a_list(exchange).answer.items]
        return [who for who, user in self.users.items() if user.id in ids]


@pytest.fixture(scope="module")
def roster(helpdesk: Helpdesk) -> Roster:
    company = name(helpdesk, "{mark} {word} roster")
    department = name(helpdesk, "{mark} {word} bench")
    users = {who: helpdesk.make("user", company=company) for who in ("colleague", "disabled")}
    for who in ("regular", "admin", "tech"):
        users[who] = helpdesk.make("user", company=company, department=department)
    accepted(aimed(helpdesk, "updateUser", userId=users["disabled"].id, disabled="true"))
    accepted(aimed(helpdesk, "updateUser", userId=users["admin"].id, isAdmin="true"))
    _make_technician(helpdesk, users)
    shown = item_of(look_up(helpdesk, users["regular"]["username"])).get("CompanyId")
    departments = a_list(aimed(helpdesk, "listDepartments")).answer
    found = departments.find(Name=department)
    department_id = found.get("DepartmentID") if found is not None else None
    if not isinstance(shown, int) or not isinstance(department_id, int):
        raise PrerequisiteBroken("the company or department of a new user has no id to filter by")
    return Roster(helpdesk, users, shown, department_id)


def _make_technician(helpdesk: Helpdesk, users: dict[str, Made]) -> None:
    """Give the right of a technician, without mail to one; without a known category nobody is."""
    tech = users.pop("tech")
    category = helpdesk.target.known.get("category")
    if category is None:
        return
    quiet = aimed(helpdesk, "updateUser", userId=tech.id, enableEmailNotifications="false")
    accepted(quiet)
    accepted(aimed(helpdesk, "addCategoryTech", userId=tech.id, categoryId=category))
    users["tech"] = tech


@pytest.fixture(scope="module")
def by_mode(roster: Roster) -> Mapping[str, Exchange]:
    """The list of the company in each mode."""
    return {mode: roster.listed(listMode=mode) for mode in _MODES}


# Modes ------------------------------------------------------------------------------------------


@covers("JB-USER-054")
@pytest.mark.parametrize("mode", _MODES)
def test_each_mode_is_accepted(by_mode: Mapping[str, Exchange], mode: str) -> None:
    expect(served(by_mode[mode])).success()


@covers("JB-USER-054")
def test_a_list_without_mode_is_the_list_of_all(
    roster: Roster, by_mode: Mapping[str, Exchange]
) -> None:
    without = sorted(roster.named(roster.listed()))
    judge(without, equal_to(sorted(roster.named(by_mode["all"]))), "users listed without mode")


@covers("JB-USER-054", "JB-USER-055", "JB-USER-056", "JB-USER-057", "JB-USER-058")
@pytest.mark.parametrize("mode", [mode for mode in _MODES if _UNLISTED[mode]])
def test_a_mode_leaves_out_who_does_not_fit(
    roster: Roster, by_mode: Mapping[str, Exchange], mode: str
) -> None:
    unfit = roster.named(by_mode[mode])
    for who in _UNLISTED[mode]:
        if who in unfit:
            got = f"a new user who is {who}"
            violate("/*/UserID", f"nobody who is {who}", got, _REQUIREMENT[mode])


@covers("JB-USER-054", "JB-USER-055", "JB-USER-056", "JB-USER-057", "JB-USER-058", "JB-USER-069")
@pytest.mark.parametrize(("mode", "who"), [(m, who) for m in _MODES for who in _LISTED[m]])
def test_a_mode_lists_who_fits(
    roster: Roster, by_mode: Mapping[str, Exchange], mode: str, who: str
) -> None:
    positive = (_REQUIREMENT[mode],) if mode in ("all", "techs") else ()
    expect(a_list(by_mode[mode]), "JB-USER-069", *positive).lists(UserID=roster.id_of(who))


@covers("JB-USER-055", "JB-USER-057", "JB-USER-058")
@pytest.mark.parametrize(
    ("mode", "member", "wanted"),
    [("admins", "IsAdmin", True), ("regular", "IsAdmin", False), ("disabled", "Disabled", True)],
)
def test_everybody_in_a_mode_shows_it(
    helpdesk: Helpdesk, by_mode: Mapping[str, Exchange], mode: str, member: str, wanted: bool
) -> None:
    everywhere = aimed(helpdesk, "listUsers", listMode=mode, count=100)
    for exchange in (by_mode[mode], everywhere):
        for item in a_list(exchange).answer.items:
            judge(item.get(member), equal_to(wanted), item.where(member), _REQUIREMENT[mode])


# Filters ----------------------------------------------------------------------------------------


@covers("JB-USER-068")
def test_the_filter_by_company_shows_its_users_only(
    roster: Roster, by_mode: Mapping[str, Exchange]
) -> None:
    for item in a_list(by_mode["all"]).answer.items:
        judge(item.get("CompanyId"), equal_to(roster.company), item.where("CompanyId"))


@covers("JB-USER-059", "JB-USER-069")
def test_the_filter_by_department_shows_its_users_only(roster: Roster) -> None:
    filtered = aimed(roster.helpdesk, "listUsers", departmentId=roster.department)
    for item in a_list(filtered).answer.items:
        wanted = equal_to(roster.department)
        judge(item.get("DepartmentID"), wanted, item.where("DepartmentID"), "JB-USER-059")
    if "colleague" in roster.named(filtered):
        violate("/*/UserID", "nobody without the department", "a colleague", "JB-USER-059")
    for who in ("regular", "admin"):
        expect(filtered, "JB-USER-069").lists(UserID=roster.id_of(who))


@covers("JB-USER-069")
def test_filters_and_mode_narrow_together(roster: Roster) -> None:
    both = roster.listed(departmentId=roster.department, listMode="regular")
    expect(a_list(both)).lists(UserID=roster.id_of("regular"))


# Pages ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(roster: Roster) -> list[Exchange]:
    """Pages of two; the company has four or five users in the list."""
    return [roster.listed(count=2, page=page) for page in (1, 2, 3)]


def _ids(exchange: Exchange) -> list[Any]:
    items: tuple[Item, ...] = a_list(exchange).answer.items
    return [item.get("UserID") for item in items]


@covers("JB-USER-067")
def test_count_is_how_many_users_are_listed(pages: list[Exchange]) -> None:
    expect(a_list(pages[0])).count(equal_to(2))


@covers("JB-USER-053")
def test_the_second_page_goes_on_after_the_first(pages: list[Exchange]) -> None:
    first, second = _ids(pages[0]), _ids(pages[1])
    both = [user for user in second if user in first]
    judge(both, equal_to([]), "users on both pages")
    expect(pages[1]).count(at_most(2))


@covers("JB-USER-053", "JB-USER-069")
def test_the_pages_together_hold_everybody(
    roster: Roster, pages: list[Exchange], by_mode: Mapping[str, Exchange]
) -> None:
    met = {str(user) for page in pages for user in _ids(page)}
    missing = [who for who in roster.named(by_mode["all"]) if roster.users[who].id not in met]
    judge(missing, equal_to([]), "users on no page", "JB-USER-053", "JB-USER-069")


@covers("JB-RESP-020")
def test_a_page_beyond_the_last_is_empty(roster: Roster) -> None:
    beyond = roster.listed(page=_BEYOND)
    if beyond.answer.items:
        skip("there is something in the list")
    expect(served(beyond)).status(200).count(equal_to(0))


@covers("JB-USER-052")
def test_a_list_without_count_holds_five_hundred(helpdesk: Helpdesk) -> None:
    counted = a_list(aimed(helpdesk, "listUsers", count=DEFAULT_COUNT))
    plain = a_list(aimed(helpdesk, "listUsers"))
    if len(plain.answer.items) < len(counted.answer.items) - 1:  # one may have gone meanwhile
        got = f"{len(plain.answer.items)} users, and {len(counted.answer.items)} with count=500"
        violate("count of /*", f"up to {DEFAULT_COUNT} users", got)
        return
    expect(plain).count(at_most(DEFAULT_COUNT))
    if len(plain.answer.items) < DEFAULT_COUNT:
        omit("the helpdesk has fewer than 500 users")
