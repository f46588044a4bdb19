"""From an exchange to the object it is about: what a call has made, which one it aimed at."""

from collections.abc import Mapping
from typing import Any

from conformance.engine.draft import Draft
from conformance.engine.exchange import Exchange
from conformance.engine.journal import Made, value_within
from conformance.engine.spec import Operation


def made_in(operation: Operation, exchange: Exchange, mark: str) -> Made:
    """The object that a creating call has made, as far as its answer shows it."""
    creation = operation.creates
    assert creation is not None
    item = exchange.answer.item
    values: dict[str, Any] = {**exchange.sent, **(item or {})}
    new = item.get("id") if item is not None and not creation.sought else None
    if creation.pointer is not None:
        new = pointed_at(exchange.answer.value, creation.pointer)
    values["id"] = new
    if new is None:
        del values["id"]
    holder = creation.within
    within = (holder, _id_of_holder(operation, exchange, holder)) if holder else None
    elsewhere = creation.pointer is not None or creation.sought or holder is not None
    foreign = False
    if item is not None and not elsewhere:
        foreign = _is_foreign(exchange.sent, item, mark)
    return Made(creation.kind, values, exchange, within=within, foreign=foreign)


def pointed_at(value: Any, pointer: str) -> Any:
    """The value at a JSON pointer, or None."""
    return value_within(value, pointer.split("/")[1:])


def targets_of(operation: Operation, draft: Draft) -> tuple[str, tuple[str, ...]]:
    """Kind and ids of the objects that a request aims at: by its declared aim, or by its last path
    parameter."""
    if operation.aim is not None:
        aimed_at = draft.sent.get(operation.aim.parameter, "")
        ids = aimed_at if isinstance(aimed_at, list) else [aimed_at]
        return operation.aim.kind, tuple(map(str, ids))
    for parameter in reversed(operation.placed("path")):
        if parameter.source and parameter.name in draft.path:
            return parameter.source[0], (draft.path[parameter.name],)
    return "", ()


def removing(remover: Operation, made: Made) -> tuple[Draft, list[str]]:
    """The request that removes an object, and the members it needs that are not known."""
    if remover.aim is not None:
        members = {remover.aim.parameter: "id"}
    else:
        members = {p.name: p.source[1] if p.source else "id" for p in remover.placed("path")}
    unknown = [member for member in members.values() if made.values.get(member) in (None, "")]
    values = {name: made.values.get(member, "") for name, member in members.items()}
    return Draft(remover).having(values), unknown


def _id_of_holder(operation: Operation, exchange: Exchange, holder: str) -> str:
    aim = operation.aim
    name = aim.parameter if aim is not None and aim.kind == holder else f"{holder}id"
    return str(exchange.sent.get(name, ""))


def _is_foreign(sent: Mapping[str, Any], item: Mapping[str, Any], mark: str) -> bool:
    """Whether a create was answered with an object that bears nothing of what was sent: it may be
    somebody else's, and must neither be changed nor removed."""
    marked = any(mark in str(value) for value in sent.values())
    return marked and not any(mark in str(value) for value in item.values())
