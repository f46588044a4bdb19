"""Notes on users and organizations."""

from __future__ import annotations

import html
import json
import re
import uuid

from conformance.emulator.kayako_v1 import moments
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Collection, Item, Outcome, Single, created
from conformance.emulator.kayako_v1.pages import _posts
from conformance.emulator.kayako_v1.pages.files import named
from conformance.emulator.kayako_v1.problems import not_found
from conformance.emulator.store import Row

_ACTIVE = re.compile(
    r"(?is)<(script|style)\b.*?(</\1\s*>|$)|\son\w+\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)"
)
_TAG = re.compile(r"<[^>]*>")


def _parent(context: Context) -> str:
    """Return the place of what the notes are on; raises Problem (404)."""
    kind = "organization" if "organization_id" in context.keys else "user"
    return f"{kind}s/{context.find(kind, context.keys[f'{kind}_id'])['id']}"


def _found(context: Context) -> Row:
    parent = _parent(context)
    row = context.find("note", context.keys["id"])
    if row["parent"] != parent:
        raise not_found("note")
    return row


def _list(context: Context) -> Outcome:
    rows = context.store.where("notes", parent=_parent(context))
    wanted = context.asked.get("is_pinned")
    if wanted is not None:
        rows = [row for row in rows if bool(row["is_pinned"]) == wanted]
    rows.sort(key=lambda row: (row["created_at"], row["id"]), reverse=True)
    return Collection("note", [row["id"] for row in rows])


def _read(context: Context) -> Outcome:
    return Single(Item("note", _found(context)))


def _create(context: Context) -> Outcome:
    parent, contents = _parent(context), context.given["contents"]
    markup = _ACTIVE.sub("", contents) if context.given.get("is_html") else None
    values = {
        "uuid": str(uuid.uuid4()),
        "parent": parent,
        "body_text": contents if markup is None else html.unescape(_TAG.sub("", markup)),
        "body_html": markup,
        "user_id": context.user["id"],
    }
    row = context.add("note", values)
    files = [*(context.given.get("files") or ()), *named(context, "attachment_file_ids")]
    if files:
        place = f"{context.base}/{parent}/notes/{row['id']}/attachments"
        shown = [
            {
                **{"id": number, "name": file.filename, "size": len(file.contents)},
                **{"width": None, "height": None, "type": file.content_type},
                **{"content_id": None, "alt": None, "url": f"{place}/{number}/url"},
                **{"url_download": f"{place}/{number}/download", "thumbnails": []},
                "created_at": moments.iso(row["created_at"]),
                "resource_type": "attachment",
            }
            for number, file in enumerate(files, 1)
        ]
        values = {"attachments": json.dumps(shown), "download_all": f"{place}/download"}
        context.store.update("notes", row["id"], values)
        row = context.find("note", row["id"])
    return created("note", row)


def _update(context: Context) -> Outcome:
    row = _found(context)
    wanted = context.given.get("is_pinned")
    if wanted is not None:
        by = context.user["id"] if wanted else None
        row = context.change("note", row, {"is_pinned": int(wanted), "pinned_by_id": by})
    return Single(Item("note", row))


FIELDS = {"user_post": _posts.POST_FIELDS, "organization_post": _posts.POST_FIELDS}
HANDLERS = {
    "listOrganizationNotes": _list,
    "readOrganizationNote": _read,
    "createOrganizationNote": _create,
    "updateOrganizationNote": _update,
    "listUserNotes": _list,
    "readUserNote": _read,
    "createUserNote": _create,
    "updateUserNote": _update,
}
