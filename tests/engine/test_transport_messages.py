"""The transport: size and form of answers, redirects, what is sent."""

import gzip
import socket
import threading
from typing import Any

import pytest

from conformance.engine import transport as module
from conformance.engine.exchange import Request
from conformance.engine.transport import NoAnswer
from tests.engine.tiny_servers import (
    LIMIT,
    OK,
    Connect,
    Serve,
    Server,
    answer,
    answering,
    drip,
    get,
    read_request,
    redirecting,
)

# Size and form ------------------------------------------------------------------------------------


def test_a_never_ending_body_is_cut_at_the_size_limit(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 100_000)

    def handle(connection: socket.socket, server: Server) -> None:
        read_request(connection, server)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not server.stopped.is_set():
            connection.sendall(b"z" * 4096)

    server = serve(handle)
    response = connect(server.url).send(get(server))
    assert (len(response.body), response.truncated) == (100_000, True)


def test_a_body_of_exactly_the_size_limit_is_whole(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 100_000)
    server = serve(answering(answer("", b"z" * 100_000)))
    response = connect(server.url).send(get(server))
    assert (len(response.body), response.truncated) == (100_000, False)


def test_a_body_of_one_byte_more_than_the_size_limit_is_cut(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 100_000)
    server = serve(answering(answer("", b"z" * 100_001)))
    response = connect(server.url).send(get(server))
    assert (len(response.body), response.truncated) == (100_000, True)


def test_after_a_cut_body_the_next_answer_is_its_own(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    server = serve(answering(answer("", b"z" * 200_000), OK))
    transport = connect(server.url)
    transport.send(get(server))
    assert transport.send(get(server)).body == b"ok"


def test_a_compressed_body_is_decoded(serve: Serve, connect: Connect) -> None:
    server = serve(answering(answer("Content-Encoding: gzip\r\n", gzip.compress(b"hello"))))
    assert connect(server.url).send(get(server)).body == b"hello"


def test_a_bomb_of_compressed_zeros_is_cut_at_the_size_limit(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 1_000_000)
    bomb = gzip.compress(bytes(20_000_000), compresslevel=1)
    server = serve(answering(answer("Content-Encoding: gzip\r\n", bomb)))
    response = connect(server.url).send(get(server))
    assert (len(response.body), response.truncated) == (1_000_000, True)


BROKEN = {
    "a body shorter than its length": b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort",
    "chunks that break off": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nwo"
    ),
    "a chunk length that is no number": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n"
    ),
    "garbage instead of HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "bytes of no protocol": bytes(range(256)) * 4,
    "a status that is no number": b"HTTP/1.1 OK OK\r\n\r\n",
    "nothing at all": b"",
    "an endless header": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    "too many headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 2000 + b"\r\n",
    "a body that is not compressed as it says": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_answer_is_no_answer(serve: Serve, connect: Connect, kind: str) -> None:
    server = serve(answering(BROKEN[kind], close=True))
    with pytest.raises(NoAnswer, match=r"^\w+: "):
        connect(server.url).send(get(server))


@pytest.mark.parametrize("kind", BROKEN)
def test_the_reason_for_no_answer_shows_neither_query_nor_objects(
    serve: Serve, connect: Connect, kind: str
) -> None:
    server = serve(answering(BROKEN[kind], close=True))
    with pytest.raises(NoAnswer) as caught:
        connect(server.url).send(get(server, "/api?apikey=hidden"))
    assert not [word for word in ("hidden", "apikey", " at 0x") if word in str(caught.value)]


# Redirects ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_server_is_followed_by_a_get(
    serve: Serve, connect: Connect, status: int
) -> None:
    server = serve(answering(redirecting("/elsewhere?y=2", status), OK))
    connect(server.url).send(get(server))
    assert server.heads() == ["GET /api?x=1 HTTP/1.1", "GET /elsewhere?y=2 HTTP/1.1"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_redirect_is_not_followed_by_other_methods(
    serve: Serve, connect: Connect, method: str
) -> None:
    server = serve(answering(redirecting("/elsewhere")))
    response = connect(server.url).send(get(server, method=method))
    assert (response.status, len(server.requests)) == (302, 1)


def test_a_redirect_to_another_server_is_not_followed(serve: Serve, connect: Connect) -> None:
    other = serve(answering(OK))
    server = serve(answering(redirecting(f"{other.url}/elsewhere")))
    response = connect(server.url).send(get(server))
    assert (response.status, other.requests) == (302, [])


def test_a_redirect_that_is_not_followed_keeps_its_body(serve: Serve, connect: Connect) -> None:
    server = serve(answering(redirecting("http://elsewhere.invalid/")))
    assert connect(server.url).send(get(server)).body == b"gone"


def test_redirects_in_a_circle_end(serve: Serve, connect: Connect) -> None:
    server = serve(answering(redirecting("/api")))
    response = connect(server.url).send(get(server))
    assert (response.status, len(server.requests)) == (302, 5)


@pytest.mark.parametrize("location", ["http://[::1", "http://127.0.0.1:port/", "//", "\xe9:"])
def test_a_redirect_to_no_address_is_an_answer(
    serve: Serve, connect: Connect, location: str
) -> None:
    server = serve(answering(redirecting(location)))
    assert connect(server.url).send(get(server)).status == 302


# What is sent -------------------------------------------------------------------------------------


def test_headers_go_out_as_given_in_any_letters(serve: Serve, connect: Connect) -> None:
    server = serve(answering(OK))
    connect(server.url).send(get(server, headers=(("X-Desk", "Zürich – 5 €"),)))
    assert "X-Desk: Zürich – 5 €\r\n".encode() in server.requests[0]


def test_a_body_goes_out_with_its_length(serve: Serve, connect: Connect) -> None:
    server = serve(answering(OK))
    connect(server.url).send(get(server, method="POST", body=b"a=b"))
    assert server.requests[0].endswith(b"Content-Length: 3\r\n\r\na=b")


def test_a_post_without_body_says_so(serve: Serve, connect: Connect) -> None:
    server = serve(answering(OK))
    connect(server.url).send(get(server, method="POST"))
    assert b"Content-Length: 0\r\n" in server.requests[0]


def test_a_cookie_of_the_server_is_not_sent_back(serve: Serve, connect: Connect) -> None:
    server = serve(answering(answer("Set-Cookie: session=abc; Path=/\r\n", b"ok")))
    transport = connect(server.url)
    transport.send(get(server))
    transport.send(get(server))
    assert b"cookie" not in server.requests[1].lower()


def test_proxies_of_the_environment_are_ignored(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, server = serve(answering(OK)), serve(answering(OK))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    connect(server.url).send(get(server))
    assert (len(proxy.requests), len(server.requests)) == (0, 1)


def test_the_proxy_of_the_target_is_used(serve: Serve, connect: Connect) -> None:
    proxy = serve(answering(OK))
    transport = connect("http://desk.invalid", proxy=proxy.url)
    transport.send(Request("GET", "http://desk.invalid/api"))
    assert proxy.heads() == ["GET http://desk.invalid/api HTTP/1.1"]


def test_a_server_that_drips_behind_a_proxy_is_left_at_the_time_limit(
    serve: Serve, connect: Connect
) -> None:
    proxy = serve(lambda connection, own: drip(connection, own, b"", b"H"))
    transport = connect("http://desk.invalid", proxy=proxy.url, timeout=LIMIT)
    with pytest.raises(NoAnswer, match="within the time limit"):
        transport.send(Request("GET", "http://desk.invalid/api"))


def test_logins_of_a_netrc_file_are_ignored(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login stray password stray\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve(answering(OK))
    connect(server.url).send(get(server))
    assert b"authorization" not in server.requests[0].lower()


def test_requests_of_several_threads_keep_their_answers_apart(
    serve: Serve, connect: Connect
) -> None:
    def handle(connection: socket.socket, server: Server) -> None:
        while request := read_request(connection, server):
            connection.sendall(answer("", request.split()[1]))

    server = serve(handle)
    transport = connect(server.url)
    bodies: dict[str, bytes] = {}

    def ask(number: int) -> None:
        for turn in range(5):
            path = f"/api?n={number}-{turn}"
            bodies[path] = transport.send(get(server, path)).body

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    paths = [f"/api?n={number}-{turn}" for number in range(8) for turn in range(5)]
    assert bodies == {path: path.encode() for path in paths}
