"""The polling thread: what is written becomes visible, trouble does not end it, and it ends when told."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from tests.patience import PATIENCE

from cutaway.store import tailer
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
def log(tmp_path: Path) -> Iterator[WatchedLog]:
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
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["made up"]


def test_stopping_before_it_was_started_is_fine(tmp_path: Path) -> None:
    tailer.Tailer(LogDirectory(tmp_path)).stop()
