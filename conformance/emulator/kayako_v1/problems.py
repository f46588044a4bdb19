"""Refusals as the API words them: a status, one or more errors, sometimes more beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_PAGES = "https://developer.kayako.com/api/v1/reference/errors/"


class Problem(Exception):
    """A request is refused: nothing it did is kept."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        beside: Mapping[str, Any] | None = None,
        **details: Any,
    ) -> None:
        """`details` go into the error (parameter, parameters, pointer), `beside` next to it."""
        super().__init__(message)
        self.status, self.code = status, code
        self.headers = dict(headers or {})
        self.error = {"code": code, "message": message, "more_info": f"{_PAGES}{code}", **details}
        self.beside = dict(beside or {})

    def envelope(self) -> dict[str, Any]:
        """Return the body."""
        return {"status": self.status, "errors": [self.error], **self.beside}


def invalid(name: str, message: str = "") -> Problem:
    """Return the refusal of an unacceptable value."""
    return Problem(400, "FIELD_INVALID", message or f"{name} is not acceptable.", parameter=name)


def empty(name: str) -> Problem:
    """Return the refusal of a value that is empty."""
    return Problem(400, "FIELD_EMPTY", f"{name} must not be empty.", parameter=name)


def required(name: str) -> Problem:
    """Return the refusal of a call that lacks a value."""
    return Problem(400, "FIELD_REQUIRED", f"{name} is required.", parameter=name)


def duplicate(name: str, message: str = "") -> Problem:
    """Return the refusal of a value that is taken, or of a list that repeats itself."""
    text = message or f"{name} is already in use."
    return Problem(400, "FIELD_DUPLICATE", text, parameter=name)


def not_found(what: str = "resource") -> Problem:
    """Return the refusal of a call to something that does not exist."""
    return Problem(404, "RESOURCE_NOT_FOUND", f"This {what} does not exist or was removed.")


def denied(message: str = "You may not do this.") -> Problem:
    """Return the refusal of a caller without the right."""
    return Problem(403, "PERMISSIONS_DENIED", message)


def inconsistent(message: str) -> Problem:
    """Return the refusal of arguments that contradict each other."""
    return Problem(400, "PARAMETERS_INCONSISTENT", message)
