"""Moments in requests, and pages by date (chapters "Data Types" and "Pagination")."""

from datetime import datetime, timedelta, timezone

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, judge, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.exchange import answered
from conformance.engine.matchers import equal_to
from conformance.engine.shared import once, readable
from conformance.families.kayako_v1.asking import with_arguments
from conformance.families.kayako_v1.listings import ids_of

_FAR = timedelta(days=3650)
#: Hours of offsets to write one moment with.
_OFFSETS = (5, -5)


def _moment(helpdesk: Helpdesk, away: timedelta, hours: int = 0) -> str:
    """A moment so far from now, in whole seconds and with this offset."""
    now = datetime.fromtimestamp(int(helpdesk.chance.now()), timezone(timedelta(hours=hours)))
    return (now + away).isoformat()


# Offsets ----------------------------------------------------------------------------------------


def _is_listed(helpdesk: Helpdesk, case: Made, away: timedelta, hours: int) -> bool:
    """Whether a case of the run, the latest or nearly so, is listed from a moment on."""
    start = _moment(helpdesk, away, hours)
    draft = helpdesk.draft("listCases", start_time=start, limit=100).with_options(escaped=True)
    exchange = readable(helpdesk.send(draft))
    return str(case.id) in map(str, ids_of(exchange))


@covers("KV-DT-009")
@pytest.mark.parametrize("hours", _OFFSETS)
def test_a_moment_is_the_same_with_any_offset(helpdesk: Helpdesk, hours: int) -> None:
    """An hour before or after the case; without its offset the moment is hours away from that."""
    case = helpdesk.make("case")
    away = timedelta(hours=-1 if hours > 0 else 1)
    plain = _is_listed(helpdesk, case, away, 0)
    if plain != (hours > 0):
        skip("a moment does not select cases as expected even without an offset")
    judge(_is_listed(helpdesk, case, away, hours), equal_to(plain), "whether the case is listed")


# Pages by date ----------------------------------------------------------------------------------


def _activities(helpdesk: Helpdesk, **arguments: str) -> Exchange:
    """What happened to an organization, as far as the arguments select it."""

    def ask() -> Exchange:
        organization = once(helpdesk, "organization with activities", lambda: _active(helpdesk))
        draft = Draft(helpdesk.spec["listOrganizationActivities"]).having(id=organization.id)
        draft = with_arguments(draft, {"limit": 100, **arguments})
        return helpdesk.send(draft.with_options(escaped=True))

    return once(helpdesk, f"activities {arguments}", ask)


def _active(helpdesk: Helpdesk) -> Made:
    organization = helpdesk.make("organization")
    name = helpdesk.chance.fill("{mark} {word}")
    helpdesk.call("updateOrganization", id=organization.id, name=name)
    return organization


@covers("KV-PAGE-004")
@pytest.mark.parametrize("bound", ["since", "until"])
@pytest.mark.parametrize("end", ["past", "future"])
def test_a_date_selects_where_nothing_has_that_date(
    helpdesk: Helpdesk, bound: str, end: str
) -> None:
    everything = ids_of(readable(_activities(helpdesk)))
    if not everything:
        skip("there are no activities")
    moment = _moment(helpdesk, -_FAR if end == "past" else _FAR)
    exchange = _activities(helpdesk, **{bound: moment})
    if not answered(exchange).status < 400:
        violate("status line", "a selection by date", str(exchange.status))
        return
    wanted = everything if (bound, end) in (("since", "past"), ("until", "future")) else []
    shown = sorted(map(str, ids_of(readable(exchange))))  # those of one second have no order
    judge(shown, equal_to(sorted(map(str, wanted))), "/data/*/id")


def _list(helpdesk: Helpdesk, name: str, **arguments: str) -> Exchange:
    """A collection of at least one item, as far as the arguments select it."""
    if name == "activities":
        return _activities(helpdesk, **arguments)
    if name == "posts":
        case = helpdesk.obtain("case")
        draft = Draft(helpdesk.spec["listCasePosts"]).having(id=case.id)
    else:
        draft = Draft(helpdesk.spec["listTests"]).having(count=5)
    return helpdesk.send(with_arguments(draft, arguments).with_options(escaped=True))


@covers("KV-PAGE-005")
@pytest.mark.parametrize("name", ["posts", "tests", "activities"])
def test_a_collection_has_pages_of_one_kind(helpdesk: Helpdesk, name: str) -> None:
    """A cursor and a date that nothing is beyond: not both have an effect."""
    everything = ids_of(readable(_list(helpdesk, name)))
    if not everything:
        skip("the collection is empty")
    beyond = {
        "cursor": ({"after_id": str(2**31 - 1)}, {"before_id": "1"}),
        "date": ({"since": _moment(helpdesk, _FAR)},),
    }
    works = {
        kind: any(_selects(_list(helpdesk, name, **a), everything) for a in arguments)
        for kind, arguments in beyond.items()
    }
    if all(works.values()):
        violate("/data/*/id", "pages by cursor or by date", "pages by both")


def _selects(exchange: Exchange, everything: list[object]) -> bool:
    """Whether arguments were understood and took items away."""
    return exchange.succeeded and len(ids_of(exchange)) < len(everything)
