"""What a caller asks of the form of an answer: partial output, letter case, flat mode, JSONP."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from conformance.emulator.kayako_v1.names import CASES, snake
from conformance.emulator.kayako_v1.parameters import Raw
from conformance.emulator.kayako_v1.problems import Problem, invalid

AJAX = ("xmhttprequest", "xmlhttprequest")
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)


@dataclass
class Rules:
    """A `fields` argument: what is named with which sign, and the rules of nested objects."""

    named: dict[str, str] = field(default_factory=dict)
    nested: dict[str, Rules] = field(default_factory=dict)

    @property
    def everything(self) -> bool:
        """Whether every field is asked for."""
        return "*" in self.named

    def of(self, name: str) -> Rules:
        """Return the rules for a nested object."""
        found = self.nested.get(name)
        if found is None and "*" in self.nested:
            return Rules(self.nested["*"].named, self.nested["*"].nested or self.nested)
        return found or Rules()


def read_rules(text: str) -> Rules:
    """Return the rules of a text; what cannot be read is left out."""
    return _rules(iter(re.findall(r"[-+ ]?[\w*]+|[(),]", text)))


def _rules(tokens: Iterator[str]) -> Rules:
    rules, last = Rules(), ""
    for token in tokens:
        if token == ")":
            break
        if token == "(":
            rules.nested[last] = _rules(tokens)
        elif token != ",":
            # A blank is a plus that was decoded as in a form.
            sign = token[0].replace(" ", "+") if token[0] in "+- " else ""
            last = snake(token.lstrip("+- "))
            rules.named[last] = sign
    return rules


@dataclass(frozen=True)
class Options:
    """The form of one answer."""

    rules: Rules = field(default_factory=Rules)
    include: frozenset[str] = frozenset()
    case: str = "snake"
    empty: bool = True
    flat: bool = False
    ajax: bool = False
    callback: str = ""

    def includes(self, kind: str) -> bool:
        """Tell whether nested objects of a type are written in full."""
        return kind in self.include or "*" in self.include


def form_of(
    verb: str, asked: Raw, headers: Mapping[str, str], skips: Callable[[str], bool]
) -> Options:
    """Return the options that decide how everything is written, refusals included."""
    callback = asked.text("_jsonp_callback") or ""
    case = (asked.text("_case") or "snake").lower()
    right = callback and (_CALLBACK.fullmatch(callback) or skips("callback"))
    usable = right and (verb == "GET" or skips("jsonp-verb"))
    return Options(
        case=case if case in CASES else "snake",
        callback=callback if usable else "",
        ajax=headers.get("x-requested-with", "").strip().lower() in AJAX,
    )


def read(
    verb: str, asked: Raw, headers: Mapping[str, str], skips: Callable[[str], bool]
) -> Options:
    """Return all options; raises Problem for ones that cannot be."""
    form = form_of(verb, asked, headers, skips)
    callback = asked.text("_jsonp_callback")
    if callback is not None and verb == "GET" and not form.callback:
        raise Problem(
            400,
            "PARAMETER_INVALID",
            "_jsonp_callback has to be the name of a function.",
            parameter="_jsonp_callback",
        )
    if (asked.text("_case") or "snake").lower() not in CASES:
        raise invalid("_case", "_case is snake, camel or pascal.")
    named = headers.get("x-options", "").split(",")
    if len(named) > 1 and skips("several-options"):
        named = []
    switched = {one.strip().lower() for one in named}
    include = ",".join(asked.texts("include"))
    return replace(
        form,
        rules=read_rules(",".join(asked.texts("fields"))),
        include=frozenset(snake(one.strip()) for one in include.split(",") if one.strip()),
        empty=not ("no_empty" in switched or _switch(asked, "_empty") is False),
        flat="flat" in switched or _switch(asked, "_flat") is True,
    )


def _switch(asked: Raw, name: str) -> bool | None:
    text = (asked.text(name) or "").strip().lower()
    return {"true": True, "1": True, "false": False, "0": False}.get(text)
