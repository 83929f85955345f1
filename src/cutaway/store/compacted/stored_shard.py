"""One shard for its readers: the series of its files, whose points and buckets are read when they are asked for."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from cutaway.store.bucket_rows import BucketRows
from cutaway.store.chunks import Chunk, NumberColumn
from cutaway.store.compacted.chunked import ChunkFacts, ChunkWaits
from cutaway.store.compacted.layout import ENDS, FOOTER, POINTS, SERIES, SHARDS, buckets_name, times_name
from cutaway.store.compacted.manifest import Shard, read_tail
from cutaway.store.compacted.objects import Objects
from cutaway.store.compacted.parquet_file import DamagedError, ParquetRows, numbers, real_numbers
from cutaway.store.compacted.point_group import PointGroup
from cutaway.store.compacted.recent import Recent
from cutaway.store.compacted.stored_chunk import KnownPoints, StoredChunk
from cutaway.store.compacted.stored_chunks import Lines
from cutaway.store.compacted.stored_lines import Columns, draw_stored
from cutaway.store.compacted.stored_table import Place, StoredTable
from cutaway.store.compacted.stored_tag import EndPoints, StoredTag
from cutaway.store.drawn import Drawn, View
from cutaway.store.loaded_series import LoadedSeries
from cutaway.store.series import Frozen, Points, Series

if TYPE_CHECKING:
    from cutaway.store.series_state import State

T = TypeVar("T")

#: The buckets of a tag are read at once where they are in at most so many row groups: a chart wants those of all runs.
_MOST_GROUPS = 128
#: Row groups of points that are read at once: some ten megabytes.
_MOST_AHEAD = 32


class Surroundings(NamedTuple):
    """What shards share."""

    objects: Objects
    recent: Recent
    #: The points of a tag in a file, named by its path below the log directory, read from the event file.
    from_event_file: Callable[[str, str], Points]
    #: Is told of each file of a shard that is damaged, and why.
    note_damage: Callable[[str, str], None]


class StoredShard:
    """The series of a shard. Any thread."""

    def __init__(self, shard: Shard, around: Surroundings) -> None:
        """Reads the table of series. OSError or ValueError where that cannot be read."""
        self.shard, self.around = shard, around
        self._files: dict[str, ParquetRows] = {}
        #: Of the files, by their names, compressed.
        self._footers: dict[str, bytes] = {}
        self._damaged: set[str] = set()
        #: By the numbers of their first series.
        self._tags: dict[int, StoredTag] = {}
        #: The row group of points behind those that were read last, and how many these were.
        self._ahead = (-1, 0)
        self._read_series()

    def series_of(self, file: str) -> LoadedSeries:
        """The series of a file by their tags, in the order of the tags' first points."""
        return self.table.series_of(file)

    def _read_series(self) -> None:
        import pyarrow as pa

        try:
            self.table = StoredTable(read_tail(self.around.objects, self.shard, SERIES), self)
        except (KeyError, TypeError, IndexError, AttributeError, pa.ArrowException) as error:
            raise ValueError(f"{SERIES} of shard {self.shard.name} is damaged") from error
        for key, footer in self.table.metadata.items():
            self._footers[key.decode().removeprefix(FOOTER)] = footer

    def made(self, place: Place, facts: Frozen | None, chunks: list[ChunkFacts]) -> Series:
        """See Maker."""
        if facts is not None:
            return _StoredSeries(self, place, facts, self._tag(place)).thawed(chunks)
        self._note(SERIES, DamagedError("facts of a series cannot be understood"))
        return Series.of(cast("State", self.around.from_event_file(place.file, place.tag).state))

    def draw(self, place: Place, lines: Lines, view: View) -> list[tuple[list[int], Drawn]]:
        """See Maker."""
        return draw_stored(lines, view, self._tag(place), self._columns)

    def _tag(self, place: Place) -> StoredTag:
        first = place.of_tag[0]
        if first not in self._tags:
            self._tags[first] = StoredTag(_TagRows(self, place.of_tag), place.coarsest)
        return self._tags[first]

    def rows(self, place: Place, width: int, chunk: int, *, with_times: bool) -> BucketRows | None:
        """See StoredSeries."""
        rows = self._of_series(buckets_name(width), place.of_tag, place.number, _decoded)
        if rows is None:
            return None
        if with_times:
            times = self._of_series(times_name(width), place.of_tag, place.number, _decoded_times)
            if times is None:
                return None
            if len(times[0]) != len(rows.chunk):
                self._note(times_name(width), DamagedError("it has other buckets"))
                return None
            rows = rows._replace(first_time=times[0], last_time=times[1])
        low, high = rows.chunk.searchsorted([chunk, chunk + 1]).tolist()
        if low == high:
            self._note(buckets_name(width), DamagedError("buckets are not where they should be"))
            return None
        return rows.chosen(slice(low, high))

    def ends(self, place: Place, start: int, stop: int) -> KnownPoints | None:
        """See StoredSeries."""
        found = self._of_series(ENDS, place.of_tag, place.number, _decoded_ends)
        if found is None:
            return None
        series, points = found
        low, high = series.searchsorted([place.number, place.number + 1]).tolist()
        begin, end = (low + points.position[low:high].searchsorted([start, stop])).tolist()
        columns: list[Any] = [column[begin:end] for column in points]
        return KnownPoints(*columns)

    def waits(self, place: Place) -> list[ChunkWaits | None]:
        """See StoredTable."""
        return self.table.waits(place)

    def buckets_of_tag(self, of_tag: tuple[int, int], width: int) -> BucketRows | None:
        """See TagRows."""
        return self._of_series(buckets_name(width), of_tag, None, _decoded)

    def ends_of_tag(self, of_tag: tuple[int, int]) -> EndPoints | None:
        """See TagRows."""
        found = self._of_series(ENDS, of_tag, None, _decoded_ends)
        if found is None:
            return None
        series, points = found
        return EndPoints(self.table.places(series, points.position), points.step, points.value)

    def _of_series(
        self, name: str, of_tag: tuple[int, int], number: int | None, decode: Callable[[Any], tuple[T, int]]
    ) -> T | None:
        """Rows of a file that is sorted by series: those of a tag, with others, or where these are too many those of
        the one with a number. None without a number then, and where they cannot be read."""
        if name in self._damaged:
            return None
        try:
            file = self._file(name)
            first, last = file.groups_of_series(*of_tag)
            if last - first > _MOST_GROUPS:
                if number is None:
                    return None
                first, last = file.groups_of_series(number, number)
            return self.around.recent.get((file.key, first, last), lambda: decode(file.read(first, last)))
        except DamagedError as error:
            self._note(name, error)
            return None

    def chunk(self, place: Place, dtype: np.dtype[np.generic], start: int, stop: int) -> Chunk:
        """See StoredSeries."""

        def make() -> tuple[Chunk, int]:
            chunk = Chunk.of(*self.points(place, dtype, start, stop))
            return chunk, chunk.nbytes

        return self.around.recent.get((self.shard.name, place.row + start, stop - start), make)

    def points(
        self, place: Place, dtype: np.dtype[np.generic], start: int, stop: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NumberColumn]:
        """See StoredSeries."""
        if POINTS not in self._damaged:
            try:
                return self._stored_points(dtype, place.row + start, place.row + stop)
            except DamagedError as error:
                self._note(POINTS, error)
        points = self.around.from_event_file(place.file, place.tag)
        return points.steps(start, stop), points.wall_times(start, stop), points.values(start, stop)

    def _stored_points(
        self, dtype: np.dtype[np.generic], start: int, stop: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NumberColumn]:
        """Those from one row up to another."""
        file = self._file(POINTS)
        first, last = file.groups_of_rows(start, stop)
        row, parts = file.first_row(first), []
        for group in self._groups(file, first, last):
            low, high = max(start - row, 0), min(stop - row, len(group))
            parts.append((group.step[low:high], group.wall_time[low:high], group.values(dtype, low, high)))
            row += len(group)
        step, wall_time, value = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
        if len(step) != stop - start:
            raise DamagedError("points are not where they should be")
        return step, wall_time, value

    def _columns(self, start: int, stop: int) -> Columns | None:
        """Steps and values of the points from one row up to another; None where they cannot be read."""
        if POINTS in self._damaged:
            return None
        try:
            file = self._file(POINTS)
            first, last = file.groups_of_rows(start, stop)
            groups, row = self._groups(file, first, last), file.first_row(first)
            step, value = (np.concatenate(column) for column in zip(*((g.step, g.real) for g in groups), strict=True))
        except DamagedError as error:
            self._note(POINTS, error)
            return None
        found = step[start - row : stop - row], value[start - row : stop - row]
        return found if len(found[0]) == stop - start else None

    def _groups(self, file: ParquetRows, first: int, stop: int) -> list[PointGroup]:
        """Row groups from one up to another. Where they follow those that were read last, twice as many are read: a
        chart goes from run to run."""
        recent = self.around.recent
        found: list[Any] = [recent.known((file.key, group)) for group in range(first, stop)]
        while None in found:
            missing = first + found.index(None)
            ahead = min(2 * self._ahead[1], _MOST_AHEAD) if self._ahead[0] == missing else 1
            end = min(max(missing + ahead, stop), file.groups)
            self._ahead = (end, ahead)
            for group, table in zip(range(missing, end), file.read_each(missing, end), strict=True):
                kept = recent.get((file.key, group), partial(_sized, table))
                if group < stop:
                    found[group - first] = kept
        return found

    def _file(self, name: str) -> ParquetRows:
        if name not in self._files:
            rows = ParquetRows(self.around.objects, self.shard, name, self._footers.get(name))
            # Another thread may have been first.
            return self._files.setdefault(name, rows)
        return self._files[name]

    def _note(self, name: str, error: DamagedError) -> None:
        if name not in self._damaged:
            self._damaged.add(name)
            self.around.note_damage(f"{SHARDS}{self.shard.name}/{name}", str(error))


class _TagRows:
    """See TagRows in `stored_tag`."""

    def __init__(self, shard: StoredShard, of_tag: tuple[int, int]) -> None:
        self._shard, self._of_tag = shard, of_tag

    def buckets(self, width: int) -> BucketRows | None:
        """See TagRows."""
        return self._shard.buckets_of_tag(self._of_tag, width)

    def ends(self) -> EndPoints | None:
        """See TagRows."""
        return self._shard.ends_of_tag(self._of_tag)


class _StoredSeries:
    """See StoredSeries in `stored_chunk`."""

    def __init__(self, shard: StoredShard, place: Place, facts: Frozen, tag: StoredTag) -> None:
        self._shard, self._place, self._facts = shard, place, facts
        self.dtype, self.coarsest, self.row, self.tag = facts.dtype, place.coarsest, place.row, tag

    def thawed(self, chunks: list[ChunkFacts]) -> Series:
        """The series as others know it, which goes on behind the points that are stored."""
        stored: list[StoredChunk] = []
        start = 0
        for facts in chunks:
            stored.append(StoredChunk(self, self._place.chunk + len(stored), start, facts))
            start += facts.points
        return Series.thawed(stored, self._facts)

    def chunk(self, start: int, stop: int) -> Chunk:
        """See StoredSeries."""
        return self._shard.chunk(self._place, self.dtype, start, stop)

    def points(self, start: int, stop: int) -> tuple[NDArray[np.int64], NDArray[np.float64], NumberColumn]:
        """See StoredSeries."""
        return self._shard.points(self._place, self.dtype, start, stop)

    def rows(self, width: int, chunk: int, *, with_times: bool) -> BucketRows | None:
        """See StoredSeries."""
        return self._shard.rows(self._place, width, chunk, with_times=with_times)

    def waits(self, chunk: int) -> ChunkWaits | None:
        """See StoredSeries."""
        found = self._shard.waits(self._place)
        number = chunk - self._place.chunk
        return found[number] if number < len(found) else None

    def ends(self, start: int, stop: int) -> KnownPoints | None:
        """See StoredSeries."""
        return self._shard.ends(self._place, start, stop)


def _sized(table: Any) -> tuple[PointGroup, int]:
    group = PointGroup(table)
    return group, group.nbytes


def _decoded(table: Any) -> tuple[BucketRows, int]:
    """The buckets, and how many bytes they take."""
    chunk, bucket, position = (numbers(table, name).astype(np.int64) for name in ("chunk", "bucket", "position"))
    counts = [numbers(table, name).astype(np.int64) for name in ("count", "nan", "pos_inf", "neg_inf")]
    values = [numbers(table, "mean"), *(_doubles(table, name) for name in ("min", "max"))]
    ends = [numbers(table, "first_step"), numbers(table, "last_step")]
    ends += [_doubles(table, name) for name in ("first", "last")]
    # The times are elsewhere.
    columns: list[Any] = [chunk, bucket, position, *counts, *values, *ends, values[0], values[0]]
    return BucketRows(*columns), sum(column.nbytes for column in columns[:-2])


def _decoded_times(table: Any) -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], int]:
    """The wall times of the first and the last points, and how many bytes they take."""
    first, last = (numbers(table, f"{name}_wall_time_bits").view(np.float64) for name in ("first", "last"))
    return (first, last), first.nbytes + last.nbytes


def _decoded_ends(table: Any) -> tuple[tuple[NDArray[np.int64], KnownPoints], int]:
    """The series of each row and the points, and how many bytes they take."""
    series, position = (numbers(table, name).astype(np.int64) for name in ("series", "position"))
    columns = position, numbers(table, "step"), numbers(table, "wall_time_bits")
    integer = table["value_int64"]
    is_used = integer.null_count < len(integer)
    whole = integer.fill_null(0).to_numpy() if is_used else np.zeros(len(integer), np.int64)
    points = KnownPoints(*columns, _doubles(table, "value"), whole)
    return (series, points), series.nbytes + sum(column.nbytes for column in points)


def _doubles(table: Any, name: str) -> NDArray[np.float64]:
    return real_numbers(table, name).astype(np.float64, copy=False)
