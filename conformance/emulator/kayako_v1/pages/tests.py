"""Tests: objects that are made up, to try a client with."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Collection, Done, Item, Outcome, Single, created
from conformance.emulator.kayako_v1.problems import invalid, not_found
from conformance.emulator.store import Row

_NEW = 99  # the id of every created test, as in the introduction of the API
_USUAL: Row = {
    "array_items": [1, 2, 3],
    "is_boolean": True,
    "float_number": 1.23,
    "integer_number": 123,
    "option": "FOO",
    "binary_data": "4pi6",
}


def _bare(context: Context, key: int) -> Row:
    """Return what every test has; its age is that of the helpdesk, so that it can be cached."""
    user = context.caller.user
    made = int(context.store.setting("seeded_at") or 0)
    return {"id": key, "user_id": user["id"] if user else None, "updated_at": made}


def _test(context: Context, key: int) -> Row:
    return {**_bare(context, key), "name": f"Test {key}", **_USUAL}


def _sent(context: Context) -> Row:
    values: dict[str, Any] = dict(context.given)
    if isinstance(values.get("binary_data"), bytes):
        values["binary_data"] = b64encode(values["binary_data"]).decode()
    return values


def _existing(context: Context) -> int:
    if context.asked.get("non_existent"):
        raise not_found("test")
    return int(context.keys["id"])


def _list(context: Context) -> Outcome:
    count = context.asked.get("count", 1)
    if count is None or count < 0:
        raise invalid("count")
    return Collection("test", range(1, count + 1), lambda key: _test(context, key))


def _read(context: Context) -> Outcome:
    return Single(Item("test", _test(context, _existing(context))))


def _create(context: Context) -> Outcome:
    return created("test", {**_bare(context, _NEW), "updated_at": context.now(), **_sent(context)})


def _update(context: Context) -> Outcome:
    row = {**_test(context, _existing(context)), "updated_at": context.now(), **_sent(context)}
    return Single(Item("test", row))


def _delete(context: Context) -> Outcome:
    _existing(context)
    return Done()


HANDLERS = {
    "listTests": _list,
    "readTest": _read,
    "createTest": _create,
    "updateTest": _update,
    "deleteTest": _delete,
}
