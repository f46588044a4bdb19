"""From an exchange to the object it is about, where ids stand in unusual places."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.engine.answer import read_answer
from conformance.engine.draft import Draft, Upload
from conformance.engine.exchange import Exchange, Request, Response
from conformance.engine.journal import Made
from conformance.engine.objects import made_in, pointed_at, removing, targets_of
from conformance.engine.spec import Aim, Creation, Operation, Spec

NUMBER = {"type": "integer"}


def answering(operation: Operation, media: str, schema: Any) -> Operation:
    return replace(operation, responses={"200": {"content": {media: {"schema": schema}}}})


def made(spec: Spec, operation: Operation, body: bytes) -> Made:
    request = Request("POST", "http://library.invalid")
    response = Response(200, "", (), body)
    sent = {"title": "hcmark", "shelfid": "3"}
    exchange = Exchange("1", "good", request, response, None, 0.1, spec, operation, sent)
    return made_in(operation, exchange, "hcmark")


@pytest.mark.parametrize("body", [b"17", b" 17\r\n", b'"17"', b"+17"])
def test_a_bare_number_is_the_id(spec: Spec, body: bytes) -> None:
    creating = replace(spec["createShelf"], creates=Creation("shelf", None, None, ""))
    assert made(spec, answering(creating, "text/plain", NUMBER), body).id == "17"


@pytest.mark.parametrize("body", [b"", b"none", b"1.5", b"1 2", b"<html>"])
def test_what_is_no_number_is_no_id(spec: Spec, body: bytes) -> None:
    creating = answering(spec["createShelf"], "text/plain", NUMBER)
    answer = read_answer(spec, creating, Response(200, "", (), body))
    assert isinstance(answer.value, str)


def test_an_id_stands_where_the_pointer_says(spec: Spec) -> None:
    creating = replace(spec["createShelf"], creates=Creation("shelf", None, None, "/new/key"))
    found = made(spec, answering(creating, "application/json", {}), b'{"new": {"key": 4}}')
    assert found.id == "4"


@pytest.mark.parametrize("value", [None, 5, [1], {"new": 5}, {"new": {}}])
def test_a_pointer_into_nothing_finds_nothing(value: Any) -> None:
    assert pointed_at(value, "/new/key") is None


def test_an_object_within_another_is_named_by_the_aim_of_the_call(spec: Spec) -> None:
    creating = replace(
        spec["createShelf"], creates=Creation("book", None, "shelf"), aim=Aim("shelf", "shelfid")
    )
    assert made(spec, answering(creating, "application/json", {}), b"{}").within == ("shelf", "3")


def test_a_call_aims_at_what_its_declared_parameter_names(spec: Spec) -> None:
    aiming = replace(spec["getShelf"], aim=Aim("shelf", "key"))
    draft = Draft(aiming).having({"id": 1, "key": 2})
    assert targets_of(aiming, draft) == ("shelf", ("2",))
    getting = spec["getShelf"]
    assert targets_of(getting, Draft(getting).having({"id": 1})) == ("shelf", ("1",))


def test_a_call_may_aim_at_several_objects(spec: Spec) -> None:
    aiming = replace(spec["getShelf"], aim=Aim("shelf", "ids"))
    draft = Draft(aiming).having({"ids": [1, 2]})
    assert targets_of(aiming, draft) == ("shelf", ("1", "2"))


def test_an_object_is_removed_by_the_parameter_that_the_remover_aims_with(spec: Spec) -> None:
    remover = replace(spec["getShelf"], aim=Aim("shelf", "key"), parameters=())
    found = Made("shelf", {"id": 9}, None)  # type: ignore[arg-type]
    draft, unknown = removing(remover, found)
    assert (draft.sent, unknown) == ({"key": "9"}, [])
    assert removing(remover, Made("shelf", {}, None))[1] == ["id"]  # type: ignore[arg-type]


def test_a_file_counts_as_sent_under_its_name(spec: Spec) -> None:
    draft = Draft(spec["createShelf"]).with_upload(Upload("file", "a.txt", b"x"))
    assert draft.sent == {"file": "a.txt"}
    assert draft.without("file").uploads == ()
