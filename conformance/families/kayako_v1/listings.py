"""What checks of lists share: their order, whether they show what was asked for, what is counted
and gone."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from conformance.engine import Exchange, expect, judge, violate
from conformance.engine.exchange import served
from conformance.engine.matchers import Matcher, equal_to
from conformance.engine.shared import readable
from conformance.families.kayako_v1.asking import envelope


def ids_of(exchange: Exchange) -> list[Any]:
    return [item.get("id") for item in exchange.answer.items]


def texts_of(exchange: Exchange, member: str) -> list[str]:
    """A member of all objects of a list, as text."""
    return [str(item.get(member)) for item in exchange.answer.items]


def rising(value: Any) -> str | None:
    """Values that grow from one to the next."""
    return _ordered("from the lowest up", lambda one, other: one < other)(value)


def falling(value: Any) -> str | None:
    """Values that shrink from one to the next."""
    return _ordered("from the highest down", lambda one, other: one > other)(value)


def not_rising(value: Any) -> str | None:
    """Values of which none is greater than the one before."""
    return _ordered("from the highest down", lambda one, other: one >= other)(value)


def not_falling(value: Any) -> str | None:
    """Values of which none is less than the one before."""
    return _ordered("from the lowest up", lambda one, other: one <= other)(value)


def _ordered(words: str, fits: Callable[[Any, Any], bool]) -> Matcher:
    def match(value: Any) -> str | None:
        # values of several types cannot be compared: a schema judges them
        comparable = len({type(entry) for entry in value}) == 1
        broken = comparable and not all(fits(*pair) for pair in pairwise(value))
        return words if broken else None

    return match


def judge_choice(exchange: Exchange, wanted: Iterable[Any], alone: str, found: str) -> None:
    """Hold a list against the ids that it was to show: `alone` is the requirement that there are no
    others, `found` that they are there, which a page of others does not tell."""
    shown, named = set(map(str, ids_of(readable(exchange)))), set(map(str, wanted))
    if judge(sorted(shown - named), equal_to([]), "/data/*/id that were not asked for", alone):
        judge(sorted(named - shown), equal_to([]), "ids that are not in /data", found)


def judge_count(exchange: Exchange, count: int, requirement: str) -> bool:
    """Hold the number of objects that a call says it has changed against the right one."""
    told = envelope(exchange).get("total_count")
    return judge(told, equal_to(count), "/total_count", requirement)


def judge_count_alone(exchange: Exchange, count: int, requirement: str) -> bool:
    """The same where a requirement says that nothing else is shown."""
    if not judge(
        "data" in envelope(exchange), equal_to(False), "data in the envelope", requirement
    ):
        return False
    return judge_count(exchange, count, requirement)


def judge_gone(read: Exchange, deletion: str, missing: str) -> bool:
    """Hold the read of a deleted object against `deletion`, the requirement that it is gone, and
    `missing`, the one on the status of what is not there."""
    if read.succeeded:
        violate("status line", "status 404 for what was deleted", "it is there", deletion)
        return False
    return expect(served(read), missing).status(404).kept
