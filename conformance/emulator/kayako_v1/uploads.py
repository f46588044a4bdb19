"""Files that come with a call: as parts of a form, or one as the whole body."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Iterator
from email.message import Message

from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.parameters import arguments, media_type
from conformance.emulator.kayako_v1.problems import Problem, invalid
from conformance.emulator.wire import Upload

ANY_TYPE = "application/octet-stream"
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def sent(context: Context) -> list[tuple[str, Upload]]:
    """Return the files with the names of their fields; raises Problem for a wrong checksum."""
    found = [(name, _decoded(name, upload)) for name, upload in context.raw.uploads()]
    raw = _raw(context)
    if raw:
        found.append(raw)
    check(context, *(upload for _, upload in found))
    return found


def _raw(context: Context) -> tuple[str, Upload] | None:
    call, asked = context.call, arguments(context.call.query)
    if not context.action.raw or not call.body or media_type(call) in _FORMS:
        return None
    told = Message()
    told["Content-Disposition"] = call.headers.get("content-disposition", "attachment")
    name = told.get_filename() or asked.text("_filename")
    if not name:
        return None
    field = told.get_param("name", header="content-disposition") or asked.text("_field") or ""
    return str(field), Upload(name, call.body, media_type(call))


def _decoded(name: str, upload: Upload) -> Upload:
    if upload.headers.get("content-transfer-encoding", "").lower() != "base64":
        return upload
    try:
        contents = base64.b64decode(upload.contents)
    except binascii.Error:
        raise invalid(name) from None
    return Upload(upload.filename, contents, upload.content_type, upload.headers)


def check(context: Context, *uploads: Upload) -> None:
    """Raise Problem for a file that differs from the checksum that came with it."""
    told = list(_told(context))
    for place, upload in enumerate(uploads):
        own = upload.headers.get("content-md5", "").strip()
        own = "" if context.skips("checksum-of-a-part") else own
        for text in (own, told[place] if place < len(told) else ""):
            if text and not _fits(context, text, upload.contents):
                raise Problem(400, "CHECKSUM_MISMATCH", "A file differs from its checksum.")


def _told(context: Context) -> Iterator[str]:
    if context.skips("checksum"):
        return
    texts = arguments(context.call.query).texts("_md5")
    for text in texts or [context.call.headers.get("content-md5", "")]:
        yield from (part.strip() for part in text.strip("[]").split(","))


def _fits(context: Context, text: str, contents: bytes) -> bool:
    digest = hashlib.md5(contents, usedforsecurity=False)
    known = (digest.hexdigest(), base64.b64encode(digest.digest()).decode())
    if context.skips("true-checksum"):
        return False
    # A plus of base64 arrives as a blank where a client did not encode it.
    readings = (text.strip("\"'").lower(), text.strip("\"'").replace(" ", "+"))
    return any(secrets.compare_digest(a.encode(), b.encode()) for a in known for b in readings)
