"""Files on a real disk: names, the first and the last record, trouble, threads, forks and kill -9."""

import errno
import itertools
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest
from tensorboard.compat.proto.event_pb2 import Event, SessionLog  # type: ignore[import-untyped, unused-ignore]
from tests.patience import PATIENCE

from cutaway.events import core, new_file
from cutaway.events.core import encode, natural_key
from cutaway.events.reader import EventFileReader
from cutaway.events.writer import EventFileWriter, RecordingWarning


def record(step: int) -> bytes:
    return encode(1.0 + step, step, ["t"], [0.5])


def events(path: Path) -> list[Event]:
    data = path.read_bytes()
    found = core.scan(data)
    assert found.consumed == len(data)
    assert found.damage == []
    return [Event.FromString(data[i : i + n]) for i, n in zip(found.offsets, found.lengths, strict=True)]


def steps(path: Path) -> list[int]:
    return [event.step for event in events(path) if event.HasField("summary")]


def run(code: str, *arguments: str) -> str:
    """Run a script that must succeed; what it printed, and its warnings."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_name_first_and_last_record(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path / "new" / "run", ".suffix")
    writer.write(record(1))
    writer.close()
    name = rf"events\.out\.tfevents\.\d{{10}}\..+\.{os.getpid()}\.\d{{6}}\.suffix"
    assert re.fullmatch(name, writer.path.name)
    assert list((tmp_path / "new" / "run").iterdir()) == [writer.path]
    first, middle, last = events(writer.path)
    assert first.file_version == "brain.Event:2"
    assert first.source_metadata.writer == "cutaway"
    assert first.wall_time > 1.7e9
    assert middle.summary.value[0].simple_value == 0.5
    assert last.session_log.status == SessionLog.STOP


def test_writers_of_one_second_have_files_of_their_own(tmp_path: Path) -> None:
    writers = [EventFileWriter(tmp_path) for _ in range(5)]
    for i, writer in enumerate(writers):
        writer.write(record(i))
        writer.close()
    assert [steps(writer.path) for writer in writers] == [[i] for i in range(5)]


def test_files_of_one_second_sort_as_they_were_created(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever their suffixes are: TensorBoard reads the files of a run by their names."""
    monkeypatch.setattr(time, "time", lambda: 1.8e9)
    paths = []
    for i in range(120):
        with_file = EventFileWriter(tmp_path, f".{120 - i}")
        paths.append(with_file.path)
        with_file.close()
    assert sorted(tmp_path.iterdir()) == paths
    assert sorted(paths, key=lambda path: natural_key(path.name)) == paths


def test_a_name_that_is_taken_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1.8e9)
    monkeypatch.setattr(new_file, "_numbers", itertools.count())
    first = EventFileWriter(tmp_path)
    monkeypatch.setattr(new_file, "_numbers", itertools.count())
    second = EventFileWriter(tmp_path)
    assert [path.name[-7:] for path in (first.path, second.path)] == [".000000", ".000001"]
    first.close()
    second.close()


def test_a_power_cut_after_a_sync_leaves_the_name_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file, its directory, and those in which a directory is new; the directories once."""
    synced: list[tuple[int, int]] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        status = os.fstat(descriptor)
        synced.append((status.st_dev, status.st_ino))
        fsync(descriptor)

    def identity(path: Path) -> tuple[int, int]:
        status = path.stat()
        return status.st_dev, status.st_ino

    monkeypatch.setattr(os, "fsync", note)
    writer = EventFileWriter(tmp_path / "new" / "run")
    writer.write(record(1))
    assert writer.flush()
    assert synced == []
    assert writer.flush(sync=True)
    directories = {identity(path) for path in (tmp_path, tmp_path / "new", tmp_path / "new" / "run")}
    assert synced[0] == identity(writer.path)
    assert len(synced) == 4
    assert set(synced[1:]) == directories
    writer.write(record(2))
    assert writer.flush(sync=True)
    assert synced[4:] == [identity(writer.path)]
    writer.close()


def test_a_disk_that_cannot_sync_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    writer = EventFileWriter(tmp_path)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.warns(RecordingWarning, match=r"to the disk: Input/output error"):
        assert not writer.flush(sync=True)
    monkeypatch.undo()
    assert writer.flush(sync=True)
    writer.close()


def test_a_bad_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="suffix must be the end of a file's name"):
        EventFileWriter(tmp_path, "/x")


def test_a_directory_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        EventFileWriter(tmp_path / "file")


def test_each_record_is_in_the_file_before_write_returns(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path)
    reader = EventFileReader(writer.path)
    reader.read()
    for step in range(3):
        writer.write(record(step))
        assert reader.read().events == 1
    assert writer.flush()
    assert writer.flush(sync=True)
    writer.close()
    assert writer.flush(sync=True)


def test_a_write_after_close_opens_a_new_file(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path)
    first = writer.path
    writer.close()
    writer.close()
    writer.write(record(2))
    writer.close()
    assert writer.path != first
    assert steps(writer.path) == [2]
    assert [event.session_log.status for event in events(first)][-1] == SessionLog.STOP


def test_nothing_acknowledged_is_lost_by_kill_9(tmp_path: Path) -> None:
    code = """
import sys, os, signal
from cutaway.events.core import encode
from cutaway.events.writer import EventFileWriter
writer = EventFileWriter(sys.argv[1])
for step in range(500):
    writer.write(encode(1.0, step, ["t"], [0.5]))
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], timeout=PATIENCE)
    assert killed.returncode == -signal.SIGKILL
    (path,) = tmp_path.iterdir()
    assert steps(path) == list(range(500))


FULL_DISK = """
import resource, sys, warnings
from cutaway.events.core import encode
from cutaway.events.writer import EventFileWriter
warnings.simplefilter("always")
writer = EventFileWriter(sys.argv[1])
record = lambda step: encode(1.0 + step, step, ["t" * 40], [0.5])
size = writer.path.stat().st_size + 3 * len(record(1)) + 20
resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
for step in range(1, 11):
    writer.write(record(step))
print("size", writer.path.stat().st_size == size)
if sys.argv[2] == "recovers":
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for step in range(11, 14):
        writer.write(record(step))
writer.close()
"""


def test_a_full_disk_warns_once_and_nothing_is_lost_when_there_is_space_again(tmp_path: Path) -> None:
    """The fourth record is torn, the six after it wait; then the torn one is completed."""
    output = run(FULL_DISK, str(tmp_path), "recovers")
    assert "size True" in output
    assert output.count("RecordingWarning") == 1
    assert "RecordingWarning: cannot write to" in output
    assert "File too large; training goes on, and records wait in memory" in output
    (path,) = tmp_path.iterdir()
    assert steps(path) == list(range(1, 14))


def test_a_disk_that_stays_full_is_told_at_the_end(tmp_path: Path) -> None:
    output = run(FULL_DISK, str(tmp_path), "stays full")
    assert output.count("RecordingWarning: cannot write to") == 1
    assert "RecordingWarning: 7 records could not be written to" in output
    (path,) = tmp_path.iterdir()
    batch = EventFileReader(path).read()
    assert [columns.step.tolist() for columns in batch.scalars] == [[1, 2, 3]]


def test_nothing_is_torn_when_nothing_was_written(tmp_path: Path) -> None:
    """The file ends exactly where the disk does."""
    code = FULL_DISK.replace(" + 20\n", "\n")
    assert "RecordingWarning: 7 records could not be written" in run(code, str(tmp_path), "stays full")
    (path,) = tmp_path.iterdir()
    assert steps(path) == [1, 2, 3]


def test_a_file_opened_on_a_full_disk_still_starts_with_its_version(tmp_path: Path) -> None:
    code = """
import resource, sys
from cutaway.events.core import encode
from cutaway.events.writer import EventFileWriter
resource.setrlimit(resource.RLIMIT_FSIZE, (7, resource.RLIM_INFINITY))
writer = EventFileWriter(sys.argv[1])
writer.write(encode(1.0, 1, ["t"], [0.5]))
assert writer.path.stat().st_size == 7
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
writer.write(encode(1.0, 2, ["t"], [0.5]))
writer.close()
"""
    assert run(code, str(tmp_path)).count("RecordingWarning") == 1
    (path,) = tmp_path.iterdir()
    assert events(path)[0].file_version == "brain.Event:2"
    assert steps(path) == [1, 2]


@pytest.mark.filterwarnings("error::cutaway.events.writer.RecordingWarning")
def test_a_directory_that_vanished_warns_and_does_not_raise(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    writer = EventFileWriter(directory)
    writer.close()
    writer.path.unlink()
    directory.rmdir()
    directory.write_text("now a file")
    with pytest.warns(RecordingWarning, match="cannot write to"):
        writer.write(record(0))
    writer.write(record(1))  # says nothing any more: the test would fail on a second warning
    writer.write(record(2))
    directory.unlink()
    writer.write(record(3))
    writer.close()
    assert steps(writer.path) == [0, 1, 2, 3]


def test_what_never_found_a_file_is_told_as_well(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    writer = EventFileWriter(directory)
    writer.close()
    writer.path.unlink()
    directory.rmdir()
    directory.write_text("now a file")
    with pytest.warns(RecordingWarning, match="cannot write to"):
        writer.write(record(0))
    with pytest.warns(RecordingWarning, match="1 record could not be written"):
        writer.close()
    writer.close()


def test_threads_share_a_writer(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path)

    def work(number: int) -> None:
        for step in range(200):
            writer.write(record(number * 1000 + step))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    found = steps(writer.path)
    assert sorted(found) == [number * 1000 + step for number in range(8) for step in range(200)]
    for number in range(8):
        mine = [step for step in found if step // 1000 == number]
        assert mine == sorted(mine)


def _child(writer: EventFileWriter) -> None:
    writer.write(record(100))
    writer.close()


def test_a_forked_child_has_a_file_of_its_own(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path)
    writer.write(record(1))
    with warnings.catch_warnings():
        # Newer Pythons warn about any fork of a process with threads.
        warnings.simplefilter("ignore", DeprecationWarning)
        process = multiprocessing.get_context("fork").Process(target=_child, args=(writer,))
        process.start()
    process.join(timeout=PATIENCE)
    assert process.exitcode == 0
    writer.write(record(2))
    writer.close()
    assert steps(writer.path) == [1, 2]
    (other,) = set(tmp_path.iterdir()) - {writer.path}
    assert f".{process.pid}." in other.name
    assert steps(other) == [100]


def test_a_child_forked_while_the_lock_is_held_does_not_hang(tmp_path: Path) -> None:
    code = """
import os, signal, sys
from cutaway.events.core import encode
from cutaway.events.writer import EventFileWriter
writer = EventFileWriter(sys.argv[1])
writer._lock.acquire()
child = os.fork()
if child == 0:
    signal.alarm(10)
    writer.write(encode(1.0, 5, ["t"], [0.5]))
    os._exit(0)
_, status = os.waitpid(child, 0)
print("status", status)
writer._lock.release()
writer.close()
"""
    assert "status 0" in run(code, str(tmp_path))
    assert sorted(steps(path) for path in tmp_path.iterdir()) == [[], [5]]


def test_warnings_turned_into_errors_leave_the_writer_usable(tmp_path: Path) -> None:
    guarded = "    try: writer.write(record(step))\n    except RuntimeWarning: print('raised', step)\n"
    code = FULL_DISK.replace('simplefilter("always")', 'simplefilter("error")')
    code = code.replace("    writer.write(record(step))\nprint", guarded + "print")
    code = code.replace("writer.close()", "try:\n    writer.close()\nexcept RuntimeWarning as e:\n    print(e)")
    output = run(code, str(tmp_path), "recovers")
    assert "raised 4" in output
    assert output.count("raised") == 1
    assert "could not be written" not in output
    (path,) = tmp_path.iterdir()
    assert steps(path) == list(range(1, 14))
