"""Deviations of XML answers: of the tree, and of how it is written.

A path names elements from the inside out: `department/title` is every `title` directly in a
`department`, `ticket/@flagtype` an attribute; the last step may be `*`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from conformance.emulator.kayako_classic.xml import PROLOG, Element, Scalar, document

_LATIN = re.compile("[^\x00-\xff]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def _iso(value: Scalar) -> Scalar:
    return datetime.fromtimestamp(int(value), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _second_flipped(value: Scalar) -> Scalar:
    text = str(value)
    return text[:1] + ("B" if text[1:2] == "A" else "A") + text[2:] if len(text) > 1 else text


_CHANGES: dict[str, Callable[[Scalar], Scalar]] = {
    "as-words": lambda value: {"0": "false", "1": "true"}.get(str(value), value),
    "as-iso-date": _iso,
    "as-empty": lambda _: "",
    "lower": lambda value: str(value).lower(),
    "upper": lambda value: str(value).upper(),
    "escaped": lambda value: html.escape(value) if isinstance(value, str) else value,
    "without-dashes": lambda value: str(value).replace("-", ""),
    "zero-as-empty": lambda value: "" if str(value) == "0" else value,
    "latin-only": lambda value: _LATIN.sub("?", value) if isinstance(value, str) else value,
    "bmp-only": lambda value: _ASTRAL.sub("?", value) if isinstance(value, str) else value,
    "stripped-of-markup": lambda value: re.sub("<[^>]*>", "", str(value)),
    "one-line": lambda value: " ".join(str(value).split()),
    "flipped": _second_flipped,
    "dashed": lambda value: str(value).replace("/", "-"),
    "unescaped-commas": lambda value: str(value).replace("\\,", ","),
    "child-only": lambda value: str(value).rpartition(" > ")[2],
    "first-word": lambda value: str(value).partition(" ")[0],
}


def reshape(root: Element, verb: str, path: str, value: Any = None) -> None:
    """Change a tree in place; KeyError for a verb or a change that does not exist."""
    *steps, last = path.split("/")
    if not steps and verb == "rename" and root.name == path:
        root.name = value
        return
    for parent in list(_matching(root, (), steps)):
        if last.startswith("@"):
            _change_attribute(parent, verb, last[1:], value)
        else:
            _IN_PARENT[verb](parent, last, value)


def _matching(element: Element, above: tuple[str, ...], steps: Sequence[str]) -> Iterator[Element]:
    here = (*above, element.name)
    if len(here) >= len(steps) and list(here[len(here) - len(steps) :]) == list(steps):
        yield element
    for child in list(element.children):
        yield from _matching(child, here, steps)


def _change_attribute(element: Element, verb: str, name: str, value: Any) -> None:
    if name == "*" and verb == "to-elements":
        element.children[:0] = [Element(key, text=text) for key, text in element.attributes.items()]
        element.attributes = {}
        return
    if verb == "add":
        element.attributes[name] = value
    names = [] if verb == "add" else [key for key in element.attributes if fnmatchcase(key, name)]
    for key in names:
        if verb == "drop":
            del element.attributes[key]
        elif verb == "rename":
            element.attributes[value] = element.attributes.pop(key)
        else:
            element.attributes[key] = _value(verb, element.attributes[key], value)


def _value(verb: str, old: Scalar, value: Any) -> Scalar:
    if verb == "plus":
        return int(old) + int(value)
    if verb == "cut":
        return old if isinstance(old, int) else old[:value]
    if verb == "set":
        return str(value) if isinstance(value, str) else int(value)
    return _CHANGES[value](old)


def _chosen(parent: Element, name: str) -> list[Element]:
    return [child for child in parent.children if fnmatchcase(child.name, name)]


def _drop(parent: Element, name: str, _: Any) -> None:
    parent.children = [child for child in parent.children if child not in _chosen(parent, name)]


def _drop_empty(parent: Element, name: str, _: Any) -> None:
    chosen = _chosen(parent, name)
    parent.children = [
        child for child in parent.children if child not in chosen or child.text != ""
    ]


def _drop_where(parent: Element, name: str, condition: list[Any]) -> None:
    """Drop the children whose member (`[member, text]`, `@` for an attribute) has a text."""
    member, text = condition
    for child in _chosen(parent, name):
        values = [str(inner.text) for inner in child.children if inner.name == member]
        values += [str(child.attributes.get(member.lstrip("@"), ""))]
        if text in values:
            parent.children.remove(child)


def _change_where(parent: Element, name: str, how: list[str]) -> None:
    """Change the text of children (`[change, member, text]`) whose attribute has a text."""
    change, member, text = how
    for child in _chosen(parent, name):
        if str(child.attributes.get(member.lstrip("@"))) == text and child.text != "":
            child.text = _value("change", child.text, change)


def _change_if(parent: Element, name: str, texts: list[str]) -> None:
    """Replace one text of children (`[old, new]`) by another."""
    for child in _chosen(parent, name):
        if child.text == texts[0]:
            child.text = texts[1]


def _repeat(parent: Element, name: str, _: Any) -> None:
    parent.children += _chosen(parent, name)


def _rename(parent: Element, name: str, value: str) -> None:
    for child in _chosen(parent, name):
        child.name = value


def _keep(parent: Element, name: str, count: int) -> None:
    chosen = _chosen(parent, name)
    dropped = {id(child) for child in (chosen[count:] if count >= 0 else chosen[:count])}
    parent.children = [child for child in parent.children if id(child) not in dropped]


def _drop_last(parent: Element, name: str, least: int) -> None:
    chosen = _chosen(parent, name)
    if len(chosen) > least:
        parent.children.remove(chosen[-1])


def _wrap(parent: Element, name: str, container: str) -> None:
    chosen = _chosen(parent, name)
    if chosen:
        place = next(at for at, child in enumerate(parent.children) if child is chosen[0])
        _drop(parent, name, None)
        parent.children.insert(place, Element(container, children=chosen))


def _unwrap(parent: Element, name: str, _: Any) -> None:
    unwrapped: list[Element] = []
    for child in parent.children:
        unwrapped += child.children if fnmatchcase(child.name, name) else [child]
    parent.children = unwrapped


def _join(parent: Element, name: str, glue: str) -> None:
    chosen = _chosen(parent, name)
    if chosen:
        chosen[0].text = glue.join(str(child.text) for child in chosen)
        _keep(parent, name, 1)


def _reverse(parent: Element, name: str, _: Any) -> None:
    chosen = _chosen(parent, name)
    places = [at for at, child in enumerate(parent.children) if child in chosen]
    for at, child in zip(places, reversed(chosen), strict=True):
        parent.children[at] = child


def _add(parent: Element, name: str, value: Scalar) -> None:
    parent.children.append(Element(name, text=value))


def _text(verb: str) -> Callable[[Element, str, Any], None]:
    def change(parent: Element, name: str, value: Any) -> None:
        for child in _chosen(parent, name):
            if not child.children:
                child.text = _value(verb, child.text, value)

    return change


_IN_PARENT: dict[str, Callable[[Element, str, Any], None]] = {
    "drop": _drop,
    "drop-empty": _drop_empty,
    "drop-where": _drop_where,
    "change-if": _change_if,
    "repeat": _repeat,
    "change-where": _change_where,
    "rename": _rename,
    "keep": _keep,
    "drop-last": _drop_last,
    "wrap": _wrap,
    "unwrap": _unwrap,
    "join": _join,
    "reverse": _reverse,
    "add": _add,
    "plus": _text("plus"),
    "set": _text("set"),
    "cut": _text("cut"),
    "change": _text("change"),
}


def _item_alone(text: str) -> str:
    """Take the list root away, leaving its one item."""
    inside = re.match(r"(<\?xml[^\n]*\n)<\w+>\n(.*)</\w+>\n$", text, re.DOTALL)
    return inside[1] + inside[2] if inside else text


_TEXT_WAYS: dict[str, Callable[[str], str]] = {
    "without-prolog": lambda text: text.removeprefix(PROLOG),
    "after-a-notice": lambda text: f"<div>Notice: undefined index</div>\n{text}",
    "declared-latin": lambda text: text.replace("UTF-8", "ISO-8859-1", 1),
    "unescaped": lambda text: re.sub(r"<!\[CDATA\[(.*?)\]\]>", r"\1", text, flags=re.DOTALL),
    "unclosed": lambda text: text[: text.rindex("</")] if "</" in text else text,
    "item-alone": _item_alone,
    "as-json": lambda _: '{"status": 200}',
    "as-html": lambda _: "<html><body>The request was processed<br></body></html>",
}


def write(root: Element, ways: Sequence[str]) -> bytes:
    """Return the document as bytes, written in the given ways (normally none)."""
    text = document(root)
    for way in ways:
        if way in _TEXT_WAYS:
            text = _TEXT_WAYS[way](text)
    if "in-latin" in ways:
        return text.encode("latin-1", "replace")
    return text.encode()
