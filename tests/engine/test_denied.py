"""A role that is refused although the documents do not say that it needs more."""

from dataclasses import replace

import pytest

from conformance.engine.errors import Skipped
from conformance.engine.exchange import Exchange, Request, Response, answered, served
from conformance.engine.spec import Need, Operation, Spec

ROLES = ("user", "administrator")


def refused(spec: Spec, role: str, status: int = 403, need: Need | None = None) -> Exchange:
    known = Spec({**spec.document, "x-roles": ROLES}, spec.registry)
    operation: Operation = replace(known["getShelf"], need=need)
    response = Response(status, "", (), b"")
    request = Request("GET", "http://library.invalid/Shelf/1")
    return Exchange(
        "1", "good", request, response, None, 0.1, known, operation, role=role, stands_in=bool(role)
    )


def test_a_lesser_role_that_is_refused_says_nothing_about_the_server(spec: Spec) -> None:
    with pytest.raises(Skipped, match="needs a greater role: getShelf is refused to a user"):
        answered(refused(spec, "user"))
    with pytest.raises(Skipped):
        served(refused(spec, "user"))


@pytest.mark.parametrize(
    ("role", "status", "need"),
    [
        ("administrator", 403, None),
        ("", 403, None),
        ("user", 400, None),
        ("user", 200, None),
        ("user", 403, Need("user", ("LIB-001",))),
    ],
)
def test_every_other_answer_is_judged(
    spec: Spec, role: str, status: int, need: Need | None
) -> None:
    exchange = refused(spec, role, status, need)
    assert answered(exchange) is exchange.response


def test_a_role_that_was_named_is_judged(spec: Spec) -> None:
    exchange = replace(refused(spec, "user"), stands_in=False)
    assert answered(exchange) is exchange.response
