"""Every operation: served by GET or POST, from a form too, its members spelled as printed.

The good requests are those of the generic checks, so nothing is sent for these alone.
"""

from collections.abc import Iterator

from conformance.engine import CheckCase, Helpdesk, covers, each, violate
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered
from conformance.engine.spec import Operation, Schema, Spec
from conformance.families.jitbit.people import readable

_NOT_SERVED = (405, 501)


def _documented(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        if not operation.inferred:
            yield CheckCase(operation.id, operation.id, ("JB-BASE-008",), {"operation": operation})


@each(_documented)
@covers("JB-BASE-008")
def test_get_or_post_is_enough(helpdesk: Helpdesk, operation: Operation) -> None:
    response = answered(helpdesk.good(operation.id))
    if response.status in _NOT_SERVED:
        got = f"{response.status} {response.reason} for {operation.method}"
        violate("status line", "an answer to GET or POST", got)


def _with_forms(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        if operation.method == "POST" and operation.placed("form"):
            yield CheckCase(operation.id, operation.id, ("JB-PARM-002",), {"operation": operation})


@each(_with_forms)
@covers("JB-PARM-002")
def test_a_post_takes_its_parameters_from_a_form(helpdesk: Helpdesk, operation: Operation) -> None:
    """Where a form is refused, only the same call with a query tells why."""
    good = helpdesk.good(operation.id)
    answered(good)
    if good.succeeded:
        return
    in_query = helpdesk.send(helpdesk.draft(operation.id).addressed("in-query"))
    if in_query.succeeded:
        violate("status line", "success, as with a query", f"{good.status}")
    else:
        raise PrerequisiteBroken(f"{operation.id} answered {good.status}")


def _with_objects(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        payload = operation.payload
        if payload and "json" in payload[0] and not operation.inferred:
            yield CheckCase(operation.id, operation.id, ("JB-BASE-007",), {"operation": operation})


@each(_with_objects)
@covers("JB-BASE-007")
def test_members_are_spelled_as_printed(helpdesk: Helpdesk, operation: Operation) -> None:
    answer = readable(helpdesk.good(operation.id)).answer
    printed = _members(helpdesk.spec, answer.schema)
    by_letters = {member.casefold(): member for member in printed}
    for item in answer.items:
        for member in item:
            wanted = by_letters.get(member.casefold(), member)
            if member not in printed and wanted != member and wanted not in item:
                violate(item.where(member), f"the member {wanted}", f"the member {member}")


def _members(spec: Spec, schema: Schema) -> set[str]:
    """The members of the objects that an answer of this schema shows."""
    schema = spec.resolve(schema)
    if "items" in schema:
        return _members(spec, schema["items"])
    members = set(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        members |= _members(spec, part)
    if "Articles" in members:
        members = _members(spec, schema["properties"]["Articles"])
    return members
