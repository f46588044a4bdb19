"""Tickets as answers show them: in lists, alone, and as a link of another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from conformance.emulator.jitbit import customfields
from conformance.emulator.jitbit.attachments import attachments_of
from conformance.emulator.jitbit.context import Context
from conformance.emulator.jitbit.dates import written
from conformance.emulator.jitbit.people import subset, user_object
from conformance.emulator.jitbit.rights import is_tech
from conformance.emulator.store import Row

ORIGINS = (
    *("WebApp", "Email", "Widget", "API", "Scheduler", "MobileApp"),
    *("Phone", "LiveChat", "InPerson"),
)
_JOINED = """SELECT t.*, c.name AS category, c.sectionid AS sectionid, c.techsonly AS techsonly,
    s.name AS status, s.color AS color, u.username AS username, u.firstname AS firstname,
    u.lastname AS lastname, u.email AS email, u.companyid AS companyid, k.name AS companyname,
    a.username AS technician, a.firstname AS techfirst, a.lastname AS techlast,
    l.username AS lastname_by,
    EXISTS (SELECT 1 FROM tickets AS child WHERE child.parentid = t.id) AS haschildren
  FROM tickets AS t
    JOIN categories AS c ON c.id = t.categoryid
    LEFT JOIN statuses AS s ON s.id = t.statusid
    LEFT JOIN users AS u ON u.id = t.userid
    LEFT JOIN companies AS k ON k.id = u.companyid
    LEFT JOIN users AS a ON a.id = t.assigneeid
    LEFT JOIN users AS l ON l.id = t.lastupdatedby"""


def joined(
    context: Context, condition: str, values: Iterable[Any], *, limited: bool = False
) -> list[Row]:
    """Return tickets, newest first, with what is shown of their surroundings.

    The last two values of a limited list say how many tickets and how many to skip.
    """
    sql = f"{_JOINED} WHERE {condition} ORDER BY t.id DESC"
    sql += " LIMIT ? OFFSET ?" if limited else ""
    return context.store.query(sql, *values)


def summary(row: Row, *, origin_as_number: bool = False) -> dict[str, Any]:
    """Return a joined ticket as list item; only the list of sub-tickets numbers its origins."""
    origin = row["origin"]
    return {
        "IssueID": row["id"],
        "Priority": row["priority"],
        "StatusID": row["statusid"],
        "IssueDate": written(row["issuedate"]),
        "Subject": row["subject"],
        "Status": row["status"],
        **_updates(row),
        "CategoryID": row["categoryid"],
        "UserName": row["username"],
        "Technician": row["technician"],
        "FirstName": row["firstname"],
        "LastName": row["lastname"],
        "DueDate": written(row["duedate"]),
        "TechFirstName": row["techfirst"],
        "TechLastName": row["techlast"],
        "LastUpdated": written(row["lastupdated"]),
        "UserID": row["userid"],
        "CompanyID": row["companyid"],
        "CompanyName": row["companyname"],
        "AssignedToUserID": row["assigneeid"],
        "ResolvedDate": written(row["resolveddate"]),
        "SectionID": row["sectionid"],
        "Category": row["category"],
        "Origin": origin if origin_as_number else ORIGINS[origin],
        "Email": row["email"],
        "HasChildren": bool(row["haschildren"]),
        "StatusColor": row["color"],
        "LastUpdatedByUserID": row["lastupdatedby"],
        "LastUpdatedUsername": row["lastname_by"],
        "StartDate": written(row["startdate"]),
        "TimeSpentInSeconds": row["timespent"],
    }


def _updates(row: Row) -> dict[str, bool]:
    return {
        "UpdatedByUser": bool(row["updatedbyuser"]),
        "UpdatedByPerformer": bool(row["updatedbyperformer"]),
        "UpdatedForTechView": bool(row["updatedfortechs"]),
    }


def summaries(context: Context, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return joined tickets as list items, with their custom fields when asked for."""
    items = []
    for row in rows:
        item = summary(row)
        if context.given.get("includeCustomFields"):
            item["CustomFields"] = customfields.of_ticket(context, row, unset=False)
        items.append(item)
    return items


def detail(context: Context, key: int) -> dict[str, Any]:
    """Return the ticket object; the caller has to be one who may see it."""
    (row,) = joined(context, "t.id = ?", [key])
    store, caller = context.store, context.caller["id"]
    submitter = context.find("users", row["userid"], "user")
    assignee = store.get("users", row["assigneeid"]) if row["assigneeid"] else None
    creator = store.get("users", row["onbehalfof"]) if row["onbehalfof"] else None
    return {
        "Attachments": attachments_of(context, row),
        "Tags": tags_of(context, key),
        "Status": row["status"],
        "OnBehalfUserName": creator["username"] if creator else None,
        "SubmitterUserInfo": user_object(context, submitter),
        "CategoryName": row["category"],
        "AssigneeUserInfo": user_object(context, assignee) if assignee else None,
        "TicketID": row["id"],
        "UserID": row["userid"],
        "AssignedToUserID": row["assigneeid"],
        "IssueDate": written(row["issuedate"]),
        "Subject": row["subject"],
        "Body": row["body"],
        "Priority": row["priority"],
        "StatusID": row["statusid"],
        "CategoryID": row["categoryid"],
        "DueDate": written(row["duedate"]),
        "ResolvedDate": written(row["resolveddate"]),
        "StartDate": written(row["startdate"]),
        "TimeSpentInSeconds": row["timespent"],
        **_updates(row),
        "IsCurrentUserTechInThisCategory": is_tech(store, caller, row["categoryid"]),
        "IsCurrentCategoryForTechsOnly": bool(row["techsonly"]),
        "SubmittedByCurrentUser": row["userid"] == caller,
        "IsInKb": False,
        "Stats": None,
        **_newer(context, row),
    }


def _newer(context: Context, row: Row) -> dict[str, Any]:
    """Return the members that genuine servers have gained since the samples were taken."""
    return {
        "Url": f"{context.home}/Ticket/{row['id']}",
        "Origin": ORIGINS[row["origin"]],
        "LastUpdated": written(row["lastupdated"]),
        "ViewingTechNames": [],
        "Integrations": {},
        "IsActiveChat": False,
        "IsShared": False,
        "StatusStopTimeSpent": False,
    }


def tags_of(context: Context, ticket: int) -> list[dict[str, Any]]:
    """Return the tags of a ticket."""
    sql = """SELECT tags.* FROM tags JOIN tickettags ON tagid = tags.id
        WHERE ticketid = ? ORDER BY tickettags.id"""
    rows = context.store.query(sql, ticket)
    return [{"TagID": row["id"], "Name": row["name"], "TagCount": 0} for row in rows]


def linked(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return joined tickets as items of the list of links."""
    return [
        {
            "TicketID": row["id"],
            "Subject": row["subject"],
            "StatusID": row["statusid"],
            "UpdatedByUser": bool(row["updatedbyuser"]),
            "UpdatedByPerformer": bool(row["updatedbyperformer"]),
            "CompanyID": row["companyid"],
            "UserID": row["userid"],
            "Username": row["username"],
            "FirstName": row["firstname"],
            "LastName": row["lastname"],
            "IssueDate": written(row["issuedate"]),
        }
        for row in rows
    ]


def subscribers_of(context: Context, ticket: int) -> list[dict[str, Any]]:
    """Return the subscribers of a ticket."""
    sql = """SELECT users.* FROM users JOIN subscribers ON userid = users.id
        WHERE ticketid = ? ORDER BY users.id"""
    return [subset(context, row) for row in context.store.query(sql, ticket)]
