"""Records to columns, for the pure twin: see ``core.decode``."""

import re
import struct

import numpy as np
from numpy.typing import NDArray

from cutaway.events._pure_event import parse_event
from cutaway.events.kernel_types import FLOAT32, FLOAT64, INT64, Buffer, Decoded
from cutaway.events.wire import MalformedError

#: Number of the tag, wall time, step, value.
_Point = tuple[int, float, int, float | int]

#: The usual record: wall time, step, and one value of a tag and a simple_value, all lengths below 128.
_USUAL = re.compile(
    rb"\x09(.{8})(?:\x10([\x80-\xff]{0,8}[\x00-\x7f]))?"
    rb"\x2a([\x00-\x7f])\x0a([\x00-\x7f])\x0a([\x00-\x7f])(.*)\x15(.{4})",
    re.DOTALL,
)


def decode(data: Buffer, offsets: NDArray[np.int64], lengths: NDArray[np.int64]) -> Decoded:
    """See ``core.decode``."""
    buffer = bytes(data)
    if len(offsets) != len(lengths):
        raise ValueError(f"offsets and lengths must be equally many, got {len(offsets)} and {len(lengths)}")
    outside = (offsets < 0) | (lengths < 0) | (offsets > len(buffer)) | (lengths > len(buffer) - offsets)
    if outside.any():
        raise ValueError(f"record {np.argmax(outside)} is not within the buffer of {len(buffer)} bytes")
    tag_ids: dict[bytes, int] = {}
    points: list[_Point] = []
    others: dict[str, int] = {}
    step_of: dict[bytes | None, int] = {}
    usual = _USUAL.fullmatch
    unpack = struct.Struct("<df").unpack
    for start, length in zip(offsets.tolist(), lengths.tolist(), strict=True):
        match = usual(buffer, start, start + length)
        if match is not None:
            wall_bytes, step_bytes, of_summary, of_value, of_tag, tag, value_bytes = match.groups()
            size = len(tag)
            if of_tag[0] == size and of_value[0] == size + 7 and of_summary[0] == size + 9:
                if step_bytes not in step_of:
                    step_of[step_bytes] = _step(step_bytes)
                step = step_of[step_bytes]
                wall_time, value = unpack(wall_bytes + value_bytes)
                points.append((tag_ids.setdefault(tag, len(tag_ids)), wall_time, step, value))
                continue
        try:
            wall_time, step, found = parse_event(buffer, start, start + length)
        except MalformedError:
            wall_time, step, found = 0.0, 0, ["malformed"]
        for item in found:
            if isinstance(item, str):
                others[item] = others.get(item, 0) + 1
            else:
                points.append((tag_ids.setdefault(item[0], len(tag_ids)), wall_time, step, item[1]))
    return _group([tag.decode("utf-8", "replace") for tag in tag_ids], points, others)


def _step(varint_bytes: bytes | None) -> int:
    return sum((byte & 0x7F) << 7 * i for i, byte in enumerate(varint_bytes or b""))


def _group(tags: list[str], points: list[_Point], others: dict[str, int]) -> Decoded:
    """The points as columns, sorted by tag."""
    count = len(points)
    tag_id = np.fromiter((point[0] for point in points), np.int64, count)
    order = np.argsort(tag_id, kind="stable")
    value = np.fromiter((float(point[3]) for point in points), np.float64, count)
    wide = np.fromiter((type(point[3]) is int and _is_wide(point[3]) for point in points), np.bool_, count)
    with np.errstate(over="ignore", invalid="ignore"):
        exact_float32 = ~wide & ((value.astype(np.float32) == value) | np.isnan(value))
        integral = wide | ((value == np.floor(value)) & (value >= -(2.0**63)) & (value < 2.0**63))
    kinds = np.full(len(tags), FLOAT64, np.uint8)
    kinds[~_any(tag_id, ~exact_float32, len(tags))] = FLOAT32
    kinds[_any(tag_id, wide, len(tags)) & ~_any(tag_id, ~integral, len(tags))] = INT64
    integer = np.zeros(0, np.int64)
    if (kinds == INT64).any():
        used = kinds[tag_id] == INT64
        integers = (int(point[3]) if use else 0 for point, use in zip(points, used, strict=True))
        integer = np.fromiter(integers, np.int64, count)[order]
    return Decoded(
        tags,
        np.concatenate(([0], np.cumsum(np.bincount(tag_id, minlength=len(tags))))).astype(np.int64),
        np.fromiter((point[2] for point in points), np.int64, count)[order],
        np.fromiter((point[1] for point in points), np.float64, count)[order],
        value[order],
        kinds,
        integer,
        others,
    )


def _is_wide(value: float | int) -> bool:
    """Whether an integer needs int64: float64 would round it."""
    return int(float(value)) != value and -(1 << 63) <= value < 1 << 63


def _any(tag_id: NDArray[np.int64], flags: NDArray[np.bool_], tag_count: int) -> NDArray[np.bool_]:
    found = np.zeros(tag_count, np.bool_)
    found[tag_id[flags]] = True
    return found
