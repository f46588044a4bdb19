"""Exchanges as people read them: as they went over the wire, cut where they are endless."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.report.text import duration, indented, visible

BODY_LIMIT = 6000
"""Characters of a body that the page shows; the recording has the rest."""

FOLD_FROM = 1200
"""Characters from which a body is folded away until somebody opens it."""

RECORDING = "recording.jsonl.gz"


@dataclass(frozen=True)
class Body:
    """A request or response body: as it came, and broken into lines where that helps."""

    text: str
    indented: str | None
    folded: bool
    missing: str  # what was cut, in words; empty when nothing was


@dataclass(frozen=True)
class Transcript:
    """One exchange, ready to be shown."""

    id: str
    operation: str
    purpose: str
    seconds: str
    request: str  # request line and headers
    request_body: Body | None
    response: str | None  # status line and headers
    response_body: Body | None
    error: str  # why there is no response; empty when there is one


def transcript(exchange: Mapping[str, Any]) -> Transcript:
    """The exchange as text, with every invisible character shown."""
    request, response = exchange["request"], exchange["response"]
    return Transcript(
        id=exchange["id"],
        operation=exchange["operation"] or "",
        purpose=exchange["purpose"],
        seconds=duration(exchange["seconds"]),
        request=_head(f"{request['method']} {request['url']}", request["headers"]),
        request_body=_body(request),
        response=_head(_status(response), response["headers"]) if response else None,
        response_body=_body(response) if response else None,
        error=visible(exchange.get("error") or ("" if response else "no response came")),
    )


def _status(response: Mapping[str, Any]) -> str:
    return f"HTTP {response['status']} {response['reason'] or ''}".rstrip()


def _head(first_line: str, headers: list[list[str]]) -> str:
    return visible("\n".join([first_line, *(f"{name}: {value}" for name, value in headers)]))


def _body(message: Mapping[str, Any]) -> Body | None:
    text = message["body"]
    if not text:
        return None
    shown = text[:BODY_LIMIT]
    better = indented(text) if len(text) <= BODY_LIMIT else None
    return Body(
        text=visible(shown),
        indented=visible(better) if better else None,
        folded=len(shown) > FOLD_FROM,
        missing=_missing(message, len(text)),
    )


def _missing(message: Mapping[str, Any], length: int) -> str:
    if length > BODY_LIMIT:
        return f"{length - BODY_LIMIT} more characters"
    if message.get("truncated"):
        size = message.get("size")
        return f"the rest of {size} bytes" if size else "the rest"
    return ""
