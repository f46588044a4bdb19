"""Every operation: the members of the answer, and what all answers of the family have in common."""

from collections.abc import Iterator

from conformance.contract.cases import general, once
from conformance.contract.test_answers import answered_well
from conformance.engine import CheckCase, Helpdesk, each
from conformance.engine.case import current
from conformance.engine.judging import judge_members, member_ids
from conformance.engine.spec import Operation, Spec
from conformance.engine.verdicts import Violation
from conformance.families import adapters


def _with_members(spec: Spec) -> Iterator[CheckCase]:
    for operation in spec:
        ids = member_ids(spec, operation)
        if ids:
            yield CheckCase(operation.id, operation.id, ids, {"operation": operation})


@each(_with_members)
def test_the_members_are_as_promised(helpdesk: Helpdesk, operation: Operation) -> None:
    current().report(judge_members(answered_well(helpdesk, operation)))


def _enveloped(spec: Spec) -> Iterator[CheckCase]:
    aspects = adapters()[spec.family].envelope_aspects
    for operation in spec:
        ids = once(i for aspect in aspects for i in general(spec, operation, aspect))
        if ids and operation.payload:
            yield CheckCase(operation.id, operation.id, ids, {"operation": operation})


@each(_enveloped)
def test_the_envelope_is_as_promised(helpdesk: Helpdesk, operation: Operation) -> None:
    exchange = answered_well(helpdesk, operation)
    for remark in helpdesk.adapter.envelope(exchange):
        for requirement in general(helpdesk.spec, operation, remark.aspect):
            current().report([Violation(requirement, remark.where, remark.promised, remark.got)])
