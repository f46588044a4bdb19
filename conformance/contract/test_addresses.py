"""Every read: the documented URL forms are accepted and answer the same."""

from collections.abc import Iterator, Sequence

from conformance.contract.cases import once
from conformance.engine import CheckCase, Exchange, Helpdesk, each, violate
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered
from conformance.engine.spec import Operation, Spec

_ROUNDS = 3


def _addressed(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        if operation.method != "GET" or not operation.only_reads or operation.inferred:
            continue
        for form in spec.cases("addresses"):
            values = {"operation": operation, "form": form}
            ids = _refusing(spec, form)
            yield CheckCase(f"{operation.id}.{form}", operation.id, ids, values)


@each(_addressed)
def test_every_url_form_gives_the_same_answer(
    helpdesk: Helpdesk, operation: Operation, form: str
) -> None:
    others = helpdesk.adapter.other_addresses()
    own = helpdesk.good(operation.id)
    answered(own)
    if not own.succeeded or form not in others:
        _judge_own_form(helpdesk, own, form, others)
        return
    other = helpdesk.send(helpdesk.draft(operation.id).addressed(form))
    if not _accepted(other, form) or operation.fresh or _same(own, other):
        return
    for _ in range(_ROUNDS):  # others work on the helpdesk meanwhile: read again, close together
        own = helpdesk.call(operation.id)
        if _same(own, other):
            return
        other = helpdesk.send(helpdesk.draft(operation.id).addressed(form))
        if _same(own, other):
            return
    difference = _difference(own, other)
    if difference:
        ids = helpdesk.spec.promises("same-answer", form)
        violate("body", "the same answer as in the target's own URL form", difference, *ids)


def _judge_own_form(helpdesk: Helpdesk, own: Exchange, form: str, others: Sequence[str]) -> None:
    """A refused read blames its URL form only where another form is taken."""
    if own.succeeded:
        return
    operation = own.operation
    assert operation is not None
    tried = form if form in others else others[0]
    if not helpdesk.send(helpdesk.draft(operation.id).addressed(tried)).succeeded:
        raise PrerequisiteBroken(f"{operation.id} answered {own.status}")
    if form not in others:
        _accepted(own, form)


def _refusing(spec: Spec, form: str) -> tuple[str, ...]:
    """Ids broken when this URL form is refused."""
    return once([*spec.promises("addresses", form), *spec.promises("same-answer", form)])


def _accepted(exchange: Exchange, form: str) -> bool:
    response = answered(exchange)
    if not exchange.succeeded:
        got = f"{response.status} {response.reason}"
        violate("status line", f"success in URL form {form}", got, *_refusing(exchange.spec, form))
    return exchange.succeeded


def _same(one: Exchange, other: Exchange) -> bool:
    """No difference in what both show; plain text only has to be there in both."""
    if not (one.succeeded and other.succeeded):
        return one.status == other.status
    if one.answer.media not in ("xml", "json"):
        return bool(one.answer.value) == bool(other.answer.value)
    return _difference(one, other) is None


def _difference(one: Exchange, other: Exchange) -> str | None:
    """What differs among the objects that both answers show; lists may have moved on."""
    if one.answer.root != other.answer.root:
        return f"the root {other.answer.root} instead of {one.answer.root}"
    name = one.operation.finds_id if one.operation else "id"
    before = {item.get(name): item.members for item in one.answer.items}
    after = {item.get(name): item.members for item in other.answer.items}
    common = before.keys() & after.keys()
    if before and not common:
        return "other objects"
    differing = [key for key in common if before[key] != after[key]]
    return f"object {differing[0]} differs" if differing else None
