"""Servers of a few lines for the tests of the transport."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from conformance.engine.exchange import Request
from conformance.engine.target import Target
from conformance.engine.transport import Transport

Handler = Callable[[socket.socket, "Server"], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LIMIT = 0.4


@dataclass
class Server:
    """Accepts connections on a free port and gives each to the handler, in a thread of its own."""

    handler: Handler
    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def heads(self) -> list[str]:
        return [request.partition(b"\r\n")[0].decode() for request in self.requests]


Serve = Callable[[Handler], Server]
Connect = Callable[..., Transport]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start servers; they end with the test."""
    with contextlib.ExitStack() as ends:

        def start(handler: Handler) -> Server:
            server = Server(handler)
            listener = socket.create_server(("127.0.0.1", 0))
            server.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            threads: list[threading.Thread] = []

            def handle(connection: socket.socket) -> None:
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(5)
                    handler(connection, server)

            def accept() -> None:
                with contextlib.suppress(OSError):
                    while True:
                        connection, _ = listener.accept()
                        server.connections += 1
                        threads.append(threading.Thread(target=handle, args=(connection,)))
                        threads[-1].start()

            def stop() -> None:
                server.stopped.set()
                with contextlib.suppress(OSError):
                    listener.shutdown(socket.SHUT_RDWR)
                listener.close()
                acceptor.join(5)
                for thread in threads:
                    thread.join(5)

            acceptor = threading.Thread(target=accept)
            acceptor.start()
            ends.callback(stop)
            return server

        yield start


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Open transports to a URL; they are closed before the servers end."""
    with contextlib.ExitStack() as ends:

        def to(url: str, **settings: Any) -> Transport:
            settings.setdefault("timeout", 5.0)
            opened = Transport(Target("any", f"{url}/api", "a desk", **settings))
            ends.callback(opened.close)
            return opened

        yield to


def get(server: Server, path: str = "/api?x=1", **changed: Any) -> Request:
    return Request(**{"method": "GET", "url": server.url + path, **changed})


def read_request(connection: socket.socket, server: Server) -> bytes:
    """One request with its body; empty when the client has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65536)
        if not received:
            return b""
        data += received
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += connection.recv(65536)
    server.requests.append(head + b"\r\n\r\n" + body)
    return data


def answering(*answers: bytes, close: bool = False) -> Handler:
    """A handler that gives these answers in turn, over all connections; the last one for ever."""
    left = list(answers)

    def handle(connection: socket.socket, server: Server) -> None:
        while read_request(connection, server):
            connection.sendall(left.pop(0) if len(left) > 1 else left[0])
            if close:
                return

    return handle


def redirecting(location: str, status: int = 302) -> bytes:
    return (
        f"HTTP/1.1 {status} Found\r\nLocation: {location}\r\nContent-Length: 4\r\n\r\ngone".encode()
    )


def answer(headers: str, body: bytes) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def drip(connection: socket.socket, server: Server, start: bytes, piece: bytes) -> None:
    """Send a start and then a piece again and again, each well within a socket's time limit."""
    read_request(connection, server)
    connection.sendall(start)
    while not server.stopped.wait(0.05):
        connection.sendall(piece)
