"""Making one shard: reading event files, and writing their scalars as Parquet.

The same event files give the same bytes, whichever process or machine makes the shard.
"""

import base64
import copy
import hashlib
import io
import json
import math
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.core import natural_key
from cutaway.store.bucket_rows import BucketRows, joined, rows_of
from cutaway.store.collection import collection_held
from cutaway.store.compacted.chosen import objects_at
from cutaway.store.compacted.chunked import Batch, ChunkFacts, batch_of, coarsest_width
from cutaway.store.compacted.layout import (
    BUCKET_ROWS,
    END_POINTS,
    ENDS,
    FILES,
    FOOTER,
    POINT_ROWS,
    POINTS,
    SERIES,
    SHARDS,
    VERSION,
    WITH_TIMES,
    buckets_name,
    buckets_schema,
    files_schema,
    points_schema,
    series_schema,
    times_name,
    times_schema,
    widths,
)
from cutaway.store.compacted.manifest import Shard, StoredObject
from cutaway.store.compacted.objects import Objects
from cutaway.store.compacted.series_state import encode_state, encode_waits
from cutaway.store.compacted.sorted_rows import SortedRows
from cutaway.store.compacted.source import Source, source_at
from cutaway.store.event_file import EventFile
from cutaway.store.index_format import encode_index
from cutaway.store.loaded_series import LoadedSeries
from cutaway.store.progress import Progress
from cutaway.store.series import Points

#: Points of a tag that are worked on at a time.
_MOST_AT_ONCE = 1 << 20
#: Float32 values have a column of their own; integers that float64 cannot hold are there twice.
_KINDS = {"float32": 0, "float64": 1, "int64": 2}


class ShardTask(NamedTuple):
    """What a shard is to be made of, as plain data for another process."""

    #: The log directory and the compacted directory.
    source: str
    target: str
    #: (run, file) of each event file; the file is named by its path below the log directory.
    files: tuple[tuple[str, str], ...]


class _Stored(NamedTuple):
    """One series of the shard."""

    tag: str
    run: str
    file: str
    #: Its number among the tags of its file.
    number: int
    points: Points


def build_shard(task: ShardTask) -> Shard | None:
    """Make a shard and put its objects; None where none of the files has anything that could be read."""
    source, objects = source_at(task.source), objects_at(task.target)
    if source.place.has_versions:
        # So that no file is asked for by itself.
        source.place.find()
    with collection_held(), tempfile.TemporaryDirectory(prefix="cutaway-") as scratch:
        directory = Path(scratch)
        read = [(run, name, file) for run, name in task.files if (file := _read(source, name)) is not None]
        if not read:
            return None
        series = sorted(
            (
                _Stored(tag, run, name, number, points)
                for run, name, file in read
                for number, (tag, columns) in enumerate(file.scalars.items())
                if len(points := columns.points)
            ),
            key=lambda each: (natural_key(each.tag), each.tag, natural_key(each.run), each.run, each.file),
        )
        _write_points(directory, series)
        _write_files(directory / FILES, read)
        stored, name = _stored_objects(directory)
        for key in stored:
            objects.put(f"{SHARDS}{name}/{key}", directory / key)
    return Shard(
        name,
        VERSION,
        stored,
        files=len(read),
        bytes=sum(file.bytes_read for _, _, file in read),
        runs=len({run for run, _, _ in read}),
        tags=len({each.tag for each in series}),
        series=len(series),
        points=sum(len(each.points) for each in series),
    )


def is_whole(objects: Objects, shard: Shard) -> bool:
    """Whether all objects of a shard are there, of the sizes that they had."""
    there = {item.key: item.size for item in objects.list(f"{SHARDS}{shard.name}/")}
    return all(there.get(f"{SHARDS}{shard.name}/{key}") == stored.size for key, stored in shard.objects.items())


def _read(source: Source, name: str) -> EventFile | None:
    """All records of an event file; None where there is not one that can be read."""
    file = EventFile(source.path(name), source.place)
    file.check()
    while file.pending and not file.gone:
        batch = file.read()
        if batch is None:
            break
        file.apply(batch)
    return None if file.gone or file.trouble or not file.bytes_read else file


def _write_points(directory: Path, series: list[_Stored]) -> None:
    """The points, those at the ends of chunks, the buckets and the table of series."""
    rows: dict[str, list[Any]] = {name: [] for name in series_schema().names}
    chunks = 0
    with ExitStack() as stack:
        points = stack.enter_context(SortedRows(directory / POINTS, points_schema(), POINT_ROWS))
        ends = stack.enter_context(SortedRows(directory / ENDS, points_schema(with_position=True), BUCKET_ROWS))
        buckets: dict[str, SortedRows] = {}
        first = 0
        for tag, of_tag in _by_tag(series):
            coarsest = coarsest_width([each.points for each in of_tag])
            for some in _some_at_once(of_tag):
                batch = batch_of([each.points for each in some])
                columns = _point_columns(first, some, batch)
                points.add(columns)
                at_ends = _places_of_ends(batch)
                ends.add({name: column.take(at_ends) for name, column in columns.items()})
                for width, found in _levels(batch, coarsest):
                    of_buckets = _bucket_columns(first, chunks, some, batch, found)
                    for name, schema in _files_of(width).items():
                        if name not in buckets:
                            buckets[name] = stack.enter_context(SortedRows(directory / name, schema, BUCKET_ROWS))
                        buckets[name].add(of_buckets)
                _add_series(rows, first, tag, some, batch, coarsest)
                first += len(some)
                chunks += len(batch.facts)
            for writer in (points, ends, *buckets.values()):
                writer.end_tag()
    _write_table(directory / SERIES, rows, series_schema().with_metadata(_footers(directory)))


def _by_tag(series: list[_Stored]) -> Iterator[tuple[str, list[_Stored]]]:
    of_tag: dict[str, list[_Stored]] = {}
    for each in series:
        of_tag.setdefault(each.tag, []).append(each)
    yield from of_tag.items()


def _some_at_once(series: list[_Stored]) -> Iterator[list[_Stored]]:
    some: list[_Stored] = []
    number = 0
    for each in series:
        some.append(each)
        number += len(each.points)
        if number >= _MOST_AT_ONCE:
            yield some
            some, number = [], 0
    if some:
        yield some


def _levels(batch: Batch, coarsest: int) -> Iterator[tuple[int, BucketRows]]:
    """The buckets of each width, from the narrowest that any chunk has on."""
    finest = np.array([chunk.finest for chunk in batch.facts], np.int64)
    if not finest.any():
        return
    number = np.repeat(np.arange(len(finest)), np.diff(batch.starts))
    rows: BucketRows | None = None
    for width in widths(int(finest[finest > 0].min()), coarsest):
        begun = finest == width
        parts = [] if rows is None else [joined(rows, width // 4, width)]
        if begun.all():
            parts.append(rows_of(number, batch.position, batch.step, batch.wall_time, batch.value, width))
        elif begun.any():
            chosen = begun[number]
            place = number[chosen], batch.position[chosen]
            point = batch.step[chosen], batch.wall_time[chosen], batch.value[chosen]
            parts.append(rows_of(*place, *point, width))
        rows = parts[0] if len(parts) == 1 else _in_order(parts)
        yield width, rows


def _files_of(width: int) -> dict[str, Any]:
    """The schemas of the files that buckets of a width are in, by their names."""
    files = {buckets_name(width): buckets_schema()}
    return files | {times_name(width): times_schema()} if width >= WITH_TIMES else files


def _in_order(parts: list[BucketRows]) -> BucketRows:
    columns: list[Any] = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return BucketRows(*(column[order] for column in columns))


def _point_columns(first: int, some: list[_Stored], batch: Batch) -> dict[str, Any]:
    import pyarrow as pa

    lengths = [len(each.points) for each in some]
    kinds = np.repeat([_KINDS[each.points.dtype.name] for each in some], lengths)
    integer = np.zeros(len(kinds), np.int64)
    if (kinds == 2).any():
        places = np.cumsum([0, *lengths])
        for each, start in zip(some, places.tolist(), strict=False):
            if each.points.dtype == np.int64:
                integer[start : start + len(each.points)] = each.points.values(0, len(each.points))
    return {
        "series": pa.array(np.repeat(np.arange(first, first + len(some), dtype=np.int32), lengths)),
        "position": pa.array(batch.position),
        "step": pa.array(batch.step),
        "wall_time_bits": pa.array(batch.wall_time.view(np.int64)),
        "value": _there(batch.value, kinds == 0, np.float32),
        "value_float64": _there(batch.value, kinds > 0, np.float64),
        "value_int64": _there(integer, kinds == 2, np.int64),
    }


def _places_of_ends(batch: Batch) -> NDArray[np.int64]:
    """Where the first and the last points of the chunks are in a batch, in ascending order."""
    begins, lengths = batch.starts[:-1], np.diff(batch.starts)
    number = np.arange(2 * END_POINTS)
    # From the begin, and then towards the end, of which a short chunk has fewer.
    place = np.where(number < END_POINTS, number, lengths[:, None] - 2 * END_POINTS + number)
    is_new = (place < lengths[:, None]) & ((number < END_POINTS) | (place >= END_POINTS))
    return (begins[:, None] + place)[is_new]


def _bucket_columns(first: int, chunks: int, some: list[_Stored], batch: Batch, rows: BucketRows) -> dict[str, Any]:
    """``first`` is the number of the first series, and ``chunks`` that of the first chunk."""
    series = batch.series[rows.chunk]
    is_narrow = np.array([each.points.dtype == np.float32 for each in some])[series]
    columns: dict[str, Any] = {
        "series": (series + first).astype(np.int32),
        "chunk": (rows.chunk + chunks).astype(np.int32),
        "bucket": rows.bucket,
        "position": rows.position,
        "count": rows.finite.astype(np.int32),
        "nan": rows.nan.astype(np.int32),
        "pos_inf": rows.pos_inf.astype(np.int32),
        "neg_inf": rows.neg_inf.astype(np.int32),
        "mean": rows.mean,
        "first_step": rows.first_step,
        "last_step": rows.last_step,
        "first_wall_time_bits": rows.first_time.view(np.int64),
        "last_wall_time_bits": rows.last_time.view(np.int64),
    }
    values = {"min": rows.min, "max": rows.max, "first": rows.first, "last": rows.last}
    for name, value in values.items():
        columns[name] = _there(value, is_narrow, np.float32)
        columns[f"{name}_float64"] = _there(value, ~is_narrow, np.float64)
    return columns


def _there(column: NDArray[Any], chosen: NDArray[np.bool_], dtype: Any) -> Any:
    """Some rows of a column in a dtype that holds them; null elsewhere."""
    import pyarrow as pa

    if not chosen.any():
        return pa.nulls(len(column), pa.from_numpy_dtype(dtype))
    with np.errstate(over="ignore"):
        numbers = column.astype(dtype, copy=False)
    return pa.array(numbers, mask=None if chosen.all() else ~chosen, from_pandas=False)


def _add_series(
    rows: dict[str, list[Any]], first: int, tag: str, some: list[_Stored], batch: Batch, coarsest: int
) -> None:
    """``first`` is the number of the first series."""
    edges = np.searchsorted(batch.series, np.arange(len(some) + 1)).tolist()
    for number, each in enumerate(some):
        points, chosen = each.points, slice(edges[number], edges[number + 1])
        step, _, last = points.last
        values = (
            first + number, tag, each.run, each.file, len(points), points.lowest_step, points.highest_step, step,
            points.lowest, points.highest, last, points.not_finite is not None, each.number,
            points.dtype.name, len(points.breaks) > 0, coarsest, [_columns_of(facts) for facts in batch.facts[chosen]],
            encode_state(points), encode_waits(batch.waits[chosen]),
        )  # fmt: skip
        for name, value in zip(rows, values, strict=True):
            rows[name].append(value)


def _columns_of(facts: ChunkFacts) -> dict[str, Any]:
    return facts._asdict() | {"stride": facts.stride or 0, "is_even": int(facts.stride is not None)}


def _footers(directory: Path) -> dict[str, bytes]:
    """The footers of the files that are there, compressed; not that of the points, which is long and seldom wanted."""
    import pyarrow as pa

    found = {}
    for path in sorted(path for path in directory.iterdir() if path.name != POINTS):
        with path.open("rb") as file:
            footer, _ = _tail(file, whole=False)
        # Some readers want all metadata to be text.
        found[FOOTER + path.name] = base64.b64encode(pa.compress(footer, codec="zstd", asbytes=True))
    return found


def _tail(file: BinaryIO, *, whole: bool) -> tuple[bytes, int]:
    """The footer of a Parquet file, or all of it, and its size."""
    size = file.seek(0, io.SEEK_END)
    file.seek(size - 8)
    length = size if whole else int.from_bytes(file.read(4), "little") + 8
    file.seek(size - length)
    return file.read(), size


def _write_files(path: Path, read: list[tuple[str, str, EventFile]]) -> None:
    """What the shard covers, and what else is known of these files: places of values of other kinds, and damage."""
    rows: dict[str, list[Any]] = {name: [] for name in files_schema().names}
    for run, name, file in read:
        status = file.place.stat(file.path)
        without_scalars = copy.copy(file)
        without_scalars.scalars = LoadedSeries()
        is_same = status.size == file.size and status.modified == file.modified and status.identity == file.identity
        times = (file.first_wall_time, file.started, file.last_wall_time)
        values = (
            run, name, file.bytes_read, json.dumps(status) if is_same else "", int(_is_plain(file)),
            file.points, file.step_span[1], *(math.nan if time is None else time for time in times),
            encode_index(without_scalars, status.identity, status.modified, without_scalars.version),
        )  # fmt: skip
        for column, value in zip(rows, values, strict=True):
            rows[column].append(value)
    _write_table(path, rows, files_schema())


def _is_plain(file: EventFile) -> bool:
    """Whether nothing but the facts in the columns is needed of it until somebody asks for its points."""
    others = file.record_counts or file.blobs or file.session_starts or file.malformed or file.damaged_bytes
    of_points = Progress(file.started, file.last_wall_time, file.step_span[1], True)
    return not others and file.bytes_read == file.size and file.points > 0 and file.progress == of_points


def _write_table(path: Path, rows: dict[str, list[Any]], schema: Any) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table(rows, schema=schema)
    parquet.write_table(table, path, compression="zstd", write_page_checksum=True)


def _stored_objects(directory: Path) -> tuple[dict[str, StoredObject], str]:
    """The facts of all files, and a name that is made of their content."""
    stored: dict[str, StoredObject] = {}
    content = hashlib.sha256()
    for path in sorted(directory.iterdir()):
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while data := file.read(8 << 20):
                digest.update(data)
            tail, size = _tail(file, whole=path.name in (SERIES, FILES))
            stored[path.name] = StoredObject(size, len(tail), core.crc32c(tail))
        content.update(f"{path.name} {digest.hexdigest()}\n".encode())
    return stored, content.hexdigest()[:32]
