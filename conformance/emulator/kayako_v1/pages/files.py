"""Files that wait to be attached."""

from __future__ import annotations

import hashlib
import mimetypes
from base64 import b64encode

from conformance.emulator.kayako_v1 import uploads
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import (
    Collection,
    Contents,
    Done,
    Item,
    Outcome,
    Single,
    created,
)
from conformance.emulator.kayako_v1.problems import invalid, not_found, required
from conformance.emulator.store import Row
from conformance.emulator.wire import Upload

_LIFETIME = 3 * 3600


def waiting(context: Context, key: int) -> Row | None:
    """Return a file that is still there."""
    sql = "SELECT * FROM files WHERE id = ? AND expiry_at > ?"
    return context.store.first(sql, key, context.now())


def named(context: Context, parameter: str) -> list[Upload]:
    """Return the files whose ids a parameter holds; raises Problem for an unknown one."""
    given = context.given.get(parameter)
    found = []
    for key in given if isinstance(given, list) else [given] if given else []:
        row = waiting(context, key)
        if row is None:
            raise invalid(parameter, f"There is no file {key}.")
        found.append(Upload(row["name"], row["contents"], row["content_type"]))
    return found


def _found(context: Context) -> Row:
    row = waiting(context, context.keys["id"])
    if row is None:
        raise not_found("file")
    return row


def _list(context: Context) -> Outcome:
    sql = "SELECT id FROM files WHERE expiry_at > ? ORDER BY id"
    return Collection("file", [row["id"] for row in context.store.query(sql, context.now())])


def _read(context: Context) -> Outcome:
    return Single(Item("file", _found(context)))


def _download(context: Context) -> Outcome:
    row = _found(context)
    if context.skips("bare-contents"):
        return Single(Item("file", row))
    return Contents(row["contents"], row["content_type"], row["name"])


def _create(context: Context) -> Outcome:
    sent = [upload for _, upload in uploads.sent(context)] or [_from_parameters(context)]
    sent = sent[:1] if context.skips("several-files") else sent
    rows = [_kept(context, upload) for upload in sent]
    if len(rows) == 1:
        return created("file", rows[0])
    return Collection("file", [row["id"] for row in rows], status=201)


def _from_parameters(context: Context) -> Upload:
    for name in ("name", "content"):
        if not context.given.get(name):
            raise required(name)
    name = context.given["name"]
    upload = Upload(name, context.given["content"])
    uploads.check(context, upload)
    return upload


def _kept(context: Context, upload: Upload) -> Row:
    session, now = context.caller.session, context.now()
    kind = upload.content_type or mimetypes.guess_type(upload.filename)[0] or uploads.ANY_TYPE
    row = {
        "name": upload.filename,
        "size": len(upload.contents),
        "content_type": kind,
        "contents": upload.contents,
        "hash": hashlib.md5(upload.contents, usedforsecurity=False).hexdigest(),
        "group_hash": f"s:{session['id'] if session else ''}",
        "created_at": now,
        "expiry_at": now + _LIFETIME,
    }
    return context.find("file", context.store.insert("files", row))


def _delete(context: Context) -> Outcome:
    context.store.delete("files", id=_found(context)["id"])
    return Done()


FIELDS = {
    "file": {
        "content": lambda _, row: b64encode(row["contents"]).decode(),
        "content_url": lambda context, row: f"{context.base}/files/{row['id']}/content",
    }
}
HANDLERS = {
    "listFiles": _list,
    "readFile": _read,
    "downloadFile": _download,
    "createFile": _create,
    "deleteFile": _delete,
}
