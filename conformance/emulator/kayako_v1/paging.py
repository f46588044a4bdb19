"""Pages of a collection: which keys stand on one, and the links to the others."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from conformance.emulator.kayako_v1 import moments, values
from conformance.emulator.kayako_v1.kinds import Collection
from conformance.emulator.kayako_v1.names import CASES
from conformance.emulator.kayako_v1.parameters import Raw
from conformance.emulator.kayako_v1.problems import Problem, invalid

USUAL = 10
_MOVING = ("limit", "offset", "before_id", "after_id", "since", "until")
_SECRET = ("access_token", "_jwt", "_session_id", "_token", "_otp", "_fingerprint_id")


@dataclass
class Page:
    """The keys of one page, what the envelope says of it, and the arguments of its neighbours."""

    keys: Sequence[Any]
    says: dict[str, Any] = field(default_factory=dict)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)


def cut(found: Collection, style: str, asked: Raw, *, tolerant: bool) -> Page:
    """Return the page that was asked for; raises Problem for arguments that cannot be."""
    if style == "whole":
        return Page(found.keys, {"total_count": len(found.keys)})
    limit = _number(asked, "limit", tolerant) or USUAL
    offset = _number(asked, "offset", tolerant)
    if style in ("cursor", "tests") and offset is None:
        page = _by_cursor(found.keys, limit, asked, tolerant)
    elif style == "date" and offset is None:
        page = _by_date(found, limit, asked)
    else:
        page = _by_offset(found.keys, limit, offset or 0)
    page.says |= {"limit": limit, "total_count": len(found.keys)}
    return page


def _number(asked: Raw, name: str, tolerant: bool) -> int | None:
    if not asked.text(name):
        return None
    try:
        number: int = values.read(name, "integer", asked.all(name))
        if number < 0:
            raise invalid(name, f"{name} must not be negative.")
    except Problem:
        if tolerant:
            return None
        raise
    return number


def _by_offset(keys: Sequence[Any], limit: int, offset: int) -> Page:
    total, links = len(keys), {}
    last = (total - 1) // limit * limit if total else 0
    if offset > 0:
        links["first_url"] = {"limit": limit}
        links["previous_url"] = {"limit": limit, "offset": max(0, min(offset, total) - limit)}
    if offset + limit < total:
        links["next_url"] = {"limit": limit, "offset": offset + limit}
    if total and last != offset and (offset > 0 or limit < total):
        links["last_url"] = {"limit": limit, "offset": last}
    return Page(keys[offset : offset + limit], {"offset": offset}, links)


def _by_cursor(keys: Sequence[Any], limit: int, asked: Raw, tolerant: bool) -> Page:
    before = _number(asked, "before_id", tolerant)
    after = _number(asked, "after_id", tolerant)
    if before is not None and after is not None:
        names = ["before_id", "after_id"]
        text = "Only one of before_id and after_id can be given."
        raise Problem(400, "ONE_FIELD_EXPECTED", text, parameters=names)
    begin, end = 0, min(limit, len(keys))
    if after is not None:
        begin = _place(keys, after, behind=True)
        end = begin + limit
    elif before is not None:
        end = _place(keys, before, behind=False)
        begin = max(0, end - limit)
    shown = keys[begin:end]
    links: dict[str, dict[str, Any]] = {}
    if begin > 0 and keys:
        links["first_url"] = {"limit": limit}
        if shown:
            links["previous_url"] = {"limit": limit, "before_id": shown[0]}
    if end < len(keys):
        last = (len(keys) - 1) // limit * limit
        if shown:
            links["next_url"] = {"limit": limit, "after_id": shown[-1]}
        links["last_url"] = {"limit": limit, "after_id": keys[last - 1]} if last else {}
    return Page(shown, {}, links)


def _place(keys: Sequence[Any], key: int, *, behind: bool) -> int:
    """Return the position before or behind a key, or where it would be in the order of the keys."""
    if isinstance(keys, range) or len(keys) < 2 or keys[0] < keys[-1]:
        ordered = keys if isinstance(keys, range) or list(keys) == sorted(keys) else None
        if ordered is not None:
            return (bisect_right if behind else bisect_left)(ordered, key)
    if key in keys:
        return list(keys).index(key) + (1 if behind else 0)
    return sum(1 for one in keys if one > key)


def _by_date(found: Collection, limit: int, asked: Raw) -> Page:
    since = values.read("since", "time", asked.all("since"))
    until = values.read("until", "time", asked.all("until"))
    chosen = [
        (key, date)
        for key, date in zip(found.keys, found.dates, strict=True)
        if (since is None or date >= since) and (until is None or date <= until)
    ]
    if len(chosen) <= limit:
        return Page([key for key, _ in chosen])
    bound = chosen[limit - 1][1]
    # Those of the same date stay together, or a page could never be left behind.
    shown = [key for place, (key, date) in enumerate(chosen) if place < limit or date == bound]
    links = {}
    if len(shown) < len(chosen):
        onward = {"until": bound - 1} if bound >= chosen[-1][1] else {"since": bound + 1}
        dates = {name: moments.iso(date) for name, date in onward.items()}
        links["next_url"] = {"limit": limit, **dates}
    return Page(shown, {}, links)


def address(path: str, asked: Raw, case: str, moved: dict[str, Any]) -> str:
    """Return the address of another page: the arguments of the request, moved."""
    pairs = []
    for name in asked.names():
        if name not in (*_MOVING, *_SECRET):
            pairs += [(name, text) for text in asked.texts(name)]
    shown = {**moved}
    if shown.get("limit") == USUAL:
        del shown["limit"]
    if not shown.get("offset"):
        shown.pop("offset", None)
    pairs += [(name, str(value)) for name, value in shown.items()]
    written = [
        f"{CASES[case](name) if name[0] != '_' else name}={_quoted(name, text)}"
        for name, text in pairs
    ]
    return f"{path}.json?{'&'.join(written)}" if written else f"{path}.json"


def _quoted(name: str, text: str) -> str:
    return quote(text, safe="+-_.~" if name == "fields" else "-_.~")
