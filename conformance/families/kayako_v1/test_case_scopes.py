"""Which tokens open cases and their tags (pages "Cases" and "Tags" of cases)."""

from collections.abc import Iterator

from conformance.engine import CheckCase, Helpdesk, each, expect
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import served
from conformance.engine.operation import Operation
from conformance.engine.shared import once
from conformance.engine.spec import Spec
from conformance.families.kayako_v1.asking import taken
from conformance.families.kayako_v1.oauth import with_token

_SCOPE, _OTHER = "conversations", "users"
#: The statement on the scope of an operation, by the statement on its callers.
_STATEMENTS = {
    "KV-CASE-001": "KV-CASE-002",
    "KV-CASE-013": "KV-CASE-002",
    "KV-CASE-051": "KV-CASE-051",
    "KV-CTAG-008": "KV-CTAG-008",
}


def _scoped(spec: Spec) -> Iterator[CheckCase]:
    """Every operation that a statement puts under the scope."""
    for operation in spec:
        callers = operation.need.requirements if operation.need else ()
        stated = [_STATEMENTS[name] for name in callers if name in _STATEMENTS]
        if stated and operation.extra.get("x-scope") == _SCOPE:
            values = {"operation": operation, "requirement": stated[0]}
            yield CheckCase(operation.id, operation.id, (stated[0], "KV-OA2-011"), values)


def _read(spec: Spec) -> Iterator[CheckCase]:
    for case in _scoped(spec):
        if case.values["operation"].only_reads:
            yield CheckCase(case.id, case.operation, case.covers[:1], case.values)


@each(_scoped)
def test_another_scope_does_not_open_cases(
    helpdesk: Helpdesk, operation: Operation, requirement: str
) -> None:
    if not once(helpdesk, f"the scope {_OTHER} opens its own", lambda: _opens_its_own(helpdesk)):
        raise PrerequisiteBroken(f"a token of the scope {_OTHER} opens nothing")
    draft = with_token(helpdesk, helpdesk.draft(operation.id), _OTHER)
    exchange = served(helpdesk.send(draft, "negative"))
    if expect(exchange, requirement).refused().kept:
        expect(exchange, "KV-OA2-011").status(403)


def _opens_its_own(helpdesk: Helpdesk) -> bool:
    return helpdesk.send(with_token(helpdesk, helpdesk.draft("listUsers"), _OTHER)).succeeded


@each(_read)
def test_the_scope_of_cases_opens_them(
    helpdesk: Helpdesk, operation: Operation, requirement: str
) -> None:
    draft = with_token(helpdesk, helpdesk.draft(operation.id), _SCOPE)
    taken(helpdesk.send(draft), requirement)
