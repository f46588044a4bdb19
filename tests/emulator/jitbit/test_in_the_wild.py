"""How existing clients talk: one test for each observation of them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from conformance.emulator import Server
from tests.emulator.jitbit.client import Client


@pytest.mark.parametrize("path", ["tickets", "Tickets", "TICKETS", "ticket?id={}", "Ticket?ID={}"])
def test_1_paths_and_names_in_any_letter_case(admin: Client, path: str) -> None:
    key = admin.ticket()
    assert admin.get(path.format(key))
    for name in ("CategoryID", "categoryId", "categoryid"):
        assert key in admin.listed(**{name: 1})
        assert key not in admin.listed(**{name: 2})


def test_2_with_and_without_the_folder(admin: Client) -> None:
    for url in (admin.url, admin.url.replace("/helpdesk/api", "/api")):
        assert admin.raw("GET", f"{url}/Tickets").status_code == 200


def test_3_documented_posts_by_get(admin: Client) -> None:
    assert admin.get("Authorization")["UserID"] == 1
    one, two = admin.ticket(), admin.ticket()
    admin.get("AddSubscriber", id=one, userId=3)
    admin.get("MergeTickets", id=two, id2=one)
    assert [item["UserID"] for item in admin.get("Subscribers", id=two)] == [3]
    assert admin.post("categories") == admin.get("categories")
    assert admin.post("Tickets", count=1)[0]["IssueID"] == two


@pytest.mark.parametrize("bearer", [False, True])
def test_4_two_schemes_and_doubled_content_types(jitbit: Server, bearer: bool) -> None:
    client = Client(jitbit.target, "administrator", bearer=bearer)
    kind = "application/json, application/x-www-form-urlencoded; charset=UTF-8"
    fields = {"categoryId": 1, "subject": "s", "body": "b", "crossDomain": True}
    for body in (json.dumps(fields), "categoryId=1&subject=s&body=b"):
        answer = client.send("POST", "ticket", data=body, headers={"Content-Type": kind})
        assert answer.status_code == 200, answer.text
    client.close()


@pytest.mark.parametrize("way", ["query", "form", "json", "json-get"])
def test_5_parameters_by_query_form_and_json(admin: Client, way: str) -> None:
    key = admin.ticket()
    fields: dict[str, Any] = {"id": key, "tags": ["a", "b"], "priority": 1, "subject": "ş"}
    if way.startswith("json"):
        fields["tags"] = "a,b"
        answer = admin.send("POST", "UpdateTicket", json=fields)
    else:
        fields["tags"] = "a,b"
        answer = admin.send("POST", "UpdateTicket", **{_HOW[way]: fields})
    assert answer.status_code == 200, answer.text
    read = admin.read(key)
    assert (read["Priority"], read["Subject"], len(read["Tags"])) == (1, "ş", 2)
    headers = {"Content-Type": "application/json"}
    assert admin.send("GET", "ticket", params={"id": key}, headers=headers).status_code == 200


_HOW = {"query": "params", "form": "data"}


def test_6_junk_is_taken_for_nothing(admin: Client) -> None:
    look_up = "UserByEmail?userId=undefined&username=undefined&email=admin@helpdesk.example"
    assert admin.get(look_up)["UserID"] == 1
    assert admin.get("UserByUsername?userId=undefined&email=undefined&username=user")["UserID"] == 3
    key = admin.ticket()
    assert admin.post("Close", IssueID=key, id=key) == ""
    names = """mode categoryid sectionId statusId fromUserId fromCompanyId handledByUserID tagName
        dateFrom dateTo updatedFrom updatedTo dueInDays includeCustomFields subscribedOnly count"""
    empty = "&".join(f"{name}=" for name in names.split())
    assert len(admin.get(f"Tickets?{empty}&offset=0&statuses=")) <= 10
    admin.post("UpdateTicket", id=key, tags="tags=a,b")
    assert [tag["Name"] for tag in admin.read(key)["Tags"]] == ["tags=a", "b"]
    assert admin.get("Search?query=Printer&count=1&offset=0&statuses=")


def test_7_arrays_repeat_and_dates_are_days(admin: Client) -> None:
    key = admin.ticket()
    assert admin.listed(statusId=["1", "2"], dateFrom="2016-11-24", categoryId=["1", ""])[0] == key


def test_8_new_ids_are_bare_numbers(admin: Client) -> None:
    fields = {"categoryId": 1, "subject": "s", "body": "b"}
    for method, sent in (
        ("ticket", fields),
        ("article", fields),
        ("CreateUser", {"email": "wild@x"}),
        ("Company", {"name": "Wild"}),
    ):
        answer = admin.send("POST", method, data=sent)
        assert re.fullmatch(r"[1-9]\d*", answer.text)
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert int(answer.text) == json.loads(answer.text) == answer.json()
    words = {"modelName": "m", "manufacturer": "m", "type": "t", "supplier": "s"}
    assert set(admin.send("POST", "Asset", data=words).json()) == {"id"}
    key = admin.ticket()
    for method, sent in (
        ("UpdateTicket", {"id": key, "subject": "x"}),
        ("UpdateUser", {"userId": 3, "notes": "x"}),
        ("SetCustomField", {"ticketId": key, "fieldId": 1, "value": "x"}),
        ("Close", {"id": key}),
    ):
        assert admin.send("POST", method, data=sent).text == ""


def test_9_only_200_is_success_and_errors_are_told_apart(admin: Client, user: Client) -> None:
    assert admin.raw("GET", f"{admin.url}/Users", auth=("admin", "no")).status_code == 401
    assert user.status("GET", "Users") == 403
    assert admin.status("GET", "ticket", id=98765) == 404


def test_10_users_by_id_and_no_deletion_of_tickets(admin: Client) -> None:
    assert admin.get("User?userId=2")["Username"] == "technician"
    assert admin.status("GET", "User", id=2) == 400
    key = admin.ticket()
    assert admin.status("POST", "deleteTicket", id=key) == 404
    assert admin.read(key)


def test_11_lists_have_issues_and_details_tickets(admin: Client) -> None:
    key = admin.ticket(tags="wild")
    (item,) = admin.get("Tickets", tagName="wild")
    whole = admin.read(key)
    assert (item["IssueID"], "TicketID" in item) == (key, False)
    assert (whole["TicketID"], "IssueID" in whole) == (key, False)
    assert whole["LastUpdated"] == item["LastUpdated"]
    read = "Subject Status Priority Category UserName FirstName LastName Technician IssueDate"
    assert set(read.split()) <= set(item)


def test_12_the_members_of_a_recorded_ticket(admin: Client) -> None:
    body = "<!--html-->Text<div><br>\r\n</div>"
    whole = admin.read(admin.ticket(userId=3, body=body))
    assert whole["Body"] == body
    extra = {"ViewingTechNames": [], "Integrations": {}, "IsActiveChat": False, "IsShared": False}
    assert whole.items() >= {**extra, "StatusStopTimeSpent": False, "Origin": "API"}.items()
    assert whole["Url"] == f"{admin.home}/Ticket/{whole['TicketID']}"
    names = """DepartmentName DepartmentID DarkMode RecentTickets IsDepartmentManager
        TwoFactorAuthEnabled OutOfOffice LastPasswordChange"""
    assert set(names.split()) <= set(whole["SubmitterUserInfo"])
    assert not {"Password", "PushToken"} & set(whole["SubmitterUserInfo"])
    nullable = ("AssigneeUserInfo", "AssignedToUserID", "DueDate", "StartDate", "ResolvedDate")
    assert {whole[name] for name in nullable} == {None}


def test_13_the_members_of_older_models(admin: Client) -> None:
    key = admin.ticket(files={"uploadFile": ("a", b"a")})
    (file,) = admin.read(key)["Attachments"]
    names = "HiddenFromKB HiddenFromTickets InstanceID AssetID DropboxUrl UrlRelative"
    assert set(names.split()) <= set(file)
    numbers = "TotalTickets Closed InProcess NewTickets Unanswered Unassigned Unclosed"
    assert set(numbers.split()) <= set(admin.get("Stats"))


def test_14_categories_are_found_by_their_whole_name(admin: Client) -> None:
    found = {item["NameWithSection"]: item["CategoryID"] for item in admin.get("categories")}
    assert found["Sales \\ General issues"] == 1
    assert found["Payment issues"] == 2
