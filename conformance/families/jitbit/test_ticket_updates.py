"""Changing tickets: one ticket, changed step by step and read after each (section "UpdateTicket
(POST)")."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge
from conformance.engine.errors import NotJudged, PrerequisiteBroken
from conformance.engine.matchers import containing, empty, equal_to, lacking, not_empty
from conformance.families.jitbit.prerequisites import taken
from conformance.families.jitbit.ticketwork import (
    CLOSED,
    DAY,
    IN_PROCESS,
    NEW,
    assignee,
    fresh_tag,
    holding,
    near,
    new_ticket,
    read_ticket,
    shown,
    submitter,
    tag_names,
)

DUE = datetime(2030, 1, 2, 12, tzinfo=UTC)
RESOLVED = datetime(2021, 3, 4, 12, tzinfo=UTC)
MADE = datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)
#: A day that stands alone is a day somewhere: its midnight is half a day from UTC, and a bit.
A_DAY_SOMEWHERE = timedelta(hours=36)
SECONDS = 600
#: The clock of the time spent may be running.
RUNNING = 60


def _texts(helpdesk: Helpdesk) -> dict[str, Any]:
    return {"body": helpdesk.chance.fill("{mark} new text {n}"), "priority": -1}


def _tags(helpdesk: Helpdesk) -> dict[str, Any]:
    return {"tags": f"{fresh_tag(helpdesk)},{fresh_tag(helpdesk)}", "priority": 0}


#: The steps in their order, and what each of them names.
STEPS: Mapping[str, Callable[[Helpdesk], dict[str, Any]]] = {
    "due": lambda _: {"dueDate": f"{DUE:%Y-%m-%d}"},
    "assigned": lambda helpdesk: {"assignedUserId": assignee(helpdesk)},
    "in process": lambda _: {"statusId": IN_PROCESS},
    "subject": lambda helpdesk: {"subject": helpdesk.chance.fill("{mark} ticket changed {n}")},
    "body": _texts,
    "tags": _tags,
    "moved": lambda helpdesk: {"categoryId": helpdesk.known("other_category"), "priority": 2},
    "unassigned": lambda _: {"assignedUserId": 0, "timeSpentInSeconds": SECONDS},
    "submitter": lambda helpdesk: {"userId": submitter(helpdesk, "second submitter").id},
    "made": lambda _: {"date": f"{MADE:%Y-%m-%dT%H:%M:%SZ}"},
    "own status": lambda helpdesk: {"statusId": helpdesk.known("status")},
    "new": lambda _: {"statusId": NEW},
    "closed": lambda _: {"statusId": CLOSED},
    "resolved": lambda _: {"closeDate": f"{RESOLVED:%Y-%m-%d}"},
    "reopened": lambda _: {"statusId": IN_PROCESS, "priority": 1},
}
#: Steps after which nothing but what they name can have changed, and the members that show it.
NARROW = ("subject", "body", "tags")
KEPT = {
    "Subject": "subject", "Body": "body", "Priority": "priority", "StatusID": "statusId",
    "CategoryID": "categoryId", "UserID": "userId", "AssignedToUserID": "assignedUserId",
    "DueDate": "dueDate", "IssueDate": "date", "ResolvedDate": "closeDate", "Tags": "tags",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """An update, and the ticket read before and after it."""

    sent: Mapping[str, Any]
    before: Exchange
    updated: Exchange
    after: Exchange


@dataclass(frozen=True)
class Course:
    """What the steps came to: those that this target knows nothing for have a reason instead."""

    made: Exchange
    steps: Mapping[str, Step | NotJudged]

    def __getitem__(self, name: str) -> Step:
        step = self.steps[name]
        if isinstance(step, NotJudged):
            raise step
        return step


@pytest.fixture(scope="module")
def course(helpdesk: Helpdesk) -> Course:
    ticket = new_ticket(helpdesk, tags=fresh_tag(helpdesk))
    before = read_ticket(helpdesk, ticket)
    steps: dict[str, Step | NotJudged] = {}
    for name, fields_of in STEPS.items():
        try:
            fields = fields_of(helpdesk)
        except NotJudged as reason:
            steps[name] = reason
            continue
        updated = helpdesk.call("updateTicket", id=ticket.id, **fields)
        after = read_ticket(helpdesk, ticket)
        steps[name] = Step(fields, before, updated, after)
        before = after
    return Course(ticket.exchange, steps)


def changed(step: Step, *requirements: str) -> bool:
    """Expect that the update was taken, before what it has changed is looked at."""
    return taken(step.updated, *requirements)


@covers("JB-TKT-039", "JB-TKT-044")
def test_an_update_of_the_subject_shows(course: Course) -> None:
    step = course["subject"]
    if changed(step, "JB-TKT-039", "JB-TKT-044"):
        expect(step.updated, "JB-TKT-039").status(200)
        subject = equal_to(step.sent["subject"])
        expect(step.after, "JB-TKT-039", "JB-TKT-044").item("Subject", subject)


@covers("JB-TKT-044")
def test_a_new_text_takes_the_place_of_the_old_one(course: Course) -> None:
    step = course["body"]
    if changed(step):
        expect(step.after).item("Body", holding(step.sent["body"]))
        expect(step.after).item("Body", lacking(course.made.sent["body"]))


@covers("JB-TKT-043")
@pytest.mark.parametrize("name", ["body", "tags", "moved", "reopened"])
def test_an_update_sets_the_priority(course: Course, name: str) -> None:
    step = course[name]
    if changed(step):
        expect(step.after).item("Priority", equal_to(step.sent["priority"]))


@covers("JB-TKT-045")
def test_an_update_moves_a_ticket_to_another_category(course: Course) -> None:
    step = course["moved"]
    if changed(step):
        expect(step.after).item("CategoryID", equal_to(step.sent["categoryId"]))


@covers("JB-TKT-046")
@pytest.mark.parametrize("name", ["in process", "own status", "new", "closed", "reopened"])
def test_an_update_sets_the_status(course: Course, name: str) -> None:
    step = course[name]
    if changed(step):
        expect(step.after).item("StatusID", equal_to(step.sent["statusId"]))


@covers("JB-TKT-047")
def test_an_update_assigns_a_ticket(course: Course) -> None:
    step = course["assigned"]
    if changed(step):
        expect(step.after).item("AssignedToUserID", equal_to(step.sent["assignedUserId"]))


@covers("JB-TKT-047")
def test_an_update_takes_the_assignee_away(course: Course) -> None:
    step = course["unassigned"]
    course["assigned"]  # without whom there is nobody to take away
    if shown(step.before).get("AssignedToUserID") is None:
        raise PrerequisiteBroken("the ticket was assigned to nobody")
    if changed(step):
        expect(step.after).item("AssignedToUserID", empty)


@covers("JB-TKT-048")
def test_an_update_changes_the_submitter(course: Course) -> None:
    step = course["submitter"]
    if changed(step):
        expect(step.after).item("UserID", equal_to(step.sent["userId"]))


@covers("JB-TKT-049")
def test_an_update_sets_when_a_ticket_was_made(course: Course) -> None:
    step = course["made"]
    if changed(step):
        expect(step.after).item("IssueDate", near(MADE, DAY))


@covers("JB-TKT-050")
def test_an_update_sets_when_a_ticket_is_due(course: Course) -> None:
    step = course["due"]
    if changed(step):
        expect(step.after).item("DueDate", near(DUE, A_DAY_SOMEWHERE))


@covers("JB-TKT-051")
def test_an_update_sets_when_a_closed_ticket_was_closed(course: Course) -> None:
    step = course["resolved"]
    if changed(step):
        expect(step.after).item("ResolvedDate", near(RESOLVED, A_DAY_SOMEWHERE))


@covers("JB-TKT-052")
def test_an_update_sets_the_time_spent(course: Course) -> None:
    step = course["unassigned"]
    if changed(step):
        expect(step.after).item("TimeSpentInSeconds", _about(SECONDS))


def _about(seconds: int) -> Callable[[Any], str | None]:
    def match(value: Any) -> str | None:
        fits = isinstance(value, int) and seconds <= value <= seconds + RUNNING
        return None if fits else f"{seconds} seconds, or a few more"

    return match


@covers("JB-TKT-053")
def test_the_tags_of_an_update_take_the_place_of_the_old_ones(course: Course) -> None:
    step = course["tags"]
    if changed(step):
        names = tag_names(shown(step.after))
        for tag in step.sent["tags"].split(","):
            judge(names, containing(tag), "/Tags/*/Name")
        judge(names, lacking(course.made.sent["tags"]), "/Tags/*/Name")


@covers("JB-TKT-041")
@pytest.mark.parametrize("name", NARROW)
def test_an_update_leaves_alone_what_it_does_not_name(course: Course, name: str) -> None:
    step = course[name]
    before, after = shown(step.before), shown(step.after)
    for member, field in KEPT.items():
        if field in step.sent or member not in before or member not in after:
            continue
        values = [tag_names(m) if member == "Tags" else m[member] for m in (before, after)]
        same = values[0] == values[1]
        judge(same, equal_to(True), f"/{member}", got=f"{values[1]}, before it was {values[0]}")


@covers("JB-TKT-063")
def test_a_closed_ticket_has_the_date_of_its_end(course: Course) -> None:
    step = course["closed"]
    if shown(step.after).get("StatusID") == CLOSED:
        expect(step.after).item("ResolvedDate", not_empty)


@covers("JB-TKT-068")
def test_a_ticket_that_is_open_again_has_no_date_of_its_end(course: Course) -> None:
    step = course["reopened"]
    if shown(step.after).get("StatusID") == IN_PROCESS:
        expect(step.after).item("ResolvedDate", empty)
