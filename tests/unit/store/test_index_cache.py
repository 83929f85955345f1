"""Indexes of event files: what they give back is what reading gives, and whatever is wrong with one costs nothing."""

import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.log_events import files_of

from cutaway import SummaryWriter
from cutaway.events import core
from cutaway.events.block_checksums import BLOCK, BlockChecksums
from cutaway.events.core import encode, frame
from cutaway.events.kernel_types import PackedValues
from cutaway.events.messages import SESSION_START, file_version, session_log
from cutaway.events.open_file import status_of
from cutaway.store import files_of_run, index_cache
from cutaway.store.event_file import EventFile
from cutaway.store.index_cache import IndexCache
from cutaway.store.log_directory import LogDirectory


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files have an index too, and those that were written just now."""
    monkeypatch.setattr(index_cache, "INDEXED", 1)
    monkeypatch.setattr("cutaway.store.held_runs.INDEXED", 1)
    monkeypatch.setattr(index_cache, "SETTLED", -1)


@pytest.fixture
def cache(tmp_path: Path) -> IndexCache:
    return IndexCache(tmp_path / "cache" / "index")


def records(steps: range, tag: str = "loss") -> bytes:
    return b"".join(encode(1000.0 + step, step, (tag,), (step / 7,)) for step in steps)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with two sessions, damage, NaN, texts and 10,000 points."""
    folder = tmp_path / "log" / "a"
    with SummaryWriter(folder) as writer:
        writer.add_text("note", "hello", 3)
        writer.add_histogram("weights", np.arange(10.0), 1)
        writer.add_hparams({"lr": 0.1}, {})
        for step in range(50):
            writer.add_scalar("float64", 1 / 3, step)
            writer.add_scalar("nan", math.copysign(math.nan, -1), step)
            writer.add_scalar("int", 2**60 + step, step)
    (path,) = folder.glob("*tfevents*")
    broken = bytearray(records(range(1)))
    broken[-6] ^= 255
    with path.open("ab") as file:
        file.write(records(range(9000)) + bytes(broken) + frame(session_log(9000.0, SESSION_START, 5000)))
        file.write(records(range(5000, 6000)) + records(range(3), "tag\n\0<b>"))
    return path


def directory(tmp_path: Path, cache: IndexCache | None) -> LogDirectory:
    log = LogDirectory(tmp_path / "log", cache)
    log.refresh()
    log.keep()
    return log


def everything(log: LogDirectory) -> Any:
    """All that can be asked, in a form that compares."""
    found: list[Any] = []
    for run in log.runs():
        info = run.info()
        found.append((info.points, info.first_wall_time, info.last_wall_time, info.last_step, info.damaged_bytes))
        found += [files_of_run.damage(run), files_of_run.malformed(run), run.counts(), run.kinds()]
        for kind, tags in run.kinds().items():
            for tag in tags:
                found.append((kind, tag, run.metadata(kind, tag)))
                for superseded in (False, True):
                    if kind == "scalars":
                        parts = [part.points for part in run.scalars(tag, with_superseded=superseded)]
                        columns = [(p.step.tolist(), p.wall_time.tolist(), p.value.dtype) for p in parts]
                        found.append([columns, [p.value.tobytes() for p in parts], [p.sessions for p in parts]])
                        found.append([(p.lowest, p.highest, p.breaks.tolist(), p.wall_ascending) for p in parts])
                        found.append([np.array(p.not_finite and p.not_finite[1], np.float64).tobytes() for p in parts])
                    else:
                        places = [place for _, place in run.blobs(kind, tag, with_superseded=superseded)]
                        found.append([[column.tolist() for column in place[:4]] for place in places])
    return found


class Counted:
    """How often files were read, and how many bytes were decoded."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bytes = self.reads = 0
        read = EventFile.read

        def counting(file: EventFile) -> Any:
            batch = read(file)
            self.reads += 1
            self.bytes += batch.bytes if batch else 0
            return batch

        monkeypatch.setattr(EventFile, "read", counting)


class Compared:
    """The blocks that were compared."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.blocks: list[int] = []
        differs = BlockChecksums.differs

        def counting(checksums: BlockChecksums, file: Any, block: int) -> bool:
            self.blocks.append(block)
            return differs(checksums, file, block)

        monkeypatch.setattr(BlockChecksums, "differs", counting)


def test_an_index_gives_back_what_was_read(
    tmp_path: Path, path: Path, cache: IndexCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = directory(tmp_path, cache)
    assert len(list(cache.directory.iterdir())) == 1
    counted = Counted(monkeypatch)
    second = directory(tmp_path, cache)
    assert (counted.reads, counted.bytes) == (0, 0)
    assert everything(second) == everything(first) == everything(directory(tmp_path, None))
    assert second.catalogue().loading == first.catalogue().loading
    assert second.bytes_taken == path.stat().st_size


def test_a_file_that_was_written_to_a_moment_ago_is_compared_as_a_whole(
    tmp_path: Path, path: Path, cache: IndexCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_cache, "SETTLED", 10**12)
    with path.open("ab") as file:
        file.write(records(range(7000, 60_000)))
    directory(tmp_path, cache)
    compared = Compared(monkeypatch)
    log = LogDirectory(tmp_path / "log", cache)
    log.discover()
    log.read()
    assert sorted(compared.blocks) == list(range(path.stat().st_size // BLOCK + 1))


@pytest.mark.skipif(not core.is_native and sys.version_info < (3, 13), reason="the pure twin reads it there")
def test_points_are_where_the_index_is_mapped(tmp_path: Path, cache: IndexCache) -> None:
    """Once there is one, they take no other memory; and a file that grows goes on from there."""
    path = tmp_path / "log" / "a" / "events.out.tfevents.1.host"
    path.parent.mkdir(parents=True)
    path.write_bytes(frame(file_version(1000.0)) + records(range(50_000)))
    log = LogDirectory(tmp_path / "log", cache)
    log.refresh()
    before = everything(log)
    (file,) = files_of(log)
    assert not is_mapped(file)
    log.keep()
    assert is_mapped(file)
    assert everything(log) == before
    with path.open("ab") as stream:
        stream.write(records(range(50_000, 60_000)))
    log.refresh()
    assert everything(log) == everything(directory(tmp_path, None)) != before


def is_mapped(file: EventFile) -> bool:
    """Whether the values of a file's only series are in a file."""
    (chunk, *_), _ = file.scalars["loss"].frozen()
    held: Any = chunk.value.data if isinstance(chunk.value, PackedValues) else chunk.value
    while isinstance(held, np.ndarray) and held.base is not None:
        held = held.base
    return isinstance(held.obj if isinstance(held, memoryview) else held, type(core.map_file(os.fsencode(__file__))))


def test_what_was_appended_since_is_read(
    tmp_path: Path, path: Path, cache: IndexCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory(tmp_path, cache)
    with path.open("ab") as file:
        file.write(more := records(range(6000, 6100)))
    counted = Counted(monkeypatch)
    log = directory(tmp_path, cache)
    assert counted.bytes == len(more)
    assert everything(log) == everything(directory(tmp_path, None))
    # And while it runs.
    with path.open("ab") as file:
        file.write(records(range(6100, 15_000)) + frame(session_log(9e9, SESSION_START, 10)) + records(range(10, 12)))
    log.refresh()
    assert everything(log) == everything(directory(tmp_path, None))
    log.keep()
    counted.bytes = 0
    assert everything(directory(tmp_path, cache)) == everything(log)
    assert counted.bytes == 0


def test_a_tail_that_is_not_yet_whole(tmp_path: Path, path: Path, cache: IndexCache) -> None:
    record = records(range(7000, 7001))
    with path.open("ab") as file:
        file.write(record[:-5])
    directory(tmp_path, cache)
    log = directory(tmp_path, cache)
    with path.open("ab") as file:
        file.write(record[-5:])
    log.refresh()
    assert everything(log) == everything(directory(tmp_path, None))


@pytest.mark.parametrize("change", ["other bytes", "shorter", "replaced", "first byte", "same size and time"])
def test_a_file_that_is_another_one_now(tmp_path: Path, path: Path, cache: IndexCache, change: str) -> None:
    directory(tmp_path, cache)
    data, status = path.read_bytes(), path.stat()
    if change == "other bytes":
        # In the middle, where no edge is: the time tells.
        middle = len(data) // 2
        path.write_bytes(data[:middle] + bytes(1000) + data[middle + 1000 :])
        os.utime(path, (5, 5))
    elif change == "shorter":
        path.write_bytes(data[: len(data) // 3])
    elif change == "replaced":
        other = path.with_name("other")
        other.write_bytes(frame(file_version(1.0)) + records(range(100)))
        other.replace(path)
    else:
        start, end = frame(file_version(5.0)) + records(range(20)), data[-4096:]
        path.write_bytes(start + data[len(start) :] if change == "first byte" else data[:-200] + bytes(200))
        os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))
        assert len(end) == 4096
    assert everything(directory(tmp_path, cache)) == everything(directory(tmp_path, None))


@pytest.mark.parametrize("is_loaded", [True, False])
def test_a_file_system_that_says_nothing_of_a_change(
    tmp_path: Path, path: Path, cache: IndexCache, monkeypatch: pytest.MonkeyPatch, is_loaded: bool
) -> None:
    """The index is believed at first, and what was not compared is compared while the viewer runs."""
    if is_loaded:
        # Nothing in it is unusual, so that it is read as a whole.
        path.write_bytes(frame(file_version(1000.0)) + records(range(7000)))
    with path.open("ab") as file:
        file.write(records(range(7000, 60_000)))
    before = everything(directory(tmp_path, cache))
    compared = Compared(monkeypatch)
    log = LogDirectory(tmp_path / "log", cache)
    log.discover()
    log.read()
    assert len(compared.blocks) == 1
    status, damaged = status_of(path.stat()), bytearray(path.read_bytes())
    assert len(damaged) > 2 * BLOCK
    damaged[BLOCK // 2] ^= 255
    path.write_bytes(damaged)
    for module in ("cutaway.events.open_file", "cutaway.store.places.local"):
        monkeypatch.setattr(f"{module}.status_of", lambda _: status)
    log = LogDirectory(tmp_path / "log", cache)
    log.discover()
    log.check(log.looked_at())
    log.read()
    assert everything(log) == before
    log.refresh()
    assert everything(log) == everything(directory(tmp_path, None)) != before


@pytest.mark.parametrize("kind", ["empty", "cut", "flipped", "version", "json", "dtype", "a directory", "forbidden"])
def test_an_index_that_is_no_good(tmp_path: Path, path: Path, cache: IndexCache, kind: str) -> None:
    expected = everything(directory(tmp_path, cache))
    (index,) = cache.directory.iterdir()
    data = index.read_bytes()
    index.unlink()
    if kind == "empty":
        index.write_bytes(b"")
    elif kind == "cut":
        index.write_bytes(data[:-100])
    elif kind == "flipped":
        index.write_bytes(data[:5000] + bytes([data[5000] ^ 1]) + data[5001:])
    elif kind == "version":
        index.write_bytes(frame(data[12:-4].replace(b'"version": 4', b'"version": 3')))
    elif kind == "json":
        index.write_bytes(frame(data[12:-4].replace(b'"scalars"', b'"scalar_"')))
    elif kind == "dtype":
        index.write_bytes(frame(data[12:-4].replace(b'"float64"', b'"uint64" ')))
    elif kind == "a directory":
        index.mkdir()
    else:
        index.write_bytes(data)
        index.chmod(0)
    assert everything(directory(tmp_path, cache)) == expected


def test_a_cache_that_cannot_be_written(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    expected = everything(directory(tmp_path, None))
    assert everything(directory(tmp_path, IndexCache(blocked / "index"))) == expected
    # A disk that is full.
    cache = IndexCache(tmp_path / "cache")

    def full(*_: Any) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert everything(directory(tmp_path, cache)) == expected
    assert list(cache.directory.iterdir()) == []


def test_a_directory_of_others_is_not_believed(tmp_path: Path, path: Path, cache: IndexCache) -> None:
    directory(tmp_path, cache)
    (index,) = cache.directory.iterdir()
    before = index.stat().st_mtime_ns
    cache.directory.chmod(0o777)
    log = LogDirectory(tmp_path / "log", cache)
    log.refresh()
    log.keep()
    assert index.stat().st_mtime_ns == before


def test_the_longest_unused_go_first(tmp_path: Path, path: Path, cache: IndexCache) -> None:
    directory(tmp_path, cache)
    (index,) = cache.directory.iterdir()
    size = index.stat().st_size
    small = IndexCache(cache.directory, int(size * 2.5))
    for number in range(3):
        other = path.parent.parent / f"b{number}" / path.name
        other.parent.mkdir()
        other.write_bytes(path.read_bytes())
        directory(tmp_path, small)
        kept = list(cache.directory.iterdir())
        assert sum(each.stat().st_size for each in kept) <= size * 2.5
    assert len(kept) == 2


def test_a_growing_file_is_kept_when_as_much_is_new_again(tmp_path: Path, path: Path, cache: IndexCache) -> None:
    log = directory(tmp_path, cache)
    (index,) = cache.directory.iterdir()
    first = index.stat().st_ino
    with path.open("ab") as file:
        file.write(records(range(6000, 6100)))
    log.refresh()
    log.keep()
    assert next(cache.directory.iterdir()).stat().st_ino == first


def test_small_files_have_none(
    tmp_path: Path, cache: IndexCache, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    write("a", range(10))
    directory(tmp_path, cache)
    assert not cache.directory.exists()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="files are counted in /proc")
def test_no_file_stays_open(tmp_path: Path, path: Path, cache: IndexCache) -> None:
    for number in range(20):
        other = path.parent.parent / f"b{number}" / path.name
        other.parent.mkdir()
        other.write_bytes(path.read_bytes())
    expected = everything(directory(tmp_path, cache))
    before = len(list(Path("/proc/self/fd").iterdir()))
    log = directory(tmp_path, IndexCache(cache.directory))
    assert everything(log) == expected
    assert len(list(Path("/proc/self/fd").iterdir())) == before
