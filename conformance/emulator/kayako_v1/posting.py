"""Writing a post: what it holds, and what it changes in its case."""

from __future__ import annotations

import json
import mimetypes
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.emulator.kayako_v1 import uploads
from conformance.emulator.kayako_v1.cases import identity_of
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.pages.files import named
from conformance.emulator.store import Row
from conformance.emulator.wire import Upload


def files_of(context: Context) -> list[Upload]:
    """Return the files that a call attaches, sent along or stored before."""
    sent = [upload for name, upload in uploads.sent(context) if name == "attachment"]
    return [*sent, *named(context, "attachment_file_ids")]


def write(
    context: Context,
    case: Row,
    channel: Row,
    given: Mapping[str, Any],
    files: Sequence[Upload] = (),
) -> Row:
    """Add a post to a case, by the caller or the creator that is given."""
    now = given.get("created_at") or context.now()
    creator = given.get("creator_id") or context.user["id"]
    agent = {"user_agent": context.call.headers.get("user-agent", ""), "page_url": ""}
    told = given.get("metadata") or {}
    row = {
        "case_id": case["id"],
        "uuid": str(uuid.uuid4()),
        "client_id": given.get("client_id"),
        "subject": case["subject"],
        "contents": given["contents"],
        "creator_id": creator,
        "identity_id": identity_of(context.store, creator),
        "source_channel_id": channel["uuid"],
        "is_note": int(channel["type"] == "NOTE"),
        "destination_medium": "MAIL" if channel["type"] == "MAIL" else None,
        "source": given.get("source") or "API",
        "metadata": json.dumps({**agent, **{n: told[n] for n in ("user_agent",) if n in told}}),
        "post_status_updated_at": now,
        "created_at": now,
        "updated_at": given.get("updated_at") or now,
    }
    post = context.find("post", context.store.insert("posts", row))
    for file in files:
        _attach(context, post, file)
    _note_in_case(context, case, channel, post)
    return post


def _attach(context: Context, post: Row, file: Upload) -> None:
    kind = file.content_type or mimetypes.guess_type(file.filename)[0] or uploads.ANY_TYPE
    row = {"post_id": post["id"], "name": file.filename, "size": len(file.contents), "type": kind}
    context.store.insert(
        "attachments", {**row, "contents": file.contents, "created_at": post["created_at"]}
    )


def _note_in_case(context: Context, case: Row, channel: Row, post: Row) -> None:
    """Keep in the case who wrote last, and when."""
    when, who = post["created_at"], post["creator_id"]
    requests = who == case["requester_id"]
    values = {f"last_{'customer' if requests else 'agent'}_activity_at": when}
    if not post["is_note"]:
        values |= {
            "last_replier_id": who,
            "last_replier_identity_id": post["identity_id"],
            "last_replied_at": when,
            f"last_reply_by_{'requester' if requests else 'agent'}_at": when,
        }
    columns = {"last_public_channel_id": channel["uuid"]} if not post["is_note"] else {}
    context.store.update("cases", case["id"], {**values, **columns})
