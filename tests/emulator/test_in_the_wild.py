"""How existing clients talk: one test for each way of sending and reading that was captured."""

from __future__ import annotations

import socket
from base64 import b64encode
from urllib.parse import quote, urlencode

import pytest

from tests.emulator.client import READ_FORMS, WRITE_FORMS, Client, sign


def _form(desk: Client, fields: str) -> str:
    return urlencode(desk.auth()) + "&" + fields


def _raw(desk: Client, verb: str, address: str, body: str, *headers: str) -> bytes:
    """Send bytes as a client wrote them, on a connection of its own."""
    host, _, port = desk.url.split("/")[2].partition(":")
    head = [f"{verb} {address} HTTP/1.1", f"Host: {host}:{port}", "Connection: close"]
    head += [*headers, f"Content-Length: {len(body.encode())}", "", ""]
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall("\r\n".join(head).encode())
        answered = b""
        if any("100-continue" in header for header in headers):
            answered = connection.recv(65536)
        connection.sendall(body.encode())
        while part := connection.recv(65536):
            answered += part
    return answered


@pytest.mark.parametrize("form", READ_FORMS)
def test_item_1_reads_come_in_five_url_forms(desk: Client, form: str) -> None:
    assert desk.get("/Base/Department/1", form=form).value("title") == "General"


@pytest.mark.parametrize("form", WRITE_FORMS)
def test_item_1_writes_may_name_the_path_in_the_body(desk: Client, form: str) -> None:
    group = desk.post("/Base/StaffGroup", form=form, title=form, isadmin=1)
    assert desk.put(f"/Base/StaffGroup/{group.id}", form=form, title="x").value("isadmin") == "1"


@pytest.mark.parametrize("path", ["/Base/Department/", "/Base/Department//1", "//Base/Department"])
def test_item_2_slashes_are_loose(desk: Client, path: str) -> None:
    assert 1 in desk.get(path).ids()


def test_item_3_credentials_come_in_query_and_body(desk: Client) -> None:
    group = desk.post("/Base/StaffGroup", title="both", isadmin=0).id
    body = {**desk.auth(), "title": "changed"}
    query = urlencode({"e": f"/Base/StaffGroup/{group}", **desk.auth()})
    assert desk.raw("PUT", f"{desk.url}?{query}", body).value("title") == "changed"
    assert desk.raw("PUT", f"{desk.url}?{query}", {"title": "again"}).value("title") == "again"


def test_item_3_credentials_come_as_parts_of_a_multipart_body(desk: Client) -> None:
    ticket = desk.ticket().id
    parts = {name: (None, text) for name, text in {**desk.auth(), "subject": "parts"}.items()}
    reply = desk.raw("PUT", f"{desk.url}?e=/Tickets/Ticket/{ticket}", files=parts)
    assert reply.value("subject") == "parts"


@pytest.mark.parametrize(
    "salt",
    [
        "4294967295",
        "-1234567890",
        "itobgt701t5nat7oor9z4t813edc5t8d",
        "0F8FAD5B-D9CB-469F-A165-70867728950E",
        "salt012",
        ">[\\ab%20{}~^`|<",
        b64encode(bytes(range(236, 256))).decode(),
        "Ünïçødé ☃",
    ],
)
def test_item_4_any_salt_is_signed(desk: Client, salt: str) -> None:
    query = urlencode({"e": "/Base/Department", **desk.auth(salt)})
    assert desk.raw("GET", f"{desk.url}?{query}").status == 200


def _salt_with_plus(desk: Client) -> str:
    return next(salt for salt in map(str, range(10000)) if "+" in sign(salt, desk.secret))


@pytest.mark.parametrize("verb", ["GET", "DELETE"])
def test_item_5_an_unescaped_plus_is_repaired_when_tolerant(
    tolerant_desk: Client, verb: str
) -> None:
    auth = tolerant_desk.auth(_salt_with_plus(tolerant_desk))
    query = "&".join(f"{name}={text}" for name, text in auth.items())
    reply = tolerant_desk.raw(verb, f"{tolerant_desk.url}?e=/Core/Test/1&{query}")
    assert reply.status == 200


def test_item_5_an_unescaped_plus_is_refused_when_strict(desk: Client) -> None:
    auth = desk.auth(_salt_with_plus(desk))
    query = "&".join(f"{name}={text}" for name, text in auth.items())
    assert desk.raw("GET", f"{desk.url}?e=/Core/Test&{query}").status == 401


def test_item_5_a_line_feed_after_the_signature_is_ignored(desk: Client) -> None:
    auth = desk.auth()
    query = urlencode({"e": "/Core/Test", **auth, "signature": auth["signature"] + "\n"})
    assert desk.raw("GET", f"{desk.url}?{query}").status == 200


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ("usergroupid[]=1&usergroupid[]=2", ["1", "2"]),
        ("usergroupid%5B%5D=1&usergroupid%5B%5D=2", ["1", "2"]),
        ("usergroupid%5B0%5D=2&usergroupid%5B1%5D=1", ["2", "1"]),
        ("usergroupid[]=", []),
    ],
)
def test_item_6_arrays_are_repeated_or_indexed(desk: Client, fields: str, kept: list[str]) -> None:
    body = _form(desk, f"title=T&type=public&app=tickets&uservisibilitycustom=1&{fields}")
    reply = desk.raw(
        "POST",
        f"{desk.url}?e=/Base/Department",
        body,
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"},
    )
    assert [group.text for group in reply.root.iterfind("department/usergroups/id")] == kept


def test_item_6_indexed_addresses_of_a_user(desk: Client) -> None:
    user = desk.user(**{"email": [], "email[0]": "a@example.com", "email[1]": "b@example.com"})
    assert [held.text for held in user.item.iterfind("email")] == ["a@example.com", "b@example.com"]


def test_item_7_unescaped_values_after_an_ampersand_and_100_continue(desk: Client) -> None:
    fields = [*desk.auth().items(), ("title", "Test Department"), ("type", "public")]
    fields = [(name, quote(text) if name == "signature" else text) for name, text in fields]
    body = "&" + "&".join(f"{name}={text}" for name, text in [*fields, ("module", "tickets")])
    answered = _raw(
        desk,
        "POST",
        "/api/index.php?e=/Base/Department",
        body,
        "Content-Type: application/x-www-form-urlencoded",
        "Expect: 100-continue",
    )
    assert answered.startswith(b"HTTP/1.1 100 Continue")
    assert b"HTTP/1.1 200 OK" in answered
    assert b"Test Department" in answered


def test_item_7_neither_content_type_nor_agent_is_needed(desk: Client) -> None:
    answered = _raw(desk, "POST", "/api/index.php?e=/Core/Test", urlencode(desk.auth()))
    assert b"HTTP/1.1 200 OK" in answered


def test_item_7_gzip_is_used_for_large_answers_only_when_offered(desk: Client) -> None:
    for number in range(30):
        desk.post("/Base/UserOrganization", name=f"O{number}", organizationtype="shared")
    query = urlencode({"e": "/Base/UserOrganization", **desk.auth()})
    packed = desk.raw("GET", f"{desk.url}?{query}")
    plain = desk.raw("GET", f"{desk.url}?{query}", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.text == plain.text


def test_item_8_booleans_and_instants_are_numbers(desk: Client) -> None:
    user = desk.user(isenabled=0, slaplanexpiry=1893456000)
    assert user.value("isenabled") == "0"
    assert user.value("slaplanexpiry") == "1893456000"
    assert user.value("userexpiry") == "0"


@pytest.mark.parametrize(
    "arguments",
    ["1", "1/1", "0,1/1,2", "1/-1/-1/-1", "1/-1/-1/-1/1000/0", "-1/-1/-1/-1/-1/-1/-1/-1"],
)
def test_item_9_filters_and_paging_stand_in_the_path(desk: Client, arguments: str) -> None:
    ticket = desk.ticket().id
    assert ticket in desk.get(f"/Tickets/Ticket/ListAll/{arguments}").ids()


@pytest.mark.parametrize("path", ["Filter", "Filter/1/1000", "Filter/1", "0/1000", "1/1000", "0"])
def test_item_9_user_lists_have_several_addresses(desk: Client, path: str) -> None:
    user = desk.user().id
    assert user in desk.get(f"/Base/User/{path}").ids()


def test_item_10_things_of_a_ticket_have_two_ids(desk: Client) -> None:
    ticket, other = desk.ticket().id, desk.ticket().id
    post = desk.get(f"/Tickets/TicketPost/ListAll/{ticket}").ids()[0]
    assert desk.get(f"/Tickets/TicketPost/{ticket}/{post}").id == post
    assert desk.send("GET", f"/Tickets/TicketPost/{other}/{post}").status == 404


def test_item_11_a_ticket_is_read_by_its_mask(desk: Client) -> None:
    ticket = desk.ticket()
    assert desk.get(f"/Tickets/Ticket/{ticket.value('displayid')}").id == ticket.id


def test_item_12_searches_take_a_query_and_flags(desk: Client) -> None:
    user = desk.user(email="needle@example.com")
    assert user.id in desk.post("/Base/UserSearch", query="needle@example.com", email=1).ids()
    ticket = desk.ticket(subject="x", contents="haystack with a needle").id
    assert ticket in desk.post("/Tickets/TicketSearch", query="NEEDLE", contents=1, notes=0).ids()
    assert ticket not in desk.post("/Tickets/TicketSearch", query="haystack", notes=1).ids()


def test_item_13_names_of_fields_and_elements_differ(desk: Client) -> None:
    fields = {"firstname": "A", "lastname": "B", "username": "c", "password": "d", "email": "e@f"}
    staff = desk.post("/Base/Staff", **fields, staffgroupid=1, staffsignature="Yours, A")
    assert staff.value("signature") == "Yours, A"
    track = {"worktimeline": 10, "billtimeline": 20, "timespent": 30, "timebillable": 40}
    item = desk.post(
        "/Tickets/TicketTimeTrack", ticketid=desk.ticket().id, contents="t", staffid=1, **track
    ).item
    seen = [item.get(name) for name in ("workdate", "billdate", "timeworked", "timebillable")]
    assert seen == ["10", "20", "30", "40"]
    assert item.get("workerstaffid") == "1"


def test_item_14_a_ticket_needs_one_of_three_creators(desk: Client) -> None:
    auto = desk.ticket(autouserid=1, email="new@example.com", type="phone", templategroup=1)
    assert auto.value("creationtype") == "2"
    assert desk.get(f"/Base/User/{auto.value('userid')}").value("email") == "new@example.com"
    again = desk.ticket(autouserid=1, email="NEW@example.com", ignoreautoresponder=1)
    assert again.value("userid") == auto.value("userid")
    assert desk.ticket(staffid=1, ownerstaffid=1).value("ownerstaffid") == "1"


def test_item_15_an_update_may_repeat_everything(desk: Client) -> None:
    fields = {"title": "Same", "type": "private", "module": "tickets", "displayorder": 7}
    department = desk.post("/Base/Department", **fields)
    again = desk.put(f"/Base/Department/{department.id}", **fields | {"module": "livechat"})
    assert again.text == department.text


def test_item_16_custom_fields_are_sent_under_their_own_names(desk: Client) -> None:
    ticket = desk.ticket().id
    names = [field.get("fieldname") for field in desk.get("/Base/CustomField").root]
    desk.post(f"/Tickets/TicketCustomField/{ticket}", **{str(names[0]): "4711"})
    values = desk.get(f"/Tickets/TicketCustomField/{ticket}").root.iter("field")
    assert {field.get("name"): field.text for field in values}[names[0]] == "4711"


def test_item_17_every_write_answers_200_with_the_full_object(desk: Client) -> None:
    created = desk.user()
    read = desk.get(f"/Base/User/{created.id}")
    updated = desk.put(f"/Base/User/{created.id}", fullname="Ang Gary")
    assert created.text == read.text == updated.text
    assert desk.delete(f"/Base/User/{created.id}").text == ""


def test_item_18_roots_and_items_have_their_names(desk: Client) -> None:
    ticket = desk.ticket().id
    desk.user()
    paths = {
        "departments/department": "/Base/Department",
        "staffgroups/staffgroup": "/Base/StaffGroup",
        "staffusers/staff": "/Base/Staff",
        "usergroups/usergroup": "/Base/UserGroup",
        "users/user": "/Base/User/Filter",
        "customfields/customfield": "/Base/CustomField",
        "customfieldoptions/option": "/Base/CustomField/ListOptions/4",
        "tickets/ticket": "/Tickets/Ticket/ListAll/1",
        "posts/post": f"/Tickets/TicketPost/ListAll/{ticket}",
        "ticketstatuses/ticketstatus": "/Tickets/TicketStatus",
        "ticketpriorities/ticketpriority": "/Tickets/TicketPriority",
        "tickettypes/tickettype": "/Tickets/TicketType",
        "customfields/group": f"/Tickets/TicketCustomField/{ticket}",
        "ticketcount/departments": "/Tickets/TicketCount",
    }
    for names, path in paths.items():
        root = desk.get(path).root
        assert f"{root.tag}/{root[0].tag}" == names
    for name in ("note", "attachment", "timetrack"):
        path = f"/Tickets/Ticket{'TimeTrack' if name == 'timetrack' else name.capitalize()}"
        assert desk.get(f"{path}/ListAll/{ticket}").root.tag == f"{name}s"


def test_item_19_notes_and_time_tracks_are_attributes_inside_the_ticket(desk: Client) -> None:
    ticket = desk.ticket().id
    desk.post("/Tickets/TicketNote", ticketid=ticket, contents="n", fullname="Bob", notecolor=2)
    seconds = {"worktimeline": 1, "billtimeline": 2, "timespent": 3, "timebillable": 4}
    desk.post("/Tickets/TicketTimeTrack", ticketid=ticket, contents="t", staffid=1, **seconds)
    item = desk.get(f"/Tickets/Ticket/{ticket}").item
    note, track = item.findall("note")
    assert (note.get("type"), note.get("creatorstaffname"), note.text) == ("ticket", "Bob", "n")
    assert (track.get("type"), track.get("timeworked"), track.text) == ("timetrack", "3", "t")
    assert item.get("flagtype") == "0"
    assert len(item.findall("posts/post")) == 1


def test_item_20_the_counters_have_four_sections(desk: Client) -> None:
    desk.ticket()
    root = desk.get("/Tickets/TicketCount").root
    assert [part.tag for part in root] == ["departments", "statuses", "owners", "unassigned"]
    department = root.find("departments/department[@id='1']")
    assert department is not None
    listed = desk.get("/Tickets/Ticket/ListAll/1").ids()
    assert department.findtext("totalitems") == str(len(listed))
    unassigned = root.find("unassigned/department[@id='1']")
    assert unassigned is not None
    assert (len(unassigned), unassigned.get("totalitems")) == (
        0,
        str(len(desk.get("/Tickets/Ticket/ListAll/1/-1/0").ids())),
    )


def test_items_21_and_22_posts_have_both_ids_and_no_subject(desk: Client) -> None:
    ticket = desk.ticket().id
    fields = {"ticketid": ticket, "subject": "", "contents": "c", "staffid": 1, "isprivate": 1}
    post = desk.post("/Tickets/TicketPost", **fields)
    assert post.value("ticketpostid") == str(post.id)
    assert post.value("isprivate") == "1"
    assert post.item.find("subject") is None


def test_item_23_unknown_ids_below_base_are_an_empty_root(desk: Client) -> None:
    for path in ("Base/Department", "Base/Staff", "Base/User", "Tickets/TicketType"):
        assert len(desk.get(f"/{path}/987654").root) == 0
        assert len(desk.get(f"/{path}/abc123").root) == 0
    ticket = desk.ticket().id
    for rest in ("/987654", "/abc123", f"Post/{ticket}/9876", f"Note/{ticket}/1", "Post/9876/1"):
        assert desk.send("GET", f"/Tickets/Ticket{rest}").status == 404
    assert len(desk.post("/Tickets/TicketSearch", query="no such words").root) == 0


def test_item_24_nothing_stands_before_the_prolog(desk: Client) -> None:
    reply = desk.get(f"/Tickets/TicketCustomField/{desk.ticket().id}")
    assert reply.text.startswith('<?xml version="1.0" encoding="UTF-8"?>')


@pytest.mark.parametrize("name", ["Test", "TestAPI"])
def test_item_25_the_test_controller_answers_plain_text(desk: Client, name: str) -> None:
    replies = [
        desk.get(f"/Core/{name}"),
        desk.get(f"/Core/{name}/5"),
        desk.get(f"/Core/{name}/GetData"),
        desk.post(f"/Core/{name}", x=1),
        desk.post(f"/Core/{name}/PostData"),
        desk.put(f"/Core/{name}/5", x=234),
        desk.delete(f"/Core/{name}/5"),
    ]
    assert all(reply.text and "<" not in reply.text for reply in replies)
