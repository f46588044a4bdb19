"""Every operation: the documented ways to send parameters, and the other of GET and POST."""

from collections.abc import Iterator
from dataclasses import replace

from conformance.contract.cases import general
from conformance.engine import CheckCase, Helpdesk, each, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered
from conformance.engine.spec import Operation, Spec

_OTHER = {"GET": "POST", "POST": "GET"}


def _case(operation: Operation, ids: tuple[str, ...]) -> CheckCase:
    return CheckCase(operation.id, operation.id, ids, {"operation": operation})


def _posting(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        ids = general(spec, operation, "in-query")
        if ids and operation.placed("form") and not _takes_files(operation):
            yield _case(operation, ids)


@each(_posting)
def test_a_post_takes_its_parameters_from_the_query(
    helpdesk: Helpdesk, operation: Operation
) -> None:
    draft = good_to_send(helpdesk, operation).addressed("in-query")
    _accepted(helpdesk, operation, draft, "in-query", "parameters in the query")


def _with_files(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        ids = general(spec, operation, "multipart")
        if ids and _takes_files(operation):
            yield _case(operation, ids)


@each(_with_files)
def test_parameters_and_a_file_are_taken_as_parts(helpdesk: Helpdesk, operation: Operation) -> None:
    good_to_send(helpdesk, operation)
    draft = helpdesk.full_draft(operation.id)
    _accepted(helpdesk, operation, draft, "multipart", "parameters and a file as parts")


def _without_files(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        ids = general(spec, operation, "multipart-without-file")
        optional = any(p.kind == "file" and not p.required for p in operation.parameters)
        if ids and optional:
            yield _case(operation, ids)


@each(_without_files)
def test_parts_without_a_file_are_taken(helpdesk: Helpdesk, operation: Operation) -> None:
    draft = replace(good_to_send(helpdesk, operation).with_options(multipart=True), uploads=())
    what = "parameters as parts, without a file"
    _accepted(helpdesk, operation, draft, "multipart-without-file", what)


def _by_another_verb(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        ids = general(spec, operation, "other-verb", operation.method)
        if ids and operation.effect in ("none", "read", "update") and not _takes_files(operation):
            yield _case(operation, ids)


@each(_by_another_verb)
def test_the_other_verb_is_served_too(helpdesk: Helpdesk, operation: Operation) -> None:
    draft = good_to_send(helpdesk, operation)
    other = draft.sent_by(_OTHER[operation.method], operation.effect)
    _accepted(helpdesk, operation, other, "other-verb", f"the verb {other.method}")


def good_to_send(helpdesk: Helpdesk, operation: Operation) -> Draft:
    """A good request of an operation that is known to serve it, drafted after that was seen: the
    object of the first may be gone. Raises PrerequisiteBroken where it is refused."""
    good = helpdesk.good(operation.id)
    answered(good)
    if not good.succeeded:
        raise PrerequisiteBroken(f"{operation.id} refuses its good request too")
    return helpdesk.draft(operation.id)


def _takes_files(operation: Operation) -> bool:
    return any(parameter.kind == "file" for parameter in operation.parameters)


def _accepted(
    helpdesk: Helpdesk, operation: Operation, draft: Draft, aspect: str, what: str
) -> None:
    """Judge that a request is served."""
    response = answered(helpdesk.send(draft))
    if not 200 <= response.status < 300:
        ids = general(helpdesk.spec, operation, aspect, operation.method)
        got = f"{response.status} {response.reason}"
        violate("status line", f"success with {what}", got, *ids)
