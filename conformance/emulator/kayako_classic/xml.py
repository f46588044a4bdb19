"""XML answers: a small tree and how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Scalar = str | int

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_ESCAPES |= {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_IN_ATTRIBUTE = re.compile('[&<>"\t\n\r]')
_IN_TEXT = re.compile("[&<>\r]")
PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass
class Element:
    """One element: attributes, then either text or children."""

    name: str
    attributes: dict[str, Scalar] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: Scalar = ""

    def walk(self) -> Iterator[Element]:
        """Yield this element and everything below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def leaf(name: str, value: Scalar = "") -> Element:
    """An element that holds one value."""
    return Element(name, text=value)


def leaves(**values: Scalar) -> list[Element]:
    """Elements that hold one value each, in the order given."""
    return [Element(name, text=value) for name, value in values.items()]


def document(root: Element) -> str:
    """Write a document with its prolog. Characters that XML cannot hold become U+FFFD."""
    parts: list[str] = [PROLOG]
    _write(root, "", parts)
    return "".join(parts)


def _write(element: Element, indent: str, parts: list[str]) -> None:
    tag = element.name + "".join(
        f' {name}="{_escaped(_IN_ATTRIBUTE, _clean(value))}"'
        for name, value in element.attributes.items()
    )
    if element.children:
        parts.append(f"{indent}<{tag}>\n")
        for child in element.children:
            _write(child, indent + "\t", parts)
        parts.append(f"{indent}</{element.name}>\n")
    elif element.text == "":
        parts.append(f"{indent}<{tag}/>\n")
    else:
        parts.append(f"{indent}<{tag}>{_content(element.text)}</{element.name}>\n")


def _content(value: Scalar) -> str:
    if isinstance(value, int):
        return str(value)
    text = _clean(value)
    if "\r" in text:  # a parser would turn it into a line feed inside CDATA
        return _escaped(_IN_TEXT, text)
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _clean(value: Scalar) -> str:
    return _FORBIDDEN.sub("\ufffd", str(value))


def _escaped(special: re.Pattern[str], value: str) -> str:
    return special.sub(lambda found: _ESCAPES[found[0]], value)


def listing(name: str, items: Iterable[Element]) -> Element:
    """A list root with its items."""
    return Element(name, children=list(items))
