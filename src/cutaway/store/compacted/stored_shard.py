"""One shard for its readers: the series of its files, whose points and buckets are read when they are asked for."""

import io
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.store.bucket_rows import BucketRows
from cutaway.store.chunks import Chunk, NumberColumn
from cutaway.store.compacted.layout import POINTS, SERIES, SHARDS, WITH_ENDS, buckets_name
from cutaway.store.compacted.manifest import Shard, read_tail
from cutaway.store.compacted.objects import Objects
from cutaway.store.compacted.parquet_file import DamagedError, ParquetRows
from cutaway.store.compacted.recent import Recent
from cutaway.store.compacted.series_state import SeriesState, decode_state
from cutaway.store.compacted.stored_chunk import StoredChunk
from cutaway.store.series import Points, Series

#: The buckets of a tag are read at once where they are in at most so many row groups: a chart wants those of all runs.
_MOST_GROUPS = 32


class Surroundings(NamedTuple):
    """What shards share."""

    objects: Objects
    recent: Recent
    #: The points of a tag in a file, named by its path below the log directory, read from the event file.
    from_event_file: Callable[[str, str], Points]
    #: Is told of each file of a shard that is damaged, and why.
    note_damage: Callable[[str, str], None]


class _Place(NamedTuple):
    """Where a series is in its shard."""

    tag: str
    file: str
    number: int
    #: The first and the last series of the tag.
    of_tag: tuple[int, int]
    #: Its first row among all points.
    row: int


class StoredShard:
    """The series of a shard. Any thread."""

    def __init__(self, shard: Shard, around: Surroundings) -> None:
        """Reads the table of series. OSError or ValueError where that cannot be read."""
        self.shard, self.around = shard, around
        self._files: dict[str, ParquetRows] = {}
        self._damaged: set[str] = set()
        #: By file: the number of the tag in the file, the tag, and the series.
        self._series: dict[str, list[tuple[int, str, Series]]] = {}
        self._read_series()

    def series_of(self, file: str) -> dict[str, Series]:
        """The series of a file by their tags, in the order of the tags' first points."""
        return {tag: series for _, tag, series in sorted(self._series.get(file, ()), key=lambda each: each[0])}

    def _read_series(self) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        try:
            data = read_tail(self.around.objects, self.shard, SERIES)
            columns = parquet.read_table(io.BytesIO(data)).to_pydict()
            tags = np.array(columns["tag"], object)
            edges = np.flatnonzero(np.append(True, tags[1:] != tags[:-1])) if len(tags) else np.empty(0, np.int64)
            row = 0
            for number, tag in enumerate(columns["tag"]):
                place = int(edges.searchsorted(number, "right"))
                last = int(edges[place]) - 1 if place < len(edges) else len(tags) - 1
                where = _Place(tag, columns["file"][number], number, (int(edges[place - 1]), last), row)
                series = _StoredSeries(self, where, decode_state(columns["state"][number])).thawed()
                if len(series) != columns["points"][number]:
                    raise ValueError("numbers of points differ")
                self._series.setdefault(where.file, []).append((columns["number"][number], tag, series))
                row += len(series)
        except (KeyError, TypeError, IndexError, pa.ArrowException) as error:
            raise ValueError(f"{SERIES} of shard {self.shard.name} is damaged") from error

    def rows(self, place: _Place, width: int, start: int, stop: int) -> BucketRows | None:
        """See StoredSeries."""
        name = buckets_name(width)
        if name in self._damaged:
            return None
        try:
            file = self._file(name)
            first, last = file.groups_of_series(*place.of_tag)
            if last - first > _MOST_GROUPS:
                first, last = file.groups_of_series(place.number, place.number)
            key = (file.key, first, last)
            series, rows = self.around.recent.get(key, lambda: _decoded(file.read(first, last), width))
        except DamagedError as error:
            self._note(name, error)
            return None
        low, high = series.searchsorted([place.number, place.number + 1]).tolist()
        begin, end = (low + rows.position[low:high].searchsorted([start, stop])).tolist()
        return rows.chosen(slice(begin, end))

    def chunk(self, place: _Place, dtype: np.dtype[np.generic], start: int, stop: int) -> Chunk:
        """See StoredSeries."""

        def make() -> tuple[Chunk, int]:
            columns = self._points(place, dtype, start, stop)
            chunk = Chunk.of(*columns)
            return chunk, chunk.nbytes

        return self.around.recent.get((self.shard.name, place.row + start, stop - start), make)

    def _points(
        self, place: _Place, dtype: np.dtype[np.generic], start: int, stop: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NumberColumn]:
        if POINTS not in self._damaged:
            try:
                file = self._file(POINTS)
                first, last = file.groups_of_rows(place.row + start, place.row + stop)
                table = self.around.recent.get((file.key, first, last), partial(_sized, file, first, last))
                part = table.slice(place.row + start - file.first_row(first), stop - start)
                column = {"float32": "value", "float64": "value_float64", "int64": "value_int64"}[dtype.name]
                if part[column].null_count or part.num_rows != stop - start:
                    raise DamagedError("values are not where they should be")
                wall_time = part["wall_time_bits"].to_numpy().view(np.float64)
                return part["step"].to_numpy(), wall_time, part[column].to_numpy()
            except DamagedError as error:
                self._note(POINTS, error)
        points = self.around.from_event_file(place.file, place.tag)
        return points.steps(start, stop), points.wall_times(start, stop), points.values(start, stop)

    def _file(self, name: str) -> ParquetRows:
        return self._files.setdefault(name, ParquetRows(self.around.objects, self.shard, name))

    def _note(self, name: str, error: DamagedError) -> None:
        if name not in self._damaged:
            self._damaged.add(name)
            self.around.note_damage(f"{SHARDS}{self.shard.name}/{name}", str(error))


class _StoredSeries:
    """See StoredSeries in `stored_chunk`."""

    def __init__(self, shard: StoredShard, place: _Place, state: SeriesState) -> None:
        self._shard, self._place, self._state = shard, place, state
        self.dtype, self.coarsest = state.facts.dtype, state.coarsest

    def thawed(self) -> Series:
        """The series as others know it, which goes on behind the points that are stored."""
        chunks, start = [], 0
        for facts in self._state.chunks:
            chunks.append(StoredChunk(self, start, facts))
            start += facts.points
        return Series.thawed(chunks, self._state.facts)

    def chunk(self, start: int, stop: int) -> Chunk:
        """See StoredSeries."""
        return self._shard.chunk(self._place, self.dtype, start, stop)

    def rows(self, width: int, start: int, stop: int) -> BucketRows | None:
        """See StoredSeries."""
        return self._shard.rows(self._place, width, start, stop)


def _sized(file: ParquetRows, first: int, last: int) -> tuple[Any, int]:
    table = file.read(first, last)
    return table, table.nbytes


def _decoded(table: Any, width: int) -> tuple[tuple[NDArray[np.int64], BucketRows], int]:
    """The series of each row and the buckets, and how many bytes they take."""
    series, bucket, position = (table[name].to_numpy().astype(np.int64) for name in ("series", "bucket", "position"))
    counts = [table[name].to_numpy().astype(np.int64) for name in ("count", "nan", "pos_inf", "neg_inf")]
    values = [table["mean"].to_numpy(), *(_values(table, name) for name in ("min", "max"))]
    if width >= WITH_ENDS:
        ends = [table["first_step"].to_numpy(), table["last_step"].to_numpy()]
        ends += [_values(table, name) for name in ("first", "last")]
        ends += [table[f"{name}_wall_time_bits"].to_numpy().view(np.float64) for name in ("first", "last")]
    else:
        # There are none, and nobody asks for them.
        ends = [bucket, bucket, *[values[0]] * 4]
    rows = BucketRows(np.zeros(len(bucket), np.int64), bucket, position, *counts, *values, *ends)
    return (series, rows), series.nbytes + sum(column.nbytes for column in rows)


def _values(table: Any, name: str) -> NDArray[np.float64]:
    """A column that is float32 or float64, row by row."""
    narrow, wide = table[name], table[f"{name}_float64"]
    column: NDArray[np.float64] = narrow.to_numpy().astype(np.float64)
    return column if not narrow.null_count else np.where(narrow.is_null().to_numpy(), wide.to_numpy(), column)
