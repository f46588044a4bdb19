"""Values of arguments and parameters: read from texts (forms, queries) and from JSON alike.

| kind | takes |
|---|---|
| `string`, `integer`, `number` | that |
| `boolean` | true, false in any letter case, 1, 0 |
| `time` | ISO-8601 or Unix time; becomes Unix seconds |
| `binary` | base64; becomes bytes |
| `option A B` | one of these, in any letter case |
| `strings`, `integers`, `options A B` | JSON array, repeated `name[]`, commas |
| `map` | `name[key]=value` or an object |
| `json` | any JSON, native or as text |
| `file`, `files` | file parts of a multipart body |

`!` at the end of a kind: has to be given. `?`: null and the empty text mean "nothing" and become
None; numbers, times and options take these without it, too.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from conformance.emulator.kayako_v1 import moments
from conformance.emulator.kayako_v1.problems import duplicate, empty, invalid, required
from conformance.emulator.wire import Upload

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def read(name: str, kind: str, values: Sequence[Any]) -> Any:
    """Return a value that was given (all its occurrences); raises Problem."""
    kind, needed = kind.removesuffix("!"), kind.endswith("!")
    kind, _, choices = kind.removesuffix("?").partition(" ")
    last = values[-1] if values else None
    if needed and _nothing(values):
        raise required(name) if last is None else empty(name)
    if kind in _LISTS:
        return _list(name, kind, choices.split(), values)
    if kind in ("file", "files"):
        return _files(name, kind, values)
    if last is None or (last == "" and kind not in ("string", "boolean")):
        return {} if kind == "map" else None
    return _one(name, kind, choices.split(), last)


def _nothing(values: Sequence[Any]) -> bool:
    return all(value is None or value in ("", []) for value in values)


def _one(name: str, kind: str, choices: Sequence[str], value: Any) -> Any:
    try:
        found = _READERS[kind](value)
    except (ValueError, TypeError, OverflowError, OSError):
        raise invalid(name) from None
    if kind == "option" and found not in choices:
        raise invalid(name, f"{name} has to be one of {', '.join(choices)}.")
    return found


def _list(name: str, kind: str, choices: Sequence[str], values: Sequence[Any]) -> list[Any]:
    texts = [text for value in values for text in parts(name, value)]
    found = [_one(name, _LISTS[kind], choices, text) for text in texts]
    if len({str(one) for one in found}) < len(found):
        raise duplicate(name, f"{name} names something twice.")
    return found


def parts(name: str, value: Any) -> list[Any]:
    """Return the items of one occurrence of a list."""
    if isinstance(value, list):
        return value
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            return list(json.loads(value))
        except ValueError:
            raise invalid(name) from None
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [] if value is None else [value]


def _files(name: str, kind: str, values: Sequence[Any]) -> Any:
    values = [one for value in values for one in (value if isinstance(value, list) else [value])]
    uploads = [value for value in values if isinstance(value, Upload)]
    if len(uploads) < len([value for value in values if value not in (None, "")]):
        raise invalid(name, f"{name} has to be a file.")
    return uploads if kind == "files" else (uploads[-1] if uploads else None)


def _string(value: Any) -> str:
    if isinstance(value, str):
        value.encode()  # half a surrogate pair cannot be kept
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return json.dumps(value)
    raise ValueError(value)


def _integer(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int(_matching(_INTEGER, str(value)))
    return int(_matching(_INTEGER, value))


def _number(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    number = float(_matching(_NUMBER, value))
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    text = str(value).strip() if isinstance(value, str) else ""
    if not pattern.fullmatch(text):
        raise ValueError(value)
    return text


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        raise ValueError(value)
    found = _BOOLEANS.get(str(value).strip().lower())
    if found is None:
        raise ValueError(value)
    return found


def _binary(value: Any) -> bytes:
    if isinstance(value, Upload):
        return value.contents
    text = re.sub(r"\s", "", _string(value))
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError(value) from error


def _json(value: Any) -> Any:
    found = json.loads(value) if isinstance(value, str) else value
    json.dumps(found, ensure_ascii=False).encode()
    return found


def _map(value: Any) -> dict[str, Any]:
    found = _json(value)
    if not isinstance(found, dict):
        raise ValueError(value)
    return found


_READERS: dict[str, Callable[[Any], Any]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "time": lambda value: moments.read(_string(value).strip()),
    "binary": _binary,
    "option": lambda value: _string(value).strip().upper(),
    "map": _map,
    "json": _json,
}
_LISTS = {"strings": "string", "integers": "integer", "options": "option"}
