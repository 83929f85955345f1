"""Points to buckets, for the pure twin: see ``core.Reduction``, ``draw`` and ``summarize`` there."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events._pure_packed import floats_of, numbers_of
from cutaway.events.kernel_types import Buckets, Drawn, LinePart, Packed, PackedValues, Selection, Summary, Values
from cutaway.events.selection import selection_of

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


def draw(
    parts: list[LinePart],
    edges: NDArray[np.float64],
    most: int,
    length: int,
    *,
    huge: bool = False,
    skipped: int = 0,
    offset: float = 0.0,
    single: bool = False,
    low: float = -np.inf,
    high: float = np.inf,
) -> Drawn:
    """See ``core.draw``."""
    reduction = Reduction(edges, huge=huge)
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
    found = reduction.selection(most, length)
    inside = int(np.searchsorted(line_x, high)) - int(np.searchsorted(line_x, low))
    places = found.sent - skipped
    if len(places) and (places[0] < 0 or places[-1] >= len(line_x)):
        return Drawn(reduction.before, found, None, None, inside)
    y = line_y[places].astype(np.float32) if single else line_y[places]
    return Drawn(reduction.before, found, line_x[places] - offset, y, inside)


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
