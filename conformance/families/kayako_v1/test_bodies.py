"""How parameters are written into a body (chapters "Request" and "Data Types")."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge
from conformance.engine.exchange import served
from conformance.engine.matchers import equal_to
from conformance.engine.shared import once, readable
from conformance.families.kayako_v1.asking import (
    BODIES,
    FORM,
    anonymous,
    in_any_form,
    item_of,
    name_to_show,
    nameless,
    readable_body,
    showing,
    taken,
    with_raw_form,
    with_texts,
)

_LETTERS = "Çağrı Grüße Привет 日本"
_BOUNDARY = "edge-of-parts"
#: Every parameter of a test but its name.
_VALUES: Mapping[str, Any] = {
    "array_items": [4, 5, 6],
    "is_boolean": "true",
    "float_number": "2.5",
    "integer_number": "42",
    "option": "BAR",
    "binary_data": "aGVscA==",
}
#: What differs from one test to the next although both were made of the same parameters.
_OWN = ("id", "updated_at", "resource_url")
#: The statement on each way to write a body.
_WAYS = {"form": "KV-BODY-001", "json": "KV-BODY-002", "multipart": "KV-BODY-003"}


# Three kinds of body ----------------------------------------------------------------------------


@covers("KV-REQ-007", "KV-TEST-033", *_WAYS.values())
@pytest.mark.parametrize("body", BODIES)
def test_a_body_is_read_as_its_content_type_says(helpdesk: Helpdesk, body: str) -> None:
    ids = ("KV-REQ-007", "KV-TEST-033", _WAYS[body])
    name = name_to_show(helpdesk)
    exchange = helpdesk.send(nameless(helpdesk, name=name).with_options(body=body))
    if taken(exchange, *ids):
        expect(showing(exchange), *ids).item("name", equal_to(name))


@covers("KV-BODY-002")
def test_json_is_read_from_a_put(helpdesk: Helpdesk) -> None:
    name = name_to_show(helpdesk)
    draft = anonymous(helpdesk, "updateTest", name=name).with_options(body="json")
    if taken(exchange := helpdesk.send(draft)):
        expect(showing(exchange)).item("name", equal_to(name))


def _made_of(helpdesk: Helpdesk, body: str) -> Exchange:
    """A test made of all parameters in one kind of body; those of a run have the same name."""

    def make() -> Exchange:
        values = {"name": f"{helpdesk.chance.mark} same", **_VALUES}
        return helpdesk.send(nameless(helpdesk, **values).with_options(body=body))

    return once(helpdesk, f"test made of {body}", make)


@covers("KV-BODY-006")
@pytest.mark.parametrize("body", ["json", "multipart"])
def test_the_kind_of_body_does_not_matter(helpdesk: Helpdesk, body: str) -> None:
    plain = _lasting(readable(_made_of(helpdesk, "form")))
    if taken(exchange := _made_of(helpdesk, body)):
        judge(_lasting(exchange), equal_to(plain), "/data")


def _lasting(exchange: Exchange) -> dict[str, Any]:
    return {name: value for name, value in item_of(exchange).items() if name not in _OWN}


# What is written into one -----------------------------------------------------------------------


@covers("KV-BODY-001")
def test_a_form_is_decoded(helpdesk: Helpdesk) -> None:
    word = name_to_show(helpdesk).replace(" ", "-")
    exchange = helpdesk.send(
        with_raw_form(anonymous(helpdesk, "createTest"), f"name={word}+b%26c%2B&is_boolean=true")
    )
    if taken(exchange):
        expect(showing(exchange)).item("name", equal_to(f"{word} b&c+")).item(
            "is_boolean", in_any_form("true")
        )


@covers("KV-BODY-001")
def test_letters_of_a_form_are_those_of_unicode(helpdesk: Helpdesk) -> None:
    name = f"{name_to_show(helpdesk)} {_LETTERS}"
    exchange = helpdesk.send(nameless(helpdesk, name=name).with_options(body="form"))
    if taken(exchange):
        expect(showing(exchange)).item("name", equal_to(name))


@covers("KV-BODY-003")
@pytest.mark.parametrize("boundary", [_BOUNDARY, f'"{_BOUNDARY}"'], ids=["bare", "quoted"])
def test_the_boundary_of_parts_may_be_quoted(helpdesk: Helpdesk, boundary: str) -> None:
    name = name_to_show(helpdesk)
    part = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="name"\r\n\r\n{name}\r\n'
    draft = with_raw_form(
        anonymous(helpdesk, "createTest"),
        f"{part}--{_BOUNDARY}--\r\n",
        f"multipart/form-data; boundary={boundary}",
    )
    if taken(exchange := helpdesk.send(draft)):
        expect(showing(exchange)).item("name", equal_to(name))


@covers("KV-BODY-005")
@pytest.mark.parametrize(
    "options",
    [{"body": "json"}, {"lists": "brackets"}, {"lists": "commas"}],
    ids=["json", "brackets", "commas"],
)
def test_a_list_may_be_written_in_three_ways(
    helpdesk: Helpdesk, options: Mapping[str, Any]
) -> None:
    readable_body(helpdesk, options.get("body", "form"))
    draft = anonymous(helpdesk, "createTest", array_items=[7, 8]).with_options(**options)
    if taken(exchange := helpdesk.send(draft)):
        expect(showing(exchange)).item("array_items", with_texts([7, 8]))


@covers("KV-BODY-007")
@pytest.mark.parametrize(
    ("media", "text"),
    [("application/json", '{"name":'), ("multipart/form-data", "--x\r\n\r\n--x--\r\n")],
    ids=["broken-json", "no-boundary"],
)
def test_a_body_that_cannot_be_read_is_refused(helpdesk: Helpdesk, media: str, text: str) -> None:
    draft = with_raw_form(anonymous(helpdesk, "createTest"), text, media)
    exchange = helpdesk.send(draft, "negative")
    expect(served(exchange)).status(400)


@covers("KV-BODY-008")
def test_an_empty_pair_is_nothing(helpdesk: Helpdesk) -> None:
    readable_body(helpdesk, "form")
    word = name_to_show(helpdesk).replace(" ", "-")
    draft = with_raw_form(anonymous(helpdesk, "createTest"), f"name={word}&&is_boolean=true")
    if taken(exchange := helpdesk.send(draft)):
        expect(showing(exchange)).item("name", equal_to(word)).item(
            "is_boolean", in_any_form("true")
        )


@covers("KV-BODY-009")
@pytest.mark.parametrize("media", ["application/json", FORM])
def test_the_charset_of_a_body_may_be_named(helpdesk: Helpdesk, media: str) -> None:
    readable_body(helpdesk, "form" if media == FORM else "json")
    name = f"{name_to_show(helpdesk)} {_LETTERS}"
    text = f'{{"name": "{name}"}}' if media != FORM else urlencode({"name": name})
    draft = with_raw_form(anonymous(helpdesk, "createTest"), text, f"{media}; charset=utf-8")
    if taken(exchange := helpdesk.send(draft)):
        expect(showing(exchange)).item("name", equal_to(name))
