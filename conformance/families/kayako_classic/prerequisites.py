"""What the check modules of the family share: requests aimed at own objects."""

from typing import Any

from conformance.engine import Exchange, Helpdesk
from conformance.engine.answer import Item
from conformance.engine.case import current
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered
from conformance.engine.shared import accepted as accepted
from conformance.engine.shared import readable as readable


def aim(helpdesk: Helpdesk, operation_id: str, /, **fields: Any) -> Draft:
    """A draft with these fields and no others: nothing is made for it."""
    return Draft(helpdesk.spec[operation_id]).having(fields)


def aimed(helpdesk: Helpdesk, operation_id: str, /, **fields: Any) -> Exchange:
    """Send a draft with these fields and no others."""
    return helpdesk.send(aim(helpdesk, operation_id, **fields))


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
