"""A reverse proxy on loopback that changes the answers of an emulator on their way."""

import gzip
import http.client
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

_NOT_PASSED_ON = {"content-length", "transfer-encoding", "connection", "date", "server"}


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    verb: str
    address: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def resource(self) -> str:
        """The resource path, from field e or directly after the question mark."""
        query = self.address.partition("?")[2]
        first = next((p for p in query.split("&") if p.startswith(("e=", "/"))), "")
        return unquote(first.removeprefix("e=")).rstrip("/")


@dataclass(frozen=True)
class Answered:
    """An answer as it goes on."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def is_xml(self) -> bool:
        return self.status == 200 and self.body.lstrip().startswith(b"<?xml")

    def header(self, name: str) -> str:
        """The value of a header; empty where there is none."""
        found = (value for key, value in self.headers if key.lower() == name.lower())
        return next(found, "")

    def with_header(self, name: str, value: str) -> "Answered":
        """With this header in place of those of the same name."""
        kept = tuple(h for h in self.headers if h[0].lower() != name.lower())
        return replace(self, headers=(*kept, (name, value)))


#: Changes an answer; is told what was asked.
Change = Callable[[Asked, Answered], Answered]
#: Answers in place of the emulator, or not.
Instead = Callable[[Asked], Answered | None]
#: Changes what the emulator is asked.
Rewriting = Callable[[Asked], Asked]


@dataclass(frozen=True)
class Manner:
    """How a server differs from the emulator."""

    changes: tuple[Change, ...] = ()
    instead: tuple[Instead, ...] = ()
    rewriting: tuple[Rewriting, ...] = ()
    #: The name that clients call the host by.
    host: str = "127.0.0.1"
    #: The folder of the host that the helpdesk lives in.
    folder: str = ""
    #: The helpdesk is told host and folder in X-Forwarded headers, not in Host.
    forwards: bool = False
    gzip: bool = False
    chunked: bool = False
    closing: bool = False
    #: Seconds that every answer takes longer.
    delay: float = 0.0
    #: Changes of the target file.
    target: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def proxy(target: Mapping[str, Any], manner: Manner) -> Iterator[dict[str, Any]]:
    """A server of this manner in front of the target; yields the target file's content for it."""
    upstream = urlsplit(target["url"])
    helpdesk = upstream.path.rpartition("/api")[0]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0" if manner.closing else "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            self.onwards = http.client.HTTPConnection(upstream.netloc, timeout=60)

        def finish(self) -> None:
            self.onwards.close()
            super().finish()

        def handle_request(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
            if not asked.address.startswith(f"{manner.folder}{helpdesk}/"):
                self.write(Answered(404, (), b"Not here"))
                return
            asked = replace(asked, address=asked.address.removeprefix(manner.folder))
            given = next((a for a in (i(asked) for i in manner.instead) if a), None)
            answered = given or self.pass_on(self.rewritten(asked))
            for change in manner.changes:
                answered = change(asked, answered)
            time.sleep(manner.delay)
            self.write(answered)

        def rewritten(self, asked: Asked) -> Asked:
            for rewrite in manner.rewriting:
                asked = rewrite(asked)
            return asked

        def pass_on(self, asked: Asked) -> Answered:
            headers = {k: v for k, v in asked.headers.items() if k.lower() != "accept-encoding"}
            if manner.forwards:
                headers |= {
                    "Host": upstream.netloc,
                    "X-Forwarded-Host": self.headers.get("Host", ""),
                    "X-Forwarded-Proto": "http",
                    "X-Forwarded-Prefix": manner.folder,
                }
            self.onwards.request(asked.verb, asked.address, asked.body or None, headers)
            reply = self.onwards.getresponse()
            kept = tuple((k, v) for k, v in reply.getheaders() if k.lower() not in _NOT_PASSED_ON)
            return Answered(reply.status, kept, reply.read())

        def write(self, answered: Answered) -> None:
            body = answered.body
            if manner.gzip and "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body, 1)
                answered = answered.with_header("Content-Encoding", "gzip")
            self.send_response(answered.status)
            for name, value in answered.headers:
                self.send_header(name, value)
            if manner.chunked:
                self.send_header("Transfer-Encoding", "chunked")
                body = b"".join(_chunk(body[i : i + 700]) for i in range(0, len(body), 700))
                body += _chunk(b"")
            elif not manner.closing:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = handle_request

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, request: object, client_address: object) -> None:
            """Clients may go at any time."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    netloc = f"{manner.host}:{server.server_port}"
    url = urlunsplit(("http", netloc, manner.folder + upstream.path, "", ""))
    try:
        yield {**target, "url": url, **manner.target}
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _chunk(piece: bytes) -> bytes:
    return f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
