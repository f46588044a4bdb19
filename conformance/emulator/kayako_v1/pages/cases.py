"""Cases: lists, one by one and many at once."""

from __future__ import annotations

import json
import secrets

from conformance.emulator.kayako_v1 import bulk, tagging
from conformance.emulator.kayako_v1.cases import (
    case_of_path,
    channel_of,
    field_values,
    identity_of,
    references,
    sees,
    writable_channels,
)
from conformance.emulator.kayako_v1.changes import change, moments_of
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import (
    Collection,
    Done,
    Item,
    Link,
    Outcome,
    Single,
    created,
)
from conformance.emulator.kayako_v1.posting import files_of, write
from conformance.emulator.kayako_v1.problems import invalid, required
from conformance.emulator.store import Row

_PREVIEW = 128
_OF_RECORDS = {"creator_id": "integer", "created_at": "time", "updated_at": "time", "posts": "json"}
_OF_POSTS = {
    "contents": "string!",
    "channel": "option MAIL TWITTER FACEBOOK NOTE",
    "channel_id": "integer",
    "creator_id": "integer",
    "attachment_file_ids": "integers",
    "created_at": "time",
    "updated_at": "time",
}


def _list(context: Context) -> Outcome:
    asked = context.asked
    if asked.get("ids"):
        rows = [row for row in _sorted(context) if row["id"] in asked["ids"]]
    elif asked.get("legacy_ids"):
        rows = [row for row in _sorted(context) if row["legacy_id"] in asked["legacy_ids"]]
    else:
        rows = _filtered(context, _at_hand(context))
    return Collection("case", [row["id"] for row in rows])


def _sorted(context: Context) -> list[Row]:
    column = "created_at" if context.skips("cases-by-change") else "updated_at"
    rows = context.store.query(f"SELECT * FROM cases ORDER BY {column} DESC, id DESC")
    return [row for row in rows if sees(context, row)]


def _at_hand(context: Context) -> list[Row]:
    """Return the cases out of the trash."""
    apart = not context.skips("trash-apart")
    return [row for row in _sorted(context) if row["state"] == "ACTIVE" or not apart]


def _filtered(context: Context, rows: list[Row]) -> list[Row]:
    asked, store = context.asked, context.store
    if asked.get("status"):
        types = {row["id"]: row["type"] for row in store.all("case_statuses")}
        rows = [row for row in rows if types.get(row["status_id"]) in asked["status"]]
    if asked.get("priority") is not None:
        levels = {row["id"]: row["level"] for row in store.all("case_priorities")}
        low = {key for key, level in levels.items() if level <= asked["priority"]}
        rows = [row for row in rows if row["priority_id"] in low]
    if asked.get("start_time") is not None:
        rows = [row for row in rows if row["updated_at"] >= asked["start_time"]]
    if asked.get("tags"):
        rows = [row for row in rows if tagging.has_any(store, "case", row["id"], asked["tags"])]
    if asked.get("identity_type"):
        rows = [row for row in rows if row["requester_id"] in _known_as(context)]
    return rows


def _known_as(context: Context) -> set[int]:
    """Return the users of an identity; only addresses are known."""
    text = context.asked.get("identity_value")
    if not text:
        raise required("identity_value")
    if context.asked["identity_type"] != "EMAIL":
        return set()
    sql = "SELECT user_id FROM identity_emails WHERE lower(email) = lower(?)"
    return {row["user_id"] for row in context.store.query(sql, text)}


def _list_of_organization(context: Context) -> Outcome:
    key = context.keys["id"]
    context.find("organization", key)
    members = {row["id"] for row in context.store.where("users", organization_id=key)}
    rows = [row for row in _at_hand(context) if row["requester_id"] in members]
    rows = _filtered(context, rows)
    return Collection("case", [row["id"] for row in rows])


def _read(context: Context) -> Outcome:
    return Single(Item("case", case_of_path(context)))


def _create(context: Context) -> Outcome:
    return created("case", _added(context))


def _added(context: Context) -> Row:
    """Add the case that the parameters describe and return it; raises Problem."""
    store, given, now = context.store, context.given, context.now()
    channel = channel_of(store, given)
    values = {"requester_id": context.user["id"], "creator_id": context.user["id"]}
    values["status_id"] = store.where("case_statuses", type="NEW")[0]["id"]
    values |= references(store, given) | field_values(store, given, "{}")
    files = files_of(context)
    row = {
        **values,
        **moments_of(context, {}, values),
        "subject": given["subject"],
        "legacy_id": given.get("legacy_id"),
        "source_channel_id": channel["uuid"],
        "identity_id": identity_of(store, values["requester_id"]),
        "realtime_channel": f"presence-{secrets.token_hex(16)}",
        "created_at": given.get("created_at") or now,
        "updated_at": given.get("updated_at") or now,
    }
    case = context.add("case", row)
    write(context, case, channel, given, files)
    tagging.add(store, "case", case["id"], given.get("tags") or ())
    return context.find("case", case["id"])


def _create_many(context: Context) -> Outcome:
    takes = {**bulk.taken_by("createCase"), **_OF_RECORDS}
    del takes["channel_options"]  # in records a plain word is documented, too
    return bulk.carried_out(context, "cases", takes, _import)


def _import(context: Context) -> None:
    """Add the case of a record with its posts; raises Problem before anything is kept."""
    found = context.given.get("posts") or []
    if not isinstance(found, list) or not all(isinstance(post, dict) for post in found):
        raise invalid("posts")
    posts = [bulk.with_record(context, _OF_POSTS, post) for post in found]
    ready = []
    for post in posts:
        references(context.store, {"creator_id": post.given.get("creator_id")})
        channel = channel_of(context.store, post.given, usual="NOTE")
        ready.append((post, channel, files_of(post)))
    case = _added(context)
    for post, channel, files in ready:
        write(post, case, channel, post.given, files)


def _update(context: Context) -> Outcome:
    return Single(Item("case", change(context, case_of_path(context), context.given)))


def _update_one_of_many(context: Context) -> Outcome:
    case, given, store = case_of_path(context), context.given, context.store
    case = change(context, case, given)
    for name, kind in (("reply", "MAIL"), ("notes", "NOTE")):
        if given.get(name):
            channel = channel_of(store, {"channel": kind}, usual=kind)
            write(context, case, channel, {"contents": given[name]})
    return Done()


def _trash(context: Context) -> Outcome:
    return Single(Item("case", change(context, case_of_path(context), {"state": "TRASH"})))


def _restore(context: Context) -> Outcome:
    return Single(Item("case", change(context, case_of_path(context), {"state": "ACTIVE"})))


def _empty_trash(context: Context) -> Outcome:
    store = context.store
    for case in store.where("cases", state="TRASH"):
        for post in store.where("posts", case_id=case["id"]):
            store.delete("attachments", post_id=post["id"])
        store.delete("posts", case_id=case["id"])
        tagging.clear(store, "case", case["id"])
        store.delete("cases", id=case["id"])
    return Done()


def _custom_fields(context: Context, case: Row) -> list[Item]:
    kept = json.loads(case["field_values"])
    return [
        Item("case_field_value", {"field_id": row["id"], "value": kept.get(row["key"], "")})
        for row in context.store.all("case_fields")
    ]


def _posts(context: Context, case: Row) -> list[Row]:
    return context.store.where("posts", case_id=case["id"])


def _has_attachments(context: Context, case: Row) -> bool:
    sql = "SELECT 1 FROM attachments WHERE post_id IN (SELECT id FROM posts WHERE case_id = ?)"
    return context.store.first(sql, case["id"]) is not None


def _last(context: Context, case: Row) -> Row:
    posts = _posts(context, case)
    return posts[-1] if posts else {"post_status": None, "contents": "", "is_note": 0}


def _preview(context: Context, case: Row) -> str:
    return str(_last(context, case)["contents"])[:_PREVIEW]


FIELDS = {
    "case": {
        "sla_metrics": lambda _, __: [],
        "custom_fields": _custom_fields,
        "post_count": lambda context, case: len(_posts(context, case)),
        "has_notes": lambda context, case: any(p["is_note"] for p in _posts(context, case)),
        "pinned_notes_count": lambda _, __: 0,
        "has_attachments": _has_attachments,
        "last_post_status": lambda context, case: _last(context, case)["post_status"],
        "last_post_preview": _preview,
        "last_message_preview": _preview,
        "last_post_type": lambda context, case: (
            "NOTE" if _last(context, case)["is_note"] else "PUBLIC"
        ),
        "tags": lambda context, case: [
            Item("tag", row) for row in tagging.rows_of(context.store, "case", case["id"])
        ],
        "reply_channels": lambda context, _: [
            Link("channel", key) for key in writable_channels(context.store)
        ],
    }
}
HANDLERS = {
    "listCases": _list,
    "listCasesOfOrganization": _list_of_organization,
    "readCase": _read,
    "createCase": _create,
    "createCases": _create_many,
    "updateCase": _update,
    "updateOneOfCases": _update_one_of_many,
    "trashCase": _trash,
    "emptyTrash": _empty_trash,
    "restoreCase": _restore,
}
