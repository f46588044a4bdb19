"""index.html: one self-contained page about one run.

Nothing in it is loaded from anywhere, and it reads without JavaScript. Whatever came from a server
is text: it is escaped by the template engine, invisible characters are shown, and the page forbids
every script and every load but its own in its security policy.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from conformance.report import verdicts
from conformance.report.page import check_title, page
from conformance.report.results import write_text
from conformance.report.text import counted, visible

FILE_NAME = "index.html"

_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]+")
_TEXT_LIMIT = 1500


def render(results: Mapping[str, Any]) -> str:
    """The page as HTML. Expects results that keep `schemas/results.schema.json`."""
    style, script = _own("style.css"), _own("page.js")
    return (
        _environment()
        .get_template("index.html.j2")
        .render(
            page=page(results),
            style=style,
            script=script,
            policy=_policy(style, script),
        )
    )


def write(results: Mapping[str, Any], folder: Path) -> Path:
    """Write `index.html` into the folder, all or nothing, and return its path."""
    return write_text(folder / FILE_NAME, render(results))


def anchor(kind: str, name: str) -> str:
    """The HTML id of a check, exchange ...: the same in every run, whatever its name holds."""
    if _PLAIN_NAME.fullmatch(name):
        return f"{kind}-{name}"
    digest = hashlib.sha256(name.encode("utf-8", "backslashreplace")).hexdigest()
    return f"{kind}-{digest[:12]}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("conformance.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        anchor_of=lambda name, kind: anchor(kind, name), brief=_brief, counted=counted
    )
    environment.globals.update(
        words=verdicts.CHECKS, runs=verdicts.RUNS, tally=verdicts.tally, check_title=check_title
    )
    return environment


def _finalize(value: Any) -> Any:
    """Show what is invisible, in every text that reaches the page."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _brief(text: str, limit: int = _TEXT_LIMIT) -> str:
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit} more characters)"


def _own(name: str) -> Markup:
    """A style sheet or script of ours: the only text that is trusted as it stands."""
    environment = _environment()
    assert environment.loader is not None
    return Markup(environment.loader.get_source(environment, name)[0])


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_fingerprint(style)}'; "
        f"script-src '{_fingerprint(script)}'; base-uri 'none'; form-action 'none'"
    )


def _fingerprint(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
