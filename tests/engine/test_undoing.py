"""What a run switches off is switched on again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from conformance.engine.draft import Draft
from conformance.engine.exchange import Exchange, Request, Response
from conformance.engine.spec import Operation, Spec
from conformance.engine.undoing import Undoing


@pytest.fixture
def closing(spec: Spec) -> Operation:
    """An operation that `getShelf` undoes."""
    return replace(spec["getShelf"], id="closeShelf", extra={"x-undone-by": "getShelf"})


def sent(operation: Operation, spec: Spec, status: int | None, **fields: Any) -> tuple[Any, Draft]:
    draft = Draft(operation).having(fields)
    response = None if status is None else Response(status, "", (), b"")
    request = Request("POST", "http://library.invalid")
    return Exchange("1", "behaviour", request, response, None, 0.1, spec, operation), draft


def pending(undoing: Undoing) -> list[tuple[str, Mapping[str, Any]]]:
    return [(draft.operation.id, draft.sent) for draft in undoing.pending()]


@pytest.mark.parametrize("status", [200, None])
def test_what_was_or_may_have_been_switched_off_is_to_be_undone(
    spec: Spec, closing: Operation, status: int | None
) -> None:
    undoing = Undoing(spec)
    undoing.note(*sent(closing, spec, status, id=5))
    assert pending(undoing) == [("getShelf", {"id": "5"})]


def test_what_was_refused_needs_no_undoing(spec: Spec, closing: Operation) -> None:
    undoing = Undoing(spec)
    undoing.note(*sent(closing, spec, 403, id=5))
    assert pending(undoing) == []


def test_what_was_undone_with_the_same_values_is_done_with(spec: Spec, closing: Operation) -> None:
    undoing = Undoing(spec)
    for number in (5, 6):
        undoing.note(*sent(closing, spec, 200, id=number))
    undoing.note(*sent(spec["getShelf"], spec, 200, id=5))
    undoing.note(*sent(spec["getShelf"], spec, 500, id=6))
    assert pending(undoing) == [("getShelf", {"id": "6"})]


def test_what_is_left_is_undone_at_the_end(desk: Any, closing: Operation) -> None:
    desk.helpdesk.send(Draft(closing).having({"id": 7}))
    before = len(desk.sent)
    desk.helpdesk.clean_up()
    assert desk.sent[before:] == ["GET /Shelf/7"]
