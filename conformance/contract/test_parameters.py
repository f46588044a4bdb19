"""Every operation: required parameters left out, typed parameters malformed, references to what
does not exist. A request that has to be refused is wrong in exactly one way."""

from collections.abc import Iterator

from conformance.contract.cases import (
    UNAUTHENTICATED,
    general,
    judge_refusal,
    missing_ids,
    once,
    refusal_ids,
)
from conformance.engine import CheckCase, Exchange, Helpdesk, each, violate
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered, served
from conformance.engine.spec import Alternative, Operation, Parameter, Spec

_PLACES = ("form", "query")
_KINDS = ("boolean01", "unixtime", "base64")


def _required(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        for parameter in operation.parameters:
            ids = missing_ids(spec, operation, parameter.requirements("x-missing"))
            if parameter.required and parameter.place in _PLACES and ids:
                ids = once([*ids, *refusal_ids(spec, operation)])
                values = {"operation": operation, "parameter": parameter}
                yield CheckCase(f"{operation.id}.{parameter.name}", operation.id, ids, values)


@each(_required)
def test_a_required_parameter_cannot_be_left_out(
    helpdesk: Helpdesk, operation: Operation, parameter: Parameter
) -> None:
    names = [parameter.name, *([parameter.alias] if parameter.alias else [])]
    exchange = helpdesk.send(helpdesk.draft(operation.id).without(*names), "negative")
    own = parameter.requirements("x-missing")
    _refused(helpdesk, operation, exchange, "missing", f"without {parameter.name}", own)


def _alternatives(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        for group in operation.alternatives:
            if group.requirements:
                ids = missing_ids(spec, operation, group.requirements)
                ids = once([*ids, *refusal_ids(spec, operation)])
                values = {"operation": operation, "group": group}
                name = "-".join(group.names)
                yield CheckCase(f"{operation.id}.{name}", operation.id, ids, values)


@each(_alternatives)
def test_one_of_several_parameters_has_to_be_given(
    helpdesk: Helpdesk, operation: Operation, group: Alternative
) -> None:
    exchange = helpdesk.send(helpdesk.draft(operation.id).without(*group.names), "negative")
    what = "without any of " + ", ".join(group.names)
    _refused(helpdesk, operation, exchange, "missing", what, group.requirements)


def _typed(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        for parameter in operation.parameters:
            own = parameter.requirements("x-invalid")
            ids = once([*own, *general(spec, operation, "invalid")])
            if parameter.required and ids and _can_be_malformed(parameter):
                ids = once([*ids, *refusal_ids(spec, operation)])
                values = {"operation": operation, "parameter": parameter}
                yield CheckCase(f"{operation.id}.{parameter.name}", operation.id, ids, values)


@each(_typed)
def test_a_malformed_value_is_refused(
    helpdesk: Helpdesk, operation: Operation, parameter: Parameter
) -> None:
    exchange = _sent_malformed(helpdesk, operation, [parameter])
    what = f"with {parameter.name} = {malformed(parameter)}"
    own = parameter.requirements("x-invalid")
    _refused(helpdesk, operation, exchange, "invalid", what, own)


def _optional(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        parameters = [
            parameter
            for parameter in operation.parameters
            if not parameter.required
            and _can_be_malformed(parameter)
            and not _asked_elsewhere(spec, operation, parameter)
        ]
        own = [i for parameter in parameters for i in parameter.requirements("x-invalid")]
        ids = once([*own, *general(spec, operation, "invalid")])
        if parameters and ids and not spec.promises("invalid-optional"):
            values = {"operation": operation, "parameters": parameters}
            yield CheckCase(operation.id, operation.id, ids, values)


@each(_optional)
def test_malformed_optional_values_are_ignored_or_refused(
    helpdesk: Helpdesk, operation: Operation, parameters: list[Parameter]
) -> None:
    # No page says which of the two: only a server error is wrong, so all are sent at once.
    response = answered(served(_sent_malformed(helpdesk, operation, parameters)))
    if response.status >= 500:
        own = [i for parameter in parameters for i in parameter.requirements("x-invalid")]
        names = ", ".join(parameter.name for parameter in parameters)
        violate(
            "status line",
            f"malformed values ignored or refused: {names}",
            f"{response.status} {response.reason}",
            *once([*own, *general(helpdesk.spec, operation, "invalid")]),
        )


def _sent_malformed(
    helpdesk: Helpdesk, operation: Operation, parameters: list[Parameter]
) -> Exchange:
    names = [name for p in parameters for name in (p.name, p.alias) if name]
    bad = {p.name: malformed(p) for p in parameters}
    bad |= {p.alias: malformed(p) for p in parameters if p.alias}
    draft = helpdesk.draft(operation.id).having({name: bad[name] for name in names})
    return helpdesk.send(draft, "negative")


def _can_be_malformed(parameter: Parameter) -> bool:
    return parameter.place in _PLACES and malformed(parameter) is not None


def _asked_elsewhere(spec: Spec, operation: Operation, parameter: Parameter) -> bool:
    """An optional field of an update is the field of the create again: nothing is promised of it
    that the create does not show, and requests are dear."""
    if operation.effect != "update" or parameter.required:
        return False
    makers = (o for o in spec if o.effect == "create" and o.tag == operation.tag)
    return any(parameter.name == other.name for maker in makers for other in maker.parameters)


def malformed(parameter: Parameter) -> str | None:
    """A value that is not of the documented type; None where any text is."""
    if parameter.enumeration:
        return "no-such-value"
    if parameter.kind in _KINDS or parameter.type in ("integer", "number", "boolean"):
        return "%%%not-base64" if parameter.kind == "base64" else "not-a-number"
    return None


def _references(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        for parameter in operation.parameters:
            ids = parameter.requirements("x-unknown")
            if ids:
                ids = once([*ids, *refusal_ids(spec, operation)])
                values = {"operation": operation, "parameter": parameter}
                yield CheckCase(f"{operation.id}.{parameter.name}", operation.id, ids, values)


#: Statuses that refuse the id of something that does not exist.
_UNKNOWN = {"400": (400,), "404": (404,), "either": (400, 404)}


@each(_references)
def test_a_reference_to_nothing_is_refused(
    helpdesk: Helpdesk, operation: Operation, parameter: Parameter
) -> None:
    unissued = helpdesk.chance.unissued_id()
    draft = helpdesk.draft(operation.id).having({parameter.name: unissued})
    exchange = helpdesk.send(draft, "negative")
    response = answered(exchange)
    judge_refusal(exchange)
    allowed = _UNKNOWN[str(parameter.extra.get("x-unknown-status", "400"))]
    if response.status not in allowed:
        served(exchange)
        got = f"{response.status} {response.reason}"
        statuses = " or ".join(map(str, allowed))
        promised = f"status {statuses} with an unknown {parameter.name}"
        violate("status line", promised, got, *parameter.requirements("x-unknown"))


def _refused(
    helpdesk: Helpdesk,
    operation: Operation,
    exchange: Exchange,
    aspect: str,
    what: str,
    own: tuple[str, ...],
) -> None:
    """Refusal is what the operation's own statements promise, status 400 the general one and
    those own ones that name the status. Raises PrerequisiteBroken where the credentials were
    refused, or the good request was as well."""
    response = answered(exchange)
    judge_refusal(exchange)
    if response.status == 400:
        return
    if response.status == UNAUTHENTICATED:
        raise PrerequisiteBroken(f"{operation.id} answered {response.status}")
    served(exchange)
    accepted = not 400 <= response.status < 500
    if operation.only_reads and exchange.succeeded and not exchange.answer.items:
        accepted = False  # nothing was asked for and nothing was given
    exact = helpdesk.spec.promises("refused-with-400")
    named = [i for i in own if accepted or i in exact]
    broken = once([*named, *general(helpdesk.spec, operation, aspect)])
    if broken:
        got = f"{response.status} {response.reason}"
        violate("status line", f"status 400 {what}", got, *broken)
