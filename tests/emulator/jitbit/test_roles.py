"""Who may do what, and who sees what."""

from __future__ import annotations

import pytest

from conformance.emulator import Server
from conformance.emulator.jitbit.routing import Operation, operations
from tests.emulator.jitbit.client import Client

Desks = dict[str, Client]
_VALUES = {"int": "1", "text": "x@y", "ids": "1", "json": "{}", "bool": "true"}


@pytest.mark.parametrize("operation", [one for one in operations() if one.least != "any"])
def test_a_lower_role_is_refused(desks: Desks, operation: Operation) -> None:
    fields = {name: _VALUES.get(kind.rstrip("!+"), "1") for name, kind in operation.takes.items()}
    for role in ("user", "technician") if operation.least == "admin" else ("user", "manager"):
        assert desks[role].status(operation.verb, operation.path, **fields) == 403


def test_technicians_have_the_operations_of_technicians(tech: Client) -> None:
    for method in ("CommentTemplates", "Assets", "CustomFields", "UserCustomFields?id=1"):
        assert tech.status("GET", method) == 200
    assert tech.status("GET", "UserByUsername", username="user") == 200


def test_tickets_are_seen_by_those_they_concern(desks: Desks) -> None:
    own = desks["user"].ticket(subject="visible?")
    others = desks["other_user"].ticket()
    seen = {role: {own, others} & set(desk.listed()) for role, desk in desks.items()}
    assert seen["administrator"] == seen["technician"] == {own, others}
    assert (seen["user"], seen["manager"]) == ({own}, {own})  # of one company
    assert seen["other_user"] == {others}
    assert desks["user"].listed("Search", query="printer") == []
    for role, status in (("user", 200), ("manager", 200), ("other_user", 403)):
        for method in ("ticket", "comments", "Subscribers", "LinkedTickets", "ParentTicket"):
            assert desks[role].status("GET", method, id=own) == status


def test_a_technician_sees_the_categories_worked_in_and_what_is_assigned(desks: Desks) -> None:
    admin, tech, user = desks["administrator"], desks["technician"], desks["user"]
    key, me = user.ticket(categoryId=2), admin.known["technician"]
    admin.post("RemoveCategoryTechPermission", userId=me, categoryId=2)
    try:
        assert tech.status("GET", "ticket", id=key) == 403
        assert key not in tech.listed()
        admin.post("UpdateTicket", id=key, assignedUserId=me)
        assert tech.status("GET", "ticket", id=key) == 200
        assert key in tech.listed(mode="handledbyme")
    finally:
        admin.post("AddCategoryTechPermission", userId=me, categoryId=2)


def test_own_tickets_are_updated_and_others_are_not(desks: Desks) -> None:
    own = desks["user"].ticket()
    for role, status in (("user", 200), ("technician", 200), ("administrator", 200)):
        assert desks[role].status("POST", "UpdateTicket", id=own, subject=role) == status
    for role in ("manager", "other_user"):
        assert desks[role].status("POST", "UpdateTicket", id=own, subject=role) == 403
        assert desks[role].status("POST", "TagTicket", ticketId=own, name=role) == 403
    assert desks["user"].read(own)["Subject"] == "administrator"
    assert desks["other_user"].status("POST", "Close", id=own) == 403
    assert desks["manager"].status("POST", "Close", id=own) == 200


@pytest.mark.parametrize("name", ["userId", "assignedToUserId"])
def test_only_technicians_create_for_others(desks: Desks, name: str) -> None:
    fields = {"categoryId": 1, "subject": "s", "body": "b", name: desks["user"].known["technician"]}
    before = desks["administrator"].listed()
    assert desks["user"].status("POST", "ticket", **fields) == 403
    assert desks["administrator"].listed() == before
    assert desks["technician"].status("POST", "ticket", **fields) == 200


def test_what_is_for_technicians_is_hidden(desks: Desks) -> None:
    user, tech = desks["user"], desks["technician"]
    assert 3 not in [item["CategoryID"] for item in user.get("categories")]
    assert user.status("POST", "ticket", categoryId=3, subject="s", body="b") == 403
    assert tech.status("POST", "ticket", categoryId=3, subject="s", body="b") == 200
    own = user.ticket()
    attached = {"uploadFile": ("secret.txt", b"psst")}
    tech.post("comment", id=own, body="psst", forTechsOnly="true", files=attached)
    assert [item["ForTechsOnly"] for item in tech.get("comments", id=own)] == [True]
    (file,) = tech.read(own)["Attachments"]
    assert file["ForTechsOnly"] is True
    assert (user.get("comments", id=own), user.read(own)["Attachments"]) == ([], [])
    assert user.status("GET", "attachment", id=file["FileID"]) == 403
    assert own not in user.listed("Search", query="psst")
    assert own in tech.listed("Search", query="psst")
    fields = {"categoryId": 1, "subject": "s", "body": "b", "forTechsOnly": "true"}
    article = tech.post("article", **fields)
    assert user.status("GET", f"Article/{article}") == 403
    listed = [item["ArticleId"] for item in user.get("Articles")["Articles"]]
    assert (article in listed, 1 in listed) == (False, True)
    names = [item["FieldName"] for item in user.get("CustomFieldsForCategory", categoryId=1)]
    assert "Escalation notes" not in names


def test_only_administrators_comment_as_others(desks: Desks) -> None:
    own = desks["user"].ticket()
    other = desks["administrator"].get("UserByUsername", username="other")["UserID"]
    fields = {"id": own, "body": "hello", "fromUserId": other}
    assert desks["user"].status("POST", "comment", **fields) == 403
    assert desks["technician"].status("POST", "comment", **fields) == 403
    desks["administrator"].post("comment", **fields)
    assert [item["UserID"] for item in desks["user"].get("comments", id=own)] == [other]


def test_everyone_has_numbers_of_their_own(desks: Desks) -> None:
    overall = desks["administrator"].get("Stats", forCurrentUser="false")
    assert overall["TotalTickets"] == overall["Closed"] + overall["Unclosed"]
    assert overall["Unclosed"] == overall["NewTickets"] + overall["InProcess"]
    mine = desks["other_user"].get("Stats", forCurrentUser="false")
    assert "TotalTickets" not in mine
    assert mine["SubmittedByMe"] == len(desks["other_user"].listed())


def test_basic_and_bearer_are_one_user(jitbit: Server, desks: Desks) -> None:
    for role, desk in desks.items():
        bearer = Client(jitbit.target, role, bearer=True)
        found = bearer.post("Authorization")
        assert found["UserID"] == desk.post("Authorization")["UserID"]
        assert found["Username"] == desk.login["username"].rpartition("\\")[2]
        bearer.close()
