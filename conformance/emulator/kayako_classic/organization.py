"""How the helpdesk is organised: departments, staff groups, staff, statuses, priorities, types."""

from __future__ import annotations

import hashlib
import secrets

from conformance.emulator.kayako_classic.fields import (
    OPTIONAL,
    REQUIRED,
    Field,
    flag,
    one_of,
    reference,
    text,
    whole,
)
from conformance.emulator.kayako_classic.records import Resource
from conformance.emulator.kayako_classic.routing import Context, Outcome, Route, number_in
from conformance.emulator.kayako_classic.xml import Element, leaf, leaves
from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Refusal

APPS = ("tickets", "livechat")
_REMOVED = "removed department "
VISIBILITIES = ("public", "private")


def password(raw: str, store: Store) -> str:
    """Keep a password only as a salted digest; no answer ever shows it."""
    del store
    salt = secrets.token_hex(8)
    return f"{salt}:{hashlib.sha256((salt + raw).encode('utf-8', 'replace')).hexdigest()}"


def _department(context: Context, row: Row) -> Element:
    links = context.store.where("departmentgroups", departmentid=row["id"])
    groups = Element("usergroups", children=[leaf("id", link["usergroupid"]) for link in links])
    return Element(
        "department",
        children=[
            *leaves(id=row["id"], title=row["title"], type=row["type"]),
            *leaves(module=row["app"], app=row["app"], displayorder=row["displayorder"]),
            leaf("parentdepartmentid", row["parentdepartmentid"]),
            leaf("uservisibilitycustom", row["uservisibilitycustom"]),
            groups,
        ],
    )


def _prepare_department(context: Context, row: Row) -> None:
    if "id" in row and row.get("parentdepartmentid") == row["id"]:
        raise Refusal(400, "parentdepartmentid: a department cannot be its own parent.")
    given = context.fields.text("app") or context.fields.text("module")
    if "id" in row:
        if given and context.faults.on("department-app-changed-by-put"):
            context.store.update("departments", row["id"], {"app": given})
        return
    if not given:
        raise Refusal(400, "app is required.")
    if context.store.setting(_REMOVED + row["title"]):
        raise Refusal(400, "title: this department was deleted.")
    row["app"] = Field("app", one_of(*APPS)).value(given, context.store)


def _department_defaults(context: Context) -> Row:
    last = context.store.first("SELECT MAX(displayorder) AS last FROM departments")
    return {"displayorder": ((last or {}).get("last") or 0) + 1}


def _keep_groups(context: Context, row: Row) -> None:
    given = context.fields.list("usergroupid")
    if given is None:
        return
    known = Field("usergroupid", reference("usergroups"))
    groups = dict.fromkeys(known.value(raw, context.store) for raw in given)
    context.store.delete("departmentgroups", departmentid=row["id"])
    for group in groups:
        context.store.insert("departmentgroups", {"departmentid": row["id"], "usergroupid": group})


def _department_removed(context: Context, row: Row) -> None:
    if context.faults.on("department-title-used-once"):
        context.store.keep_setting(_REMOVED + row["title"], "1")
    context.store.delete("departmentgroups", departmentid=row["id"])
    unset(context.store, row["id"], "departments.parentdepartmentid", "tickets.departmentid")


def unset(store: Store, key: int, *columns: str) -> None:
    """Set every reference (`table.column`) to a removed item to 0."""
    for place in columns:
        table, column = place.split(".")
        store.execute(f"UPDATE {table} SET {column} = 0 WHERE {column} = ?", key)


DEPARTMENT = Resource(
    path="Base/Department",
    name="department",
    table="departments",
    root="departments",
    render=_department,
    fields=(
        Field("title", text, REQUIRED, REQUIRED),
        Field("type", one_of(*VISIBILITIES), REQUIRED, OPTIONAL),
        Field("displayorder", whole()),
        Field("parentdepartmentid", reference("departments", none=True), emptied=0),
        Field("uservisibilitycustom", flag),
    ),
    defaults=_department_defaults,
    prepare=_prepare_department,
    written=_keep_groups,
    removed=_department_removed,
)


def _staff_group(context: Context, row: Row) -> Element:
    del context
    return Element("staffgroup", children=leaves(**row))


def _staff_group_removed(context: Context, row: Row) -> None:
    unset(context.store, row["id"], "staff.staffgroupid")


STAFF_GROUP = Resource(
    path="Base/StaffGroup",
    name="staffgroup",
    table="staffgroups",
    root="staffgroups",
    render=_staff_group,
    fields=(
        Field("title", text, REQUIRED, REQUIRED),
        Field("isadmin", flag, REQUIRED, OPTIONAL),
    ),
    removed=_staff_group_removed,
)


_STAFF_DETAILS = (
    *("username", "email", "designation", "greeting", "mobilenumber"),
    *("isenabled", "timezone", "enabledst", "signature"),
)
_STAFF_REFERENCES = (
    *("tickets.ownerstaffid", "posts.staffid", "notes.creatorstaffid", "notes.forstaffid"),
    *("timetracks.workerstaffid", "timetracks.creatorstaffid"),
)


def full_name(row: Row) -> str:
    """Return first and last name of a staff member."""
    return f"{row['firstname']} {row['lastname']}"


def _staff(context: Context, row: Row) -> Element:
    del context
    names = leaves(firstname=row["firstname"], lastname=row["lastname"], fullname=full_name(row))
    return Element(
        "staff",
        children=[
            *leaves(id=row["id"], staffgroupid=row["staffgroupid"]),
            *names,
            *(leaf(name, row[name]) for name in _STAFF_DETAILS),
        ],
    )


def _prepare_staff(context: Context, row: Row) -> None:
    last = context.store.all("staffgroups")[-1:]
    given = [held for held in last if held["id"] == row.get("staffgroupid")]
    if given and context.faults.on("newest-staffgroup-unusable"):
        raise Refusal(400, "staffgroupid: there is no such item.")


def _staff_removed(context: Context, row: Row) -> None:
    unset(context.store, row["id"], *_STAFF_REFERENCES)


def read_staff(context: Context, segment: str) -> Outcome:
    """Answer with one staff member; the id 0 reads like no id."""
    return STAFF.list(context) if number_in(segment) == 0 else STAFF.read(context, segment)


STAFF = Resource(
    path="Base/Staff",
    name="staff",
    table="staff",
    root="staffusers",
    render=_staff,
    fields=(
        Field("firstname", text, REQUIRED, REQUIRED),
        Field("lastname", text, REQUIRED, REQUIRED),
        Field("username", text, REQUIRED, OPTIONAL),
        Field("password", password, REQUIRED, OPTIONAL),
        Field("staffgroupid", reference("staffgroups"), REQUIRED, OPTIONAL),
        Field("email", text, REQUIRED, OPTIONAL),
        Field("designation", text, emptied=""),
        Field("mobilenumber", text, emptied=""),
        Field("staffsignature", text, column="signature", emptied=""),
        Field("isenabled", flag),
        Field("greeting", text, emptied=""),
        Field("timezone", text, emptied=""),
        Field("enabledst", flag),
    ),
    prepare=_prepare_staff,
    removed=_staff_removed,
)


def _lookup(controller: str, item: str, table: str, group: str) -> Resource:
    """A read-only table of a ticket property; `group` is the element for who may see an item."""

    def render(context: Context, row: Row) -> Element:
        del context
        shown = dict(row)
        groups = [leaf(group, int(key)) for key in shown.pop(f"{group}s").split()]
        return Element(item, children=[*leaves(**shown), *groups])

    return Resource(f"Tickets/{controller}", item, table, f"ticket{table}", render)


STATUS = _lookup("TicketStatus", "ticketstatus", "statuses", "staffgroupid")
PRIORITY = _lookup("TicketPriority", "ticketpriority", "priorities", "usergroupid")
TYPE = _lookup("TicketType", "tickettype", "types", "usergroupid")

ROUTES = (
    *DEPARTMENT.reading(),
    *DEPARTMENT.changing(),
    Route("GET", "Base/Staff/$id", "staff.read", read_staff),
    *STAFF.reading(),
    *STAFF.changing(),
    *STAFF_GROUP.reading(),
    *STAFF_GROUP.changing(),
    *STATUS.reading(),
    *PRIORITY.reading(),
    *TYPE.reading(),
)
