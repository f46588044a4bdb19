"""Arguments and parameters of a call: read in every body format, by names in every case."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote, unquote_plus

from conformance.emulator.kayako_v1 import values
from conformance.emulator.kayako_v1.names import snake
from conformance.emulator.kayako_v1.problems import Problem, inconsistent
from conformance.emulator.wire import Call, Upload

_FORM = "application/x-www-form-urlencoded"
_INDEXED = re.compile(r"([^\[\]]+)\[([^\[\]]*)\]")
_LITERAL_PLUS = ("fields",)
_COMMON = (
    *("fields", "include", "limit", "offset", "before_id", "after_id", "since", "until"),
    "access_token",
)


class Raw:
    """What was sent under each name, in snake case; in the order sent."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] = (), *, exact: bool = False) -> None:
        """Take names as they are where that is `exact`."""
        self._values: dict[str, list[Any]] = {}
        self._spelt: Callable[[str], str] = str if exact else snake
        for name, value in pairs:
            self._add(name, value)

    def _add(self, name: str, value: Any) -> None:
        indexed = _INDEXED.fullmatch(name)
        if not indexed:
            self._values.setdefault(self._spelt(name), []).append(value)
            return
        spelt = self._spelt(indexed[1])
        found = self._values.setdefault(spelt, [])
        index = indexed[2]
        if index == "" or index.isdecimal():
            found.append([value])
            # A key that is a number reads as an index; a map takes it by `keyed`.
        if index:
            self._values.setdefault(f"{spelt}[]", []).append((index, value))

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def names(self) -> list[str]:
        """Return the names of what was sent."""
        return [name for name in self._values if not name.endswith("[]")]

    def all(self, name: str) -> list[Any]:
        """Return all values of a name."""
        return self._values.get(name, [])

    def text(self, name: str) -> str | None:
        """Return the last value of a name where it is a text."""
        found = [value for value in self.all(name) if isinstance(value, str)]
        return found[-1] if found else None

    def texts(self, name: str) -> list[str]:
        """Return the texts of a name."""
        return [
            value if isinstance(value, str) else json.dumps(value)
            for value in self.all(name)
            if not isinstance(value[0] if isinstance(value, list) and value else value, Upload)
        ]

    def keyed(self, name: str) -> dict[str, Any]:
        """Return what was sent as `name[key]`."""
        return dict(self._values.get(f"{name}[]", []))

    def set(self, name: str, *given: Any) -> None:
        """Replace the values of a name; without any, the name was not sent."""
        self._values.pop(f"{name}[]", None)
        self._values.pop(name, None)
        if given:
            self._values[name] = list(given)

    def uploads(self) -> list[tuple[str, Upload]]:
        """Return all file parts with their names."""
        return [
            (name, value)
            for name, found in self._values.items()
            for several in found
            for value in (several if isinstance(several, list) else [several])
            if isinstance(value, Upload)
        ]


def arguments(query: str, *, commas: bool = True, exact: bool = False) -> Raw:
    """Return the arguments of a query string; a plus in `fields` is a plus; `commas`: those that
    are written as escapes are commas, too; `exact`: names count as they are written."""
    pairs = []
    if not commas:
        query = query.replace("%2C", "%252C")
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        name = unquote_plus(name)
        if name:
            decode = unquote if snake(name) in _LITERAL_PLUS else unquote_plus
            pairs.append((name, decode(value)))
    return Raw(pairs, exact=exact)


def parameters(call: Call, skips: Callable[[str], bool], *, raw_allowed: bool) -> Raw:
    """Return the parameters of a body; raises Problem for one that cannot be read."""
    if call.verb not in ("POST", "PUT"):
        return Raw()
    try:
        if b"&&" in call.form and skips("empty-pairs"):
            raise _unreadable("A pair of the form has no name.")
        return _parameters(call, raw_allowed=raw_allowed, exact=skips("any-case"))
    except Problem:
        if skips("readable-body"):
            return Raw()
        raise


def _parameters(call: Call, *, raw_allowed: bool, exact: bool) -> Raw:
    kind = media_type(call)
    if raw_allowed and "filename" in call.headers.get("content-disposition", ""):
        return Raw()
    if kind == "application/json":
        return Raw(_members(call.body), exact=exact)
    if kind == "multipart/form-data" and "boundary=" not in call.headers["content-type"]:
        raise _unreadable("A multipart body needs a boundary.")
    if kind in (_FORM, "multipart/form-data"):
        return Raw(call.fields, exact=exact)
    if raw_allowed or not call.body:
        return Raw()
    raise _unreadable(f"A body of the type {kind} is not understood here.")


def replaced(raw: Raw, asked: Raw) -> Raw:
    """Return parameters, those that are arguments as well with the values of these."""
    for name in raw.names():
        if name in asked:
            raw.set(name, *asked.all(name))
    return raw


def _check_names(asked: Raw, named: Iterable[str]) -> None:
    """Raise Problem for an argument that an action does not know."""
    known = {*_COMMON, *named}
    for name in asked.names():
        if name not in known and not name.startswith("_"):
            raise Problem(400, "URL_ARGUMENT_REDUNDANT", f"There is no argument {name}.")


def media_type(call: Call) -> str:
    """Return the type of a body in lower case."""
    return call.headers.get("content-type", "").partition(";")[0].strip().lower() or _FORM


def _members(body: bytes) -> Iterable[tuple[str, Any]]:
    if not body.strip():
        return []
    try:
        content = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _unreadable("The body is no JSON.") from None
    if not isinstance(content, dict):
        raise _unreadable("The body has to be one JSON object.")
    return content.items()


def _unreadable(message: str) -> Problem:
    return Problem(400, "PARAMETER_INVALID", message)


def read(raw: Raw, takes: Mapping[str, str], *, tolerant: bool) -> dict[str, Any]:
    """Return the values that were given; raises Problem for missing and unacceptable ones."""
    given = {}
    for name, kind in takes.items():
        if name in raw:
            try:
                given[name] = _value(raw, name, kind)
            except Problem as problem:
                if not tolerant or kind.endswith("!") or problem.code != "FIELD_INVALID":
                    raise
        elif kind.endswith("!"):
            values.read(name, kind, [])
    return given


def arguments_of(
    asked: Raw, named: Mapping[str, str], skips: Callable[[str], bool], *, tolerant: bool
) -> dict[str, Any]:
    """Return the arguments that were given; lists of ids must not repeat themselves."""
    if skips("unknown-arguments"):
        _check_names(asked, named)
    strict = not skips("duplicate-ids")
    for name in ("ids", "legacy_ids"):
        if name in asked:
            parts = [str(part) for one in asked.all(name) for part in values.parts(name, one)]
            if strict and len(set(parts)) < len(parts):
                raise inconsistent(f"{name} names something twice.")
            asked.set(name, ",".join(dict.fromkeys(parts)))
    return read(asked, named, tolerant=tolerant)


def _value(raw: Raw, name: str, kind: str) -> Any:
    if kind.rstrip("!?") in ("map", "json") and raw.keyed(name):
        return raw.keyed(name)
    return values.read(name, kind, raw.all(name))


def check_sets(raw: Raw, any_of: Iterable[Iterable[str]], one_of: Iterable[Iterable[str]]) -> None:
    """Raise Problem for none of a set that needs one, for several of a set that takes one."""
    for names in map(list, any_of):
        if not any(name in raw for name in names):
            text = f"One of {', '.join(names)} is required."
            raise Problem(400, "ANY_FIELD_REQUIRED", text, parameters=names)
    for names in map(list, one_of):
        sent = [name for name in names if name in raw]
        if len(sent) > 1:
            text = f"Only one of {', '.join(names)} can be given."
            raise Problem(400, "ONE_FIELD_EXPECTED", text, parameters=sent)
