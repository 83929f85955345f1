"""What targets make of bytes, and what they compare by."""

import struct
from collections.abc import Iterator
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events import _core, _pure  # type: ignore[attr-defined, unused-ignore]
from cutaway.events.kernel import Kernel
from cutaway.events.kernel_types import Blobs

NATIVE, PURE = cast(Kernel, _core), cast(Kernel, _pure)  # noqa: TC006


def check_equal(left: Any, right: Any) -> None:
    """The twins' results are the same: arrays with their dtypes, NaN equal to NaN."""
    for one, other in zip(left, right, strict=True):
        if isinstance(one, Blobs):
            check_equal(one, other)
        elif isinstance(one, dict):
            assert one.keys() == other.keys(), (one.keys(), other.keys())
            for key, value in one.items():
                check_equal(value, other[key])
        elif isinstance(one, np.ndarray):
            assert one.dtype == other.dtype, (one.dtype, other.dtype)
            if one.shape == other.shape and one.tobytes() == other.tobytes():
                continue
            for name in one.dtype.names or (...,):
                np.testing.assert_array_equal(one[name], other[name], err_msg=str(name))
        else:
            assert one == other, (one, other)


def check_bits(left: NDArray[Any], right: NDArray[Any]) -> None:
    """Two columns are the same to the last bit."""
    assert left.dtype == right.dtype, (left.dtype, right.dtype)
    assert left.tobytes() == right.tobytes()


def take(data: bytes, layout: str) -> tuple[Any, ...]:
    """Numbers from the front, and what remains; missing bytes are zeros."""
    size = struct.calcsize(layout)
    return (*struct.unpack(layout, data[:size].ljust(size, b"\0")), data[size:])


def pieces(data: bytes) -> Iterator[bytes]:
    """Payloads, each behind its length."""
    while data:
        length, data = take(data, "<H")
        yield data[:length]
        data = data[length:]


def as_float32(numbers: NDArray[np.float64]) -> NDArray[np.float32]:
    """The nearest, or infinity."""
    with np.errstate(over="ignore"):
        return numbers.astype(np.float32)


def pack(payloads: list[bytes]) -> bytes:
    """The input that ``pieces`` takes apart."""
    return b"".join(struct.pack("<H", len(payload)) + payload for payload in payloads if len(payload) < 1 << 16)


def event_files(data: bytes) -> list[bytes]:
    """Files of pieces, each behind what it is and its length: a record's payload, what a series is made of, or bytes as
    they are; or so many bytes are cut off, or the next file begins."""
    files = [b""]
    while data:
        what, length, data = take(data, "<BH")
        piece = data[:length]
        if what % 8 < 4:
            files[-1] += NATIVE.frame(piece)
        elif what % 8 == 4:
            files[-1] += _series(piece)
        elif what % 8 == 5:
            files[-1] += piece
        elif what % 8 == 6:
            files[-1] = files[-1][: max(0, len(files[-1]) - length % 32)]
            continue
        else:
            files.append(b"")
            continue
        data = data[length:]
    return files


def _series(piece: bytes) -> bytes:
    """Records of up to 100 points of a tag, whose steps, times and values have so many bits of noise each."""
    count, tag, step, change, noise, wall, jitter, number, spread = take(piece, "<BBqqBQBQB")[:-1]
    records = []
    for i in range(count % 101):
        some = i * 0x9E3779B97F4A7C15 % 2**64
        columns = (step + i * change, noise), (wall + i, jitter), (number, spread)
        bits = [(start + (some >> 64 - width % 65)) % 2**64 for start, width in columns]
        at, when, value = struct.unpack("<qdd", struct.pack("<3Q", *bits))
        records.append(NATIVE.encode(when, at, [f"tag{tag % 4}"], [value]))
    return b"".join(records)
