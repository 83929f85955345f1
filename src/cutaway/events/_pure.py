"""The kernel's four functions in Python and NumPy: what runs where the native twin could not be built.

Same results as ``_core`` (property tests compare them); see ``core`` for what the functions do.
"""

import operator
import re
import struct
from typing import cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events._pure_crc32c import crc32c, mask, masked_of_headers, masked_of_records
from cutaway.events._pure_event import float_bits, parse_event
from cutaway.events.kernel_types import FLOAT32, FLOAT64, INT64, Buckets, Buffer, Decoded, Scan, Tags, Values
from cutaway.events.wire import MalformedError, bytes_field, double_field, varint, varint_field

HEADER_BYTES = 12
FRAME_BYTES = 16
#: Failed data checks of one scan may cover this many times the buffer; see ``core.scan``.
SEARCH_BUDGET = 8
#: A protobuf message is smaller than 2 GiB: a header that promises more is none.
LARGEST_PAYLOAD = 0x7FFFFFFF

_RECORD, _SHORT, _UNSETTLED, _SKIP, _WRONG = range(5)
_BATCHES = (64, 1 << 16)


def scan(data: Buffer, *, inside_tail: bool = False, in_gap: bool = False) -> Scan:
    """See ``core.scan``."""
    return _Scanner(data).run(inside_tail, in_gap)


class _Scanner:
    def __init__(self, buffer: Buffer) -> None:
        self.buffer = buffer
        self.data = np.frombuffer(buffer, np.uint8)
        self.size = len(self.data)
        self.offsets: list[int] = []
        self.lengths: list[int] = []
        self.spent = 0

    def run(self, inside_tail: bool, in_gap: bool) -> Scan:
        position = 0
        gap = 0 if in_gap else -1
        unsettled = -1
        damage: list[tuple[int, int]] = []
        while True:
            if gap < 0:
                position = self._follow(position)
            state, length = self._look(position, searching=gap >= 0)
            if state == _SHORT or (state == _UNSETTLED and not inside_tail):
                break
            if state == _RECORD:
                if gap >= 0:
                    damage.append((gap, position - gap))
                gap = unsettled = -1
                self.offsets.append(position + HEADER_BYTES)
                self.lengths.append(length)
                position += length + FRAME_BYTES
                continue
            if gap < 0:
                gap = position
            if state == _SKIP:
                position += length + FRAME_BYTES
                continue
            if state == _UNSETTLED and unsettled < 0:
                unsettled = position
            position = self._next_header(position + 1)
        return Scan(
            np.array(self.offsets, np.int64),
            np.array(self.lengths, np.int64),
            gap if gap >= 0 else position,
            damage,
            unsettled if unsettled >= 0 else position,
        )

    def _follow(self, position: int) -> int:
        """Take valid records one behind the other, many at a time; returns where the first other one starts."""
        batch, largest = _BATCHES
        read_length = struct.Struct("<Q").unpack_from
        while True:
            offsets: list[int] = []
            lengths: list[int] = []
            end = position
            for _ in range(batch):
                if self.size - end < FRAME_BYTES:
                    break
                length: int = read_length(self.buffer, end)[0]
                if length > min(self.size - end - FRAME_BYTES, LARGEST_PAYLOAD):
                    break
                offsets.append(end + HEADER_BYTES)
                lengths.append(length)
                end += length + FRAME_BYTES
            good = self._valid_prefix(np.array(offsets, np.int64), np.array(lengths, np.int64))
            self.offsets += offsets[:good]
            self.lengths += lengths[:good]
            if good < batch:
                return end if good == len(offsets) else offsets[good] - HEADER_BYTES
            position = end
            batch = min(batch * 4, largest)

    def _valid_prefix(self, offsets: NDArray[np.int64], lengths: NDArray[np.int64]) -> int:
        """How many of these frames are valid before the first that is not."""
        header_length = np.full(len(offsets), 8, np.int64)
        checksums = masked_of_records(self.data, offsets - HEADER_BYTES, header_length)
        headers = checksums == self._uint32(offsets - 4)
        good = len(offsets) if headers.all() else int(np.argmin(headers))
        offsets, lengths = offsets[:good], lengths[:good]
        payloads = masked_of_records(self.data, offsets, lengths) == self._uint32(offsets + lengths)
        return good if payloads.all() else int(np.argmin(payloads))

    def _uint32(self, positions: NDArray[np.int64]) -> NDArray[np.uint32]:
        if not len(positions):
            return np.zeros(0, np.uint32)
        return cast("NDArray[np.uint32]", self.data[positions[:, None] + np.arange(4)].view("<u4")[:, 0])

    def _look(self, position: int, *, searching: bool) -> tuple[int, int]:
        """What is at ``position``: (state, length of the payload)."""
        if self.size - position < HEADER_BYTES:
            return _SHORT, 0
        if not self._valid_header(position):
            return _WRONG, 0
        (length,) = struct.unpack_from("<Q", self.buffer, position)
        if length > self.size - position - FRAME_BYTES:
            return _UNSETTLED, 0
        may_check = not searching or self.spent <= SEARCH_BUDGET * self.size
        if may_check and self._valid_payload(position, length):
            return _RECORD, length
        behind = position + length + FRAME_BYTES
        if self.size - behind < HEADER_BYTES:
            return _UNSETTLED, 0
        return (_SKIP if self._valid_header(behind) else _WRONG), length

    def _valid_header(self, position: int) -> bool:
        length_bytes, checksum = struct.unpack_from("<8sI", self.buffer, position)
        return mask(crc32c(length_bytes)) == checksum and int.from_bytes(length_bytes, "little") <= LARGEST_PAYLOAD

    def _valid_payload(self, position: int, length: int) -> bool:
        offsets = np.array([position + HEADER_BYTES], np.int64)
        lengths = np.array([length], np.int64)
        good = bool(masked_of_records(self.data, offsets, lengths)[0] == self._uint32(offsets + lengths)[0])
        if not good:
            self.spent += length
        return good

    def _next_header(self, position: int) -> int:
        """The first place from ``position`` on with a valid header, or where less than a header is left."""
        last = self.size - HEADER_BYTES
        window = 1 << 10
        while position <= last:
            end = min(position + window, last + 1)
            expected = self.data[np.arange(position, end)[:, None] + np.arange(8, 12)].view("<u4")[:, 0]
            hits = np.flatnonzero(masked_of_headers(self.data[position : end + 7]) == expected)
            if hits.size:
                return position + int(hits[0])
            position = end
            window = min(window * 4, 1 << 18)
        return position


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


def encode(wall_time: float, step: int, tags: Tags, values: Values) -> bytes:
    """See ``core.encode``."""
    if len(tags) != len(values):
        raise ValueError(f"tags and values must be equally many, got {len(tags)} and {len(values)}")
    wall_time, step = _real(wall_time), operator.index(step)
    if not -(1 << 63) <= step < 1 << 63:
        raise OverflowError(f"step must fit into a signed 64-bit integer, got {step}")
    pairs = zip(tags, values, strict=True)
    summary = b"".join(bytes_field(1, _encode_value(tag, value)) for tag, value in pairs)
    time_field = double_field(1, wall_time) if struct.pack("<d", wall_time) != bytes(8) else b""
    return frame(time_field + varint_field(2, step) + bytes_field(5, summary))


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
    content = bytes(payload)
    length = struct.pack("<Q", len(content))
    header = length + struct.pack("<I", mask(crc32c(length)))
    if len(content) < 1024:
        checksum = mask(crc32c(content))
    else:
        whole = np.array([0], np.int64), np.array([len(content)], np.int64)
        checksum = int(masked_of_records(np.frombuffer(content, np.uint8), *whole)[0])
    return header + content + struct.pack("<I", checksum)


def reduce(
    coordinate: NDArray[np.float64],
    value: NDArray[np.float32] | NDArray[np.float64],
    level: int,
    origin: int,
    size: int,
) -> Buckets:
    """See ``core.reduce``."""
    if len(coordinate) != len(value):
        lengths = f"{len(coordinate)} and {len(value)}"
        raise ValueError(f"coordinate and value must be equally long, got {lengths}")
    if size < 0:
        raise ValueError(f"size must not be negative, got {size}")
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        place = np.floor(np.ldexp(coordinate, -level))
        known = np.abs(place) < 2.0**62
        index = np.where(known, place, 0).astype(np.int64) - origin
        inside = known & (index >= 0) & (index < size)
        index, numbers = index[inside], value[inside].astype(np.float64)
        finite = np.isfinite(numbers)
        lowest = np.full(size, np.inf)
        highest = np.full(size, -np.inf)
        kept_index, kept = index[finite], numbers[finite]
        np.minimum.at(lowest, kept_index, kept)
        np.maximum.at(highest, kept_index, kept)
        count = np.bincount(kept_index, minlength=size)
        empty = count == 0
        lowest[empty] = highest[empty] = np.nan
        # Scaled where a sum could overflow; the second sum, of what the first mean leaves over, corrects its
        # rounding.
        scale = 2.0**-64 if kept.size and np.abs(kept).max() > 2.0**900 else 1.0
        kept = kept * scale
        mean = np.bincount(kept_index, kept, size) / count
        mean += np.bincount(kept_index, kept - mean[kept_index], size) / count
        mean = np.clip(mean / scale, lowest, highest)
    return Buckets(
        count.astype(np.uint32),
        _count(index, np.isnan(numbers), size),
        _count(index, numbers == np.inf, size),
        _count(index, numbers == -np.inf, size),
        mean,
        lowest,
        highest,
    )


def _count(index: NDArray[np.int64], chosen: NDArray[np.bool_], size: int) -> NDArray[np.uint32]:
    return cast("NDArray[np.uint32]", np.bincount(index[chosen], minlength=size).astype(np.uint32))
