"""Conditions on the state of an object (chapter "Caching"), on statuses, priorities and types."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit, skip, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import Response, answered, served
from conformance.engine.matchers import different_from, equal_to
from conformance.engine.shared import accepted, once, readable
from conformance.families.kayako_v1.asking import (
    AJAX_WORDS,
    anonymous,
    expect_refusal,
    item_of,
    remark,
    taken,
)
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
    #: Two reads in a row, of an object that nothing changes.
    reads: tuple[Exchange, ...] = ()

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

    def shown(self, name: str) -> Exchange:
        """A read with this header. Omits or skips the check where there is none, or where two reads
        of such an object do not agree on it."""
        lasting = self.reads or _lasting(self.helpdesk, self.name).reads
        _agreed(lasting[0], lasting[1], name)
        return lasting[0] if self.reads else readable(self.read())

    def again(self, condition: str, value: str) -> tuple[str, Exchange]:
        """A read on the condition that the state is another than the value tells; with the value of
        now, where others have put it into another place of its list since."""
        name = "ETag" if condition == "If_None_Match" else "Last-Modified"
        exchange = self.read(**{condition: value})
        now = answered(exchange).header(name)
        if exchange.succeeded and now and now != value:
            return now, self.read(**{condition: now})
        return value, exchange

    def etag(self) -> str:
        return _header(self.shown("ETag"), "ETag")

    def modified(self) -> str:
        return _header(self.shown("Last-Modified"), "Last-Modified")


def _header(exchange: Exchange, name: str) -> str:
    value = answered(exchange).header(name)
    if not value:
        omit(f"there is no header {name}")
    return value


def _pair(first: Exchange, second: Exchange, name: str) -> tuple[str, str]:
    values = [answered(readable(exchange)).header(name) or "" for exchange in (first, second)]
    if not all(values):
        omit(f"there is no header {name}")
    return values[0], values[1]


def _agreed(first: Exchange, second: Exchange, name: str) -> str:
    values = _pair(first, second, name)
    if values[0] != values[1]:
        skip(f"two reads show different headers {name}")
    return values[0]


@pytest.fixture(params=_KINDS)
def kept(helpdesk: Helpdesk, request: pytest.FixtureRequest) -> Kept:
    """One object of each kind, which nothing changes."""
    return _lasting(helpdesk, request.param)


def _lasting(helpdesk: Helpdesk, name: str) -> Kept:
    def make() -> Kept:
        found = Kept(helpdesk, name, helpdesk.make(_KINDS[name]))
        return replace(found, reads=(found.read(), found.read()))

    return once(helpdesk, f"kept {name}", make)


@pytest.fixture(params=_KINDS)
def changing(helpdesk: Helpdesk, request: pytest.FixtureRequest) -> Kept:
    """One object of each kind for checks that change it; a new one where it was deleted."""
    made = helpdesk.obtain(_KINDS[request.param], "under conditions")
    return Kept(helpdesk, request.param, made)


def _moment(date: str) -> datetime:
    try:
        return parsedate_to_datetime(date)
    except ValueError:
        raise PrerequisiteBroken(f"Last-Modified is no date: {date!r}") from None


def _day_before(date: str) -> str:
    return format_datetime(_moment(date) - timedelta(days=1)).replace("-0000", "+0000")


# Validators -------------------------------------------------------------------------------------


@covers("KV-CACHE-001")
def test_an_etag_stays_until_something_changes(changing: Kept) -> None:
    first = answered(readable(changing.read())).header("ETag")
    if first is None:
        omit("there is no header ETag")
    again = answered(readable(changing.read())).header("ETag")
    if judge(again, equal_to(first), "header ETag"):
        changing.change()
        changed = answered(readable(changing.read())).header("ETag")
        judge(changed, different_from(first), "header ETag after a change")


@covers("KV-CACHE-010")
def test_the_etag_of_a_list_depends_on_its_ids(changing: Kept) -> None:
    first, again = _listed(changing), _listed(changing)
    before = _agreed(first, again, "ETag")
    changing.change()
    after = _listed(changing)
    if _ids(after) != _ids(first):
        skip("somebody else has changed the list")
    judge(_header(after, "ETag"), equal_to(before), "header ETag after a change")
    made = changing.helpdesk.make(_KINDS[changing.name])
    more = _listed(changing)
    if made.id not in map(str, _ids(more)):
        raise PrerequisiteBroken("the list lacks a new object")
    judge(_header(more, "ETag"), different_from(before), "header ETag after an addition")


def _listed(kept: Kept) -> Exchange:
    """The list of all such objects."""
    return readable(kept.helpdesk.send(Draft(kept.helpdesk.spec[_LISTS[kept.name]])))


def _ids(listed: Exchange) -> list[object]:
    return [item.get("id") for item in listed.answer.items]


def _around_a_change_of_the_requester(
    helpdesk: Helpdesk, ways: Mapping[str, Mapping[str, str]]
) -> dict[str, tuple[str, str | None]]:
    """The ETag of a case, asked for in each way, before and after its requester changed; that is no
    change of the case."""
    requester = make_user(helpdesk)
    case = helpdesk.make("case", requester_id=requester.id)
    draft = Draft(helpdesk.spec["getCase"]).having(id=case.id)
    asked = {name: draft.with_headers(**headers) for name, headers in ways.items()}
    before = {
        name: _agreed(helpdesk.send(way), helpdesk.send(way), "ETag") for name, way in asked.items()
    }
    fullname = helpdesk.chance.fill("{mark} {word}")
    accepted(helpdesk.call("updateUser", id=requester.id, full_name=fullname))
    return {
        name: (before[name], answered(readable(helpdesk.send(way))).header("ETag"))
        for name, way in asked.items()
    }


@covers("KV-CACHE-001")
def test_what_is_nested_does_not_count(helpdesk: Helpdesk) -> None:
    before, after = _around_a_change_of_the_requester(helpdesk, {"plain": {}})["plain"]
    judge(after, equal_to(before), "header ETag after a change of the requester")


@covers("KV-CACHE-008")
def test_in_ajax_mode_related_objects_count_too(helpdesk: Helpdesk) -> None:
    """Documents and clients spell the word that switches in two ways; either will do."""
    ways = {word: {"X_Requested_With": word} for word in AJAX_WORDS}
    found = _around_a_change_of_the_requester(helpdesk, ways)
    words = [word for word, (before, after) in found.items() if before != after]
    remark(f"the AJAX mode is switched on by {' and by '.join(words) or 'nothing'}")
    if not words:
        before, after = found[AJAX_WORDS[0]]
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
    etag, exchange = kept.again("If_None_Match", kept.etag())
    remark(f"ETags are {_form(etag)}")
    if exchange.status == 304:
        _expect_not_modified(exchange, "KV-CACHE-004")
        return
    other = etag.strip('"') if etag.startswith('"') else f'"{etag}"'
    toggled = kept.read(If_None_Match=other).status == 304
    _expect_not_modified(exchange, "KV-CACHE-013" if toggled else "KV-CACHE-004")


def _form(etag: str) -> str:
    quotes = "quoted" if etag.endswith('"') else "bare"
    return f"{quotes}, and weak" if etag.startswith("W/") else quotes


@covers("KV-CACHE-005")
def test_what_has_not_changed_since_is_not_sent_again(kept: Kept) -> None:
    _expect_not_modified(kept.again("If_Modified_Since", kept.modified())[1])


@covers("KV-CACHE-014")
@pytest.mark.parametrize("zone", ["+0000", "GMT"])
def test_a_date_may_be_written_in_both_ways(kept: Kept, zone: str) -> None:
    given, exchange = kept.again("If_Modified_Since", kept.modified())
    if exchange.status != 304:
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
    etag, again = _pair(helpdesk.send(draft), helpdesk.send(draft), "ETag")
    if etag != again:
        omit("two reads of a test show different headers ETag: it is made anew each time")
    expect(served(helpdesk.send(draft.with_headers(If_None_Match=etag)))).status(304)


# Changes ----------------------------------------------------------------------------------------


@covers("KV-CACHE-006")
@_UNSAFE
@pytest.mark.parametrize("condition", ["If_Match", "If_Unmodified_Since"])
def test_a_change_of_what_is_known_is_made(changing: Kept, condition: str, method: str) -> None:
    current = changing.etag() if condition == "If_Match" else changing.modified()
    draft = changing.draft(method).with_headers(**{condition: current})
    taken(changing.helpdesk.send(draft))


def _expect_unmade(kept: Kept, before: Exchange, draft: Draft) -> None:
    """Expect that a change is refused, and not made."""
    exchange = kept.helpdesk.send(draft, "negative")
    expect_refusal(exchange, 412, "RESOURCE_MODIFIED")
    after = kept.read()
    if after.succeeded:
        expect(after).item("label", equal_to(item_of(before).get("label")))
    else:
        violate("status line of a read", "the object unchanged", f"{after.status}")


@covers("KV-CACHE-002")
@_UNSAFE
def test_a_change_of_another_state_is_refused(changing: Kept, method: str) -> None:
    before = changing.shown("ETag")
    _expect_unmade(changing, before, changing.draft(method).with_headers(If_Match=_OTHER))


@covers("KV-CACHE-002")
def test_the_state_before_a_change_is_another(changing: Kept) -> None:
    etag = changing.etag()
    changing.change()
    before = changing.shown("ETag")
    if _header(before, "ETag") == etag:
        raise PrerequisiteBroken("a change leaves the ETag as it was")
    _expect_unmade(changing, before, changing.draft("update").with_headers(If_Match=etag))


@covers("KV-CACHE-003")
@_UNSAFE
def test_a_change_of_what_has_changed_since_is_refused(changing: Kept, method: str) -> None:
    before = changing.shown("Last-Modified")
    date = _day_before(_header(before, "Last-Modified"))
    draft = changing.draft(method).with_headers(If_Unmodified_Since=date)
    _expect_unmade(changing, before, draft)
