"""Targets that take columns of numbers: packing, buckets, counting."""

import contextlib
from typing import Any

import numpy as np

from cutaway.events.kernel_types import DrawnLines, LinePart, Packed, PackedValues
from fuzz.inputs import NATIVE, PURE, as_float32, check_bits, check_equal, take


def packed(data: bytes) -> None:
    """Any numbers: the twins pack them to the same, which gives them back."""
    is_float, start, rest = take(data, "<?H")
    numbers = np.frombuffer(rest[: len(rest) // 8 * 8], "<i8").astype(np.int64)
    values = np.frombuffer(rest[: len(rest) // 4 * 4], "<f4").astype(np.float32)
    start %= len(numbers) + 1
    if len(numbers):
        columns = [kernel.pack(numbers, is_float) for kernel in (NATIVE, PURE)]
        check_equal(*columns)
        for kernel in (NATIVE, PURE):
            target = np.empty(len(numbers) - start, np.int64)
            kernel.unpack(columns[0], start, target)
            check_bits(target, numbers[start:])
            check_bits(kernel.take(columns[0], len(numbers), np.arange(len(numbers))), numbers)
    single, other = (kernel.pack_values(values) for kernel in (NATIVE, PURE))
    if single is None or other is None:
        assert single is other
        return
    check_equal((single.places, single.data), (other.places, other.data))
    for kernel in (NATIVE, PURE):
        found = np.empty(len(values) - start, np.float32)
        kernel.unpack_values(single, start, found)
        check_bits(found, values[start:])
        check_bits(kernel.take_values(single, np.arange(len(values))), values)


def misplaced(data: bytes) -> None:
    """Any places and data as a packed column and its values: nothing outside of them is read."""
    length, kept, most, rest = take(data, "<HBB")
    length = length % 5000 + 1
    blocks = -(-length // 64)
    places = np.resize(np.frombuffer(rest[: 4 * kept].ljust(4, b"\0"), np.uint8), 4 * blocks).view(np.uint32)
    # Only where the last block begins and ends is looked at beforehand.
    places[-1] = 0
    content = np.frombuffer(rest[4 * kept :].ljust(8, b"\0"), np.uint8)
    column = Packed(1, content, np.arange(blocks) * 64, bool(most & 1), places)
    values = PackedValues(length, places, content)
    summaries = NATIVE.summarize(np.zeros(length), 64), NATIVE.summarize(np.zeros(length), 4096)
    for positions in (np.arange(length), np.arange(0, length, 65)):
        with contextlib.suppress(ValueError):
            NATIVE.take(column, length, positions)
            NATIVE.take_values(values, positions)
    with contextlib.suppress(ValueError):
        NATIVE.unpack(column, 0, np.empty(length, np.int64))
        NATIVE.unpack_values(values, 0, np.empty(length, np.float32))
        NATIVE.summarize(values, 64)
        NATIVE.first_from(column, length, 0, length, float(most))
        edges = np.linspace(0, length, 2 + most % 100)
        NATIVE.draw_lines([([(column, values, summaries, 0, length)], length, 0, 0.0, False)], edges, most % 6)


def draw(data: bytes) -> None:
    """Any points in order of x, packed: the twins draw the same of them, by the buckets of any edges."""
    shift, repeats, count, most, first, last, rest = take(data, "<BBBBHH")
    numbers = np.frombuffer(rest[: len(rest) // 8 * 8], "<i8")
    if not len(numbers):
        return
    changes = np.tile(numbers.view(np.uint64) >> np.uint64(14 + shift % 50), 1 + repeats % 100)[:9000]
    step = np.cumsum(changes.astype(np.int64) & (1 << 36) - 1) + numbers[0] % (1 << 40)
    x: Any = step if shift & 64 else step * 0.125
    values: list[Any] = [numbers, as_float32(numbers.view(np.float64)), numbers.view(np.float64)]
    value = np.resize(values[shift % 3], len(x))
    column = NATIVE.pack(x.view(np.int64), x.dtype == np.float64)
    kept = (NATIVE.pack_values(value) if value.dtype == np.float32 else None) or value
    first, last = sorted((first % (len(x) + 1), last % (len(x) + 1)))
    edges = np.unique(np.linspace(float(x[0]), float(x[-1]), 1 + count))
    drawn = []
    for kernel in (NATIVE, PURE):
        summaries = kernel.summarize(kept, 64), kernel.summarize(kept, 4096)
        opened = kernel.opened(column, kept, summaries) if most & 8 else column
        part: LinePart = (opened, kept, summaries, first, last)
        with np.errstate(all="ignore"):
            drawn.append(kernel.draw_lines([([part], len(x), 0, 0.0, True)], edges, most % 6, details=bool(most & 16)))
    check_drawn(*drawn)


def check_drawn(one: DrawnLines, other: DrawnLines) -> None:
    """All but the means are the same, and these nearly so."""
    for name, found in one._asdict().items():
        expected = getattr(other, name)
        if name == "mean":
            largest = np.maximum(np.abs(one.min), np.abs(one.max))
            with np.errstate(over="ignore"):
                assert (np.abs(found / 2 - expected / 2) <= 1e-12 * largest + 1e-300).all()
        elif name not in ("x", "y") or one.is_known.all():
            np.testing.assert_array_equal(found, expected, err_msg=name)


def reduce(data: bytes) -> None:
    """Any points in order of x and any buckets: the twins sort and average the same."""
    level, origin, size, rest = take(data, "<bqH")
    numbers = np.frombuffer(rest[: len(rest) // 16 * 16], "<f8").reshape(-1, 2)
    x, value = numbers[np.argsort(numbers[:, 0], kind="stable")].T.copy()
    with np.errstate(over="ignore"):
        edges = np.ldexp(origin + np.arange(size + 1.0), level)
    for values in (value, as_float32(value)):
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
    count, rest = take(data, "<B")
    numbers = np.frombuffer(rest[: len(rest) // 8 * 8], "<f8")
    edges = np.unique(numbers[:count][np.isfinite(numbers[:count])])
    for value in (numbers[count:].copy(), as_float32(numbers[count:])):
        native, pure = NATIVE.histogram(value, edges), PURE.histogram(value, edges)
        for name in ("counts", "lowest", "highest", "nan", "pos_inf", "neg_inf"):
            np.testing.assert_array_equal(getattr(native, name), getattr(pure, name))
