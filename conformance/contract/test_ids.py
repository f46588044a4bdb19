"""Every operation that takes an id: what an id that was never issued, or is none, is answered."""

from collections.abc import Iterator

from conformance.contract.cases import aimed_parameter, general, judge_refusal, once, refusal_ids
from conformance.engine import CheckCase, Exchange, Helpdesk, each, violate
from conformance.engine.exchange import answered, served
from conformance.engine.spec import Operation, Parameter, Spec


def _with_ids(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        parameter = aimed_parameter(operation)
        ids = _unknown_ids(spec, operation)
        if operation.unknown_id and parameter and ids:
            values = {"operation": operation, "parameter": parameter}
            covers = once([*ids, *refusal_ids(spec, operation)])
            yield CheckCase(operation.id, operation.id, covers, values)


def _unknown_ids(spec: Spec, operation: Operation) -> tuple[str, ...]:
    general_ids = general(spec, operation, "unknown-id", operation.unknown_id)
    if operation.unknown_id == "tolerated":
        return once([*general_ids, *operation.requirements.get("answered", ())])
    return once([*operation.unknown_id_requirements, *general_ids])


@each(_with_ids)
def test_an_unknown_id_is_not_found(
    helpdesk: Helpdesk, operation: Operation, parameter: Parameter
) -> None:
    unissued = helpdesk.chance.unissued_id()
    draft = helpdesk.draft(operation.id).having({parameter.name: unissued})
    exchange = helpdesk.send(draft, "negative")
    response = answered(exchange)
    judge_refusal(exchange)
    if response.status == 404:
        return
    served(exchange)
    got = f"{response.status} {response.reason}, {len(exchange.answer.items)} objects"
    if operation.unknown_id == "reported":
        ids = _unknown_ids(helpdesk.spec, operation)
        violate("status line", "status 404 for an id never issued", got, *ids)
    elif _shows_something(exchange):
        answered_ids = operation.requirements.get("answered", ())
        violate("body", "nothing for an id never issued", got, *answered_ids)
    elif not exchange.succeeded:
        ids = general(helpdesk.spec, operation, "unknown-id", "tolerated")
        violate("status line", "status 404, or an empty root with 200", got, *ids)


def _with_malformed_ids(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        parameter = aimed_parameter(operation)
        ids = general(spec, operation, "malformed-id")
        if operation.unknown_id and parameter and ids:
            values = {"operation": operation, "parameter": parameter}
            yield CheckCase(operation.id, operation.id, ids, values)


@each(_with_malformed_ids)
def test_an_id_that_is_no_number_is_no_object(
    helpdesk: Helpdesk, operation: Operation, parameter: Parameter
) -> None:
    draft = helpdesk.draft(operation.id)
    if operation.only_reads:  # a server that goes by the leading digits shows the object
        malformed = f"{draft.sent[parameter.name]}abc"
    else:  # here one that picks digits out must not meet an object
        malformed = f"abc{helpdesk.chance.unissued_id()}"
    draft = draft.having({parameter.name: malformed})
    exchange = helpdesk.send(draft, "negative")
    response = answered(served(exchange))
    if response.status >= 500 or _shows_something(exchange):
        got = f"{response.status} {response.reason}, {len(exchange.answer.items)} objects"
        ids = general(helpdesk.spec, operation, "malformed-id")
        violate("status line", "an answer like that to an unknown id", got, *ids)


def _shows_something(exchange: Exchange) -> bool:
    return exchange.succeeded and bool(exchange.answer.items)
