"""Pages of a collection, by offset and by cursor (chapter "Pagination"), on generated tests."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, omit, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import at_most, equal_to, matching
from conformance.engine.shared import once, readable
from conformance.families.kayako_v1.asking import NOBODY, envelope, taken, with_arguments

_COUNT = 25
_LINKS = ("first_url", "previous_url", "next_url", "last_url")
#: What each page of 10 out of 25 may lead to and must not, by its offset.
_FORBIDDEN = {0: ("first_url", "previous_url"), 20: ("next_url",)}


def _page(helpdesk: Helpdesk, count: int = _COUNT, **arguments: Any) -> Exchange:
    """A page of a collection of so many tests; each is asked for once."""

    def ask() -> Exchange:
        draft = Draft(helpdesk.spec["listTests"]).with_credential(NOBODY)
        return helpdesk.send(with_arguments(draft, {"count": count, **arguments}))

    return once(helpdesk, f"page of {count}: {arguments}", ask)


@pytest.fixture(scope="module", autouse=True)
def counted(helpdesk: Helpdesk) -> None:
    """The collection has as many tests as were asked for, else its pages say nothing."""
    exchange = _page(helpdesk)
    total = _total(exchange) if exchange.succeeded else _COUNT
    if str(total) != str(_COUNT):
        raise PrerequisiteBroken(f"listTests counts {total} of {_COUNT} tests")


def _paged(exchange: Exchange) -> Exchange:
    """The exchange itself; omits the check where the collection comes whole."""
    if "limit" not in envelope(readable(exchange)):
        omit("the collection is not paged")
    return exchange


def _ids(exchange: Exchange) -> list[Any]:
    return [item.get("id") for item in exchange.answer.items]


def _all(helpdesk: Helpdesk) -> list[Any]:
    """The ids of the whole collection."""
    ids = _ids(readable(_page(helpdesk, limit=_COUNT)))
    if len(ids) != _COUNT:
        skip("the collection is not shown in one page")
    return ids


def _total(exchange: Exchange) -> Any:
    return envelope(exchange).get("total_count")


# By offset --------------------------------------------------------------------------------------


@covers("KV-PAGE-001")
def test_a_page_has_ten_unless_told(helpdesk: Helpdesk) -> None:
    exchange = _page(helpdesk)
    if taken(exchange):
        judge(envelope(_paged(exchange)).get("limit"), equal_to(10), "/limit")
        judge(_ids(exchange), equal_to(_all(helpdesk)[:10]), "/data/*/id")


@covers("KV-PAGE-001")
@pytest.mark.parametrize("operation_id", ["listUsers", "listOrganizations", "listFiles"])
def test_a_page_of_other_lists_has_ten_unless_told(helpdesk: Helpdesk, operation_id: str) -> None:
    exchange = helpdesk.send(Draft(helpdesk.spec[operation_id]))
    if taken(exchange):
        judge(envelope(_paged(exchange)).get("limit"), equal_to(10), "/limit")
        expect(exchange).count(at_most(10))


@covers("KV-PAGE-008")
@pytest.mark.parametrize("limit", [1, 3, 20])
def test_a_page_has_at_most_its_limit(helpdesk: Helpdesk, limit: int) -> None:
    exchange = _page(helpdesk, limit=limit)
    if taken(exchange):
        judge(envelope(_paged(exchange)).get("limit"), equal_to(limit), "/limit")
        expect(exchange).count(at_most(limit))


@covers("KV-PAGE-002")
def test_the_first_offset_is_zero(helpdesk: Helpdesk) -> None:
    first = _ids(_paged(_page(helpdesk)))
    if taken(exchange := _page(helpdesk, offset=0)):
        judge(_ids(exchange), equal_to(first), "/data/*/id")


@covers("KV-PAGE-009")
@pytest.mark.parametrize("offset", [1, 10, 20])
def test_an_offset_skips_so_many(helpdesk: Helpdesk, offset: int) -> None:
    """The sample of a test list shows no offset, so it may be missing there."""
    wanted = _all(helpdesk)[offset : offset + 10]
    if taken(exchange := _page(helpdesk, offset=offset, limit=10)):
        judge(_ids(exchange)[:10], equal_to(wanted), "/data/*/id")
        judge(envelope(exchange).get("offset", offset), equal_to(offset), "/offset")


@covers("KV-PAGE-010")
@pytest.mark.parametrize("offset", [_COUNT, _COUNT + 5])
def test_past_the_end_there_is_nothing(helpdesk: Helpdesk, offset: int) -> None:
    _paged(_page(helpdesk))
    exchange = _page(helpdesk, offset=offset)
    if expect(served(exchange)).status(200).count(equal_to(0)).kept:
        judge(envelope(exchange).get("data"), equal_to([]), "/data")
        judge(_total(exchange), equal_to(_COUNT), "/total_count")


@covers("KV-PAGE-011")
def test_pages_show_everything_once(helpdesk: Helpdesk) -> None:
    _paged(_page(helpdesk))
    shown: list[Any] = []
    for offset in range(0, _COUNT, 7):
        shown += _ids(readable(_page(helpdesk, limit=7, offset=offset)))
    judge(shown, equal_to(_all(helpdesk)), "/data/*/id of all pages")


@covers("KV-PAGE-016")
@pytest.mark.parametrize("name", ["limit", "offset"])
@pytest.mark.parametrize("value", ["-1", "abc"])
def test_nonsense_is_refused_or_read_as_nothing(helpdesk: Helpdesk, name: str, value: str) -> None:
    argument: dict[str, Any] = {name: value}
    exchange = _page(helpdesk, **argument)
    if exchange.succeeded:
        judge(_ids(exchange), equal_to(_ids(readable(_page(helpdesk)))), "/data/*/id")
    else:
        expect(served(exchange)).status(400)


@covers("KV-PAGE-016")
def test_a_limit_of_nothing_is_none(helpdesk: Helpdesk) -> None:
    plain = _ids(_paged(_page(helpdesk)))
    if taken(exchange := _page(helpdesk, limit=0)):
        judge(_ids(exchange), equal_to(plain), "/data/*/id")


# By cursor --------------------------------------------------------------------------------------


@covers("KV-TEST-027", "KV-PAGE-003")
@pytest.mark.parametrize(
    ("cursor", "start"),
    [({"after_id": 10}, 10), ({"after_id": 20}, 20), ({"before_id": 11}, 0), ({"before_id": 6}, 0)],
    ids=str,
)
def test_a_cursor_stands_beside_its_page(
    helpdesk: Helpdesk, cursor: Mapping[str, int], start: int
) -> None:
    """Which of several pages before a cursor comes is not told, so there is one only."""
    ids = _all(helpdesk)
    if ids != list(range(1, _COUNT + 1)):
        skip("the ids of the tests are not 1 to their count")
    end = min(start + 10, cursor.get("before_id", _COUNT + 1) - 1)
    exchange = _page(helpdesk, limit=10, **cursor)
    if taken(exchange, "KV-TEST-027"):
        requirement = "KV-PAGE-003" if _has_cursor(helpdesk) else "KV-TEST-027"
        judge(_ids(exchange)[:10], equal_to(ids[start:end]), "/data/*/id", requirement)


def _has_cursor(helpdesk: Helpdesk) -> bool:
    """Whether some cursor leads anywhere else than to the first page."""
    first = _ids(_page(helpdesk, limit=10))
    pages = (_page(helpdesk, limit=10, after_id=10), _page(helpdesk, limit=10, before_id=6))
    return any(page.succeeded and _ids(page) != first for page in pages)


@covers("KV-PAGE-012")
@pytest.mark.parametrize("name", ["after_id", "before_id"])
def test_a_cursor_may_be_an_id_that_is_gone(helpdesk: Helpdesk, name: str) -> None:
    if not _page(helpdesk, after_id=10).succeeded:
        omit("the collection has no cursor")
    taken(_page(helpdesk, **{name: 1_000_000}))


# Links ------------------------------------------------------------------------------------------


def _links(exchange: Exchange) -> dict[str, str]:
    found = envelope(exchange)
    return {name: str(found[name]) for name in _LINKS if found.get(name) is not None}


@pytest.fixture(scope="module")
def linked(helpdesk: Helpdesk) -> Exchange:
    """A page in the middle of a collection; omits the check where it has no links."""
    exchange = readable(_page(helpdesk, offset=10, limit=10))
    if not _links(exchange):
        omit("pages have no links")
    return exchange


@pytest.mark.usefixtures("linked")
@covers("KV-PAGE-014")
@pytest.mark.parametrize("offset", _FORBIDDEN)
def test_no_link_leads_past_an_end(helpdesk: Helpdesk, offset: int) -> None:
    links = _links(readable(_page(helpdesk, offset=offset, limit=10)))
    for name in _FORBIDDEN[offset]:
        if name in links:
            violate(f"/{name}", "no such link", links[name])


@pytest.mark.usefixtures("linked")
@covers("KV-PAGE-014")
def test_a_single_page_has_no_links(helpdesk: Helpdesk) -> None:
    for name, link in _links(readable(_page(helpdesk, 5))).items():
        violate(f"/{name}", "no such link", link)


@pytest.mark.usefixtures("linked")
@covers("KV-PAGE-015", "KV-TEST-027")
def test_links_repeat_the_other_arguments(helpdesk: Helpdesk) -> None:
    exchange = readable(_page(helpdesk, offset=10, limit=10, include="*", fields="+name"))
    for name, link in _links(exchange).items():
        sent = parse_qs(urlsplit(link).query)
        judge(sent.get("count"), equal_to([str(_COUNT)]), f"count in /{name}",
              "KV-PAGE-015", "KV-TEST-027")  # fmt: skip
        judge(sent.get("include"), equal_to(["*"]), f"include in /{name}", "KV-PAGE-015")


@covers("KV-PAGE-013")
def test_the_next_link_is_absolute(linked: Exchange) -> None:
    link = _links(linked).get("next_url")
    judge(link, matching(r"https?://[^/]+/.*", "an absolute address"), "/next_url")


@pytest.mark.usefixtures("linked")
@covers("KV-PAGE-013")
def test_following_the_next_links_shows_everything(helpdesk: Helpdesk) -> None:
    """Only the query of a link is followed: a server behind another name may not know its own."""
    wanted = _all(helpdesk)
    page = _paged(_page(helpdesk))
    shown = _ids(page)
    for _ in range(_COUNT):
        link = _links(page).get("next_url")
        if link is None:
            break
        arguments = dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))
        page = readable(_page(helpdesk, int(arguments.pop("count", 1)), **arguments))
        shown += _ids(page)
    judge(list(dict.fromkeys(shown)), equal_to(wanted), "/data/*/id of all pages")


# What is generated ------------------------------------------------------------------------------


@covers("KV-TEST-025")
@pytest.mark.parametrize("count", [3, 10])
def test_ids_run_from_one_to_the_count(helpdesk: Helpdesk, count: int) -> None:
    exchange = readable(_page(helpdesk, count, limit=count))
    judge(_ids(exchange), equal_to(list(range(1, count + 1))), "/data/*/id")


@covers("KV-TEST-026")
def test_many_tests_are_cut_into_pages(helpdesk: Helpdesk) -> None:
    exchange = readable(_page(helpdesk, 45))
    expect(exchange).count(equal_to(10))
    judge(envelope(exchange).get("limit"), equal_to(10), "/limit")
    judge(_total(exchange), equal_to(45), "/total_count")
