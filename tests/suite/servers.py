"""Servers that are no helpdesk, or none that anybody would want to talk to."""

import html
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote_plus

from conformance.serving import write_target

KEYS = {
    "api_key": "6b1f0c9e-4f51-4d2e-9a53-0a4f7a3d8c21",
    "secret_key": "ZmFrZSBzZWNyZXQgZm9yIHRlc3RzIG9ubHkvKz0/c2VjcmV0IGtleSB0aGF0",
}


@dataclass
class Listener:
    """A listening socket that counts who calls, and never answers."""

    port: int
    connections: int = 0
    held: list[socket.socket] = field(default_factory=list)


@contextmanager
def silent() -> Iterator[Listener]:
    """A server that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as waiting:
        listener = Listener(waiting.getsockname()[1])
        waiting.settimeout(0.1)
        over = threading.Event()

        def accept() -> None:
            while not over.is_set():
                try:
                    connection, _ = waiting.accept()
                except TimeoutError:
                    continue
                listener.connections += 1
                listener.held.append(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener
        finally:
            over.set()
            thread.join()
            for connection in listener.held:
                connection.close()


@contextmanager
def dripping() -> Iterator[int]:
    """A server that answers one byte of a header a while: its port."""
    with socket.create_server(("127.0.0.1", 0)) as waiting:
        waiting.settimeout(0.1)
        over = threading.Event()

        def drip(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                    while not over.wait(0.3):
                        connection.sendall(b"x")
                except OSError:
                    return

        threads: list[threading.Thread] = []

        def accept() -> None:
            while not over.is_set():
                try:
                    connection, _ = waiting.accept()
                except TimeoutError:
                    continue
                threads.append(threading.Thread(target=drip, args=(connection,)))
                threads[-1].start()

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield waiting.getsockname()[1]
        finally:
            over.set()
            thread.join()
            for each in threads:
                each.join()


@dataclass(frozen=True)
class Seen:
    """What a handler is asked."""

    method: str
    path: str
    query: str
    body: str

    @property
    def text(self) -> str:
        """Everything that was sent, as it was sent."""
        return f"{self.query}&{self.body}"

    @property
    def resource(self) -> str:
        """The resource path, wherever it stands."""
        first = self.query.split("&")[0]
        return unquote_plus(first.removeprefix("e="))


#: Status, headers and body of an answer.
Answer = tuple[int, list[tuple[str, str]], bytes]


@contextmanager
def answering(answer: Callable[[Seen], Answer | bytes]) -> Iterator[str]:
    """An HTTP server that answers every request like this, bytes as they are; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def reply(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode("latin-1")
            path, _, query = self.path.partition("?")
            given = answer(Seen(self.command, path, query, body))
            if isinstance(given, bytes):
                self.wfile.write(given)
                self.close_connection = True
                return
            status, headers, content = given
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = reply

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Clients may go at any time."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def target_at(folder: Path, url: str, **changes: object) -> tuple[str, str]:
    """The option that names a target file for this address."""
    file = folder / "target.toml"
    target = {"api": "kayako-classic", "url": f"{url}/api/index.php", "name": "A server"}
    write_target(file, {**target, **changes, "credentials": KEYS})
    return ("--target", str(file))


# Hostile ones -----------------------------------------------------------------------------------

TEST_ANSWER = b'<?xml version="1.0" encoding="UTF-8"?><departments></departments>'


def preflight_or(hostile: Callable[[Seen], Answer | bytes]) -> Callable[[Seen], Answer | bytes]:
    """Lets the first look pass; everything else is answered in this way."""
    first = threading.Lock()

    def answer(seen: Seen) -> Answer | bytes:
        if first.acquire(blocking=False):
            return 200, [("Content-Type", "text/xml")], TEST_ANSWER
        return hostile(seen)

    return answer


def echoes(seen: Seen) -> Answer:
    """Everything that was sent, in each form in which it may come back."""
    sent = seen.text
    plain = unquote_plus(sent)
    entities = "".join(f"&#{ord(c)};" if c in "+/=" else c for c in plain)
    forms = [sent, plain, quote(sent), quote(plain, safe=""), html.escape(sent), html.escape(plain)]
    body = "\n".join(["<p>you sent", *forms, entities, "</p>"])
    headers = [
        ("X-Echo", quote(plain, safe="&=+/ ")),
        ("X-Query", sent),
        ("Content-Type", "text/html"),
    ]
    status = 500 if seen.method == "GET" else 200
    return status, headers, body.encode()


def breaks_its_headers(seen: Seen) -> bytes:
    """Header lines that are none, with what was sent among them."""
    plain = unquote_plus(seen.text)
    lines = [
        "HTTP/1.1 500 No",
        "Content-Length: 0",
        f"no colon here {plain}",
        f"{plain}: x",
        "",
        "",
    ]
    return "\r\n".join(lines).encode()
