"""The polling thread: what is written becomes visible, trouble does not end it, and it ends when told."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from tests.patience import PATIENCE, until

from cutaway.store import tailer
from cutaway.store.event_file import EventFile
from cutaway.store.log_directory import LogDirectory

Write = Callable[..., Path]


class WatchedLog(LogDirectory):
    """A log directory that says when it has been read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.was_read = Event()

    def read(self, should_stop: Callable[[], bool] = lambda: False) -> None:
        super().read(should_stop)
        self.was_read.set()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Until the condition holds after a poll; a poll that never comes fails the test."""
        while True:
            self.was_read.clear()
            if condition():
                return
            assert self.was_read.wait(timeout=PATIENCE)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WatchedLog]:
    # What is new is found sooner, in the same way.
    monkeypatch.setattr(tailer, "_LONGEST", 0.25)
    log = WatchedLog(tmp_path / "log")
    thread = tailer.Tailer(log)
    thread.start()
    yield log
    thread.stop()
    assert not thread._thread.is_alive()


def points(log: LogDirectory) -> int:
    return log.catalogue().loading.points


def test_what_is_written_becomes_visible(log: WatchedLog, write: Write) -> None:
    log.wait_until(lambda: log.catalogue().logdir.state == "missing" and log.catalogue().loading.done)
    write("a", range(3))
    log.wait_until(lambda: points(log) == 3)
    write("a", range(3, 5))
    log.wait_until(lambda: points(log) == 5)
    write("b", range(3))
    log.wait_until(lambda: points(log) == 8)


def test_a_fault_is_said_and_not_the_end(
    log: WatchedLog, write: Write, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    original = LogDirectory.discover
    raised: list[RuntimeError] = []

    def discover(self: LogDirectory) -> None:
        if not raised:
            raised.append(RuntimeError("made up"))
            raise raised[0]
        original(self)

    monkeypatch.setattr(LogDirectory, "discover", discover)
    # Only then is the file written: the first sweep may still be under way, with the real method.
    log.wait_until(lambda: bool(raised))
    write("a", range(3))
    log.wait_until(lambda: points(log) == 3)
    assert [record.message for record in caplog.records] == [f"reading {log.path!r} failed: RuntimeError('made up')"]
    assert not any(record.exc_info for record in caplog.records)


@pytest.mark.usefixtures("read_in_turn")
def test_a_fault_with_one_file_is_no_fault_of_the_others(
    log: WatchedLog, write: Write, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = write("a", range(3), name="events.out.tfevents.broken")
    original = EventFile.read
    is_broken = True

    def read(self: EventFile) -> Any:
        if is_broken and self.path == str(broken):
            raise ValueError("made up")
        return original(self)

    monkeypatch.setattr(EventFile, "read", read)
    write("b", range(5))
    log.wait_until(lambda: points(log) == 5 and log.catalogue().loading.done)
    (item,) = log.catalogue().unreadable
    assert (item.file, item.reason) == (broken.name, "reading it failed, which is a fault of Cutaway: ValueError")
    write("b", range(5, 9))
    log.wait_until(lambda: points(log) == 9)
    assert len(caplog.records) == 1
    is_broken = False
    write("a", range(3, 4), name=broken.name)
    log.wait_until(lambda: points(log) == 13 and not log.catalogue().unreadable)


def test_a_pipe_in_the_place_of_a_file_is_no_end_of_reading(log: WatchedLog, write: Write) -> None:
    path = write("a", range(3))
    write("b", range(3))
    log.wait_until(lambda: points(log) == 6)
    path.unlink()
    os.mkfifo(path)
    log.wait_until(lambda: [item.reason for item in log.catalogue().unreadable] == ["no regular file but a pipe"])
    write("b", range(3, 7))
    write("c", range(2))
    log.wait_until(
        lambda: {run.name: run.points for run in log.catalogue().runs if run.name != "a"} == {"b": 7, "c": 2}
    )
    path.unlink()
    write("a", range(8))
    log.wait_until(lambda: points(log) == 17 and not log.catalogue().unreadable)


def stalled(log: LogDirectory) -> float | None:
    return log.catalogue().loading.stalled_since


@pytest.mark.usefixtures("read_in_turn")
def test_a_disk_that_does_not_answer_is_said(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tailer, "STANDSTILL", 0.4)
    log = WatchedLog(tmp_path / "log")
    path, answers = write("a", range(3)), Event()
    original = EventFile.read

    def read(self: EventFile) -> Any:
        assert answers.wait(PATIENCE)
        return original(self)

    monkeypatch.setattr(EventFile, "read", read)
    before, revision = time.time(), -1
    thread = tailer.Tailer(log)
    thread.start()
    try:
        until("a standstill", lambda: stalled(log) is not None)
        since = stalled(log)
        assert since is not None
        assert before - 1 < since < time.time()
        # Followers are told.
        change = log.changes_since(revision)
        assert change.structure
        assert change.loading.stalled_since == since
        # The line comes after the state.
        until("a line about it", lambda: len(caplog.records) > 0)
        assert "stands still" in caplog.records[0].message
        assert str(path.parent.parent) in caplog.records[0].message
        answers.set()
        until("three points", lambda: stalled(log) is None and points(log) == 3)
        until("a line about the end", lambda: any(record.message.endswith("goes on") for record in caplog.records))
    finally:
        answers.set()
        thread.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_ends_is_a_standstill(tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tailer, "STANDSTILL", 0.4)
    log = LogDirectory(tmp_path / "log")

    def discover(self: LogDirectory) -> None:
        raise SystemExit

    monkeypatch.setattr(LogDirectory, "discover", discover)
    thread = tailer.Tailer(log)
    thread.start()
    until("a standstill", lambda: stalled(log) is not None)
    thread.stop()
