"""Lists of cases: their order and their filters, one alone and several at once (page "Cases")."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, skip, violate
from conformance.engine.exchange import served
from conformance.engine.matchers import equal_to, lacking
from conformance.engine.shared import readable
from conformance.families.kayako_v1.asking import remark, taken
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

#: As many cases as one page is asked for.
_MANY = 100


def _list(helpdesk: Helpdesk, **arguments: Any) -> Exchange:
    """A list of cases; a plus in an argument is one, and no space."""
    draft = helpdesk.draft("listCases", **{"limit": _MANY, **arguments})
    return helpdesk.send(draft.with_options(escaped=True) if "start_time" in arguments else draft)


def _sorted(*cases: Made) -> list[str]:
    return sorted(case.id for case in cases)


# Order ------------------------------------------------------------------------------------------


@covers("KV-CASE-003")
def test_the_last_changed_case_comes_first(helpdesk: Helpdesk) -> None:
    older, newer = (helpdesk.make("case") for _ in range(2))
    change_last(helpdesk, older, newer)
    judge_order(readable(_list(helpdesk)), [older, newer], "KV-CASE-003")
    chosen = _list(helpdesk, ids=[newer.id, older.id])
    if sorted(ids_of(chosen)) == _sorted(older, newer):
        judge_order(chosen, [older, newer], "KV-CASE-003")


# Two cases of the run ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pair(helpdesk: Helpdesk) -> Pair:
    return make_pair(helpdesk)


@pytest.fixture(scope="module")
def by_tag(helpdesk: Helpdesk, pair: Pair) -> Pair:
    """The pair, for filters beside that by its tag; skips where that does not select it."""
    if sorted(ids_of(readable(_list(helpdesk, tags=pair.tag)))) != _sorted(pair.low, pair.high):
        skip("the filter by tags does not list just the cases of the run")
    return pair


# One filter -------------------------------------------------------------------------------------


@covers("KV-CASE-004")
@pytest.mark.parametrize("way", ["tags", "ids", "legacy_ids"])
def test_there_are_three_ways_to_filter(helpdesk: Helpdesk, pair: Pair, way: str) -> None:
    values = {"tags": pair.tag, "ids": pair.low.id, "legacy_ids": helpdesk.chance.word()}
    taken(_list(helpdesk, **{way: values[way]}))


@covers("KV-CASE-028")
@pytest.mark.parametrize("count", [1, 2])
def test_ids_list_just_these(helpdesk: Helpdesk, pair: Pair, count: int) -> None:
    wanted = [pair.low, pair.high][:count]
    exchange = _list(helpdesk, ids=[case.id for case in wanted])
    if taken(exchange):
        judge(sorted(ids_of(readable(exchange))), equal_to(_sorted(*wanted)), "/data/*/id")


@covers("KV-CASE-029")
def test_legacy_ids_list_just_these(helpdesk: Helpdesk) -> None:
    names = [helpdesk.chance.fill("{mark}-{n}") for _ in range(3)]
    cases = [helpdesk.make("case", legacy_id=name) for name in names]
    exchange = _list(helpdesk, legacy_ids=names[:2])
    if taken(exchange):
        judge(sorted(ids_of(readable(exchange))), equal_to(_sorted(*cases[:2])), "/data/*/id")


@covers("KV-CASE-030")
def test_a_tag_lists_just_what_carries_it(helpdesk: Helpdesk, pair: Pair) -> None:
    exchange = _list(helpdesk, tags=pair.tag)
    if taken(exchange):
        wanted = _sorted(pair.low, pair.high)
        judge(sorted(ids_of(readable(exchange))), equal_to(wanted), "/data/*/id")


@covers("KV-CASE-030")
def test_several_tags_list_nothing_without_any(helpdesk: Helpdesk, pair: Pair) -> None:
    """Whether one of them is enough is not told."""
    other = helpdesk.make("case")
    exchange = _list(helpdesk, tags=f"{pair.tag},{helpdesk.chance.mark}-{helpdesk.chance.word()}")
    if taken(exchange):
        carried = "one" if exchange.answer.items else "all"
        remark(f"a list by several tags shows what carries {carried} of them")
        foreign = set(ids_of(readable(exchange))) - {pair.low.id, pair.high.id}
        judge(sorted(foreign), equal_to([]), f"/data/*/id, beside {other.id}")


@covers("KV-CASE-006")
@pytest.mark.parametrize(
    "asked", ["NEW", "OPEN", "PENDING", "COMPLETED", "CLOSED", "CUSTOM", "OPEN,PENDING"]
)
def test_a_status_lists_cases_of_its_types(helpdesk: Helpdesk, pair: Pair, asked: str) -> None:
    types, allowed = types_of_statuses(helpdesk), asked.split(",")
    exchange = _list(helpdesk, status=asked)
    if not taken(exchange):
        return
    for item in readable(exchange).answer.items:
        found = types.get(str(id_in(item.get("status"))))
        if found is not None and found not in allowed:
            violate(item.where("status"), f"a status of type {asked}", found)
            return
    for case, type_ in ((pair.low, "OPEN"), (pair.high, "PENDING")):
        if type_ not in allowed:
            judge(ids_of(exchange), lacking(case.id), "/data/*/id")


@covers("KV-CASE-007")
def test_a_priority_is_the_highest_listed(helpdesk: Helpdesk, pair: Pair) -> None:
    levels = levels_of_priorities(helpdesk)
    highest = pair.level(helpdesk)
    exchange = _list(helpdesk, priority=highest)
    if not taken(exchange):
        return
    for item in readable(exchange).answer.items:
        level = levels.get(str(id_in(item.get("priority"))))
        if level is not None and level > highest:
            violate(item.where("priority"), f"a level up to {highest}", str(level))
            return


@covers("KV-CASE-004")
def test_an_address_lists_the_cases_of_its_owner(helpdesk: Helpdesk, pair: Pair) -> None:
    user = helpdesk.obtain("user")
    own = helpdesk.make("case", requester_id=user.id)
    if str(own.shown("requester.id")) != user.id:
        skip("a new case shows another requester than it was given")
    exchange = _list(helpdesk, identity_type="EMAIL", identity_value=user["email"])
    if taken(exchange):
        found = ids_of(readable(exchange))
        others = sorted({pair.low.id, pair.high.id} & set(found))
        judge(others, equal_to([]), "/data/*/id of another requester")
        if own.id not in found:
            violate("/data", f"case {own.id}, of this requester", "it is not there")


@covers("KV-CASE-005", "KV-CASE-031")
@pytest.mark.parametrize("kind", ["EMAIL", "FACEBOOK", "TWITTER", "PHONE"])
def test_a_kind_of_identity_needs_a_value(helpdesk: Helpdesk, kind: str) -> None:
    exchange = helpdesk.send(helpdesk.draft("listCases", identity_type=kind), "negative")
    if expect(served(exchange), "KV-CASE-005").refused().kept:
        expect(exchange, "KV-CASE-031").status(400)


def _around_now(helpdesk: Helpdesk, way: str) -> tuple[Exchange, Exchange]:
    """The cases from a year ago on, and those from a year ahead on: more than the clocks of two
    machines are apart."""
    now = datetime.fromtimestamp(helpdesk.chance.now(), UTC)
    moments = [now + timedelta(days=days) for days in (-365, 365)]
    past, future = (_list(helpdesk, start_time=_written(moment, way)) for moment in moments)
    return past, future


def _written(moment: datetime, way: str) -> str:
    return moment.isoformat(timespec="seconds") if way == "iso" else str(int(moment.timestamp()))


def _judge_moments(lists: tuple[Exchange, Exchange], own: str) -> None:
    past, future = lists
    if taken(past) and taken(future):
        if own not in ids_of(readable(past)):
            skip("a new case is not on the first page")
        judge(ids_of(readable(future)), equal_to([]), "/data/*/id")


@covers("KV-CASE-032")
def test_cases_are_listed_from_a_moment_on(helpdesk: Helpdesk) -> None:
    own = helpdesk.make("case").id
    _judge_moments(_around_now(helpdesk, "iso"), own)


@covers("KV-DT-002")
def test_a_moment_may_be_unix_time(helpdesk: Helpdesk) -> None:
    own = helpdesk.make("case").id
    if ids_of(readable(_around_now(helpdesk, "iso")[1])):
        skip("the filter by a moment in ISO-8601 does not select")
    _judge_moments(_around_now(helpdesk, "unix"), own)


@covers("KV-DT-008")
def test_a_status_is_known_in_lower_case(helpdesk: Helpdesk, by_tag: Pair) -> None:
    wanted = [by_tag.high.id]
    if ids_of(readable(_list(helpdesk, tags=by_tag.tag, status="PENDING"))) != wanted:
        skip("the filter by status does not list just the case of the run")
    exchange = _list(helpdesk, tags=by_tag.tag, status="pending")
    if taken(exchange):
        judge(ids_of(readable(exchange)), equal_to(wanted), "/data/*/id")


# Several filters --------------------------------------------------------------------------------


@covers("KV-CASE-006")
@pytest.mark.parametrize(
    ("asked", "wanted"),
    [("OPEN", "low"), ("PENDING", "high"), ("OPEN,PENDING", "low high"), ("CLOSED", "")],
)
def test_a_status_beside_tags(helpdesk: Helpdesk, by_tag: Pair, asked: str, wanted: str) -> None:
    exchange = _list(helpdesk, tags=by_tag.tag, status=asked)
    if taken(exchange):
        ids = _sorted(*(getattr(by_tag, name) for name in wanted.split()))
        judge(sorted(ids_of(readable(exchange))), equal_to(ids), "/data/*/id")


@covers("KV-CASE-007")
def test_a_priority_beside_tags(helpdesk: Helpdesk, by_tag: Pair) -> None:
    exchange = _list(helpdesk, tags=by_tag.tag, priority=by_tag.level(helpdesk))
    if taken(exchange):
        judge(ids_of(readable(exchange)), equal_to([by_tag.low.id]), "/data/*/id")


@covers("KV-CASE-006")
def test_a_status_beside_tags_and_priority(helpdesk: Helpdesk, by_tag: Pair) -> None:
    """Each alone lists one of the two, both together none."""
    arguments = {"tags": by_tag.tag, "priority": by_tag.level(helpdesk)}
    if ids_of(readable(_list(helpdesk, **arguments))) != [by_tag.low.id]:
        skip("the filter by priority does not list just the case of the run")
    exchange = _list(helpdesk, **arguments, status="PENDING")
    if taken(exchange):
        judge(ids_of(readable(exchange)), equal_to([]), "/data/*/id")
