"""A signal's handler records at each line, and each instruction, of a call in trouble: every record is there, once."""

import itertools
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from cutaway.events import core, write_queue, writer
from cutaway.events.core import encode
from cutaway.events.new_file import NewFile
from cutaway.events.reader import EventFileReader
from cutaway.events.writer import EventFileWriter

Handler = Callable[[EventFileWriter], None]
OUR_FILES = {writer.__file__, write_queue.__file__}


def record(step: int) -> bytes:
    return encode(1.0, step, ["t"], [0.5])


class Interruption:
    """Calls a function once, before the ``place``-th "line" or "opcode" of our files that this thread comes to."""

    #: What is counted.
    unit = "line"

    def __init__(self, place: int, call: Callable[[], None]) -> None:
        self._countdown = place
        self._call = call
        self.has_come = False

    def _trace(self, frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_code.co_filename not in OUR_FILES:
            return None
        if event == self.unit and not self.has_come:
            self._countdown -= 1
            if self._countdown < 0:
                self.has_come = True
                self._call()
        frame.f_trace_opcodes = True
        return self._trace

    @contextmanager
    def lurking(self) -> Iterator[None]:
        before = sys.gettrace()
        sys.settrace(self._trace)
        try:
            yield
        finally:
            sys.settrace(before)


class Clock:
    """A clock that stands still, and a thread that is never blocked."""

    def __init__(self) -> None:
        self.nanoseconds, self.switches = 0, 1

    def __call__(self, watches: bool) -> tuple[int, int]:
        return self.nanoseconds, self.switches


class SlowClock(Clock):
    """Each look at it is 60 ms after the one before, and a thread has been blocked in between."""

    def __call__(self, watches: bool) -> tuple[int, int]:
        self.nanoseconds += 60_000_000
        self.switches += 1
        return super().__call__(watches)


def on_a_slow_disk(monkeypatch: pytest.MonkeyPatch, directory: Path, place: int, handler: Handler) -> bool:
    """The third record is slow, for the second time; whether the handler came."""
    clock = Clock()
    monkeypatch.setattr(writer, "open_direct", partial(core.open_direct, measure=lambda watches: clock(watches)))
    events = EventFileWriter(directory)
    events.write(record(1))
    clock = SlowClock()
    events.write(record(2))
    interruption = Interruption(place, lambda: handler(events))
    with interruption.lurking():
        events.write(record(3))
        events.write(record(4))
    clock = Clock()
    events.close()
    return interruption.has_come


def in_a_removed_file(monkeypatch: pytest.MonkeyPatch, directory: Path, place: int, handler: Handler) -> bool:
    """The file is found to be removed when the third record comes."""
    clock = Clock()
    monkeypatch.setattr(writer, "open_direct", partial(core.open_direct, measure=clock))
    events = EventFileWriter(directory)
    events.write(record(1))
    events.write(record(2))
    events.path.unlink()
    clock.nanoseconds += 2_000_000_000
    interruption = Interruption(place, lambda: handler(events))
    with interruption.lurking():
        events.write(record(3))
        events.write(record(4))
    events.close()
    return interruption.has_come


def on_a_full_disk(monkeypatch: pytest.MonkeyPatch, directory: Path, place: int, handler: Handler) -> bool:
    """The third record is torn; there is space again when the fourth has come. The disk is a pipe."""
    reading, descriptor = os.pipe2(os.O_NONBLOCK)
    os.set_blocking(reading, True)
    path = directory / "tfevents"
    with monkeypatch.context() as patch:
        patch.setattr(writer, "create_event_file", lambda directory, suffix: NewFile(path, descriptor, []))
        events = EventFileWriter(directory)
    events.write(record(1))
    events.write(record(2))
    interruption = Interruption(place, lambda: handler(events))
    content = bytearray()
    with interruption.lurking():
        # Larger than what a pipe takes.
        events.write(encode(1.0, 3, ["t" * 100_000], [0.5]))
        events.write(record(4))
    assert not events.is_direct

    def drain() -> None:
        while data := os.read(reading, 65536):
            content.extend(data)

    draining = threading.Thread(target=drain, daemon=True)
    draining.start()
    while not events.flush():
        pass
    events.close()
    draining.join()
    os.close(reading)
    path.write_bytes(content)
    return interruption.has_come


def record_one(events: EventFileWriter) -> None:
    events.write(record(1000))


def record_and_flush(events: EventFileWriter) -> None:
    events.write(record(1000))
    events.flush()
    events.write(record(1001))


def close_and_record(events: EventFileWriter) -> None:
    events.write(record(1000))
    events.close()
    events.write(record(1001))


@pytest.mark.parametrize("unit", ["line", pytest.param("opcode", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("situation", "handler"),
    [
        (on_a_slow_disk, record_one),
        (on_a_slow_disk, record_and_flush),
        (on_a_slow_disk, close_and_record),
        (in_a_removed_file, record_one),
        (in_a_removed_file, record_and_flush),
        (in_a_removed_file, close_and_record),
        (on_a_full_disk, record_one),
    ],
)
def test_a_handler_at_each_place_of_a_call_in_trouble(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    situation: Callable[[pytest.MonkeyPatch, Path, int, Handler], bool],
    handler: Handler,
    unit: str,
) -> None:
    monkeypatch.setattr(Interruption, "unit", unit)
    expected = [1, 2, 3, 4, *([1000] if handler is record_one else [1000, 1001])]
    for place in itertools.count():
        directory = tmp_path / str(place)
        directory.mkdir()
        with warnings.catch_warnings(), monkeypatch.context() as patch:
            warnings.simplefilter("ignore")
            has_come = situation(patch, directory, place, handler)
        if not has_come:
            break
        batches = [EventFileReader(path).read() for path in directory.iterdir()]
        assert [batch.damage for batch in batches] == [[]] * len(batches), place
        found = [step for batch in batches for columns in batch.scalars for step in columns.step.tolist()]
        assert sorted(found) == expected, place
    # The handler did come in between, often.
    assert place > 20
