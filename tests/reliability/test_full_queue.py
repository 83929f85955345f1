"""A queue that is full: calls wait as long as the disk takes anything, on any thread."""

import signal
import threading
from pathlib import Path

import pytest
from tests.patience import PATIENCE
from tests.reliability.slow_disk import Disk, collected_warnings, record, steps

from cutaway.events import write_queue
from cutaway.events.core import encode
from cutaway.events.writer import EventFileWriter


def test_a_full_queue_makes_the_caller_wait_while_the_disk_takes_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of threads, and of a signal's handler that comes while its own thread waits."""
    disk = Disk(monkeypatch, tmp_path / "tfevents")
    monkeypatch.setattr(write_queue, "CAPACITY", 10_000)
    # A busy machine may keep the disk's thread from its work for a while.
    monkeypatch.setattr(write_queue, "PATIENCE", PATIENCE)
    with collected_warnings() as caught:
        events = EventFileWriter(tmp_path)
        step = disk.stall(events)
        disk.pause = 0.001
        handled = 0
        is_over = False

        def handle(number: int, frame: object) -> None:
            nonlocal handled
            handled += 1
            events.write(record(1_000_000 + handled))
            # Not earlier: handlers would interrupt each other without end.
            if not is_over:
                signal.setitimer(signal.ITIMER_REAL, 0.002)

        def work(number: int) -> None:
            for i in range(300):
                events.write(record(number * 10_000 + i))

        before = signal.signal(signal.SIGALRM, handle)
        signal.setitimer(signal.ITIMER_REAL, 0.002)
        threads = [threading.Thread(target=work, args=(number,)) for number in (1, 2)]
        try:
            for thread in threads:
                thread.start()
            while step < 3000 or handled < 10:
                step += 1
                events.write(record(100_000 + step))
        finally:
            is_over = True
            signal.setitimer(signal.ITIMER_REAL, 0)
            # An alarm that another thread has taken in may still be on its way.
            signal.signal(signal.SIGALRM, signal.SIG_IGN)
            signal.signal(signal.SIGALRM, before)
        for thread in threads:
            thread.join()
        disk.runs.set()
        events.close()
    found = steps(disk.finish())
    assert len(found) == len(set(found))
    assert len([i for i in found if i >= 1_000_000]) == handled
    for number in (1, 2):
        assert [i for i in found if i // 10_000 == number] == [number * 10_000 + i for i in range(300)]
    mine = [i - 100_000 for i in found if 100_000 <= i < 1_000_000]
    assert mine == list(range(mine[0], step + 1))
    assert ["is slow; training goes on" in str(warning.message) for warning in caught] == [True]


def test_a_record_that_is_larger_than_the_queue_waits_for_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch, tmp_path / "tfevents")
    monkeypatch.setattr(write_queue, "CAPACITY", 10_000)
    monkeypatch.setattr(write_queue, "PATIENCE", PATIENCE)
    with collected_warnings() as caught:
        events = EventFileWriter(tmp_path)
        step = disk.stall(events)
        disk.pause = 0.001
        for _ in range(3):
            step += 1
            events.write(encode(1.0, step, ["t" * 50_000], [0.5]))
        disk.runs.set()
        events.close()
    assert sorted(steps(disk.finish())) == list(range(1, step + 1))
    assert len(caught) == 1


def test_a_call_that_is_interrupted_while_it_waits_for_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By an exception, as Ctrl-C is: the writer goes on, in the same file."""
    disk = Disk(monkeypatch, tmp_path / "tfevents")
    monkeypatch.setattr(write_queue, "CAPACITY", 10_000)
    monkeypatch.setattr(write_queue, "PATIENCE", PATIENCE)

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    with collected_warnings():
        events = EventFileWriter(tmp_path)
        step = disk.stall(events)
        before = signal.signal(signal.SIGALRM, interrupt)
        try:
            while True:
                step += 1
                # Once it waits: this begins anew with each record.
                signal.setitimer(signal.ITIMER_REAL, 0.3)
                events.write(record(step))
        except KeyboardInterrupt:
            pass
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        disk.runs.set()
        events.close()
        assert not events.is_open
    # The record of the call that did not return may be there as well.
    assert steps(disk.finish()) in (list(range(1, step)), list(range(1, step + 1)))
