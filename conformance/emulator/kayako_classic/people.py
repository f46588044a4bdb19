"""The customers' side: user groups, organisations, users and the user search."""

from __future__ import annotations

from conformance.emulator.kayako_classic.fields import (
    ABSENT,
    OPTIONAL,
    REQUIRED,
    Field,
    flag,
    number,
    one_of,
    reference,
    text,
    whole,
)
from conformance.emulator.kayako_classic.organization import password, unset
from conformance.emulator.kayako_classic.records import Resource
from conformance.emulator.kayako_classic.routing import Context, Outcome, Route, number_in
from conformance.emulator.kayako_classic.xml import Element, leaf, leaves
from conformance.emulator.store import Row, Store
from conformance.emulator.wire import Refusal

MOST_USERS = 1000
_GROUP_TYPE = one_of("guest", "registered")
SALUTATIONS = ("Mr.", "Ms.", "Mrs.", "Dr.")


def _user_group(context: Context, row: Row) -> Element:
    del context
    return Element("usergroup", children=leaves(**row))


def _not_built_in(context: Context, row: Row) -> None:
    del context
    if row["ismaster"]:
        raise Refusal(403, "A built-in user group is read-only.")


def _user_group_written(context: Context, row: Row) -> None:
    given = context.fields.text("grouptype")
    if given and context.faults.on("usergroup-type-changed-by-put"):
        row["grouptype"] = _GROUP_TYPE(given, context.store)
        context.store.update("usergroups", row["id"], {"grouptype": row["grouptype"]})


def _user_group_removed(context: Context, row: Row) -> None:
    context.store.delete("departmentgroups", usergroupid=row["id"])
    unset(context.store, row["id"], "users.usergroupid")


USER_GROUP = Resource(
    path="Base/UserGroup",
    name="usergroup",
    table="usergroups",
    root="usergroups",
    render=_user_group,
    fields=(
        Field("title", text, REQUIRED, REQUIRED),
        Field("grouptype", _GROUP_TYPE, REQUIRED, ABSENT),
    ),
    written=_user_group_written,
    guard=_not_built_in,
    removed=_user_group_removed,
)


def _organization(context: Context, row: Row) -> Element:
    del context
    return Element("userorganization", children=leaves(**row))


def _organization_defaults(context: Context) -> Row:
    return {"dateline": context.now(), "lastupdate": context.now()}


def _organization_written(context: Context, row: Row) -> None:
    row["lastupdate"] = context.now()
    context.store.update("organizations", row["id"], {"lastupdate": row["lastupdate"]})


def _organization_removed(context: Context, row: Row) -> None:
    unset(context.store, row["id"], "users.userorganizationid")


_CONTACT = ("address", "city", "state", "postalcode", "country", "phone", "fax", "website")
_SLA = (Field("slaplanid", number, emptied=0), Field("slaplanexpiry", number, emptied=0))

ORGANIZATION = Resource(
    path="Base/UserOrganization",
    name="userorganization",
    table="organizations",
    root="userorganizations",
    render=_organization,
    fields=(
        Field("name", text, REQUIRED, REQUIRED),
        Field("organizationtype", one_of("restricted", "shared"), REQUIRED, OPTIONAL),
        *(Field(name, text, emptied="") for name in _CONTACT),
        *_SLA,
    ),
    defaults=_organization_defaults,
    written=_organization_written,
    removed=_organization_removed,
)


def emails_of(store: Store, user: int) -> list[str]:
    """Return the addresses of a user, the first one given first."""
    return [str(row["email"]) for row in store.where("useremails", userid=user)]


def _user(context: Context, row: Row) -> Element:
    before = ("id", "usergroupid", "userrole", "userorganizationid", "salutation", "userexpiry")
    after = ("designation", "phone", "dateline", "lastvisit", "isenabled", "timezone", "enabledst")
    emails = emails_of(context.store, row["id"])
    return Element(
        "user",
        children=[
            *(leaf(name, row[name]) for name in (*before, "fullname")),
            *(leaf("email", email) for email in emails),
            *(leaf(name, row[name]) for name in (*after, "slaplanid", "slaplanexpiry")),
        ],
    )


def _prepare_user(context: Context, row: Row) -> None:
    if "id" not in row and not context.fields.list("email"):
        raise Refusal(400, "email is required.")


def _keep_emails(context: Context, row: Row) -> None:
    emails = context.fields.list("email")
    if not emails:
        return
    context.store.delete("useremails", userid=row["id"])
    for email in dict.fromkeys(emails):
        context.store.insert("useremails", {"userid": row["id"], "email": email})


def _user_defaults(context: Context) -> Row:
    return {"dateline": context.now()}


def _user_removed(context: Context, row: Row) -> None:
    context.store.delete("useremails", userid=row["id"])
    unset(context.store, row["id"], "tickets.userid", "posts.userid")


USER = Resource(
    path="Base/User",
    name="user",
    table="users",
    root="users",
    render=_user,
    fields=(
        Field("fullname", text, REQUIRED, REQUIRED),
        Field(
            "usergroupid",
            reference("usergroups", condition="grouptype=registered"),
            REQUIRED,
            OPTIONAL,
        ),
        Field("password", password, REQUIRED, ABSENT),
        Field("userorganizationid", reference("organizations", none=True), emptied=0),
        Field("salutation", one_of(*SALUTATIONS), emptied=""),
        Field("designation", text, emptied=""),
        Field("phone", text, emptied=""),
        Field("isenabled", flag),
        Field("userrole", one_of("user", "manager")),
        Field("timezone", text, emptied=""),
        Field("enabledst", flag),
        *_SLA,
        Field("userexpiry", number, emptied=0),
        Field("sendwelcomeemail", flag, OPTIONAL, ABSENT, kept=False),
    ),
    defaults=_user_defaults,
    prepare=_prepare_user,
    written=_keep_emails,
    removed=_user_removed,
)


def find_or_create_user(context: Context, fullname: str, email: str) -> int:
    """Return the id of the user with that address, creating a registered one if there is none."""
    store = context.store
    known = store.first("SELECT userid FROM useremails WHERE lower(email) = lower(?)", email)
    if known is not None:
        return int(known["userid"])
    group = store.first("SELECT id FROM usergroups WHERE grouptype = 'registered' ORDER BY id")
    assert group is not None
    row = {
        "usergroupid": group["id"],
        "fullname": fullname,
        "password": "",
    }
    user = store.insert("users", row | _user_defaults(context))
    store.insert("useremails", {"userid": user, "email": email})
    return user


def crowd(store: Store, now: int) -> None:
    """Fill up with users until there are more than a list may hold."""
    everyone = {"usergroupid": 1, "password": "", "dateline": now}
    with store.transaction():
        for user in range(len(store.all("users")), MOST_USERS + 200):
            number = store.insert("users", {"fullname": f"User {user}", **everyone})
            store.insert("useremails", {"userid": number, "email": f"{user}@helpdesk.example"})


def list_users(context: Context, *page: str) -> Outcome:
    """Answer with users in the order of their ids, from a marker on, at most 1000."""
    if len(page) > 2:
        raise Refusal(404, "The user list takes a marker and a number of items.")
    marker, limit = (*page, *("1", str(MOST_USERS))[len(page) :])
    first = Field("marker", whole()).value(marker, context.store)
    most = Field("maxitems", whole(least=-1)).value(limit, context.store)
    if context.faults.on("marker-left-out"):
        first += 1
    if context.faults.on("user-list-not-capped") and len(page) < 2:
        most = -1
    elif most < 0 or (most > MOST_USERS and not context.faults.on("user-list-not-capped")):
        most = MOST_USERS
    rows = context.store.query("SELECT * FROM users WHERE id >= ? ORDER BY id LIMIT ?", first, most)
    return USER.answer(context, rows)


def read_user(context: Context, segment: str) -> Outcome:
    """Answer with one user; the id 0 reads like no id."""
    return list_users(context) if number_in(segment) == 0 else USER.read(context, segment)


def search_users(context: Context) -> Outcome:
    """Answer with the users in whose data every word of `query` occurs."""
    query = context.fields.text("query")
    if not query or not query.strip():
        raise Refusal(400, "query is required.")
    found = [row for row in context.store.all("users") if _matches(context, row, query)]
    return USER.answer(context, found)


def _matches(context: Context, row: Row, query: str) -> bool:
    store = context.store
    group = store.get("usergroups", row["usergroupid"]) or {"title": ""}
    organization = store.get("organizations", row["userorganizationid"]) or {"name": ""}
    places = [row["fullname"], row["phone"], group["title"], organization["name"]]
    return holds_words(query, [*places, *emails_of(store, row["id"])])


def holds_words(query: str, texts: list[str]) -> bool:
    """Tell whether one of the texts holds every word of the query, whatever the case."""
    words = query.casefold().split()
    return any(all(word in text.casefold() for word in words) for text in texts)


ROUTES = (
    *USER_GROUP.reading(),
    *USER_GROUP.changing(),
    *ORGANIZATION.reading(),
    *ORGANIZATION.changing(),
    Route("GET", "Base/User", "user.list", list_users),
    Route("GET", "Base/User/Filter/*", "user.list", list_users),
    Route("GET", "Base/User/$id", "user.read", read_user),
    Route("GET", "Base/User/$marker/$maxitems", "user.list", list_users),
    *USER.changing(),
    Route("POST", "Base/UserSearch", "usersearch.create", search_users),
)
