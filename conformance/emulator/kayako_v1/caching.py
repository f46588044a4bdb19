"""Validators of answers, and the four conditional headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from conformance.emulator.kayako_v1 import moments
from conformance.emulator.kayako_v1.problems import Problem

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


def check(headers: Mapping[str, str], now: Validators) -> None:
    """Raise Problem (412) when the state is another than the caller thinks."""
    wanted = headers.get("if-match")
    if wanted is not None and not _matches(wanted, now.tag):
        raise _modified()
    since = moments.from_header(headers.get("if-unmodified-since", ""))
    if since is not None and now.changed is not None and now.changed > since:
        raise _modified()


def is_known(headers: Mapping[str, str], now: Validators) -> bool:
    """Tell whether the caller has the state already."""
    wanted = headers.get("if-none-match")
    if wanted is not None:
        return _matches(wanted, now.tag)
    since = moments.from_header(headers.get("if-modified-since", ""))
    return since is not None and now.changed is not None and now.changed <= since


def _matches(wanted: str, tag: str) -> bool:
    found = [quoted or bare for quoted, bare in _TAGS.findall(wanted)]
    return "*" in found or tag in found


def _modified() -> Problem:
    return Problem(412, "RESOURCE_MODIFIED", "The resource has changed meanwhile.")
