"""Every operation that needs a role: callers of each lesser one are refused."""

from collections.abc import Iterator

from conformance.contract.cases import judge_refusal, once, refusal_ids
from conformance.engine import CheckCase, Helpdesk, each, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered
from conformance.engine.spec import Need, Operation, Spec

#: Statuses that refuse for lack of a right, where the documents name none.
_REFUSING = (400, 401, 403, 404)
#: Where the documents name no method, the first one tried may not be there.
METHOD_NOT_ALLOWED = 405


def _needing(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        need = operation.need
        for role in lesser(spec, need) if need else ():
            ids = once(
                [*need.requirements, *spec.promises("role-refused"), *refusal_ids(spec, operation)]  # type: ignore[union-attr]
            )
            values = {"operation": operation, "role": role}
            yield CheckCase(f"{operation.id}.{role}", operation.id, ids, values)


def lesser(spec: Spec, need: Need) -> tuple[str, ...]:
    """The roles that may do less than what is needed."""
    return spec.roles[: spec.roles.index(need.least)]


@each(_needing)
def test_a_lesser_role_is_refused(helpdesk: Helpdesk, operation: Operation, role: str) -> None:
    draft = helpdesk.draft(operation.id).by(role)
    helpdesk.role_for(draft)  # skips at once, naming the role, where it has no credentials
    _refused(helpdesk, draft, operation, "an object of others")


def _about_tickets(spec: Spec) -> Iterator[CheckCase]:
    for case in _needing(spec):
        operation: Operation = case.values["operation"]
        if any(p.source and p.source[0] == "ticket" for p in operation.parameters):
            yield case


@each(_about_tickets)
def test_a_lesser_role_is_refused_on_an_object_of_its_own(
    helpdesk: Helpdesk, operation: Operation, role: str
) -> None:
    draft = helpdesk.draft(operation.id).by(role)
    helpdesk.role_for(draft)
    for parameter in operation.parameters:
        if parameter.source and parameter.source[0] == "ticket" and parameter.required:
            draft = draft.having({parameter.name: own_ticket(helpdesk, role)})
    _refused(helpdesk, draft, operation, "an object of its own")


def own_ticket(helpdesk: Helpdesk, role: str) -> str:
    """The id of a ticket that a caller of this role has made."""
    try:
        return helpdesk.obtain("ticket", f"made by a {role}", by=role).id
    except PrerequisiteBroken as reason:
        raise PrerequisiteBroken(f"as {role}: {reason}") from None


def _refused(helpdesk: Helpdesk, draft: Draft, operation: Operation, what: str) -> None:
    exchange = helpdesk.send(draft, "negative")
    if exchange.status == METHOD_NOT_ALLOWED and operation.other_method:
        exchange = helpdesk.send(draft.sent_by(operation.other_method, draft.effect), "negative")
    response = answered(exchange)
    judge_refusal(exchange)
    need = operation.need
    assert need is not None
    got = f"{response.status} {response.reason}, asked by a {draft.role}"
    if exchange.succeeded:
        promised = f"a refusal: only from {need.least} on ({what})"
        violate("status line", promised, got, *need.requirements)
    if response.status not in helpdesk.spec.contract.get("refused-with", {}).get("role", _REFUSING):
        ids = helpdesk.spec.promises("role-refused")
        violate("status line", "status 403 for want of the right", got, *ids)
