"""How many connections a server has, and what becomes of those that hang up, stop reading, or find no descriptor."""

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

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
    tasks,
    until,
)

from cutaway.server import protocol
from cutaway.server.viewer import Viewer


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
