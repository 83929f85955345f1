"""Points to buckets, for the pure twin: see ``Reduction``, ``summarize`` and ``draw_lines`` in ``core``."""

import math
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events._pure_packed import floats_of, numbers_of
from cutaway.events.kernel_types import (
    Buckets,
    DrawnLines,
    LineInParts,
    Packed,
    PackedValues,
    Selection,
    Summary,
    Values,
)
from cutaway.events.selection import selection_of
from cutaway.events.series_row import SeriesRow

#: Of larger values a sum of many might overflow.
_LARGE = 2.0**900
_Values = NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int64]


class Reduction:
    """See ``core.Reduction``. What is added is kept, and sorted when it is asked for."""

    def __init__(self, edges: NDArray[np.float64], *, huge: bool = False) -> None:
        self._edges = np.asarray(edges, np.float64)
        if not len(self._edges):
            raise ValueError("edges must not be empty")
        self._scale = 2.0**-64 if huge else 1.0
        self._bucket = [np.empty(0, np.int64)]
        self._value = [np.empty(0)]
        self.before = 0
        self.low, self.high = float(self._edges[0]), float(self._edges[-1])

    def skip(self, count: int) -> None:
        """See ``core.Reduction``."""
        self.before += count

    def add(self, x: NDArray[np.float64] | NDArray[np.int64], value: _Values) -> None:
        """See ``core.Reduction``."""
        if len(x) != len(value):
            raise ValueError(f"x and value must be equally long, got {len(x)} and {len(value)}")
        place = np.searchsorted(self._edges, x.astype(np.float64), "right")
        self.before += int(np.count_nonzero(place == 0))
        inside = (place > 0) & (place < len(self._edges))
        self._bucket.append(place[inside] - 1)
        self._value.append(value[inside].astype(np.float64))

    def add_packed(
        self, packed: Packed, value: Values, summaries: tuple[Summary, Summary], start: int, stop: int
    ) -> None:
        """See ``core.Reduction``."""
        if not 0 <= start <= stop <= len(value):
            raise ValueError(f"[{start}, {stop}) is not within {len(value)} values")
        numbers, values = numbers_of(packed, len(value))[start:stop], plain(value)[start:stop]
        self.add(numbers.view(np.float64) if packed.is_float else numbers, values)

    def buckets(self) -> Buckets:
        """See ``core.Reduction``."""
        bucket, value = np.concatenate(self._bucket), np.concatenate(self._value)
        return _reduce(bucket, value, len(self._edges) - 1, self._scale)

    def selection(self, most: int, length: int) -> Selection:
        """See ``core.Reduction``."""
        return selection_of(self.buckets(), self.before, most, length)


def opened(packed: Packed, value: Values, summaries: tuple[Summary, Summary]) -> Packed:
    """See ``core.opened``."""
    return packed


def draw_lines(
    lines: list[LineInParts],
    edges: NDArray[np.float64],
    most: int,
    *,
    single: bool = False,
    details: bool = False,
    low: float = -np.inf,
    high: float = np.inf,
) -> DrawnLines:
    """See ``core.draw_lines``."""
    facts, columns = [], []
    for line in lines:
        of_line, of_columns = _drawn(line, edges, most, low, high)
        facts.append(of_line)
        columns.append(of_columns)
    before, stop, inside, is_known = np.array(facts, np.int64).reshape(-1, 4).T
    points, buckets, marks = (
        np.cumsum([0, *(len(of_line[number]) for of_line in columns)], dtype=np.int64) for number in (0, 3, 7)
    )
    parts = zip(*columns, strict=True) if columns else [()] * len(_DTYPES)
    found: list[Any] = [
        np.concatenate([np.empty(0, dtype), *part]).astype(dtype) for dtype, part in zip(_DTYPES, parts, strict=True)
    ]
    found[2] = found[2].astype(np.float32) if single else found[2]
    if not details:
        found[-3:] = [column[:0] for column in found[-3:]]
    return DrawnLines(before, stop, inside, is_known > 0, points, buckets, marks, *found)


def draw_rows(
    tables: list[tuple[NDArray[np.void], NDArray[np.uint8]]],
    edges: NDArray[np.float64],
    most: int,
    *,
    single: bool = False,
    details: bool = False,
    low: float = -np.inf,
    high: float = np.inf,
) -> DrawnLines:
    """See ``core.draw_rows``."""
    lines: list[LineInParts] = []
    for series, arena in tables:
        for row in map(SeriesRow._make, series.tolist()):
            step, _, value = row.columns(arena)
            huge = row.lowest <= row.highest and max(abs(row.lowest), abs(row.highest)) > _LARGE
            lines.append(([(step, value, None, 0, row.points)], row.points, 0, 0.0, huge))
    return draw_lines(lines, edges, most, single=single, details=details, low=low, high=high)


#: Those of the columns of a line.
_DTYPES: list[type[np.generic]] = [
    np.int64, np.float64, np.float64, np.uint32, np.float64, np.float64, np.float64,
    np.uint32, np.uint32, np.uint32, np.uint32, np.uint32, np.float64, np.float64,
]  # fmt: skip


def _drawn(
    line: LineInParts, edges: NDArray[np.float64], most: int, low: float, high: float
) -> tuple[tuple[int, int, int, bool], tuple[NDArray[Any], ...]]:
    """Of one line the facts, and the columns from ``sent`` on."""
    parts, length, skipped, offset, huge = line
    reduction = Reduction(edges + offset, huge=huge)
    reduction.skip(skipped)
    every_x, every_y = [np.empty(0)], [np.empty(0)]
    for x, value, _, first, last in parts:
        if not 0 <= first <= last <= len(value):
            raise ValueError(f"[{first}, {last}) is not within {len(value)} values")
        if isinstance(x, Packed):
            numbers = numbers_of(x, len(value))
            column = numbers.view(np.float64) if x.is_float else numbers.astype(np.float64)
        else:
            column = cast("NDArray[np.float64]", x).astype(np.float64)
        values = plain(value)[first:last]
        reduction.add(column[first:last], values)
        every_x.append(column[first:last])
        every_y.append(values.astype(np.float64))
    line_x, line_y = np.concatenate(every_x), np.concatenate(every_y)
    end = skipped + len(line_x)
    if not 0 <= skipped <= end <= length:
        raise ValueError(f"points [{skipped}, {end}) are not within a line of {length}")
    found = reduction.selection(most, length)
    inside = np.searchsorted(line_x, math.nextafter(high + offset, math.inf)) - np.searchsorted(line_x, low + offset)
    places = found.sent - skipped
    is_known = not len(places) or bool(places[0] >= 0 and places[-1] < len(line_x))
    x, y = (line_x[places] - offset, line_y[places]) if is_known else (np.zeros(len(places)), np.zeros(len(places)))
    ends = (line_y[found.first - skipped], line_y[found.last - skipped])
    return (reduction.before, found.stop, int(inside), is_known), (
        found.sent, x, y, found.bucket, found.mean, found.min, found.max,
        found.mark, found.nan, found.pos_inf, found.neg_inf, found.total, *ends,
    )  # fmt: skip


def _reduce(bucket: NDArray[np.int64], value: NDArray[np.float64], size: int, scale: float) -> Buckets:
    finite = np.isfinite(value)
    lowest = np.full(size, np.inf)
    highest = np.full(size, -np.inf)
    kept_bucket, kept = bucket[finite], value[finite]
    np.minimum.at(lowest, kept_bucket, kept)
    np.maximum.at(highest, kept_bucket, kept)
    count = np.bincount(kept_bucket, minlength=size)
    empty = count == 0
    lowest[empty] = highest[empty] = np.nan
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        # The second sum, of what the first mean leaves over, corrects its rounding.
        kept = kept * scale
        mean = np.bincount(kept_bucket, kept, size) / count
        mean += np.bincount(kept_bucket, kept - mean[kept_bucket], size) / count
        mean = np.clip(mean / scale, lowest, highest)
    return Buckets(
        count.astype(np.uint32),
        _count(bucket, np.isnan(value), size),
        _count(bucket, value == np.inf, size),
        _count(bucket, value == -np.inf, size),
        mean,
        lowest,
        highest,
    )


def _count(bucket: NDArray[np.int64], chosen: NDArray[np.bool_], size: int) -> NDArray[np.uint32]:
    return cast("NDArray[np.uint32]", np.bincount(bucket[chosen], minlength=size).astype(np.uint32))


def summarize(value: Values, width: int) -> Summary:
    """See ``core.summarize``."""
    if not 0 < width <= 65535:
        raise ValueError(f"width must be from 1 to 65,535, got {width}")
    blocks = len(value) // width
    numbers = plain(value)[: blocks * width].astype(np.float64)
    scale = 2.0**-64 if len(numbers) and np.nanmax(np.where(np.isinf(numbers), 0, abs(numbers))) > 2.0**900 else 1.0
    found = _reduce(np.repeat(np.arange(blocks), width), numbers, blocks, scale)
    counts = np.stack([found.count, found.nan, found.pos_inf, found.neg_inf])
    return Summary(counts.astype(np.uint16), np.stack([found.mean, found.min, found.max]))


def plain(value: Values) -> _Values:
    """Values as they were before they were packed."""
    return floats_of(value) if isinstance(value, PackedValues) else value
