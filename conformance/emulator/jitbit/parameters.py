"""Parameters: from query, form, multipart or JSON, by any spelling of their names, with types."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from conformance.emulator.jitbit import dates
from conformance.emulator.wire import Call, Refusal, Upload

Value = str | Upload
_INT = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_WORDS = {"true": True, "false": False, "1": True, "0": False}
_LARGEST = 2**31 - 1


class Raw:
    """The parameters of one call as sent, their names in lower case."""

    def __init__(self, pairs: Iterable[tuple[str, Value]] = (), *, cased: bool = False) -> None:
        """Read pairs; `cased` leaves the names as they are (only a fault does that)."""
        self._cased = cased
        self._values: dict[str, list[Value]] = {}
        for name, value in pairs:
            self._values.setdefault(self._key(name), []).append(value)

    def _key(self, name: str) -> str:
        return name if self._cased else name.lower()

    def texts(self, name: str) -> list[str]:
        """Return the values that are texts, empty ones left out."""
        return [value for value in self.all(name) if isinstance(value, str) and value.strip()]

    def all(self, name: str) -> list[Value]:
        """Return the values as sent."""
        return self._values.get(self._key(name), [])

    def names(self) -> tuple[str, ...]:
        """Return the names that were sent."""
        return tuple(self._values)

    def set(self, name: str, *values: Value) -> None:
        """Replace the values of a parameter; none takes it away."""
        self._values.pop(self._key(name), None)
        if values:
            self._values[self._key(name)] = list(values)


def pairs_of(call: Call, sources: Iterable[str] = ("query", "body")) -> list[tuple[str, Value]]:
    """Return everything a call sends, the query first."""
    pairs: list[tuple[str, Value]] = []
    if "query" in sources:
        pairs += parse_qsl(call.query, keep_blank_values=True)
    if "body" in sources:
        pairs += [*call.fields, *_loose(call.body)]
    return pairs


def _loose(body: bytes) -> list[tuple[str, Value]]:
    """Read a body that says neither form nor multipart: a JSON object, or a form after all."""
    text = body.decode("utf-8", "replace").strip()
    if not text.startswith(("{", "[")):
        return list(parse_qsl(text, keep_blank_values=True))
    try:
        read = json.loads(text)
    except ValueError:
        raise Refusal(400, "The body is not valid JSON.") from None
    if not isinstance(read, dict):
        raise Refusal(400, "A JSON body has to be an object.")
    return [(name, item) for name, value in read.items() for item in _items(value)]


def _items(value: Any) -> list[str]:
    if isinstance(value, list):
        return [item for inner in value for item in _items(inner)]
    if isinstance(value, str):
        return [value]
    return [] if value is None else [json.dumps(value, ensure_ascii=False)]


def whole(text: str) -> int:
    """Return a whole number of 32 bits; ValueError for anything else."""
    if _INT.fullmatch(text.strip()) is None or abs(int(text)) > _LARGEST:
        raise ValueError("a whole number is needed.")
    return int(text)


def word(text: str) -> bool:
    """Return what `true` or `false` says; ValueError for anything else."""
    if text.strip().lower() not in _WORDS:
        raise ValueError("true or false is needed.")
    return _WORDS[text.strip().lower()]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _object(text: str) -> dict[str, str]:
    try:
        read = json.loads(text)
    except ValueError:
        raise ValueError("a JSON object is needed.") from None
    if not isinstance(read, dict):
        raise ValueError("a JSON object is needed.")
    return {name: "".join(_items(value)) for name, value in read.items()}


_TYPES: dict[str, Callable[[str], Any]] = {
    "int": whole,
    "bool": word,
    "text": lambda text: text,
    "list": _listed,
    "ids": lambda text: [whole(part) for part in _listed(text)],
    "date": lambda text: dates.day(text.strip()),
    "datetime": lambda text: dates.moment(text.strip()),
    "day-end": lambda text: dates.day_end(text.strip()),
    "json": _object,
}


def read(raw: Raw, takes: Mapping[str, str], *, tolerant: bool) -> dict[str, Any]:
    """Return the values of the documented parameters that were given, by their documented names.

    Raises Refusal (400) for one that is missing or malformed. A tolerant helpdesk takes a malformed
    optional one as not given.
    """
    values: dict[str, Any] = {}
    for name, kind in takes.items():
        required, may_be_empty = kind.endswith(("!", "+")), kind.endswith("+")
        try:
            value = _value(raw, name, kind.rstrip("!+"))
        except ValueError as error:
            if tolerant and not required:
                continue
            raise Refusal(400, f"{name}: {error}") from None
        if value is None and may_be_empty and raw.all(name):
            value = ""
        if value is not None:
            values[name] = value
        elif required:
            raise Refusal(400, f"{name} is required.")
    return values


def _value(raw: Raw, name: str, kind: str) -> Any:
    """Return the value of one parameter, None when it is not given."""
    if kind == "files":
        files = [file for file in raw.all(name) if isinstance(file, Upload) and _is_file(file)]
        return files or None
    texts = raw.texts(name)
    if not texts:
        return None
    if kind == "ints":
        return [whole(text) for text in texts]
    return _TYPES[kind](texts[0])


def _is_file(upload: Upload) -> bool:
    return bool(upload.filename or upload.contents)
