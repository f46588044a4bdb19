"""Comments (replies) of tickets, and ready-made texts for them."""

from __future__ import annotations

from conformance.emulator.jitbit.attachments import keep
from conformance.emulator.jitbit.context import Context, Handler, Outcome
from conformance.emulator.jitbit.dates import written
from conformance.emulator.jitbit.rights import (
    find_ticket,
    is_tech,
    sees_techs_only,
)
from conformance.emulator.jitbit.tickets import reopened
from conformance.emulator.store import Row
from conformance.emulator.wire import Refusal

_LISTED = """SELECT c.*, u.username, u.email, u.firstname, u.lastname
    FROM comments AS c LEFT JOIN users AS u ON u.id = c.userid
    WHERE c.ticketid = ? ORDER BY c.id"""
_SUBSCRIBED = """SELECT users.id, users.email FROM users JOIN subscribers ON userid = users.id
    WHERE ticketid = ? ORDER BY users.id"""


def _create(context: Context) -> Outcome:
    given = context.given
    ticket = find_ticket(context, given["id"])
    author = _author(context)
    row = {
        "ticketid": ticket["id"],
        "userid": author["id"],
        "date": context.now(),
        "body": given["body"],
        "issystem": given.get("isSystem", False),
        "techsonly": given.get("forTechsOnly", False),
        "recipients": _recipients(context, ticket["id"]),
    }
    key = context.store.insert("comments", row)
    files = given.get("uploadFile", ())
    more = {"commentid": key, "userid": author["id"], "techsonly": row["techsonly"]}
    keep(context, ticket["id"], files, **more)
    if not context.skips("mark"):
        _mark(context, ticket, author, row)
    return key


def _author(context: Context) -> Row:
    """Return in whose name a comment is written: only administrators choose another."""
    key: int = context.given.get("fromUserId") or context.caller["id"]
    if key == context.caller["id"]:
        return context.caller
    if not context.is_admin and not context.skips("right:from-user"):
        raise Refusal(403, "Only administrators may give fromUserId.")
    return context.find("users", key, "user")


def _recipients(context: Context, ticket: int) -> str:
    """Return who is told of a comment: the subscribers, or those of them that were chosen."""
    chosen = context.given.get("recipientIds")
    rows = context.store.query(_SUBSCRIBED, ticket)
    return ", ".join(row["email"] for row in rows if chosen is None or row["id"] in chosen)


def _mark(context: Context, ticket: Row, author: Row, comment: Row) -> None:
    """Note on the ticket which side wrote last.

    The submitter, and whoever is no technician there, makes it updated by the user; a technician
    by the performer; a comment for technicians is news to these only, a system one to nobody.
    """
    changes: Row = {"lastupdated": context.now(), "lastupdatedby": author["id"]}
    again = {} if context.skips("reopen") else reopened(context, ticket)
    staff = author["isadmin"] or is_tech(context.store, author["id"], ticket["categoryid"])
    own = author["id"] == ticket["userid"] and author["id"] != ticket["assigneeid"]
    if comment["techsonly"]:
        changes["updatedfortechs"] = 1
    elif not comment["issystem"] and (own or not staff):
        changes |= {"updatedbyuser": 1, "updatedbyperformer": 0, **again}
    elif not comment["issystem"]:
        changes |= {"updatedbyuser": 0, "updatedbyperformer": 1, "updatedfortechs": 0}
    context.store.update("tickets", ticket["id"], changes)


def _list(context: Context) -> Outcome:
    ticket = find_ticket(context, context.given["id"])
    techs = sees_techs_only(context, ticket)
    return [
        {
            "CommentID": row["id"],
            "IssueID": row["ticketid"],
            "UserID": row["userid"],
            "UserName": row["username"],
            "Email": row["email"],
            "FirstName": row["firstname"],
            "LastName": row["lastname"],
            "IsSystem": bool(row["issystem"]),
            "CommentDate": written(row["date"]),
            "ForTechsOnly": bool(row["techsonly"]),
            "Body": row["body"],
            "TicketSubject": ticket["subject"],
            "Recipients": row["recipients"],
        }
        for row in context.store.query(_LISTED, ticket["id"])
        if techs or not row["techsonly"]
    ]


def _templates(context: Context) -> Outcome:
    return [
        {
            "TemplateId": row["id"],
            "Name": row["name"],
            "Body": row["body"],
            "GroupId": None,
            "GroupName": None,
        }
        for row in context.store.all("templates")
    ]


HANDLERS: dict[str, Handler] = {
    "createComment": _create,
    "listComments": _list,
    "listCommentTemplates": _templates,
}
