"""Tailing real files: growth, damage, truncation, replacement."""

import os
import struct
from pathlib import Path

import numpy as np
import pytest

from cutaway.events.core import encode, frame
from cutaway.events.messages import file_version
from cutaway.events.reader import Batch, Damage, EventFileReader


def record(step: int, value: float = 1.0, tag: str = "loss") -> bytes:
    return encode(100.0 + step, step, [tag], [value])


def steps(batch: Batch) -> list[int]:
    return [int(step) for columns in batch.scalars for step in columns.step]


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "events.out.tfevents.1.host.1.0"
    file.write_bytes(frame(file_version(50.0)))
    return file


def test_a_growing_file(path: Path) -> None:
    reader = EventFileReader(path)
    first = reader.read()
    assert (first.events, first.blobs, first.at_end, first.restarted) == (1, [], True, False)
    append(path, record(0) + record(1))
    second = reader.read()
    assert (steps(second), second.events, second.malformed) == ([0, 1], 2, 0)
    assert second.bytes == 2 * len(record(0)) + 2  # the second has a step field, step 0 needs none
    assert reader.offset == reader.size == path.stat().st_size
    third = reader.read()
    assert (third.events, third.bytes, third.scalars) == (0, 0, [])


def test_columns(path: Path) -> None:
    append(path, encode(3.5, 7, ["a", "b", "c"], [0.5, 0.1, 2**60 + 1]))
    a, b, c = EventFileReader(path).read().scalars
    assert [columns.tag for columns in (a, b, c)] == ["a", "b", "c"]
    assert [columns.value.dtype for columns in (a, b, c)] == [np.float32, np.float64, np.int64]
    assert [columns.value.tolist() for columns in (a, b, c)] == [[0.5], [0.1], [2**60 + 1]]
    assert a.step.dtype == np.int64
    assert (a.step.tolist(), a.wall_time.tolist()) == ([7], [3.5])


def test_a_record_that_arrives_byte_by_byte(path: Path) -> None:
    reader = EventFileReader(path)
    reader.read()
    found: list[int] = []
    for byte in record(1) + record(2) + record(3):
        append(path, bytes([byte]))
        batch = reader.read()
        assert batch.damage == []
        assert batch.at_end
        found += steps(batch)
    assert found == [1, 2, 3]


@pytest.mark.parametrize("max_bytes", [1, 12, 13, 100, 1000])
def test_small_buffers_give_the_same(path: Path, max_bytes: int) -> None:
    """Records larger than the buffer, damage across its end, and a torn record are all the same to it."""
    blob = frame(bytes(700))
    append(path, record(1) + blob + record(2) + b"\x07" * 500 + record(3) + blob[:90] + record(4) * 20)
    whole = EventFileReader(path).read()
    reader = EventFileReader(path)
    found: list[int] = []
    damage: list[Damage] = []
    moved = 0
    for _ in range(path.stat().st_size):
        batch = reader.read(max_bytes)
        found += steps(batch)
        damage += batch.damage
        moved += batch.bytes
        if batch.at_end:
            break
    assert found == steps(whole) == [1, 2, 3, *[4] * 20]
    assert damage == whole.damage
    assert [damaged.length for damaged in damage] == [500, 90]
    assert moved == reader.offset == path.stat().st_size


def test_first_wall_time(path: Path) -> None:
    assert EventFileReader(path).first_wall_time() == 50.0
    append(path, record(1))
    reader = EventFileReader(path)
    reader.read()
    assert reader.first_wall_time() == 50.0


def test_first_wall_time_of_unusual_files(path: Path) -> None:
    path.write_bytes(b"")
    assert EventFileReader(path).first_wall_time() is None
    path.write_bytes(record(4)[:-1])
    assert EventFileReader(path).first_wall_time() is None
    path.write_bytes(frame(b""))
    assert EventFileReader(path).first_wall_time() == 0.0
    path.write_bytes(frame(b"\xff"))
    assert EventFileReader(path).first_wall_time() is None
    path.write_bytes(encode(8.0, 0, ["t" * 100_000], [1.0]))
    assert EventFileReader(path).first_wall_time() == 8.0


def test_damage_is_final_when_a_valid_record_follows(path: Path) -> None:
    reader = EventFileReader(path)
    reader.read()
    start = reader.offset
    append(path, b"\x05" * 40)
    for _ in range(3):
        batch = reader.read()
        assert (batch.damage, batch.bytes, batch.at_end) == ([], 0, True)
        append(path, b"\x05" * 10)
    append(path, record(9))
    batch = reader.read()
    assert steps(batch) == [9]
    assert batch.damage == [Damage(start, 70)]
    assert reader.offset == path.stat().st_size


def test_a_hole_that_is_filled_later_is_no_damage(path: Path) -> None:
    """Network file systems show zeros until the bytes arrive."""
    reader = EventFileReader(path)
    reader.read()
    start = reader.offset
    whole = record(1)
    append(path, whole[:20] + bytes(len(whole) - 20))
    assert reader.read().events == 0
    assert reader.read().events == 0
    with path.open("r+b") as file:
        file.seek(start)
        file.write(whole)
    batch = reader.read()
    assert (steps(batch), batch.damage) == ([1], [])


def test_a_torn_record_is_searched_once_the_file_has_grown(path: Path) -> None:
    reader = EventFileReader(path)
    reader.read()
    start = reader.offset
    append(path, frame(bytes(100_000))[:30] + record(1))
    assert reader.read().events == 0
    assert reader.read().events == 0
    append(path, record(2))
    batch = reader.read()
    assert steps(batch) == [1, 2]
    assert batch.damage == [Damage(start, 30)]


def test_a_torn_record_of_a_file_that_nobody_writes_is_searched_at_once(path: Path) -> None:
    append(path, frame(bytes(100_000))[:30] + record(1))
    os.utime(path, (1.0, 1.0))
    reader = EventFileReader(path)
    first = reader.read()
    assert (steps(first), first.at_end) == ([], False)
    second = reader.read()
    assert (steps(second), second.at_end) == ([1], True)


def test_an_unfinished_record_of_a_file_that_nobody_writes_ends_the_reading(path: Path) -> None:
    append(path, record(1) + frame(bytes(100_000))[:30])
    os.utime(path, (1.0, 1.0))
    reader = EventFileReader(path)
    assert not reader.read().at_end
    for _ in range(3):
        batch = reader.read()
        assert (batch.events, batch.damage, batch.at_end) == (0, [], True)


def test_a_large_record_that_arrives_in_pieces(path: Path) -> None:
    reader = EventFileReader(path)
    blob = frame(bytes(3 << 20)) + record(5)
    found: list[int] = []
    for start in range(0, len(blob), 100_000):
        append(path, blob[start : start + 100_000])
        batch = reader.read(1 << 16)
        while not batch.at_end:
            found += steps(batch)
            batch = reader.read(1 << 16)
        found += steps(batch)
        assert batch.damage == []
    assert found == [5]


def test_a_shortened_file_is_read_anew(path: Path) -> None:
    append(path, record(1) + record(2))
    reader = EventFileReader(path)
    reader.read()
    path.write_bytes(record(7))
    batch = reader.read()
    assert (steps(batch), batch.restarted) == ([7], True)
    assert not reader.read().restarted


def test_a_replaced_file_is_read_anew(path: Path, tmp_path: Path) -> None:
    reader = EventFileReader(path)
    reader.read()
    other = tmp_path / "other"
    other.write_bytes(record(1) + record(2) + record(3))
    other.replace(path)
    batch = reader.read()
    assert (steps(batch), batch.restarted) == ([1, 2, 3], True)


def test_errors_pass_through_and_the_reader_recovers(path: Path, tmp_path: Path) -> None:
    reader = EventFileReader(tmp_path / "not there")
    with pytest.raises(FileNotFoundError):
        reader.read()
    with pytest.raises(FileNotFoundError):
        reader.first_wall_time()
    (tmp_path / "not there").write_bytes(record(1))
    batch = reader.read()
    assert (steps(batch), batch.restarted) == ([1], False)


def test_no_handle_stays_open(path: Path) -> None:
    reader = EventFileReader(path)
    before = len(list(Path("/proc/self/fd").iterdir()))
    reader.read()
    reader.first_wall_time()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_file_that_is_something_else(path: Path) -> None:
    path.write_bytes(struct.pack("<1000I", *range(1000)))
    reader = EventFileReader(path)
    batch = reader.read()
    assert (batch.events, batch.damage, batch.at_end, reader.offset) == (0, [], True, 0)
