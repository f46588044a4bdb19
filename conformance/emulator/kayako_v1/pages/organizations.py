"""Organizations, with their members, posts and activities."""

from __future__ import annotations

from typing import Any

from conformance.emulator.kayako_v1 import bulk, custom_values, predicates, tagging
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
from conformance.emulator.kayako_v1.pages import _access, _posts, _tags, domains
from conformance.emulator.kayako_v1.problems import empty
from conformance.emulator.store import Row

_KIND = "organization"
_MARKS = ("is_shared", "is_validated")


# What objects show


def _custom_fields(context: Context, row: Row) -> list[Item]:
    return custom_values.shown(context, _KIND, row, "organization_custom_value")


def _field(context: Context, row: Row) -> Item:
    return Item("organization_field_title", context.find("organization_field", row["field_id"]))


def _actor(context: Context, row: Row) -> dict[str, Any]:
    user = context.store.get("users", row["actor_id"]) or {"full_name": "", "id": 0}
    return _party(context, user["full_name"], Link("user", row["actor_id"]), "by")


def _object(context: Context, row: Row) -> dict[str, Any]:
    key = int(row["parent"].rpartition("/")[2])
    return _party(context, context.find(_KIND, key)["name"], Link(_KIND, key), "")


def _party(context: Context, name: str, original: Link, preposition: str) -> dict[str, Any]:
    return {
        **{"name": original.kind, "title": name, "prefix": ""},
        "url": f"{context.base}/{original.kind}s/{original.key}",
        **{"full_title": name, "image": None, "preposition": preposition, "original": original},
    }


FIELDS = {
    _KIND: {
        "domains": domains.links,
        "pinned_notes_count": lambda context, row: _posts.pinned(context, _place(row)),
        "custom_fields": _custom_fields,
    },
    "organization_custom_value": {"field": _field},
    "activity": {"actor": _actor, "object": _object},
}


def _place(row: Row) -> str:
    return f"organizations/{row['id']}"


# Reading


def _found(context: Context) -> Row:
    return context.find(_KIND, context.keys["id"])


def _read(context: Context) -> Outcome:
    return Single(Item(_KIND, _found(context)))


def _list(context: Context) -> Outcome:
    rows = context.store.all("organizations")
    if "legacy_ids" in context.asked:
        rows = [row for row in rows if row["legacy_id"] in context.asked["legacy_ids"]]
    return Collection(_KIND, [row["id"] for row in rows])


def _filter(context: Context) -> Outcome:
    rows = predicates.selected(context, _KIND, context.store.all("organizations"))
    return Collection(_KIND, [row["id"] for row in rows])


def _members(context: Context) -> Outcome:
    rows = context.store.where("users", organization_id=_found(context)["id"])
    rows = _access.listed(context, rows)
    rows.sort(key=lambda row: (row["full_name"], row["id"]))
    return Collection("user", [row["id"] for row in rows])


def _list_posts(context: Context) -> Outcome:
    return _posts.listed(context, "organization_post", _place(_found(context)))


def _read_post(context: Context) -> Outcome:
    row = _posts.read(context, "organization_post", "organizations")
    return Single(Item("organization_post", row))


def _activities(context: Context) -> Outcome:
    rows = context.store.where("activities", parent=_place(_found(context)))
    least = context.asked.get("minimum_weight")
    if least is not None:
        rows = [row for row in rows if row["weight"] >= least]
    if context.asked.get("sort_order") != "ASC":
        rows.reverse()
    keys, dates = [row["id"] for row in rows], [row["created_at"] for row in rows]
    return Collection("activity", keys, dates=dates)


# Changing


def _values(context: Context, before: str) -> Row:
    """Return the columns that what was sent changes."""
    given = context.given
    values: Row = {name: int(given[name]) for name in _MARKS if given.get(name) is not None}
    if "name" in given:
        if not (given["name"] or "").strip():
            raise empty("name")
        values["name"] = given["name"]
    if "legacy_id" in given:
        values["legacy_id"] = given["legacy_id"] or None
    if "field_values" in given:
        values["field_values"] = custom_values.merged(context, _KIND, before)
    return values


def _new(context: Context) -> Row:
    """Add the organization that was sent, everything being looked at before it is kept."""
    values, given = _values(context, "{}"), context.given
    domains.check(context, "domains", given.get("domains", ()), None)
    row = context.add(_KIND, values)
    domains.replace(context, row["id"], given.get("domains", ()))
    tagging.add(context.store, _KIND, row["id"], given.get("tags", ()))
    _note_activity(context, row, "create", "created")
    return row


def _note_activity(context: Context, row: Row, verb: str, done: str) -> None:
    name = context.user["full_name"]
    values = {
        **{"parent": _place(row), "activity": f"{verb}_organization", "verb": verb},
        **{"actor_id": context.user["id"], "ip_address": context.call.address},
        "summary": f"{name} {done} {row['name']}",
    }
    context.add("activity", values)


def _create(context: Context) -> Outcome:
    return created(_KIND, _new(context))


def _create_several(context: Context) -> Outcome:
    takes = bulk.taken_by("createOrganization")
    return bulk.carried_out(context, "organizations", takes, _new)


def _update(context: Context) -> Outcome:
    row, given = _found(context), context.given
    values = _values(context, row["field_values"])
    if "domains" in given:
        domains.check(context, "domains", given["domains"], row["id"])
        domains.replace(context, row["id"], given["domains"])
    if "tags" in given:
        tagging.replace(context.store, _KIND, row["id"], given["tags"])
    row = context.change(_KIND, row, values)
    _note_activity(context, row, "update", "updated")
    return Single(Item(_KIND, row))


def _delete(context: Context) -> Outcome:
    row, store = _found(context), context.store
    store.execute("UPDATE users SET organization_id = NULL WHERE organization_id = ?", row["id"])
    store.delete("identity_domains", organization_id=row["id"])
    store.delete("activities", parent=_place(row))
    tagging.clear(store, _KIND, row["id"])
    _posts.clear(store, _place(row))
    store.delete("organizations", id=row["id"])
    return Done()


HANDLERS = {
    "listOrganizationDefinitions": lambda context: predicates.definitions(context, _KIND),
    "filterOrganizations": _filter,
    "listOrganizations": _list,
    "readOrganization": _read,
    "listMembers": _members,
    "createOrganization": _create,
    "bulkCreateOrganizations": _create_several,
    "updateOrganization": _update,
    "deleteOrganization": _delete,
    "listOrganizationPosts": _list_posts,
    "readOrganizationPost": _read_post,
    "listOrganizationActivities": _activities,
    **_tags.Tagged(_KIND, _found).handlers("Organization"),
}
