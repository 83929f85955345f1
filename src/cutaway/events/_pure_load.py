"""Files as a whole, for the pure twin: see ``core.load``."""

import os
import struct
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events._pure_crc32c import crc32c
from cutaway.events._pure_decode import decode
from cutaway.events._pure_packed import pack, pack_values
from cutaway.events._pure_scan import scan
from cutaway.events.facts import Facts, facts_of
from cutaway.events.kernel_types import FLOAT64, INT64, Buffer, Decoded, Packed, Scan
from cutaway.events.open_file import RegularFile, open_regular
from cutaway.events.tables import (
    BLOCK,
    FEW_POINTS,
    FILE,
    FIRST_BYTES,
    LARGE,
    LARGEST_SERIES,
    LEFT,
    LOADED,
    PIECE,
    SERIES,
    WIDE_BYTES,
    Loaded,
    TagNames,
)
from cutaway.events.wire import MalformedError, fields


def load(
    paths: Sequence[bytes],
    largest: int,
    widest: int = 0,
    piece: int = PIECE,
    note_piece: Callable[[], None] | None = None,
) -> Loaded:
    """See ``core.load``. A wide file is read at once."""
    loading = _Loading()
    for number, path in enumerate(paths):
        loading.take_path(number, path, largest, widest)
        if note_piece is not None:
            note_piece()
    return loading.result()


def load_contents(contents: Sequence[Buffer]) -> Loaded:
    """See ``core.load_contents``."""
    loading = _Loading()
    for number, content in enumerate(contents):
        loading.take(number, memoryview(content), {"size": memoryview(content).nbytes})
    return loading.result()


def changed_files(paths: Sequence[bytes], files: NDArray[np.void]) -> list[int]:
    """See ``core.changed_files``."""
    if len(files) != len(paths):
        raise ValueError(f"files must have a row for each of {len(paths)} paths, not {len(files)}")
    known = zip(*(files[name].tolist() for name in ("device", "inode", "size", "modified", "changed")), strict=True)
    return [number for number, (path, row) in enumerate(zip(paths, known, strict=True)) if _status(path) != row]


def _status(path: bytes) -> tuple[int, ...] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - of thousands of files a Path of each costs as much as this
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


class _Loading:
    def __init__(self) -> None:
        self.files: list[dict[str, Any]] = []
        self.series: list[dict[str, Any]] = []
        self.parts: list[bytes] = []
        self.length = 0
        self.names: dict[tuple[bytes, ...], int] = {}
        self.checksums: list[int] = []
        self.blobs: dict[int, Any] = {}

    def result(self) -> Loaded:
        files, series = np.zeros(len(self.files), FILE), np.zeros(len(self.series), SERIES)
        for rows, facts in ((files, self.files), (series, self.series)):
            for place, each in enumerate(facts):
                for name, value in each.items():
                    rows[name][place] = value
        arena = np.frombuffer(bytearray(b"".join(self.parts)), np.uint8)
        names = [_tag_names(parts) for parts in self.names]
        return Loaded(files, series, arena, names, np.array(self.checksums, np.int64), self.blobs)

    def take_path(self, number: int, path: bytes, largest: int, widest: int) -> None:
        try:
            with open_regular(os.fsdecode(path)) as file:
                status = os.fstat(file.fileno())
                data, is_whole = _bytes_of(file, status.st_size, largest, widest)
        except OSError:
            self.files.append({"outcome": LEFT})
            return
        facts = {"device": status.st_dev, "inode": status.st_ino, "size": status.st_size}
        facts |= {"modified": status.st_mtime_ns, "changed": status.st_ctime_ns}
        self.take(number, memoryview(data), facts, is_whole=is_whole)

    def take(self, number: int, data: memoryview, facts: dict[str, Any], *, is_whole: bool = True) -> None:
        """The bytes of a file, the first ones where they are not the whole, and what is known of it."""
        self.files.append(facts)
        facts["outcome"] = LEFT
        found = scan(data)
        if not len(found.offsets):
            return
        first = _wall_time(data, int(found.offsets[0]), int(found.lengths[0]))
        if first is None:
            return
        facts |= {"has_first": 1, "first_wall_time": first}
        if not is_whole:
            facts["outcome"] = LARGE
            return
        decoded = _usual(data, found)
        if decoded is not None:
            facts |= self._whole(number, bytes(data), found, decoded) | {"outcome": LOADED}

    def _whole(self, number: int, data: bytes, found: Scan, decoded: Decoded) -> dict[str, Any]:
        facts_of_tags = facts_of(decoded.step, decoded.wall_time, decoded.value, decoded.starts)
        first_series, first_checksum = len(self.series), len(self.checksums)
        for i, facts in enumerate(facts_of_tags):
            points = slice(int(decoded.starts[i]), int(decoded.starts[i + 1]))
            columns = decoded.step[points], decoded.wall_time[points], decoded.value[points]
            self._add_series(facts, int(decoded.kinds[i]), *columns)
        whole = len(data) // BLOCK * BLOCK
        self.checksums += [crc32c(data[at : at + BLOCK]) for at in range(0, whole, BLOCK)]
        if decoded.blobs.keys:
            spans = decoded.blobs.metadata_spans()
            self.blobs[number] = decoded.blobs, [data[start : start + length] for start, length in spans]
        parts = [part for tag in decoded.tags for part in (tag.encode(), decoded.metadata.get(tag, b""))]
        finite = decoded.wall_time[np.isfinite(decoded.wall_time)]
        return {
            "names": self.names.setdefault(tuple(parts), len(self.names)),
            "first_series": first_series,
            "series": len(facts_of_tags),
            "points": len(decoded.step),
            "first_point": finite.min() if len(finite) else np.inf,
            "last_point": finite.max() if len(finite) else -np.inf,
            "highest_step": decoded.step.max() if len(decoded.step) else 0,
            "not_finite": sum(facts.not_finite is not None for facts in facts_of_tags),
            "events": len(found.offsets),
            "malformed": decoded.malformed,
            "empty": decoded.empty,
            "first_checksum": first_checksum,
            "checksum": crc32c(data[whole:]) if len(data) > whole else 0,
            "blobs": len(decoded.blobs.step),
        }

    def _add_series(
        self,
        facts: Facts,
        kind: int,
        step: NDArray[np.int64],
        wall_time: NDArray[np.float64],
        value: NDArray[np.float64],
    ) -> None:
        place = self.length
        step_change, step_bytes = self._add_packed(pack(step, False))
        wall_change, wall_bytes = self._add_packed(pack(wall_time.view(np.int64), True))
        with np.errstate(over="ignore"):
            numbers = value if kind == FLOAT64 else value.astype(np.float32)
        packed = None if kind == FLOAT64 else pack_values(numbers.astype(np.float32, copy=False))
        if packed is None:
            self._add(numbers.tobytes())
        else:
            self._add(packed.places.tobytes())
            self._add(packed.data.tobytes())
        self.series.append(
            {
                "points": len(step),
                **{name: getattr(facts, name) for name in _NAMES},
                "not_finite_step": facts.not_finite[0] if facts.not_finite else 0,
                "not_finite": facts.not_finite[1] if facts.not_finite else 0,
                "has_not_finite": facts.not_finite is not None,
                "last": value[-1],
                "step_change": step_change,
                "wall_change": wall_change,
                "place": place,
                "kind": kind,
                "step_bytes": step_bytes,
                "wall_bytes": wall_bytes,
                "value_bytes": 0 if packed is None else len(packed.data),
            }
        )

    def _add_packed(self, packed: Packed) -> tuple[int, int]:
        """The one change, and the bytes of the data."""
        if isinstance(packed.changes, int):
            return packed.changes, 0
        for column in (packed.marks, packed.places, packed.changes):
            self._add(column.tobytes())
        return 0, len(packed.changes)

    def _add(self, part: bytes) -> None:
        """To a multiple of eight bytes."""
        self.parts.append(part + bytes(-len(part) % 8))
        self.length += len(self.parts[-1])


_NAMES = [name for name in Facts._fields if name in cast("dict[str, Any]", SERIES.fields) and name != "not_finite"]


def _bytes_of(file: RegularFile, size: int, largest: int, widest: int) -> tuple[bytearray, bool]:
    """All of a file, or the first bytes of one that is too large, and which; no bytes where it became shorter."""
    is_whole = size <= largest
    data = bytearray(size if size <= largest else min(size, WIDE_BYTES if size <= widest else FIRST_BYTES))
    count = file.read_at(0, memoryview(data))
    if largest < size <= widest and count == len(data) and _is_wide(data, size):
        data, is_whole = bytearray(size), True
        count = file.read_at(0, memoryview(data))
    return data if count == len(data) else bytearray(), is_whole


def _tag_names(parts: tuple[bytes, ...]) -> TagNames:
    """Of tags and their metadata in turn, empty for none."""
    tags = tuple(tag.decode("utf-8", "replace") for tag in parts[::2])
    return TagNames(tags, {tag: metadata for tag, metadata in zip(tags, parts[1::2], strict=True) if metadata})


def _is_wide(data: bytearray, size: int) -> bool:
    """Whether a file of so many bytes, which begins so, has few points of each tag there, and in all no more than a
    table takes."""
    found = scan(data)
    done, points = 0, 0
    tags: set[str] = set()
    while done < len(found.offsets):
        decoded = decode(data, found.offsets[done:], found.lengths[done:])
        if decoded.malformed:
            return False
        done += decoded.records
        points += len(decoded.step)
        tags |= {*decoded.tags, *(tag for _, tag in decoded.blobs.keys)}
    return points < FEW_POINTS * len(tags) and points * size <= LARGEST_SERIES * len(tags) * len(data)


def _usual(data: memoryview, found: Scan) -> Decoded | None:
    if found.damage or found.consumed != len(data) or found.searched != len(data):
        return None
    decoded = decode(data, found.offsets, found.lengths)
    is_usual = decoded.session_start is None and not (decoded.kinds == INT64).any()
    return decoded if is_usual and (np.diff(decoded.starts) <= LARGEST_SERIES).all() else None


def _wall_time(data: memoryview, start: int, length: int) -> float | None:
    """The wall time of a record: 0 where it says none, None where the record is not a message."""
    try:
        for key, value, _ in fields(data, start, start + length):
            if key == 0x09:
                return float(struct.unpack_from("<d", data, value)[0])
    except MalformedError:
        return None
    return 0.0
