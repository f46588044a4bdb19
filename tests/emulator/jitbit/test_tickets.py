"""How tickets change: status, dates, tags, comments, relations, custom fields, files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.emulator.jitbit.client import Client

Desks = dict[str, Client]


@pytest.mark.parametrize(
    ("field", "sent", "member", "shown"),
    [
        ("subject", "new ☃", "Subject", "new ☃"),
        ("body", "<b>new</b>", "Body", "<b>new</b>"),
        ("priority", -1, "Priority", -1),
        ("categoryId", 2, "CategoryID", 2),
        ("statusId", 4, "StatusID", 4),
        ("date", "2020-05-12T11:59:50.91Z", "IssueDate", "2020-05-12T11:59:50.91Z"),
        ("dueDate", "2018-12-01", "DueDate", "2018-12-01T00:00:00Z"),
        ("dueDate", "2018-12-01T10:00:00+03:00", "DueDate", "2018-12-01T07:00:00Z"),
        ("assignedUserId", 2, "AssignedToUserID", 2),
        ("timeSpentInSeconds", 600, "TimeSpentInSeconds", 600),
        ("userId", 3, "UserID", 3),
    ],
)
def test_one_change_leaves_the_rest_alone(
    admin: Client, field: str, sent: Any, member: str, shown: Any
) -> None:
    key = admin.ticket(tags="t", priorityId=1)
    before = admin.read(key)
    admin.send("POST", f"UpdateTicket?id={key}", params={field: sent})
    after = admin.read(key)
    assert after[member] == shown
    followers = {
        "categoryId": {"CategoryName"},
        "statusId": {"Status", "StartDate"},
        "assignedUserId": {"AssigneeUserInfo"},
        "userId": {"SubmitterUserInfo", "SubmittedByCurrentUser"},
    }
    changed = {name for name in before if before[name] != after[name]}
    assert changed - {"LastUpdated"} - followers.get(field, set()) == {member}


def test_an_assignee_is_taken_away_with_zero(admin: Client) -> None:
    key = admin.ticket(assignedToUserId=2)
    assert admin.read(key)["AssigneeUserInfo"]["UserID"] == 2
    admin.post("UpdateTicket", id=key, assignedUserId=0)
    assert [admin.read(key)[name] for name in ("AssignedToUserID", "AssigneeUserInfo")] == [
        None
    ] * 2


def test_closing_sets_the_date_and_opening_clears_it(admin: Client) -> None:
    key = admin.ticket()
    admin.post("Close", id=key)
    closed = admin.read(key)
    assert (closed["StatusID"], closed["Status"]) == (3, "Closed")
    assert closed["ResolvedDate"] is not None
    admin.post("Close", id=key)
    assert admin.read(key) == closed
    admin.post("UpdateTicket", id=key, closeDate="2019-01-02")
    assert admin.read(key)["ResolvedDate"] == "2019-01-02T00:00:00Z"
    admin.post("UpdateTicket", id=key, statusId=2)
    assert (admin.read(key)["StatusID"], admin.read(key)["ResolvedDate"]) == (2, None)
    admin.post("UpdateTicket", id=key, statusId=3, closeDate="2019-01-03")
    assert admin.read(key)["ResolvedDate"] == "2019-01-03T00:00:00Z"


def test_tags_are_replaced_by_an_update_and_added_by_tagging(admin: Client) -> None:
    key = admin.ticket(tags="a,b")
    admin.post("UpdateTicket", id=key, tags="x, Y,x")
    admin.post("TagTicket", ticketId=key, name="z")
    admin.post("TagTicket", ticketId=key, name="y")
    assert sorted(tag["Name"] for tag in admin.read(key)["Tags"]) == ["Y", "x", "z"]


def test_comments_mark_who_wrote_last(desks: Desks) -> None:
    user, tech = desks["user"], desks["technician"]
    key = user.ticket()

    def marks(comment_by: Client, **more: str) -> tuple[bool, ...]:
        comment_by.post("comment", id=key, body="hm", **more)
        read = tech.read(key)
        names = ("UpdatedByUser", "UpdatedByPerformer", "UpdatedForTechView")
        return tuple(read[name] for name in names)

    assert marks(tech) == (False, True, False)
    assert marks(tech, forTechsOnly="true") == (False, True, True)
    assert marks(user) == (True, False, True)
    assert key in tech.listed(mode="unanswered")
    assert marks(tech, isSystem="true") == (True, False, True)
    assert marks(tech) == (False, True, False)
    tech.post("UpdateTicket", id=key, statusId=2)
    assert key not in tech.listed(mode="unanswered")
    assert [item["IsSystem"] for item in tech.get("comments", id=key)].count(True) == 1


def test_a_reply_of_the_submitter_opens_a_closed_ticket(desks: Desks) -> None:
    key = desks["user"].ticket()
    desks["user"].post("Close", id=key)
    desks["technician"].post("comment", id=key, body="done")
    assert desks["user"].read(key)["StatusID"] == 3
    desks["user"].post("comment", id=key, body="not at all")
    assert (desks["user"].read(key)["StatusID"], desks["user"].read(key)["ResolvedDate"]) == (
        2,
        None,
    )


def test_recipients_are_subscribers(desks: Desks) -> None:
    tech, key = desks["technician"], desks["user"].ticket()
    for user in (3, 4):
        tech.post("AddSubscriber", id=key, userId=user)
    tech.post("comment", id=key, body="all")
    tech.post("comment", id=key, body="one", recipientIds="4,1")
    told = [item["Recipients"] for item in tech.get("comments", id=key)]
    assert told == ["user@acme.example, manager@acme.example", "manager@acme.example"]
    assert key in desks["user"].listed(subscribedOnly="true")
    assert key not in desks["technician"].listed(subscribedOnly="true")


def test_relations_refuse_what_makes_no_sense(admin: Client) -> None:
    one, two, three = (admin.ticket() for _ in range(3))
    for method in ("MergeTickets", "LinkTickets", "UnlinkTickets"):
        assert admin.status("POST", method, id=one, id2=one) == 400
    assert admin.read(one)["TicketID"] == one
    admin.post("AddSubTicket", parentId=one, childId=two)
    admin.post("AddSubTicket", parentId=two, childId=three)
    assert admin.status("POST", "AddSubTicket", parentId=three, childId=one) == 400
    admin.post("AddSubTicket", parentId=one, childId=three)
    assert [item["IssueID"] for item in admin.get("SubTickets", id=one)] == [three, two]
    admin.post("RemoveSubTicket", childId=one)


def test_merging_moves_everything_to_the_primary(admin: Client) -> None:
    one, two, third = (
        admin.ticket(tags="a"),
        admin.ticket(tags="a,b", body="second"),
        admin.ticket(),
    )
    attached = {"uploadFile": ("a.txt", b"a")}
    admin.post("AttachFile", id=two, files=attached)
    admin.post("LinkTickets", id=two, id2=third)
    admin.post("AddSubTicket", parentId=two, childId=third)
    admin.post("AddSubscriber", id=two, userId=3)
    admin.post("UpdateTicket", id=two, timeSpentInSeconds=30)
    admin.post("MergeTickets", id=one, id2=two)
    kept = admin.read(one)
    assert [tag["Name"] for tag in kept["Tags"]] == ["a", "b"]
    assert kept["TimeSpentInSeconds"] == 30
    file = kept["Attachments"][0]["FileID"]
    assert admin.send("GET", "attachment", params={"id": file}).content == b"a"
    assert "second" in admin.get("comments", id=one)[0]["Body"]
    assert [item["TicketID"] for item in admin.get("LinkedTickets", id=third)] == [one]
    assert admin.get("ParentTicket", id=third) == one
    assert [item["UserID"] for item in admin.get("Subscribers", id=one)] == [3]
    for method in ("ticket", "comments", "LinkedTickets", "SubTickets"):
        assert admin.status("GET", method, id=two) == 404


@pytest.mark.parametrize("usage", ["ticket", "user", "company", "asset"])
def test_the_five_types_of_custom_fields(admin: Client, usage: str) -> None:
    words = {"modelName": "m", "manufacturer": "m", "type": "t", "supplier": "s"}
    owners = {"ticket": admin.ticket, "user": lambda: 3, "company": lambda: 1}
    owner = owners[usage]() if usage in owners else admin.post("Asset", **words)["id"]
    method = {"ticket": "SetCustomField"}.get(usage, f"SetCustomFieldFor{usage.title()}")
    name = "ticketId" if usage == "ticket" else "id"
    number = {"ticket": 1, "asset": 2, "user": 3, "company": 4}[usage]
    fields = {item["FieldID"]: item for item in admin.get("CustomFields", type=number)}
    values = {"text": "tëxt", "date": "next friday", "checkbox": "false", "multiline": "a\r\nb"}
    known = admin.known["fields"][usage]
    options = fields[known["selection"]]["SelectionComboOptions"]
    values["selection"] = str(options[-1]["OptionID"])
    for kind, text in values.items():
        admin.post(method, **{name: owner, "fieldId": known[kind], "value": text})
    assert _values(admin, usage, owner).items() >= {known[k]: t for k, t in values.items()}.items()
    for kind, text in (("selection", "98765"), ("selection", "x"), ("checkbox", "perhaps")):
        wrong = {name: owner, "fieldId": known[kind], "value": text}
        assert admin.status("POST", method, **wrong) == 400
    for field in (98765, 1 if usage != "ticket" else 11):
        assert admin.status("POST", method, **{name: owner, "fieldId": field, "value": "x"}) == 404
    admin.post(method, **{name: owner, "fieldId": known["text"], "value": ""})
    assert _values(admin, usage, owner).get(known["text"]) is None
    assert [item["Type"] for item in fields.values()][:5] == [1, 2, 3, 4, 5]


def _values(admin: Client, usage: str, owner: int) -> dict[int, str]:
    if usage == "asset":
        items = admin.get("Asset", id=owner)["Fields"]
    else:
        items = admin.get(f"{usage.title()}CustomFields", id=owner)
    return {item["FieldID"]: item["Value"] for item in items}


def test_several_values_are_set_at_once_or_not_at_all(admin: Client) -> None:
    key = admin.ticket()
    refused = admin.status("POST", "SetCustomFields", ticketId=key, cf1="kept?", cf3="no option")
    assert (refused, admin.get("TicketCustomFields", id=key)) == (400, [])
    admin.post("SetCustomFields", ticketId=key, CF1="a", cf5="b", cfx="ignored")
    assert _values(admin, "ticket", key) == {1: "a", 5: "b"}
    assert admin.status("POST", "SetCustomField", ticketId=key, fieldId=22, value="x") == 404
    admin.post("UpdateTicket", id=key, categoryId=2)
    admin.post("SetCustomField", ticketId=key, fieldId=22, value="x")
    assert _values(admin, "ticket", key)[22] == "x"


def test_dates_are_written_as_in_the_samples(admin: Client) -> None:
    read = admin.read(admin.ticket())
    made = datetime.fromisoformat(read["IssueDate"])
    assert abs(datetime.now(UTC) - made) < timedelta(minutes=1)
    assert read["IssueDate"].endswith("Z")
    fraction = read["IssueDate"].removesuffix("Z").partition(".")[2]
    assert len(fraction) <= 3
    assert not fraction.endswith("0")
    (seeded,) = admin.get("Articles", categoryId=4)["Articles"]
    assert seeded["DateCreated"] == "2016-10-09T05:04:40.893"


@pytest.mark.parametrize(
    ("name", "kind", "plain"),
    [
        ("plain name.txt", "text/plain", 'attachment; filename="plain name.txt"'),
        ('a "quote".txt', "text/plain", "a%20%22quote%22.txt"),
        ("şğı☃🔥.bin", "", "%C5%9F%C4%9F%C4%B1%E2%98%83%F0%9F%94%A5.bin"),
    ],
)
def test_names_and_bytes_of_files_survive(admin: Client, name: str, kind: str, plain: str) -> None:
    contents = bytes(range(256)) * 40
    key = admin.ticket(files={"uploadFile": (name, contents, kind)})
    (file,) = admin.read(key)["Attachments"]
    assert (file["FileName"], file["FileSize"]) == (name, len(contents))
    answer = admin.send("GET", "attachment", params={"id": file["FileID"]})
    assert answer.content == contents
    assert answer.headers["Content-Type"] == (kind or "application/octet-stream")
    assert plain in answer.headers["Content-Disposition"]
