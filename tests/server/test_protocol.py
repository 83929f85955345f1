"""What a client can take of the server before it has shown the token: over real connections, and none is trusted."""

import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest

from cutaway.server import protocol
from cutaway.server.head_bounds import MOST_HEADER_BYTES
from cutaway.server.viewer import Viewer

#: Longer than any deadline that a test waits for.
PATIENCE = 60
HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


@contextmanager
def connected(viewer: Viewer) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", viewer.port), timeout=PATIENCE) as connection:
        yield connection


def rest(connection: socket.socket) -> bytes:
    """What comes until the server closes."""
    parts = []
    with suppress(ConnectionResetError):
        while part := connection.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)


def until(connection: socket.socket, end: bytes) -> bytes:
    """What comes up to and with these bytes."""
    found = b""
    while end not in found:
        part = connection.recv(1 << 16)
        assert part, found
        found += part
    return found


def sent(viewer: Viewer, data: bytes) -> bytes:
    with connected(viewer) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(data)
        return rest(connection)


def reason(answer: bytes, status: int) -> str:
    """The error of an answer with that status."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), answer[:500]
    assert b"content-type: application/json" in head.lower()
    error = json.loads(body)["error"]
    assert isinstance(error, str)
    return error


def folder(viewer: Viewer) -> bytes:
    return urlsplit(viewer.url).path.encode("ascii")


def get(viewer: Viewer, path: bytes, *headers: bytes, method: bytes = b"GET") -> bytes:
    lines = [method + b" " + folder(viewer) + path + b" HTTP/1.1", b"Host: localhost", *headers, b"", b""]
    return b"\r\n".join(lines)


def answers(viewer: Viewer) -> None:
    assert sent(viewer, get(viewer, b"api/catalogue", b"Connection: close")).startswith(b"HTTP/1.1 200 ")


def eventually(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.01)


def connections(viewer: Viewer) -> set[Any]:
    assert viewer._server is not None
    return set(viewer._server.server_state.connections)


def tasks(viewer: Viewer) -> set[Any]:
    assert viewer._server is not None
    return set(viewer._server.server_state.tasks)


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
        connection.settimeout(0.01)
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


@pytest.mark.parametrize(
    "start", [b"\x16\x03\x01\x02", b"GET\r\n\r\n", b"A" * 100 + b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"]
)
def test_what_is_not_http(serve: Callable[..., Viewer], start: bytes) -> None:
    assert reason(sent(serve(), start), 400)


def test_idle_connections_make_room(serve: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "most_connections", lambda: 4)
    viewer = serve()
    with ExitStack() as stack:
        half = [stack.enter_context(connected(viewer)) for _ in range(20)]
        for connection in half:
            try:
                connection.sendall(b"GET")
            except OSError:
                continue
        for _ in range(3):
            answers(viewer)
        eventually(lambda: len(connections(viewer)) <= 4)


def test_as_many_are_served_as_are_promised(serve: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "most_connections", lambda: 4)
    viewer = serve()
    with ExitStack() as stack:
        streams = [stack.enter_context(connected(viewer)) for _ in range(4)]
        for stream in streams:
            stream.sendall(get(viewer, b"api/live"))
            until(stream, b"event: change")
        for _ in range(6):
            answer = sent(viewer, b"")
            assert reason(answer, 503)
            assert b"\r\nretry-after: 5\r\n" in answer
        streams[0].close()
        eventually(lambda: sum(not each.is_idle for each in connections(viewer)) == 3)
        answers(viewer)


def test_every_tab_has_its_stream(serve: Callable[..., Viewer]) -> None:
    viewer = serve()
    with ExitStack() as stack:
        streams = [stack.enter_context(connected(viewer)) for _ in range(60)]
        for stream in streams:
            stream.sendall(get(viewer, b"api/live"))
        for stream in streams:
            until(stream, b"event: change")
        answers(viewer)


def test_half_of_the_descriptors_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    for limit, most in ((64, 32), (1 << 20, 512), (resource.RLIM_INFINITY, 512), (1, 1)):
        monkeypatch.setattr(resource, "getrlimit", lambda _, limit=limit: (limit, limit))
        assert protocol.most_connections() == most


def test_who_hangs_up_is_no_trouble(
    serve: Callable[..., Viewer],
    write: Callable[..., None],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    write("a", {step: float(step) for step in range(100_000)})
    viewer = serve()
    eventually(lambda: viewer.log.catalogue().loading.done and viewer.log.catalogue().loading.files == 1)
    file = viewer.log.file_list()[1][0].id.encode("ascii")
    post = get(viewer, b"api/scalars", b"Content-Length: 100", method=b"POST")
    for request in (
        b"",
        HEAD,
        post,
        post + b"{}",
        get(viewer, b"api/live"),
        get(viewer, b"api/file?id=" + file),
        get(viewer, b"api/series?tag=t0&runs=r0"),
        get(viewer, b"api/catalogue") * 50,
    ):
        for how in ("close", "reset", "close after the start"):
            with connected(viewer) as connection:
                connection.sendall(request)
                if how == "close after the start" and request not in (b"", HEAD, post, post + b"{}"):
                    connection.recv(100)
                if how == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        answers(viewer)
    eventually(lambda: not connections(viewer) and not tasks(viewer))
    viewer.stop()
    assert capfd.readouterr().err == ""
    assert not [record for record in caplog.records if record.name != "httpx"]


def test_who_does_not_read_is_let_go(
    serve: Callable[..., Viewer], write: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "STALLED_SECONDS", 0.3)
    write("a", {step: float(step) for step in range(400_000)})
    viewer = serve()
    eventually(lambda: viewer.log.catalogue().loading.done and viewer.log.catalogue().loading.files == 1)
    file = viewer.log.file_list()[1][0].id.encode("ascii")
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE)
        connection.connect(("127.0.0.1", viewer.port))
        connection.sendall(get(viewer, b"api/file?id=" + file))
        buffered: list[int] = []

        def is_gone() -> bool:
            buffered.extend(each.transport.get_write_buffer_size() for each in connections(viewer))
            return bool(buffered) and not connections(viewer)

        eventually(is_gone)
        # A part of the file that is being sent, not all 20 MB of it.
        assert 0 < max(buffered) < 1 << 20


def test_who_reads_slowly_is_not_let_go(serve: Callable[..., Viewer], write: Callable[..., None]) -> None:
    write("a", {step: float(step) for step in range(400_000)})
    viewer = serve()
    eventually(lambda: viewer.log.catalogue().loading.done and viewer.log.catalogue().loading.files == 1)
    info = viewer.log.file_list()[1][0]
    with connected(viewer) as connection:
        connection.sendall(get(viewer, b"api/file?id=" + info.id.encode("ascii"), b"Connection: close"))
        eventually(lambda: any(each.flow.write_paused for each in connections(viewer)))
        (served,) = connections(viewer)
        before = served.transport.get_write_buffer_size(), served._resumed
        answer = b""
        while (served.transport.get_write_buffer_size(), served._resumed) == before:
            answer += connection.recv(1 << 15)
        # The deadline is over, and something was read.
        served.loop.call_soon_threadsafe(served._check_writing, *before)
        answer += rest(connection)
    assert len(answer.partition(b"\r\n\r\n")[2]) == info.bytes


OUT_OF_DESCRIPTORS = """
import os, resource, sys
from cutaway.server.viewer import Viewer
resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))
viewer = Viewer(sys.argv[1], port=0, cache=False)
viewer.start()
taken = []
def take():
    try:
        while True:
            taken.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
print(viewer.url, flush=True)
for line in sys.stdin:
    if line == "take\\n":
        take()
    else:
        [os.close(each) for each in taken]
        taken.clear()
    print("done", flush=True)
viewer.stop()
"""


def test_without_descriptors_there_is_one_line(tmp_path: Any) -> None:
    pytest.importorskip("resource")
    words = [sys.executable, "-c", OUT_OF_DESCRIPTORS, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process, ExitStack() as stack:
        assert process.stdin
        assert process.stdout
        url = urlsplit(process.stdout.readline())

        def tell(word: str) -> None:
            assert process.stdin
            assert process.stdout
            print(word, file=process.stdin, flush=True)
            assert process.stdout.readline() == "done\n"

        for _ in range(2):
            tell("take")
            waiting = []
            for _ in range(50):
                connection = socket.create_connection(("127.0.0.1", url.port or 0), timeout=PATIENCE)
                waiting.append(stack.enter_context(connection))
                connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            tell("give")
            for connection in waiting:
                assert rest(connection).startswith(b"HTTP/1.1 401 ")
        # Far more than are served at once.
        many = []
        for _ in range(400):
            many.append(stack.enter_context(socket.create_connection(("127.0.0.1", url.port or 0), timeout=PATIENCE)))
        with socket.create_connection(("127.0.0.1", url.port or 0), timeout=PATIENCE) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert rest(connection).startswith(b"HTTP/1.1 401 ")
        process.stdin.close()
        process.stdin = None
        errors = process.communicate(timeout=PATIENCE)[1]
    assert errors.count("\n") <= 1
    assert errors == "" or "too many files open" in errors
    assert process.returncode == 0


def test_a_fault_is_one_line(
    serve: Callable[..., Viewer],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    from cutaway.store.log_directory import LogDirectory

    viewer = serve()
    answers(viewer)
    monkeypatch.setattr(LogDirectory, "file_list", lambda self: 1 // 0)
    for _ in range(3):
        answer = sent(viewer, get(viewer, b"api/files", b"Connection: close"))
        assert "fault of Cutaway: ZeroDivisionError" in reason(answer, 500)
    viewer.stop()
    assert [record.getMessage().split(" in ")[0] for record in caplog.records] == [
        "cutaway: '/api/files' could not be answered, which is a fault of Cutaway: ZeroDivisionError"
    ]
    assert "Traceback" not in caplog.text + capfd.readouterr().err
    assert os.fspath(viewer.log.path) not in caplog.text
