"""Event files that somebody removes: what was in them is in a new one, or is said to be lost."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from cutaway.events import core, writer
from cutaway.events.core import encode
from cutaway.events.reader import EventFileReader
from cutaway.events.writer import EventFileWriter


def record(step: int) -> bytes:
    return encode(1.0 + step, step, ["t"], [0.5])


def steps(path: Path) -> list[int]:
    """The steps in a file, in their order; it begins and ends as a file does, and nothing in it is damaged."""
    data = path.read_bytes()
    assert data.count(b"brain.Event:2") == 1
    batch = EventFileReader(path).read()
    assert batch.damage == []
    return [step for columns in batch.scalars for step in columns.step.tolist()]


@contextmanager
def messages() -> Iterator[list[str]]:
    """What is warned in the block, each time."""
    found: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield found
        found += [str(warning.message) for warning in caught]


def remove(path: Path, what: str) -> None:
    path.unlink()
    if what == "directory":
        path.parent.rmdir()


class Clock:
    """A clock that goes on only when it is told to, or by 60 ms in which the thread is blocked, at each look."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.nanoseconds, self.switches, self.is_slow = 0, 1, False
        monkeypatch.setattr(writer, "open_direct", partial(core.open_direct, measure=self._measure))

    def _measure(self, watches: bool) -> tuple[int, int]:
        if self.is_slow:
            self.nanoseconds += 60_000_000
            self.switches += 1
        return self.nanoseconds, self.switches


@pytest.mark.parametrize("what", ["file", "directory"])
def test_what_was_recorded_until_it_was_seen_is_in_the_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    clock = Clock(monkeypatch)
    events = EventFileWriter(tmp_path / "run")
    first = events.path
    with messages() as said:
        for step in range(1000):
            if step == 500:
                remove(first, what)
            events.write(record(step))
        clock.nanoseconds += 2_000_000_000
        for step in range(1000, 1500):
            events.write(record(step))
        assert events.is_direct
        assert steps(events.path) == list(range(1500))
        events.close()
    assert [*events.path.parent.iterdir()] == [events.path]
    assert events.path != first
    assert steps(events.path) == list(range(1500))
    assert said == [
        f"{first} was removed; what was in it, 1,000 records, is in a new file, {events.path}, where recording goes on"
    ]


@pytest.mark.parametrize("what", ["file", "directory"])
@pytest.mark.parametrize("call", ["close", "flush"])
def test_close_and_flush_look_as_well(tmp_path: Path, what: str, call: str) -> None:
    events = EventFileWriter(tmp_path / "run")
    events.write(record(1))
    first = events.path
    with messages() as said:
        remove(first, what)
        getattr(events, call)()
        assert steps(events.path) == [1]
        events.close()
    assert said == [
        f"{first} was removed; what was in it, 1 record, is in a new file, {events.path}, where recording goes on"
    ]


def test_a_removed_file_without_records_is_not_created_at_the_end(tmp_path: Path) -> None:
    events = EventFileWriter(tmp_path / "run")
    with messages() as said:
        remove(events.path, "directory")
        events.close()
    assert not (tmp_path / "run").exists()
    assert said == []


def test_a_large_file_is_copied_piece_by_piece(tmp_path: Path) -> None:
    events = EventFileWriter(tmp_path)
    for step in range(50):
        events.write(encode(1.0, step, ["t", "u" * 99_999], [0.5, 0.5]))
    before = events.path.read_bytes()
    events.path.unlink()
    with messages():
        events.flush()
    assert events.path.read_bytes() == before
    events.close()


@pytest.mark.parametrize("is_slow", [False, True])
def test_a_file_that_cannot_be_read_is_lost_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_slow: bool
) -> None:
    monkeypatch.setattr(writer, "copy_removed", lambda removed, descriptor: False)
    clock = Clock(monkeypatch)
    events = EventFileWriter(tmp_path / "run")
    first = events.path
    with messages() as said:
        events.write(record(0))
        clock.is_slow = is_slow
        events.write(record(1))
        events.write(record(2))
        assert events.is_direct != is_slow
        remove(first, "directory")
        assert events.flush()
        events.write(record(3))
        events.close()
    assert steps(events.path) == [3]
    assert said[-2:] == [
        f"{first} was removed, and 3 records with it, since they cannot be read any more; "
        f"recording goes on in a new file, {events.path}",
        f"3 records could not be written to {events.path}: the file was removed",
    ]


def test_a_file_that_is_removed_while_records_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    events = EventFileWriter(tmp_path / "run")
    first = events.path
    with messages() as said:
        clock.is_slow = True
        for step in range(5):
            events.write(record(step))
        assert not events.is_direct
        remove(first, "directory")
        events.close()
    assert steps(events.path) == [0, 1, 2, 3, 4]
    assert len(said) == 2
    assert f"{first} was removed; what was in it, " in said[1]


@pytest.mark.parametrize("is_possible_again", [False, True])
def test_a_new_file_that_cannot_be_created(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_possible_again: bool
) -> None:
    directory = tmp_path / "run"
    clock = Clock(monkeypatch)
    events = EventFileWriter(directory)
    first = events.path
    with messages() as said:
        events.write(record(0))
        events.write(record(1))
        remove(first, "directory")
        directory.write_text("now a file")
        clock.nanoseconds += 2_000_000_000
        events.write(record(2))
        assert not events.flush()
        if is_possible_again:
            directory.unlink()
        events.close()
    assert said[0] == (
        f"{first} was removed, and no new file can be created: File exists; training goes on, and records wait in "
        "memory, 2 records in the removed file, where a killed process loses them"
    )
    if is_possible_again:
        assert steps(events.path) == [0, 1, 2]
        assert f"{first} was removed; what was in it, 2 records, is in a new file" in said[-1]
    else:
        assert said[-1] == f"3 records could not be written to {first}: File exists"
