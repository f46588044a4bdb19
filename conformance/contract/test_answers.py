"""Every operation: how a good request is answered.

The request is sent once; all checks of this module and the next judge that exchange.
"""

from collections.abc import Iterator

from conformance.contract.cases import (
    NOT_FOUND,
    UNAUTHENTICATED,
    answering_ids,
    general,
    once,
    shape_ids,
)
from conformance.engine import CheckCase, Exchange, Helpdesk, each, violate
from conformance.engine.answer import Answer
from conformance.engine.case import current
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered
from conformance.engine.spec import Operation, Schema, Spec


def answered_well(helpdesk: Helpdesk, operation: Operation, variant: str = "") -> Exchange:
    """The good exchange. Raises PrerequisiteBroken where it did not succeed."""
    exchange = helpdesk.good(operation.id, variant)
    response = answered(exchange)
    if not exchange.succeeded:
        raise PrerequisiteBroken(f"{operation.id} answered {response.status}")
    for note in exchange.answer.notes:
        current().note(note)
    return exchange


def _answering(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        ids = answering_ids(spec, operation)
        if ids:
            yield CheckCase(operation.id, operation.id, ids, {"operation": operation})


@each(_answering)
def test_a_good_request_is_answered_as_documented(helpdesk: Helpdesk, operation: Operation) -> None:
    _judge_status(helpdesk, operation, helpdesk.good(operation.id))


def _was_not_kept(helpdesk: Helpdesk, operation: Operation, exchange: Exchange) -> bool:
    """Whether a 404 tells of the object and not of the operation: its list lacks it as well."""
    aimed_at = [p for p in operation.placed("path") if p.source and p.source[1] == "id"]
    if exchange.status != NOT_FOUND or not aimed_at or operation.answer == "list":
        return False
    source = aimed_at[-1].source
    lister = helpdesk.spec.finder_of(source[0]) if source else None
    if lister is None:
        return False
    listed = helpdesk.call(lister.id)
    readable = listed.succeeded and listed.answer.trouble is None
    return readable and listed.answer.find(id=exchange.sent[aimed_at[-1].name]) is None


def _with_optional_parameters(spec: Spec) -> Iterator[CheckCase]:
    """Operations whose good request can carry more than the required parameters."""
    for operation in spec:
        grouped = {name for group in operation.alternatives for name in group.names}
        optional = [
            p
            for p in operation.parameters
            if not p.required
            and p.name not in grouped
            and not p.optional_in_path
            and (p.value is not None or p.source)
        ]
        ids = answering_ids(spec, operation)
        if optional and ids:
            yield CheckCase(operation.id, operation.id, ids, {"operation": operation})


@each(_with_optional_parameters)
def test_every_documented_parameter_is_taken(helpdesk: Helpdesk, operation: Operation) -> None:
    _judge_status(helpdesk, operation, helpdesk.good(operation.id, "full"))


def _judge_status(helpdesk: Helpdesk, operation: Operation, exchange: Exchange) -> None:
    response = answered(exchange)
    spec = helpdesk.spec
    if response.status in operation.successes:
        return
    own = operation.requirements.get("answered", ())
    if exchange.succeeded:
        broken = [*general(spec, operation, "exact-success")]
        if operation.effect == "delete":  # the status is all that a delete is promised to answer
            broken += [*own, *general(spec, operation, "deleted")]
    elif _was_not_kept(helpdesk, operation, exchange):
        raise PrerequisiteBroken(f"{operation.id} aimed at an object that was answered, not kept")
    elif response.status == UNAUTHENTICATED:  # refused before the verb counted
        broken = [*own]
    else:
        broken = [*own, *general(spec, operation, "success")]
    if broken:
        got = f"{response.status} {response.reason}".strip()
        violate("status line", f"status {_statuses(operation)}", got, *once(broken))


def _statuses(operation: Operation) -> str:
    return " or ".join(map(str, operation.successes))


def _shaped(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        ids = shape_ids(spec, operation)
        if ids and operation.payload:
            yield CheckCase(operation.id, operation.id, ids, {"operation": operation})


@each(_shaped)
def test_the_answer_has_the_documented_shape(helpdesk: Helpdesk, operation: Operation) -> None:
    exchange = answered_well(helpdesk, operation)
    answer = exchange.answer
    own = operation.requirements.get("payload", ())
    if answer.problem is not None:
        violate(
            "body",
            f"a readable {answer.media} answer",
            answer.problem,
            *shape_ids(helpdesk.spec, operation),
        )
        return
    promised = answer.schema.get("xml", {}).get("name")
    if promised and answer.root != promised and shape_ids(helpdesk.spec, operation):
        ids = shape_ids(helpdesk.spec, operation) if _is_item_alone(helpdesk.spec, answer) else own
        violate("/", f"the root {promised}", f"the root {answer.root}", *ids)
        return
    _judge_count(helpdesk, operation, exchange)


def _is_item_alone(spec: Spec, answer: Answer) -> bool:
    """Whether the root is no list but the one object that it should hold."""
    name = _name_of_items(spec, answer.schema)
    root = answer.document.root if answer.document is not None else None
    return answer.root == name and (root is None or root.find(str(name)) is None)


def _name_of_items(spec: Spec, schema: Schema) -> str | None:
    """The tag of the objects that a list root holds."""
    for name, raw in schema.get("properties", {}).items():
        entries = spec.resolve(raw)
        if entries.get("type") == "array":
            return str(spec.resolve(entries["items"]).get("xml", {}).get("name", name))
    return None


def _judge_count(helpdesk: Helpdesk, operation: Operation, exchange: Exchange) -> None:
    """Single reads, creates and updates show exactly one object, a create with its id."""
    if operation.answer not in ("item", "created", "updated"):
        return
    ids = shape_ids(helpdesk.spec, operation)
    answer = exchange.answer
    if not ids:
        return
    if answer.item is None:
        violate(answer.locate(()), "exactly one object", f"{len(answer.items)} objects", *ids)
    elif operation.answer == "created" and not answer.item.get("id"):
        ids = general(helpdesk.spec, operation, "created")
        if ids:
            violate(answer.item.where(), "the new object with its id", "no id", *ids)
