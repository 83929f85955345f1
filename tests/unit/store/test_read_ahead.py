"""What was read ahead is taken in as what it was, and everything else is read as always."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from cutaway.events import core, early
from cutaway.events.core import encode, frame
from cutaway.events.messages import SESSION_STOP, file_version, session_log
from cutaway.store import index_cache, read_ahead
from cutaway.store.index_cache import IndexCache
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.local import LocalPlace
from cutaway.store.places.local_roots import local_roots
from cutaway.store.read_ahead import ReadAhead

PLENTY = 1 << 40
native = pytest.mark.skipif(not core.is_native, reason="only the native kernel loads files ahead")


def write(folder: Path, run: str, points: int = 100, *, ends: bool = False) -> Path:
    path = folder / run / "events.out.tfevents.1.host"
    path.parent.mkdir(parents=True)
    records = [encode(1000.0 + step, step, ["loss"], [step / 7]) for step in range(points)]
    if ends:
        records.append(frame(session_log(2000.0, SESSION_STOP)))
    path.write_bytes(frame(file_version(1000.0)) + b"".join(records))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(5):
        write(tmp_path / "log", f"run{number}")
    return tmp_path / "log"


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the runs whose files the log directory reads itself."""
    names: list[str] = []
    load: Callable[..., Any] = LocalPlace.load

    def noted(self: LocalPlace, paths: Sequence[str], *others: Any) -> Any:
        names.extend(Path(path).parent.name for path in paths)
        return load(self, paths, *others)

    monkeypatch.setattr(LocalPlace, "load", noted)
    return names


def ahead_of(folder: Path, indexes: Path | None = None, most: int = PLENTY) -> ReadAhead:
    """One that has read all that it may."""
    ahead = ReadAhead(local_roots(folder), indexes, most)
    ahead.wait()
    return ahead


def begun(folder: Path, ahead: ReadAhead, cache: IndexCache | None = None) -> LogDirectory:
    log = LogDirectory(folder, cache)
    log.begin_with(ahead)
    log.refresh()
    return log


def points(log: LogDirectory) -> dict[str, int]:
    return {run.name: run.points for run in log.runs()}


@native
@pytest.mark.parametrize("small", [0, 1 << 20])
def test_what_was_read_is_not_read_again(
    small: int, folder: Path, loaded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_ahead, "SMALL", small)
    log = begun(folder, ahead_of(folder))
    assert loaded == []
    assert points(log) == {f"run{number}": 100 for number in range(5)}
    assert log.catalogue().loading.done


@native
def test_files_with_other_data_than_scalars_are_read_as_always(folder: Path, loaded: list[str]) -> None:
    write(folder, "with an end", ends=True)
    log = begun(folder, ahead_of(folder))
    assert loaded == ["with an end"]
    assert points(log)["with an end"] == 100


@native
def test_what_was_not_read_any_more_is_read_as_always(folder: Path, loaded: list[str]) -> None:
    log = begun(folder, ahead_of(folder, most=1))
    assert len(loaded) == 4
    assert set(points(log).values()) == {100}


@native
def test_the_newest_of_larger_files_are_read_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_ahead, "SMALL", 0)
    # Each file is a group of its own.
    monkeypatch.setattr(read_ahead, "TOGETHER", 1)
    for number, run in enumerate((3, 0, 4, 1, 2)):
        os.utime(folder / f"run{run}" / "events.out.tfevents.1.host", (number, number))
    read = [paths for paths, _ in ahead_of(folder).end()][1:]
    assert [Path(path).parent.name for paths in read for path in paths] == ["run2", "run1", "run4", "run0", "run3"]


@native
def test_files_that_are_too_large_are_left(folder: Path, loaded: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_ahead, "SMALL", 0)
    monkeypatch.setattr(read_ahead, "LARGEST", 10_000)
    write(folder, "long", 1000)
    log = begun(folder, ahead_of(folder))
    assert loaded == ["long"]
    assert points(log)["long"] == 1000


@native
def test_a_file_with_an_index_is_left_to_it(
    folder: Path, tmp_path: Path, loaded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (index_cache, "cutaway.store.held_runs", "cutaway.store.loaded_file"):
        name = module if isinstance(module, str) else module.__name__
        monkeypatch.setattr(f"{name}.INDEXED", 1)
    monkeypatch.setattr(read_ahead, "SMALL", 0)
    cache = IndexCache(tmp_path / "cache")
    before = LogDirectory(folder, cache)
    before.refresh()
    before.keep()
    write(folder, "new")
    loaded.clear()
    log = begun(folder, ahead_of(folder, cache.directory), cache)
    indexed = {run.name: file.indexed for run in log.runs() for file in run.files.values()}
    assert {name for name, offset in indexed.items() if not offset} == {"new"}
    assert loaded == []
    assert set(points(log).values()) == {100}


@native
def test_a_file_that_grew_meanwhile_is_read_on(folder: Path) -> None:
    ahead = ahead_of(folder)
    with (folder / "run1" / "events.out.tfevents.1.host").open("ab") as file:
        file.write(encode(2000.0, 100, ["loss"], [1.0]))
    log = begun(folder, ahead)
    log.refresh()
    assert points(log)["run1"] == 101


@native
def test_files_and_runs_that_went_meanwhile_are_gone(folder: Path) -> None:
    ahead = ahead_of(folder)
    path = folder / "run1" / "events.out.tfevents.1.host"
    path.unlink()
    path.parent.rmdir()
    write(folder, "late")
    log = begun(folder, ahead)
    log.refresh()
    assert points(log) == dict.fromkeys(("run0", "run2", "run3", "run4", "late"), 100)


def test_what_was_read_of_another_directory_is_not_taken_in(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "other", "another")
    log = begun(tmp_path / "other", ahead_of(folder))
    assert points(log) == {"another": 100}


def test_several_directories_are_walked_by_their_names(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "other", "another")
    both = {"a": folder, "b": tmp_path / "other"}
    ahead = ReadAhead(local_roots(both), None, PLENTY)
    log = LogDirectory(both)
    log.begin_with(ahead)
    log.refresh()
    assert points(log) == {f"a/run{number}": 100 for number in range(5)} | {"b/another": 100}


@pytest.mark.parametrize("what", ["missing", "empty", "a file"])
def test_there_may_be_no_directory_or_nothing_in_it(what: str, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    if what == "empty":
        folder.mkdir()
    elif what == "a file":
        folder = write(tmp_path, "alone")
    log, plain = begun(folder, ahead_of(folder)), LogDirectory(folder)
    plain.refresh()
    assert log.catalogue().logdir == plain.catalogue().logdir
    assert points(log) == points(plain)


def test_without_the_native_kernel_directories_are_walked_ahead(
    folder: Path, loaded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(early, "_kernel", None)
    log = begun(folder, ahead_of(folder))
    assert len(loaded) == 5
    assert set(points(log).values()) == {100}


def test_a_walk_that_failed_is_taken_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(read_ahead, "find_event_files", failing)
        ahead = ahead_of(folder)
    log = begun(folder, ahead)
    assert set(points(log).values()) == {100}


def test_memory_that_is_short_ends_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Short:
        def stop(self) -> None: ...

        def load(self, *_: object) -> None:
            raise MemoryError

    monkeypatch.setattr(read_ahead, "ahead_loader", lambda most: Short())
    assert set(points(begun(folder, ahead_of(folder))).values()) == {100}


def test_what_is_in_an_object_store_is_not_read_ahead() -> None:
    assert read_ahead.read_ahead("s3://bucket/logs", None) is None
    assert read_ahead.read_ahead({"a": "gs://bucket/logs"}, None) is None


def test_it_reads_no_more_at_a_time_than_a_part_of_the_memory(folder: Path, loaded: list[str]) -> None:
    ahead = read_ahead.read_ahead(str(folder), None, 4)
    assert ahead is not None
    ahead.wait()
    log = begun(folder, ahead)
    assert len(loaded) == (4 if core.is_native else 5)
    assert set(points(log).values()) == {100}
