"""A bound on the whole of an exchange.

Time limits of sockets start anew with every byte, so a server that drips could hold a run for
hours. Here a watchdog ends the connection of an exchange when its time is over.
"""

import contextlib
import http.client
import re
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

#: Statuses whose answers end with their head.
BODILESS = (204, 304)
#: How long the bytes are waited for that such an answer announces all the same.
_MOMENT = 0.05
_END_OF_CHUNKS = re.compile(rb"0+\r\n")
_here = threading.local()


class Watchdog:
    """Ends the connections of exchanges whose time is over: one thread for all of them.

    Every exchange gets the same time, so one that begins while the thread sleeps ends after it
    wakes: the thread need not be told of it.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running: set[Deadline] = set()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def deadline(self) -> "Deadline":
        """The time limit of an exchange that begins now."""
        return Deadline(self._seconds, self)

    def add(self, deadline: "Deadline") -> None:
        with self._lock:
            self._running.add(deadline)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="deadlines", daemon=True)
                self._thread.start()

    def remove(self, deadline: "Deadline") -> None:
        with self._lock:
            self._running.discard(deadline)

    def close(self) -> None:
        """End the thread; it starts anew with the next exchange."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        self._closed.clear()

    def _watch(self) -> None:
        pause = self._seconds
        while not self._closed.wait(pause):
            with self._lock:
                running = list(self._running)
            pause = self._seconds
            for deadline in running:
                if deadline.passed:
                    deadline.stop()
                else:
                    pause = min(pause, deadline.left())


class Deadline:
    """The time limit of one exchange; as a context it watches the connections used in it."""

    def __init__(self, seconds: float, watchdog: Watchdog) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._watchdog = watchdog
        #: Called when the request is on its way, while the server is at work.
        self.meanwhile: Callable[[], None] = lambda: None

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._end

    @property
    def words(self) -> str:
        """The limit as a reason for having no answer."""
        return f"no complete answer within the time limit of {self._seconds:g} s"

    def left(self) -> float:
        """Seconds that remain, and at least a moment: 0 would mean no limit at all."""
        return max(self._end - time.monotonic(), 0.001)

    def watch(self, connection: socket.socket | None) -> None:
        """End this connection when the time is over."""
        with self._lock:
            self._socket = connection
        if self.passed:
            self.stop()

    def stop(self) -> None:
        """End the connection that is watched, if any."""
        with self._lock:
            if self._socket is not None:
                plain = getattr(self._socket, "socket", self._socket)  # of TLS within TLS
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(plain, socket.SHUT_RDWR)

    def __enter__(self) -> "Deadline":
        _here.deadline = self
        self._watchdog.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._watchdog.remove(self)
        self.watch(None)
        _here.deadline = None


class _Watched(http.client.HTTPConnection):
    """Hands its socket to the deadline of the exchange it serves.

    Head and body of a request go out together, so that the server looks once and not twice.
    """

    _held: list[bytes] | None = None

    def request(self, *arguments: Any, **named: Any) -> None:
        held: list[bytes] = []
        self._held = held
        try:
            super().request(*arguments, **named)
        finally:
            self._held = None
        self.send(b"".join(held))

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)

    def getresponse(self) -> Any:
        deadline: Deadline | None = getattr(_here, "deadline", None)
        if deadline is not None:
            deadline.watch(self.sock)
            deadline.meanwhile()
        connection = self.sock
        answer: Any = super().getresponse()
        if answer.status in BODILESS:
            answer.uninvited = _uninvited(answer, connection)
            answer._fp.close()
            if answer.uninvited:
                self.close()  # the next answer would begin with the rest
        return answer


def _uninvited(answer: Any, connection: socket.socket) -> bytes:
    """The first bytes behind a head that ends its answer, which libraries pass over. They are there
    or on their way; only such as are announced are waited for, though a head may rightly tell the
    length of what is not sent."""
    length = answer.headers.get("Content-Length", "0").strip()
    announced = length != "0" or "Transfer-Encoding" in answer.headers
    usual = connection.gettimeout()
    connection.settimeout(_MOMENT if announced else 0)
    try:
        found: bytes = answer._fp.fp.peek(1)
    except OSError:
        return b""
    finally:
        connection.settimeout(usual)
    return b"" if _END_OF_CHUNKS.match(found) else found


class _HTTPConnection(_Watched, urllib3.connection.HTTPConnection):
    pass


class _HTTPSConnection(_Watched, urllib3.connection.HTTPSConnection):
    pass


class _HTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}


class BoundedAdapter(HTTPAdapter):
    """Connections that keep to the deadline of the running exchange, through a proxy too."""

    def __init__(self, **options: Any) -> None:
        self._pools: dict[tuple[str, ...], Any] = {}
        super().__init__(**options)

    def get_connection_with_tls_context(self, request: Any, *rest: Any, **more: Any) -> Any:
        """The connections to a server, looked up once: proxy and trust are those of the target."""
        origin = tuple(request.url.split("/", 3)[:3])
        pool = self._pools.get(origin)
        if pool is None:
            pool = super().get_connection_with_tls_context(request, *rest, **more)
            self._pools[origin] = pool
        return pool

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _POOLS
        return manager

    def build_response(self, req: Any, resp: Any) -> requests.Response:  # noqa: ARG002
        """The answer without what nobody looks at: cookies, history, the parsed request."""
        response = requests.Response()
        response.status_code = resp.status
        response.reason = resp.reason
        response.raw = resp
        return response

    def request_url(self, request: Any, proxies: Any) -> str:
        """What stands in the first line of a request."""
        return super().request_url(request, proxies) if proxies else request.path_url

    def close(self) -> None:
        """Close every connection now; the library alone would wait for the garbage collector."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 (it has no iterator)
                pool = manager.pools.get(key)
                if pool is not None:
                    pool.close()
        self._pools.clear()
        super().close()
