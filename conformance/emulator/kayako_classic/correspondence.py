"""Posts, notes, time tracks and attachments of tickets."""

from __future__ import annotations

import binascii
import mimetypes
from base64 import b64decode, b64encode

from conformance.emulator.kayako_classic.children import Child
from conformance.emulator.kayako_classic.fields import (
    REQUIRED,
    Field,
    flag,
    number,
    reference,
    text,
    whole,
)
from conformance.emulator.kayako_classic.organization import full_name
from conformance.emulator.kayako_classic.people import emails_of
from conformance.emulator.kayako_classic.routing import Context
from conformance.emulator.kayako_classic.xml import Element, Scalar, leaf, leaves
from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Refusal

BY_STAFF, BY_USER = 1, 2
_FILE_TYPES = mimetypes.MimeTypes(filenames=())
_TICKET = Field("ticketid", reference("tickets"), REQUIRED)
_CONTENTS = Field("contents", text, REQUIRED)
_COLOR = Field("notecolor", whole(1, 5))
_STAFF = Field("staffid", reference("staff", none=True))


def author(store: Store, *, staff: int = 0, user: int = 0) -> dict[str, Scalar]:
    """Return the author columns of a post."""
    if staff:
        row = store.get("staff", staff) or {}
        return {
            "staffid": staff,
            "fullname": full_name(row),
            "email": row["email"],
            "creator": BY_STAFF,
        }
    row = store.get("users", user) or {}
    email = next(iter(emails_of(store, user)), "")
    return {"userid": user, "fullname": row["fullname"], "email": email, "creator": BY_USER}


def _post(context: Context, row: Row) -> Element:
    held = context.store.where("attachments", ticketpostid=row["id"])
    head = ("ticketid", "dateline", "userid", "fullname", "email", "emailto", "ipaddress")
    tail = ("creator", "isthirdparty", "ishtml", "isemailed", "staffid", "issurveycomment")
    return Element(
        "post",
        children=[
            *leaves(id=row["id"], ticketpostid=row["id"]),
            *(leaf(name, row[name]) for name in head),
            leaf("hasattachments", int(bool(held))),
            *(leaf(name, row[name]) for name in (*tail, "contents", "isprivate")),
        ],
    )


def _complete_post(context: Context, row: Row) -> None:
    staff, user = row.pop("staffid", 0), row.pop("userid", 0)
    if not user and context.faults.on("post-of-nobody-accepted"):
        staff = staff or 1
    if bool(staff) == bool(user):
        raise Refusal(400, "Exactly one of userid and staffid is needed.")
    row |= author(context.store, staff=staff, user=user)
    row |= {"dateline": context.now(), "ipaddress": context.address}


def _post_created(context: Context, row: Row) -> None:
    reply = "laststaffreply" if row["creator"] == BY_STAFF else "lastuserreply"
    changes = {reply: row["dateline"], "lastactivity": row["dateline"]}
    context.store.update("tickets", row["ticketid"], {**changes, "lastreplier": row["fullname"]})


def _post_removed(context: Context, row: Row) -> None:
    context.store.delete("attachments", ticketpostid=row["id"])


POST = Child(
    path="Tickets/TicketPost",
    name="post",
    table="posts",
    root="posts",
    render=_post,
    fields=(
        _TICKET,
        Field("subject", text, REQUIRED, may_be_empty=True),
        _CONTENTS,
        Field("userid", reference("users", none=True)),
        _STAFF,
        Field("isprivate", flag),
    ),
    complete=_complete_post,
    created=_post_created,
    removed=_post_removed,
)


def _touch(context: Context, row: Row) -> None:
    context.store.update("tickets", row["ticketid"], {"lastactivity": context.now()})


def _note(context: Context, row: Row) -> Element:
    del context
    names = ("id", "ticketid", "notecolor", "creatorstaffid", "forstaffid", "creatorstaffname")
    attributes = {name: row[name] for name in (*names, "creationdate")}
    return Element("note", {"type": "ticket", **attributes}, text=row["contents"])


def _complete_note(context: Context, row: Row) -> None:
    staff, name = row.pop("staffid", 0), row.pop("fullname", "")
    if not staff and context.faults.on("note-of-nobody-accepted"):
        name = name or "System"
    if bool(staff) == bool(name):
        raise Refusal(400, "Exactly one of staffid and fullname is needed.")
    if staff:
        name = full_name(context.store.get("staff", staff) or {})
    row |= {"creatorstaffid": staff, "creatorstaffname": name, "creationdate": context.now()}
    row.setdefault("notecolor", 1)


NOTE = Child(
    path="Tickets/TicketNote",
    name="note",
    table="notes",
    root="notes",
    render=_note,
    fields=(
        _TICKET,
        _CONTENTS,
        _STAFF,
        Field("fullname", text),
        Field("forstaffid", reference("staff", none=True)),
        _COLOR,
    ),
    complete=_complete_note,
    created=_touch,
)


def _time_track_attributes(row: Row) -> dict[str, Scalar]:
    return {name: row[name] for name in row if name != "contents"}


def _time_track(context: Context, row: Row) -> Element:
    del context
    return Element("timetrack", _time_track_attributes(row), text=row["contents"])


def _complete_time_track(context: Context, row: Row) -> None:
    worker = row.pop("workerstaffid", 0)
    if not worker and not context.faults.on("worker-left-out"):
        worker = row["creatorstaffid"]
    row["workerstaffid"] = worker
    for role in ("worker", "creator"):
        staff = context.store.get("staff", row[f"{role}staffid"]) or {}
        row[f"{role}staffname"] = full_name(staff) if staff else ""
    row.setdefault("notecolor", 1)


TIME_TRACK = Child(
    path="Tickets/TicketTimeTrack",
    name="timetrack",
    table="timetracks",
    root="timetracks",
    render=_time_track,
    fields=(
        _TICKET,
        _CONTENTS,
        Field("staffid", reference("staff"), REQUIRED, column="creatorstaffid"),
        Field("worktimeline", number, REQUIRED, column="workdate"),
        Field("billtimeline", number, REQUIRED, column="billdate"),
        Field("timespent", number, REQUIRED, column="timeworked"),
        Field("timebillable", number, REQUIRED),
        Field("workerstaffid", reference("staff", none=True)),
        _COLOR,
    ),
    complete=_complete_time_track,
    created=_touch,
)


def notes_in_ticket(context: Context, ticket: int) -> list[Element]:
    """Return the notes and time tracks of a ticket as they stand inside it."""
    notes = [_note(context, row) for row in context.store.where("notes", ticketid=ticket)]
    for row in context.store.where("timetracks", ticketid=ticket):
        attributes = {"type": "timetrack", **_time_track_attributes(row)}
        notes.append(Element("note", attributes, text=row["contents"]))
    return notes


def posts_in_ticket(context: Context, ticket: int) -> Element:
    """Return the posts of a ticket as they stand inside it, oldest first."""
    rows = context.store.where("posts", ticketid=ticket)
    return Element("posts", children=[_post(context, row) for row in rows])


def decoded(raw: str, *, tolerant: bool) -> bytes:
    """Return the bytes a base64 text stands for; white space in it is skipped.

    Tolerant: a blank was a plus sign that lost its URL-encoding. Raises ValueError.
    """
    if tolerant:
        raw = raw.rstrip().replace(" ", "+")
    try:
        return b64decode("".join(raw.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("base64 is needed.") from error


def _attachment_summary(context: Context, row: Row) -> Element:
    del context
    return Element("attachment", children=leaves(**{k: row[k] for k in row if k != "contents"}))


def _attachment_in_list(context: Context, row: Row) -> Element:
    whole = context.faults.on("attachment-contents-listed")
    return _attachment(context, row) if whole else _attachment_summary(context, row)


def _attachment(context: Context, row: Row) -> Element:
    element = _attachment_summary(context, row)
    element.children.append(leaf("contents", b64encode(row["contents"]).decode()))
    return element


def _complete_attachment(context: Context, row: Row) -> None:
    post = context.store.get("posts", row["ticketpostid"])
    if post is None or post["ticketid"] != row["ticketid"]:
        raise Refusal(400, "ticketpostid: the ticket has no such post.")
    try:
        row["contents"] = decoded(row["contents"], tolerant=context.tolerant)
    except ValueError as error:
        raise Refusal(400, f"contents: {error}") from error
    row["filesize"] = len(row["contents"])
    if context.faults.on("attachment-bytes-recoded"):
        row["contents"] = row["contents"].decode("latin-1").encode()
    row["filetype"] = file_type(row["filename"])
    row["dateline"] = context.now()


def file_type(filename: str) -> str:
    """Return the MIME type that a file name stands for."""
    return _FILE_TYPES.guess_type(filename)[0] or "application/octet-stream"


ATTACHMENT = Child(
    path="Tickets/TicketAttachment",
    name="attachment",
    table="attachments",
    root="attachments",
    render=_attachment,
    brief=_attachment_in_list,
    fields=(
        _TICKET,
        Field("ticketpostid", number, REQUIRED),
        Field("filename", text, REQUIRED),
        Field("contents", text, REQUIRED),
    ),
    complete=_complete_attachment,
    created=_touch,
)

ROUTES = (*POST.routes(), *NOTE.routes(), *TIME_TRACK.routes(), *ATTACHMENT.routes())
