"""What is looked at before anything else: Accept, timestamps, and where a script comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from conformance.emulator.kayako_v1 import moments
from conformance.emulator.kayako_v1.problems import Problem
from conformance.emulator.wire import Answer, Call

ORIGINS = ("https://app.helpdesk.example",)
"""The origins whose scripts may call, as the admin interface would list them."""
_SKEW = 300  # seconds
_JSON = ("application/json", "application/*", "*/*")
_EXPOSED = "ETag, Last-Modified, Retry-After, X-API-Version, X-CSRF-Token, X-RememberMe"


def check_address(call: Call, skips: Callable[[str], bool]) -> None:
    """Raise Problem where a fault knows a path or brackets in one of two forms only."""
    if "%28" in call.query and skips("escaped-brackets"):
        raise Problem(400, "PARAMETER_INVALID", "The query is not understood.")
    suffixed = call.path.endswith(".json")
    if skips("json-suffix" if suffixed else "no-suffix"):
        text = "The path names no resource in the form that is known."
        raise Problem(404, "RESOURCE_NOT_FOUND", text)


def check_headers(call: Call, skips: Callable[[str], bool], *, json: bool) -> None:
    """Raise Problem where an answer in JSON is not accepted, or a fault minds Cache-Control."""
    if json and not skips("accept"):
        _check_accept(call.headers.get("accept", ""), listed=not skips("accept-list"))
    if "cache-control" in call.headers and skips("cache-control"):
        raise Problem(400, "PARAMETER_INVALID", "Cache-Control is not understood here.")


def _check_accept(accepted: str, *, listed: bool) -> None:
    """Raise Problem (406) unless JSON is accepted; `listed`: as one of several types, too."""
    for one in accepted.split(",") if listed else [accepted]:
        kind, *details = (part.strip().lower().replace(" ", "") for part in one.split(";"))
        refused = any(d.startswith("q=") and not d[2:].strip("0.") for d in details)
        if kind in _JSON and not refused:
            return
    raise Problem(406, "FORMAT_NOT_ACCEPTABLE", "Accept has to allow application/json.")


def check_timestamp(text: str | None, now: float) -> None:
    """Raise Problem for a time of the request that is far from ours."""
    if text is None:
        return
    try:
        sent = moments.read(text.strip())
    except (ValueError, OverflowError):
        sent = 0
    if abs(sent - now) > _SKEW:
        message = "The timestamp is too far from the time of the server."
        raise Problem(400, "TIMESTAMP_MISMATCH", message, beside={"timestamp": int(now)})


def is_preflight(call: Call) -> bool:
    """Tell whether a browser asks what a script may do."""
    headers = call.headers
    return call.verb == "OPTIONS" and "access-control-request-method" in headers


def preflight(call: Call) -> Answer:
    """Return what scripts may do."""
    allowed = {
        "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
        "Access-Control-Allow-Headers": call.headers.get("access-control-request-headers", "*"),
        "Access-Control-Max-Age": "600",
    }
    known = call.headers.get("origin") in ORIGINS
    return shared(call, Answer(200, headers=allowed if known else {}))


def shared(call: Call, answer: Answer) -> Answer:
    """Return an answer that scripts of known origins may read."""
    origin = call.headers.get("origin")
    if origin is None:
        return answer
    headers = {**answer.headers, "Vary": "Origin"}
    if origin in ORIGINS:
        headers |= {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Expose-Headers": _EXPOSED,
        }
    return replace(answer, headers=headers)
