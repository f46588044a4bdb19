"""The bodies of Kayako API v1: the same parameters as a form, as JSON and as parts."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from urllib3.filepost import encode_multipart_formdata

from conformance.engine.draft import Draft
from conformance.engine.operation import Parameter

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
#: Ways to write a list, besides an array in JSON.
COMMAS, BRACKETS = "commas", "brackets"
Pairs = Sequence[tuple[str, str]]
_WORDS = {"true": True, "1": True, "false": False, "0": False}
_KEY = re.compile(r"\[([^\]]*)\]")


def body_of(draft: Draft, pairs: Pairs) -> tuple[bytes, str]:
    """Body and media type: what the draft's option `body` says (`form`, `json`, `multipart`), else
    parts where there are files, else the first media type that the catalogue knows."""
    wanted = draft.options.get("body") or ("multipart" if draft.uploads else _documented(draft))
    if wanted == "json":
        return json.dumps(as_object(draft, pairs), ensure_ascii=False).encode(), JSON
    written = written_lists(draft, pairs)
    if wanted == "form":
        return urlencode(written).encode(), FORM
    parts: list[Any] = list(written)
    parts += [(u.name, (u.filename, u.content, u.media)) for u in draft.uploads]
    return encode_multipart_formdata(parts)


def _documented(draft: Draft) -> str:
    media = draft.operation.extra.get("requestBody", {}).get("content", {FORM: {}})
    return "json" if next(iter(media)) == JSON else "form"


def written_lists(draft: Draft, pairs: Pairs) -> list[tuple[str, str]]:
    """The pairs with each list as one text, or (option `lists`: `brackets`) as `name[]` pairs."""
    lists = {p.name for p in draft.operation.parameters if p.is_array}
    if draft.options.get("lists", COMMAS) == BRACKETS:
        return [(f"{name}[]" if name in lists else name, value) for name, value in pairs]
    joined: dict[str, list[str]] = {}
    plain: list[tuple[str, str]] = []
    for name, value in pairs:
        if name in lists:
            joined.setdefault(name, []).append(value)
        else:
            plain.append((name, value))
    return plain + [(name, ",".join(values)) for name, values in joined.items()]


def as_object(draft: Draft, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The pairs as a JSON object whose values have their documented types."""
    known = {p.name: p for p in draft.operation.parameters}
    content: dict[str, Any] = {}
    for name, text in pairs:
        outer = name.partition("[")[0]
        parameter = known.get(outer)
        value = _typed(parameter, text)
        if parameter is not None and parameter.is_array:
            entries = value if isinstance(value, list) else [value]
            content.setdefault(outer, []).extend(entries)
        else:
            _place(content, [outer, *_KEY.findall(name)], value)
    return content


def _place(content: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    """Set a value where `a[b][c]` says."""
    for key in keys[:-1]:
        inner = content.setdefault(key, {})
        content = inner if isinstance(inner, dict) else {}
    content[keys[-1]] = value


def _typed(parameter: Parameter | None, text: str) -> Any:
    """The value that a form would write like this; text that is none of the type stays text."""
    if parameter is None:
        return text
    if _is_json(parameter.schema):
        return _read(text)
    if parameter.type == "boolean":
        return _WORDS.get(text.lower(), text)
    if parameter.type in ("integer", "number"):
        value = _read(text)
        return value if isinstance(value, (int, float)) else text
    return text


def _is_json(schema: Mapping[str, Any]) -> bool:
    return schema.get("contentMediaType") == JSON or schema.get("items", {}).get("type") == "object"


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
