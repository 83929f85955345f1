"""Requests as raw bytes over real connections, as no well-behaved client would send them."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from tests import patience

from cutaway.server.viewer import Viewer

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


@contextmanager
def connected(viewer: Viewer) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", viewer.port), timeout=patience.PATIENCE) as connection:
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
    patience.until("the state that comes", holds)


def connections(viewer: Viewer) -> set[Any]:
    assert viewer._server is not None
    return set(viewer._server.server_state.connections)


def tasks(viewer: Viewer) -> set[Any]:
    assert viewer._server is not None
    return set(viewer._server.server_state.tasks)
