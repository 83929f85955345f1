"""Disks that are full, slow, gone or read-only: training goes on, and what is lost is told."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.patience import PATIENCE, until
from tests.reliability.slow_disk import Disk, collected_warnings, record, steps

import cutaway
from cutaway.events import write_queue, writer
from cutaway.events.core import encode, scan
from cutaway.events.reader import EventFileReader
from cutaway.events.writer import EventFileWriter


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
        assert len(caught) == 1
        disk.runs.set()
        events.flush()

        def is_direct_again() -> bool:
            # The thread goes once its writes are quick again.
            events.write(record(0))
            return events.is_direct

        until("records that go to the file directly again", is_direct_again)
        events.write(record(step + 1))
        events.close()
    assert [step for step in steps(disk.finish()) if step] == list(range(1, step + 2))
    # A busy machine may stall once more by itself.
    assert ["is slow; training goes on" in str(warning.message) for warning in caught] == [True] * len(caught)


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
