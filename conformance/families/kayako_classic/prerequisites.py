"""What the check modules of the family share: requests aimed at own objects, and work done once."""

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from conformance.engine import Exchange, Helpdesk
from conformance.engine.answer import Item
from conformance.engine.case import current
from conformance.engine.draft import Draft
from conformance.engine.errors import NotJudged, PrerequisiteBroken
from conformance.engine.exchange import answered

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


def aim(helpdesk: Helpdesk, operation_id: str, /, **fields: Any) -> Draft:
    """A draft with these fields and no others: nothing is made for it."""
    return Draft(helpdesk.spec[operation_id]).having(fields)


def aimed(helpdesk: Helpdesk, operation_id: str, /, **fields: Any) -> Exchange:
    """Send a draft with these fields and no others."""
    return helpdesk.send(aim(helpdesk, operation_id, **fields))


def accepted(exchange: Exchange) -> Exchange:
    """The exchange itself, for checks of what follows from it.

    Raises PrerequisiteBroken where the server has refused it.
    """
    if not exchange.succeeded:
        name = exchange.operation.id if exchange.operation else "the request"
        raise PrerequisiteBroken(f"{name} answered {exchange.status or exchange.error}")
    return exchange


def readable(exchange: Exchange) -> Exchange:
    """The exchange itself, for checks that look for what must not be in a list.

    Raises PrerequisiteBroken where the answer shows no such list at all, or a list in place of
    one object.
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


def identified(exchange: Exchange) -> Exchange:
    """The exchange itself, for checks that look for objects by their ids.

    Raises PrerequisiteBroken where the answer shows no list, or objects without ids.
    """
    if any("id" not in item for item in readable(exchange).answer.items):
        name = exchange.operation.id if exchange.operation else "the request"
        raise PrerequisiteBroken(f"{name} answered with objects that show no id")
    return exchange


def seen_items(exchange: Exchange) -> tuple[Item, ...]:
    """The objects an answer shows: none when it is a refusal or shows nothing readable."""
    current().saw(exchange)
    answered(exchange)
    return exchange.answer.items if exchange.succeeded else ()


def one_line_ends(text: Any) -> Any:
    """A text with every line end written alike: XML readers do that too."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text
