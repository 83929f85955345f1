"""Values to records, for the pure twin: see ``core.encode`` and ``core.frame``."""

import operator
import struct
from typing import Any

import numpy as np

from cutaway.events._pure_crc32c import crc32c, mask, masked_of_records
from cutaway.events._pure_event import float_bits
from cutaway.events.kernel_types import TOO_LARGE, Buffer, Numbers, Tags
from cutaway.events.wire import bytes_field, double_field, varint, varint_field


def encode(wall_time: float, step: int, tags: Tags, values: Numbers) -> bytes:
    """See ``core.encode``."""
    if len(tags) != len(values):
        raise ValueError(f"tags and values must be equally many, got {len(tags)} and {len(values)}")
    wall_time, step = _real(wall_time), _step(step)
    pairs = zip(tags, values, strict=True)
    summary = b"".join(bytes_field(1, _encode_value(tag, value)) for tag, value in pairs)
    time_field = double_field(1, wall_time) if struct.pack("<d", wall_time) != bytes(8) else b""
    return frame(time_field + varint_field(2, step) + bytes_field(5, summary))


def encode_mapping(wall_time: float, step: int, values: dict[str, Any]) -> bytes | None:
    """See ``core.encode_mapping``."""
    wall_time, step = _real(wall_time), _step(step)
    numbers: list[float] = []
    for tag, value in values.items():
        if not isinstance(tag, str):
            return None
        if not isinstance(value, (int, float)):
            try:
                value = value.item()
            except Exception:
                return None
            if not isinstance(value, (int, float)):
                return None
        numbers.append(value)
    try:
        return encode(wall_time, step, list(values), numbers)
    except OverflowError:
        return None


def _step(step: int) -> int:
    step = operator.index(step)
    if not -(1 << 63) <= step < 1 << 63:
        raise OverflowError(f"step must fit into a signed 64-bit integer, got {step}")
    return step


def _real(value: float | int) -> float:
    """``value`` as float64; unlike float(), it does not take text."""
    if isinstance(value, str) or not hasattr(value, "__float__"):
        raise TypeError(f"must be a real number, not {type(value).__name__}")
    return float(value)


def _encode_value(tag: str, value: float | int) -> bytes:
    if not isinstance(tag, str):
        raise TypeError(f"tags must be strings, not {type(tag).__name__}")
    encoded_tag = tag.encode("utf-8", "replace")
    number = _real(value)
    rounded = float_bits(number)
    (back,) = struct.unpack("<f", rounded)
    exact = b""
    if isinstance(value, int) and -(1 << 63) <= value < 1 << 63:
        if back != value:
            exact = bytes_field(1000, b"\x10" + varint(value << 1 ^ value >> 63))
    elif back != number and number == number:
        exact = bytes_field(1000, double_field(1, number))
    return (bytes_field(1, encoded_tag) if encoded_tag else b"") + b"\x15" + rounded + exact


def frame(payload: Buffer) -> bytes:
    """See ``core.frame``."""
    size = memoryview(payload).nbytes
    if size >= TOO_LARGE:
        raise ValueError(f"a record must be smaller than 2 GiB, got {size:,} bytes")
    content = bytes(payload)
    length = struct.pack("<Q", len(content))
    header = length + struct.pack("<I", mask(crc32c(length)))
    if len(content) < 1024:
        checksum = mask(crc32c(content))
    else:
        whole = np.array([0], np.int64), np.array([len(content)], np.int64)
        checksum = int(masked_of_records(np.frombuffer(content, np.uint8), *whole)[0])
    return header + content + struct.pack("<I", checksum)
