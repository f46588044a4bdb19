"""A ticket as a hosted helpdesk answers it, and a look-alike of our own, break no MUST.

The original is read where HELPDESK_RECORDINGS names the folder that holds `jitbit/`.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from conformance.engine.answer import read_answer
from conformance.engine.exchange import Response
from conformance.engine.judging import judge_answer
from conformance.engine.spec import load_spec

SPEC = load_spec("jitbit")
#: Members that came later than the recording, SHOULD each.
WARNED = {"JB-TKT-011", "JB-TKT-012"}
USER: dict[str, Any] = {
    "UserID": 5000001, "Username": "u1", "Email": "u1@example.com", "IsAdmin": False,
    "Disabled": False, "FirstName": "U", "LastName": "One", "Notes": "", "Location": "Here",
    "Phone": "1", "CompanyName": "Example", "DepartmentName": None, "IPAddress": "192.0.2.1",
    "HostName": "192.0.2.1", "Lang": "", "UserAgent": "Mozilla/5.0", "AvatarURL": None,
    "Signature": None, "Greeting": None, "CompanyID": 7, "CompanyNotes": None,
    "IsTech": False, "LastSeen": "2021-06-01T10:20:30.1234567Z", "FullName": "U One",
    "SendEmail": True,
}  # fmt: skip
TICKET: dict[str, Any] = {
    "SubmitterUserInfo": USER, "AssigneeUserInfo": None, "CategoryName": "Support",
    "TicketID": 30000001, "IssueID": 30000001, "Subject": "Prınter – 4", "Body": "<p>text</p>",
    "Priority": 0, "Status": "New", "StatusID": 1, "CategoryID": 300, "UserID": 5000001,
    "AssignedToUserID": None, "IssueDate": "2021-06-01T10:20:30.12Z", "DueDate": None,
    "ResolvedDate": None, "StartDate": None, "TimeSpentInSeconds": 0, "UpdatedByUser": False,
    "UpdatedByPerformer": False, "UpdatedForTechView": False, "Tags": [], "Attachments": [],
    "OnBehalfUserName": None, "Origin": 1, "LastUpdated": "2021-06-01T10:20:30",
    "Url": "https://support.example.com/helpdesk/Ticket/30000001", "ViewingTechNames": [],
    "IsCurrentUserTechInThisCategory": True, "SubmittedByCurrentUser": False, "IsShared": False,
    "IsActiveChat": False, "Integrations": {}, "SomethingNew": {"a": [1]},
}  # fmt: skip


def broken(body: Any, level: str) -> set[str]:
    response = Response(200, "OK", (), json.dumps(body).encode())
    found = judge_answer(SPEC, read_answer(SPEC, SPEC["getTicket"], response))
    return {v.requirement for v in found if SPEC.registry.level(v.requirement) == level}


def recording() -> Any:
    folder = Path(os.environ["HELPDESK_RECORDINGS"], "jitbit")
    return json.loads((folder / "ticket_2021_hosted.json").read_text(encoding="utf-8"))["body"]


needs_recordings = pytest.mark.skipif(
    "HELPDESK_RECORDINGS" not in os.environ,
    reason="HELPDESK_RECORDINGS names no folder with recorded answers",
)


def test_a_look_alike_breaks_no_must() -> None:
    assert broken(TICKET, "MUST") == set()


def test_a_ticket_without_its_subject_does() -> None:
    assert broken({k: v for k, v in TICKET.items() if k != "Subject"}, "MUST")


@needs_recordings
def test_the_recording_breaks_no_must() -> None:
    assert broken(recording(), "MUST") == set()


@needs_recordings
def test_the_recording_is_warned_of_later_members_only() -> None:
    assert broken(recording(), "SHOULD") <= WARNED
