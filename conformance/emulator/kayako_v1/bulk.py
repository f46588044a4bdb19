"""Bulk creation: a job that is done at once, though its answer says that it is pending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from conformance.emulator.kayako_v1 import parameters
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.declared import pages
from conformance.emulator.kayako_v1.kinds import Item, Outcome, Single
from conformance.emulator.kayako_v1.parameters import Raw
from conformance.emulator.kayako_v1.problems import Problem, invalid
from conformance.emulator.store import Row

_MOST = 200


def carried_out(
    context: Context, name: str, takes: Mapping[str, str], create: Callable[[Context], Any]
) -> Outcome:
    """Create each record from the parameters it may have; one bad record rejects all but a partial
    import."""
    for record in records(context, name):
        try:
            create(with_record(context, takes, record))
        except Problem:
            if not context.asked.get("partial_import"):
                raise
    return Single(Item("bulk_job", context.add("bulk_job", {})), 202, "job")


def records(context: Context, name: str) -> list[Row]:
    """Return the records that were sent; raises Problem for anything but a list of some."""
    found = context.given[name]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise invalid(name, f"{name} has to be a JSON array of objects.")
    if not 0 < len(found) <= _MOST:
        raise invalid(name, f"{name} holds 1 to {_MOST} records.")
    return found


def taken_by(action: str) -> Mapping[str, str]:
    """Return the parameters of an action, with their types."""
    return pages().actions[action].takes


def with_record(context: Context, takes: Mapping[str, str], record: Row) -> Context:
    """Return the context of a call that sends a record."""
    given = parameters.read(Raw(record.items()), takes, tolerant=False)
    return replace(context, given=given)
