"""Files that are cut, flipped, hostile, many, or that change under the reader: read through the store."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import cutaway
from cutaway.events._pure_crc32c import crc32c, mask
from cutaway.events.core import encode, frame
from cutaway.events.messages import EVENT, file_version
from cutaway.events.schema import encode as encode_message
from cutaway.events.wire import varint

RECORDS = [
    frame(file_version(1000.0)),
    encode(1001.0, 1, ["loss", "acc"], [0.5, 0.1]),
    frame(
        encode_message(
            EVENT, {"wall_time": 1002.0, "step": 2, "summary": {"value": [{"tag": "h", "histo": {"num": 1.0}}]}}
        )
    ),
    encode(1003.0, 3, ["loss"], [0.25]),
    frame(encode_message(EVENT, {"wall_time": 1004.0, "step": 4, "graph_def": b"graph"})),
    encode(1005.0, 5, ["loss"], [0.125]),
    encode(1006.0, 6, ["acc"], [1.0]),
]
FILE = b"".join(RECORDS)
NAME = "events.out.tfevents.1000.host.1.0"
#: Of the bits of a record each one is tried at length, otherwise every fifth: each place in a byte, and each field.
STRIDE = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 5


def contents(folder: Path) -> tuple[dict[str, list[int]], dict[tuple[str, str], list[int]], list[tuple[int, int]]]:
    """(scalars' steps by tag, other values' steps by kind and tag, damage)."""
    logs = cutaway.open(folder)
    run = logs["."]
    scalars = {tag: run.scalars(tag).step.tolist() for tag in run.tags()}
    others = {
        (kind, tag): run.values(kind, tag).step.tolist()
        for kind, tags in run.kinds.items()
        if kind != "scalars"
        for tag in tags
    }
    return scalars, others, [(damage.offset, damage.bytes) for damage in logs.damage]


def write(folder: Path, data: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / NAME
    path.write_bytes(data)
    return path


def expected(folder: Path, records: list[bytes]) -> tuple[dict[str, list[int]], dict[tuple[str, str], list[int]]]:
    write(folder, b"".join(records))
    scalars, others, damage = contents(folder)
    assert damage == []
    return scalars, others


def test_every_truncation(tmp_path: Path) -> None:
    """Whole records are read, the rest waits, and comes when the file is completed."""
    whole = expected(tmp_path / "whole", RECORDS)
    ends = np.cumsum([len(record) for record in RECORDS])
    for length in range(len(FILE)):
        path = write(tmp_path / "cut", FILE[:length])
        logs = cutaway.open(path.parent)
        count = int((ends <= length).sum())
        assert logs["."].points == sum([0, 2, 0, 1, 0, 1, 1][:count])
        with path.open("ab") as file:
            file.write(FILE[length:])
        logs.refresh()
        run = logs["."]
        assert ({tag: run.scalars(tag).step.tolist() for tag in run.tags()}, logs.damage) == (whole[0], [])


def test_every_flipped_bit_costs_one_record(tmp_path: Path) -> None:
    """Damage is said once a valid record follows; at the end of the file it may still be being written."""
    places = np.cumsum([0, *(len(record) for record in RECORDS)]).tolist()
    for hit in range(len(RECORDS) - 1):
        kept = expected(tmp_path / "kept", [record for i, record in enumerate(RECORDS) if i != hit])
        for bit in range(hit % STRIDE, 8 * len(RECORDS[hit]), STRIDE):
            data = bytearray(FILE)
            data[places[hit] + bit // 8] ^= 1 << bit % 8
            write(tmp_path / "flipped", bytes(data))
            scalars, others, damage = contents(tmp_path / "flipped")
            assert (scalars, others) == kept, (hit, bit)
            assert damage == [(places[hit], len(RECORDS[hit]))]


@pytest.mark.parametrize(
    "garbage",
    [
        b"\0" * 5000,
        b"\xff" * 100,
        struct.pack("<Q", 2**63) + b"abcd",
        # A valid header that promises more than the file will ever have.
        frame(b"x" * 300)[:20],
        # Three torn records, one behind the other.
        b"".join(record[:-7] for record in RECORDS[1:4]),
    ],
    ids=["zeros", "ones", "length 2**63", "torn", "three torn"],
)
def test_what_follows_garbage_is_read(tmp_path: Path, garbage: bytes) -> None:
    write(tmp_path / "log", FILE + garbage + FILE)
    twice = expected(tmp_path / "twice", RECORDS * 2)
    scalars, others, damage = contents(tmp_path / "log")
    assert (scalars, others) == twice
    assert damage == [(len(FILE), len(garbage))]


def test_a_hostile_length_with_a_valid_checksum(tmp_path: Path) -> None:
    for length in (2**31 - 1, 2**31, 2**63, 2**64 - 1):
        header = struct.pack("<Q", length)
        data = FILE + header + _masked(header) + FILE
        write(tmp_path / "log", data)
        os.utime(tmp_path / "log" / NAME, (0, 0))
        scalars, _, damage = contents(tmp_path / "log")
        assert scalars["loss"] == [1, 3, 5] * 2
        assert damage == [(len(FILE), 12)]


def _masked(header: bytes) -> bytes:
    return struct.pack("<I", mask(crc32c(header)))


def test_odd_tags(tmp_path: Path) -> None:
    long = "x" * (10 << 20)
    with cutaway.SummaryWriter(tmp_path) as writer:
        for tag in ("", "/", "a//b", long, "\ud800", "ü\0\n", "<script>"):
            writer.add_scalar(tag, 1.0, 1)
    run = cutaway.open(tmp_path)["."]
    assert set(run.tags()) == {"", "/", "a//b", long, "?", "ü\0\n", "<script>"}
    data = frame(b"\x2a\x0c\x0a\x0a\x0a\x03\xff\xfe\x41\x15\x00\x00\x80\x3f")
    write(tmp_path / "log", data)
    assert cutaway.open(tmp_path / "log")["."].tags() == ["��A"]


@pytest.mark.slow
def test_a_million_tags(tmp_path: Path) -> None:
    data = b"".join(encode(1000.0, i, [f"tag {i}"], [1.0]) for i in range(1_000_000))
    write(tmp_path / "log", data)
    run = cutaway.open(tmp_path / "log")["."]
    assert len(run.tags()) == 1_000_000
    assert run.scalars("tag 77").step.tolist() == [77]


def test_a_file_that_is_replaced_shortened_and_deleted(tmp_path: Path) -> None:
    path = write(tmp_path / "log", FILE)
    logs = cutaway.open(path.parent)
    other = tmp_path / "other"
    other.write_bytes(RECORDS[0] + RECORDS[3])
    other.replace(path)
    logs.refresh()
    assert (logs["."].tags(), logs["."].scalars("loss").step.tolist()) == (["loss"], [3])
    os.truncate(path, len(RECORDS[0]))
    logs.refresh()
    assert logs["."].tags() == []
    with path.open("ab") as file:
        file.write(RECORDS[5])
    logs.refresh()
    assert logs["."].scalars("loss").step.tolist() == [5]
    path.unlink()
    logs.refresh()
    assert logs.runs == []


@pytest.mark.slow
def test_two_thousand_runs_with_few_file_handles(tmp_path: Path) -> None:
    for number in range(2000):
        folder = tmp_path / f"run{number}"
        folder.mkdir()
        (folder / NAME).write_bytes(FILE)
    program = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (48, 48))
import cutaway
logs = cutaway.open(sys.argv[1])
assert (len(logs), logs.unreadable) == (2000, [])
assert all(run.points == 5 for run in logs.values())
logs.refresh()
"""
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)


@pytest.mark.slow
def test_a_sparse_file_takes_bounded_memory(tmp_path: Path) -> None:
    """A gigabyte of zeros between good records."""
    path = write(tmp_path / "log", FILE)
    with path.open("r+b") as file:
        file.seek(len(FILE) + (1 << 30))
        file.write(FILE)
    program = """
import resource, sys
import cutaway
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
logs = cutaway.open(sys.argv[1])
assert logs["."].points == 10
(damage,) = logs.damage
assert damage.bytes == 1 << 30
"""
    subprocess.run([sys.executable, "-c", program, str(path.parent)], check=True)


def test_nesting_is_no_recursion(tmp_path: Path) -> None:
    payload = b""
    for _ in range(20_000):
        payload = b"\x2a" + varint(len(payload) + 1) + b"\x0a" + payload if len(payload) < 10**5 else payload
    write(tmp_path / "log", frame(payload) + FILE)
    assert contents(tmp_path / "log")[0]["loss"] == [1, 3, 5]
