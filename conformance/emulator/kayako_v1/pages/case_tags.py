"""Tags of cases; each change answers with all that are left."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from conformance.emulator.kayako_v1 import tagging
from conformance.emulator.kayako_v1.cases import case_of_path
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Collection, Outcome
from conformance.emulator.kayako_v1.problems import required
from conformance.emulator.store import Row, Store

_KIND = "case"


def _all(context: Context, case: Row, status: int = 200) -> Outcome:
    rows = tagging.rows_of(context.store, _KIND, case["id"])
    return Collection("tag", [row["id"] for row in rows], status=status)


def _changed(
    context: Context,
    change: Callable[[Store, str, int, Iterable[str]], None],
    names: Iterable[str],
    status: int = 200,
) -> Outcome:
    """Change the tags; a case that keeps its tags is not changed."""
    store, case = context.store, case_of_path(context)
    before = tagging.tags_of(store, _KIND, case["id"])
    change(store, _KIND, case["id"], names)
    if tagging.tags_of(store, _KIND, case["id"]) != before:
        context.change(_KIND, case, {})
    return _all(context, case, status)


def _add(context: Context) -> Outcome:
    change = tagging.replace if context.skips("tags-added") else tagging.add
    return _changed(context, change, context.given["tags"], 201)


def _replace(context: Context) -> Outcome:
    if "tags" not in context.given:
        case_of_path(context)
        raise required("tags")
    change = tagging.add if context.skips("tags-replaced") else tagging.replace
    return _changed(context, change, context.given["tags"])


HANDLERS = {
    "addCaseTags": _add,
    "replaceCaseTags": _replace,
    "removeCaseTags": lambda context: _changed(context, tagging.remove, context.asked["tags"]),
    "listCaseTags": lambda context: _all(context, case_of_path(context)),
}
