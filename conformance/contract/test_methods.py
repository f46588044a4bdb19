"""Every resource: methods that the documents say it does not support."""

from collections.abc import Iterator

from conformance.contract.cases import EFFECT_OF_METHOD, once
from conformance.engine import CheckCase, Helpdesk, each, violate
from conformance.engine.case import current
from conformance.engine.draft import Draft
from conformance.engine.exchange import answered
from conformance.engine.helpdesk import EXPENDABLE
from conformance.engine.spec import Operation, Spec


def _unsupported(spec: Spec) -> Iterator[CheckCase]:
    for path, methods in spec.unsupported.items():
        operation = next(o for o in spec if o.path == path)
        for method, own in methods.items():
            ids = once([*own, *spec.promises("unsupported-method")])
            values = {"operation": operation, "method": method}
            yield CheckCase(f"{operation.id}.{method}", operation.id, ids, values)


@each(_unsupported)
def test_an_unsupported_method_is_refused(
    helpdesk: Helpdesk, operation: Operation, method: str
) -> None:
    draft = _aimed(helpdesk, operation, method)
    exchange = helpdesk.send(draft, "negative")
    response = answered(exchange)
    if response.status == 405:
        return
    aimed_at_one = bool(draft.path or draft.raw_path)
    if response.status == 404 and aimed_at_one and _is_not_there(helpdesk, draft):
        current().note(f"{method} {operation.path} was aimed at nothing and answered 404")
        return
    if exchange.succeeded:
        current().note(f"an extension: {method} {operation.path} works")
        return
    own = helpdesk.spec.unsupported[operation.path][method]
    ids = once([*own, *helpdesk.spec.promises("unsupported-method")])
    got = f"{response.status} {response.reason}"
    violate("status line", f"status 405 for {method} {operation.path}", got, *ids)


def _aimed(helpdesk: Helpdesk, operation: Operation, method: str) -> Draft:
    """A request that cannot hurt, should the method work after all: it aims at an object the run
    has made, or where it cannot make one, at an id that was never issued; never at a whole list
    of what others have made."""
    draft = Draft(operation)
    whole_list = operation.answer == "list" and operation.method == "GET"
    if whole_list and method != "POST" and not operation.placed("path"):
        draft = draft.at_path(f"{operation.path}/{helpdesk.chance.unissued_id()}")
    for parameter in operation.placed("path"):
        if parameter.source is None or parameter.optional_in_path:
            continue
        kind, member = parameter.source
        if helpdesk.spec.maker_of(kind) and helpdesk.target.allows_effect("create"):
            value = helpdesk.obtain(kind, EXPENDABLE).values.get(member, "")
        else:
            value = helpdesk.chance.unissued_id()
        draft = draft.having({parameter.name: value})
    return draft.sent_by(method, EFFECT_OF_METHOD[method])


def _is_not_there(helpdesk: Helpdesk, draft: Draft) -> bool:
    """Whether a read at the same address is answered 404 too: then it is the object that is not
    found, and a server need not come to the method."""
    return answered(helpdesk.send(draft.sent_by("GET", "read"), "negative")).status == 404
