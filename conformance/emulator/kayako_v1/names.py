"""Names in snake, camel and Pascal case: understood in all three, written in the one asked for."""

from __future__ import annotations

import re
from collections.abc import Callable

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BEHIND = re.compile(r"(?<=[A-Za-z0-9])_([a-z0-9])")


def snake(name: str) -> str:
    """Return a name in snake case; a leading underscore stays."""
    return _HUMP.sub("_", name).lower()


def camel(name: str) -> str:
    """Return a name of snake case in camel case; a leading underscore stays."""
    return _BEHIND.sub(lambda found: found[1].upper(), name)


def pascal(name: str) -> str:
    """Return a name of snake case in Pascal case."""
    written = camel(name)
    return written[:1].upper() + written[1:]


CASES: dict[str, Callable[[str], str]] = {"snake": str, "camel": camel, "pascal": pascal}
