"""XML read by a schema: forms that mean the same, values, what is unknown."""

from typing import Any

import pytest

from conformance.engine.spec import Schema
from conformance.engine.xmlmap import parse_xml, without_encoding
from tests.engine.xml_shelves import INTEGER, TEXT, mapping, read, unknown

# Forms that mean the same -------------------------------------------------------------------------

SAME = {
    "the order of members": (
        "<b><title>T</title><pages>5</pages></b>",
        "<b><pages>5</pages><title>T</title></b>",
    ),
    "blanks between members": ("<b><pages>5</pages></b>", "<b>\n  <pages>5</pages>\n</b>"),
    "blanks around a number": ("<b><pages>5</pages></b>", "<b><pages>\n 5 </pages></b>"),
    "CDATA": ("<b><title>A &amp; B</title></b>", "<b><title><![CDATA[A & B]]></title></b>"),
    "CDATA around a number": ("<b><pages>5</pages></b>", "<b><pages><![CDATA[5]]></pages></b>"),
    "CDATA in pieces": ("<b><title>ab</title></b>", "<b><title>a<![CDATA[b]]></title></b>"),
    "comments between members": ("<b><pages>5</pages></b>", "<b><!-- x --><pages>5</pages></b>"),
    "comments within a value": ("<b><pages>55</pages></b>", "<b><pages>5<!-- x -->5</pages></b>"),
    "instructions": ("<b><pages>5</pages></b>", "<b><?php echo ?><pages>5<?x?></pages></b>"),
    "self-closed elements": ("<b><title></title></b>", "<b><title/></b>"),
    "quotes of attributes": ('<b id="5"/>', "<b id='5'/>"),
    "references to characters": ("<b><title>é</title></b>", "<b><title>&#233;</title></b>"),
    "a prolog": ("<b><pages>5</pages></b>", '<?xml version="1.0"?><b><pages>5</pages></b>'),
    "a byte order mark": ("<b/>", "\ufeff<b/>"),
    "a byte order mark before the prolog": ("<b/>", '\ufeff<?xml version="1.0"?><b/>'),
    "blanks before the prolog": ("<b/>", '\r\n  <?xml version="1.0"?><b/>'),
    "blanks after the end": ("<b/>", "<b/>\n\n"),
    "a sign before a number": ("<b><pages>5</pages></b>", "<b><pages>+5</pages></b>"),
    "zeros before a number": ("<b><pages>5</pages></b>", "<b><pages>005</pages></b>"),
    "the name of the root": ("<b><pages>5</pages></b>", "<c><pages>5</pages></c>"),
    "wrappers in pieces": (
        "<b><tags><tag>1</tag><tag>2</tag></tags></b>",
        "<b><tags><tag>1</tag></tags><tags><tag>2</tag></tags></b>",
    ),
}


@pytest.mark.parametrize("what", SAME)
def test_it_makes_no_difference(what: str) -> None:
    one, other = SAME[what]
    assert read(one) == read(other)


# Values -------------------------------------------------------------------------------------------

VALUES: dict[str, tuple[str, Any]] = {
    "a number": ("<b><pages>5</pages></b>", {"pages": 5}),
    "a number below zero": ("<b><pages>-5</pages></b>", {"pages": -5}),
    "a number beyond 64 bits": (f"<b><pages>{10**20}</pages></b>", {"pages": 10**20}),
    "text for a number": ("<b><pages>five</pages></b>", {"pages": "five"}),
    "a number with a blank inside": ("<b><pages>5 5</pages></b>", {"pages": "5 5"}),
    "a broken number": ("<b><pages>5.0</pages></b>", {"pages": "5.0"}),
    "a number in hexadecimal": ("<b><pages>0x5</pages></b>", {"pages": "0x5"}),
    "a number in other digits": ("<b><pages>٥</pages></b>", {"pages": "٥"}),
    "a number with underscores": ("<b><pages>1_000</pages></b>", {"pages": "1_000"}),
    "nothing for a number": ("<b><pages/></b>", {"pages": ""}),
    "nothing where nothing is allowed": ("<b><shelf/></b>", {"shelf": None}),
    "blanks where nothing is allowed": ("<b><shelf> </shelf></b>", {"shelf": None}),
    "nothing for text": ("<b><title/></b>", {"title": ""}),
    "text keeps its blanks": ("<b><title> a </title></b>", {"title": " a "}),
    "text that looks like a number": ("<b><title>007</title></b>", {"title": "007"}),
    "a price": ("<b><price>1.50</price></b>", {"price": 1.5}),
    "a price without point": ("<b><price>2</price></b>", {"price": 2.0}),
    "no price": ("<b><price>nan</price></b>", {"price": "nan"}),
    "true": ("<b><lent>true</lent></b>", {"lent": True}),
    "false": ("<b><lent>false</lent></b>", {"lent": False}),
    "true in capitals": ("<b><lent>TRUE</lent></b>", {"lent": "TRUE"}),
    "an attribute": ('<b id="5"/>', {"id": 5}),
    "an empty attribute": ('<b kind=""/>', {"kind": ""}),
    "one of a repeated child": ("<b><author>A</author></b>", {"author": ["A"]}),
    "several of a repeated child": (
        "<b><author>A</author><title>T</title><author>B</author></b>",
        {"author": ["A", "B"], "title": "T"},
    ),
    "a wrapped list": ("<b><tags><tag>1</tag><tag>2</tag></tags></b>", {"tags": [1, 2]}),
    "an empty wrapped list": ("<b><tags/></b>", {"tags": []}),
    "a wrapped list with blanks": ("<b><tags>\n</tags></b>", {"tags": []}),
    "text and attributes of one element": (
        '<b><note by="Ann">Good</note></b>',
        {"note": {"by": "Ann", "words": "Good"}},
    ),
    "no text beside attributes": ('<b><note by="Ann"/></b>', {"note": {"by": "Ann", "words": ""}}),
    "an object": ("<b><place><row>3</row></place></b>", {"place": {"row": 3}}),
    "an empty object": ("<b><place/></b>", {"place": {}}),
    "no members": ("<b/>", {}),
    "two where one was promised": (
        "<b><title>A</title><title>B</title></b>",
        {"title": ["A", "B"]},
    ),
    "three where one was promised": (
        "<b><title>A</title><title>B</title><title>C</title></b>",
        {"title": ["A", "B", "C"]},
    ),
    "two objects where one was promised": (
        "<b><place><row>3</row></place><place/></b>",
        {"place": [{"row": 3}, ""]},
    ),
    "an element where an attribute was promised": ("<b><kind>x</kind></b>", {"./kind": "x"}),
    "an element beside the promised attribute": (
        '<b kind="x"><kind>y</kind></b>',
        {"kind": "x", "./kind": "y"},
    ),
    "an attribute where an element was promised": ('<b title="x"/>', {"@title": "x"}),
}  # fmt: skip


@pytest.mark.parametrize("what", VALUES)
def test_it_is_read_as_the_schema_promises(what: str) -> None:
    body, value = VALUES[what]
    assert read(body) == value


@pytest.mark.parametrize("what", VALUES)
def test_numbers_keep_their_type(what: str) -> None:
    body, value = VALUES[what]
    assert repr(read(body)) == repr(value)


def test_a_number_of_thousands_of_digits_stays_text() -> None:
    assert read(f"<b><pages>{'9' * 5000}</pages></b>") == {"pages": "9" * 5000}


def test_members_of_parts_of_a_schema_are_known() -> None:
    schema: Schema = {"allOf": [{"properties": {"pages": INTEGER}}], "properties": {"title": TEXT}}
    assert read("<b><pages>5</pages><title>5</title></b>", schema) == {"pages": 5, "title": "5"}


def test_a_renamed_member_is_read_under_its_own_name() -> None:
    schema: Schema = {"properties": {"count": {**INTEGER, "xml": {"name": "n"}}}}
    assert read("<b><n>5</n></b>", schema) == {"count": 5}


def test_a_repeated_child_is_found_by_the_name_of_its_items() -> None:
    schema: Schema = {
        "properties": {"books": {"type": "array", "items": {**INTEGER, "xml": {"name": "book"}}}}
    }
    assert read("<b><book>1</book><book>2</book></b>", schema) == {"books": [1, 2]}


# What is unknown ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("<b><colour>red</colour></b>", ["colour"]),
        ("<b><colour/><colour/></b>", ["colour"]),
        ('<b weight="5"/>', ["@weight"]),
        ("<b><place><row>3</row><hall>5</hall></place></b>", ["hall"]),
        ("<b><kind>x</kind></b>", ["./kind"]),
        ('<b id="1"><title/><pages/><author/><tags/></b>', []),
    ],
)
def test_undocumented_members_are_noted(body: str, names: list[str]) -> None:
    assert unknown(body) == names


def test_an_undocumented_tree_is_kept_as_it_is() -> None:
    body = "<b><extra><deep>1<!-- x --></deep><more/></extra></b>"
    assert read(body) == {"extra": {"deep": "1", "more": ""}}


def test_members_of_free_objects_are_not_noted() -> None:
    schema: Schema = {"type": "object", "additionalProperties": True}
    value = read("<b><anything/></b>", schema)
    assert list(mapping().unknown_members(value, schema)) == []


def test_names_with_a_namespace_are_other_names() -> None:
    body = '<k:b xmlns:k="urn:k"><k:title>x</k:title><title>y</title></k:b>'
    assert read(body) == {"{urn:k}title": "x", "title": "y"}


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (b'<?xml version="1.0" encoding="utf-16"?><a>\xc3\xa4</a>', "ä"),
        (b"<?xml version='1.0' encoding='ascii' standalone='yes'?><a>\xc3\xa4</a>", "ä"),
        ('<?xml version="1.0" encoding="utf-16"?><a>ä</a>'.encode("utf-16"), "ä"),
        ('<?xml version="1.0" encoding="iso-8859-1"?><a>ä</a>'.encode("latin-1"), "ä"),
        (b"<a>encoding='x'</a>", "encoding='x'"),
    ],
)
def test_a_claimed_encoding_can_be_passed_over(body: bytes, read: str) -> None:
    assert parse_xml(without_encoding(body)).root.text == read
