"""The content of an index file: the state of an event file up to some byte of it.

The file is one record as event files have them, so that its checksum covers everything. In the record: four bytes that
put the rest at a multiple of eight, the length of a JSON document, the document, and the arrays that it refers to
as [place, numbers, dtype]. The layout is private: an index of another version is not read.
"""

import json
from collections import Counter
from dataclasses import asdict
from itertools import pairwise
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.block_checksums import BlockChecksums
from cutaway.events.kernel_types import Packed, PackedValues, Values
from cutaway.events.reader import Damage
from cutaway.store.blobs import BlobSeries
from cutaway.store.chunks import Chunk
from cutaway.store.event_file import EventFile
from cutaway.store.float_bits import bits_of, float_of
from cutaway.store.loaded_series import LoadedSeries
from cutaway.store.progress import Progress
from cutaway.store.series import Frozen, Series
from cutaway.store.series_state import NO_STEPS

VERSION = 8
_FRAME_HEAD = 12
_HEAD = 20
_DTYPES = frozenset({"uint8", "uint32", "int64", "float32", "float64"})

Document = dict[str, Any]


class Arrays:
    """Arrays one behind the other, each at a multiple of eight bytes."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.length = 0

    def add(self, array: NDArray[Any]) -> list[Any]:
        """Where the array is, as [place, numbers, dtype]."""
        place, data = self.length, array.tobytes()
        self.parts += [data, bytes(-len(data) % 8)]
        self.length += len(data) + -len(data) % 8
        return [place, len(array), str(array.dtype)]


def encode_index(file: EventFile, identity: str, modified: int, version: str) -> bytes:
    """The index of the part that was read of a file with an identity.

    ``modified`` says when the file was written to, ``version`` what it was then; empty where another content may have
    the same.
    """
    arrays = Arrays()
    blocks, numbers = file.checksums.columns()
    document = {
        "version": VERSION,
        "identity": identity,
        "modified": modified,
        "file_version": version,
        "offset": file.bytes_read,
        "checksums": [arrays.add(blocks), *numbers],
        "session_starts": file.session_starts,
        "times": [file.first_wall_time, file.started, file.last_wall_time],
        "progress": asdict(file.progress),
        "points": file.points,
        "records": dict(file.record_counts),
        "malformed": file.malformed,
        "plugins": file.plugin_of,
        "damage": [[damage.offset, damage.length] for damage in file.damage],
        "damaged_bytes": file.damaged_bytes,
        "metadata": {tag: data.hex() for tag, data in file.metadata.items()},
        "scalars": {tag: _series(series, arrays) for tag, series in file.scalars.items()},
        "blobs": [[kind, tag, *_blobs(series, arrays)] for (kind, tag), series in file.blobs.items()],
    }
    text = json.dumps(document).encode("ascii")
    text += b" " * (-(_FRAME_HEAD + _HEAD + len(text)) % 8)
    head = bytes(4) + len(text).to_bytes(16, "little")
    return core.frame(b"".join([head, text, *arrays.parts]))


def decode_index(data: memoryview) -> tuple[Document, memoryview]:
    """The document and the bytes that its arrays are in. ValueError for data that is damaged or of another version."""
    found = core.scan(data)
    if len(found.offsets) != 1 or int(found.offsets[0]) != _FRAME_HEAD or found.consumed != len(data):
        raise ValueError("the index is damaged")
    length = int.from_bytes(data[_FRAME_HEAD + 4 : _FRAME_HEAD + _HEAD], "little")
    start = _FRAME_HEAD + _HEAD
    document = json.loads(bytes(data[start : start + length]))
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise ValueError("the index is of another version")
    return document, data[start + length : len(data) - 4]


def checksums_of(document: Document, data: memoryview) -> BlockChecksums:
    """The checksums of the event file's blocks. ValueError or TypeError for columns that hold none."""
    blocks, *numbers = document["checksums"]
    length, last, settled, last_settled = numbers
    return BlockChecksums.of(_array(blocks, data), (length, last, settled, last_settled))


def metadata_of(document: Document) -> dict[str, bytes]:
    """The first SummaryMetadata of those scalar tags that have one."""
    return {tag: bytes.fromhex(text) for tag, text in document["metadata"].items()}


def restore(file: EventFile, document: Document, data: memoryview) -> None:
    """Fill a file that nothing has been read of."""
    file.session_starts = document["session_starts"]
    file.first_wall_time, file.started, file.last_wall_time = document["times"]
    file.progress = Progress(**document["progress"])
    file.points, file.damaged_bytes = document["points"], document["damaged_bytes"]
    file.record_counts = Counter(document["records"])
    file.malformed = document["malformed"]
    file.plugin_of = dict(document["plugins"])
    file.damage = [Damage(offset, length) for offset, length in document["damage"]]
    file.metadata = metadata_of(document)
    file.scalars = LoadedSeries.of({tag: _restored_series(one, data) for tag, one in document["scalars"].items()})
    file.not_finite_tags = {tag: None for tag, series in file.scalars.items() if series.points.not_finite is not None}
    file.blobs = {(kind, tag): _restored_blobs(stored, data) for kind, tag, *stored in document["blobs"]}


def _series(series: Series, arrays: Arrays) -> list[Any]:
    chunks, facts = series.frozen()
    stored = [[_packed(c.step, arrays), _packed(c.wall_time, arrays), _values(c.value, arrays)] for c in chunks]
    not_finite = facts.not_finite and (facts.not_finite[0], bits_of(facts.not_finite[1]))
    breaks, dtype = cast("Any", arrays.add(facts.breaks)), cast("Any", str(facts.dtype))
    return [stored, facts._replace(breaks=breaks, dtype=dtype, not_finite=not_finite)]


def _packed(packed: Packed, arrays: Arrays) -> list[Any]:
    if isinstance(packed.changes, int):
        return [packed.first, packed.changes]
    return [packed.first, arrays.add(packed.changes), arrays.add(packed.marks), arrays.add(packed.places)]


def _values(value: Values, arrays: Arrays) -> list[Any]:
    if isinstance(value, PackedValues):
        return [arrays.add(value.data), value.length, arrays.add(value.places)]
    return [arrays.add(value)]


def _restored_series(stored: list[Any], data: memoryview) -> Series:
    chunks = [
        Chunk(_restored_packed(step, data, False), _restored_packed(wall, data, True), _restored_values(value, data))
        for step, wall, value in stored[0]
    ]
    facts = Frozen(*stored[1])
    sessions = tuple((position, session) for position, session in facts.sessions)
    breaks = _array(cast("list[Any]", facts.breaks), data)
    not_finite = None if facts.not_finite is None else (facts.not_finite[0], float_of(cast("int", facts.not_finite[1])))
    known = facts._replace(breaks=breaks, dtype=np.dtype(facts.dtype), sessions=sessions, not_finite=not_finite)
    return Series.thawed(chunks, known)


def _restored_packed(stored: list[Any], data: memoryview, is_float: bool) -> Packed:
    first, changes, *blocks = stored
    if isinstance(changes, int):
        return Packed(first, changes, NO_STEPS, is_float)
    marks, places = (_array(column, data) for column in blocks)
    return Packed(first, _array(changes, data), marks, is_float, places)


def _restored_values(stored: list[Any], data: memoryview) -> Values:
    column, *blocks = stored
    if not blocks:
        return cast("Values", _array(column, data))
    length, places = blocks
    return PackedValues(length, _array(places, data), _array(column, data))


def _blobs(series: BlobSeries, arrays: Arrays) -> list[Any]:
    places = series.places
    columns = [arrays.add(column) for column in (places.step, places.wall_time, places.offset, places.length)]
    return [series.metadata.hex(), places.sessions, *columns]


def _restored_blobs(stored: list[Any], data: memoryview) -> BlobSeries:
    metadata, sessions, *columns = stored
    series = BlobSeries()
    series.metadata = bytes.fromhex(metadata)
    step, wall_time, offset, length = (_array(column, data) for column in columns)
    edges = [0, *(position for position, _ in sessions), len(step)]
    for (start, stop), session in zip(pairwise(edges), [0, *(number for _, number in sessions)], strict=True):
        series.append(step[start:stop], wall_time[start:stop], offset[start:stop], length[start:stop], session)
    return series


def _array(stored: list[Any], data: memoryview) -> NDArray[Any]:
    place, count, dtype = stored
    if dtype not in _DTYPES:
        raise ValueError(f"the index has an array of {dtype!r}")
    return np.frombuffer(data, dtype, count, place)
