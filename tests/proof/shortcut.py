"""Requests that reach an emulator of this process without a socket.

Hundreds of runs prove the faults; what they send goes to the emulator's WSGI application as the
server would hand it over, and what comes back is read as from a connection.
"""

import io
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import requests
import urllib3
from requests.adapters import BaseAdapter

from conformance.engine.deadline import BODILESS

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WsgiAdapter(BaseAdapter):
    """Answers prepared requests by an application; takes the place of the connections."""

    def __init__(self, application: Application) -> None:
        super().__init__()
        self._application = application

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        started: list[Any] = []
        parts = self._application(environment(request), lambda *line: started.extend(line))
        status, headers = started[:2]
        code, _, reason = status.partition(" ")
        body = b"".join(parts)
        bodiless = int(code) in BODILESS
        raw: Any = urllib3.HTTPResponse(
            body=io.BytesIO(b"" if bodiless else body),
            headers=headers,
            status=int(code),
            reason=reason,
            preload_content=False,
            request_method=request.method,
        )
        if bodiless:
            raw.uninvited = body
        response = requests.Response()
        response.status_code, response.reason, response.raw = int(code), reason, raw
        return response

    def close(self) -> None:
        """There is no connection."""


def environment(request: requests.PreparedRequest) -> dict[str, Any]:
    """The request as PEP 3333 has it."""
    url = urlsplit(str(request.url))
    body = request.body or b""
    content = body if isinstance(body, bytes) else str(body).encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": str(request.method).upper(),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1"),
        "QUERY_STRING": url.query,
        "REQUEST_URI": url._replace(scheme="", netloc="").geturl(),
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": url.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = text
    return environ
