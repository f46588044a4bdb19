"""XML read by a JSON Schema with OpenAPI's `xml:` hints: a tree becomes typed values.

Order, unknown members, comments, CDATA and self-closed elements make no difference. Numbers are
read where the schema promises a number and the text is one; other text stays text, so that the
judge finds it by its type. The way back, from a place in the value to the XPath, is `locate`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from conformance.engine.spec import Schema

Resolve = Callable[[Schema], Schema]
Path = Sequence[str | int]

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_PROLOG = b"<?xml"
_BLANK = b"\xef\xbb\xbf \t\r\n"


class NotXml(ValueError):
    """The body is no well-formed XML document; the text says why."""


@dataclass(frozen=True)
class XmlDocument:
    """A parsed body."""

    root: etree._Element
    leading: bytes  # what stood before the prolog or the root


def parse_xml(body: bytes) -> XmlDocument:
    """Parse without entities, network or DTD; text before the prolog is cut off and kept aside.

    Raises NotXml.
    """
    try:
        return XmlDocument(_parse(body), b"")
    except NotXml:
        start = body.find(_PROLOG)
        if start <= 0:
            raise
        return XmlDocument(_parse(body[start:]), body[:start])


_DECLARED = re.compile(rb"""(<\?xml[^>]*?)\s+encoding=(["'])[\w.-]+\2""")


def without_encoding(body: bytes) -> bytes:
    """UTF-8 text without the encoding that its prolog claims; anything else stays as it is."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return body
    return _DECLARED.sub(rb"\1", body, count=1)


def _parse(body: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        return etree.fromstring(body.lstrip(_BLANK), parser)
    except etree.XMLSyntaxError as error:
        raise NotXml(" ".join(error.msg.split())) from None
    except ValueError as error:
        raise NotXml(str(error)) from None


class XmlMap:
    """Maps elements to values by schema, and places in the value back to XPaths."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._members: dict[int, _Members] = {}

    def value(self, element: etree._Element, schema: Schema) -> Any:
        """The element's content as the schema reads it."""
        schema = self._resolve(schema)
        if _is_object(schema):
            return self._object(element, schema)
        if _types(schema) & {"array"}:
            return [self.value(child, schema.get("items", {})) for child in _children(element)]
        return scalar(_text(element), schema)

    def unknown_members(self, value: Any, schema: Schema) -> Iterator[str]:
        """Names of members that the schema does not know, each once for each kind of object."""
        schema = self._resolve(schema)
        if isinstance(value, list):
            for entry in value:
                yield from self.unknown_members(entry, schema.get("items", {}))
        elif isinstance(value, dict) and _is_object(schema):
            members = self.members(schema)
            for name, entry in value.items():
                if name in members.schemas:
                    yield from self.unknown_members(entry, members.schemas[name])
                elif "additionalProperties" not in schema:
                    yield name

    def locate(self, root: etree._Element, schema: Schema, path: Path) -> str:
        """The XPath of a place in the value that `value(root, schema)` returned."""
        where = f"/{'*' if _tag(root).startswith('{') else _tag(root)}"
        holders, schema = [root], self._resolve(schema)
        steps = list(path)
        while steps:
            step = steps.pop(0)
            if isinstance(step, int):  # an entry of a root that is itself a list
                holders = list(_children(holders[0]))[step : step + 1] if holders else []
                where, schema = f"{where}/*[{step + 1}]", self._resolve(schema.get("items", {}))
                continue
            members = self.members(schema)
            hint = members.hints.get(step)
            if hint is None:
                return f"{where}/{step}"
            if hint.form == "attribute":
                return f"{where}/@{hint.name}"
            if hint.form == "text":
                return f"{where}/text()"
            schema = self._resolve(members.schemas[step])
            index = int(steps.pop(0)) if steps and isinstance(steps[0], int) else None
            name = hint.name
            if hint.form == "wrapped":
                where, name = f"{where}/{hint.name}", hint.item
                if index is None:
                    return where
                nth, holders, index = _holding(holders, hint, index)
                where += nth
            children = [e for holder in holders for e in _named(holder, name)]
            if index is None:
                where = f"{where}/{name}"
                holders = children[:1]
            else:
                where = f"{where}/{name}[{index + 1}]"
                holders = children[index : index + 1]
                schema = self._resolve(schema.get("items", {}))
        return where

    def members(self, schema: Schema) -> "_Members":
        """Properties of a schema with those of its `allOf`, and how each stands in XML."""
        known = self._members.get(id(schema))
        if known is None:  # it keeps the schema, so that its id is not used again
            known = self._members[id(schema)] = _Members(schema, self._resolve)
        return known

    def _object(self, element: etree._Element, schema: Schema) -> dict[str, Any]:
        members = self.members(schema)
        value: dict[str, Any] = {}
        for raw_name, text in element.attrib.items():
            name = str(raw_name)
            property_name = members.attributes.get(name)
            if property_name is None:
                value[f"@{name}"] = str(text)
            else:
                value[property_name] = scalar(str(text), members.schemas[property_name])
        if members.text is not None:
            value[members.text] = scalar(_text(element), members.schemas[members.text])
        for child in _children(element):
            self._add_child(value, child, members)
        return value

    def _add_child(self, value: dict[str, Any], child: etree._Element, members: "_Members") -> None:
        tag = _tag(child)
        name = members.elements.get(tag)
        if name is None:  # never in the place of a member promised as attribute or text
            value.setdefault(f"./{tag}" if tag in members.schemas else tag, _plain(child))
            return
        schema = members.schemas[name]
        hint = members.hints[name]
        if hint.form == "wrapped":
            read = [self.value(e, schema.get("items", {})) for e in _named(child, hint.item)]
            value.setdefault(name, []).extend(read)
        elif _types(schema) & {"array"}:
            value.setdefault(name, []).append(self.value(child, schema.get("items", {})))
        elif name in value:  # one was promised: let the judge see that there are several
            earlier = value[name]
            value[name] = [*(earlier if isinstance(earlier, list) else [earlier]), _text(child)]
        else:
            value[name] = self.value(child, schema)


@dataclass(frozen=True)
class _Hint:
    name: str
    form: str  # element, attribute, text or wrapped
    item: str


class _Members:
    """The properties of an object schema, by the way they stand in XML."""

    def __init__(self, schema: Schema, resolve: Resolve) -> None:
        self.schemas: dict[str, Schema] = {}
        self.hints: dict[str, _Hint] = {}
        self.attributes: dict[str, str] = {}
        self.elements: dict[str, str] = {}
        self.text: str | None = None
        self.schema = schema
        for part in (*schema.get("allOf", ()), schema):
            for name, raw in resolve(part).get("properties", {}).items():
                self._add(name, resolve(raw), resolve)

    def _add(self, name: str, schema: Schema, resolve: Resolve) -> None:
        xml: Mapping[str, Any] = schema.get("xml", {})
        tag = xml.get("name", name)
        item = ""
        form = "element"
        if schema.get("x-text"):
            form, self.text = "text", name
        elif xml.get("attribute"):
            form = "attribute"
            self.attributes[tag] = name
        else:
            items = resolve(schema.get("items", {}))
            inner = items.get("xml", {}).get("name")
            if xml.get("wrapped"):
                form, item = "wrapped", inner or name
            elif _types(schema) & {"array"} and inner and "name" not in xml:
                tag = inner
            self.elements[tag] = name
        self.schemas[name] = schema
        self.hints[name] = _Hint(tag, form, item)


def forms_of(name: str) -> tuple[str, str, str]:
    """A member's name as promised, and as it is mapped where it comes as an undocumented
    attribute or, promised as an attribute, as an element."""
    return name, f"@{name}", f"./{name}"


def scalar(text: str, schema: Schema) -> Any:
    """The text as the type that the schema promises, or the text itself when it is none."""
    types = _types(schema)
    stripped = text.strip()
    if not stripped and "null" in types:
        return None
    if "integer" in types and _INTEGER.fullmatch(stripped):
        return int(stripped) if len(stripped) < 1000 else text
    if "number" in types and _NUMBER.fullmatch(stripped):
        return float(stripped)
    if "boolean" in types and stripped in ("true", "false"):
        return stripped == "true"
    return text


def _types(schema: Schema) -> set[str]:
    declared = schema.get("type", ())
    return {declared} if isinstance(declared, str) else set(declared)


def _is_object(schema: Schema) -> bool:
    return "object" in _types(schema) or "properties" in schema or "allOf" in schema


def _tag(element: etree._Element) -> str:
    return str(element.tag)


def _text(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext())


def _plain(element: etree._Element) -> Any:
    if len(element) == 0:
        return _text(element)
    return {_tag(child): _plain(child) for child in _children(element)}


def _children(element: etree._Element) -> Iterator[etree._Element]:
    """The child elements, without references to entities, which are never resolved."""
    return (child for child in element if isinstance(child.tag, str))


def _named(element: etree._Element, tag: str) -> list[etree._Element]:
    return [child for child in _children(element) if _tag(child) == tag]


def _holding(
    holders: list[etree._Element], hint: _Hint, index: int
) -> tuple[str, list[etree._Element], int]:
    """Which of several wrappers holds the item of this index, and its index in there."""
    wrappers = [wrapper for holder in holders for wrapper in _named(holder, hint.name)]
    for nth, wrapper in enumerate(wrappers, start=1):
        count = len(_named(wrapper, hint.item))
        if index < count:
            return f"[{nth}]" if len(wrappers) > 1 else "", [wrapper], index
        index -= count
    return "", [], index
