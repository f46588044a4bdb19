"""Custom fields of tickets: values of all types written and read back, fields without values
(sections "SetCustomField (POST)", "SetCustomFields (POST)", "TicketCustomFields",
"CustomFieldsForCategory" and "CustomFields (GET)")."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from conformance.engine import (
    CheckCase,
    Exchange,
    Helpdesk,
    covers,
    each,
    expect,
    judge,
    skip,
    violate,
)
from conformance.engine.errors import NotJudged
from conformance.engine.exchange import served
from conformance.engine.matchers import equal_to, not_empty
from conformance.engine.shared import once
from conformance.engine.spec import Spec
from conformance.families.jitbit.prerequisites import accepted, listing, taken
from conformance.families.jitbit.ticketfields import (
    DATES,
    TYPES,
    Fields,
    Value,
    checkbox,
    day,
    fields_of_new_ticket,
    given_types,
    value_of,
)

#: What a value of these types looks like is promised apart.
FORMS = {"checkbox": "JB-CFLD-002", "selection": "JB-CFLD-003", "date": "JB-CFLD-004"}
#: The numbers of what custom fields belong to.
USAGES = {"ticket": 1, "asset": 2, "user": 3, "company": 4}


@dataclass(frozen=True)
class Written:
    """A value, the call that set it and the fields read after it."""

    field: int
    value: Value
    call: Exchange
    read: Exchange

    def expect_shown(self, *requirements: str) -> None:
        """Expect that the value was taken and is read back."""
        if not taken(self.call, *requirements):
            return
        item = accepted(listing(self.read, "FieldID")).answer.find(FieldID=self.field)
        if item is not None:
            judge(item.get("Value"), self.value.shown, item.where("Value"), *requirements)
        elif self.value.sent != "false":  # an unchecked box may count as unset
            violate("/", f"the field {self.field}", "it is missing", *requirements)


# One by one --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fields(helpdesk: Helpdesk) -> Fields:
    """A ticket whose fields are set one by one."""
    return once(helpdesk, "fields one by one", lambda: fields_of_new_ticket(helpdesk))


@pytest.fixture(scope="module")
def single(helpdesk: Helpdesk, fields: Fields) -> Mapping[str, Written | NotJudged]:
    """Every field of the ticket set by a call of its own, then all of them read."""
    return once(helpdesk, "fields set one by one", lambda: _set_one_by_one(helpdesk, fields))


def _set_one_by_one(helpdesk: Helpdesk, fields: Fields) -> dict[str, Written | NotJudged]:
    values: dict[str, Value | NotJudged] = {}
    calls: dict[str, Exchange] = {}
    for kind in TYPES:
        try:
            values[kind] = value = value_of(helpdesk, kind)
            calls[kind] = fields.set(kind, value.sent)
        except NotJudged as reason:
            values[kind] = reason
    read = fields.read()
    return {
        kind: value
        if isinstance(value, NotJudged)
        else Written(fields.number(helpdesk, kind), value, calls[kind], read)
        for kind, value in values.items()
    }


def given(written: Written | NotJudged) -> Written:
    """What was written; raises the reason where nothing could be."""
    if isinstance(written, NotJudged):
        raise written
    return written


def one_by_one(_: Spec) -> Iterator[CheckCase]:
    for kind in TYPES:
        form = (FORMS[kind],) if kind in FORMS else ()
        yield CheckCase(kind, "setTicketCustomField", ("JB-CFLD-015", *form), {"kind": kind})


@each(one_by_one)
def test_a_value_set_is_read_back(single: Mapping[str, Written | NotJudged], kind: str) -> None:
    form = (FORMS[kind],) if kind in FORMS else ()
    given(single[kind]).expect_shown("JB-CFLD-015", *form)


@covers("JB-CFLD-004")
@pytest.mark.parametrize("date", list(DATES)[1:])
def test_dates_are_taken_in_any_format(helpdesk: Helpdesk, fields: Fields, date: str) -> None:
    field = fields.number(helpdesk, "date")
    call = fields.set("date", date)
    Written(field, Value(date, day(DATES[date])), call, fields.read()).expect_shown()


@covers("JB-CFLD-002")
@pytest.mark.parametrize("word", ["true", "false"])
def test_a_check_box_follows_the_word(helpdesk: Helpdesk, fields: Fields, word: str) -> None:
    field = fields.number(helpdesk, "checkbox")
    other = "false" if word == "true" else "true"
    accepted(fields.set("checkbox", other))
    Written(field, checkbox(word), fields.set("checkbox", word), fields.read()).expect_shown()


# Several at once ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def several(helpdesk: Helpdesk) -> Mapping[str, Written | NotJudged]:
    """All fields of another ticket set by one call, and read."""
    return once(helpdesk, "fields set at once", lambda: _set_at_once(helpdesk))


def _set_at_once(helpdesk: Helpdesk) -> dict[str, Written | NotJudged]:
    fields = fields_of_new_ticket(helpdesk)
    values: dict[str, Value | NotJudged] = {}
    for kind in given_types(helpdesk):
        try:
            values[kind] = value_of(helpdesk, kind, second=True)
        except NotJudged as reason:
            values[kind] = reason
    sent = {kind: v.sent for kind, v in values.items() if isinstance(v, Value)}
    if "checkbox" in sent:  # so that the box has to change
        accepted(fields.set("checkbox", "true"))
    call = fields.set_all(sent)
    read = fields.read()
    return {
        kind: value
        if isinstance(value, NotJudged)
        else Written(fields.number(helpdesk, kind), value, call, read)
        for kind, value in values.items()
    }


def at_once(_: Spec) -> Iterator[CheckCase]:
    for kind in TYPES:
        form = ("JB-CFLD-023",) if kind in FORMS else ("JB-CFLD-008",)
        yield CheckCase(kind, "setTicketCustomFields", ("JB-CFLD-026", *form), {"kind": kind})


@each(at_once)
def test_values_set_at_once_are_read_back(
    several: Mapping[str, Written | NotJudged], kind: str
) -> None:
    if kind not in several:
        skip(f"needs fields.ticket.{kind} under [known] in the target file")
    form = ("JB-CFLD-023",) if kind in FORMS else ("JB-CFLD-008",)
    given(several[kind]).expect_shown("JB-CFLD-026", *form)


# Fields without values ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Reads:
    """The fields of a ticket, read in three ways."""

    default: Exchange
    without_unset: Exchange
    with_unset: Exchange


@pytest.fixture(scope="module")
def reads(helpdesk: Helpdesk) -> Reads:
    """A ticket with one value only."""
    fields = fields_of_new_ticket(helpdesk)
    kinds = given_types(helpdesk)
    if kinds:
        accepted(fields.set(kinds[0], value_of(helpdesk, kinds[0]).sent))
    default, unset = fields.read(), fields.read(returnUnset="true")
    return Reads(default, fields.read(returnUnset="false"), unset)


@covers("JB-CFLD-013")
def test_unset_fields_are_left_out_unless_asked_for(reads: Reads) -> None:
    if not taken(reads.without_unset):
        return
    judge(_values(reads.default), equal_to(_values(reads.without_unset)), "/")


def _values(exchange: Exchange) -> dict[str, str]:
    """Values by the id of their field, as text."""
    items = accepted(listing(exchange, "FieldID")).answer.items
    return {str(item.get("FieldID")): str(item.get("Value")) for item in items}


@covers("JB-CFLD-014")
def test_with_the_unset_fields_no_set_one_is_missing(reads: Reads) -> None:
    if taken(reads.with_unset):
        there = _values(reads.with_unset)
        for field in _values(reads.default):
            if field not in there:
                violate("/", f"the field {field}", "it is missing")


# Definitions -------------------------------------------------------------------------------------


@covers("JB-CFLD-019")
def test_a_drop_down_shows_its_options(helpdesk: Helpdesk) -> None:
    field, category = Fields.number(helpdesk, "selection"), helpdesk.known("category")
    listed = helpdesk.call("listCustomFieldsForCategory", categoryId=category)
    if accepted(listing(listed, "FieldID")).answer.find(FieldID=field) is None:
        skip("the drop-down of the target file belongs to another category")
    expect(listed).item_where("SelectionComboOptions", not_empty, FieldID=field)


@covers("JB-CFLD-020")
@pytest.mark.parametrize("owner", USAGES)
def test_fields_are_listed_by_what_they_belong_to(helpdesk: Helpdesk, owner: str) -> None:
    known = helpdesk.known("fields")
    listed = helpdesk.call("listCustomFields", type=USAGES[owner])
    checked = expect(served(listing(listed, "FieldID"))).success()
    for other, fields in known.items():
        for field in fields.values():
            if other == owner:
                checked.lists(FieldID=field)
            else:
                checked.lacks(FieldID=field)


@covers("JB-CFLD-022")
def test_fields_of_nothing_are_refused_or_none(helpdesk: Helpdesk) -> None:
    listed = helpdesk.call("listCustomFields", type=9)
    expect(served(listed)).status(200, 400)
    if listed.succeeded:
        expect(listed).value(equal_to([]))
