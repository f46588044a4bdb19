"""Posts of cases, and replies."""

from __future__ import annotations

from typing import Any

from conformance.emulator.kayako_v1.cases import case_of_path, channel_of, sees
from conformance.emulator.kayako_v1.changes import change, check_subject
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import (
    Collection,
    Contents,
    Done,
    Item,
    Link,
    Outcome,
    Single,
    created,
)
from conformance.emulator.kayako_v1.posting import files_of, write
from conformance.emulator.kayako_v1.problems import not_found
from conformance.emulator.store import Row

_ATTACHED = "id, post_id, name, size, width, height, type, created_at"  # all but the contents
_NOTED = {"NOTES": 1, "MESSAGES": 0}


def _list(context: Context) -> Outcome:
    case = case_of_path(context)
    rows = context.store.where("posts", case_id=case["id"])
    wanted = context.asked.get("filters") or ["ALL"]
    if "ALL" not in wanted:
        shown = {_NOTED[name] for name in wanted if name in _NOTED}
        rows = [row for row in rows if row["is_note"] in shown]
    return Collection("post", [row["id"] for row in reversed(rows)])


def _post(context: Context, key: int) -> Row:
    row = context.find("post", key)
    if not sees(context, context.find("case", row["case_id"])):
        raise not_found("post")
    return row


def _read(context: Context) -> Outcome:
    return Single(Item("post", _post(context, context.keys["id"])))


def _original_mail(context: Context) -> Outcome:
    post = _post(context, context.keys["id"])
    channel = context.find("channel", post["source_channel_id"])
    if channel["type"] != "MAIL":
        raise not_found("mail")
    sender = context.store.get("identity_emails", post["identity_id"] or 0) or {}
    mailbox = context.store.get("mailboxes", channel["account_id"]) or {}
    row = {
        "id": post["id"],
        "subject": post["subject"],
        "from": sender.get("email", ""),
        "to": mailbox.get("address", ""),
        "received_at": post["created_at"],
        **dict.fromkeys(("html_content", "striped_html", "source_content"), post["contents"]),
    }
    return Single(Item("email_original", row), resource="post")


def _update(context: Context) -> Outcome:
    post, status = _post(context, context.keys["id"]), context.given["post_status"]
    reached = [post]
    if status == "SEEN":
        earlier = context.store.where("posts", case_id=post["case_id"])
        reached = [row for row in earlier if row["id"] <= post["id"]]
    for row in reached:
        if row["post_status"] not in (status, "SEEN"):
            now = context.now()
            context.change("post", row, {"post_status": status, "post_status_updated_at": now})
    return Done()


def _download(context: Context) -> Outcome:
    post = _post(context, context.keys["post_id"])
    row = context.find("attachment", context.keys["id"])
    if row["post_id"] != post["id"]:
        raise not_found("attachment")
    return Contents(row["contents"], row["type"], row["name"])


def _reply(context: Context) -> Outcome:
    case, given = case_of_path(context), context.given
    check_subject(given)
    channel = channel_of(context.store, given, usual="MAIL")
    files = files_of(context)
    case = change(context, case, given)
    post = write(context, case, channel, given, files)
    return created("case_reply", {"post_ids": [post["id"]], "case_id": case["id"]})


def _attachments(context: Context, post: Row) -> list[Item]:
    sql = f"SELECT {_ATTACHED} FROM attachments WHERE post_id = ? ORDER BY id"
    return [Item("attachment", row) for row in context.store.query(sql, post["id"])]


def _original(_: Context, post: Row) -> Any:
    if post["is_note"]:
        return {"id": post["id"], "resource_type": "note"}
    return Link("case_message", post["id"])


def _address(context: Context, attachment: Row) -> str:
    where = f"cases/posts/{attachment['post_id']}/attachments/{attachment['id']}"
    return f"{context.base}/{where}/content"


FIELDS = {
    "post": {"attachments": _attachments, "original": _original},
    "attachment": {"url": _address, "url_download": _address},
    "case_reply": {"posts": lambda _, row: [Link("post", key) for key in row["post_ids"]]},
}
HANDLERS = {
    "listPosts": _list,
    "readPost": _read,
    "readOriginalMail": _original_mail,
    "updatePost": _update,
    "downloadAttachment": _download,
    "createReply": _reply,
}
