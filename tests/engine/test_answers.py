"""Reading a response by the documented payload of its operation."""

from typing import Any

import pytest

from conformance.engine.answer import Answer, pointer, read_answer
from conformance.engine.exchange import Exchange, Request, Response
from conformance.engine.spec import Spec, load_spec

BODY = (
    b'<?xml version="1.0"?><shelves><shelf><id>1</id><title>A</title></shelf>'
    b"<shelf><id>2</id><title>B</title></shelf></shelves>"
)


def answer(spec: Spec, body: bytes, status: int = 200, **more: Any) -> Answer:
    return read_answer(spec, spec["listShelves"], Response(status, "", (), body, **more))


def of_json(schema: dict[str, Any], body: bytes) -> Answer:
    """A JSON answer, by an operation of a small catalogue."""
    entry = {
        "operationId": "list",
        "x-effect": "read",
        "responses": {"200": {"content": {"application/json": {"schema": schema}}}},
    }
    document = {"info": {"title": ""}, "x-family": "any", "paths": {"/x": {"get": entry}}}
    spec = Spec(document, load_spec("kayako-classic").registry)
    return read_answer(spec, spec["list"], Response(200, "", (), body))


def test_the_items_of_a_list_are_read(spec: Spec) -> None:
    assert [dict(item) for item in answer(spec, BODY).items] == [
        {"id": 1, "title": "A"},
        {"id": 2, "title": "B"},
    ]


def test_the_root_is_told(spec: Spec) -> None:
    assert answer(spec, BODY).root == "shelves"


def test_an_item_knows_where_it_stands(spec: Spec) -> None:
    item = answer(spec, BODY).items[1]
    assert (item.where(), item.where("id")) == ("/shelves/shelf[2]", "/shelves/shelf[2]/id")


def test_there_is_no_only_item_among_two(spec: Spec) -> None:
    assert answer(spec, BODY).item is None


def test_the_only_item_is_told(spec: Spec) -> None:
    found = answer(spec, b"<shelves><shelf><id>3</id></shelf></shelves>").item
    assert found is not None
    assert found["id"] == 3


def test_an_empty_list_has_no_items(spec: Spec) -> None:
    found = answer(spec, b"<shelves/>")
    assert (found.items, found.item, found.problem) == ((), None, None)


@pytest.mark.parametrize(
    ("members", "number"),
    [
        ({"id": 2}, 2),
        ({"id": "2"}, 2),
        ({"title": "A"}, 1),
        ({"id": 2, "title": "B"}, 2),
        ({"id": 1, "title": "B"}, None),
        ({"id": 3}, None),
        ({"colour": "red"}, None),
    ],
)
def test_an_item_is_found_by_its_members(spec: Spec, members: Any, number: int | None) -> None:
    found = answer(spec, BODY).find(**members)
    assert (found and found["id"]) == number


def test_undocumented_members_and_text_before_the_prolog_are_noted(spec: Spec) -> None:
    body = b'oops<?xml version="1.0"?><shelves><shelf><hue/></shelf><shelf><hue/></shelf></shelves>'
    assert answer(spec, body).notes == (
        "undocumented member hue",
        "text stands before the XML prolog",
    )


def test_every_name_of_a_document_is_known(spec: Spec) -> None:
    body = b"<shelves><!-- c --><shelf no_de='1'><my_id/></shelf></shelves>"
    assert answer(spec, body).names == {"shelves", "shelf", "no_de", "my_id"}


def test_an_empty_body_is_called_so(spec: Spec) -> None:
    assert answer(spec, b" \n").problem == "an empty body"


def test_a_page_of_html_is_no_answer(spec: Spec) -> None:
    problem = answer(spec, b"<!DOCTYPE html><html><body><br></body></html>").problem
    assert problem is not None
    assert problem.startswith("not well-formed XML: ")


def test_a_body_cut_by_the_transport_is_no_answer(spec: Spec) -> None:
    assert answer(spec, BODY, truncated=True).problem == "the body is longer than the suite reads"


@pytest.mark.parametrize("status", [199, 301, 400, 401, 404, 500])
def test_the_body_of_an_answer_without_success_is_text(spec: Spec, status: int) -> None:
    found = answer(spec, "Ungültig".encode(), status)
    assert (found.media, found.value, found.problem) == ("text", "Ungültig", None)


@pytest.mark.parametrize("status", [200, 201, 299])
def test_every_success_is_read_by_the_documented_payload(spec: Spec, status: int) -> None:
    assert len(answer(spec, BODY, status).items) == 2


def test_an_operation_without_payload_has_nothing_to_read() -> None:
    classic = load_spec("kayako-classic")
    found = read_answer(classic, classic["deleteDepartment"], Response(200, "", (), b"<x/>"))
    assert (found.media, found.value, found.problem) == ("none", None, None)


def test_no_response_has_nothing_to_read(spec: Spec) -> None:
    assert read_answer(spec, spec["listShelves"], None).media == "none"


def test_text_is_taken_as_it_is() -> None:
    classic = load_spec("kayako-classic")
    found = read_answer(classic, classic["probeTestList"], Response(200, "", (), b"\xff ok"))
    assert (found.media, found.value) == ("text", "� ok")


# JSON ---------------------------------------------------------------------------------------------


def test_a_json_list_is_read() -> None:
    found = of_json({"type": "array"}, b'[{"id": 1}, "odd", {"id": 2}]')
    assert [(item["id"], item.where("id")) for item in found.items] == [(1, "/0/id"), (2, "/2/id")]


def test_a_json_envelope_is_read() -> None:
    schema = {"properties": {"status": {"type": "integer"}, "data": {"type": "array"}}}
    found = of_json(schema, b'{"status": 200, "data": [{"id": 1}]}')
    assert [item.where() for item in found.items] == ["/data/0"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"<x/>",
        b"'a'",
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b'"\xff"',
        b"[" * 100_000,
        b"9" * 10_000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_it_is_no_json(body: bytes) -> None:
    problem = of_json({}, body).problem
    assert problem is not None
    assert problem.startswith("not JSON: ")


def test_an_empty_body_is_no_json() -> None:
    assert of_json({}, b"").problem == "an empty body"


@pytest.mark.parametrize(
    ("path", "text"),
    [((), "/"), (("a", 0, "b"), "/a/0/b"), (("a/b", "c~d"), "/a~1b/c~0d")],
)
def test_a_place_in_json_is_told_as_a_pointer(path: tuple[str | int, ...], text: str) -> None:
    assert pointer(path) == text


# Exchanges ----------------------------------------------------------------------------------------


def exchange(spec: Spec, response: Response | None) -> Exchange:
    request = Request("GET", "http://desk/api?apikey=hidden", body=b"password=hidden")
    return Exchange("1", "good", request, response, None, 0.1, spec, spec["listShelves"])


def test_an_exchange_prints_without_query_and_body(spec: Spec) -> None:
    assert "hidden" not in repr(exchange(spec, Response(200, "OK", (), b"hidden")))


@pytest.mark.parametrize(
    ("status", "success"), [(199, False), (200, True), (299, True), (300, False)]
)
def test_success_is_a_status_of_the_two_hundreds(spec: Spec, status: int, success: bool) -> None:
    assert exchange(spec, Response(status, "", (), b"")).succeeded is success


def test_no_answer_is_no_success(spec: Spec) -> None:
    assert (exchange(spec, None).succeeded, exchange(spec, None).status) == (False, None)


def test_a_header_is_found_in_any_letter_case() -> None:
    response = Response(200, "", (("X-One", "a"), ("x-one", "b")), b"")
    assert (response.header("x-ONE"), response.header("X-Two")) == ("a", None)
