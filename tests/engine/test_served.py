"""Refusals that say nothing about a request, because its operation refuses the good one too."""

from typing import Any

import pytest

from conformance.engine import expect
from conformance.engine import matchers as m
from conformance.engine.case import Case
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import Exchange, Request, Response, served
from conformance.engine.spec import Spec


def exchanged(spec: Spec, status: int, *, works: bool) -> Exchange:
    response = Response(status, "", (), b"<shelves><shelf><id>1</id></shelf></shelves>")
    request = Request("GET", "http://library.invalid/Shelf/1")
    operation = spec["getShelf"]
    return Exchange(
        "7", "behaviour", request, response, None, 0.1, spec, operation, works=lambda: works
    )


@pytest.mark.parametrize(("status", "works"), [(200, True), (200, False), (404, True), (500, True)])
def test_what_is_answered_or_refused_for_itself_is_judged(
    spec: Spec, status: int, works: bool
) -> None:
    exchange = exchanged(spec, status, works=works)
    assert served(exchange) is exchange


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_refusal_by_an_operation_that_serves_nobody_is_not(spec: Spec, status: int) -> None:
    with pytest.raises(PrerequisiteBroken, match=f"^getShelf answered {status}$"):
        served(exchanged(spec, status, works=False))


SHOWN: dict[str, Any] = {
    "one object": lambda e: e.has_item(),
    "a member": lambda e: e.item("id", m.equal_to(1)),
    "a list": lambda e: e.lists(id=1),
    "what is not there": lambda e: e.lacks(id=2),
    "a count": lambda e: e.count(m.at_least(0)),
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_a_refused_answer_would_show_is_a_violation_where_the_operation_works(
    spec: Spec, case: Case, name: str
) -> None:
    SHOWN[name](expect(exchanged(spec, 500, works=True)))
    assert [violation.promised for violation in case.violations] == ["success"]


@pytest.mark.parametrize("name", SHOWN)
def test_what_a_refused_answer_would_show_is_undecided_where_it_does_not(
    spec: Spec, case: Case, name: str
) -> None:
    with pytest.raises(PrerequisiteBroken, match="getShelf answered 500"):
        SHOWN[name](expect(exchanged(spec, 500, works=False)))
    assert case.violations == []


def test_that_a_request_is_accepted_stays_a_promise_of_its_own(spec: Spec, case: Case) -> None:
    expect(exchanged(spec, 500, works=False)).success()
    assert [violation.promised for violation in case.violations] == ["success"]
