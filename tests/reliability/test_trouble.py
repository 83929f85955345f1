"""Disks that are full, slow, gone or read-only: training goes on, and what is lost is told."""

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from tests.patience import PATIENCE, until

import cutaway
from cutaway.events import write_queue, writer
from cutaway.events.core import encode, scan
from cutaway.events.new_file import NewFile
from cutaway.events.reader import EventFileReader
from cutaway.events.writer import EventFileWriter


def record(step: int) -> bytes:
    return encode(1.0 + step, step, ["t"], [0.5])


def steps(path: Path) -> list[int]:
    """The steps in a file, in their order; nothing in it is damaged."""
    batch = EventFileReader(path).read()
    assert batch.damage == []
    return [step for columns in batch.scalars for step in columns.step.tolist()]


@contextmanager
def collected_warnings() -> Iterator[list[warnings.WarningMessage]]:
    """Every warning of the block, each time."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield caught


class Disk:
    """A file that takes as much as it is allowed to: a pipe, with a thread at its other end."""

    CAPACITY = 4096

    def __init__(self, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
        self.path = path
        self.runs = threading.Event()
        self.runs.set()
        #: How long the disk stands still when it can't take any more, in seconds; 0 for as long as ``runs`` isn't set.
        self.pause = 0.0
        self.content = bytearray()
        self._reading, self.descriptor = os.pipe()
        fcntl.fcntl(self.descriptor, fcntl.F_SETPIPE_SZ, self.CAPACITY)
        file = NewFile(path, self.descriptor, [])
        monkeypatch.setattr(writer, "create_event_file", lambda directory, suffix: file)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while True:
            self.runs.wait(self.pause or None)
            data = os.read(self._reading, self.CAPACITY)
            if not data:
                return
            self.content += data

    def stall(self, events: EventFileWriter) -> int:
        """Take nothing any more; write records 1, 2, … until two have blocked for a while, and return how many."""
        self.pause = 0.3
        self.runs.clear()
        step = 0
        while events.is_direct:
            step += 1
            events.write(record(step))
        self.pause = 0.0
        return step

    def finish(self) -> Path:
        """What was written, as a file, once the writer has closed the pipe."""
        self.runs.set()
        self._thread.join()
        os.close(self._reading)
        self.path.write_bytes(self.content)
        return self.path


def test_a_disk_that_stalls_blocks_twice_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch, tmp_path / "tfevents")
    with collected_warnings() as caught:
        events = EventFileWriter(tmp_path)
        step = disk.stall(events)
        for _ in range(10_000):
            # The disk takes nothing: these return nevertheless.
            step += 1
            events.write(record(step))
        assert not events.is_direct
        disk.runs.set()
        events.flush()

        def is_direct_again() -> bool:
            # The thread goes once its writes are quick again.
            events.write(record(0))
            return events.is_direct

        until("a writer that is direct again", is_direct_again)
        events.write(record(step + 1))
        events.close()
    assert [step for step in steps(disk.finish()) if step] == list(range(1, step + 2))
    assert len(caught) == 1
    assert "is slow; training goes on" in str(caught[0].message)


def test_a_disk_that_is_slow_on_average_is_left_to_the_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch, tmp_path / "tfevents")
    with collected_warnings() as caught:
        events = EventFileWriter(tmp_path)
        disk.pause = 0.01
        disk.runs.clear()
        step = 0
        # Each fills the pipe, so each takes about as long as the pause.
        filling = bytes(4000)
        while events.is_direct:
            step += 1
            events.write(encode(1.0, step, [filling.decode()], [0.5]))
        events.close()
    assert steps(disk.finish()) == list(range(1, step + 1))
    assert ["is slow" in str(warning.message) for warning in caught] == [True]


def test_the_queue_is_bounded_and_what_is_lost_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch, tmp_path / "tfevents")
    monkeypatch.setattr(write_queue, "CAPACITY", 100_000)
    monkeypatch.setattr(write_queue, "PATIENCE", 0.2)
    with collected_warnings() as caught:
        events = EventFileWriter(tmp_path)
        step = direct = disk.stall(events)
        for _ in range(5_000):
            step += 1
            events.write(record(step))
        disk.runs.set()
        events.close()
    found = steps(disk.finish())
    # The newest are lost: what waited when the queue was full is there.
    assert found[: direct + 1000] == list(range(1, direct + 1001))
    assert found == sorted(set(found))
    lost = step - len(found)
    assert lost > 1000
    assert f"{lost:,} records could not be written" in str(caught[-1].message)
    assert len(caught) == 2


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

        def handle(number: int, frame: object) -> None:
            nonlocal handled
            handled += 1
            events.write(record(1_000_000 + handled))
            # Not earlier: handlers would interrupt each other without end.
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
            signal.setitimer(signal.ITIMER_REAL, 0)
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


def test_flush_says_whether_anything_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "PATIENCE", 0.2)
    disk = Disk(monkeypatch, tmp_path / "tfevents")
    with collected_warnings() as caught:
        events = EventFileWriter(tmp_path)
        assert events.flush()
        step = disk.stall(events)
        for _ in range(500):
            step += 1
            events.write(record(step))
        assert not events.flush()
        assert "still wait in memory: the disk does not take them" in str(caught[-1].message)
        disk.runs.set()
        monkeypatch.setattr(writer, "PATIENCE", PATIENCE)
        assert events.flush()
        events.close()
    assert steps(disk.finish()) == list(range(1, step + 1))
    assert len(caught) == 2


def test_closing_gives_up_on_a_disk_that_stands_still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "PATIENCE", 0.2)
    disk = Disk(monkeypatch, tmp_path / "tfevents")
    with collected_warnings() as caught:
        events = EventFileWriter(tmp_path)
        step = disk.stall(events)
        for _ in range(1000):
            step += 1
            events.write(record(step))
        events.close()
    # One write of the thread's may still be under way: its records count as lost and are there after all.
    message = str(caught[-1].message)
    assert "records could not be written" in message
    found = steps(disk.finish())
    assert found == list(range(1, len(found) + 1))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 512 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk needs the right to mount one")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_loses_nothing_once_there_is_space(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(400_000))
    rng = np.random.default_rng(0)
    with collected_warnings() as caught:
        summary_writer = cutaway.SummaryWriter(small_disk / "run")
        events = summary_writer.file_writer
        step = 0
        while events.is_direct:
            step += 1
            summary_writer.add_scalar("loss", 1 / step, step)
            summary_writer.add_histogram("weights", rng.normal(size=100), step)
        for _ in range(500):
            step += 1
            summary_writer.add_scalar("loss", 1 / step, step)
            summary_writer.add_text("note", str(step), step)
        logs = cutaway.open(small_disk)
        before = logs["run"].scalars("loss").step.tolist()
        assert before == list(range(1, len(before) + 1))
        assert len(before) < step
        ballast.unlink()
        summary_writer.close()
    logs.refresh()
    loss = logs["run"].scalars("loss")
    assert loss.step.tolist() == list(range(1, step + 1))
    assert np.array_equal(loss.value, 1 / np.arange(1, step + 1))
    assert EventFileReader(events.path).read().damage == []
    assert ["No space left on device; training goes on" in str(warning.message) for warning in caught] == [True]


def test_a_disk_that_stays_full_loses_the_rest_and_says_how_much(small_disk: Path) -> None:
    with collected_warnings() as caught:
        events = EventFileWriter(small_disk)
        step = 0
        while events.is_direct:
            step += 1
            events.write(record(step))
        for _ in range(100):
            step += 1
            events.write(record(step))
        events.close()
    batch = EventFileReader(events.path).read()
    found = [step for columns in batch.scalars for step in columns.step.tolist()]
    assert found == list(range(1, len(found) + 1))
    assert f"{step - len(found):,} records could not be written" in str(caught[-1].message)
    assert "No space left on device" in str(caught[-1].message)
    assert len(caught) == 2


def test_a_directory_that_may_not_be_written_is_an_error_at_once() -> None:
    code = """
import os, sys
from cutaway import SummaryWriter
if os.getuid() == 0:
    os.setuid(65534)
try:
    SummaryWriter(sys.argv[1])
except PermissionError as error:
    print("refused", error.filename)
"""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o555)
        done = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, timeout=PATIENCE)
        place.chmod(0o755)
        assert done.stdout.startswith(f"refused {folder}"), done.stderr


def test_what_waits_is_written_when_the_interpreter_ends(tmp_path: Path) -> None:
    code = """
import resource, sys, warnings
from cutaway.events.core import encode
from cutaway.events.writer import EventFileWriter
writer = EventFileWriter(sys.argv[1])
unlimited = resource.RLIM_INFINITY
resource.setrlimit(resource.RLIMIT_FSIZE, (writer.path.stat().st_size + 20, unlimited))
for step in range(1, 101):
    writer.write(encode(1.0, step, ["t"], [0.5]))
assert not writer.is_direct
resource.setrlimit(resource.RLIMIT_FSIZE, (unlimited, unlimited))
"""
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Warning") == 1
    (path,) = tmp_path.iterdir()
    assert steps(path) == list(range(1, 101))
    # Also SessionLog STOP, which ends a file that was closed.
    assert scan(path.read_bytes()).lengths.size == 102
