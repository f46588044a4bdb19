"""Notes of a ticket: by staff or a bare name, for everyone or for one (/Tickets/TicketNote)."""

from dataclasses import dataclass

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge
from conformance.engine.matchers import containing, equal_to
from conformance.families.kayako_classic.prerequisites import accepted, aimed, identified
from conformance.families.kayako_classic.ticketwork import (
    SECOND,
    expect_left,
    expect_text,
    gone,
    holder,
    made_id,
    parts,
    shows,
)

TEXT = 'Kunde war unfreundlich – 顧客 🐧 <b>&amp;</b> ]]>\nsecond line, "quoted"'


@dataclass(frozen=True)
class Notes:
    """Three notes on one ticket, and what is then read."""

    ticket: Made
    by_staff: Exchange
    by_name: Exchange
    for_one: Exchange
    listed: Exchange
    in_ticket: Exchange


@pytest.fixture(scope="module")
def notes(helpdesk: Helpdesk) -> Notes:
    ticket = holder(helpdesk)
    by_name = helpdesk.draft("createTicketNote", ticketid=ticket.id)
    by_name = by_name.without("staffid").having(fullname=helpdesk.chance.fill("{mark} robot"))
    by_staff = helpdesk.call("createTicketNote", ticketid=ticket.id, contents=TEXT, notecolor=4)
    return Notes(
        ticket,
        by_staff,
        helpdesk.send(by_name),
        helpdesk.call(
            "createTicketNote",
            ticketid=ticket.id,
            forstaffid=helpdesk.obtain("staff", SECOND).id,
            notecolor=2,
        ),
        listed=aimed(helpdesk, "listTicketNotes", ticketid=ticket.id),
        in_ticket=aimed(helpdesk, "getTicket", ticketid=ticket.id),
    )


@pytest.fixture(scope="module")
def read(helpdesk: Helpdesk, notes: Notes) -> Exchange:
    """The note by staff, read back."""
    number = helpdesk.made_by(notes.by_staff).id
    return aimed(helpdesk, "getTicketNote", ticketid=notes.ticket.id, id=number)


@covers("KC-NOT-013")
def test_a_note_by_staff_is_accepted(notes: Notes) -> None:
    expect(notes.by_staff).success()


@covers("KC-NOT-014")
def test_a_note_by_a_bare_name_is_accepted(notes: Notes) -> None:
    expect(notes.by_name).success()


@covers("KC-NOT-008")
def test_a_note_by_a_bare_name_shows_the_name(notes: Notes) -> None:
    name = notes.by_name.sent["fullname"]
    number = made_id(notes.by_name)
    expect(identified(notes.listed)).item_where("creatorstaffname", equal_to(name), id=number)


@covers("KC-PROTO-045")
@pytest.mark.parametrize(
    ("member", "field"),
    [("ticketid", "ticketid"), ("creatorstaffid", "staffid"), ("notecolor", "notecolor")],
)
def test_the_next_read_shows_what_a_create_wrote(
    notes: Notes, read: Exchange, member: str, field: str
) -> None:
    if shows(read, member):
        expect(read).item(member, equal_to(notes.by_staff.sent[field]))


@covers("KC-NOT-002")
def test_a_single_read_shows_the_asked_note(notes: Notes, read: Exchange) -> None:
    expect(read).item("id", equal_to(made_id(notes.by_staff)))


@covers("KC-PROTO-045", "KC-PROTO-012")
def test_a_text_survives_unchanged(read: Exchange) -> None:
    expect_text(read, "text", TEXT)


@covers("KC-PROTO-019")
def test_the_answer_to_a_create_shows_the_new_note(notes: Notes) -> None:
    accepted(notes.by_staff)
    for member, value in (
        ("ticketid", notes.ticket.id),
        ("creatorstaffid", notes.by_staff.sent["staffid"]),
    ):
        if shows(notes.by_staff, member):
            expect(notes.by_staff).item(member, equal_to(value))


@covers("KC-NOT-010")
def test_a_note_is_for_everyone_unless_said(read: Exchange) -> None:
    expect(read).item("forstaffid", equal_to(0))


@covers("KC-PROTO-045")
@pytest.mark.parametrize("field", ["forstaffid", "notecolor"])
def test_a_note_for_one_shows_for_whom_and_in_which_colour(notes: Notes, field: str) -> None:
    sent, number = notes.for_one.sent, made_id(notes.for_one)
    if not shows(notes.listed, field, id=number):
        return
    expect(identified(notes.listed)).item_where(field, equal_to(sent[field]), id=number)


@covers("KC-NOT-001", "KC-PROTO-042")
def test_the_list_holds_every_note(notes: Notes) -> None:
    if notes.listed.succeeded:
        identified(notes.listed)
    for created in (notes.by_staff, notes.by_name, notes.for_one):
        if created.succeeded:
            listed = expect(notes.listed, "KC-NOT-001", "KC-PROTO-042")
            listed.lists(id=made_id(created))


@covers("KC-TKT-038", "KC-TKT-018")
def test_notes_appear_in_their_ticket(notes: Notes) -> None:
    if not expect(notes.in_ticket, "KC-TKT-038", "KC-TKT-018").has_item().kept:
        return
    shown = [n.get("id") for n in parts(notes.in_ticket, "note") if n.get("type") == "ticket"]
    where = "/tickets/ticket/note[@type = 'ticket']/@id"
    for created in (notes.by_staff, notes.by_name, notes.for_one):
        if created.succeeded:
            judge(shown, containing(made_id(created)), where, "KC-TKT-038", "KC-TKT-018")


# Removing -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def deleted(helpdesk: Helpdesk, notes: Notes, read: Exchange) -> Exchange:
    """The note by staff, removed."""
    del read  # only so that it comes first
    number = helpdesk.made_by(notes.by_staff).id
    return aimed(helpdesk, "deleteTicketNote", ticketid=notes.ticket.id, id=number)


@covers("KC-PROTO-040", "KC-PROTO-006")
def test_a_deleted_note_is_gone(helpdesk: Helpdesk, notes: Notes, deleted: Exchange) -> None:
    number = accepted(deleted).sent["id"]
    read = aimed(helpdesk, "getTicketNote", ticketid=notes.ticket.id, id=number)
    gone(read, number, "KC-PROTO-040", "KC-PROTO-006")


@covers("KC-PROTO-040", "KC-NOT-004")
def test_a_deleted_note_alone_leaves_the_list(
    helpdesk: Helpdesk, notes: Notes, deleted: Exchange
) -> None:
    number = accepted(deleted).sent["id"]
    after = aimed(helpdesk, "listTicketNotes", ticketid=notes.ticket.id)
    expect_left(notes.listed, after, number, "KC-NOT-004", "KC-PROTO-040")
