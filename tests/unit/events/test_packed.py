"""Packed columns come back bit by bit, from either twin, whatever is in them."""

from contextlib import suppress
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cutaway.events import _pure, core
from cutaway.events.kernel import Kernel
from cutaway.events.kernel_types import Packed, PackedValues

PURE = cast("Kernel", _pure)
LENGTHS = st.sampled_from([1, 2, 3, 4, 5, 63, 64, 65, 66, 127, 128, 129, 200, 1000])
WIDE, NARROW = 2**63, 2**31


@st.composite
def numbers(draw: st.DrawFn) -> NDArray[np.int64]:
    """Steps that go up, and back, and wrap around; clocks that jitter and stand still; anything."""
    length, random = draw(LENGTHS), np.random.default_rng(draw(st.integers(0, 2**32)))
    bits = draw(st.sampled_from([0, 1, 2, 7, 16, 29, 30, 31, 32, 33, 63]))
    changes = random.integers(-(1 << bits) // 2, (1 << bits) // 2 + 1, length) + draw(st.integers(-NARROW, NARROW))
    start = draw(st.sampled_from([0, 5, -WIDE, WIDE - 1]) | st.integers(-WIDE, WIDE - 1))
    for at in draw(st.lists(st.integers(0, length - 1), max_size=3)):
        changes[at] = draw(st.integers(-WIDE, WIDE - 1))
    changes[0] = start
    return np.cumsum(changes)


@st.composite
def values(draw: st.DrawFn) -> NDArray[np.float32]:
    """Losses, also in bfloat16 and constant ones; both signs; NaN with any content, infinities and both zeros."""
    length, random = draw(LENGTHS), np.random.default_rng(draw(st.integers(0, 2**32)))
    spread = draw(st.sampled_from([0.0, 1e-6, 0.01, 1.0, 1e30]))
    found = (draw(st.sampled_from([0.0, -0.0, 1.0, -2.5])) + spread * random.standard_normal(length)).astype(np.float32)
    bits = found.view(np.uint32)
    bits &= np.uint32(draw(st.sampled_from([0xFFFFFFFF, 0xFFFF0000, 0xFFFFE000, 0x80000000])))
    for at in draw(st.lists(st.integers(0, length - 1), max_size=4)):
        bits[at] = draw(st.integers(0, 2**32 - 1) | st.sampled_from([0, 0x80000000, 0x7F800000, 0x7FC00001]))
    return found


def assert_equal(one: Packed | PackedValues | None, other: Packed | PackedValues | None) -> None:
    """Bytes and all."""
    assert type(one) is type(other)
    names: tuple[str, ...] = Packed._fields if isinstance(one, Packed) else ("length", "places", "data")
    for name in names if one is not None else ():
        left, right = getattr(one, name), getattr(other, name)
        assert type(left) is type(right)
        if isinstance(left, np.ndarray):
            assert left.dtype == right.dtype
        np.testing.assert_array_equal(left, right)


@given(numbers(), st.data())
def test_numbers_come_back(kernel: Kernel, column: NDArray[np.int64], data: st.DataObject) -> None:
    packed = core.pack(column, False)
    assert_equal(packed, PURE.pack(column, False))
    start = data.draw(st.integers(0, len(column)))
    stop = data.draw(st.integers(start, len(column)))
    target = np.zeros(stop - start, np.int64)
    kernel.unpack(packed, start, target)
    assert target.tolist() == column[start:stop].tolist()
    positions = np.sort(np.array(data.draw(st.lists(st.integers(0, len(column) - 1), max_size=9)), np.int64))
    assert kernel.take(packed, len(column), positions).tolist() == column[positions].tolist()


@given(values(), st.data())
def test_values_come_back(kernel: Kernel, column: NDArray[np.float32], data: st.DataObject) -> None:
    packed = core.pack_values(column)
    assert_equal(packed, PURE.pack_values(column))
    if packed is None:
        return
    assert packed.places.nbytes + packed.data.nbytes < column.nbytes
    start = data.draw(st.integers(0, len(column)))
    stop = data.draw(st.integers(start, len(column)))
    target = np.zeros(stop - start, np.float32)
    kernel.unpack_values(packed, start, target)
    assert target.tobytes() == column[start:stop].tobytes()
    positions = np.array(data.draw(st.lists(st.integers(0, len(column) - 1), max_size=9)), np.int64)
    assert kernel.take_values(packed, positions).tobytes() == column[positions].tobytes()
    for found, expected in zip(kernel.summarize(packed, 64), kernel.summarize(column, 64), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_noise_in_every_bit_is_not_packed(kernel: Kernel) -> None:
    random = np.random.default_rng(0)
    assert kernel.pack_values(random.integers(0, 2**32, 1000, np.uint32).view(np.float32)) is None
    assert kernel.pack_values(np.empty(0, np.float32)) is None


def test_what_is_not_within_is_refused(kernel: Kernel) -> None:
    packed = kernel.pack_values(np.ones(100, np.float32))
    assert packed is not None
    with pytest.raises(ValueError, match=r"\[60, 101\) is not within 100 values"):
        kernel.unpack_values(packed, 60, np.empty(41, np.float32))
    for position in (-1, 100):
        with pytest.raises(ValueError, match="not within 100 values"):
            kernel.take_values(packed, np.array([position]))
    with pytest.raises(ValueError, match="no numbers cannot be packed"):
        kernel.pack(np.empty(0, np.int64), False)


@given(st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 300), min_size=4, max_size=4), st.binary(max_size=600))
def test_places_outside_of_the_data_are_not_read(places: list[int], data: bytes) -> None:
    if not core.is_native:
        pytest.skip("the twin reads no memory")
    blocks: Any = np.array(places, np.uint32), np.frombuffer(data, np.uint8)
    packed = Packed(1, blocks[1], np.arange(4), False, blocks[0])
    for length in (200, 256):
        with suppress(ValueError):
            core.unpack(packed, 0, np.empty(length, np.int64))
            core.first_from(packed, length, 0, length, 1e9)
        with suppress(ValueError):
            core.unpack_values(PackedValues(length, *blocks), 0, np.empty(length, np.float32))
            core.take_values(PackedValues(length, *blocks), np.arange(length))
