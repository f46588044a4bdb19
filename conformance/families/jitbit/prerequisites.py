"""What the check modules of the family share: who asks, answers that checks can build on."""

from conformance.engine import Exchange, Helpdesk, Made, expect
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.shared import accepted as accepted
from conformance.engine.shared import once
from conformance.engine.shared import readable as readable

#: Roles whose rights the checks tell apart.
USER, TECHNICIAN, ADMINISTRATOR = "user", "technician", "administrator"


def caller_id(helpdesk: Helpdesk, role: str) -> int:
    """The UserID of the caller of a role. Raises Skipped where there is no such caller,
    PrerequisiteBroken where the helpdesk does not say who it is."""

    def ask() -> int:
        item = helpdesk.send(helpdesk.draft("authorize").by(role), "prerequisite").answer.item
        number = item.get("UserID") if item is not None else None
        if not isinstance(number, int):
            raise PrerequisiteBroken(f"authorize does not show the UserID of the {role}")
        return number

    return once(helpdesk, f"UserID of the {role}", ask)


def listing(exchange: Exchange, member: str) -> Exchange:
    """The exchange itself, for checks that look for objects in a list by this member.

    Raises PrerequisiteBroken where the answer is no list, or where its objects lack the member:
    that is judged elsewhere. A refusal is for the check to judge.
    """
    if not exchange.succeeded:
        return exchange
    items, value = readable(exchange).answer.items, exchange.answer.value
    flawed = not isinstance(value, list) or len(items) < len(value)
    if flawed or any(member not in item for item in items):
        name = exchange.operation.id if exchange.operation else "the request"
        raise PrerequisiteBroken(f"{name} shows no list of objects with {member}")
    return exchange


def taken(exchange: Exchange, *requirements: str) -> bool:
    """Expect that a request is not refused, before what comes of it is looked at.

    Raises PrerequisiteBroken where its operation serves nobody.
    """
    return expect(served(exchange), *requirements).success().kept


def number_of(made: Made) -> int:
    """The id of an object as answers show it. Raises PrerequisiteBroken where it is no number."""
    try:
        return int(made.id)
    except ValueError:
        raise PrerequisiteBroken(f"the {made.kind} has no number: {made.id!r}") from None
