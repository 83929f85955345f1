"""A run of one small file is opened when somebody asks for it, or when its file changes, and not before."""

import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cutaway.events import core
from cutaway.events.core import encode, frame
from cutaway.events.messages import file_version
from cutaway.store import log_directory, read_runs
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.local_roots import local_roots
from cutaway.store.read_ahead import ReadAhead
from cutaway.store.run import Run
from cutaway.store.tailer import Tailer

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "events.out.tfevents.1.host"


def content(steps: range, tag: str = "loss") -> bytes:
    return b"".join(encode(1000.0 + step, step, [tag], [step / 7]) for step in steps)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eight runs: six of one small file of scalars, one that has two, one with an unfinished end."""
    for number in range(8):
        path = tmp_path / "log" / f"run{number}" / NAME
        path.parent.mkdir(parents=True)
        path.write_bytes(frame(file_version(990.0 + number)) + content(range(10 + number)))
    (tmp_path / "log" / "run6" / f"{NAME}.2").write_bytes(content(range(20, 30)))
    with (tmp_path / "log" / "run7" / NAME).open("ab") as file:
        file.write(content(range(1))[:-5])
    return tmp_path / "log"


@pytest.fixture
def log(folder: Path) -> LogDirectory:
    log = LogDirectory(folder)
    log.refresh()
    return log


def opened(log: LogDirectory) -> list[str]:
    return sorted(log._runs.opened)


def test_what_is_known_of_all_runs_opens_none(log: LogDirectory) -> None:
    catalogue = log.catalogue()
    assert [run.points for run in catalogue.runs] == [10, 11, 12, 13, 14, 15, 26, 17]
    assert [run.last_step for run in catalogue.runs] == [9, 10, 11, 12, 13, 14, 29, 16]
    (tag,) = catalogue.tags
    assert tag.runs == tuple(run.id for run in catalogue.runs)
    assert (catalogue.loading.files, catalogue.loading.done) == (9, True)
    assert catalogue.loading.bytes_read == catalogue.loading.bytes - len(content(range(1))[:-5])
    assert len(log.changes_since(-1).runs) == 8
    assert log.runs_matching("run3") == [catalogue.runs[3].id]
    (kind,) = log.kinds()
    assert kind.records == catalogue.loading.points
    assert log.value_tags()[1] == []
    assert log.scalar_metadata()[1] == {}
    log.refresh()
    assert opened(log) == ["run6", "run7"]


def test_a_run_is_opened_alone(log: LogDirectory) -> None:
    before = log.catalogue()
    run = before.runs[2]
    ((points,),) = log.scalars(log.tag_id("loss"), [run.id]).values()
    assert points.points.value.tolist() == pytest.approx([step / 7 for step in range(12)])
    assert opened(log) == ["run2", "run6", "run7"]
    assert log.catalogue() == before


def test_opening_all_changes_nothing(log: LogDirectory) -> None:
    before, changes, files = log.catalogue(), log.changes_since(-1), len(log.looked_at())
    assert files == 4
    assert len(log.runs()) == 8
    assert (log.catalogue(), log.changes_since(-1)) == (before, changes)
    assert len(log.looked_at()) == 9


@pytest.mark.parametrize("what", ["grow", "replace", "shorten", "remove", "touch"])
def test_a_file_that_changes_is_seen(log: LogDirectory, folder: Path, what: str) -> None:
    path, revision = folder / "run1" / NAME, log.revision
    if what == "remove":
        path.unlink()
    elif what == "touch":
        os.utime(path, ns=(time.time_ns(), time.time_ns()))
    else:
        other = path.with_name("other")
        other.write_bytes({"grow": path.read_bytes() + content(range(20, 25))}.get(what, content(range(5))))
        os.utime(other, ns=(time.time_ns(), time.time_ns()))
        if what == "replace":
            other.replace(path)
        else:
            path.write_bytes(other.read_bytes())
            other.unlink()
    log.refresh()
    points = {run.name: run.points for run in log.catalogue().runs}
    assert points.get("run1") == {"grow": 16, "remove": None, "touch": 11}.get(what, 5)
    assert opened(log) == (["run6", "run7"] if what == "remove" else ["run1", "run6", "run7"])
    changed = {run.name for run in log.changes_since(revision).runs}
    assert changed == ({"run1"} if what in ("grow", "replace", "shorten") else set())


def test_another_file_in_a_run_is_seen(log: LogDirectory, folder: Path) -> None:
    (folder / "run0" / f"{NAME}.2").write_bytes(content(range(50, 60)))
    (folder / "new").mkdir()
    (folder / "new" / NAME).write_bytes(content(range(3)))
    log.refresh()
    assert {run.name: run.points for run in log.catalogue().runs}["run0"] == 20
    assert opened(log) == ["run0", "run6", "run7"]
    assert [run.points for run in log.catalogue().runs if run.name == "new"] == [3]


@pytest.mark.parametrize("is_ahead", [False, True])
def test_a_file_that_several_names_have_is_in_several_runs(folder: Path, is_ahead: bool) -> None:
    file = folder / "run0" / NAME
    roots = {"all": folder, "one": file, "again": file}
    log = LogDirectory(roots)
    if is_ahead:
        ahead = ReadAhead(local_roots(roots), None, 1 << 30)
        ahead.wait()
        log.begin_with(ahead)
    for _ in range(2):
        log.refresh()
        points = {run.name: run.points for run in log.catalogue().runs}
        assert [points[name] for name in ("all/run0", "one", "again")] == [10, 10, 10]
    with file.open("ab") as growing:
        growing.write(content(range(20, 25)))
    log.refresh()
    points = {run.name: run.points for run in log.catalogue().runs}
    assert [points[name] for name in ("all/run0", "one", "again")] == [15, 15, 15]


def test_memory_is_counted_before_and_behind(folder: Path) -> None:
    log = LogDirectory(folder, memory=1 << 30)
    log.refresh()
    before = log._memory.used, log._memory.read
    assert before[0] > 0
    assert before[1] == log.catalogue().loading.bytes_read
    log.runs()
    assert (log._memory.used, log._memory.read) == before
    assert {run.name: run.share.nbytes > 0 for run in log.runs()} == {f"run{number}": True for number in range(8)}


def test_unopened_runs_are_dropped_where_they_do_not_fit(folder: Path) -> None:
    log = LogDirectory(folder, memory=1000)
    log.refresh()
    catalogue = log.catalogue()
    assert catalogue.loading.unread
    assert [run.points for run in catalogue.runs] == [10, 11, 12, 13, 14, 15, 26, 17]
    assert log._memory.used == sum(run.share.nbytes for run in log.runs())


def test_what_takes_too_long_to_read_at_once_is_read_later(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cutaway.store.loading.FILES", 3)
    monkeypatch.setattr("cutaway.store.loading.MOST_SECONDS", -1)
    log = LogDirectory(folder)
    log.discover()
    assert [run.points for run in log.catalogue().runs] == [10, 11, 12, 0, 0, 0, 0, 0]
    assert not log.catalogue().loading.done
    log.refresh()
    assert [run.points for run in log.catalogue().runs] == [10, 11, 12, 13, 14, 15, 26, 17]
    assert opened(log) == ["run3", "run4", "run5", "run6", "run7"]


def test_a_log_of_many_groups_is_taken_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cutaway.store.loading.FILES", 3)
    monkeypatch.setattr("cutaway.store.loading.MOST_SECONDS", 1e6)
    log = LogDirectory(folder)
    log.refresh()
    assert [run.points for run in log.catalogue().runs] == [10, 11, 12, 13, 14, 15, 26, 17]
    assert opened(log) == ["run6", "run7"]
    for number in (5, 2):
        with (folder / f"run{number}" / NAME).open("ab") as file:
            file.write(content(range(30, 31), "accuracy"))
    log.refresh()
    assert opened(log) == ["run2", "run5", "run6", "run7"]
    assert [run.points for run in log.catalogue().runs] == [10, 11, 13, 13, 14, 16, 26, 17]
    tags = {tag.name: len(tag.runs) for tag in log.catalogue().tags}
    assert tags == {"loss": 8, "accuracy": 2}


def test_facts_of_many_runs_are_of_one_moment(log: LogDirectory, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_directory, "_AT_ONCE", 2)
    asked = []

    def facts(run: Run) -> tuple[int, int]:
        asked.append(run.name)
        if len(asked) == 3:
            # While others have their turn, one that was asked grows, one goes, and one comes.
            with (folder / "run1" / NAME).open("ab") as file:
                file.write(content(range(30, 35)))
            (folder / "run2" / NAME).unlink()
            (folder / "new").mkdir()
            (folder / "new" / NAME).write_bytes(content(range(3)))
            threading.Thread(target=change).start()
        return run.revision, run.points

    is_changed = threading.Event()

    def change() -> None:
        log.refresh()
        is_changed.set()

    lock = log._lock

    class Waits:
        """The lock, which who polls gets before it is asked for again."""

        def __enter__(self) -> None:
            if len(asked) >= 3 and threading.current_thread() is threading.main_thread():
                assert is_changed.wait(60)
            lock.acquire()

        def __exit__(self, *_: object) -> None:
            lock.release()

    monkeypatch.setattr(log, "_lock", Waits())
    revision, order, found = log.of_runs(facts, {log.catalogue().runs[0].id: log.catalogue().runs[0].revision})
    infos = log.catalogue().runs
    assert revision == log.revision
    assert order == [run.id for run in infos]
    assert [run.name for run in infos] == ["new", *(f"run{number}" for number in (0, 1, 3, 4, 5, 6, 7))]
    assert found == {run.id: (run.revision, run.points) for run in infos if run.name != "run0"}
    assert asked.count("run1") == 2
    assert "run0" not in asked


def test_the_one_who_polls_looks_at_them_together(
    log: LogDirectory, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, is_seen, changed_files = list[int](), threading.Event(), core.changed_files

    def counted(paths: list[bytes], files: object) -> list[int]:
        looks.append(len(paths))
        found = changed_files(paths, files)  # type: ignore[arg-type]
        if found:
            is_seen.set()
        return found

    monkeypatch.setattr(core, "changed_files", counted)
    batches: Callable[..., object] = read_runs.ReadRuns._read_batch
    was_read = threading.Event()

    def read_batch(self: LogDirectory, *which: object) -> None:
        batches(self, *which)
        was_read.set()

    monkeypatch.setattr(read_runs.ReadRuns, "_read_batch", read_batch)
    tailer = Tailer(log)
    tailer.start()
    try:
        with (folder / "run4" / NAME).open("ab") as file:
            file.write(content(range(30, 40)))
        assert is_seen.wait(60)
        assert was_read.wait(60)
    finally:
        tailer.stop()
    assert set(looks) == {6}
    assert {run.name: run.points for run in log.catalogue().runs}["run4"] == 24
