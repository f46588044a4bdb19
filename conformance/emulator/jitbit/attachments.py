"""Files of tickets: kept with a ticket or one of its comments."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from conformance.emulator.jitbit.context import Context, File, Handler, Outcome
from conformance.emulator.jitbit.dates import written
from conformance.emulator.jitbit.rights import find_ticket, sees_techs_only
from conformance.emulator.store import Row
from conformance.emulator.wire import Refusal, Upload

_LISTED = """SELECT id, ticketid, commentid, userid, date, filename, techsonly, contents
    FROM attachments WHERE ticketid = ? ORDER BY id"""
_UNSAFE = re.compile(r'[^ -~]|["\\]')


def keep(context: Context, ticket: int, files: Iterable[Upload], **more: Any) -> None:
    """Attach files to a ticket; `more` are further columns."""
    for file in files:
        name = re.split(r"[/\\]", file.filename)[-1] or "file"
        guessed = mimetypes.guess_type(name)[0]
        row = {"ticketid": ticket, "userid": context.caller["id"], "date": context.now(), **more}
        row |= {"filename": name, "contents": file.contents}
        row["filetype"] = file.content_type or guessed or "application/octet-stream"
        context.store.insert("attachments", row)


def attachments_of(context: Context, ticket: Row) -> list[dict[str, Any]]:
    """Return the files of a ticket that the caller may see."""
    techs = sees_techs_only(context, ticket)
    rows = context.store.query(_LISTED, ticket["id"])
    return [_object(context, row) for row in rows if techs or not row["techsonly"]]


def _object(context: Context, row: Row) -> dict[str, Any]:
    address = f"/File/Get?id={row['id']}"
    return {
        "FileName": row["filename"],
        "FileData": None,
        "FileID": row["id"],
        "CommentID": row["commentid"],
        "CommentDate": written(row["date"]) if row["commentid"] else None,
        "FileHash": hashlib.sha1(row["contents"], usedforsecurity=False).hexdigest(),
        "FileSize": len(row["contents"]),
        "IssueID": row["ticketid"],
        "UserID": row["userid"],
        "GoogleDriveUrl": None,
        "DropboxUrl": None,
        "ForTechsOnly": bool(row["techsonly"]),
        "Url": f"{context.home}{address}",
        "UrlRelative": address,
        "HiddenFromKB": False,
        "HiddenFromTickets": False,
        "InstanceID": None,
        "AssetID": None,
    }


def _get(context: Context) -> Outcome:
    row = context.find("attachments", context.given["id"], "file")
    ticket = find_ticket(context, row["ticketid"])
    if row["techsonly"] and not sees_techs_only(context, ticket):
        raise Refusal(403, f"File {row['id']} is for technicians.")
    headers = {"Content-Disposition": _disposition(row["filename"])}
    return File(row["contents"], row["filetype"], headers)


def _disposition(name: str) -> str:
    """Return the header with a plain name for old clients and the real one (RFC 6266)."""
    plain = _UNSAFE.sub("_", name)
    text = f'attachment; filename="{plain}"'
    return text if plain == name else f"{text}; filename*=UTF-8''{quote(name, safe='')}"


def _attach(context: Context) -> None:
    ticket = find_ticket(context, context.given["id"])
    keep(context, ticket["id"], context.given["uploadFile"])


def _delete(context: Context) -> None:
    row = context.find("attachments", context.given["id"], "file")
    context.store.delete("attachments", id=row["id"])


HANDLERS: dict[str, Handler] = {
    "getAttachment": _get,
    "attachFile": _attach,
    "deleteFile": _delete,
}
