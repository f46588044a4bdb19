"""Answers of the library that go wrong in one way."""

from collections.abc import Callable
from typing import Any

from conformance.engine.exchange import Request, Response

Open = Callable[..., Any]


def failing(path: str, status: int = 500, method: str | None = None) -> Callable[..., Any]:
    """Answers of the library where one path fails with a status; 0 means no answer."""

    def instead(request: Request) -> Response | str | None:
        if request.url.endswith(path) and method in (None, request.method):
            return Response(status, "Broken", (), b"") if status else "it hung up"
        return None

    return instead


def showing(path: str, body: bytes) -> Callable[..., Any]:
    def instead(request: Request) -> Response | None:
        return Response(200, "OK", (), body) if request.url.endswith(path) else None

    return instead
