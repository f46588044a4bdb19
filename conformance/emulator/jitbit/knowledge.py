"""The knowledge base: articles in categories."""

from __future__ import annotations

import re
from typing import Any

from conformance.emulator.jitbit.categories import category_object
from conformance.emulator.jitbit.context import Context, Handler, Outcome
from conformance.emulator.jitbit.dates import written
from conformance.emulator.jitbit.rights import find_category, is_staff, sees_category
from conformance.emulator.store import Row
from conformance.emulator.wire import Refusal


def _slug(row: Row) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", row["subject"].lower()).strip("-")
    return f"{row['id']}-{words}".rstrip("-")


def _article(context: Context, row: Row) -> dict[str, Any]:
    """Return what an article shows in both views; its dates have no zone."""
    return {
        "Attachments": [],
        "ArticleId": row["id"],
        "Subject": row["subject"],
        "Body": None,
        "ForTechsOnly": bool(row["techsonly"]),
        "CategoryID": row["categoryid"],
        "CategoryName": None,
        "CategoryNotes": None,
        "TagString": None,
        "UrlId": _slug(row),
        "DateCreated": written(row["created"], zone=""),
        "LastUpdated": None,
        "Url": f"{context.home}/KB/View/{_slug(row)}",
        "Tags": None,
    }


def _readable(context: Context, row: Row) -> bool:
    category = context.store.get("categories", row["categoryid"])
    hidden = row["techsonly"] and not is_staff(context) and not context.skips("techs-only-article")
    return not hidden and (category is None or sees_category(context, category))


def _list(context: Context) -> Outcome:
    store, wanted = context.store, context.given.get("categoryId")
    rows = store.all("articles") if wanted is None else store.where("articles", categoryid=wanted)
    return {
        "Articles": [_article(context, row) for row in rows if _readable(context, row)],
        "Categories": [
            _category(context, row)
            for row in store.all("categories")
            if sees_category(context, row)
        ],
        "Tags": [],
    }


def _category(context: Context, row: Row) -> dict[str, Any]:
    count = context.store.first("SELECT COUNT(*) AS n FROM tickets WHERE categoryid = ?", row["id"])
    return {
        **category_object(context, row),
        "TicketCount": count["n"] if count else 0,
        "ForSpecificUsers": False,
        "KBOnly": bool(row["kbonly"]),
    }


def _get(context: Context) -> Outcome:
    row = context.find("articles", context.given["id"], "article")
    if not _readable(context, row):
        raise Refusal(403, f"Article {row['id']} is for technicians.")
    category = context.find("categories", row["categoryid"], "category")
    return {
        **_article(context, row),
        "Body": row["body"],
        "CategoryName": category["name"],
        "CategoryNotes": category["notes"],
        "UrlId": None,
        "LastUpdated": written(row["created"], zone=""),
        "Url": f"{context.home}/KB/View/{row['id']}",
        "Tags": [],
    }


def _create(context: Context) -> Outcome:
    given = context.given
    category = find_category(context, given["categoryId"])
    row = {"categoryid": category["id"], "subject": given["subject"], "body": given["body"]}
    row |= {"techsonly": given.get("forTechsOnly", False), "created": context.now()}
    return context.store.insert("articles", row)


HANDLERS: dict[str, Handler] = {
    "listArticles": _list,
    "getArticle": _get,
    "createArticle": _create,
}
