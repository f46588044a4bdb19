"""Texts from a server made fit for people."""

import json

import pytest

from conformance.report.text import counted, duration, indented, one_line, visible
from conformance.report.transcript import BODY_LIMIT, transcript


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ü 漢 🎫", "plain ü 漢 🎫"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("a\rb", "a\\x0db"),
        ("\x00\x1b\x7f\x85", "\\x00\\x1b\\x7f\\x85"),
        ("\u202e\u200b\ufeff", "\\u202e\\u200b\\ufeff"),
        (b"\xff".decode("utf-8", "surrogateescape"), "\\udcff"),
    ],
)
def test_invisible_characters_are_shown(text, shown):
    assert visible(text) == shown
    assert visible(shown) == shown


def test_one_line_is_one_line_of_bounded_length():
    assert one_line("a\nb\tc") == "a\\nb\\tc"
    assert len(one_line("x" * 500, 20)) == 20


def test_xml_on_one_line_is_broken_into_lines():
    body = "<departments>" + "<department><id>1</id><note/></department>" * 3 + "</departments>"
    lines = indented(body).split("\n")
    assert lines[:5] == [
        "<departments>",
        "  <department>",
        "    <id>1</id>",
        "    <note/>",
        "  </department>",
    ]
    assert lines[-1] == "</departments>"


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(
            {"text": 'a "quoted", {braced} [thing]', "n": [1, 2.50, 1e3], "o": {}} | {"p": "q" * 90}
        ),
        '{"a": 1, "a": 2, "unclosed": "' + "x" * 120,
        "<a>" + "<b></c>" * 20 + "<d",
    ],
)
def test_indenting_adds_white_space_and_nothing_else(body):
    assert "".join(indented(body).split()) == "".join(body.split())


@pytest.mark.parametrize("body", ["short", "<a/>", "x" * 500, '{"a":\n' + "1" * 200 + "}"])
def test_nothing_is_indented_without_gain(body):
    assert indented(body) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0421, "42 ms"), (1.24, "1.2 s"), (205, "3 min 25 s"), (7449, "2 h 4 min")],
)
def test_durations_have_the_unit_that_fits(seconds, words):
    assert duration(seconds) == words


def test_counting():
    assert counted(1, "check") == "1 check"
    assert counted(0, "check") == "0 checks"
    assert counted(2, "oddity", "oddities") == "2 oddities"


def test_a_transcript_reads_like_the_wire(make_exchange):
    view = transcript(make_exchange("x1", "createDepartment"))
    assert view.request.startswith("POST https://desk.example.com/api/index.php?e=/Base/Department")
    assert view.request.endswith("\nAccept: */*\nHost: desk.example.com")
    assert view.request_body.text == "title=Quality%20Desk&type=public"
    assert view.response.startswith("HTTP 200 OK\nContent-Type: text/xml")
    assert view.error == ""


def test_a_long_body_is_cut_and_says_so(make_exchange):
    body = "é" * (BODY_LIMIT + 10)
    view = transcript(make_exchange("x1", None, response={"body": body}))
    assert view.response_body.text == "é" * BODY_LIMIT
    assert view.response_body.missing == "10 more characters"
    assert view.response_body.folded


def test_a_body_cut_by_the_run_says_so(make_exchange):
    cut = {"body": "<a>", "truncated": True, "size": 70000}
    view = transcript(make_exchange("x1", None, response=cut))
    assert view.response_body.missing == "the rest of 70000 bytes"


def test_a_lost_response_says_why(make_exchange):
    view = transcript({**make_exchange("x1", None, error="timed out"), "response": None})
    assert view.response is None
    assert view.error == "timed out"
