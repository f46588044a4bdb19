"""Tags of cases: added, replaced and taken away (page "Tags" of cases)."""

from collections.abc import Sequence
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, skip
from conformance.engine.draft import Draft
from conformance.engine.exchange import served
from conformance.engine.matchers import equal_to, lacking
from conformance.engine.shared import accepted, readable
from conformance.families.kayako_v1.asking import envelope, item_of, taken
from conformance.families.kayako_v1.cases import tag_names

_WHERE = "/data/*/name"
_CARRIED = "/data/tags of the case"
#: Calls one after the other, and the names that each sends, by a letter.
_STEPS = (
    ("addCaseTags", "ab"),
    ("addCaseTags", "bc"),
    ("removeCaseTags", "b"),
    ("replaceCaseTags", "cd"),
    ("removeCaseTags", "c"),
)


def _ask(helpdesk: Helpdesk, operation: str, case: Made, names: Sequence[str]) -> Exchange:
    """One call on the tags of a case, without what the good request would do before."""
    return helpdesk.send(
        Draft(helpdesk.spec[operation]).having(id=case.id, tags=",".join(names)),
    )


def _names(helpdesk: Helpdesk, count: int) -> list[str]:
    return sorted(f"{helpdesk.chance.mark}-{helpdesk.chance.word()}" for _ in range(count))


def _tagged(helpdesk: Helpdesk, names: Sequence[str]) -> Made:
    """A new case with these tags, each of them sent alone; skips where it does not get them."""
    case = helpdesk.make("case")
    for name in names:
        exchange = accepted(_ask(helpdesk, "addCaseTags", case, [name]))
    if _carried(helpdesk, case, exchange) != names:
        skip("a case does not have the tags that were added one by one")
    return case


def _shown(exchange: Exchange) -> list[Any]:
    """The names that an answer shows."""
    return tag_names(readable(exchange).answer.items)


def _told(helpdesk: Helpdesk, case: Made) -> list[Any] | None:
    """The names of the tags of a case as it tells itself; None where it does not."""
    tags = item_of(readable(helpdesk.call("getCase", id=case.id, fields="+tags"))).get("tags")
    return tag_names(tags) if isinstance(tags, list) else None


def _carried(helpdesk: Helpdesk, case: Made, exchange: Exchange) -> list[Any]:
    """The names of the tags of a case after a call, which tells them where the case does not."""
    told = _told(helpdesk, case)
    return _shown(exchange) if told is None else told


# Commas -----------------------------------------------------------------------------------------


@covers("KV-CTAG-002")
@pytest.mark.parametrize("operation", ["addCaseTags", "replaceCaseTags"])
def test_a_comma_stands_between_tags(helpdesk: Helpdesk, operation: str) -> None:
    names = _names(helpdesk, 3)
    case = helpdesk.make("case")
    exchange = _ask(helpdesk, operation, case, names)
    if taken(exchange):
        judge(_carried(helpdesk, case, exchange), equal_to(names), _CARRIED)


@covers("KV-CTAG-002")
def test_a_comma_stands_between_tags_to_take_away(helpdesk: Helpdesk) -> None:
    names = _names(helpdesk, 3)
    case = _tagged(helpdesk, names)
    single = accepted(_ask(helpdesk, "removeCaseTags", case, names[2:]))
    if names[2] in _carried(helpdesk, case, single):
        skip("not even one tag is taken away")
    exchange = _ask(helpdesk, "removeCaseTags", case, names[:2])
    if taken(exchange):
        judge(_carried(helpdesk, case, exchange), equal_to([]), _CARRIED)


# Effects ----------------------------------------------------------------------------------------


@covers("KV-CTAG-001")
def test_adding_leaves_what_is_there(helpdesk: Helpdesk) -> None:
    names = _names(helpdesk, 2)
    case = _tagged(helpdesk, names[:1])
    exchange = _ask(helpdesk, "addCaseTags", case, names[1:])
    if taken(exchange):
        judge(_carried(helpdesk, case, exchange), equal_to(names), _CARRIED)


@covers("KV-CTAG-007")
def test_what_is_there_is_not_added_again(helpdesk: Helpdesk) -> None:
    names = _names(helpdesk, 2)
    case = _tagged(helpdesk, names)
    exchange = _ask(helpdesk, "addCaseTags", case, names[:1])
    if taken(exchange):
        judge(_carried(helpdesk, case, exchange), equal_to(names), _CARRIED)


@covers("KV-CTAG-003", "KV-CTAG-007")
def test_replacing_leaves_just_the_names_sent(helpdesk: Helpdesk) -> None:
    names = _names(helpdesk, 2)
    case = _tagged(helpdesk, names)
    exchange = _ask(helpdesk, "replaceCaseTags", case, names[1:])
    if taken(exchange, "KV-CTAG-003"):
        left = _carried(helpdesk, case, exchange)
        judge(left, equal_to(names[1:]), _CARRIED, "KV-CTAG-003", "KV-CTAG-007")


@covers("KV-CTAG-004", "KV-CTAG-007")
def test_just_the_names_sent_are_taken_away(helpdesk: Helpdesk) -> None:
    names = _names(helpdesk, 3)
    case = _tagged(helpdesk, names)
    exchange = _ask(helpdesk, "removeCaseTags", case, names[:1])
    if taken(exchange, "KV-CTAG-004"):
        left = _carried(helpdesk, case, exchange)
        if judge(left, lacking(names[0]), _CARRIED, "KV-CTAG-004", "KV-CTAG-007"):
            judge(left, equal_to(names[1:]), _CARRIED, "KV-CTAG-004")


# Answers ----------------------------------------------------------------------------------------


@covers("KV-CTAG-006")
def test_each_answer_shows_all_tags(helpdesk: Helpdesk) -> None:
    """Compared with what the case tells, so that a call without effect is no mismatch."""
    case, names = helpdesk.make("case"), dict(zip("abcd", _names(helpdesk, 4), strict=True))
    for operation, sent in _STEPS:
        exchange = accepted(_ask(helpdesk, operation, case, [names[letter] for letter in sent]))
        told = _told(helpdesk, case)
        if told is None:
            skip("the case does not show its tags")
        total = envelope(exchange).get("total_count")
        where = f"{_WHERE} after {operation}"
        if not judge(_shown(exchange), equal_to(told), where) or not judge(
            total, equal_to(len(told)), f"/total_count after {operation}"
        ):
            return


@covers("KV-CTAG-010")
def test_tags_may_be_read(helpdesk: Helpdesk) -> None:
    names = _names(helpdesk, 2)
    draft = Draft(helpdesk.spec["replaceCaseTags"]).having(id=_tagged(helpdesk, names).id)
    exchange = helpdesk.send(draft.sent_by("GET", "read"))
    if expect(served(exchange)).success().kept:
        judge(_shown(exchange), equal_to(names), _WHERE)
