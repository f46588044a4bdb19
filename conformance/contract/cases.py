"""Which requirements stand behind the generic checks of an operation."""

import re
from collections.abc import Iterable

from conformance.engine import Exchange, violate
from conformance.engine.case import current
from conformance.engine.judging import judge_answer, requirements_of
from conformance.engine.spec import Operation, Parameter, Spec

#: What a method would do on a resource that does not support it.
EFFECT_OF_METHOD = {"GET": "read", "POST": "create", "PUT": "update", "DELETE": "delete"}
#: Status of a request whose credentials were refused, whatever else it asked for.
UNAUTHENTICATED = 401
NOT_FOUND = 404
#: Refusals whose words the documents promise first of all.
_EXPLAINED = (400, 404, 429)
_TRACE = re.compile(
    r"^\s+at [\w.<>`]+\(|Traceback \(most recent|SqlException|System\.\w+Exception|"
    r"\bSELECT\b.+\bFROM\b|stack ?trace",
    re.IGNORECASE | re.MULTILINE,
)
_SHAPES = ("list", "item", "created", "updated")


def general(
    spec: Spec, operation: Operation, aspect: str, case: str | None = None
) -> tuple[str, ...]:
    """The family-wide promises behind an aspect, unless the operation names others for it; one
    that only client libraries show owes none of them beyond its own statements."""
    own = operation.requirements.get(aspect)
    if own is not None:
        return own
    return () if operation.inferred else spec.promises(aspect, case)


def once(ids: Iterable[str]) -> tuple[str, ...]:
    """The ids in their order, each once."""
    return tuple(dict.fromkeys(ids))


def answering_ids(spec: Spec, operation: Operation) -> tuple[str, ...]:
    """Ids broken when a good request is not answered with the documented status."""
    answered = operation.requirements.get("answered", ())
    aspects = ("success", "exact-success")
    removed = general(spec, operation, "deleted") if operation.effect == "delete" else ()
    return once([*answered, *(i for a in aspects for i in general(spec, operation, a)), *removed])


def shape_ids(spec: Spec, operation: Operation) -> tuple[str, ...]:
    """Ids broken when the answer has another root or another number of objects."""
    shape = general(spec, operation, operation.answer) if operation.answer in _SHAPES else ()
    return once([*operation.requirements.get("payload", ()), *shape])


def missing_ids(spec: Spec, operation: Operation, own: tuple[str, ...]) -> tuple[str, ...]:
    """Ids broken when a required parameter may be left out."""
    return once([*own, *general(spec, operation, "missing")])


def aimed_parameter(operation: Operation) -> Parameter | None:
    """The parameter that names the object a call is about: the declared one, or the last path
    parameter that is an id."""
    if operation.aim is not None:
        return operation.parameter(operation.aim.parameter)
    named = [p for p in operation.placed("path") if p.source and not p.optional_in_path]
    return named[-1] if named else None


_REFUSALS = ("error-body", "other-error-body", "no-traces", "no-server-error")


def refusal_ids(spec: Spec, operation: Operation) -> tuple[str, ...]:
    """Ids that any refused request of an operation can break, whatever it was refused for."""
    general_ids = (i for aspect in _REFUSALS for i in general(spec, operation, aspect))
    documented = operation.refusal(_EXPLAINED[0])
    members = requirements_of(spec, documented[1]) if documented and not operation.inferred else ()
    return once([*general_ids, *members])


def judge_refusal(exchange: Exchange) -> None:
    """What every refusal owes: words about the cause, none about the server's inside, no crash;
    and the shape of errors, where the family documents one."""
    response, operation = exchange.response, exchange.operation
    if response is None or operation is None or exchange.succeeded:
        return
    aspect = "error-body" if response.status in _EXPLAINED else "other-error-body"
    got = f"{response.status} {response.reason}"
    if response.status >= 500:
        _broken(exchange, "no-server-error", "status line", "a status below 500", got)
    elif response.status >= 400 and not response.body.strip():
        _broken(exchange, aspect, "body", f"words about the cause of {got}", "an empty body")
    elif response.status >= 400 and operation.refusal(response.status):
        if exchange.answer.problem:
            _broken(exchange, aspect, "body", "a documented error", exchange.answer.problem)
        current().report(judge_answer(exchange.spec, exchange.answer))
    leak = _TRACE.search(response.text)
    if leak:
        promised = "no stack trace and no SQL"
        _broken(exchange, "no-traces", "body", promised, leak.group().strip())


def _broken(exchange: Exchange, aspect: str, where: str, promised: str, got: str) -> None:
    assert exchange.operation is not None
    ids = general(exchange.spec, exchange.operation, aspect)
    if ids:
        violate(where, promised, got, *ids)
