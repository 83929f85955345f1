"""New files that were not read when they were found are read many at a time, and what is unusual one by one."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from cutaway.events.core import encode, frame
from cutaway.events.messages import SESSION_START, file_version, session_log
from cutaway.store import index_cache, loading, read_runs
from cutaway.store.index_cache import IndexCache
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.local import LocalPlace

RUNS = 40


@pytest.fixture(autouse=True)
def found_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is read when it is found, as of a log with more than is read then."""
    monkeypatch.setattr(loading, "SMALL", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """40 runs, of which each tenth is unusual."""
    for number in range(RUNS):
        path = tmp_path / "log" / f"{number:02}" / "events.out.tfevents.1.host"
        path.parent.mkdir(parents=True)
        records = [encode(1000.0 + step, step, ["loss"], [step + number / 7]) for step in range(100)]
        if number == 10:
            records[50] = records[50][:-1] + bytes([records[50][-1] ^ 1])
        elif number == 20:
            records[50] = frame(session_log(1050.0, 20, SESSION_START))
        elif number == 30:
            records.append(records[0][:-3])
        path.write_bytes(frame(file_version(1000.0)) + b"".join(records))
    return tmp_path / "log"


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many files each call of the kernel is to read to their ends."""
    counts: list[int] = []
    load: Callable[..., Any] = LocalPlace.load

    def counted(self: LocalPlace, paths: Sequence[str], largest: int, *others: Any) -> Any:
        if largest:
            counts.append(len(paths))
        return load(self, paths, largest, *others)

    monkeypatch.setattr(LocalPlace, "load", counted)
    return counts


def points(log: LogDirectory) -> dict[str, int]:
    return {run.name: run.points for run in log.runs()}


def check_all_read(log: LogDirectory) -> None:
    names = [f"{number:02}" for number in range(RUNS)]
    assert points(log) == dict.fromkeys(names, 100) | {"10": 99, "20": 99}
    damaged = {run.name: run.info().damaged_bytes for run in log.runs()}
    assert [name for name in names if damaged[name]] == ["10"]
    (part,) = next(run for run in log.runs() if run.name == "07").scalars("loss")
    assert part.points.value.tolist() == pytest.approx([step + 1 for step in range(100)])


def test_one_call_reads_what_is_usual(folder: Path, loaded: list[int]) -> None:
    log = LogDirectory(folder)
    log.refresh()
    check_all_read(log)
    assert loaded == [RUNS]
    log.refresh()
    assert loaded == [RUNS]


def test_they_are_read_again_as_they_grow(folder: Path) -> None:
    log = LogDirectory(folder)
    log.refresh()
    path = folder / "07" / "events.out.tfevents.1.host"
    with path.open("ab") as file:
        file.write(encode(1200.0, 100, ["loss"], [0.5]) + encode(1200.0, 100, ["more"], [0.5]))
    log.refresh()
    assert points(log)["07"] == 102
    assert {tag.name: len(tag.runs) for tag in log.catalogue().tags} == {"loss": RUNS, "more": 1}


def test_where_not_all_fit_they_are_read_one_by_one(folder: Path, loaded: list[int]) -> None:
    """What was read together leaves the memory together."""
    log = LogDirectory(folder, memory=3000)
    log.refresh()
    assert set(loaded) == {1}
    assert any(run.unread for run in log.catalogue().runs)


def test_what_an_index_has_is_not_read(
    folder: Path, tmp_path: Path, loaded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_cache, "INDEXED", 1)
    monkeypatch.setattr("cutaway.store.held_runs.INDEXED", 1)
    cache = IndexCache(tmp_path / "cache")
    first = LogDirectory(folder, cache)
    first.refresh()
    first.keep()
    loaded.clear()
    # One has grown since, and there is a new one.
    with (folder / "07" / "events.out.tfevents.1.host").open("ab") as file:
        file.write(encode(1200.0, 100, ["loss"], [0.5]))
    new = folder / "new" / "events.out.tfevents.1.host"
    new.parent.mkdir()
    new.write_bytes(encode(1000.0, 1, ["loss"], [0.5]))
    again = LogDirectory(folder, cache)
    again.refresh()
    assert points(again) == points(first) | {"07": 101, "new": 1}
    assert sum(loaded) == 1


def test_a_fault_with_all_of_them_is_not_the_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(read_runs, "load_together", refuse)
    log = LogDirectory(folder)
    log.refresh()
    check_all_read(log)
    assert "a fault" in caplog.text


def test_a_file_that_is_gone_by_then(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = LogDirectory(folder)
    log.discover()
    (folder / "07" / "events.out.tfevents.1.host").unlink()
    os.truncate(folder / "08" / "events.out.tfevents.1.host", 500)
    log.check(log.looked_at())
    log.read()
    found = points(log)
    assert found["07"] == 0
    assert 0 < found["08"] < 100
    assert found["09"] == 100
