"""Buckets of two servers: one that counts and fails on demand, and a real one."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.bucket_logs import Logs, set_environment
from tests.object_server import ObjectServer
from tests.seaweed import Seaweed, seaweed

from cutaway.events.open_file import FileStatus
from cutaway.store import index_cache
from cutaway.store.event_file import EventFile
from cutaway.store.index_cache import IndexCache
from cutaway.store.loaded_file import LoadedFiles


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


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> IndexCache:
    """A cache that keeps indexes of the smallest files too."""
    monkeypatch.setattr(index_cache, "INDEXED", 1)
    monkeypatch.setattr("cutaway.store.held_runs.INDEXED", 1)
    return IndexCache(tmp_path / "cache")


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes of each batch and file that was decoded, and not taken from an index."""
    found: list[int] = []
    read, take_loaded = EventFile.read, EventFile.take_loaded

    def counting_loaded(file: EventFile, files: LoadedFiles, number: int, status: FileStatus | None = None) -> None:
        found.append(files.facts[number].size)
        take_loaded(file, files, number, status)

    def counting(file: EventFile) -> Any:
        batch = read(file)
        found.append(batch.bytes if batch else 0)
        return batch

    monkeypatch.setattr(EventFile, "read", counting)
    monkeypatch.setattr(EventFile, "take_loaded", counting_loaded)
    return found
