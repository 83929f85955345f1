"""What was read is compared with the file: in place changes and healed damage are seen, whatever the times say."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.patience import until

from cutaway.events.core import encode, frame
from cutaway.events.messages import file_version
from cutaway.events.reader import EventFileReader
from cutaway.store import event_file, held_runs, index_cache, verification
from cutaway.store.event_file import EventFile
from cutaway.store.index_cache import IndexCache
from cutaway.store.log_directory import LogDirectory
from cutaway.store.tailer import Tailer

NAME = "events.out.tfevents.1000.host.1.0"
#: Three blocks, and some.
COUNT = 80_000


def record(step: int, value: float) -> bytes:
    return encode(1000.0 + step, 1_000_000 + step, ["loss"], [value])


ORIGINAL = [frame(file_version(1000.0)), *(record(step, float(step)) for step in range(COUNT))]
OTHER = [*ORIGINAL[:40_000], *(record(step, 0.5) for step in range(40_000 - 1, 40_100 - 1)), *ORIGINAL[40_100:]]
DATA, OTHER_DATA = b"".join(ORIGINAL), b"".join(OTHER)
MORE = record(COUNT, 7.0)
HOLE = slice(len(b"".join(ORIGINAL[:40_000])), len(b"".join(ORIGINAL[:40_100])))
END = slice(len(DATA) - 5000, len(DATA))


#: What is in DATA: values, and damaged bytes.
WHOLE_FILE = [float(step) for step in range(COUNT)], 0


def zeroed(data: bytes, hole: slice) -> bytes:
    return data[: hole.start] + bytes(hole.stop - hole.start) + data[hole.stop :]


#: What the file is at first, and what it is then; the times are kept where the name says so.
CHANGES = {
    "in place": (DATA, OTHER_DATA),
    "in place, old time": (DATA, OTHER_DATA),
    "and something appended": (DATA, OTHER_DATA + MORE),
    "zeros that heal": (zeroed(DATA, HOLE), DATA),
    "zeros that heal, old time": (zeroed(DATA, HOLE), DATA),
    "zeros that heal, and something appended": (zeroed(DATA, HOLE), DATA + MORE),
    "zeros at the end that heal": (zeroed(DATA, END), DATA),
    "zeros at the end that heal, old time": (zeroed(DATA, END), DATA),
    "zeros at the end that heal, and something appended": (zeroed(DATA, END), DATA + MORE),
    "damage that comes": (DATA, zeroed(DATA, HOLE)),
}


@pytest.fixture(params=CHANGES)
def change(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Callable[[], None]]:
    """The file as it is first, and what changes it."""
    before, after = CHANGES[request.param]
    path = tmp_path / "log" / NAME
    path.parent.mkdir()
    path.write_bytes(before)

    def apply() -> None:
        status = path.stat()
        with path.open("r+b") as file:
            file.write(after)
        if "old time" in request.param:
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
            assert path.stat().st_mtime_ns == status.st_mtime_ns

    return path, apply


def found(log: LogDirectory) -> tuple[list[float], int]:
    (run,) = log.runs()
    values = [value for part in run.scalars("loss") for value in part.points.value.tolist()]
    return values, run.info().damaged_bytes


def expected(path: Path) -> tuple[list[float], int]:
    log = LogDirectory(path.parent)
    log.refresh()
    return found(log)


@pytest.mark.parametrize("whole", [verification.WHOLE, 1 << 20])
def test_a_refresh_sees_it(
    change: tuple[Path, Callable[[], None]], whole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_file, "WHOLE", whole)
    path, apply = change
    log = LogDirectory(path.parent)
    log.refresh()
    assert found(log) == expected(path)
    apply()
    log.refresh()
    assert found(log) == expected(path)


@pytest.mark.parametrize("whole", [verification.WHOLE, 1 << 20])
def test_a_viewer_that_runs_sees_it(
    change: tuple[Path, Callable[[], None]], whole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_file, "WHOLE", whole)
    monkeypatch.setattr(verification, "AGAIN", 0.1)
    path, apply = change
    log = LogDirectory(path.parent)
    tailer = Tailer(log)
    tailer.start()
    try:
        until("all has been read", lambda: log.catalogue().loading.done)
        assert found(log) == expected(path)
        apply()
        wanted = expected(path)
        until("the values of the file", lambda: found(log), lambda values: values == wanted, pause=0.02)
    finally:
        tailer.stop()


@pytest.mark.parametrize("whole", [verification.WHOLE, 1 << 20])
def test_an_index_is_not_believed(
    change: tuple[Path, Callable[[], None]], whole: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (event_file, index_cache):
        monkeypatch.setattr(module, "WHOLE", whole)
    monkeypatch.setattr(index_cache, "INDEXED", 1)
    monkeypatch.setattr(held_runs, "INDEXED", 1)
    cache = IndexCache(tmp_path / "cache")
    path, apply = change
    first = LogDirectory(path.parent, cache)
    first.refresh()
    first.keep()
    assert len(list(cache.directory.iterdir())) == 1
    apply()
    second = LogDirectory(path.parent, cache)
    second.refresh()
    assert found(second) == expected(path)


def test_damage_is_looked_at_again_though_nothing_says_that_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a network disk that hands out old times and sizes from its cache."""
    monkeypatch.setattr(verification, "DAMAGE_AGAIN", 0.0)
    path = tmp_path / NAME
    path.write_bytes(zeroed(DATA, HOLE))
    log = LogDirectory(tmp_path)
    log.refresh()
    assert found(log)[1] == HOLE.stop - HOLE.start
    monkeypatch.setattr(EventFile, "check", lambda _: False)
    with path.open("r+b") as file:
        file.write(DATA)
    log.refresh()
    assert found(log) == WHOLE_FILE


def test_what_is_unsettled_at_the_end_alone_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(zeroed(DATA, END))
    log = LogDirectory(tmp_path)
    log.refresh()
    taken = log.bytes_taken
    path.write_bytes(DATA)
    log.refresh()
    assert found(log) == WHOLE_FILE
    assert log.bytes_taken == len(DATA)
    assert taken < len(DATA) - 4900


def test_growth_is_not_compared_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks: list[Any] = []
    original = EventFileReader.verify

    def verify(self: Any, which: Any) -> bool:
        blocks.extend(which)
        return original(self, which)

    monkeypatch.setattr(EventFileReader, "verify", verify)
    path = tmp_path / NAME
    path.write_bytes(DATA)
    log = LogDirectory(tmp_path)
    log.refresh()
    assert blocks == []
    for _ in range(3):
        with path.open("ab") as file:
            file.write(MORE)
        log.refresh()
    # The first time at once, and then not before a while has passed.
    assert sorted(blocks) == list(range(-(-len(DATA + MORE) // (1 << 20))))
