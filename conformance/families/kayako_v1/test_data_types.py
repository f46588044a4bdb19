"""What values of each type look like in a request (chapter "Data Types")."""

import pytest

from conformance.engine import Helpdesk, covers, expect
from conformance.engine.matchers import equal_to
from conformance.families.kayako_v1.asking import (
    BODIES,
    anonymous,
    expect_culprit,
    expect_refusal,
    in_any_form,
    missing_test,
    readable_body,
    showing,
    taken,
)


@covers("KV-DT-004")
@pytest.mark.parametrize("word", ["true", "TRUE", "True", "false", "FALSE", "False", "1", "0"])
def test_a_boolean_is_a_word_in_any_case_or_a_digit(helpdesk: Helpdesk, word: str) -> None:
    draft = anonymous(helpdesk, "createTest", is_boolean=word).with_options(body="form")
    if taken(exchange := helpdesk.send(draft)):
        meant = "true" if word.lower() in ("true", "1") else "false"
        expect(showing(exchange)).item("is_boolean", in_any_form(meant))


@covers("KV-DT-004")
@pytest.mark.parametrize("word", ["TRUE", "True", "1"])
def test_an_argument_takes_a_boolean_likewise(helpdesk: Helpdesk, word: str) -> None:
    draft = missing_test(helpdesk).having(non_existent=word)
    expect(helpdesk.send(draft, "negative")).status(404)


@covers("KV-DT-007")
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(
    ("name", "number"), [("integer_number", -7), ("float_number", -1.5), ("integer_number", 0)]
)
def test_a_number_has_digits_a_sign_and_a_point(
    helpdesk: Helpdesk, name: str, number: float, body: str
) -> None:
    draft = (
        anonymous(helpdesk, "createTest")
        .having({name: number})
        .with_options(body=readable_body(helpdesk, body))
    )
    if taken(exchange := helpdesk.send(draft)):
        expect(showing(exchange)).item(name, equal_to(number))


@covers("KV-DT-005")
@pytest.mark.parametrize("text", ["4pi6", "AP+/", "aGVscA=="])
def test_bytes_travel_as_base64(helpdesk: Helpdesk, text: str) -> None:
    draft = anonymous(helpdesk, "createTest", binary_data=text)
    if taken(exchange := helpdesk.send(draft)):
        expect(showing(exchange)).item("binary_data", equal_to(text))


@covers("KV-DT-008")
@pytest.mark.parametrize("word", ["foo", "Foo", "bar"])
def test_an_option_is_known_in_any_case(helpdesk: Helpdesk, word: str) -> None:
    exchange = helpdesk.send(anonymous(helpdesk, "createTest", option=word))
    if taken(exchange):
        expect(showing(exchange)).item("option", in_any_form(word))


@covers("KV-DT-010", "KV-ERR-006")
@pytest.mark.parametrize("body", BODIES)
def test_another_word_is_no_boolean(helpdesk: Helpdesk, body: str) -> None:
    draft = anonymous(helpdesk, "createTest", is_boolean="maybe").with_options(
        body=readable_body(helpdesk, body)
    )
    exchange = helpdesk.send(draft, "negative")
    if expect_refusal(exchange, 400, "FIELD_INVALID", "KV-DT-010"):
        expect_culprit(exchange, "is_boolean", "KV-ERR-006")


@covers("KV-DT-011", "KV-ERR-006")
@pytest.mark.parametrize("body", BODIES)
def test_a_word_is_no_integer(helpdesk: Helpdesk, body: str) -> None:
    draft = anonymous(helpdesk, "createTest", integer_number="abc").with_options(
        body=readable_body(helpdesk, body)
    )
    exchange = helpdesk.send(draft, "negative")
    if expect_refusal(exchange, 400, "FIELD_INVALID", "KV-DT-011"):
        expect_culprit(exchange, "integer_number", "KV-ERR-006")
