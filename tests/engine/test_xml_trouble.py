"""XML that is odd or none, and the way back from a value to its place."""

import random
from typing import Any

import pytest
from lxml import etree

from conformance.engine.spec import Schema
from conformance.engine.xmlmap import NotXml, parse_xml
from tests.engine.xml_shelves import BOOK, TEXT, mapping, read, unknown

# Before the document ------------------------------------------------------------------------------


def test_text_before_the_prolog_is_cut_off_and_kept_aside() -> None:
    warning = b"<br />\n<b>Warning</b>: something in /x.php on line <b>5</b><br />\n"
    document = parse_xml(warning + b'<?xml version="1.0"?><b/>')
    assert (document.root.tag, document.leading) == ("b", warning)


def test_a_document_from_the_start_has_nothing_before_it() -> None:
    assert parse_xml(b'\xef\xbb\xbf\n<?xml version="1.0"?><b/>').leading == b""


def test_a_prolog_that_is_quoted_inside_cuts_nothing_off() -> None:
    body = '<b><title><![CDATA[<?xml version="1.0"?><c/>]]></title></b>'
    assert read(body) == {"title": '<?xml version="1.0"?><c/>'}


def test_text_before_a_document_without_prolog_is_no_xml() -> None:
    with pytest.raises(NotXml):
        parse_xml(b"Notice: x <b/>")


# Entities -----------------------------------------------------------------------------------------


def test_an_entity_is_never_resolved() -> None:
    body = '<!DOCTYPE b [<!ENTITY x "boom">]><b><title>1&x;2</title></b>'
    assert "boom" not in read(body)["title"]


def test_a_file_is_never_read(tmp_path: Any) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("boom")
    body = f'<!DOCTYPE b [<!ENTITY x SYSTEM "{secret.as_uri()}">]><b><title>&x;</title></b>'
    assert "boom" not in read(body)["title"]


def test_a_file_is_never_read_by_a_parameter_entity(tmp_path: Any) -> None:
    dtd = tmp_path / "x.dtd"
    dtd.write_text('<!ENTITY y "boom">')
    body = f'<!DOCTYPE b [<!ENTITY % x SYSTEM "{dtd.as_uri()}"> %x;]><b><title>&y;</title></b>'
    assert "boom" not in str(read_or_refuse(body))


def test_a_document_type_elsewhere_is_never_loaded() -> None:
    body = '<!DOCTYPE b SYSTEM "http://127.0.0.1:9/x.dtd"><b><pages>5</pages></b>'
    assert read(body) == {"pages": 5}


def test_an_entity_among_the_members_is_passed_over() -> None:
    body = '<!DOCTYPE b [<!ENTITY x "<c/>">]><b>&x;<pages>5</pages>&x;</b>'
    assert (read(body), unknown(body)) == ({"pages": 5}, [])


def test_an_entity_among_the_items_of_a_list_is_passed_over() -> None:
    body = '<!DOCTYPE b [<!ENTITY x "<tag/>">]><b><tags><tag>1</tag>&x;</tags></b>'
    assert read(body) == {"tags": [1]}


@pytest.mark.parametrize("place", ['<b kind="&a9;"/>', "<b><title>&a9;</title></b>"])
def test_a_billion_laughs_stay_small(place: str) -> None:
    entities = '<!ENTITY a0 "haha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    assert len(str(read_or_refuse(f"<!DOCTYPE b [{entities}]>{place}"))) < 1000


def read_or_refuse(body: str) -> Any:
    try:
        return read(body)
    except NotXml as error:
        return str(error)


# What is no XML -----------------------------------------------------------------------------------

NO_XML: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b" \r\n\t",
    "a byte order mark alone": b"\xef\xbb\xbf",
    "a prolog alone": b'<?xml version="1.0"?>',
    "words": b"Invalid signature",
    "a page of HTML": b"<!DOCTYPE html><html><head><meta charset=utf-8><body><br><p>Oops",
    "JSON": b'{"id": 1}',
    "an element without end": b"<b><title>",
    "crossed elements": b"<b><i></b></i>",
    "two roots": b"<b/><b/>",
    "text after the root": b"<b/>Notice: x",
    "a bare ampersand": b"<b>A & B</b>",
    "an entity nobody declared": b"<b>&nbsp;</b>",
    "an attribute twice": b'<b id="1" id="2"/>',
    "an attribute without quotes": b"<b id=1/>",
    "a prefix nobody declared": b"<k:b/>",
    "a control character": b"<b>\x01</b>",
    "a zero byte": b"<b>\x00</b>",
    "Latin-1 that says it is UTF-8": b'<?xml version="1.0" encoding="UTF-8"?><b>\xe9</b>',
    "Latin-1 that says nothing": b"<b>\xe9</b>",
    "half a letter": b"<b>\xc3</b>",
    "an unknown encoding": b'<?xml version="1.0" encoding="klingon"?><b/>',
    "elements a thousand deep": b"<b>" * 1000 + b"</b>" * 1000,
}


@pytest.mark.parametrize("what", NO_XML)
def test_it_is_no_xml(what: str) -> None:
    with pytest.raises(NotXml):
        parse_xml(NO_XML[what])


@pytest.mark.parametrize("what", NO_XML)
def test_the_reason_why_it_is_no_xml_is_one_plain_line(what: str) -> None:
    with pytest.raises(NotXml) as caught:
        parse_xml(NO_XML[what])
    assert str(caught.value).strip()
    assert [word for word in ("\n", "<string>") if word in str(caught.value)] == []


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("latin-1", "ISO-8859-1"), ("utf-16", "UTF-16"), ("cp1252", "windows-1252")],
)
def test_another_encoding_is_read_where_it_is_declared(encoding: str, declared: str) -> None:
    body = f'<?xml version="1.0" encoding="{declared}"?><b><title>é</title></b>'
    assert read(body.encode(encoding)) == {"title": "é"}


def test_elements_two_hundred_deep_are_read() -> None:
    assert read("<b>" * 200 + "</b>" * 200)


# The way back -------------------------------------------------------------------------------------


def located(body: str, path: tuple[str | int, ...], schema: Schema = BOOK) -> str:
    return mapping().locate(parse_xml(body.encode()).root, schema, path)


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ((), "/b"),
        (("title",), "/b/title"),
        (("id",), "/b/@id"),
        (("author",), "/b/author"),
        (("author", 1), "/b/author[2]"),
        (("tags",), "/b/tags"),
        (("tags", 0), "/b/tags/tag[1]"),
        (("note", "by"), "/b/note/@by"),
        (("note", "words"), "/b/note/text()"),
        (("place", "row"), "/b/place/row"),
        (("missing",), "/b/missing"),
        (("place", "missing"), "/b/place/missing"),
        (("@weight",), "/b/@weight"),
        (("./kind",), "/b/./kind"),
        (("author", 7), "/b/author[8]"),
    ],
)
def test_a_place_is_told_as_an_xpath(path: tuple[str | int, ...], where: str) -> None:
    body = "<b><author/><author/><tags><tag/></tags><note/><place><row/></place></b>"
    assert located(body, path) == where


def test_a_place_in_a_second_wrapper_is_told() -> None:
    body = "<b><tags><tag>1</tag></tags><tags><tag>2</tag><tag>3</tag></tags></b>"
    assert located(body, ("tags", 2)) == "/b/tags[2]/tag[2]"


def test_a_place_below_a_root_with_a_namespace_is_told() -> None:
    body = '<k:b xmlns:k="urn:k"><title>x</title></k:b>'
    assert located(body, ("title",)) == "/*/title"


def test_a_place_in_a_root_that_is_a_list_is_told() -> None:
    schema: Schema = {"type": "array", "items": BOOK}
    assert located("<l><b/><b><title/></b></l>", (1, "title"), schema) == "/l/*[2]/title"


NAMES = ("one", "two", "three", "four")


def random_schema(chance: random.Random, depth: int) -> dict[str, Any]:
    """An object with members of every form."""
    members: dict[str, Any] = {}
    for name in chance.sample(NAMES, chance.randint(1, 4)):
        form = chance.choice(("attribute", "element", "array", "wrapped", "object"))
        inner = random_schema(chance, depth - 1) if depth and form != "attribute" else dict(TEXT)
        if form == "attribute":
            members[name] = {**TEXT, "xml": {"attribute": True}}
        elif form == "array":
            members[name] = {"type": "array", "items": inner}
        elif form == "wrapped":
            items = {**inner, "xml": {"name": "entry"}}
            members[name] = {"type": "array", "xml": {"wrapped": True}, "items": items}
        else:
            members[name] = inner
    return {"type": "object", "properties": members}


def random_tree(chance: random.Random, schema: Schema, tag: str) -> etree._Element:
    """An element as the schema promises, each text and attribute different from every other."""
    element = etree.Element(tag)
    for name, member in schema.get("properties", {}).items():
        items = member.get("items", {})
        if member.get("xml", {}).get("attribute"):
            element.set(name, fresh(chance))
            continue
        for _ in range(chance.randint(0, 3)):
            if member.get("xml", {}).get("wrapped"):
                wrapper = etree.SubElement(element, name)
                for _ in range(chance.randint(0, 3)):
                    wrapper.append(random_tree(chance, items, "entry"))
                    wrapper.append(etree.Comment("between"))
            else:
                element.append(random_tree(chance, items or member, name))
            if not items and not member.get("xml", {}).get("wrapped"):
                break
    if "properties" not in schema:
        element.text = fresh(chance)
    children = list(element)
    if tag != "entry":
        chance.shuffle(children)
        element[:] = children
    return element


def fresh(chance: random.Random) -> str:
    return f"v{chance.getrandbits(64):x}"


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, dict):
        return [leaf for name, inner in value.items() for leaf in leaves(inner, (*path, name))]
    if isinstance(value, list):
        return [leaf for index, inner in enumerate(value) for leaf in leaves(inner, (*path, index))]
    return [(path, value)]


@pytest.mark.parametrize("seed", range(150))
def test_the_xpath_of_every_value_leads_back_to_it(seed: int) -> None:
    chance = random.Random(seed)
    schema = random_schema(chance, 3)
    root = parse_xml(etree.tostring(random_tree(chance, schema, "root"))).root
    own = mapping()
    for path, value in leaves(own.value(root, schema)):
        found = root.getroottree().xpath(own.locate(root, schema, path))
        assert isinstance(found, list)
        assert [str(getattr(node, "text", node)) for node in found] == [value], path


def test_the_random_trees_hold_every_form_of_member() -> None:
    forms = {"@", "entry[2]", "entry[3]", "one[2]", "one[3]/", "[2]/entry"}
    seen = ""
    for seed in range(150):
        chance = random.Random(seed)
        schema = random_schema(chance, 3)
        root = parse_xml(etree.tostring(random_tree(chance, schema, "root"))).root
        own = mapping()
        seen += "".join(
            own.locate(root, schema, path) for path, _ in leaves(own.value(root, schema))
        )
    assert {form for form in forms if form in seen} == forms
