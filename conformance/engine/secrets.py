"""Secrets: a type that never prints, and the one place that takes them out of everything written.

Redaction keeps kind and equality: the same secret always becomes the same `«kind-n»`, so that a
recording can be judged again with the same verdicts.
"""

import html
import json
import logging
import re
import string
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus


class Secret:
    """A text that shows as dots; `reveal()` is the only way to it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "«••••»"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


#: Forms at least this long are found by their start, so that thousands of them cost little.
_LONG = 16
#: A text is looked at in steps of this length: a start that stands in it fills one of them.
_STEP = _LONG // 2
_WORD = re.compile(r"""[^\s"'<>«»]{16,}""")
_UNCHANGED = string.ascii_letters + string.digits
_NAME = r"«[^«»]*»"


class Redactor:
    """Replaces every known secret in a text, in each form it may travel in."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._by_start: dict[str, dict[str, str]] = {}
        self._pieces: set[str] = set()
        self._shortest = _LONG
        self._others: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def add(self, value: str, kind: str) -> str:
        """Remember a secret of this kind; returns the name that stands for it."""
        if not value:
            return value
        known = self._names.get(value)
        if known is not None:
            return known
        number = self._counts[kind] = self._counts.get(kind, 0) + 1
        name = self._names[value] = f"«{kind}-{number}»"
        for form in _forms_of(value):
            self._shortest = min(self._shortest, len(form))
            if _WORD.fullmatch(form):
                self._start(form[:_LONG]).setdefault(form, name)
            else:
                self._others.setdefault(form, name)
                self._pattern = None
        return name

    def _start(self, start: str) -> dict[str, str]:
        """The forms that begin so, with their names."""
        forms = self._by_start.get(start)
        if forms is None:
            forms = self._by_start[start] = {}
            self._pieces.update(start[at : at + _STEP] for at in range(_LONG - _STEP + 1))
        return forms

    def redact(self, text: str) -> str:
        """The text with every known secret replaced by its name; the longer of two goes first."""
        if len(text) < self._shortest:
            return text
        if self._by_start:
            text = _WORD.sub(self._replace_long, text)
        if self._others:
            text = self._compiled().sub(self._replace_other, text)
        return text

    def _replace_long(self, found: re.Match[str]) -> str:
        word = found.group()
        pieces = [word[at : at + _STEP] for at in range(0, len(word) - _STEP + 1, _STEP)]
        if self._pieces.isdisjoint(pieces):
            return word
        parts: list[str] = []
        kept = 0
        for at in self._places(pieces):
            forms = self._by_start.get(word[at : at + _LONG]) if at >= kept else None
            fitting = forms and [form for form in forms if word.startswith(form, at)]
            if forms and fitting:
                longest = max(fitting, key=len)
                parts += [word[kept:at], forms[longest]]
                kept = at + len(longest)
        return "".join([*parts, word[kept:]])

    def _places(self, pieces: list[str]) -> Iterator[int]:
        """Where a start may stand, rising: it fills one of the pieces, wherever it begins."""
        done = 0
        for number, piece in enumerate(pieces):
            if piece in self._pieces:
                middle = number * _STEP
                yield from range(max(middle - _STEP, done), middle + 1)
                done = middle + 1

    def _compiled(self) -> re.Pattern[str]:
        if self._pattern is None:
            ordered = sorted(self._others, key=len, reverse=True)
            self._pattern = re.compile("|".join([_NAME, *map(re.escape, ordered)]))
        return self._pattern

    def _replace_other(self, found: re.Match[str]) -> str:
        """Names that stand for other secrets may hold a short one by chance, and stay."""
        return self._others.get(found.group(), found.group())


def _forms_of(value: str) -> set[str]:
    """Every form of a secret. All of them write letters and digits as they are, so that those at
    the beginning need no thought: signatures, of which there are thousands, hardly hold more."""
    rest = value.lstrip(_UNCHANGED)
    plain = value[: len(value) - len(rest)]
    return {form for end in _endings(rest, len(value) > _LONG) if (form := plain + end)}


@lru_cache(maxsize=256)
def _endings(value: str, padded: bool) -> frozenset[str]:
    """The text itself, in addresses and forms (also when these are quoted in addresses), in
    markup, in JSON and in a Python literal; base64 padding is left out by some."""
    plain = {value, value.rstrip("=") if padded else value}
    encoded = {quote(value, safe=""), quote_plus(value), quote(value), quote(value, safe="/+=")}
    encoded |= {_small_escapes(form) for form in encoded}
    written = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    written |= {form.replace("/", "\\/") for form in written}
    written |= {html.escape(value), html.escape(value, quote=False), _numbered(value)}
    written |= {repr(value)[1:-1], repr(value.encode())[2:-1]}
    return frozenset(plain | encoded | {quote(form) for form in encoded} | written)


def _small_escapes(encoded: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda found: found.group().lower(), encoded)


def _numbered(value: str) -> str:
    """As markup that writes the signs of base64 as numbers."""
    return value.replace("+", "&#43;").replace("/", "&#47;").replace("=", "&#61;")


class RedactingFilter(logging.Filter):
    """Takes secrets out of log records, before any handler sees them."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._redactor.redact(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._redactor.redact(record.exc_text)
        if record.stack_info:
            record.stack_info = self._redactor.redact(record.stack_info)
        return True
