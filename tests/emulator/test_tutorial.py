"""The tutorial of the Python client's page, from the first step to the clean-up."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest

from tests.emulator.client import READ_FORMS, Client

PATCH = "\ufffd\uff23\u8f32\u9301".encode()


def _first(desk: Client, path: str, title: str, form: str) -> int:
    items = desk.get(path, form=form).root
    return next(int(item.findtext("id") or 0) for item in items if item.findtext("title") == title)


def _department(desk: Client, form: str) -> int:
    fields = {"title": "Customer Support Department", "type": "public", "module": "tickets"}
    first = desk.post("/Base/Department", form=form, **fields)
    changed = desk.put(f"/Base/Department/{first.id}", form=form, **{**fields, "type": "private"})
    assert changed.value("type") == "private"
    desk.delete(f"/Base/Department/{first.id}", form=form)
    assert first.id not in desk.get("/Base/Department", form=form).ids()
    again = desk.post("/Base/Department", form=form, **fields)
    assert again.id > first.id
    return again.id


def _staff(desk: Client, form: str) -> tuple[int, int]:
    group = desk.post("/Base/StaffGroup", form=form, title="General Staff", isadmin=0)
    names = {"firstname": "John", "lastname": "Doe", "email": "foo@example.com"}
    secret = {"username": "explodes", "password": "easypass332", "staffgroupid": group.id}
    staff = desk.post("/Base/Staff", form=form, **names, **secret)
    assert staff.value("fullname") == "John Doe"
    assert "easypass332" not in staff.text
    return staff.id, group.id


@pytest.mark.parametrize("form", READ_FORMS)
def test_the_tutorial_from_first_step_to_clean_up(desk: Client, form: str) -> None:
    department = _department(desk, form)
    staff, group = _staff(desk, form)
    registered = _first(desk, "/Base/UserGroup", "Registered", form)
    user = desk.post(
        "/Base/User",
        form=form,
        fullname="Ang Gary",
        password="easypass332",
        email="bar@example.com",
        usergroupid=registered,
        sendwelcomeemail=0,
        phone="1-800-555-5555",
        userexpiry=0,
    ).id
    ticket = desk.post(
        "/Tickets/Ticket",
        form=form,
        tickettypeid=_first(desk, "/Tickets/TicketType", "Bug", form),
        ticketstatusid=_first(desk, "/Tickets/TicketStatus", "Open", form),
        ticketpriorityid=_first(desk, "/Tickets/TicketPriority", "High", form),
        departmentid=department,
        userid=user,
        subject="I found a bug and its making me very angry.",
        fullname="Ang Gary",
        email="bar@example.com",
        contents="I am an angry customer you need to make me happy.",
    )
    key, mask = ticket.id, ticket.value("displayid")
    words = {"ticketid": key, "contents": "Customer was hostile."}
    desk.post("/Tickets/TicketNote", form=form, staffid=staff, **words)
    post = desk.post("/Tickets/TicketPost", form=form, subject="Fixed.", staffid=staff, **words)
    sent = {"filename": "foo.diff", "filetype": "application/octet-stream"}
    place = {"ticketid": key, "ticketpostid": post.id, "contents": b64encode(PATCH).decode()}
    attachment = desk.post("/Tickets/TicketAttachment", form=form, **place, **sent)
    whole = desk.get(f"/Tickets/TicketAttachment/{key}/{attachment.id}", form=form)
    assert b64decode(whole.value("contents")) == PATCH
    closed = _first(desk, "/Tickets/TicketStatus", "Closed", form)
    desk.put(f"/Tickets/Ticket/{key}", form=form, ticketstatusid=closed)
    found = desk.post("/Tickets/TicketSearch", form=form, query=mask, ticketid=1)
    assert found.ids() == [key]
    assert found.value("statusid") == str(closed)
    assert [held.findtext("contents") for held in found.root.iter("post")][1] == words["contents"]
    assert desk.get(f"/Tickets/TicketAttachment/ListAll/{key}", form=form).ids() == [attachment.id]
    for path in (f"Tickets/Ticket/{key}", f"Base/User/{user}", f"Base/Staff/{staff}"):
        desk.delete(f"/{path}", form=form)
    desk.delete(f"/Base/StaffGroup/{group}", form=form)
    desk.delete(f"/Base/Department/{department}", form=form)
    assert desk.send("GET", f"/Tickets/TicketPost/{key}/{post.id}", form=form).status == 404
    assert user not in desk.get("/Base/User/Filter", form=form).ids()
