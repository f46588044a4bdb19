"""Time tracks of a ticket (/Tickets/TicketTimeTrack, page "REST - TicketTimeTrack")."""

from dataclasses import dataclass

import pytest

from conformance.engine import Exchange, Helpdesk, Made, covers, expect, judge
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import equal_to
from conformance.families.kayako_classic.prerequisites import accepted, aimed, identified
from conformance.families.kayako_classic.ticketwork import (
    SECOND,
    expect_left,
    expect_text,
    gone,
    holder,
    made_id,
    parts,
)

#: Seconds from now: apart from it and from each other, so that they cannot be mixed up or made up.
WORKED, BILLED = -600, 24 * 3600
SPENT, BILLABLE = 4_217, 1_234
TEXT = "Überprüfung 検査 🐧 <b>&amp;</b> ]]>"


@dataclass(frozen=True)
class Tracks:
    """A time track with the seven fields, one with a worker and a colour, and what is read."""

    ticket: Made
    least: Exchange
    whole: Exchange
    listed: Exchange
    in_ticket: Exchange


@pytest.fixture(scope="module")
def tracks(helpdesk: Helpdesk) -> Tracks:
    ticket = holder(helpdesk)
    draft = helpdesk.draft(
        "createTicketTimeTrack",
        ticketid=ticket.id,
        contents=TEXT,
        worktimeline=int(helpdesk.chance.now()) + WORKED,
        billtimeline=int(helpdesk.chance.now()) + BILLED,
        timespent=SPENT,
        timebillable=BILLABLE,
    )
    least = helpdesk.send(draft)
    worker = helpdesk.obtain("staff", SECOND).id
    return Tracks(
        ticket,
        least,
        helpdesk.send(draft.having(workerstaffid=worker, notecolor=4)),
        listed=aimed(helpdesk, "listTicketTimeTracks", ticketid=ticket.id),
        in_ticket=aimed(helpdesk, "getTicket", ticketid=ticket.id),
    )


@pytest.fixture(scope="module")
def found(helpdesk: Helpdesk, tracks: Tracks) -> Exchange:
    """The time track with the seven fields, read back or looked for in vain."""
    number = helpdesk.made_by(tracks.least).id
    return aimed(helpdesk, "getTicketTimeTrack", ticketid=tracks.ticket.id, id=number)


def lost(tracks: Tracks, found: Exchange) -> bool:
    """Whether neither the read nor the list knows the new time track."""
    listed = tracks.listed.succeeded and tracks.listed.answer.trouble is None
    missing = listed and tracks.listed.answer.find(id=made_id(tracks.least)) is None
    return found.status == 404 and missing


@pytest.fixture(scope="module")
def kept(tracks: Tracks, found: Exchange) -> Tracks:
    """The time tracks, for checks of what they show."""
    if lost(tracks, found):
        raise PrerequisiteBroken("a new time track is not kept")
    return tracks


@pytest.fixture(scope="module")
def read(kept: Tracks, found: Exchange) -> Exchange:
    """The time track with the seven fields, read back."""
    del kept
    return found


@covers("KC-TTT-003", "KC-PROTO-006", "KC-PROTO-045")
def test_a_new_time_track_is_kept(tracks: Tracks, found: Exchange) -> None:
    ids = ("KC-TTT-003", "KC-PROTO-006", "KC-PROTO-045")
    judge(lost(tracks, found), equal_to(False), "read and list", *ids, got="no such time track")


@covers("KC-TTT-006")
def test_the_seven_fields_make_a_time_track(tracks: Tracks) -> None:
    expect(tracks.least).success()


@covers("KC-TTT-010")
@pytest.mark.parametrize(
    ("member", "field"),
    [("timeworked", "timespent"), ("workdate", "worktimeline"), ("billdate", "billtimeline"),
     ("creatorstaffid", "staffid")],
)  # fmt: skip
def test_fields_come_back_under_their_other_names(
    tracks: Tracks, read: Exchange, member: str, field: str
) -> None:
    expect(read).item(member, equal_to(tracks.least.sent[field]))


@covers("KC-PROTO-045", "KC-TTT-006")
@pytest.mark.parametrize("member", ["ticketid", "timebillable"])
def test_the_next_read_shows_what_a_create_wrote(
    tracks: Tracks, read: Exchange, member: str
) -> None:
    broken = ("KC-PROTO-045", "KC-TTT-006")
    expect(read, *broken).item(member, equal_to(tracks.least.sent[member]))


@covers("KC-PROTO-045", "KC-PROTO-012")
def test_a_text_survives_unchanged(read: Exchange) -> None:
    expect_text(read, "text", TEXT)


@covers("KC-TTT-003")
def test_the_answer_to_a_create_shows_the_new_time_track(tracks: Tracks) -> None:
    accepted(tracks.least)
    expect(tracks.least).item("ticketid", equal_to(tracks.ticket.id))


@covers("KC-TTT-002")
def test_a_single_read_shows_the_asked_time_track(tracks: Tracks, read: Exchange) -> None:
    expect(read).item("id", equal_to(made_id(tracks.least)))


@covers("KC-TTT-008")
def test_the_author_did_the_work_unless_said(tracks: Tracks, read: Exchange) -> None:
    expect(read).item("workerstaffid", equal_to(tracks.least.sent["staffid"]))


@covers("KC-PROTO-045")
@pytest.mark.parametrize("field", ["workerstaffid", "notecolor"])
def test_the_list_shows_worker_and_colour(kept: Tracks, field: str) -> None:
    sent, number = kept.whole.sent, made_id(kept.whole)
    expect(identified(kept.listed)).item_where(field, equal_to(sent[field]), id=number)


@covers("KC-TTT-001", "KC-PROTO-042")
def test_the_list_holds_every_time_track(kept: Tracks) -> None:
    if kept.listed.succeeded:
        identified(kept.listed)
    for created in (kept.least, kept.whole):
        if created.succeeded:
            listed = expect(kept.listed, "KC-TTT-001", "KC-PROTO-042")
            listed.lists(id=made_id(created))


@covers("KC-TKT-038")
def test_time_tracks_appear_in_their_ticket(kept: Tracks) -> None:
    if not expect(kept.in_ticket).has_item().kept:
        return
    shown = {
        note.get("id"): note
        for note in parts(kept.in_ticket, "note")
        if note.get("type", "timetrack") == "timetrack"  # very old servers leave the type out
    }
    number = made_id(kept.least)
    where = "/tickets/ticket/note[@type = 'timetrack']"
    there = number in shown
    judge(there, equal_to(True), f"{where}/@id", got=str([*shown]))
    if there:
        judge(shown[number].get("timeworked"), equal_to(SPENT), f"{where}/@timeworked")


# Removing -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def deleted(helpdesk: Helpdesk, tracks: Tracks, read: Exchange) -> Exchange:
    """The first time track, removed."""
    del read  # only so that it comes first
    number = helpdesk.made_by(tracks.least).id
    return aimed(helpdesk, "deleteTicketTimeTrack", ticketid=tracks.ticket.id, id=number)


@covers("KC-PROTO-040", "KC-PROTO-006")
def test_a_deleted_time_track_is_gone(
    helpdesk: Helpdesk, tracks: Tracks, deleted: Exchange
) -> None:
    number = accepted(deleted).sent["id"]
    read = aimed(helpdesk, "getTicketTimeTrack", ticketid=tracks.ticket.id, id=number)
    gone(read, number, "KC-PROTO-040", "KC-PROTO-006")


@covers("KC-PROTO-040", "KC-TTT-004")
def test_a_deleted_time_track_alone_leaves_the_list(
    helpdesk: Helpdesk, tracks: Tracks, deleted: Exchange
) -> None:
    number = accepted(deleted).sent["id"]
    after = aimed(helpdesk, "listTicketTimeTracks", ticketid=tracks.ticket.id)
    expect_left(tracks.listed, after, number, "KC-TTT-004", "KC-PROTO-040")
