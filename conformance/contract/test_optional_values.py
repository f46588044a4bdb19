"""Optional parameters and big numbers, where the documents say how odd values are taken."""

from collections.abc import Iterator

from conformance.contract.cases import general, judge_refusal, once, refusal_ids
from conformance.contract.test_parameters import malformed
from conformance.engine import CheckCase, Helpdesk, each, violate
from conformance.engine.exchange import answered, served
from conformance.engine.spec import Operation, Parameter, Spec

_PLACES = ("form", "query")
#: A number that no 32 bits hold.
HUGE = 99_999_999_999
_REFUSING = (400, 404)


def _malformed(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        for parameter in operation.parameters:
            ids = general(spec, operation, "invalid-optional")
            if parameter.required or parameter.place not in _PLACES or not ids:
                continue
            if malformed(parameter) is not None and parameter.kind != "file":
                covers = once([*ids, *refusal_ids(spec, operation)])
                values = {"operation": operation, "parameter": parameter}
                yield CheckCase(f"{operation.id}.{parameter.name}", operation.id, covers, values)


@each(_malformed)
def test_a_malformed_optional_value_is_refused(
    helpdesk: Helpdesk, operation: Operation, parameter: Parameter
) -> None:
    bad = malformed(parameter)
    draft = helpdesk.draft(operation.id).having({parameter.name: bad})
    exchange = helpdesk.send(draft, "negative")
    response = answered(served(exchange))
    judge_refusal(exchange)
    if response.status != 400:
        got = f"{response.status} {response.reason}"
        ids = general(helpdesk.spec, operation, "invalid-optional")
        violate("status line", f"status 400 with {parameter.name} = {bad}", got, *ids)


def _numbers(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        ids = general(spec, operation, "huge-number")
        for parameter in operation.parameters:
            if ids and parameter.required and parameter.type == "integer":
                covers = once([*ids, *refusal_ids(spec, operation)])
                values = {"operation": operation, "parameter": parameter}
                yield CheckCase(f"{operation.id}.{parameter.name}", operation.id, covers, values)


@each(_numbers)
def test_a_number_beyond_32_bits_is_refused(
    helpdesk: Helpdesk, operation: Operation, parameter: Parameter
) -> None:
    draft = helpdesk.draft(operation.id).having({parameter.name: HUGE})
    exchange = helpdesk.send(draft, "negative")
    response = answered(served(exchange))
    judge_refusal(exchange)
    if response.status not in _REFUSING:
        got = f"{response.status} {response.reason}"
        ids = general(helpdesk.spec, operation, "huge-number")
        violate("status line", f"status 400 or 404 with {parameter.name} = {HUGE}", got, *ids)


def _readers(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        optional = [p for p in operation.placed("query") if not p.required]
        ids = general(spec, operation, "empty-optional")
        if ids and operation.only_reads and optional:
            values = {"operation": operation, "parameters": optional}
            yield CheckCase(operation.id, operation.id, ids, values)


@each(_readers)
def test_empty_optional_values_count_as_not_given(
    helpdesk: Helpdesk, operation: Operation, parameters: list[Parameter]
) -> None:
    draft = helpdesk.draft(operation.id).having({p.name: "" for p in parameters})
    response = answered(served(helpdesk.send(draft)))
    if response.status not in operation.successes:
        got = f"{response.status} {response.reason}"
        names = ", ".join(p.name for p in parameters)
        ids = general(helpdesk.spec, operation, "empty-optional")
        violate("status line", f"status {operation.success} with empty {names}", got, *ids)
