"""Assets: pages of fifty and beginnings of names (section "Assets")."""

from collections.abc import Iterator
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, violate
from conformance.engine.exchange import served
from conformance.engine.matchers import at_most, equal_to
from conformance.families.jitbit.people import a_list, aim, aimed, name

PAGE = 50
_BEYOND = 90_000
#: Assets made beyond the first page.
_SPARE = 2


@pytest.fixture(scope="module")
def first(helpdesk: Helpdesk) -> Iterator[Exchange]:
    """The first page of all assets, filled up where requests cost nothing."""
    page = aimed(helpdesk, "listAssets")
    readable_page = page.succeeded and page.answer.problem is None
    if not readable_page or len(page.answer.items) >= PAGE or not _plentiful(helpdesk):
        yield page
        return
    needed = PAGE + _SPARE - len(page.answer.items)
    fillers = [helpdesk.make("asset") for _ in range(needed)]
    yield aimed(helpdesk, "listAssets")
    for asset in fillers:
        aimed(helpdesk, "disableAsset", assetId=asset.id)


def _plentiful(helpdesk: Helpdesk) -> bool:
    """Whether a run may make some fifty assets: no limit counts them, nobody minds them retired."""
    unlimited = helpdesk.target.limits.get("enabled", True) is False
    return unlimited and helpdesk.target.allows("disruptive")


@pytest.fixture(scope="module")
def second(helpdesk: Helpdesk, first: Exchange) -> Exchange:
    """The second page. Omits the check where there is only one."""
    if len(a_list(first).answer.items) < PAGE:
        omit("the helpdesk has no more than 50 assets")
    page = aimed(helpdesk, "listAssets", page=2)
    if page.succeeded and page.answer.problem is None and not page.answer.items:
        omit("the helpdesk has no more than 50 assets")
    return page


def _ids(exchange: Exchange) -> list[Any]:
    return [item.get("ItemID") for item in a_list(exchange).answer.items]


# Pages ------------------------------------------------------------------------------------------


@covers("JB-ASST-002")
def test_no_page_has_more_than_fifty(first: Exchange) -> None:
    expect(a_list(first)).count(at_most(PAGE))


@covers("JB-ASST-001")
def test_a_page_before_the_last_has_exactly_fifty(first: Exchange, second: Exchange) -> None:
    a_list(second)
    expect(a_list(first)).count(equal_to(PAGE))


@covers("JB-ASST-001", "JB-ASST-003")
def test_a_page_that_is_not_full_is_the_last(helpdesk: Helpdesk, first: Exchange) -> None:
    shown = len(a_list(first).answer.items)
    if shown >= PAGE:
        omit("the first page is full")
    after = _ids(aimed(helpdesk, "listAssets", page=2))
    fresh = [asset for asset in after if asset not in _ids(first)]
    if fresh:
        violate("count of /*", "50 assets on a page before the last", str(shown), "JB-ASST-001")
    elif after:
        got = f"{len(after)} assets of the first page"
        violate("/*/ItemID", "no asset a second time", got, "JB-ASST-003")


@covers("JB-ASST-003")
def test_the_second_page_goes_on_after_the_first(
    helpdesk: Helpdesk, first: Exchange, second: Exchange
) -> None:
    before, after = _ids(first), _ids(second)
    both = [asset for asset in after if asset in before]
    if both:  # an asset made or retired meanwhile moves the others: read again, close together
        before = _ids(aimed(helpdesk, "listAssets", page=1))
        after = _ids(aimed(helpdesk, "listAssets", page=2))
        both = [asset for asset in after if asset in before]
    judge(both, equal_to([]), "assets on both pages")


@covers("JB-ASST-004", "JB-RESP-020")
def test_a_page_beyond_the_last_is_empty(helpdesk: Helpdesk) -> None:
    beyond = aimed(helpdesk, "listAssets", page=_BEYOND)
    expect(served(beyond), "JB-ASST-004").count(equal_to(0))
    if not beyond.answer.items:
        expect(beyond, "JB-ASST-004", "JB-RESP-020").status(200).count(equal_to(0))


# Beginnings of names ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def named(helpdesk: Helpdesk) -> tuple[Made, Made]:
    """An asset whose name begins with a word of its own, and one that has it further inside."""
    word = helpdesk.chance.word()
    begins = helpdesk.make("asset", modelName=f"{word} {helpdesk.chance.mark}")
    return begins, helpdesk.make("asset", modelName=f"{helpdesk.chance.mark} {word}")


@covers("JB-ASST-009")
@pytest.mark.parametrize("length", [3, 12])
def test_a_beginning_of_the_name_narrows_the_list(
    helpdesk: Helpdesk, named: tuple[Made, Made], length: int
) -> None:
    prefix = str(named[0]["modelName"])[:length]
    listed = a_list(aimed(helpdesk, "listAssets", nameprefix=prefix))
    for item in listed.answer.items:
        if not str(item.get("ModelName")).casefold().startswith(prefix):
            got = f'"{item.get("ModelName")}"'
            violate(item.where("ModelName"), f'a name that begins with "{prefix}"', got)
    if len(listed.answer.items) < PAGE:
        expect(listed).lists(ItemID=named[0].id)


@covers("JB-ASST-009", "JB-RESP-020")
def test_a_beginning_that_no_name_has_brings_nothing(helpdesk: Helpdesk) -> None:
    a_list(helpdesk.good("listAssets"))
    prefix = name(helpdesk, "{word}")
    listed = aimed(helpdesk, "listAssets", nameprefix=prefix)
    expect(listed, "JB-ASST-009").count(equal_to(0))
    if not listed.answer.items:
        expect(listed, "JB-RESP-020").status(200).count(equal_to(0))


@covers("JB-ASST-010")
def test_a_beginning_of_two_letters_is_refused_or_ignored(helpdesk: Helpdesk) -> None:
    a_list(helpdesk.good("listAssets"))
    expect(helpdesk.send(aim(helpdesk, "listAssets", nameprefix="zq"))).status(200, 400)
