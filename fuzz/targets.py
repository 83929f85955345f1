"""What is fuzzed: each target takes bytes, and fails when what it says does not hold for them.

They need neither atheris nor sanitizers, so the tests run them as well, on all that was ever found.
"""

import contextlib
import struct
import tempfile
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

import cutaway
from cutaway.events import _core, _pure  # type: ignore[attr-defined, unused-ignore]
from cutaway.events import budget as budgets
from cutaway.events.core import Kernel
from cutaway.events.kernel_types import Blobs
from cutaway.events.kind_names import SCALARS
from cutaway.events.reader import EventFileReader
from cutaway.events.wire import MalformedError, bytes_field
from cutaway.logs.model import Model
from cutaway.model.records import SCHEMA_VERSION
from cutaway.model.trace_bytes import MAGIC
from cutaway.store.kinds.decode import decode_value, describe
from cutaway.store.kinds.decoders import DECODERS

#: What values can be, and one that nobody knows.
KINDS = (*DECODERS, "unknown")
#: Bytes that the target ``budget`` repeats its input to, and what decoding takes whatever the input is.
MOST_REPEATED, OVERHEAD = 1 << 11, 16_000
NATIVE, PURE = cast(Kernel, _core), cast(Kernel, _pure)  # noqa: TC006


def check_equal(left: Any, right: Any) -> None:
    """The twins' results are the same: arrays with their dtypes, NaN equal to NaN."""
    for one, other in zip(left, right, strict=True):
        if isinstance(one, Blobs):
            check_equal(one, other)
        elif isinstance(one, np.ndarray):
            assert one.dtype == other.dtype, (one.dtype, other.dtype)
            np.testing.assert_array_equal(one, other)
        else:
            assert one == other, (one, other)


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
    place, size, rest = _take(data, "<HB")
    records = [NATIVE.frame(payload) for payload in _pieces(rest)]
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
    whole = b"".join(NATIVE.frame(payload) for payload in _pieces(data))
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
        path.write_bytes(b"".join(NATIVE.frame(payload) for payload in _pieces(data)))
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
    number, rest = _take(data, "<B")
    _look(lambda: decode_value(KINDS[number % len(KINDS)], rest))


def budget(data: bytes) -> None:
    """Any bytes, repeated, somewhere within a value of any kind: decoding takes 64 times as much memory at the most.

    The few megabytes that are granted to every record are not granted here: in inputs as small as these they would hide
    nearly everything. What models unpack to has a bound of its own, and pictures are not decoded.
    """
    number, repeats, levels, rest = _take(data, "<BHB")
    around: list[tuple[int, bytes]] = []
    for _ in range(levels % 8):
        field, length, rest = _take(rest, "<BB")
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
    wall_time, step, rest = _take(data, "<dq")
    tags: list[str] = []
    numbers: list[float | int] = []
    while len(rest) >= 10 and len(tags) < 20:
        is_integer, length, number, rest = _take(rest, "<BB8s")
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


def reduce(data: bytes) -> None:
    """Any points in order of x and any buckets: the twins sort and average the same."""
    level, origin, size, rest = _take(data, "<bqH")
    numbers = np.frombuffer(rest[: len(rest) // 16 * 16], "<f8").reshape(-1, 2)
    x, value = numbers[np.argsort(numbers[:, 0], kind="stable")].T.copy()
    with np.errstate(over="ignore"):
        edges = np.ldexp(origin + np.arange(size + 1.0), level)
    for values in (value, _float32(value)):
        reductions = [kernel.Reduction(edges, huge=True) for kernel in (NATIVE, PURE)]
        for reduction in reductions:
            reduction.add(x, values)
        assert reductions[0].before == reductions[1].before
        for name, array in vars(reductions[0].buckets()).items():
            other = getattr(reductions[1].buckets(), name)
            if name == "mean":
                np.testing.assert_allclose(array, other, rtol=1e-12)
            else:
                np.testing.assert_array_equal(array, other)


def histogram(data: bytes) -> None:
    """Any numbers between any edges: the twins count the same."""
    count, rest = _take(data, "<B")
    numbers = np.frombuffer(rest[: len(rest) // 8 * 8], "<f8")
    edges = np.unique(numbers[:count][np.isfinite(numbers[:count])])
    for value in (numbers[count:].copy(), _float32(numbers[count:])):
        native, pure = NATIVE.histogram(value, edges), PURE.histogram(value, edges)
        for name in ("counts", "lowest", "highest", "nan", "pos_inf", "neg_inf"):
            np.testing.assert_array_equal(getattr(native, name), getattr(pure, name))


def tail(data: bytes) -> None:
    """Any bytes that arrive piece by piece: what is read in the end does not depend on the pieces."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tfevents"
        path.write_bytes(b"")
        reader = EventFileReader(path)
        whole = b"".join(NATIVE.frame(payload) for payload in _pieces(data))
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


def _take(data: bytes, layout: str) -> tuple[Any, ...]:
    """Numbers from the front, and what remains; missing bytes are zeros."""
    size = struct.calcsize(layout)
    return (*struct.unpack(layout, data[:size].ljust(size, b"\0")), data[size:])


def _pieces(data: bytes) -> Iterator[bytes]:
    """Payloads, each behind its length."""
    while data:
        length, data = _take(data, "<H")
        yield data[:length]
        data = data[length:]


def _float32(numbers: NDArray[np.float64]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        return numbers.astype(np.float32)


def pack(payloads: list[bytes]) -> bytes:
    """The input that ``_pieces`` takes apart."""
    return b"".join(struct.pack("<H", len(payload)) + payload for payload in payloads if len(payload) < 1 << 16)


def _look(read: Callable[[], Any]) -> None:
    with contextlib.suppress(MalformedError):
        describe(read())


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (file, damaged, events, logs, values, budget, trace, encode, reduce, histogram, tail)
}
