"""Matchers: relations between a value and what was promised. They know nothing of checks.

Each is a callable that returns None when the value fits and otherwise says what was promised.
"""

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

Matcher = Callable[[Any], str | None]


def equal_to(expected: Any) -> Matcher:
    """The same value; a number and its decimal text are the same."""

    def match(value: Any) -> str | None:
        return None if same(value, expected) else _show(expected)

    return match


def different_from(other: Any) -> Matcher:
    def match(value: Any) -> str | None:
        return f"something other than {_show(other)}" if same(value, other) else None

    return match


def one_of(allowed: Iterable[Any]) -> Matcher:
    options = tuple(allowed)

    def match(value: Any) -> str | None:
        fits = any(same(value, option) for option in options)
        return None if fits else "one of " + ", ".join(_show(option) for option in options)

    return match


def containing(part: Any) -> Matcher:
    """A text with this part, or a list with this entry."""

    def match(value: Any) -> str | None:
        if isinstance(value, str):
            fits = str(part) in value
        else:
            fits = isinstance(value, Collection) and any(same(v, part) for v in value)
        if fits:
            return None
        return f"{_show(part)} in it"

    return match


def lacking(part: Any) -> Matcher:
    """A text or list without this part or entry."""

    def match(value: Any) -> str | None:
        return None if containing(part)(value) is not None else f"{_show(part)} not in it"

    return match


def matching(pattern: str, words: str) -> Matcher:
    """A text of a form, described in words."""
    compiled = re.compile(pattern)

    def match(value: Any) -> str | None:
        return None if isinstance(value, str) and compiled.fullmatch(value) else words

    return match


def at_least(least: float) -> Matcher:
    def match(value: Any) -> str | None:
        fits = isinstance(value, (int, float)) and value >= least
        return None if fits else f"at least {least}"

    return match


def at_most(most: float) -> Matcher:
    def match(value: Any) -> str | None:
        fits = isinstance(value, (int, float)) and value <= most
        return None if fits else f"at most {most}"

    return match


def a_positive_integer(value: Any) -> str | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return None if fits else "a positive integer"


def empty(value: Any) -> str | None:
    """Nothing, zero, or an empty text or list."""
    return None if value in (None, 0, "", "0") or value == [] else "nothing"


def not_empty(value: Any) -> str | None:
    return "something" if empty(value) is None else None


def same(value: Any, expected: Any) -> bool:
    """Equal, or a number and its text: numbers travel as text in requests. True is no 1."""
    if isinstance(value, bool) or isinstance(expected, bool):
        return value is expected
    if value == expected:
        return True
    if isinstance(value, (int, str)) and isinstance(expected, (int, str)):
        return str(value) == str(expected)
    return False


def _show(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
