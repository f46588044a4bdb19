"""New tickets: what a creation stores and who it is by (sections "Ticket (POST)" and "Ticket")."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge
from conformance.engine.matchers import containing, equal_to
from conformance.families.jitbit.prerequisites import (
    TECHNICIAN,
    accepted,
    caller_id,
    listing,
    number_of,
    taken,
)
from conformance.families.jitbit.ticketwork import (
    NEW,
    assignee,
    fresh_tag,
    holding,
    listed_by_tag,
    near,
    now,
    read_ticket,
    shown,
    submitter,
    tag_names,
)

#: How far the moment of creation may be from what the server's own clock says.
SOME_MINUTES = timedelta(minutes=10)


@dataclass(frozen=True)
class New:
    """A creation; by whom it was made reads it too."""

    helpdesk: Helpdesk
    created: Exchange

    @property
    def number(self) -> int:
        """The id of the ticket. Raises PrerequisiteBroken where the creation was refused."""
        return number_of(self.helpdesk.made_by(self.created))

    @cached_property
    def read(self) -> Exchange:
        """The ticket as it is then read. Raises as `number` does."""
        return read_ticket(self.helpdesk, self.number, self.created.role)


def create(helpdesk: Helpdesk, by: str = "", **fields: object) -> New:
    return New(helpdesk, helpdesk.send(helpdesk.draft("createTicket", **fields).by(by)))


@pytest.fixture(scope="module")
def tags(helpdesk: Helpdesk) -> list[str]:
    """Two tags that nothing else has."""
    return sorted([fresh_tag(helpdesk), fresh_tag(helpdesk)])


@pytest.fixture(scope="module")
def plain(helpdesk: Helpdesk, tags: list[str]) -> New:
    """A ticket of the caller's own with two tags."""
    subject = helpdesk.chance.fill("{mark} Printer in Room 4 is DEAD, again: {n}")
    return create(helpdesk, subject=subject, priorityId=1, tags=",".join(tags))


@pytest.fixture(scope="module")
def on_behalf(helpdesk: Helpdesk) -> New:
    """A ticket that a technician makes for a user."""
    return create(helpdesk, by=TECHNICIAN, userId=submitter(helpdesk).id)


@pytest.fixture(scope="module")
def assigned(helpdesk: Helpdesk) -> New:
    """A ticket that a technician assigns at once."""
    return create(helpdesk, by=TECHNICIAN, assignedToUserId=assignee(helpdesk))


@covers("JB-TKT-018")
def test_a_new_ticket_is_answered_with_a_number(plain: New) -> None:
    expect(plain.created).value(lambda v: None if isinstance(v, int) and v > 0 else "its id")


@covers("JB-TKT-002", "JB-TKT-019")
def test_a_new_ticket_is_read_by_its_number(plain: New) -> None:
    if expect(plain.read, "JB-TKT-019").has_item().kept:
        expect(plain.read, "JB-TKT-002").item("TicketID", equal_to(plain.number))


@covers("JB-TKT-019")
def test_a_new_ticket_has_the_subject_the_category_and_the_text_sent(plain: New) -> None:
    sent = plain.created.sent
    expect(plain.read).item("Subject", equal_to(sent["subject"]))
    expect(plain.read).item("CategoryID", equal_to(sent["categoryId"]))
    expect(plain.read).item("Body", holding(sent["body"]))


@covers("JB-TKT-020")
@pytest.mark.parametrize("priority", [-1, 0, 1, 2])
def test_a_new_ticket_has_the_priority_sent(helpdesk: Helpdesk, plain: New, priority: int) -> None:
    new = plain if priority == 1 else create(helpdesk, priorityId=priority)
    if taken(new.created):
        expect(new.read).item("Priority", equal_to(priority))


@covers("JB-TKT-021")
def test_a_priority_that_does_not_exist_is_refused(helpdesk: Helpdesk) -> None:
    expect(helpdesk.call("createTicket", priorityId=helpdesk.chance.unissued_id())).status(400)


@covers("JB-TKT-025")
def test_without_a_priority_a_ticket_is_refused_or_normal(helpdesk: Helpdesk) -> None:
    created = helpdesk.send(helpdesk.draft("createTicket").without("priorityId"))
    if not created.succeeded:
        expect(created).status(400)
        return
    read = read_ticket(helpdesk, helpdesk.made_by(created))
    expect(read).item("Priority", equal_to(0))


@covers("JB-TKT-031")
def test_a_new_ticket_has_the_tags_sent(plain: New, tags: list[str]) -> None:
    names = tag_names(shown(plain.read))
    for tag in tags:
        judge(names, containing(tag), "/Tags/*/Name")


@covers("JB-TKT-037")
def test_a_new_ticket_is_new(plain: New) -> None:
    expect(plain.read).item("StatusID", equal_to(NEW))


@covers("JB-TKT-038")
def test_a_new_ticket_was_made_just_now(helpdesk: Helpdesk, plain: New) -> None:
    expect(plain.read).item("IssueDate", near(_moment_of(helpdesk, plain.created), SOME_MINUTES))


def _moment_of(helpdesk: Helpdesk, exchange: Exchange) -> datetime:
    """When the server says that it answered; by the clock of the run where it does not say."""
    date = exchange.response.header("Date") if exchange.response else None
    try:
        return parsedate_to_datetime(date or "").astimezone(UTC)
    except ValueError:
        return now(helpdesk)


@covers("JB-TKT-069")
def test_a_new_ticket_is_submitted_by_the_caller(plain: New) -> None:
    expect(plain.read).item("SubmittedByCurrentUser", equal_to(True))


@covers("JB-TKT-070")
def test_a_new_ticket_is_the_callers(helpdesk: Helpdesk, plain: New) -> None:
    me = caller_id(helpdesk, plain.created.role)
    expect(accepted(plain.read)).item("UserID", equal_to(me))


@covers("JB-TKT-065")
@pytest.mark.parametrize("fixture", ["plain", "on_behalf"])
def test_the_submitter_is_the_user_of_the_ticket(
    request: pytest.FixtureRequest, fixture: str
) -> None:
    members = shown(request.getfixturevalue(fixture).read)
    info = members.get("SubmitterUserInfo")
    if isinstance(info, dict) and "UserID" in info:  # its absence breaks JB-TKT-008
        judge(info["UserID"], equal_to(members.get("UserID")), "/SubmitterUserInfo/UserID")


@covers("JB-TKT-066")
def test_the_assignee_is_whom_the_ticket_is_assigned_to(assigned: New) -> None:
    members = shown(assigned.read)
    info = members.get("AssigneeUserInfo")
    if isinstance(info, dict) and "UserID" in info:
        judge(info["UserID"], equal_to(members.get("AssignedToUserID")), "/AssigneeUserInfo/UserID")


@covers("JB-TKT-027")
def test_a_technician_makes_a_ticket_for_a_user(helpdesk: Helpdesk, on_behalf: New) -> None:
    if not taken(on_behalf.created):
        return
    members = shown(on_behalf.read)
    if not members.get("OnBehalfUserName"):
        judge(members.get("UserID"), equal_to(submitter(helpdesk).id), "/UserID")


@covers("JB-TKT-029")
def test_a_technician_assigns_a_new_ticket(helpdesk: Helpdesk, assigned: New) -> None:
    if taken(assigned.created):
        expect(assigned.read).item("AssignedToUserID", equal_to(assignee(helpdesk)))


@covers("JB-TKT-033")
def test_a_new_ticket_has_the_custom_field_sent(helpdesk: Helpdesk) -> None:
    field = helpdesk.known("fields.ticket.text")
    value = helpdesk.chance.fill("{mark} {word}")
    created = helpdesk.call("createTicket", customFields=json.dumps({str(field): value}))
    if taken(created):
        ticket = helpdesk.made_by(created)
        fields = helpdesk.call("listTicketCustomFields", id=number_of(ticket))
        expect(listing(fields, "FieldID")).item_where("Value", equal_to(value), FieldID=field)


@covers("JB-TKT-017")
def test_the_list_and_the_ticket_show_one_number(
    helpdesk: Helpdesk, plain: New, tags: list[str]
) -> None:
    found = accepted(listing(listed_by_tag(helpdesk, tags[0]), "IssueID"))
    listed = found.answer.find(Subject=plain.created.sent["subject"])
    members = shown(plain.read)
    if listed is not None:
        judge(listed.get("IssueID"), equal_to(members.get("TicketID")), listed.where("IssueID"))
