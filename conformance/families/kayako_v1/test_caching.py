"""Conditions on the state of an object (chapter "Caching"), on statuses, priorities and types."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import Response, answered, served
from conformance.engine.matchers import different_from, equal_to
from conformance.engine.shared import accepted, once, readable
from conformance.families.kayako_v1.asking import anonymous, expect_refusal, item_of, taken
from conformance.families.kayako_v1.people import make_user

#: What conditions are tried on: the name in operations, and the kind of object.
_KINDS = {"CaseStatus": "case_status", "CasePriority": "case_priority", "CaseType": "case_type"}
_LISTS = {
    "CaseStatus": "listCaseStatuses",
    "CasePriority": "listCasePriorities",
    "CaseType": "listCaseTypes",
}
_OTHER = '"an-older-state"'
_UNSAFE = pytest.mark.parametrize("method", ["update", "delete"])


@dataclass(frozen=True)
class Kept:
    """An object of the run that is read and changed under conditions."""

    helpdesk: Helpdesk
    name: str
    made: Made

    def read(self, **headers: str) -> Exchange:
        draft = Draft(self.helpdesk.spec[f"get{self.name}"]).having(id=self.made.id)
        return self.helpdesk.send(draft.with_headers(**headers))

    def draft(self, method: str) -> Draft:
        """An update of the label, or the removal."""
        draft = Draft(self.helpdesk.spec[f"{method}{self.name}"]).having(id=self.made.id)
        label = self.helpdesk.chance.fill("{mark} {word}")
        return draft.having(label=label) if method == "update" else draft

    def change(self) -> None:
        accepted(self.helpdesk.send(self.draft("update")))

    def etag(self) -> str:
        """The ETag that two reads agree on. Omits or skips the check where there is none."""
        return _agreed(self.read(), self.read(), "ETag")

    def modified(self) -> str:
        """The Last-Modified that two reads agree on. Omits or skips the check likewise."""
        return _agreed(self.read(), self.read(), "Last-Modified")


def _agreed(first: Exchange, second: Exchange, name: str) -> str:
    values = [answered(readable(exchange)).header(name) for exchange in (first, second)]
    if not values[0] or not values[1]:
        omit(f"there is no header {name}")
    if values[0] != values[1]:
        skip(f"two reads show different headers {name}")
    return values[0]


@pytest.fixture(params=_KINDS)
def kept(helpdesk: Helpdesk, request: pytest.FixtureRequest) -> Kept:
    """One object of each kind, which stays."""
    name: str = request.param
    return once(helpdesk, f"kept {name}", lambda: _new(helpdesk, name))


@pytest.fixture(params=_KINDS)
def fresh(helpdesk: Helpdesk, request: pytest.FixtureRequest) -> Kept:
    """One object of each kind for this check alone."""
    return _new(helpdesk, request.param)


def _new(helpdesk: Helpdesk, name: str) -> Kept:
    return Kept(helpdesk, name, helpdesk.make(_KINDS[name]))


def _moment(date: str) -> datetime:
    try:
        return parsedate_to_datetime(date)
    except ValueError:
        raise PrerequisiteBroken(f"Last-Modified is no date: {date!r}") from None


def _day_before(date: str) -> str:
    return format_datetime(_moment(date) - timedelta(days=1)).replace("-0000", "+0000")


# Validators -------------------------------------------------------------------------------------


@covers("KV-CACHE-001")
def test_an_etag_stays_until_something_changes(fresh: Kept) -> None:
    first = answered(readable(fresh.read())).header("ETag")
    if first is None:
        omit("there is no header ETag")
    again = answered(readable(fresh.read())).header("ETag")
    if judge(again, equal_to(first), "header ETag"):
        fresh.change()
        changed = answered(readable(fresh.read())).header("ETag")
        judge(changed, different_from(first), "header ETag after a change")


@covers("KV-CACHE-010")
def test_the_etag_of_a_list_depends_on_its_ids(fresh: Kept) -> None:
    before, ids = _list_state(fresh)
    fresh.change()
    changed, ids_then = _list_state(fresh)
    if ids_then != ids:
        skip("somebody else has changed the list")
    judge(changed, equal_to(before), "header ETag after a change")
    _new(fresh.helpdesk, fresh.name)
    more, _ = _list_state(fresh)
    judge(more, different_from(before), "header ETag after an addition")


def _list_state(kept: Kept) -> tuple[str, list[object]]:
    """The ETag of the list of all such objects, and their ids."""
    draft = Draft(kept.helpdesk.spec[_LISTS[kept.name]])
    listed = readable(kept.helpdesk.send(draft))
    etag = _agreed(listed, kept.helpdesk.send(draft), "ETag")
    return etag, [item.get("id") for item in listed.answer.items]


def _around_a_change_of_the_requester(helpdesk: Helpdesk, **headers: str) -> tuple[str, str | None]:
    """The ETag of a case before and after its requester changed, which is no change of the case."""
    requester = make_user(helpdesk)
    case = helpdesk.make("case", requester_id=requester.id)
    draft = Draft(helpdesk.spec["getCase"]).having(id=case.id).with_headers(**headers)
    before = _agreed(helpdesk.send(draft), helpdesk.send(draft), "ETag")
    name = helpdesk.chance.fill("{mark} {word}")
    accepted(helpdesk.call("updateUser", id=requester.id, full_name=name))
    return before, answered(readable(helpdesk.send(draft))).header("ETag")


@covers("KV-CACHE-001")
def test_what_is_nested_does_not_count(helpdesk: Helpdesk) -> None:
    before, after = _around_a_change_of_the_requester(helpdesk)
    judge(after, equal_to(before), "header ETag after a change of the requester")


@covers("KV-CACHE-008")
def test_in_ajax_mode_related_objects_count_too(helpdesk: Helpdesk) -> None:
    mode = {"X_Requested_With": "XMHTTPRequest"}
    before, after = _around_a_change_of_the_requester(helpdesk, **mode)
    judge(after, different_from(before), "header ETag after a change of the requester")


# Reads ------------------------------------------------------------------------------------------


def _expect_not_modified(exchange: Exchange, *requirements: str) -> bool:
    response: Response = answered(served(exchange))
    if not expect(exchange, *requirements).status(304).kept:
        return False
    if response.body:
        violate("body", "none", response.text[:80], *requirements)
    return True


@covers("KV-CACHE-004", "KV-CACHE-013")
def test_what_is_known_is_not_sent_again(kept: Kept) -> None:
    """Where the tag is taken with other quotes only, that is what is wrong."""
    etag = kept.etag()
    exchange = kept.read(If_None_Match=etag)
    if exchange.status == 304:
        _expect_not_modified(exchange, "KV-CACHE-004")
        return
    other = etag.strip('"') if etag.startswith('"') else f'"{etag}"'
    toggled = kept.read(If_None_Match=other).status == 304
    _expect_not_modified(exchange, "KV-CACHE-013" if toggled else "KV-CACHE-004")


@covers("KV-CACHE-005")
def test_what_has_not_changed_since_is_not_sent_again(kept: Kept) -> None:
    _expect_not_modified(kept.read(If_Modified_Since=kept.modified()))


@covers("KV-CACHE-014")
@pytest.mark.parametrize("zone", ["+0000", "GMT"])
def test_a_date_may_be_written_in_both_ways(kept: Kept, zone: str) -> None:
    given = kept.modified()
    if kept.read(If_Modified_Since=given).status != 304:
        raise PrerequisiteBroken("a date is not understood as it was given")
    date = format_datetime(_moment(given)).rpartition(" ")[0]
    expect(served(kept.read(If_Modified_Since=f"{date} {zone}"))).status(304)


@covers("KV-CACHE-011")
def test_what_is_not_known_is_sent(kept: Kept) -> None:
    kept.etag()
    expect(served(kept.read(If_None_Match=_OTHER))).status(200).item("id", equal_to(kept.made.id))


@covers("KV-CACHE-012")
def test_what_has_changed_since_is_sent(kept: Kept) -> None:
    exchange = kept.read(If_Modified_Since=_day_before(kept.modified()))
    expect(served(exchange)).status(200).item("id", equal_to(kept.made.id))


@covers("KV-CACHE-015")
def test_generated_tests_are_known_too(helpdesk: Helpdesk) -> None:
    draft = anonymous(helpdesk, "getTest")
    etag = _agreed(helpdesk.send(draft), helpdesk.send(draft), "ETag")
    expect(served(helpdesk.send(draft.with_headers(If_None_Match=etag)))).status(304)


# Changes ----------------------------------------------------------------------------------------


@covers("KV-CACHE-006")
@_UNSAFE
@pytest.mark.parametrize("condition", ["If_Match", "If_Unmodified_Since"])
def test_a_change_of_what_is_known_is_made(fresh: Kept, condition: str, method: str) -> None:
    current = fresh.etag() if condition == "If_Match" else fresh.modified()
    draft = fresh.draft(method).with_headers(**{condition: current})
    taken(fresh.helpdesk.send(draft))


def _expect_unmade(kept: Kept, draft: Draft) -> None:
    """Expect that a change is refused, and not made."""
    before = item_of(readable(kept.read()))
    exchange = kept.helpdesk.send(draft, "negative")
    expect_refusal(exchange, 412, "RESOURCE_MODIFIED")
    after = kept.read()
    if after.succeeded:
        expect(after).item("label", equal_to(before.get("label")))
    else:
        violate("status line of a read", "the object unchanged", f"{after.status}")


@covers("KV-CACHE-002")
@_UNSAFE
def test_a_change_of_another_state_is_refused(fresh: Kept, method: str) -> None:
    fresh.etag()
    _expect_unmade(fresh, fresh.draft(method).with_headers(If_Match=_OTHER))


@covers("KV-CACHE-002")
def test_the_state_before_a_change_is_another(fresh: Kept) -> None:
    etag = fresh.etag()
    fresh.change()
    if fresh.etag() == etag:
        raise PrerequisiteBroken("a change leaves the ETag as it was")
    _expect_unmade(fresh, fresh.draft("update").with_headers(If_Match=etag))


@covers("KV-CACHE-003")
@_UNSAFE
def test_a_change_of_what_has_changed_since_is_refused(fresh: Kept, method: str) -> None:
    date = _day_before(fresh.modified())
    _expect_unmade(fresh, fresh.draft(method).with_headers(If_Unmodified_Since=date))
