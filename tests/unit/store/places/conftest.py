"""Buckets of two servers: one that counts and fails on demand, and a real one."""

import itertools
from collections.abc import Iterator

import pytest
from tests.bucket_logs import Logs, set_environment
from tests.object_server import ObjectServer
from tests.seaweed import Seaweed, seaweed


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectServer]:
    """The server that counts, and fails on demand."""
    with ObjectServer() as server:
        set_environment(monkeypatch, server)
        yield server


@pytest.fixture
def own(server: ObjectServer) -> Logs:
    return Logs(server, "logs")


@pytest.fixture(scope="module")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with seaweed(tmp_path_factory.mktemp("seaweed")) as server:
        yield server


_prefixes = itertools.count()


@pytest.fixture(params=["own", pytest.param("real", marks=pytest.mark.xdist_group("seaweedfs"))])
def logs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Logs:
    """In both servers."""
    if request.param == "own":
        own: Logs = request.getfixturevalue("own")
        return own
    real: Seaweed = request.getfixturevalue("seaweedfs")
    set_environment(monkeypatch, real)
    return Logs(real, f"logs{next(_prefixes)}")
