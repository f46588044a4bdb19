"""Every operation refuses credentials that are wrong in any single way."""

from collections.abc import Iterator

from conformance.contract.cases import UNAUTHENTICATED, judge_refusal, once, refusal_ids
from conformance.engine import CheckCase, Exchange, Helpdesk, each, violate
from conformance.engine.exchange import answered
from conformance.engine.spec import Operation, Spec


def _flawed(spec: Spec) -> Iterator[CheckCase]:
    for operation in (o for o in spec if not o.public):
        for flaw in spec.cases("credentials"):
            ids = once(
                [*spec.promises("credentials", flaw), *spec.promises("refused-status", flaw)]
            )
            ids = once([*ids, *refusal_ids(spec, operation)])
            values = {"operation": operation, "flaw": flaw}
            yield CheckCase(f"{operation.id}.{flaw}", operation.id, ids, values)


@each(_flawed)
def test_a_flawed_credential_is_refused(
    helpdesk: Helpdesk, operation: Operation, flaw: str
) -> None:
    draft = helpdesk.draft(operation.id).with_credential(flaw)
    exchange = helpdesk.send(draft, "negative")
    response = answered(exchange)
    judge_refusal(exchange)
    got = f"{response.status} {response.reason}, {len(response.body)} bytes"
    if _yields_data(exchange):
        refusing = helpdesk.spec.promises("credentials", flaw)
        violate("status line", f"a refusal ({flaw})", got, *refusing)
    allowed = helpdesk.spec.contract.get("refused-with", {}).get(flaw, [UNAUTHENTICATED])
    if response.status not in allowed:
        status = helpdesk.spec.promises("refused-status", flaw)
        statuses = " or ".join(map(str, allowed))
        violate("status line", f"status {statuses} ({flaw})", got, *status)


def _yields_data(exchange: Exchange) -> bool:
    """Whether the server did what was asked: success, and the documented answer where there is
    one. An error text under a success status is a refusal with the wrong status."""
    if not exchange.succeeded:
        return False
    answer = exchange.answer
    if answer.media == "json":
        return answer.problem is None
    if answer.media != "xml":
        return True
    promised = answer.schema.get("xml", {}).get("name")
    return answer.problem is None and (promised is None or answer.root == promised)
