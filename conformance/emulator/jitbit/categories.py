"""Categories and who works in them."""

from __future__ import annotations

from typing import Any

from conformance.emulator.jitbit.context import Context, Handler, Outcome
from conformance.emulator.jitbit.people import full_name, name_and_login
from conformance.emulator.jitbit.rights import find_category, sees_category
from conformance.emulator.store import Row


def category_object(context: Context, row: Row) -> dict[str, Any]:
    """Return a category as listed."""
    section = context.store.get("sections", row["sectionid"] or 0)
    name = row["name"]
    return {
        "CategoryID": row["id"],
        "Name": name,
        "SectionID": row["sectionid"],
        "Section": section["name"] if section else None,
        "NameWithSection": f"{section['name']} \\ {name}" if section else name,
        "ForTechsOnly": bool(row["techsonly"]),
        "FromAddress": row["fromaddress"],
    }


def _list(context: Context) -> Outcome:
    rows = context.store.where("categories", kbonly=0)
    return [category_object(context, row) for row in rows if sees_category(context, row)]


def _techs(context: Context) -> Outcome:
    category = find_category(context, context.given["id"])
    sql = """SELECT users.*, (SELECT COUNT(*) FROM tickets
            WHERE assigneeid = users.id AND statusid <> 3) AS assigned
        FROM users JOIN techs ON techs.userid = users.id
        WHERE techs.categoryid = ? AND NOT disabled ORDER BY users.id"""
    return [
        {
            "UserID": row["id"],
            "Username": row["username"],
            "FirstName": row["firstname"],
            "LastName": row["lastname"],
            "TicketsAssigned": row["assigned"],
            "FullNameAndLogin": name_and_login(row),
            "FullName": full_name(row),
        }
        for row in context.store.query(sql, category["id"])
    ]


def _add(context: Context) -> None:
    user, category = _pair(context)
    sql = "INSERT OR IGNORE INTO techs (userid, categoryid) VALUES (?, ?)"
    context.store.execute(sql, user, category)


def _remove(context: Context) -> None:
    user, category = _pair(context)
    context.store.delete("techs", userid=user, categoryid=category)


def _pair(context: Context) -> tuple[int, int]:
    user = context.find("users", context.given["userId"], "user")
    return user["id"], find_category(context, context.given["categoryId"])["id"]


HANDLERS: dict[str, Handler] = {
    "listCategories": _list,
    "listTechsForCategory": _techs,
    "addCategoryTech": _add,
    "removeCategoryTech": _remove,
}
