"""What a strict emulator refuses, and with which status."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from conformance.emulator import Settings, running
from tests.emulator.client import Client, sign

DEPARTMENT = {"title": "T", "type": "public", "app": "tickets"}
STAFF = {"firstname": "A", "lastname": "B", "username": "c", "password": "d"}
STAFF |= {"email": "e@example.com", "staffgroupid": "2"}
USER = {"fullname": "A", "usergroupid": "1", "email": "a@example.com", "password": "p"}
TICKET = {"subject": "s", "fullname": "A", "email": "a@example.com", "contents": "c"}
TICKET |= {"departmentid": "1", "ticketstatusid": "1", "ticketpriorityid": "1"}
TICKET |= {"tickettypeid": "1", "staffid": "1"}
CREATES: dict[str, dict[str, str]] = {
    "/Base/Department": DEPARTMENT,
    "/Base/Staff": STAFF,
    "/Base/StaffGroup": {"title": "T", "isadmin": "0"},
    "/Base/User": USER,
    "/Base/UserGroup": {"title": "T", "grouptype": "guest"},
    "/Base/UserOrganization": {"name": "T", "organizationtype": "shared"},
    "/Base/UserSearch": {"query": "x"},
    "/Tickets/Ticket": TICKET,
    "/Tickets/TicketSearch": {"query": "x"},
}
WRONG: list[tuple[str, str, str]] = [
    ("/Base/Department", "type", "secret"),
    ("/Base/Department", "app", "news"),
    ("/Base/Department", "displayorder", "first"),
    ("/Base/Department", "parentdepartmentid", "98765"),
    ("/Base/Department", "uservisibilitycustom", "yes"),
    ("/Base/Department", "usergroupid[]", "98765"),
    ("/Base/Staff", "staffgroupid", "98765"),
    ("/Base/Staff", "isenabled", "2"),
    ("/Base/StaffGroup", "isadmin", "true"),
    ("/Base/User", "usergroupid", "2"),
    ("/Base/User", "usergroupid", "98765"),
    ("/Base/User", "salutation", "Sir"),
    ("/Base/User", "userrole", "owner"),
    ("/Base/User", "userexpiry", "tomorrow"),
    ("/Base/User", "slaplanexpiry", "9" * 30),
    ("/Base/User", "sendwelcomeemail", "maybe"),
    ("/Base/UserGroup", "grouptype", "internal"),
    ("/Base/UserOrganization", "organizationtype", "open"),
    ("/Tickets/Ticket", "departmentid", "98765"),
    ("/Tickets/Ticket", "ticketstatusid", "98765"),
    ("/Tickets/Ticket", "ticketpriorityid", "x"),
    ("/Tickets/Ticket", "tickettypeid", "98765"),
    ("/Tickets/Ticket", "staffid", "98765"),
    ("/Tickets/Ticket", "ownerstaffid", "98765"),
    ("/Tickets/Ticket", "type", "telegram"),
    ("/Tickets/Ticket", "templategroup", "no such group"),
]


@pytest.mark.parametrize(
    ("path", "name"), [(path, name) for path, fields in CREATES.items() for name in fields]
)
@pytest.mark.parametrize("empty", [False, True])
def test_a_required_field_is_missing(desk: Client, path: str, name: str, empty: bool) -> None:
    fields = {key: text for key, text in CREATES[path].items() if key != name}
    fields |= {name: ""} if empty else {}
    reply = desk.send("POST", path, fields)
    assert (reply.status, bool(reply.text)) == (400, True)


@pytest.mark.parametrize(("path", "name", "text"), WRONG)
def test_a_value_cannot_be_used(desk: Client, path: str, name: str, text: str) -> None:
    assert desk.send("POST", path, {**CREATES[path], name: text}).status == 400


def test_a_ticket_needs_a_department_of_tickets(desk: Client) -> None:
    chat = desk.post("/Base/Department", **{**DEPARTMENT, "app": "livechat"}).id
    assert desk.send("POST", "/Tickets/Ticket", {**TICKET, "departmentid": chat}).status == 400


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("Post", {"subject": "s", "contents": "c"}),
        ("Post", {"subject": "s", "contents": "c", "staffid": 1, "userid": "USER"}),
        ("Post", {"contents": "c", "staffid": 1}),
        ("Note", {"contents": "c"}),
        ("Note", {"contents": "c", "staffid": 1, "fullname": "A"}),
        ("Note", {"contents": "c", "staffid": 1, "notecolor": 6}),
        ("Note", {"contents": "c", "staffid": 1, "forstaffid": 98765}),
        ("TimeTrack", {"contents": "c", "staffid": 1, "worktimeline": 1, "billtimeline": 1}),
        ("Attachment", {"ticketpostid": 98765, "filename": "f", "contents": "YQ=="}),
        ("Attachment", {"ticketpostid": "POST", "filename": "f", "contents": "no base64!"}),
    ],
)
def test_a_thing_of_a_ticket_cannot_be_added(
    desk: Client, path: str, fields: dict[str, Any]
) -> None:
    ticket = desk.ticket()
    known = {"USER": desk.user().id, "POST": ticket.item.findtext("posts/post/id")}
    filled = {name: known.get(str(text), text) for name, text in fields.items()}
    reply = desk.send("POST", f"/Tickets/Ticket{path}", {"ticketid": ticket.id, **filled})
    assert reply.status == 400


def test_a_post_of_another_ticket_takes_no_attachment(desk: Client) -> None:
    other = desk.ticket().item.findtext("posts/post/id")
    fields = {"ticketid": desk.ticket().id, "ticketpostid": other}
    fields |= {"filename": "f", "contents": "YQ=="}
    assert desk.send("POST", "/Tickets/TicketAttachment", fields).status == 400


@pytest.mark.parametrize(
    ("verb", "path", "allowed"),
    [
        ("PUT", "/Tickets/TicketStatus/1", "GET"),
        ("DELETE", "/Tickets/TicketPriority/1", "GET"),
        ("POST", "/Tickets/TicketType", "GET"),
        ("POST", "/Base/CustomField", "GET"),
        ("GET", "/Tickets/TicketSearch", "POST"),
        ("GET", "/Base/UserSearch", "POST"),
        ("PUT", "/Tickets/TicketPost/1/1", "DELETE, GET"),
        ("DELETE", "/Tickets/TicketCustomField/1", "GET, POST"),
        ("POST", "/Base/Department/1", "DELETE, GET, PUT"),
        ("PUT", "/Base/Department", "GET, POST"),
        ("PATCH", "/Base/Department/1", "DELETE, GET, PUT"),
        ("OPTIONS", "/Base/Department", "GET, POST"),
        ("HEAD", "/Base/Department", "GET, POST"),
    ],
)
def test_a_verb_is_not_supported(desk: Client, verb: str, path: str, allowed: str) -> None:
    reply = desk.send(verb, path)
    assert (reply.status, reply.headers["Allow"]) == (405, allowed)


def test_unknown_addresses_are_not_found(desk: Client) -> None:
    assert desk.send("GET", "/Base/Nothing").status == 404
    assert desk.send("GET", "/Base/CustomField/1").status == 404
    assert desk.raw("GET", desk.url.replace("/api/", "/elsewhere/")).status == 404


def test_built_in_user_groups_are_read_only(desk: Client) -> None:
    assert desk.send("DELETE", "/Base/UserGroup/1").status == 403
    assert desk.send("PUT", "/Base/UserGroup/2", {"title": "x"}).status == 403


@pytest.mark.parametrize(
    "path",
    [
        "ListAll",
        "ListAll/1/-1/-1/-1/many/0",
        "ListAll/1/-1/-1/-1/1/0/colour",
        "ListAll/1" + "/1" * 6 + "/UP",
    ],
)
def test_a_ticket_list_cannot_be_made(desk: Client, path: str) -> None:
    assert desk.send("GET", f"/Tickets/Ticket/{path}").status == 400


@pytest.mark.parametrize(
    "change",
    [
        {"apikey": None},
        {"salt": None},
        {"signature": None},
        {"signature": ""},
        {"apikey": "d75a00ef-08b6-5b04-5d29-d3b7ca46138a"},
        {"salt": "another"},
        {"signature": sign("s", "another secret")},
    ],
)
@pytest.mark.parametrize("path", ["/Base/Department", "/No/Where", "/Tickets/TicketSearch"])
def test_authentication_comes_first(desk: Client, change: dict[str, Any], path: str) -> None:
    fields = {name: text for name, text in {**desk.auth("s"), **change}.items() if text is not None}
    reply = desk.raw("GET", f"{desk.url}?{urlencode({'e': path, **fields})}")
    assert (reply.status, bool(reply.text), "<" in reply.text) == (401, True, False)


def test_the_documented_digest_is_the_raw_one() -> None:
    vectors = {
        ("1234567890", "secretkey"): "VKjt8M54liY6xq1UuhUYH5BFp1RUqHekqytgLPrVEA0=",
        ("salt012", "conformance-secret"): "bRD1tD/iHqYn+5iKLu0gM5qgRT2UVYnhttrS1qvyG0c=",
        ("a", "b"): "y0SLRAxCrIrQhPyKh5XJj1t4AjWcMF6r1X7Nsg4kiJY=",
    }
    assert {known: sign(*known) for known in vectors} == vectors


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"family": "zendesk"}, "no emulator of 'zendesk'; known: kayako-classic"),
        ({"port": 70000}, "port must be a number from 0 to 65535"),
        ({"limits": "some"}, "limits must be one of documented, fast, off"),
        ({"faults": ("nonsense",)}, "no fault named nonsense; known: signature-not-checked, "),
        ({"host": ""}, "not an address"),
        ({"database": "."}, "is a folder"),
    ],
)
def test_settings_refuse_what_makes_no_sense(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Settings(**{"family": "kayako-classic", **settings})


def test_an_address_in_use_is_an_os_error(desk: Client) -> None:
    port = int(desk.url.split(":")[2].split("/")[0])
    with pytest.raises(OSError, match="in use"), running(Settings("kayako-classic", port=port)):
        pass
