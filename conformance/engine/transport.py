"""The only way to a server: bounded in time and size, never to another host, nothing from the
environment (a stray proxy variable or .netrc must not touch the run)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.structures import CaseInsensitiveDict

from conformance.engine.deadline import BoundedAdapter, Deadline, Watchdog
from conformance.engine.exchange import Request, Response
from conformance.engine.target import Target

MAX_BYTES = 32 * 1024 * 1024
_CHUNK = 1 << 16
_REDIRECTS = 5
_REDIRECT_STATUSES = (301, 302, 303, 307, 308)


class NoAnswer(Exception):
    """The request got no complete answer; the text says why."""


class Transport:
    """Sends requests to one target over kept-alive connections."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._watchdog = Watchdog(target.timeout)
        self._connections = BoundedAdapter(pool_connections=2, pool_maxsize=16)
        self._origin = _origin(target.url)
        proxy = target.proxy
        self._proxies: dict[str, str] = {"http": proxy, "https": proxy} if proxy else {}
        self._verify: bool | str = target.ca_file or target.verify
        #: Something useful and short to do in any thread while a server is at work.
        self.meanwhile: Callable[[], None] = lambda: None

    def send(self, request: Request, *, repeatable: bool = False) -> Response:
        """The answer, after redirects on the same host. Raises NoAnswer.

        `repeatable` requests are sent once more when a kept-alive connection turns out closed.
        """
        with self._watchdog.deadline() as deadline:
            deadline.meanwhile = self.meanwhile
            for _ in range(_REDIRECTS):
                response = self._once(request, deadline, repeatable)
                address = self._redirect(request, response)
                if address is None:
                    return response
                request = replace(request, url=address)
            return response

    def _redirect(self, request: Request, response: Response) -> str | None:
        """Where to look instead, when the answer says so and it is the same server."""
        location = response.header("Location")
        if response.status not in _REDIRECT_STATUSES or not location or request.method != "GET":
            return None
        try:
            address = urljoin(request.url, location)
            return address if _origin(address) == self._origin else None
        except ValueError:  # an address that is none
            return None

    def _once(self, request: Request, deadline: Deadline, repeatable: bool) -> Response:
        try:
            return self._exchange(request, deadline)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if deadline.passed or isinstance(error, requests.Timeout):
                raise NoAnswer(deadline.words) from None
            if repeatable and _stale(error):
                return self._once(request, deadline, repeatable=False)
            raise NoAnswer(_reason(error)) from None

    def _exchange(self, request: Request, deadline: Deadline) -> Response:
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url = request.method, request.url
        prepared.headers = _encoded(request)
        prepared.body = request.body or None
        reply = self._connections.send(
            prepared,
            stream=True,
            timeout=deadline.left(),
            proxies=self._proxies,
            verify=self._verify,
        )
        try:
            body, truncated = self._read(reply.raw, deadline)
            body = body or getattr(reply.raw, "uninvited", b"")
        finally:
            reply.close()
        headers = tuple((str(k), str(v)) for k, v in reply.raw.headers.items())
        return Response(reply.status_code, reply.reason or "", headers, body, truncated)

    def _read(self, raw: urllib3.HTTPResponse, deadline: Deadline) -> tuple[bytes, bool]:
        chunks: list[bytes] = []
        size = 0
        while chunk := raw.read1(_CHUNK, decode_content=True):
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_BYTES:
                return b"".join(chunks)[:MAX_BYTES], True
        if deadline.passed:  # the end was our own doing
            raise NoAnswer(deadline.words)
        return b"".join(chunks), False

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()
        self._watchdog.close()


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, port


def _encoded(request: Request) -> CaseInsensitiveDict[Any]:
    """Headers as bytes, since a target's own may hold any letter."""
    headers: CaseInsensitiveDict[Any] = CaseInsensitiveDict()
    for name, value in request.headers:
        headers[name] = value.encode()
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        headers["Content-Length"] = str(len(request.body)).encode()
    return headers


def _stale(error: Exception) -> bool:
    return any(word in repr(error) for word in ("RemoteDisconnected", "ConnectionReset"))


def _reason(error: Exception) -> str:
    """The innermost reason in plain words, without addresses of objects or a query."""
    inner: BaseException = error
    for _ in range(10):
        nested = [getattr(inner, "reason", None), *inner.args, inner.__cause__]
        deeper = next((entry for entry in nested if isinstance(entry, BaseException)), None)
        if deeper is None:
            break
        inner = deeper
    text = getattr(inner, "strerror", None) or str(inner)
    return f"{type(inner).__name__}: {text.partition('?')[0]}"
