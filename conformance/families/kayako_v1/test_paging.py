"""Pages of a collection, by offset and by cursor (chapter "Pagination"), on generated tests."""

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge, omit, skip
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import equal_to
from conformance.engine.shared import once, readable
from conformance.families.kayako_v1.asking import (
    NOBODY,
    envelope,
    remark,
    taken,
    with_arguments,
)
from conformance.families.kayako_v1.pages import (
    USUAL,
    arguments_of,
    judge_absolute,
    judge_ends,
    judge_limit,
    judge_offset,
    judge_past_the_end,
    judge_repeated,
    links_of,
)

_COUNT = 25


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
        judge_limit(envelope(_paged(exchange)), USUAL)
        judge(_ids(exchange), equal_to(_all(helpdesk)[:10]), "/data/*/id")


@covers("KV-PAGE-001")
@pytest.mark.parametrize("operation_id", ["listUsers", "listOrganizations", "listFiles"])
def test_a_page_of_other_lists_has_ten_unless_told(helpdesk: Helpdesk, operation_id: str) -> None:
    exchange = helpdesk.send(Draft(helpdesk.spec[operation_id]))
    if taken(exchange):
        judge_limit(envelope(_paged(exchange)), USUAL)


@covers("KV-PAGE-008")
@pytest.mark.parametrize("limit", [1, 3, 20])
def test_a_page_has_at_most_its_limit(helpdesk: Helpdesk, limit: int) -> None:
    exchange = _page(helpdesk, limit=limit)
    if taken(exchange):
        judge_limit(envelope(_paged(exchange)), limit)


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
    if taken(exchange := _page(helpdesk, offset=offset, limit=USUAL)):
        judge(_ids(exchange)[:USUAL], equal_to(wanted), "/data/*/id")
        judge_offset(envelope(exchange), offset)
        remark(f"lists of tests {'say' if 'offset' in envelope(exchange) else 'do not say'} offset")


@covers("KV-PAGE-010")
@pytest.mark.parametrize("offset", [_COUNT, _COUNT + 5])
def test_past_the_end_there_is_nothing(helpdesk: Helpdesk, offset: int) -> None:
    _paged(_page(helpdesk))
    exchange = _page(helpdesk, offset=offset)
    if expect(served(exchange)).status(200).count(equal_to(0)).kept:
        judge_past_the_end(envelope(exchange), _COUNT)


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
        remark(f"{name}={value} is read as the default")
        judge(_ids(exchange), equal_to(_ids(readable(_page(helpdesk)))), "/data/*/id")
    else:
        remark(f"{name}={value} is refused")
        expect(served(exchange)).status(400)


@covers("KV-PAGE-016")
def test_a_limit_of_nothing_may_mean_anything(helpdesk: Helpdesk) -> None:
    """One recording shows the default; no text says what it should be."""
    plain = _ids(_paged(_page(helpdesk)))
    exchange = _page(helpdesk, limit=0)
    if exchange.succeeded:
        words = "the default" if _ids(exchange) == plain else f"{len(_ids(exchange))} tests of 25"
        remark(f"limit=0 brings {words}")
    else:
        remark("limit=0 is refused")
        expect(served(exchange)).status(400)


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


@pytest.fixture(scope="module")
def linked(helpdesk: Helpdesk) -> Exchange:
    """A page in the middle of a collection; omits the check where it has no links."""
    exchange = readable(_page(helpdesk, offset=10, limit=USUAL))
    if not links_of(envelope(exchange)):
        omit("pages have no links")
    return exchange


@pytest.mark.usefixtures("linked")
@covers("KV-PAGE-014")
@pytest.mark.parametrize("offset", [0, 20])
def test_no_link_leads_past_an_end(helpdesk: Helpdesk, offset: int) -> None:
    content = envelope(readable(_page(helpdesk, offset=offset, limit=USUAL)))
    judge_ends(content, offset, USUAL, _COUNT)


@pytest.mark.usefixtures("linked")
@covers("KV-PAGE-014")
def test_a_single_page_has_no_links(helpdesk: Helpdesk) -> None:
    judge_ends(envelope(readable(_page(helpdesk, 5))), 0, USUAL, 5)


@pytest.mark.usefixtures("linked")
@covers("KV-PAGE-015", "KV-TEST-027")
def test_links_repeat_the_other_arguments(helpdesk: Helpdesk) -> None:
    exchange = readable(_page(helpdesk, offset=10, limit=USUAL, include="*", fields="+name"))
    judge_repeated(envelope(exchange), {"count": _COUNT}, "KV-PAGE-015", "KV-TEST-027")
    judge_repeated(envelope(exchange), {"include": "*"}, "KV-PAGE-015")


@covers("KV-PAGE-013")
def test_the_next_link_is_absolute(linked: Exchange) -> None:
    judge_absolute(envelope(linked), "next_url")


@pytest.mark.usefixtures("linked")
@covers("KV-PAGE-013")
def test_following_the_next_links_shows_everything(helpdesk: Helpdesk) -> None:
    """Only the query of a link is followed: a server behind another name may not know its own."""
    wanted = _all(helpdesk)
    page = _paged(_page(helpdesk))
    shown = _ids(page)
    for _ in range(_COUNT):
        link = links_of(envelope(page)).get("next_url")
        if link is None:
            break
        arguments = arguments_of(link)
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
