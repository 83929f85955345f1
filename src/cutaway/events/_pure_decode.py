"""Records to columns, for the pure twin: see ``core.decode``."""

import re
import struct
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cutaway.events._pure_event import Blob, parse_event
from cutaway.events.kernel_types import FLOAT32, FLOAT64, INT64, Blobs, Buffer, Decoded, group_keys
from cutaway.events.wire import MalformedError

#: Number of the tag, wall time, step, value.
_Point = tuple[int, float, int, float | int]
#: Step, wall time, blob.
_Blob = tuple[int, float, Blob]

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
    blobs: list[_Blob] = []
    metadata: dict[bytes, bytes] = {}
    records = malformed = empty = 0
    session_start: int | None = None
    step_of: dict[bytes | None, int] = {}
    usual = _USUAL.fullmatch
    unpack = struct.Struct("<df").unpack
    for start, length in zip(offsets.tolist(), lengths.tolist(), strict=True):
        records += 1
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
            event = parse_event(buffer, start, start + length)
        except MalformedError:
            malformed += 1
            continue
        empty += event.is_empty
        for point in event.points:
            points.append((tag_ids.setdefault(point.tag, len(tag_ids)), event.wall_time, event.step, point.value))
            if point.tag not in metadata and point.metadata[1] > point.metadata[0]:
                metadata[point.tag] = buffer[slice(*point.metadata)]
        blobs += [(event.step, event.wall_time, blob) for blob in event.blobs]
        if event.starts_session:
            session_start = event.step
            break
    names = {tag: _text(tag) for tag in tag_ids}
    return Decoded(
        list(names.values()),
        *_group_points(len(tag_ids), points),
        _group_blobs(blobs),
        {name: metadata[tag] for tag, name in names.items() if tag in metadata},
        records,
        session_start,
        malformed,
        empty,
    )


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")


def _step(varint_bytes: bytes | None) -> int:
    return sum((byte & 0x7F) << 7 * i for i, byte in enumerate(varint_bytes or b""))


_Columns = tuple[
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.uint8],
    NDArray[np.int64],
]


def _group_points(tag_count: int, points: list[_Point]) -> _Columns:
    """The points as columns, sorted by tag."""
    count = len(points)
    tag_id = np.fromiter((point[0] for point in points), np.int64, count)
    order = np.argsort(tag_id, kind="stable")
    value = np.fromiter((float(point[3]) for point in points), np.float64, count)
    wide = np.fromiter((type(point[3]) is int and _is_wide(point[3]) for point in points), np.bool_, count)
    with np.errstate(over="ignore", invalid="ignore"):
        exact_float32 = ~wide & ((value.astype(np.float32) == value) | np.isnan(value))
        integral = wide | ((value == np.floor(value)) & (value >= -(2.0**63)) & (value < 2.0**63))
    kinds = np.full(tag_count, FLOAT64, np.uint8)
    kinds[~_any(tag_id, ~exact_float32, tag_count)] = FLOAT32
    kinds[_any(tag_id, wide, tag_count) & ~_any(tag_id, ~integral, tag_count)] = INT64
    integer = np.zeros(0, np.int64)
    if (kinds == INT64).any():
        used = kinds[tag_id] == INT64
        integers = (int(point[3]) if use else 0 for point, use in zip(points, used, strict=True))
        integer = np.fromiter(integers, np.int64, count)[order]
    return (
        np.concatenate(([0], np.cumsum(np.bincount(tag_id, minlength=tag_count)))).astype(np.int64),
        np.fromiter((point[2] for point in points), np.int64, count)[order],
        np.fromiter((point[1] for point in points), np.float64, count)[order],
        value[order],
        kinds,
        integer,
    )


def _group_blobs(blobs: list[_Blob]) -> Blobs:
    """The blobs as columns, sorted by kind and tag."""
    if not blobs:
        return Blobs.none()
    numbers: dict[tuple[bytes, bytes], int] = {}
    keys = np.array([numbers.setdefault(blob[:2], len(numbers)) for _, _, blob in blobs], np.int64)
    order, _, starts = group_keys(keys)

    def column(values: Iterable[int]) -> NDArray[np.int64]:
        return np.fromiter(values, np.int64, len(blobs))[order]

    return Blobs(
        [(_text(kind), _text(tag)) for kind, tag in numbers],
        starts,
        column(step for step, _, _ in blobs),
        np.array([wall_time for _, wall_time, _ in blobs])[order],
        column(blob.content[0] for _, _, blob in blobs),
        column(blob.content[1] - blob.content[0] for _, _, blob in blobs),
        column(blob.metadata[0] if blob.metadata[1] > blob.metadata[0] else 0 for _, _, blob in blobs),
        column(blob.metadata[1] - blob.metadata[0] for _, _, blob in blobs),
    )


def _is_wide(value: float | int) -> bool:
    """Whether an integer needs int64: float64 would round it."""
    return int(float(value)) != value and -(1 << 63) <= value < 1 << 63


def _any(tag_id: NDArray[np.int64], flags: NDArray[np.bool_], tag_count: int) -> NDArray[np.bool_]:
    found = np.zeros(tag_count, np.bool_)
    found[tag_id[flags]] = True
    return found
