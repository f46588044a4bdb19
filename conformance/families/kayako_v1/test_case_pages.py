"""Pages of cases, cases of an organization, channels of cases (page "Cases"; chapter
"Pagination")."""

from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, omit, skip
from conformance.engine.exchange import served
from conformance.engine.matchers import at_least, equal_to, not_empty
from conformance.engine.shared import accepted, readable
from conformance.families.kayako_v1.asking import envelope, taken
from conformance.families.kayako_v1.cases import (
    Pair,
    change_last,
    id_in,
    ids_of,
    judge_order,
    levels_of_priorities,
    make_pair,
    types_of_statuses,
)
from conformance.families.kayako_v1.pages import USUAL, judge_limit, judge_past_the_end

_COUNT = 5
#: Channels that belong to no account.
_WITHOUT_ACCOUNT = ("NOTE", "HELPCENTER")
_WITH_ACCOUNT = ("MAIL", "FACEBOOK", "TWITTER", "MESSENGER")


# Pages ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shelf(helpdesk: Helpdesk) -> list[str]:
    """The ids of cases that nobody changes; skips where the filter by ids does not select them."""
    made = [helpdesk.make("case").id for _ in range(_COUNT)]
    listed = ids_of(readable(_page(helpdesk, made, limit=50)))
    if sorted(listed) != sorted(made):
        skip("the filter by ids does not list just the cases of the run")
    return listed


def _page(helpdesk: Helpdesk, ids: list[str], **arguments: Any) -> Exchange:
    return helpdesk.call("listCases", ids=ids, **arguments)


@covers("KV-PAGE-008")
@pytest.mark.parametrize("limit", [1, 3])
def test_a_page_has_at_most_its_limit(helpdesk: Helpdesk, shelf: list[str], limit: int) -> None:
    exchange = _page(helpdesk, shelf, limit=limit)
    if taken(exchange):
        judge_limit(envelope(exchange), limit)


@covers("KV-PAGE-009")
@pytest.mark.parametrize("offset", [1, 3])
def test_an_offset_skips_so_many(helpdesk: Helpdesk, shelf: list[str], offset: int) -> None:
    """Which ones is open: they were made in one second, so that any order of them is right."""
    exchange = _page(helpdesk, shelf, offset=offset)
    if taken(exchange):
        judge(len(ids_of(readable(exchange))), equal_to(_COUNT - offset), "count of /data/*")
        judge(envelope(exchange).get("offset"), equal_to(offset), "/offset")


@covers("KV-PAGE-010")
@pytest.mark.parametrize("offset", [_COUNT, _COUNT + 5])
def test_past_the_end_there_is_nothing(helpdesk: Helpdesk, shelf: list[str], offset: int) -> None:
    exchange = _page(helpdesk, shelf, offset=offset)
    if expect(served(exchange)).status(200).kept:
        judge_past_the_end(envelope(exchange), _COUNT)


@covers("KV-PAGE-011")
def test_pages_show_every_case_once(helpdesk: Helpdesk, shelf: list[str]) -> None:
    shown: list[str] = []
    for offset in range(0, _COUNT, 2):
        shown += ids_of(readable(_page(helpdesk, shelf, limit=2, offset=offset)))
    judge(sorted(shown), equal_to(sorted(shelf)), "/data/*/id of all pages")


@covers("KV-ENV-003")
def test_the_count_is_that_of_all_pages(helpdesk: Helpdesk, shelf: list[str]) -> None:
    exchange = readable(_page(helpdesk, shelf, limit=2))
    judge(envelope(exchange).get("total_count"), equal_to(_COUNT), "/total_count")


@covers("KV-PAGE-001")
def test_a_page_has_ten_unless_told(helpdesk: Helpdesk) -> None:
    exchange = helpdesk.send(helpdesk.draft("listCases").without("limit"))
    if taken(exchange):
        judge_limit(envelope(exchange), USUAL)


# Organizations ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def company(helpdesk: Helpdesk) -> tuple[str, Pair]:
    """The id of an organization, and two cases of a member of it."""
    organization, user = helpdesk.make("organization"), helpdesk.make("user")
    accepted(helpdesk.call("updateUser", id=user.id, organization_id=organization.id))
    pair = make_pair(helpdesk, requester_id=user.id)
    listed = ids_of(readable(_company_list(helpdesk, organization.id)))
    if not {pair.low.id, pair.high.id} <= set(listed):
        skip("the list of an organization does not show the cases of its member")
    return organization.id, pair


def _company_list(helpdesk: Helpdesk, organization: str, **arguments: Any) -> Exchange:
    return helpdesk.call("listOrganizationCases", id=organization, **arguments)


@covers("KV-CASE-050")
def test_cases_of_an_organization_follow_the_order(
    helpdesk: Helpdesk, company: tuple[str, Pair]
) -> None:
    organization, pair = company
    change_last(helpdesk, pair.low, pair.high)
    exchange = readable(_company_list(helpdesk, organization))
    judge_order(exchange, [pair.low, pair.high], "KV-CASE-050")


@covers("KV-CASE-050")
@pytest.mark.parametrize("asked", ["OPEN", "PENDING", "OPEN,PENDING"])
def test_cases_of_an_organization_are_of_a_status(
    helpdesk: Helpdesk, company: tuple[str, Pair], asked: str
) -> None:
    organization, pair = company
    exchange = _company_list(helpdesk, organization, status=asked)
    if taken(exchange):
        types, allowed = types_of_statuses(helpdesk), asked.split(",")
        shown = {"OPEN": pair.low.id, "PENDING": pair.high.id}
        wanted = sorted(id_ for type_, id_ in shown.items() if type_ in allowed)
        own = [id_ for id_ in ids_of(readable(exchange)) if id_ in shown.values()]
        if judge(sorted(own), equal_to(wanted), "/data/*/id"):
            found = [types.get(str(id_in(i.get("status")))) for i in exchange.answer.items]
            others = [type_ for type_ in found if type_ is not None and type_ not in allowed]
            judge(others, equal_to([]), "/data/*/status of another type")


@covers("KV-CASE-050")
def test_cases_of_an_organization_are_up_to_a_priority(
    helpdesk: Helpdesk, company: tuple[str, Pair]
) -> None:
    organization, pair = company
    highest = pair.level(helpdesk)
    exchange = _company_list(helpdesk, organization, priority=highest)
    if taken(exchange):
        levels = levels_of_priorities(helpdesk)
        found = [levels.get(str(id_in(i.get("priority")))) for i in readable(exchange).answer.items]
        judge([level for level in found if level is not None and level > highest],
              equal_to([]), "/data/*/priority of a higher level")  # fmt: skip
        own = [id_ for id_ in ids_of(exchange) if id_ == pair.low.id]
        judge(own, not_empty, f"/data/*/id, with {pair.low.id}")


# Channels ---------------------------------------------------------------------------------------


@covers("KV-CASE-036")
def test_channels_for_new_cases_are_counted(helpdesk: Helpdesk) -> None:
    """One page of a list tells no more than the least there are; whether it comes whole is judged
    elsewhere."""
    exchange = readable(helpdesk.good("listNewCaseChannels"))
    content, count = envelope(exchange), len(exchange.answer.items)
    told = at_least(count) if "limit" in content else equal_to(count)
    judge(content.get("total_count"), told, "/total_count")


@covers("KV-CASE-039")
@pytest.mark.parametrize(
    "operation", ["listNewCaseChannels", "listReplyChannels", "listCaseChannels"]
)
def test_channels_of_the_helpdesk_have_no_account(helpdesk: Helpdesk, operation: str) -> None:
    channels = readable(helpdesk.good(operation)).answer.items
    if not channels:
        omit("there are no channels")
    for channel in channels:
        account, type_ = channel.get("account"), channel.get("type")
        if type_ in _WITHOUT_ACCOUNT:
            judge(account, equal_to(None), channel.where("account"))
        elif type_ in _WITH_ACCOUNT:
            judge(account, not_empty, channel.where("account"), got=f"{account} for {type_}")
