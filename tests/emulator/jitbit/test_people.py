"""Users and companies: what is taken, what is kept, what goes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.jitbit.client import Client


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "USER@acme.example"},
        {"email": "x@x", "username": "ADMIN"},
        {"email": "admin"},
        {"email": "a b@c"},
        {"email": "@"},
    ],
)
def test_a_user_that_cannot_be_made(admin: Client, fields: dict[str, str]) -> None:
    before = admin.get("Users")
    assert admin.status("POST", "CreateUser", **fields) == 400
    assert admin.get("Users") == before


@pytest.mark.parametrize(
    ("field", "sent", "member", "shown"),
    [
        *((name, "Ö+x", member, "Ö+x") for name, member in (
            ("username", "Username"), ("firstName", "FirstName"), ("lastName", "LastName"),
            ("notes", "Notes"), ("phone", "Phone"), ("location", "Location"),
            ("department", "Department"), ("company", "CompanyName"),
            ("greeting", "Greeting"), ("signature", "Signature"),
        )),
        ("email", "new+1@x", "Email", "new+1@x"),
        ("disabled", "true", "Disabled", True),
        ("isAdmin", "true", "IsAdmin", True),
        ("enableEmailNotifications", "false", "SendEmail", False),
        ("outOfOffice", "true", "OutOfOffice", True),
    ],
)  # fmt: skip
def test_one_change_leaves_the_rest_alone(
    admin: Client, field: str, sent: str, member: str, shown: Any
) -> None:
    key = admin.post("CreateUser", email=f"{field}@new.example", firstName="A", lastName="B")
    before = admin.get("User", userId=key)
    admin.post("UpdateUser", userId=key, **{field: sent})
    after = admin.get("User", userId=key)
    assert after[member] == shown
    names = {"FullName", "FullNameAndLogin"}
    organisation = {"CompanyId", "CompanyNotes", "DepartmentID", "DepartmentName"}
    changed = {name for name in before if before[name] != after[name]}
    assert changed - names - organisation == {member}
    admin.post("DeleteUser", userId=key)


def test_taken_names_are_refused_on_update(admin: Client) -> None:
    key = admin.post("CreateUser", email="taken@new.example")
    assert admin.status("POST", "UpdateUser", userId=key, username="Admin") == 400
    assert admin.status("POST", "UpdateUser", userId=key, email="user@acme.example") == 400
    assert admin.status("POST", "UpdateUser", userId=key, username="TAKEN@new.example") == 200


def test_companies_and_departments_are_known_by_name(admin: Client) -> None:
    before = (len(admin.get("Companies")), len(admin.get("Departments")))
    for number in (1, 2):
        fields = {"email": f"{number}@c", "company": "aCME", "department": "accounting"}
        assert admin.get("User", userId=admin.post("CreateUser", **fields))["CompanyId"] == 1
    assert (len(admin.get("Companies")), len(admin.get("Departments"))) == before
    key = admin.post("Company", name="Other")
    assert admin.status("POST", "UpdateCompany", id=key, name="acme") == 400
    admin.post("UpdateCompany", id=key, emailDomains="a.com; b.com;")
    kept = [item for item in admin.get("Companies") if item["CompanyID"] == key]
    assert [(item["Name"], item["EmailDomain"]) for item in kept] == [("Other", "a.com;b.com")]


def test_a_deleted_user_takes_own_tickets_along(admin: Client) -> None:
    key = admin.post("CreateUser", email="gone@new.example")
    own, other = admin.ticket(userId=key), admin.ticket()
    admin.post("comment", id=other, body="x", fromUserId=key)
    admin.post("DeleteUser", userId=key)
    assert admin.status("GET", "ticket", id=own) == 404
    assert [item["UserID"] for item in admin.get("comments", id=other)] == [None]
    assert admin.status("POST", "DeleteUser", userId=key) == 404
    for name in ("User?userId=", "UserCustomFields?id="):
        assert admin.status("GET", f"{name}{key}") == 404


def test_nobody_removes_themselves(admin: Client) -> None:
    me = admin.post("Authorization")["UserID"]
    assert admin.status("POST", "DeleteUser", userId=me) == 400
    assert admin.status("POST", "MergeUsers", fromUserId=me, toUserId=2) == 400
    assert admin.status("POST", "MergeUsers", fromUserId=3, toUserId=3) == 400
