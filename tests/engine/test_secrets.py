"""Secrets: what never prints, and how everything written is cleared of them."""

import base64
import html
import io
import json
import logging
import random
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_plus

import pytest

from conformance.engine.secrets import RedactingFilter, Redactor, Secret

SIGNATURE = "pEx4+3hT/9Q0VJ1cc2Zpb1A8a+Yd7c/1WJk0tZ1vP9s="
KEY = "8cd9bd6c-40bb-86c4-9d0c-1f5c1e6d8f55"
PHRASE = """tr0ub4dor & "3" <ä€> \\ it's/x"""
SHORT = "p+/="
SECRETS = {"signature": SIGNATURE, "key": KEY, "phrase": PHRASE, "short": SHORT}


def doubled(value: str) -> str:
    return quote(quote(value, safe=""), safe="")


def small(value: str) -> str:
    return "".join(f"%{byte:02x}" if chr(byte) in "+/=& " else chr(byte) for byte in value.encode())


FORMS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "percent-encoded": lambda v: quote(v, safe=""),
    "percent-encoded but for slashes": quote,
    "form-encoded": quote_plus,
    "encoded twice": doubled,
    "escaped in markup": html.escape,
    "escaped in text of markup": lambda v: html.escape(v, quote=False),
    "in JSON": lambda v: json.dumps(v)[1:-1],
    "in JSON of letters as they are": lambda v: json.dumps(v, ensure_ascii=False)[1:-1],
    "in JSON with escaped slashes": lambda v: json.dumps(v)[1:-1].replace("/", "\\/"),
    "in a literal": lambda v: repr(v)[1:-1],
    "in a literal of bytes": lambda v: repr(v.encode())[2:-1],
}
PLACES = {
    "alone": "{}",
    "in an address": "https://desk.example.com/api?e=/Base&signature={}&salt=abc",
    "at the end of an address": "GET /api?salt=abc&signature={}",
    "in a path of its own": "/reset/{}/now",
    "within an encoded address": "next=%2Fapi%3Fsignature%3D{}%26salt%3Dabc",
    "in an element": "<signature>{}</signature>",
    "in an attribute": '<a href="x?s={}"/>',
    "in JSON": '{{"signature": "{}", "id": 5}}',
    "in a literal": "params={{'signature': '{}'}}",
    "in a list of words": "bad:{};worse,{}.",
    "beside letters": "abc{}xyz",
}


# Redacting ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_replaced_in_every_form_at_every_place(
    secret: str, form: str, place: str
) -> None:
    value = SECRETS[secret]
    redactor = Redactor()
    name = redactor.add(value, "token")
    text = PLACES[place].replace("{}", "\0").replace("{{", "{").replace("}}", "}")
    assert redactor.redact(text.replace("\0", FORMS[form](value))) == text.replace("\0", name)


def test_a_small_letter_escape_is_replaced() -> None:
    redactor = Redactor()
    name = redactor.add(SIGNATURE, "signature")
    assert redactor.redact(f"signature={small(SIGNATURE)}&x") == f"signature={name}&x"


def test_a_signature_without_its_padding_is_replaced() -> None:
    redactor = Redactor()
    name = redactor.add(SIGNATURE, "signature")
    assert redactor.redact(f"({SIGNATURE.rstrip('=')})") == f"({name})"


def test_the_same_secret_always_gets_the_same_name() -> None:
    redactor = Redactor()
    assert redactor.add(SIGNATURE, "signature") == redactor.add(SIGNATURE, "token")


def test_different_secrets_of_a_kind_get_different_names() -> None:
    redactor = Redactor()
    names = [redactor.add(f"secret number {n}", "token") for n in range(3)]
    assert names == ["«token-1»", "«token-2»", "«token-3»"]


def test_kinds_are_counted_apart() -> None:
    redactor = Redactor()
    redactor.add("one", "token")
    assert redactor.add("two", "password") == "«password-1»"


def test_nothing_is_no_secret() -> None:
    redactor = Redactor()
    redactor.add("", "token")
    assert redactor.redact("as it was") == "as it was"


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ("salt", "salted-caramel"),
        ("abcdefghij0123456789", "xxabcdefghij0123456789yy"),
        ("secretly", "secretly-longer-than-sixteen"),
        ("caramel", "salted caramel and more of it"),
    ],
)
def test_of_two_secrets_where_one_holds_the_other_the_longer_is_seen(
    inner: str, outer: str, order: int
) -> None:
    redactor = Redactor()
    for value in (inner, outer) if order else (outer, inner):
        redactor.add(value, "outer" if value == outer else "inner")
    assert redactor.redact(f"{outer}|{inner}") == "«outer-1»|«inner-1»"


def test_overlapping_secrets_leave_no_whole_one() -> None:
    redactor = Redactor()
    redactor.add("abcdefghijklmnopqrst", "one")
    redactor.add("klmnopqrstuvwxyz0123", "two")
    assert redactor.redact("abcdefghijklmnopqrstuvwxyz0123") == "«one-1»uvwxyz0123"


@pytest.mark.parametrize("value", ["t", "1", "token", "-"])
def test_a_secret_that_is_a_part_of_a_name_leaves_the_name_whole(value: str) -> None:
    redactor = Redactor()
    redactor.add(KEY, "token")
    redactor.add(value, "other")
    assert redactor.redact(f"x{KEY}x") == "x«token-1»x"


def test_redacting_twice_changes_nothing_more() -> None:
    redactor = Redactor()
    redactor.add("token", "token")
    once = redactor.redact("a token")
    assert redactor.redact(once) == once


def test_the_shortest_secret_is_replaced_too() -> None:
    redactor = Redactor()
    redactor.add("7", "pin")
    assert redactor.redact("pin 7!") == "pin «pin-1»!"


def test_a_text_without_secrets_stays_as_it_is() -> None:
    redactor = Redactor()
    redactor.add(SIGNATURE, "signature")
    text = f"<a b='{SIGNATURE[:-2]}'>{SIGNATURE[1:]} {SIGNATURE.lower()}</a>"
    assert redactor.redact(text) == text


def test_each_of_thousands_of_signatures_is_found_in_a_long_text() -> None:
    chance = random.Random(5)
    redactor = Redactor()
    values = [base64.b64encode(chance.randbytes(32)).decode() for _ in range(3000)]
    names = [redactor.add(value, "signature") for value in values]
    text = "&".join(f"signature={quote_plus(value)}" for value in values)
    assert redactor.redact(text) == "&".join(f"signature={name}" for name in names)


def test_a_long_text_of_one_word_is_read_through() -> None:
    redactor = Redactor()
    name = redactor.add(SIGNATURE, "signature")
    filler = base64.b64encode(random.Random(6).randbytes(300_000)).decode()
    assert redactor.redact(filler + SIGNATURE + filler) == filler + name + filler


# The type -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{!r}".format, ascii])
def test_a_secret_never_prints(show: Callable[[Secret], str]) -> None:
    assert "hunter2" not in show(Secret("hunter2"))


def test_a_secret_in_a_collection_never_prints() -> None:
    assert "hunter2" not in repr({"password": [Secret("hunter2")]})


def test_a_secret_is_known_by_its_text() -> None:
    assert (Secret("a"), hash(Secret("a"))) == (Secret("a"), hash(Secret("a")))


def test_secrets_of_other_texts_differ() -> None:
    assert Secret("a") != Secret("b")


def test_a_secret_is_no_text() -> None:
    assert Secret("a") != "a"


def test_a_secret_is_revealed_on_request() -> None:
    assert Secret("hunter2").reveal() == "hunter2"


# Logs ---------------------------------------------------------------------------------------------


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger with the filter, and what its handler writes."""
    redactor = Redactor()
    redactor.add("hunter2", "password")
    written = io.StringIO()
    logger = logging.Logger("wire", logging.DEBUG)
    logger.addHandler(logging.StreamHandler(written))
    logger.addFilter(RedactingFilter(redactor))
    yield logger, written
    written.close()


def test_a_log_record_is_cleared_of_secrets_in_its_words(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, written = log
    logger.debug("login with hunter2")
    assert written.getvalue() == "login with «password-1»\n"


def test_a_log_record_is_cleared_of_secrets_in_its_values(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, written = log
    logger.debug('%s "%s %s" %d', "http://desk:80", "GET", "/api?password=hunter2", 200)
    assert written.getvalue() == 'http://desk:80 "GET /api?password=«password-1»" 200\n'


def test_a_log_record_is_cleared_of_secrets_in_its_traceback(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, written = log
    try:
        raise ValueError("hunter2 is wrong")
    except ValueError:
        logger.exception("failed")
    assert "hunter2" not in written.getvalue()


def test_the_wire_log_of_the_http_library_is_cleared_of_secrets(
    caplog: pytest.LogCaptureFixture,
) -> None:
    redactor = Redactor()
    redactor.add(SIGNATURE, "signature")
    logger = logging.getLogger("urllib3.connectionpool")
    clearing = RedactingFilter(redactor)
    logger.addFilter(clearing)
    try:
        with caplog.at_level(logging.DEBUG, logger.name):
            logger.debug('%s://%s:%s "%s %s %s" %s %s', "http", "desk", 80, "GET",
                         f"/api?signature={quote_plus(SIGNATURE)}", "HTTP/1.1", 200, 5)  # fmt: skip
    finally:
        logger.removeFilter(clearing)
    assert caplog.messages == ['http://desk:80 "GET /api?signature=«signature-1» HTTP/1.1" 200 5']
