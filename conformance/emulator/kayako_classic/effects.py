"""What declared faults do: change a request before it is handled, or its answer afterwards.

An effect is a mapping. `at` says where it acts: patterns (`department.create`, `*.list`,
`PUT Tickets/TicketStatus/*`) matched against the operation and against verb and path; without it
the effect acts everywhere. Its other members, in the order in which they are used:

| member | does |
|---|---|
| `admit: [reason]` | lets a call in that authentication refused for that reason |
| `refuse: 500` | answers with that status and does nothing |
| `signed: query`, `signed: body` | looks for the authentication fields only there |
| `undecoded: true` | compares the signature as it stands in the query, not URL-decoded |
| `digest: hex`, `digest: swapped` | expects a signature computed in that wrong way |
| `files: false` | refuses (400) file parts |
| `recode: [field]` | reads the UTF-8 of a field as Latin-1 |
| `ignore: [field]` | takes request fields away |
| `blank: [field]` | adds fields that were not sent, with an empty value |
| `single: [field]` | keeps only the first value of an array |
| `default: {field: value}` | sets request fields that were not sent |
| `assume: {field: value}` | sets request fields |
| `known: {field: [value]}` | replaces a value not listed by the first that is |
| `require: [field]` | refuses (400) a request without these fields |
| `clash: {field: pattern}` | refuses (400) a request in which all of these fields match |
| `numeric: [field]` | refuses (400) anything but digits in these fields |
| `only: [field]` | refuses (400) a request with other fields |
| `arguments: {0: "-1"}` | replaces path arguments, by their position |
| `digits: true` | cuts path arguments after their leading digits |
| `turn: {404: 200}` | answers refusals of one status with another |
| `shape: [[verb, path, value?]]` | changes the XML tree (`shapes`); `$name` is a request field |
| `writing: [how]` | changes how the document is written, see `shapes` |
| `status: 201`, `body: text` | changes the status, or the body, of a good answer |
| `if_empty: 404` | answers an empty list with that status |
| `forget: true` | answers as if all was well, but keeps nothing |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from conformance.emulator.effects import Declared, Place
from conformance.emulator.kayako_classic.fields import Fields
from conformance.emulator.kayako_classic.shapes import reshape, write
from conformance.emulator.kayako_classic.xml import Element
from conformance.emulator.wire import Answer, Refusal, Upload

_PROTOCOL_FIELDS = ("e", "apikey", "salt", "signature")


def _refuse(_: Fields, status: int) -> None:
    raise Refusal(status, "This does not work here.")


def _files(fields: Fields, allowed: bool) -> None:
    if not allowed and any(isinstance(fields.raw(name), Upload) for name in fields.names()):
        raise Refusal(400, "Files are not taken.")


def _recode(fields: Fields, names: Sequence[str]) -> None:
    for name in names:
        fields.set(name, (fields.text(name) or "").encode().decode("latin-1") or None)


def _ignore(fields: Fields, names: Sequence[str]) -> None:
    for name in names:
        fields.set(name, None)


def _blank(fields: Fields, names: Sequence[str]) -> None:
    for name in names:
        fields.set(name, fields.raw(name) or "")


def _single(fields: Fields, names: Sequence[str]) -> None:
    for name in names:
        fields.set(name, next(iter(fields.list(name) or ()), None))


def _default(fields: Fields, values: Mapping[str, str]) -> None:
    _assume(fields, {name: text for name, text in values.items() if not fields.raw(name)})


def _assume(fields: Fields, values: Mapping[str, str]) -> None:
    for name, text in values.items():
        fields.set(name, text)


def _known(fields: Fields, values: Mapping[str, Sequence[str]]) -> None:
    for name, known in values.items():
        if (fields.text(name) or known[0]) not in known:
            fields.set(name, known[0])


def _require(fields: Fields, names: Sequence[str]) -> None:
    for name in names:
        if not fields.raw(name):
            raise Refusal(400, f"{name} is required.")


def _clash(fields: Fields, patterns: Mapping[str, str]) -> None:
    given = {name: fields.list(name) or [] for name in patterns}
    if all(any(fnmatchcase(text, patterns[name]) for text in given[name]) for name in given):
        raise Refusal(400, f"{', '.join(patterns)} cannot be given like this.")


def _numeric(fields: Fields, names: Sequence[str]) -> None:
    for name in names:
        if not (fields.text(name) or "0").isdigit():
            raise Refusal(400, f"{name} must be a number.")


def _only(fields: Fields, names: Sequence[str]) -> None:
    extra = sorted(set(fields.names()) - {*names, *_PROTOCOL_FIELDS})
    if extra:
        raise Refusal(400, f"There is no field {extra[0]}.")


_BEFORE: dict[str, Callable[[Fields, Any], None]] = {
    "refuse": _refuse,
    "files": _files,
    "recode": _recode,
    "ignore": _ignore,
    "blank": _blank,
    "single": _single,
    "default": _default,
    "assume": _assume,
    "known": _known,
    "require": _require,
    "clash": _clash,
    "numeric": _numeric,
    "only": _only,
}
MEMBERS = frozenset(
    (
        *_BEFORE,
        *("at", "admit", "signed", "digest", "arguments", "digits", "turn", "shape", "writing"),
        *("undecoded", "status", "body", "if_empty", "forget"),
    )
)


class Effects(Declared):
    """The declared effects of the faults that are on, and what they do."""

    def before(self, place: Place, fields: Fields, arguments: tuple[str, ...]) -> tuple[str, ...]:
        """Change the request; raises Refusal where an effect refuses it."""
        for member, change in _BEFORE.items():
            for value in self.values(place, member):
                change(fields, value)
        changed = list(arguments)
        for values in self.values(place, "arguments"):
            for index, text in values.items():
                if index < len(changed):
                    changed[index] = str(text)
        for _ in self.values(place, "digits"):
            changed = [re.sub(r"^(\d+)\D.*$", r"\1", argument) for argument in changed]
        return tuple(changed)

    def refused(self, place: Place, refusal: Refusal) -> Refusal:
        """Return the refusal as it is answered."""
        answer = refusal.answer
        for turned in self.values(place, "turn"):
            answer = replace(answer, status=turned.get(answer.status, answer.status))
        return Refusal.answering(answer)

    def written(self, place: Place, root: Element, fields: Fields) -> bytes:
        """Return the XML document of an answer."""
        for changes in self.values(place, "shape"):
            for verb, path, *rest in changes:
                value = rest[0] if rest else None
                if isinstance(value, str) and value.startswith("$"):
                    value = fields.text(value[1:]) or ""
                reshape(root, verb, path, value)
        ways = [way for listed in self.values(place, "writing") for way in listed]
        return write(root, ways)

    def finished(self, place: Place, answer: Answer, *, bare: bool) -> Answer:
        """Return a good answer as it is sent; raises Refusal where nothing is to be kept."""
        for status in self.values(place, "status"):
            answer = replace(answer, status=status)
        for text in self.values(place, "body"):
            answer = replace(answer, body=text.encode())
        for status in self.values(place, "if_empty"):
            answer = replace(answer, status=status) if bare else answer
        if any(self.values(place, "forget")):
            raise Refusal.answering(answer)
        return answer
