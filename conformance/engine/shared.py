"""What several check modules share: work done once for each helpdesk, and what they need of an
exchange before they can look at more."""

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from conformance.engine.errors import NotJudged, PrerequisiteBroken
from conformance.engine.exchange import Exchange, answered
from conformance.engine.helpdesk import Helpdesk

Result = TypeVar("Result")

_DONE: WeakKeyDictionary[Helpdesk, dict[str, Any]] = WeakKeyDictionary()


def once(helpdesk: Helpdesk, key: str, make: Callable[[], Result]) -> Result:
    """What `make` returns, made once for each helpdesk and shared by all modules.

    Where it ended without a result it is not tried again: every caller gets the same reason.
    """
    outcomes = _DONE.setdefault(helpdesk, {})
    if key not in outcomes:
        try:
            outcomes[key] = make()
        except NotJudged as reason:
            outcomes[key] = reason
    outcome = outcomes[key]
    if isinstance(outcome, NotJudged):
        raise outcome
    result: Result = outcome
    return result


def accepted(exchange: Exchange) -> Exchange:
    """The exchange itself, for checks of what follows from it.

    Raises PrerequisiteBroken where the server has refused it, and Skipped where it needs a greater
    role.
    """
    if exchange.denied:
        answered(exchange)
    if not exchange.succeeded:
        name = exchange.operation.id if exchange.operation else "the request"
        raise PrerequisiteBroken(f"{name} answered {exchange.status or exchange.error}")
    return exchange


def readable(exchange: Exchange) -> Exchange:
    """The exchange itself, for checks that look for what an answer shows or lacks.

    Raises PrerequisiteBroken where the answer shows no such thing at all, or a list in place of
    one object; and as `accepted` does.
    """
    trouble = accepted(exchange).answer.trouble
    operation = exchange.operation
    single = operation is not None and operation.answer in ("item", "created", "updated")
    if single and len(exchange.answer.items) > 1:
        trouble = trouble or f"{len(exchange.answer.items)} objects"
    if trouble is not None:
        name = operation.id if operation else "the request"
        raise PrerequisiteBroken(f"{name} answered with {trouble}")
    return exchange
