"""What a client can take of the server before it has shown the token: heads, bodies and deadlines."""

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

import h11
import pytest
from tests.patience import PATIENCE
from tests.server.raw_http import (
    HEAD,
    answers,
    connected,
    connections,
    eventually,
    get,
    reason,
    rest,
    sent,
    until,
)

from cutaway.server import protocol
from cutaway.server.head_bounds import MOST_HEADER_BYTES
from cutaway.server.viewer import Viewer

#: Seconds between two bytes of a trickle.
PAUSE = 0.01


@pytest.mark.parametrize(
    "headers",
    [
        b"a:b\r\n" * 170_000,
        b"a:\n" * 250,
        # What h11 takes more than a minute for.
        b"a:" + b" " * (MOST_HEADER_BYTES - 100) + b"\0\r\n",
        b"a:" + b" " * 300_000 + b"\x0b\r\n",
        b"a: " + b"x " * 400_000 + b"\r\n",
        b"a: b\r\n" + b" folded\r\n" * 10_000,
    ],
    ids=["many", "many-short", "spaces", "many-spaces", "words", "folded"],
)
def test_heads_that_are_costly(serve: Callable[..., Viewer], headers: bytes) -> None:
    viewer = serve()
    with connected(viewer) as waiting:
        waiting.sendall(HEAD)
        answer = sent(viewer, HEAD + b"Connection: close\r\n" + headers + b"\r\n")
        if headers.count(b"\n") > 256 or len(headers) > MOST_HEADER_BYTES:
            assert reason(answer, 431)
        elif b"\0" in headers:
            assert reason(answer, 400)
        answers(viewer)
        waiting.sendall(b"Connection: close\r\n\r\n")
        assert rest(waiting).startswith(b"HTTP/1.1 401 ")


def test_long_addresses_are_for_a_few_at_once(serve: Callable[..., Viewer]) -> None:
    viewer = serve()
    with ExitStack() as stack:
        for _ in range(protocol._MOST_LARGE_HEADS):
            stack.enter_context(connected(viewer)).sendall(b"GET /" + b"x" * 100_000)
        eventually(lambda: sum(each._head.size > MOST_HEADER_BYTES for each in connections(viewer)) == 8)
        assert "long addresses" in reason(sent(viewer, b"GET /" + b"x" * 100_000), 503)
        answers(viewer)
    long = get(viewer, b"api/series?tag=t0&runs=" + b"r0," * 300_000, b"Connection: close")
    eventually(lambda: not connections(viewer))
    assert "no scalar tag or run" in reason(sent(viewer, long), 404)
    assert reason(sent(viewer, b"GET /" + b"x" * 1_100_000), 414)


@pytest.mark.parametrize("start", [b"", b"G", HEAD, HEAD + b"a:b\r\n" * 10])
def test_half_a_head_is_not_waited_for(
    serve: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    answer = sent(serve(), start)
    if start:
        assert "the head of the request was not there" in reason(answer, 408)
    else:
        assert answer == b""


def test_a_trickle_gains_no_time(serve: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
    viewer = serve()
    with connected(viewer) as connection:
        connection.sendall(HEAD + b"a: ")
        connection.settimeout(PAUSE)
        ends = time.monotonic() + PATIENCE
        answer = b""
        while not answer:
            assert time.monotonic() < ends
            connection.sendall(b"x")
            try:
                answer = connection.recv(4096)
            except TimeoutError:
                continue
        assert b" 408 " in answer


def test_the_second_request_has_a_deadline_too(serve: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch) -> None:
    viewer = serve()
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    with connected(viewer) as connection:
        connection.sendall(get(viewer, b"api/nothing"))
        assert until(connection, b"}").startswith(b"HTTP/1.1 404 ")
        connection.sendall(b"GET / HT")
        assert reason(rest(connection), 408)


def test_an_idle_connection_is_closed(serve: Callable[..., Viewer]) -> None:
    viewer = serve()
    assert viewer._server is not None
    viewer._server.config.timeout_keep_alive = 0
    with connected(viewer) as connection:
        connection.sendall(get(viewer, b"api/nothing"))
        assert rest(connection).startswith(b"HTTP/1.1 404 ")


def test_half_a_body_is_not_waited_for(serve: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "BODY_SECONDS", 0.2)
    viewer = serve()
    request = get(viewer, b"api/scalars", b"Content-Length: 100", method=b"POST")
    assert "the body of the request" in reason(sent(viewer, request + b'{"charts"'), 408)


def test_nobody_waits_for_the_rest_of_a_body(serve: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "REST_SECONDS", 0.2)
    viewer = serve()
    with connected(viewer) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n")
        with suppress(ConnectionError):
            while connections(viewer):
                connection.sendall(bytes(1 << 16))
    eventually(lambda: not connections(viewer))
    answers(viewer)


def test_a_body_that_is_too_large(serve: Callable[..., Viewer]) -> None:
    viewer = serve()
    request = get(viewer, b"api/scalars", b"Content-Length: 1000000000", b"Connection: close", method=b"POST")
    answer = sent(viewer, request + b"\n\0\r" * (1 << 19))
    assert "larger than 1,048,576 bytes" in reason(answer, 413)


@pytest.mark.parametrize("body", [b"2\r\n{}\r\n0\r\n\r\n", b"1\r\na\r\n" * 100_000, b"1;" + b" " * 60_000 + b"\n\r\n"])
def test_bodies_without_a_length(serve: Callable[..., Viewer], body: bytes) -> None:
    viewer = serve()
    chunked = b"Transfer-Encoding: chunked"
    with connected(viewer) as connection:
        connection.sendall(get(viewer, b"api/scalars", chunked, method=b"POST"))
        assert "Content-Length" in reason(rest(connection), 411)
    with connected(viewer) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\n" + chunked + b"\r\n\r\n")
        assert rest(connection).startswith(b"HTTP/1.1 401 ")
    # With the body at once, which the answer does not always outrun.
    sent(viewer, get(viewer, b"api/scalars", chunked, method=b"POST") + body)
    answers(viewer)


def test_a_body_that_waits_for_permission(serve: Callable[..., Viewer]) -> None:
    viewer = serve()
    expecting = (b"Content-Length: 2", b"Expect: 100-continue", b"Connection: close")
    with connected(viewer) as connection:
        connection.sendall(get(viewer, b"api/scalars", *expecting, method=b"POST"))
        assert until(connection, b"\r\n\r\n").startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}")
        assert "charts" in reason(rest(connection), 400)
    with connected(viewer) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\n" + b"\r\n".join(expecting) + b"\r\n\r\n")
        assert rest(connection).startswith(b"HTTP/1.1 401 ")


def test_requests_one_behind_the_other(serve: Callable[..., Viewer]) -> None:
    viewer = serve()
    post = get(viewer, b"api/scalars", b"Content-Length: 2", method=b"POST") + b"{}"
    many = [get(viewer, b"api/nothing%d" % number) for number in range(300)]
    answer = sent(viewer, b"".join([*many, post, get(viewer, b"api/runs", b"Connection: close")]))
    places = [answer.find(b"'api/nothing%d'" % number) for number in range(300)]
    assert -1 not in places
    assert places == sorted(places)
    assert answer.count(b"HTTP/1.1 404 ") == 300
    assert answer.count(b"HTTP/1.1 400 ") == 1
    assert answer.count(b"HTTP/1.1 200 ") == 1


def test_the_second_of_two_heads_is_bounded_too(serve: Callable[..., Viewer]) -> None:
    viewer = serve()
    spaces = b"a:" + b" " * 60_000 + b"\0\r\n\r\n"
    for second in (HEAD + b"a:b\r\n" * 170_000 + b"\r\n", HEAD + spaces):
        for first in (HEAD + b"\r\n", get(viewer, b"api/scalars", b"Content-Length: 2", method=b"POST") + b"{}"):
            sent(viewer, first + second)
            answers(viewer)
            with connected(viewer) as connection:
                connection.sendall(first + second[:5])
                until(connection, b"\r\n\r\n")
                try:
                    connection.sendall(second[5:])
                except OSError:
                    continue
                rest(connection)
            answers(viewer)


def test_a_head_that_begins_in_the_packet_of_a_body_is_looked_at(serve: Callable[..., Viewer]) -> None:
    viewer = serve()
    with connected(viewer) as connection:
        connection.sendall(get(viewer, b"api/scalars", b"Content-Length: 2", method=b"POST"))
        eventually(lambda: [each.conn.their_state for each in connections(viewer)] == [h11.SEND_BODY])
        # A line with such a character is refused before it ends: nobody waits for the rest of it.
        connection.sendall(b"{}" + HEAD + b"a: \0")
        assert "characters that none has" in reason(rest(connection), 400)


@pytest.mark.parametrize(
    "start", [b"\x16\x03\x01\x02", b"GET\r\n\r\n", b"A" * 100 + b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"]
)
def test_what_is_not_http(serve: Callable[..., Viewer], start: bytes) -> None:
    assert reason(sent(serve(), start), 400)
