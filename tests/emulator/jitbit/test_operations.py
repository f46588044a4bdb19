"""Every operation once, as a client that follows the documentation would call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from conformance.emulator.jitbit.helpdesk import HANDLERS
from conformance.emulator.jitbit.routing import operations
from tests.emulator.jitbit.client import Client

PNG = bytes(range(256)) * 3
MEMBERS: dict[str, str] = yaml.safe_load(
    Path(__file__).with_name("members.yaml").read_text(encoding="utf-8")
)


def test_the_table_and_the_handlers_agree() -> None:
    names = [operation.name for operation in operations()]
    assert len(names) == 70
    assert set(names) == set(HANDLERS)


def test_every_operation_is_served(admin: Client) -> None:
    admin.called.clear()
    admin.raw("GET", f"{admin.home}/User/Token")
    tickets = _tickets(admin)
    _files_and_comments(admin, tickets[0])
    _relations(admin, *tickets)
    _fields(admin, tickets[0])
    _people(admin)
    _companies(admin)
    _knowledge(admin)
    _assets(admin, tickets[0])
    documented = {f"{one.verb} {one.path}" for one in operations() if one.name != "getToken"}
    assert {call.lower() for call in admin.called} >= {call.lower() for call in documented}


def _has(item: dict[str, Any], kind: str) -> None:
    """Expect every member that the sample of an object has."""
    assert [name for name in MEMBERS[kind].split() if name not in item] == []


def _tickets(admin: Client) -> tuple[int, int, int]:
    me = admin.post("Authorization")
    _has(me, "user")
    assert me["IsAdmin"] is True
    numbers = admin.get("Stats", forCurrentUser="false")
    assert set(numbers) == set(MEMBERS["stats"].split())
    fields = {admin.known["fields"]["ticket"]["text"]: "A-17"}
    first = admin.ticket(
        subject="Yazıcı 🔥", tags="a, b", priorityId=-1, origin=6, customFields=json.dumps(fields)
    )
    second, third = admin.ticket(), admin.ticket()
    (item,) = admin.get("Tickets", tagName="a")
    _has(item, "summary")
    expected = (first, "Phone", -1, "Yazıcı 🔥")
    assert tuple(item[name] for name in ("IssueID", "Origin", "Priority", "Subject")) == expected
    whole = admin.read(first)
    _has(whole, "detail")
    assert (whole["TicketID"], whole["UserID"], whole["StatusID"]) == (first, me["UserID"], 1)
    assert whole["SubmittedByCurrentUser"] is True
    assert [tag["Name"] for tag in whole["Tags"]] == ["a", "b"]
    assert admin.get("Stats", forCurrentUser="false")["NewTickets"] == numbers["NewTickets"] + 3
    assert admin.post("UpdateTicket", id=first, priority=2, dueDate="2030-01-02") == ""
    assert admin.read(first)["DueDate"] == "2030-01-02T00:00:00Z"
    assert admin.post("Close", id=third, suppressNotification="true") == ""
    assert admin.read(third)["StatusID"] == 3
    assert first in admin.listed("Search", query="yazıcı")
    admin.post("TagTicket", name="c", ticketId=first)
    assert [tag["Name"] for tag in admin.read(first)["Tags"]] == ["a", "b", "c"]
    return first, second, third


def _files_and_comments(admin: Client, ticket: int) -> None:
    attached = {"uploadFile": ("Ünlü «resim».png", PNG, "image/png")}
    admin.post("AttachFile", id=ticket, files=attached)
    (file,) = admin.read(ticket)["Attachments"]
    _has(file, "attachment")
    assert file["FileName"] == "Ünlü «resim».png"
    assert file["Url"].startswith("http://")
    answer = admin.send("GET", "attachment", params={"id": file["FileID"]})
    assert (answer.content, answer.headers["Content-Type"]) == (PNG, "image/png")
    assert "filename*=UTF-8''%C3%9Cnl%C3%BC" in answer.headers["Content-Disposition"]
    comment = admin.post("comment", id=ticket, body="Gone?", files={"uploadFile": ("a.txt", b"a")})
    assert comment > 0
    (shown,) = admin.get("comments", id=ticket)
    expected = {"CommentID": comment, "IssueID": ticket, "Body": "Gone?", "IsSystem": False}
    assert shown.items() >= expected.items()
    _has(shown, "comment")
    assert admin.get("DeleteFile", id=file["FileID"]) == ""
    assert [one["FileName"] for one in admin.read(ticket)["Attachments"]] == ["a.txt"]
    assert admin.status("GET", "attachment", id=file["FileID"]) == 404
    _has(admin.get("CommentTemplates")[0], "template")


def _relations(admin: Client, one: int, two: int, three: int) -> None:
    admin.post("LinkTickets", id=one, id2=two)
    (link,) = admin.get("LinkedTickets", id=two)
    _has(link, "link")
    assert (link["TicketID"], link["CompanyID"], link["Username"]) == (one, None, "admin")
    admin.post("UnlinkTickets", id=two, id2=one)
    assert admin.get("LinkedTickets", id=one) == []
    admin.post("AddSubTicket", parentId=one, childId=two)
    admin.post("AddSubTicket", parentId=two, childId=three)
    (child,) = admin.get("SubTickets", id=one)
    _has(child, "subticket")
    assert (child["IssueID"], child["Origin"], child["HasChildren"]) == (two, 3, True)
    assert (admin.get("ParentTicket", id=two), admin.get("ParentTicket", id=one)) == (one, 0)
    assert admin.get("ParentTicket", id=two, returnFullTicket="true")["TicketID"] == one
    admin.post("RemoveSubTicket", childId=two)
    assert admin.get("ParentTicket", id=two) == 0
    trackers = dict.fromkeys(MEMBERS["trackers"].split())
    assert admin.get("TicketIntegrationData", id=one) == trackers
    user = admin.known["technician"]
    admin.post("AddSubscriber", id=one, userId=user)
    admin.post("AddSubscriber", id=one, userId=user)
    assert [item["UserID"] for item in admin.get("Subscribers", id=one)] == [user]
    admin.post("RemoveSubscriber", id=one, userId=user)
    assert admin.get("Subscribers", id=one) == []
    admin.post("comment", id=three, body="moves along")
    admin.post("MergeTickets", id=one, id2=three)
    assert admin.status("GET", "ticket", id=three) == 404
    assert "moves along" in [item["Body"] for item in admin.get("comments", id=one)]


def _fields(admin: Client, ticket: int) -> None:
    field = admin.known["fields"]["ticket"]
    options = {
        item["FieldID"]: item["SelectionComboOptions"]
        for item in admin.get("CustomFieldsForCategory", categoryId=1)
    }
    option = options[field["selection"]][2]
    admin.post("SetCustomField", ticketId=ticket, fieldId=field["checkbox"], value="true")
    values = {f"cf{field['selection']}": option["OptionID"], f"cf{field['date']}": "2nd of May"}
    admin.post("SetCustomFields", ticketId=ticket, **values)
    shown = {item["FieldID"]: item for item in admin.get("TicketCustomFields", id=ticket)}
    assert shown[field["checkbox"]]["Value"] == "true"
    assert shown[field["date"]]["Value"] == "2nd of May"
    assert shown[field["selection"]]["ValueWithOption"] == "Yazıcı"
    assert shown[field["text"]]["Value"] == "A-17"
    unset = admin.get("TicketCustomFields", id=ticket, returnUnset="true")
    assert {item["FieldID"] for item in unset} > set(shown)
    assert {item["UsageType"] for item in admin.get("CustomFields", type=2)} == {2}
    _has(admin.get("TechsForCategory", id=1)[0], "tech")
    _has(unset[0], "ticket_field")
    _has(admin.get("CustomFields", type=2)[0], "field")
    _has(admin.get("categories")[0], "category")
    names = [item["NameWithSection"] for item in admin.get("categories")]
    assert names == ["Sales \\ General issues", "Payment issues", "Support \\ Internal"]


def _people(admin: Client) -> None:
    key = admin.post("CreateUser", email="ali@new.example", company="New", department="Depot")
    found = admin.get("UserByEmail", email="ALI@new.example")
    _has(found, "lookup")
    assert (found["UserID"], found["Username"]) == (key, "ali@new.example")
    assert (found["CompanyName"], found["Department"]) == ("New", "Depot")
    changes = {"username": "ali", "notes": "n", "enableEmailNotifications": "false"}
    admin.post("UpdateUser", userId=key, **changes)
    found = admin.get("UserByUsername", username="ali")
    assert (found["Notes"], found["SendEmail"], found["Email"]) == ("n", False, "ali@new.example")
    field = admin.known["fields"]["user"]["multiline"]
    admin.post("SetCustomFieldForUser", id=key, fieldId=field, value="line\nline")
    values = {item["FieldID"]: item["Value"] for item in admin.get("UserCustomFields", id=key)}
    assert values[field] == "line\nline"
    admin.post("AddCategoryTechPermission", userId=key, categoryId=2)
    assert admin.get("User", userId=key)["IsTech"] is True
    assert key in [item["UserID"] for item in admin.get("TechsForCategory", id=2)]
    admin.post("RemoveCategoryTechPermission", userId=key, categoryId=2)
    assert admin.get("User", userId=key)["IsTech"] is False
    other = admin.post("CreateUser", email="veli@new.example")
    ticket = admin.ticket(userId=key)
    assert admin.read(ticket)["OnBehalfUserName"] == "admin"
    admin.post("MergeUsers", fromUserId=key, toUserId=other)
    assert (admin.status("GET", "User", userId=key), admin.read(ticket)["UserID"]) == (404, other)
    _has(admin.get("Users")[0], "listed_user")
    assert other in [item["UserID"] for item in admin.get("Users", listMode="regular")]
    admin.post("DeleteUser", userId=other)
    assert admin.status("GET", "UserByUsername", username="veli@new.example") == 404


def _companies(admin: Client) -> None:
    key = admin.post("Company", name="Empire", emailDomains="empire.com;deathstar.com")
    assert admin.post("Company", name="Empire") == key
    admin.post("UpdateCompany", id=key, name="Republic", notes="new")
    kept = [item for item in admin.get("Companies") if item["CompanyID"] == key]
    domains = "empire.com;deathstar.com"
    assert kept == [
        {"CompanyID": key, "Name": "Republic", "EmailDomain": domains, "Notes": "new"},
    ]
    _has(admin.get("Departments")[0], "department")
    field = admin.known["fields"]["company"]["text"]
    admin.post("SetCustomFieldForCompany", id=key, fieldId=field, value="Ankara")
    assert admin.get("CompanyCustomFields", id=key)[0]["Value"] == "Ankara"


def _knowledge(admin: Client) -> None:
    parts = {"categoryId": "1", "body": "test ⚙", "subject": "A test"}
    multipart = {name: (None, text) for name, text in parts.items()}
    key = int(admin.send("POST", "article", files=multipart).text)
    whole = admin.get(f"Article/{key}")
    _has(whole, "article")
    assert (whole["Body"], whole["CategoryName"], whole["UrlId"]) == (
        "test ⚙",
        "General issues",
        None,
    )
    assert not whole["DateCreated"].endswith("Z")
    listed = admin.get("Articles", categoryId=1)
    assert set(listed) == {"Articles", "Categories", "Tags"}
    (item,) = listed["Articles"]
    assert (item["Body"], item["UrlId"], item["Tags"]) == (None, f"{key}-a-test", None)
    _has(listed["Categories"][0], "kb_category")
    rule = admin.send("GET", f"Rule/{admin.known['rule']}")
    assert rule.text.startswith('<?xml version="1.0" encoding="utf-16"?>')
    root = ElementTree.fromstring(rule.text.partition("?>")[2])
    assert root.tag == "AutomationRule"
    assert root.find("Conditions") is not None
    assert root.find("Actions") is not None
    admin.send("POST", f"DisableRule/{admin.known['rule']}")
    assert admin.read(admin.ticket(subject="An outage"))["Tags"] == []
    admin.send("POST", f"EnableRule/{admin.known['rule']}")
    assert [tag["Name"] for tag in admin.read(admin.ticket(subject="OUTAGE"))["Tags"]] == ["urgent"]


def _assets(admin: Client, ticket: int) -> None:
    words = {"modelName": "Macbook", "manufacturer": "Apple", "type": "Laptop", "supplier": "none"}
    created = admin.post("Asset", **words, quantity=5, companyId=1)
    key = created["id"]
    user = admin.known["technician"]
    admin.post("AssignAssetToUser", assetId=key, userId=user)
    admin.post("AddAssetToTicket", assetId=key, ticketID=ticket)
    field = admin.known["fields"]["asset"]["text"]
    admin.post("SetCustomFieldForAsset", id=key, fieldId=field, value="X1")
    asset = admin.get("Asset", id=key)
    _has(asset, "asset")
    assert (asset["Quantity"], asset["Company"], asset["TicketCount"]) == (5, "Acme", 1)
    assert asset["AssignedUsers"][0]["UserID"] == user
    assert asset["Fields"][0]["Value"] == "X1"
    for name, value in (("assignedToUserId", user), ("assignedToTicketId", ticket)):
        assert [item["ItemID"] for item in admin.get("Assets", **{name: value})] == [key]
    admin.post("UnAssignAssetToUser", assetId=key, userId=user)
    admin.post("RemoveAssetFromTicket", assetId=key, ticketID=ticket)
    changed = admin.post("UpdateAsset", id=key, modelName="Macbook Pro")
    assert (changed["ModelName"], changed["Quantity"], changed["Type"]) == (
        "Macbook Pro",
        1,
        "Laptop",
    )
    admin.post("DisableAsset", assetId=key)
    assert admin.get("Assets", nameprefix="mac") == []
    assert len(admin.get("Assets", nameprefix="mac", includeDisabled="true")) == 1
    admin.post("EnableAsset", assetId=key)
    assert len(admin.get("Assets", nameprefix="mac")) == 1


@pytest.mark.parametrize("form", ["{}/User/Token?json=true", "{}/user/token/?json=true"])
def test_the_token_page_gives_the_token(admin: Client, form: str) -> None:
    answer = admin.raw("GET", form.format(admin.home))
    assert answer.json() == {"token": admin.login["token"]}
    page = admin.raw("GET", form.format(admin.home).partition("?")[0])
    assert page.headers["Content-Type"].startswith("text/html")
    assert admin.login["token"] in page.text
