"""What is fuzzed: each target takes bytes, and fails when what it says does not hold for them.

They need neither atheris nor sanitizers, so the tests run them as well, on all that was ever found.
"""

import contextlib
import os
import struct
import tempfile
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

import cutaway
from cutaway.events import budget as budgets
from cutaway.events import early
from cutaway.events.kind_names import SCALARS
from cutaway.events.reader import EventFileReader
from cutaway.events.tables import LOADED, OTHERS, PIECE, Loaded
from cutaway.events.wire import MalformedError, bytes_field
from cutaway.logs.model import Model
from cutaway.model.records import SCHEMA_VERSION
from cutaway.model.trace_bytes import MAGIC
from cutaway.store.kinds.decode import decode_value, describe
from cutaway.store.kinds.decoders import DECODERS
from cutaway.store.loaded_file import LoadedFiles
from fuzz.columns import check_drawn, draw, histogram, misplaced, packed, reduce
from fuzz.inputs import NATIVE, PURE, check_bits, check_equal, event_files, pieces, take

#: What values can be, and one that nobody knows.
KINDS = (*DECODERS, "unknown")
#: Bytes that the target ``budget`` repeats its input to, and what decoding takes whatever the input is.
MOST_REPEATED, OVERHEAD = 1 << 11, 16_000


def file(data: bytes) -> None:
    """Any bytes as an event file: the twins find and decode the same records, in any state of the search."""
    for inside_tail in (False, True):
        for in_gap in (False, True):
            found = NATIVE.scan(data, inside_tail=inside_tail, in_gap=in_gap)
            check_equal(found, PURE.scan(data, inside_tail=inside_tail, in_gap=in_gap))
            assert 0 <= found.consumed <= len(data)
    check_equal(
        NATIVE.decode(data, found.offsets, found.lengths),
        PURE.decode(data, found.offsets, found.lengths),
    )


def damaged(data: bytes) -> None:
    """Valid records with one stretch overwritten: the twins agree, and every record that was not hit is found."""
    place, size, rest = take(data, "<HB")
    records = [NATIVE.frame(payload) for payload in pieces(rest)]
    whole = b"".join(records)
    if not whole:
        return
    place %= len(whole)
    hurt = whole[:place] + bytes(byte ^ 0xA5 for byte in whole[place : place + size]) + whole[place + size :]
    found = NATIVE.scan(hurt, inside_tail=True)
    check_equal(found, PURE.scan(hurt, inside_tail=True))
    offsets = set(found.offsets.tolist())
    start = 0
    for record in records:
        end = start + len(record)
        # An empty payload inside a stretch that is passed over may be missed by nobody: it holds nothing.
        if (end <= place or start >= place + size) and len(record) > 16:
            assert start + 12 in offsets, (start, end, place, size)
        start = end


def events(data: bytes) -> None:
    """Any bytes as the payloads of valid records: the twins decode them to the same."""
    whole = b"".join(NATIVE.frame(payload) for payload in pieces(data))
    found = NATIVE.scan(whole)
    assert found.consumed == len(whole)
    check_equal(
        NATIVE.decode(whole, found.offsets, found.lengths),
        PURE.decode(whole, found.offsets, found.lengths),
    )


def logs(data: bytes) -> None:
    """Any bytes as payloads in a log directory: everything in it can be listed, and read or refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tfevents"
        path.write_bytes(b"".join(NATIVE.frame(payload) for payload in pieces(data)))
        for run in cutaway.open(folder).values():
            repr(run)
            for kind, tags in run.kinds.items():
                for tag in tags:
                    if kind == SCALARS:
                        scalars = run.scalars(tag)
                        assert len(scalars.step) == len(scalars.value) == len(scalars.wall_time)
                        repr((scalars, scalars.display_name))
                        continue
                    values = run.values(kind, tag)
                    for index in range(len(values)):
                        _look(lambda values=values, index=index: values[index])  # type: ignore[misc]
            _look(run.hparams)


def values(data: bytes) -> None:
    """Any bytes as a value of any kind: what it is, or MalformedError."""
    number, rest = take(data, "<B")
    _look(lambda: decode_value(KINDS[number % len(KINDS)], rest))


def budget(data: bytes) -> None:
    """Any bytes, repeated, somewhere within a value of any kind: decoding takes 64 times as much memory at the most.

    The few megabytes that are granted to every record are not granted here: in inputs as small as these they would hide
    nearly everything. What models unpack to has a bound of its own, and pictures are not decoded.
    """
    number, repeats, levels, rest = take(data, "<BHB")
    around: list[tuple[int, bytes]] = []
    for _ in range(levels % 8):
        field, length, rest = take(rest, "<BB")
        around.append((field % 17 + 1, rest[:length]))
        rest = rest[length:]
    value = rest * min(1 + repeats, MOST_REPEATED // max(1, len(rest)))
    for field, before in reversed(around):
        value = before + bytes_field(field, value)
    kind = KINDS[number % len(KINDS)]

    def read() -> None:
        with contextlib.suppress(MalformedError):
            describe(decode_value(kind, value))

    with patch.object(budgets, "SMALL", 0):
        # What is imported and kept at the first time counts for nobody.
        read()
        tracemalloc.start()
        try:
            read()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak <= 64 * len(value) + OVERHEAD, (kind, peak, len(value))


def trace(data: bytes) -> None:
    """Any text as the columns of a model: its summary and the table, or MalformedError."""
    model = Model("model", MAGIC + bytes([SCHEMA_VERSION]) + zlib.compress(data, 1))
    _look(lambda: model)


def encode(data: bytes) -> None:
    """Any numbers by any tags: the twins write the same record, and reading gives them back."""
    wall_time, step, rest = take(data, "<dq")
    tags: list[str] = []
    numbers: list[float | int] = []
    while len(rest) >= 10 and len(tags) < 20:
        is_integer, length, number, rest = take(rest, "<BB8s")
        tags.append(rest[:length].decode("utf-8", "surrogateescape"))
        numbers.append(struct.unpack("<q" if is_integer & 1 else "<d", number)[0])
        rest = rest[length:]
    record = NATIVE.encode(wall_time, step, tags, numbers)
    assert record == PURE.encode(wall_time, step, tags, numbers)
    mapping = dict(zip(tags, numbers, strict=True))
    assert NATIVE.encode_mapping(wall_time, step, mapping) == PURE.encode_mapping(wall_time, step, mapping)
    found = NATIVE.scan(record)
    decoded = NATIVE.decode(record, found.offsets, found.lengths)
    assert decoded.malformed == 0
    assert len(decoded.step) == len(tags)
    assert (decoded.step == step).all()


def tail(data: bytes) -> None:
    """Any bytes that arrive piece by piece: what is read in the end does not depend on the pieces."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tfevents"
        path.write_bytes(b"")
        reader = EventFileReader(path)
        whole = b"".join(NATIVE.frame(payload) for payload in pieces(data))
        events = start = 0
        while start < len(whole):
            size = 1 + whole[start] % 29
            with path.open("ab") as file:
                file.write(whole[start : start + size])
            start += size
            batch = reader.read()
            events += batch.events
            assert batch.damage == []
        assert events == EventFileReader(path).read().events


def load(data: bytes) -> None:
    """Some files of any records, damaged ones too: the twins load the same, which is what a file's reader finds. They
    draw the same of it, make the same keys of tags, and see the same files change."""
    sizes, rest = take(data, "<B")
    largest, widest = 1 << 20 if sizes & 1 else 100, 1 << 20 if sizes & 2 else 0
    with tempfile.TemporaryDirectory() as folder:
        contents = event_files(rest)
        paths = [Path(folder) / str(number) for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        names = [os.fsencode(path) for path in [*paths, Path(folder), Path(folder) / "none"]]
        found = NATIVE.load(names, largest, widest, 100 if sizes & 4 else PIECE)
        check_equal(found, PURE.load(names, largest, widest))
        _load_ahead(names, largest)
        assert NATIVE.changed_files(names, found.files) == PURE.changed_files(names, found.files)
        for tag in (tag for each in found.names for tag in each.tags):
            assert NATIVE.natural_key(tag) == PURE.natural_key(tag)
        _draw_rows(found)
        files = LoadedFiles(found)
        for path, facts in zip(paths, files.facts, strict=False):
            if not facts.is_whole:
                continue
            batch, (scalars, _) = EventFileReader(path).read(), files.scalars(facts)
            assert (batch.events, batch.damage) == (facts.events, [])
            assert [columns.tag for columns in batch.scalars] == list(scalars)
            for columns in batch.scalars:
                points = scalars[columns.tag].points
                check_bits(points.step, columns.step)
                check_bits(points.wall_time, columns.wall_time)
                check_bits(points.value, columns.value)


def _draw_rows(found: Loaded) -> None:
    """The twins draw the same of series whose steps ascend."""
    series = found.series[found.series["goes_back"] == 0]
    if len(series):
        low, high = float(series["first_step"].min()), float(series["last_step"].max())
        view: Any = ([(series, found.arena)], np.unique(np.linspace(low, high, 9)), 4)
        with np.errstate(all="ignore"):
            check_drawn(*(kernel.draw_rows(*view, details=True) for kernel in (NATIVE, PURE)))


def _load_ahead(names: list[bytes], largest: int) -> None:
    """Files that are loaded ahead are as they are loaded, but for those with other data than scalars."""
    loader = early.ahead_loader(1 << 40)
    assert loader is not None
    (group,) = loader.load([names], largest)
    expected = NATIVE.load(names, largest)
    has_others = (expected.files["outcome"] == LOADED) & (expected.files["blobs"] > 0)
    expected.files["outcome"][has_others] = OTHERS
    check_equal(group.loaded(), expected._replace(blobs={}))


def _look(read: Callable[[], Any]) -> None:
    with contextlib.suppress(MalformedError):
        describe(read())


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        file, damaged, events, logs, load, values, budget, trace, encode,
        packed, misplaced, reduce, draw, histogram, tail,
    )
}  # fmt: skip
