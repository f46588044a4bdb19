"""What is kept, changed and removed, and texts that are hard to carry."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest

from tests.emulator.client import Client

HARD_TEXTS = [
    "Zimmer 4 – Drucker brennt",
    "😀 𝕏 İıŞş 漢字 العربية",
    "<b>bold</b> &amp; & ]]> <![CDATA[ \"'",
    "first\nsecond\r\nthird\ttab",
    "  blanks around  ",
    "x" * 100_000,
    "a+b%20c=d&e",
]


@pytest.mark.parametrize("text", HARD_TEXTS, ids=range(len(HARD_TEXTS)))
def test_texts_survive_unchanged(desk: Client, text: str) -> None:
    ticket = desk.ticket(subject=text, contents=text)
    read = desk.get(f"/Tickets/Ticket/{ticket.id}").item
    assert (read.findtext("subject"), read.findtext("posts/post/contents")) == (text, text)
    note = {"ticketid": ticket.id, "contents": text, "fullname": text}
    item = desk.post("/Tickets/TicketNote", **note).item
    assert (item.text, item.get("creatorstaffname")) == (text, text)


def test_characters_that_xml_cannot_hold_do_not_break_a_document(desk: Client) -> None:
    ticket = desk.ticket(subject="a\x00b\x0bc\ufffe", contents="\x1b[0m")
    assert ticket.value("subject") == "a\ufffdb\ufffdc\ufffd"


@pytest.mark.parametrize("size", [1, 255, 700_000])
def test_files_survive_unchanged(desk: Client, size: int) -> None:
    data = (bytes(range(256)) * (size // 256 + 1))[-size:]
    ticket = desk.ticket()
    place = {"ticketid": ticket.id, "ticketpostid": ticket.item.findtext("posts/post/id")}
    sent = {"filename": "ä b.png", "contents": b64encode(data).decode()}
    new = desk.post("/Tickets/TicketAttachment", **place, **sent)
    read = desk.get(f"/Tickets/TicketAttachment/{ticket.id}/{new.id}")
    assert b64decode(read.value("contents")) == data
    assert (read.value("filesize"), read.value("filetype")) == (str(size), "image/png")
    listed = desk.get(f"/Tickets/TicketAttachment/ListAll/{ticket.id}").item
    assert listed.find("contents") is None
    posts = desk.get(f"/Tickets/TicketPost/ListAll/{ticket.id}")
    assert posts.value("hasattachments") == "1"


def test_an_update_changes_only_what_is_sent(desk: Client) -> None:
    user = desk.user(phone="1", designation="Boss", salutation="Dr.", isenabled=0)
    changed = desk.put(f"/Base/User/{user.id}", fullname="New", phone="", password="x")
    values = [changed.value(name) for name in ("fullname", "phone", "designation", "salutation")]
    assert values == ["New", "", "Boss", "Dr."]
    assert changed.value("isenabled") == "0"


def test_an_update_ignores_what_is_fixed_at_creation(desk: Client) -> None:
    group = desk.post("/Base/UserGroup", title="G", grouptype="guest")
    changed = desk.put(f"/Base/UserGroup/{group.id}", title="H", grouptype="registered")
    assert (changed.value("title"), changed.value("grouptype")) == ("H", "guest")


def test_deleting_a_ticket_takes_everything_along(desk: Client) -> None:
    ticket = desk.ticket()
    post = ticket.item.findtext("posts/post/id")
    note = desk.post("/Tickets/TicketNote", ticketid=ticket.id, contents="n", staffid=1).id
    desk.delete(f"/Tickets/Ticket/{ticket.id}")
    for path in ("", f"Post/{ticket.id}/{post}", f"Note/{ticket.id}/{note}"):
        path = path or f"/{ticket.id}"
        assert desk.send("GET", f"/Tickets/Ticket{path}").status == 404
    assert ticket.id not in desk.get("/Tickets/Ticket/ListAll/1").ids()


def test_a_deleted_user_leaves_no_reference(desk: Client) -> None:
    organization = desk.post("/Base/UserOrganization", name="O", organizationtype="shared").id
    user = desk.user(userorganizationid=organization).id
    ticket = desk.ticket(userid=user)
    assert ticket.value("userorganization") == "O"
    desk.delete(f"/Base/UserOrganization/{organization}")
    assert desk.get(f"/Base/User/{user}").value("userorganizationid") == "0"
    desk.delete(f"/Base/User/{user}")
    assert desk.get(f"/Tickets/Ticket/{ticket.id}").value("userid") == "0"


def test_paging_and_order_of_the_ticket_list(desk: Client) -> None:
    department = desk.post("/Base/Department", title="P", type="public", app="tickets").id
    ids = [desk.ticket(departmentid=department, subject=text).id for text in "cab"]
    path = f"/Tickets/Ticket/ListAll/{department}/-1/-1/-1"
    assert desk.get(f"{path}/-1/-1/ticketid/DESC").ids() == ids[::-1]
    assert desk.get(f"{path}/2/1/ticketid/ASC").ids() == ids[1:]
    assert desk.get(f"{path}/-1/-1/subject/asc").values("subject") == ["a", "b", "c"]
    assert desk.get(f"{path}/0/0").ids() == []


def test_the_user_list_starts_at_the_marker_and_is_capped(desk: Client) -> None:
    ids = [desk.user().id for _ in range(3)]
    assert desk.get(f"/Base/User/Filter/{ids[0]}/2").ids() == ids[:2]
    assert desk.get(f"/Base/User/Filter/{ids[1]}").ids()[:2] == ids[1:]
    assert len(desk.get("/Base/User/Filter/1/99999").ids()) <= 1000


FLAGS = {
    "ticketid": None,
    "contents": "quokka contents",
    "author": "author@quokka.example",
    "email": "author@quokka.example",
    "creatoremail": "AUTHOR@quokka",
    "fullname": "Author Quokka",
    "notes": "quokka note",
    "usergroup": "Registered",
    "userorganization": "Quokka Ltd",
    "user": "user@quokka.example",
}


@pytest.mark.parametrize("flag", FLAGS)
def test_every_search_flag_has_its_own_place(desk: Client, flag: str) -> None:
    organization = {"name": "Quokka Ltd", "organizationtype": "shared"}
    owner = desk.post("/Base/UserOrganization", **organization).id
    user = desk.user(email="user@quokka.example", userorganizationid=owner).id
    name = {"fullname": "Author Quokka", "email": "author@quokka.example"}
    ticket = desk.ticket(userid=user, contents="quokka contents", **name)
    desk.post("/Tickets/TicketNote", ticketid=ticket.id, contents="quokka note", staffid=1)
    query = FLAGS[flag] or ticket.value("displayid").lower()
    found = desk.post("/Tickets/TicketSearch", query=query, **{flag: 1})
    assert ticket.id in found.ids()
    assert found.root.find(f"ticket[@id='{ticket.id}']/posts/post") is not None
    assert ticket.id not in desk.post("/Tickets/TicketSearch", query=query, tags=1).ids()


CUSTOM = {
    1: ("Müller & Söhne", "Müller & Söhne"),
    2: ("two\nlines", "two\nlines"),
    3: ("s3cret", "s3cret"),
    4: (["1", "3"], "Gift wrap, Insurance\\, full"),
    5: ("Card", "Card"),
    6: ("7", "Österreich"),
    7: ("Charger, Cable\\, 2 m", "Charger, Cable\\, 2 m"),
    8: ("1.0", "1.0"),
    9: ("Printer > Laser", "Printer > Laser"),
    10: ("05/24/2011", "05/24/2011"),
}


def test_custom_fields_of_every_type(desk: Client) -> None:
    ticket = desk.ticket().id
    fields = {int(item.get("fieldtype") or 0): item for item in desk.get("/Base/CustomField").root}
    assert sorted(fields) == list(range(1, 12))
    names = {kind: str(item.get("fieldname")) for kind, item in fields.items()}
    sent = {
        names[kind] + ("[]" if isinstance(given, list) else ""): given
        for kind, (given, _) in CUSTOM.items()
    }
    files = {names[11]: ("fötö.jpg", bytes(range(256)))}
    path = f"/Tickets/TicketCustomField/{ticket}"
    written = desk.send("POST", path, sent, files=files)
    values = {int(item.get("type") or 0): item for item in written.root.iter("field")}
    assert {kind: values[kind].text for kind in CUSTOM} == {k: v for k, (_, v) in CUSTOM.items()}
    assert b64decode(values[11].text or "") == bytes(range(256))
    assert values[11].get("filename") == "fötö.jpg"
    assert desk.get(path).text == written.text
    linked = {f"{names[9]}[0]": 13, f"{names[9]}[1][13]": 16, names[10]: ""}
    replaced = {
        int(i.get("type") or 0): i.text for i in desk.post(path, **linked).root.iter("field")
    }
    assert replaced == {**dict.fromkeys(range(1, 12)), 9: "Scanner > Flatbed"}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (5, "Barter"),
        (6, "99"),
        (7, "Charger, Rope"),
        (9, "Printer > Flatbed"),
        (10, "24.5.2011"),
        (11, "?"),
    ],
)
def test_custom_values_that_do_not_exist_change_nothing(desk: Client, kind: int, text: str) -> None:
    ticket = desk.ticket().id
    names = {
        item.get("fieldtype"): item.get("fieldname") for item in desk.get("/Base/CustomField").root
    }
    path = f"/Tickets/TicketCustomField/{ticket}"
    kept = desk.post(path, **{str(names["1"]): "kept"})
    refused = desk.send("POST", path, {str(names["1"]): "lost", str(names[str(kind)]): text})
    assert refused.status == 400
    assert desk.get(path).text == kept.text
