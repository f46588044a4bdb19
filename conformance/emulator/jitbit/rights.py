"""Who may do what: roles, rights by category, and which tickets a caller sees."""

from __future__ import annotations

from conformance.emulator.jitbit.context import Context
from conformance.emulator.jitbit.routing import ROLES
from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Refusal


def is_tech(store: Store, user: int, category: int | None = None) -> bool:
    """Tell whether a user is a technician, of one category or of any."""
    sql, values = "SELECT 1 FROM techs WHERE userid = ?", [user]
    if category is not None:
        sql, values = f"{sql} AND categoryid = ?", [user, category]
    return store.first(sql, *values) is not None


def role_of(store: Store, user: Row) -> str:
    """Return the role of a user: admin, tech or regular."""
    if user["isadmin"]:
        return "admin"
    return "tech" if is_tech(store, user["id"]) else "regular"


def check_role(role: str, least: str) -> None:
    """Raise Refusal (403) for a caller below the least role."""
    if ROLES.index("any" if role == "regular" else role) < ROLES.index(least):
        needed = {"tech": "technicians and administrators", "admin": "administrators"}[least]
        raise Refusal(403, f"Only {needed} may do this.")


def works_in(context: Context, category: int) -> bool:
    """Tell whether the caller has the rights of a technician in a category."""
    return context.is_admin or is_tech(context.store, context.caller["id"], category)


def is_staff(context: Context) -> bool:
    """Tell whether the caller is a technician anywhere, or an administrator."""
    return context.is_admin or is_tech(context.store, context.caller["id"])


def visible(context: Context) -> tuple[str, list[int]]:
    """Return the condition (on `t`, tickets) for what the caller sees, and its values."""
    caller = context.caller
    if context.is_admin or context.skips("right:see"):
        return "1", []
    ways = ["t.userid = ?", "t.assigneeid = ?"]
    ways.append("t.categoryid IN (SELECT categoryid FROM techs WHERE userid = ?)")
    values = [caller["id"]] * 3
    if caller["ismanager"] and caller["companyid"] is not None:
        ways.append("t.userid IN (SELECT id FROM users WHERE companyid = ?)")
        values.append(caller["companyid"])
    return f"({' OR '.join(ways)})", values


def _may(context: Context, ticket: Row, right: str) -> bool:
    """Tell whether the caller has a right on a ticket.

    see: own tickets, those assigned, of the categories worked in, and for managers those of their
    company; edit: the same without the manager; close: the same with; work: what only technicians
    of the ticket do.
    """
    caller = context.caller["id"]
    if works_in(context, ticket["categoryid"]) or ticket["assigneeid"] == caller:
        return True
    if right == "work":
        return False
    if ticket["userid"] == caller:
        return True
    return right in ("see", "close") and _manages(context, ticket)


def _manages(context: Context, ticket: Row) -> bool:
    company = context.caller["companyid"]
    submitter = context.store.get("users", ticket["userid"])
    managed = context.caller["ismanager"] and company is not None
    return bool(managed and submitter and submitter["companyid"] == company)


def find_ticket(context: Context, key: int, right: str = "see") -> Row:
    """Return a ticket; raises Refusal, 404 for an unknown one and 403 without the right."""
    ticket = context.find("tickets", key, "ticket")
    if not _may(context, ticket, right) and not context.skips(f"right:{right}"):
        raise Refusal(403, f"You may not do this with ticket {key}.")
    return ticket


def sees_category(context: Context, category: Row) -> bool:
    """Tell whether the caller may see a category; some are for technicians only."""
    return not category["techsonly"] or is_staff(context) or context.skips("techs-only-category")


def find_category(context: Context, key: int) -> Row:
    """Return a category; raises Refusal, 404 for an unknown one and 403 for a hidden one."""
    category = context.find("categories", key, "category")
    if not sees_category(context, category):
        raise Refusal(403, f"Category {key} is for technicians.")
    return category


def sees_techs_only(context: Context, ticket: Row) -> bool:
    """Tell whether the caller sees what in a ticket is for technicians only."""
    return (
        works_in(context, ticket["categoryid"])
        or (ticket["assigneeid"] == context.caller["id"] and is_staff(context))
        or context.skips("techs-only-hidden")
    )
