"""Tags of cases; each change answers with all that are left."""

from __future__ import annotations

from conformance.emulator.kayako_v1.cases import add_tags, case_of_path, replace_tags, tags_of
from conformance.emulator.kayako_v1.context import Context
from conformance.emulator.kayako_v1.kinds import Collection, Outcome
from conformance.emulator.kayako_v1.problems import required
from conformance.emulator.store import Row


def _all(context: Context, case: Row, status: int = 200) -> Outcome:
    keys = [row["id"] for row in tags_of(context.store, case["id"])]
    return Collection("tag", keys, status=status)


def _changed(context: Context, case: Row, names: list[str]) -> None:
    """Replace the tags; a case that keeps its tags is not changed."""
    before = {row["name"] for row in tags_of(context.store, case["id"])}
    if before != set(names):
        replace_tags(context.store, case["id"], names)
        context.change("case", case, {})


def _add(context: Context) -> Outcome:
    case = case_of_path(context)
    before = [row["name"] for row in tags_of(context.store, case["id"])]
    new = [name for name in context.given["tags"] if name not in before]
    if new:
        add_tags(context.store, case["id"], new)
        context.change("case", case, {})
    return _all(context, case, 201)


def _replace(context: Context) -> Outcome:
    case = case_of_path(context)
    if "tags" not in context.given:
        raise required("tags")
    _changed(context, case, context.given["tags"])
    return _all(context, case)


def _remove(context: Context) -> Outcome:
    case, gone = case_of_path(context), context.asked["tags"]
    names = [row["name"] for row in tags_of(context.store, case["id"])]
    _changed(context, case, [name for name in names if name not in gone])
    return _all(context, case)


HANDLERS = {
    "addCaseTags": _add,
    "replaceCaseTags": _replace,
    "removeCaseTags": _remove,
    "listCaseTags": lambda context: _all(context, case_of_path(context)),
}
