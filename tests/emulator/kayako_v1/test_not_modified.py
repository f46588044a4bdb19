"""What goes over the wire with 304: nothing, or with the fault a body all the same."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from conformance.emulator import Settings, running

FAULT = "not-modified-with-a-body"


def _answer(url: str) -> tuple[bytes, bytes]:
    """Return head and body as they come, whatever the status."""
    parts = urlsplit(url)
    request = (
        f"GET {parts.path}/tests/1 HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: */*\r\n"
        "If-None-Match: *\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5) as connection:
        connection.sendall(request.encode())
        with connection.makefile("rb") as found:
            head, _, body = found.read().partition(b"\r\n\r\n")
    return head, body


@pytest.mark.parametrize(("faults", "shown"), [((), b""), ((FAULT,), b'"resource_type": "test"')])
def test_a_body_comes_with_the_fault_alone(faults: tuple[str, ...], shown: bytes) -> None:
    with running(Settings("kayako-v1", faults=faults)) as server:
        head, body = _answer(server.url)
    assert head.startswith(b"HTTP/1.1 304 ")
    assert shown in body
    assert bool(body) == bool(shown)
    assert (b"Content-Length" in head) == bool(shown)
