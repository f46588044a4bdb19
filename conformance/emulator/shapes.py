"""Deviations of answers: of the JSON in them, and of their bytes.

A path names members from the outside in (`Attachments/Url`); lists on the way are gone through,
`*` is any member, the empty path is the whole answer.

| verb | does to the members that the path names |
|---|---|
| `drop`, `rename`, `set`, `add` | takes away, renames, gives a value, adds (path: the new member) |
| `change` | changes a value in a named way, see `_CHANGES`; null stays null |
| `force` | the same for null, too |
| `plus` | adds a number |
| `keep` | keeps that many items of a list, counted from the end when negative |
| `drop-where`, `keep-where` | takes away, keeps the items with a `[member, value]` |
| `reverse`, `repeat` | turns a list round, gives every item twice |
| `wrap` | puts a value into an object, under that name |
| `first` | gives the first item instead of the list |
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

_LATIN = re.compile("[^\x00-\xff]")
_ZONE = re.compile(r"(Z|[+-]\d\d:\d\d)$")

_CHANGES: dict[str, Callable[[Any], Any]] = {
    "as-text": lambda value: value if isinstance(value, str) else json.dumps(value),
    "as-int": lambda value: int(value),
    "as-words": lambda value: "yes" if value else "no",
    "as-null": lambda _: None,
    "as-empty": lambda _: "",
    "as-list": lambda value: [value],
    "as-object": lambda value: {"Value": value},
    "as-epoch": lambda value: f"/Date({len(str(value))}000)/",
    "as-local-date": lambda value: re.sub(r"^(\d+)-(\d+)-(\d+).*", r"\2/\3/\1", value),
    "without-zone": lambda value: _ZONE.sub("", value),
    "nanoseconds": lambda value: re.sub(r"(\.\d+)?(?=Z?$)", ".123456789", value, count=1),
    "null-if-empty": lambda value: value or None,
    "negated": lambda value: not value,
    "lower": lambda value: value.lower(),
    "upper": lambda value: value.upper(),
    "escaped": html.escape,
    "latin-only": lambda value: _LATIN.sub("?", value),
    "stripped-of-markup": lambda value: re.sub("<[^>]*>", "", value),
    "one-line": lambda value: " ".join(value.split()),
    "relative": lambda value: re.sub(r"^https?://[^/]+", "", value),
    "first-word": lambda value: value.partition(" ")[0],
}


def reshape(root: Any, verb: str, path: str, value: Any = None) -> Any:
    """Return JSON, changed; KeyError for a verb or a change that does not exist."""
    box = {"": root}
    *steps, last = ["", *path.split("/")] if path else [""]
    for parent in list(_reached(box, steps)):
        if verb == "add":
            parent[last] = value
            continue
        for name in [key for key in parent if fnmatchcase(key, last)]:
            _VERBS[verb](parent, name, value)
    return box[""]


def _reached(start: Any, steps: Sequence[str]) -> Iterator[dict[str, Any]]:
    found: Iterable[Any] = [start]
    for step in steps:
        found = [
            node[key]
            for node in _objects(found)
            for key in node
            if key == step or (step and fnmatchcase(key, step))
        ]
    return _objects(found)


def _objects(nodes: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if isinstance(node, dict):
            yield node
        elif isinstance(node, list):
            yield from _objects(node)


def _drop(parent: dict[str, Any], name: str, _: Any) -> None:
    del parent[name]


def _rename(parent: dict[str, Any], name: str, value: str) -> None:
    parent[value] = parent.pop(name)


def _set(parent: dict[str, Any], name: str, value: Any) -> None:
    parent[name] = value


def _change(parent: dict[str, Any], name: str, value: str) -> None:
    change = _CHANGES[value]
    if parent[name] is not None:
        parent[name] = change(parent[name])


def _force(parent: dict[str, Any], name: str, value: str) -> None:
    parent[name] = _CHANGES[value](parent[name])


def _plus(parent: dict[str, Any], name: str, value: int) -> None:
    if isinstance(parent[name], int):
        parent[name] += value


def _list(change: Callable[[list[Any], Any], Any]) -> Callable[[dict[str, Any], str, Any], None]:
    def apply(parent: dict[str, Any], name: str, value: Any) -> None:
        if isinstance(parent[name], list):
            parent[name] = change(parent[name], value)

    return apply


def _fits(item: Any, condition: Sequence[Any]) -> bool:
    member, value = condition
    return isinstance(item, dict) and str(item.get(member)) == str(value)


_VERBS: dict[str, Callable[[dict[str, Any], str, Any], None]] = {
    "drop": _drop,
    "rename": _rename,
    "set": _set,
    "change": _change,
    "force": _force,
    "plus": _plus,
    "keep": _list(lambda items, count: items[:count] if count >= 0 else items[count:]),
    "drop-where": _list(lambda items, how: [one for one in items if not _fits(one, how)]),
    "keep-where": _list(lambda items, how: [one for one in items if _fits(one, how)]),
    "reverse": _list(lambda items, _: items[::-1]),
    "repeat": _list(lambda items, _: [one for item in items for one in (item, item)]),
    "first": _list(lambda items, _: items[0] if items else None),
    "wrap": lambda parent, name, value: _set(parent, name, {value: parent[name]}),
}

_WAYS: dict[str, Callable[[bytes], bytes]] = {
    "in-latin": lambda body: body.decode().encode("latin-1", "replace"),
    "in-utf-16": lambda body: body.decode().encode("utf-16"),
    "with-mark": lambda body: b"\xef\xbb\xbf" + body,
    "after-a-notice": lambda body: b"<div>Warning</div>\n" + body,
    "unclosed": lambda body: body[:-1],
    "quoted-twice": lambda body: json.dumps(json.dumps(body.decode())).encode(),
    "as-object": lambda body: b'{"id":' + body + b"}",
    "in-a-list": lambda body: b"[" + body + b"]",
    "as-html": lambda _: b"<html><body>Please log in</body></html>",
    "as-xml": lambda _: b"<response><status>200</status></response>",
    "as-base64": b64encode,
    "empty": lambda _: b"",
    "cut-in-half": lambda body: body[: len(body) // 2],
    "one-byte-changed": lambda body: body[:-1] + bytes([body[-1] ^ 1]) if body else body,
    "with-crlf": lambda body: body.replace(b"\n", b"\r\n"),
    "twice": lambda body: body + b"\n" + body,
}


def rewritten(body: bytes, ways: Iterable[str]) -> bytes:
    """Return the bytes of an answer, written in the given ways; KeyError for an unknown one."""
    for way in [ways] if isinstance(ways, str) else ways:
        body = _WAYS[way](body)
    return body
