"""Uploads that break off (chapter "File Upload"), which no usual client can send."""

import socket
import ssl
from urllib.parse import urlsplit

from conformance.engine import Helpdesk, covers, expect, skip
from conformance.engine.draft import Draft
from conformance.engine.exchange import Request
from conformance.engine.shared import readable

_CONTENT = b"the quick brown fox"
#: Bytes that are announced and never come.
_MISSING = 64


def _raw(request: Request) -> bytes:
    """The request as it goes over the wire, with a length it does not have."""
    parts = urlsplit(request.url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    own = [(n, v) for n, v in request.headers if n.lower() not in ("host", "content-length")]
    length = str(len(request.body) + _MISSING)
    fields = [("Host", parts.netloc), *own, ("Content-Length", length), ("Connection", "close")]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"{request.method} {target} HTTP/1.1\r\n{head}\r\n".encode() + request.body


def _connection(helpdesk: Helpdesk, url: str) -> socket.socket:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    place = (parts.hostname or "", parts.port or (443 if secure else 80))
    plain = socket.create_connection(place, timeout=helpdesk.target.timeout)
    if not secure:
        return plain
    context = ssl.create_default_context(cafile=helpdesk.target.ca_file)
    if not helpdesk.target.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(plain, server_hostname=parts.hostname)


def _send_short(helpdesk: Helpdesk, draft: Draft) -> None:
    """Send a request that ends too early. Whether and how it is answered is nobody's promise."""
    request = helpdesk.adapter.prepare(draft.by(helpdesk.role_for(draft)))
    try:
        with _connection(helpdesk, request.url) as connection:
            connection.sendall(_raw(request))
            if not isinstance(connection, ssl.SSLSocket):
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1024)
    except OSError:
        return


@covers("KV-FUP-010")
def test_no_file_is_made_of_a_short_body(helpdesk: Helpdesk) -> None:
    if helpdesk.target.proxy:
        skip("proxies pass no short body on")
    if not helpdesk.target.allows("write"):
        skip("needs safety level write")
    readable(helpdesk.call("listFiles", limit=100))
    name = helpdesk.chance.fill("{mark}-{word}.txt")
    draft = helpdesk.draft("createFile").without("name", "content")
    _send_short(helpdesk, draft.with_options(raw=(_CONTENT, "text/plain", name)))
    expect(readable(helpdesk.call("listFiles", limit=100))).lacks(name=name)
