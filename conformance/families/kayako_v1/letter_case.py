"""Letter case of names (chapter "Special Options"): how a name is written in each."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.engine import violate

#: Members that are maps of data: their keys keep their spelling.
_FREE_MAPS = ("metadata",)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def snake(name: str) -> str:
    """A name of any case in snake case."""
    return _HUMP.sub("_", name).lower()


def pascal(name: str) -> str:
    """A name of snake case in pascal case."""
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


def camel(name: str) -> str:
    """A name of snake case in camel case."""
    return name[:1] + pascal(name)[1:]


CASES: Mapping[str, Callable[[str], str]] = {"snake": str, "camel": camel, "pascal": pascal}


def in_snake(value: Any) -> Any:
    """An answer of any case with its names as the catalogue has them."""
    if isinstance(value, Mapping):
        return {
            snake(name): inner if snake(name) in _FREE_MAPS else in_snake(inner)
            for name, inner in value.items()
        }
    return [in_snake(inner) for inner in value] if isinstance(value, list) else value


def judge_names(value: Any, case: str, *requirements: str) -> None:
    """Hold every name in an answer, however deep, against the case that was asked for."""
    for where, name in _names(value, ""):
        if CASES[case](snake(name)) != name:
            violate(where, f"a name in {case} case", name, *requirements)


def _names(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield f"{where}/{name}", name
            if snake(name) not in _FREE_MAPS:
                yield from _names(inner, f"{where}/{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _names(inner, f"{where}/{number}")
