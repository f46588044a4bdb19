"""Validators of answers, and the four conditional headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from conformance.emulator.kayako_v1 import moments
from conformance.emulator.kayako_v1.problems import Problem

Skips = Callable[[str], bool]
_TAGS = re.compile(r'(?:W/)?"([^"]*)"|([^\s,"]+)')


@dataclass(frozen=True)
class Validators:
    """What tells one state of an answer from another."""

    tag: str
    changed: int | None = None

    def headers(self) -> dict[str, str]:
        """Return the headers that carry them."""
        found = {"ETag": f'"{self.tag}"'}
        if self.changed is not None:
            found["Last-Modified"] = moments.in_header(self.changed)
        return found


def is_conditional(headers: Mapping[str, str]) -> bool:
    """Tell whether a call is to be carried out only in a certain state."""
    return "if-match" in headers or "if-unmodified-since" in headers


def check(headers: Mapping[str, str], now: Validators, skips: Skips) -> None:
    """Raise Problem (412) when the state is another than the caller thinks."""
    wanted = headers.get("if-match")
    if skips("condition-that-holds") or (
        wanted is not None and not _matches(wanted, now.tag, skips)
    ):
        raise _modified()
    since = _moment(headers, "if-unmodified-since", skips)
    if since is not None and now.changed is not None and now.changed > since:
        raise _modified()


def is_known(headers: Mapping[str, str], now: Validators, skips: Skips) -> bool:
    """Tell whether the caller has the state already."""
    wanted = headers.get("if-none-match")
    if wanted is not None:
        return not skips("if-none-match") and _matches(wanted, now.tag, skips)
    since = _moment(headers, "if-modified-since", skips)
    if since is None or now.changed is None or skips("if-modified-since"):
        return False
    return now.changed <= since or skips("date-of-a-condition")


def _matches(wanted: str, tag: str, skips: Skips) -> bool:
    if skips("tag-in-quotes"):
        return wanted == tag
    found = [quoted or bare for quoted, bare in _TAGS.findall(wanted)]
    return "*" in found or tag in found or skips("tag-of-a-condition")


def _moment(headers: Mapping[str, str], name: str, skips: Skips) -> int | None:
    text = headers.get(name, "")
    return None if text.endswith("GMT") and skips("date-in-gmt") else moments.from_header(text)


def _modified() -> Problem:
    return Problem(412, "RESOURCE_MODIFIED", "The resource has changed meanwhile.")
