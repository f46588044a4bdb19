"""The transport: connections and the bound on time."""

import gzip
import socket
import threading
import time

import pytest

from conformance.engine.exchange import Request, Response
from conformance.engine.transport import NoAnswer
from tests.engine.tiny_servers import (
    LIMIT,
    OK,
    Connect,
    Serve,
    Server,
    answering,
    drip,
    get,
    read_request,
    redirecting,
)

# Connections --------------------------------------------------------------------------------------


def test_an_answer_comes_back_whole(serve: Serve, connect: Connect) -> None:
    server = serve(answering(b"HTTP/1.1 418 Teapot\r\nX-One: 1\r\nContent-Length: 3\r\n\r\nhot"))
    response = connect(server.url).send(get(server))
    assert response == Response(
        418, "Teapot", (("X-One", "1"), ("Content-Length", "3")), b"hot", truncated=False
    )


def test_one_connection_serves_many_requests(serve: Serve, connect: Connect) -> None:
    server = serve(answering(OK))
    transport = connect(server.url)
    for _ in range(3):
        transport.send(get(server))
    assert server.connections == 1


def test_a_server_of_http_1_0_that_closes_each_connection_is_answered_to(
    serve: Serve, connect: Connect
) -> None:
    server = serve(answering(b"HTTP/1.0 200 OK\r\n\r\nuntil the end", close=True))
    transport = connect(server.url)
    bodies = [transport.send(get(server)).body for _ in range(3)]
    assert bodies == [b"until the end"] * 3


# Answers without a body --------------------------------------------------------------------------

NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\n"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Content-Length: 5\r\n\r\n", b"known"),
        (b"\r\n", b"known"),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nknown\r\n0\r\n\r\n"),
    ],
    ids=["announced", "unannounced", "chunked"],
)
def test_a_body_that_must_not_be_there_is_noticed_and_spoils_no_other_answer(
    serve: Serve, connect: Connect, head: bytes, body: bytes
) -> None:
    def handle(connection: socket.socket, server: Server) -> None:
        read_request(connection, server)
        known = server.connections == 1
        connection.sendall(NOT_MODIFIED + head + body if known else OK)
        read_request(connection, server)

    server = serve(handle)
    transport = connect(server.url)
    assert b"known" in transport.send(get(server)).body
    assert transport.send(get(server)).body == b"ok"


def test_an_announced_body_that_comes_late_is_noticed(serve: Serve, connect: Connect) -> None:
    def handle(connection: socket.socket, server: Server) -> None:
        read_request(connection, server)
        connection.sendall(NOT_MODIFIED + b"Content-Length: 5\r\n\r\n")
        time.sleep(0.01)
        connection.sendall(b"known")

    server = serve(handle)
    assert connect(server.url).send(get(server)).body == b"known"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"Content-Length: 0\r\n",
        b"Content-Length: 5\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip\r\n",
    ],
)
def test_an_answer_that_only_tells_of_a_body_has_none_and_keeps_the_connection(
    serve: Serve, connect: Connect, head: bytes
) -> None:
    server = serve(answering(NOT_MODIFIED + head + b"\r\n"))
    transport = connect(server.url)
    assert [transport.send(get(server)).body for _ in range(3)] == [b""] * 3
    assert server.connections == 1


def test_an_end_of_chunks_is_no_body(serve: Serve, connect: Connect) -> None:
    server = serve(
        answering(NOT_MODIFIED + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", close=True)
    )
    transport = connect(server.url)
    assert [transport.send(get(server)).body for _ in range(2)] == [b""] * 2


# Closed connections -------------------------------------------------------------------------------


def test_a_read_is_repeated_once_when_the_kept_connection_turns_out_closed(
    serve: Serve, connect: Connect
) -> None:
    def handle(connection: socket.socket, server: Server) -> None:
        read_request(connection, server)
        connection.sendall(OK)
        if server.connections == 1:
            read_request(connection, server)  # the next one is taken and never answered
            return
        read_request(connection, server)

    server = serve(handle)
    transport = connect(server.url)
    transport.send(get(server))
    assert transport.send(get(server), repeatable=True).body == b"ok"


def test_a_request_with_an_effect_is_never_repeated(serve: Serve, connect: Connect) -> None:
    def handle(connection: socket.socket, server: Server) -> None:
        read_request(connection, server)

    server = serve(handle)
    with pytest.raises(NoAnswer):
        connect(server.url).send(get(server, method="POST", body=b"a=b"), repeatable=False)
    assert len(server.requests) == 1


def test_a_server_that_always_hangs_up_is_tried_twice_and_no_more(
    serve: Serve, connect: Connect
) -> None:
    def handle(connection: socket.socket, server: Server) -> None:
        read_request(connection, server)

    server = serve(handle)
    with pytest.raises(NoAnswer):
        connect(server.url).send(get(server), repeatable=True)
    assert len(server.requests) == 2


def test_closing_ends_every_connection(serve: Serve, connect: Connect) -> None:
    ended = threading.Event()

    def handle(connection: socket.socket, server: Server) -> None:
        read_request(connection, server)
        if server.connections == 1:
            connection.sendall(OK)
            read_request(connection, server)
            return
        connection.sendall(OK)
        if not read_request(connection, server):
            ended.set()

    server = serve(handle)
    transport = connect(server.url)
    transport.send(get(server))
    transport.send(get(server), repeatable=True)
    transport.close()
    assert ended.wait(2)


def test_a_refused_connection_is_named_in_plain_words(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(NoAnswer) as caught:
        connect(url).send(Request("GET", f"{url}/api?apikey=hidden"))
    assert str(caught.value) == "ConnectionRefusedError: Connection refused"


# Time ---------------------------------------------------------------------------------------------


DRIPPING = {
    "the status line": (b"", b"H"),
    "the headers": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "one header": (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body of known length": (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"z"),
    "a body until the end": (b"HTTP/1.0 200 OK\r\n\r\n", b"z"),
    "a chunked body": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nz\r\n"),
    "the length of a chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "a compressed body that decodes to nothing": (
        b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10],
        b"\x00\x00\x00\xff\xff",
    ),
}


@pytest.mark.parametrize("part", DRIPPING)
def test_a_server_that_drips_is_left_at_the_time_limit(
    serve: Serve, connect: Connect, part: str
) -> None:
    start, piece = DRIPPING[part]
    server = serve(lambda connection, own: drip(connection, own, start, piece))
    began = time.monotonic()
    with pytest.raises(NoAnswer, match=r"within the time limit of 0\.4 s"):
        connect(server.url, timeout=LIMIT).send(get(server), repeatable=True)
    assert time.monotonic() - began < 10 * LIMIT


def test_a_silent_server_is_left_at_the_time_limit(serve: Serve, connect: Connect) -> None:
    def handle(connection: socket.socket, server: Server) -> None:
        read_request(connection, server)
        server.stopped.wait(5)

    server = serve(handle)
    with pytest.raises(NoAnswer, match="within the time limit"):
        connect(server.url, timeout=LIMIT).send(get(server))


def test_a_request_out_of_time_is_not_repeated(serve: Serve, connect: Connect) -> None:
    server = serve(lambda connection, own: drip(connection, own, b"", b"H"))
    with pytest.raises(NoAnswer):
        connect(server.url, timeout=LIMIT).send(get(server), repeatable=True)
    assert len(server.requests) == 1


def test_redirects_share_one_time_limit(serve: Serve, connect: Connect) -> None:
    def handle(connection: socket.socket, server: Server) -> None:
        while read_request(connection, server) and not server.stopped.wait(LIMIT * 0.7):
            connection.sendall(redirecting("/again"))

    server = serve(handle)
    with pytest.raises(NoAnswer, match="within the time limit"):
        connect(server.url, timeout=LIMIT).send(get(server))


def test_one_watchdog_watches_all_requests_and_goes_with_the_transport(
    serve: Serve, connect: Connect
) -> None:
    def watchdogs() -> list[threading.Thread]:
        return [t for t in threading.enumerate() if t.name == "deadlines" and t not in others]

    others = threading.enumerate()
    server = serve(answering(OK))
    transport = connect(server.url, timeout=60)
    for _ in range(3):
        transport.send(get(server))
    assert len(watchdogs()) == 1
    transport.close()
    assert watchdogs() == []


def test_a_request_sent_while_the_watchdog_sleeps_is_watched_too(
    serve: Serve, connect: Connect
) -> None:
    def handle(connection: socket.socket, server: Server) -> None:
        read_request(connection, server)
        connection.sendall(OK)
        drip(connection, server, b"", b"H")

    server = serve(handle)
    transport = connect(server.url, timeout=LIMIT)
    transport.send(get(server))
    time.sleep(LIMIT * 0.5)
    with pytest.raises(NoAnswer, match="within the time limit"):
        transport.send(get(server))


def test_an_answer_in_time_leaves_the_connection_to_the_next_request(
    serve: Serve, connect: Connect
) -> None:
    server = serve(answering(OK))
    transport = connect(server.url, timeout=LIMIT)
    transport.send(get(server))
    time.sleep(LIMIT * 1.5)
    transport.send(get(server))
    assert server.connections == 1
