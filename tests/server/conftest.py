"""Log directories, and viewers that serve them on loopback."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp
from tests.patience import PATIENCE

from cutaway.events.core import encode, frame
from cutaway.events.messages import file_version
from cutaway.server.application import create_application
from cutaway.server.closing import Closing
from cutaway.server.later_routes import LaterGroup
from cutaway.server.page import Asset
from cutaway.server.viewer import Viewer
from cutaway.store.log_directory import LogDirectory

PAGE = {
    "index.html": Asset(b"<!doctype html><title>page</title>", "text/html; charset=utf-8"),
    "assets/index-1a2b.js": Asset(b"'use strict'", "text/javascript; charset=utf-8"),
}


def routes_of(application: Starlette) -> list[Route]:
    """Every route, and those whose modules are imported later in the place of their group."""
    found: list[Route] = []
    for route in application.routes:
        assert isinstance(route, Route)
        group = route.endpoint
        found += (
            [each for each in group.routes if each.path == route.path] if isinstance(group, LaterGroup) else [route]
        )
    return found


class AppClient:
    """Sends requests to an application in this process, each on an event loop of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.request(method, path, **options)

        return asyncio.run(send())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)


class Frame(NamedTuple):
    header: dict[str, Any]
    columns: dict[str, NDArray[Any]]


@pytest.fixture
def decode() -> Callable[[bytes], Frame]:
    """Reads a frame as its documentation says, and holds it to the alignment that is promised there."""

    def read(body: bytes) -> Frame:
        assert body[:4] == b"CTW1"
        length = int.from_bytes(body[4:8], "little")
        assert length % 8 == 0
        header = json.loads(body[8 : 8 + length])
        columns = {}
        for name, column in header["columns"].items():
            assert column["offset"] % 8 == 0
            columns[name] = np.frombuffer(body, "<" + column["dtype"], column["length"], 8 + length + column["offset"])
        return Frame(header, columns)

    return read


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., None]:
    """``write(run, {step: value}, tag=…)`` appends to the run's file in ``tmp_path/log``; a step is a second."""

    def append(run: str, points: dict[int, float], tag: str = "loss") -> None:
        path = tmp_path / "log" / run / "events.out.tfevents.1000.host.1.0"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            if not file.tell():
                file.write(frame(file_version(1000.0)))
            file.write(b"".join(encode(1000.0 + step, step, [tag], [value]) for step, value in points.items()))

    return append


@pytest.fixture
def log(tmp_path: Path) -> LogDirectory:
    return LogDirectory(tmp_path / "log")


@pytest.fixture
def client_of() -> Callable[[ASGIApp], AppClient]:
    return AppClient


@pytest.fixture
def client(log: LogDirectory) -> AppClient:
    """The routes in this process, without any check of who asks."""
    return AppClient(create_application(log, Closing(), PAGE))


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Viewer]]:
    """Starts viewers of ``tmp_path/log`` on free ports, and stops them after the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(Viewer(tmp_path / "log", **{"port": 0} | options))


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A client that follows nothing and takes no proxy from the environment."""
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        yield client
