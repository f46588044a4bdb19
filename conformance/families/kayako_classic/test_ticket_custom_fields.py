"""Values of custom fields: written as a whole set, read under the names of the fields
(/Tickets/TicketCustomField, page "REST - TicketCustomField").

Fields are made in the admin panel; what the helpdesk does not have is omitted.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge, omit
from conformance.engine.case import current, current_or_none
from conformance.engine.draft import Upload
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.matchers import Matcher, containing, different_from, equal_to, not_empty
from conformance.families.kayako_classic.prerequisites import accepted, aim, aimed, readable
from conformance.families.kayako_classic.ticketfields import (
    DATE,
    FILE,
    LINKED_SELECT,
    MULTI_SELECT,
    RADIO,
    SELECT,
    Field,
    Value,
    fields_of,
    several,
    shown_fields,
    value_for,
    values_for,
)
from conformance.families.kayako_classic.ticketwork import TALK, holder

FILE_NAME = "custom.bin"


@dataclass(frozen=True)
class Written:
    """Values written to a ticket in one request, and the fields read afterwards."""

    fields: list[Field]
    values: Mapping[str, Value]
    written: Exchange
    read: Exchange

    def of_kind(self, *kinds: int) -> list[Field]:
        return [f for f in self.fields if f.kind in kinds and f.name in self.values]

    def shown(self, name: str) -> Any:
        """What the read shows of a field; None where it does not show the field."""
        return shown_fields(readable(self.read)).get(name, {}).get("text")


@pytest.fixture(scope="module")
def ticket(helpdesk: Helpdesk) -> Made:
    """A ticket whose custom fields nothing else writes."""
    return helpdesk.obtain("ticket", TALK)


@pytest.fixture(scope="module")
def fresh(helpdesk: Helpdesk, ticket: Made) -> Exchange:
    """The fields of a ticket that never had a value written."""
    return aimed(helpdesk, "getTicketCustomFields", ticketid=ticket.id)


@pytest.fixture(scope="module")
def whole(helpdesk: Helpdesk, ticket: Made, fresh: Exchange) -> Written:
    """A value for every field; texts alone where the server does not take the other values, whose
    form client libraries say and no page."""
    fields = fields_of(helpdesk, fresh)
    values = values_for(helpdesk, fields)
    if not values:
        omit("the helpdesk has no ticket custom field that the suite can write")
    for field in fields:
        if field.required and field.name not in values:
            omit(f"the suite knows no value for the required field {field.name}")
    written = write(helpdesk, ticket, fields, values)
    kept = {field.name for field in fields if field.required or field.takes_any_text}
    texts = {name: value for name, value in values.items() if name in kept}
    if written.written.succeeded or not texts or texts == values:
        return written
    case = current_or_none()
    if case is not None:
        case.note("values of choices or dates, written in the form of clients, are refused")
    return write(helpdesk, ticket, fields, texts)


@pytest.fixture(scope="module")
def rest(helpdesk: Helpdesk, ticket: Made, whole: Written) -> Written:
    """One text changed and every field left out that is not required."""
    texts = [field for field in whole.fields if field.takes_any_text]
    if not texts:
        omit("the helpdesk has no ticket custom field for free text")
    kept = {field.name for field in whole.fields if field.required}
    values = {name: value for name, value in whole.values.items() if name in kept}
    fresh_value = value_for(helpdesk, texts[0])
    if fresh_value is not None:
        values[texts[0].name] = fresh_value
    return write(helpdesk, ticket, whole.fields, values)


def write(
    helpdesk: Helpdesk, ticket: Made, fields: list[Field], values: Mapping[str, Value]
) -> Written:
    draft = aim(helpdesk, "setTicketCustomFields", ticketid=ticket.id)
    for value in values.values():
        draft = draft.having(value.sent)
    written = helpdesk.send(draft)
    read = aimed(helpdesk, "getTicketCustomFields", ticketid=ticket.id)
    return Written(fields, values, written, read)


def expect_shown(written: Written, field: Field, matcher: Matcher, *requirements: str) -> bool:
    """What a read after an accepted write shows of a field."""
    accepted(written.written)
    expect(served(written.read), *requirements).success()
    where = f"/customfields/group/field[@name = '{field.name}']"
    shown = written.shown(field.name)
    return judge(shown, matcher, where, *requirements, got=f'"{shown}"' if shown else "no value")


@covers("KC-TCF-002")
def test_a_write_is_accepted(whole: Written) -> None:
    expect(whole.written).success()


@covers("KC-TCF-011", "KC-PROTO-045")
def test_a_text_sent_under_the_name_of_a_field_is_read_there(whole: Written) -> None:
    texts = [field for field in whole.fields if field.takes_any_text]
    shown = shown_fields(whole.read)
    if not texts or not any(field.name in shown for field in texts):
        omit("the helpdesk has no ticket custom field for free text")
    for field in texts:
        if field.name in shown:
            promised = equal_to(whole.values[field.name].shown)
            expect_shown(whole, field, promised, "KC-TCF-011", "KC-PROTO-045")


@covers("KC-TCF-011")
def test_the_option_chosen_by_its_id_is_read(
    helpdesk: Helpdesk, ticket: Made, whole: Written
) -> None:
    fields = whole.of_kind(SELECT, RADIO)
    if not fields:
        omit("the helpdesk has no ticket custom field of type select or radio")
    for field in fields:
        text = whole.values[field.name].shown
        if equal_to(text)(whole.shown(field.name)) is None:
            continue
        # Documents differ on whether the option's id or its text is sent: one has to do.
        current().note(f"the id of an option does not choose it in the field {field.name}")
        by_text = {**whole.values, field.name: Value({field.name: text}, text)}
        again = write(helpdesk, ticket, whole.fields, by_text)
        expect_shown(again, field, equal_to(text))


@covers("KC-TCF-008", "KC-PROTO-014")
def test_several_options_are_joined_by_commas(whole: Written) -> None:
    fields = whole.of_kind(MULTI_SELECT)
    if not fields:
        omit("the helpdesk has no ticket custom field of type multi select")
    accepted(whole.written)
    for field in fields:
        wanted = several(whole.values[field.name].shown)
        shown = several(whole.shown(field.name))
        where = f"/customfields/group/field[@name = '{field.name}']"
        judge(shown, equal_to(wanted), where, "KC-TCF-008")
        for text in wanted if shown else ():  # that options are chosen by their ids is no MUST
            raw = str(whole.shown(field.name)).replace("\\,", ",")
            judge(raw, containing(text), where, "KC-PROTO-014")


@covers("KC-TCF-009")
def test_linked_options_are_shown_parent_first(whole: Written) -> None:
    fields = whole.of_kind(LINKED_SELECT)
    if not fields:
        omit("the helpdesk has no ticket custom field of type linked select")
    for field in fields:
        expect_shown(whole, field, equal_to(whole.values[field.name].shown))


@covers("KC-TCF-007")
def test_a_date_is_shown_month_first(whole: Written) -> None:
    fields = whole.of_kind(DATE)
    if not fields:
        omit("the helpdesk has no ticket custom field of type date")
    for field in fields:
        expect_shown(whole, field, equal_to(whole.values[field.name].shown))


@covers("KC-TCF-015")
def test_fields_without_a_value_are_listed_too(fresh: Exchange, whole: Written) -> None:
    known = shown_fields(readable(whole.read))
    if not known:
        omit("the helpdesk has no ticket custom field")
    judge(
        sorted(shown_fields(readable(fresh))),
        equal_to(sorted(known)),
        "names of the fields of a fresh ticket",
    )


@covers("KC-TCF-010")
def test_a_write_replaces_the_value(whole: Written, rest: Written) -> None:
    changed = next(field for field in rest.fields if field.takes_any_text)
    if changed.name not in shown_fields(whole.read):
        omit("the helpdesk has no ticket custom field for free text")
    if whole.shown(changed.name) != whole.values[changed.name].shown:
        raise PrerequisiteBroken("there is no value to be replaced: the first was not kept")
    expect_shown(rest, changed, equal_to(rest.values[changed.name].shown))


@covers("KC-TCF-010", "KC-TCF-012")
def test_a_field_left_out_loses_its_value(whole: Written, rest: Written) -> None:
    left_out = [f for f in whole.fields if f.name in whole.values and f.name not in rest.values]
    had = [field for field in left_out if whole.shown(field.name)]
    if not had:
        omit("the helpdesk has no other ticket custom field that may be left out")
    for field in had:
        lost = different_from(whole.shown(field.name))
        expect_shown(rest, field, lost, "KC-TCF-010", "KC-TCF-012")


@covers("KC-TCF-015")
def test_a_field_that_lost_its_value_is_still_listed(whole: Written, rest: Written) -> None:
    known = shown_fields(readable(whole.read))
    if not known:
        omit("the helpdesk has no ticket custom field")
    still = shown_fields(readable(rest.read))
    judge(sorted(still), equal_to(sorted(known)), "names of the fields")


# Files --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def content(helpdesk: Helpdesk) -> bytes:
    return bytes(range(256)) + helpdesk.chance.bytes(300)


@pytest.fixture(scope="module")
def uploaded(helpdesk: Helpdesk, fresh: Exchange, content: bytes) -> Written:
    """A file sent as a part of a multipart body, to another ticket."""
    fields = [field for field in fields_of(helpdesk, fresh) if field.kind == FILE]
    if not fields:
        omit("the helpdesk has no ticket custom field of type file")
    other = holder(helpdesk)
    draft = aim(helpdesk, "setTicketCustomFields", ticketid=other.id)
    for field in fields_of(helpdesk, fresh):
        value = value_for(helpdesk, field) if field.required else None
        if field.required and value is None and field.name != fields[0].name:
            omit(f"the suite knows no value for the required field {field.name}")
        draft = draft.having(value.sent) if value is not None else draft
    written = helpdesk.send(draft.with_upload(Upload(fields[0].name, FILE_NAME, content)))
    read = aimed(helpdesk, "getTicketCustomFields", ticketid=other.id)
    return Written(fields, {}, written, read)


@covers("KC-PROTO-013")
def test_a_file_is_accepted_in_a_multipart_body(uploaded: Written) -> None:
    expect(served(uploaded.written)).success()
    expect_shown(uploaded, uploaded.fields[0], not_empty)


@covers("KC-TCF-006", "KC-TCF-003")
def test_a_file_shows_its_name(uploaded: Written) -> None:
    accepted(uploaded.written)
    shown = shown_fields(readable(uploaded.read)).get(uploaded.fields[0].name, {})
    where = f"/customfields/group/field[@name = '{uploaded.fields[0].name}']/@filename"
    whole = () if "filename" in shown else ("KC-TCF-003",)  # a member of the table is missing
    judge(shown.get("filename"), equal_to(FILE_NAME), where, "KC-TCF-006", *whole)


@covers("KC-TCF-006", "KC-TCF-016", "KC-PROTO-045")
def test_the_contents_of_a_file_can_be_read(uploaded: Written, content: bytes) -> None:
    accepted(uploaded.written)
    text = "".join(str(uploaded.shown(uploaded.fields[0].name) or "").split())
    where = f"/customfields/group/field[@name = '{uploaded.fields[0].name}']"
    try:
        got = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        judge(text, lambda _: "base64", where, "KC-TCF-006", "KC-TCF-016")
        return
    shown = f"{len(got)} other bytes"
    judge(got == content, equal_to(True), where, "KC-TCF-016", "KC-PROTO-045", got=shown)
