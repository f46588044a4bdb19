"""User lists: marker and maxitems (GET /Base/User/Filter, page "REST - User").

Others make and remove users meanwhile: the checks look at their own three users, whose ids are
among the highest, and at what stands at both ends of a list read twice.
"""

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, omit, skip, violate
from conformance.engine.matchers import at_least, at_most, equal_to
from conformance.families.kayako_classic.prerequisites import accepted, aimed, readable

#: The most users that any list holds.
CAP = 1000
_PAGES = 8


@pytest.fixture(scope="module")
def own(helpdesk: Helpdesk) -> list[int]:
    """The ids of three users of these checks, ascending."""
    return sorted(int(helpdesk.make("user", salutation="Ms.").id) for _ in range(3))


@pytest.fixture(scope="module")
def pages(helpdesk: Helpdesk, own: list[int]) -> list[Exchange]:
    """Pages of two users each, from the first own id until the last own id is passed."""
    walked: list[Exchange] = []
    marker = own[0]
    while marker <= own[-1] and len(walked) < _PAGES:
        page = aimed(helpdesk, "listUsersFrom", marker=marker, maxitems=2)
        walked.append(page)
        ids = ids_of(page) if page.succeeded else []
        if not ids or max(ids) < marker:
            break
        marker = max(ids) + 1
    return walked


@pytest.fixture(scope="module")
def single(helpdesk: Helpdesk, own: list[int]) -> Exchange:
    """A list of at most one user, from the first own one."""
    return aimed(helpdesk, "listUsersFrom", marker=own[0], maxitems=1)


@pytest.fixture(scope="module")
def whole(helpdesk: Helpdesk) -> Exchange:
    """The list without arguments."""
    return aimed(helpdesk, "listUsers")


def ids_of(exchange: Exchange) -> list[int]:
    """The user ids of a list, in its order."""
    ids = [item.get("id") for item in exchange.answer.items]
    return [user for user in ids if isinstance(user, int)]


# Marker and maxitems ----------------------------------------------------------------------------


@covers("KC-USR-011")
def test_a_list_holds_the_marker_itself(pages: list[Exchange], own: list[int]) -> None:
    expect(readable(pages[0])).lists(id=own[0])


@covers("KC-USR-011")
def test_a_list_holds_nobody_below_its_marker(pages: list[Exchange]) -> None:
    for page in pages:
        for user in ids_of(readable(page)):
            judge(user, at_least(int(page.sent["marker"])), "id of a listed user")


@covers("KC-USR-012")
def test_maxitems_limits_a_list(pages: list[Exchange], single: Exchange) -> None:
    expect(readable(single)).count(at_most(1))
    for page in pages:
        expect(readable(page)).count(at_most(2))


@covers("KC-USR-011")
def test_a_walk_from_page_to_page_meets_everyone_once(
    pages: list[Exchange], own: list[int]
) -> None:
    met = [user for page in pages for user in ids_of(readable(page))]
    last = max(met, default=0)
    if len(pages) == _PAGES and last < own[-1]:
        skip(f"too many other users came meanwhile: {_PAGES} pages did not reach the own ones")
    for user in own:
        judge(met.count(user), equal_to(1), f"pages that show user {user}")
    judge(len(met) - len(set(met)), equal_to(0), "users met twice")


@covers("KC-PROTO-021")
def test_a_list_from_beyond_the_last_user_is_a_bare_root(helpdesk: Helpdesk) -> None:
    accepted(helpdesk.good("listUsersFrom"))
    marker = helpdesk.chance.unissued_id()
    beyond = aimed(helpdesk, "listUsersFrom", marker=marker, maxitems=10)
    if not expect(beyond).status(200).kept:
        return
    expect(readable(beyond)).count(equal_to(0))
    root = beyond.answer.document.root if beyond.answer.document is not None else None
    judge(getattr(root, "tag", None), equal_to("users"), "root element")


@covers("KC-USR-011")
def test_a_marker_that_no_user_has_starts_at_the_next_one(
    helpdesk: Helpdesk, own: list[int], pages: list[Exchange], single: Exchange
) -> None:
    del pages, single  # they still need the user who goes now
    accepted(aimed(helpdesk, "deleteUser", id=own[0]))
    listed = aimed(helpdesk, "listUsersFrom", marker=own[0], maxitems=CAP)
    expect(readable(listed)).lists(id=own[1])
    low = [user for user in ids_of(listed) if user < own[0]]
    judge(low, equal_to([]), "ids below the marker")


# Without arguments ------------------------------------------------------------------------------


@covers("KC-USR-010")
def test_the_list_without_arguments_stops_at_1000_users(whole: Exchange) -> None:
    expect(readable(whole)).count(at_most(CAP))
    if len(whole.answer.items) < CAP:
        omit("the helpdesk has fewer than 1000 users")


@covers("KC-USR-023")
def test_no_maxitems_brings_more_than_1000_users(helpdesk: Helpdesk, whole: Exchange) -> None:
    if len(readable(whole).answer.items) < CAP:
        omit("the helpdesk has fewer than 1000 users")
    expect(aimed(helpdesk, "listUsersFrom", marker=1, maxitems=5000)).count(at_most(CAP))


@covers("KC-USR-001")
def test_the_list_without_arguments_starts_at_the_lowest_id(
    helpdesk: Helpdesk, whole: Exchange
) -> None:
    first = aimed(helpdesk, "listUsersFrom", marker=1, maxitems=1)
    for user in ids_of(readable(first)):
        again = min(ids_of(readable(whole)), default=0)
        judge(again, at_most(user), "lowest id of the list")


@covers("KC-USR-002", "KC-USR-022")
def test_marker_1_with_maxitems_1000_lists_the_same_users(
    helpdesk: Helpdesk, whole: Exchange
) -> None:
    """Ids only grow and no user comes back: who stands in the plain list before and after has to
    stand in the list between, and who stands in it was there before or is new."""
    between = aimed(helpdesk, "listUsersFrom", marker=1, maxitems=CAP)
    expect(between, "KC-USR-002", "KC-USR-022").success()
    after = set(ids_of(readable(aimed(helpdesk, "listUsers"))))
    before = set(ids_of(readable(whole)))
    shown = set(ids_of(readable(between)))
    lost = sorted((before & after) - shown)
    strange = sorted(user for user in shown - before - after if user <= max(before, default=0))
    if lost:
        got = f"without {lost[:5]}"
        violate("/users", "the users of the list without arguments", got, "KC-USR-022")
    if strange:
        got = f"also {strange[:5]}"
        violate("/users", "the users of the list without arguments", got, "KC-USR-022")
