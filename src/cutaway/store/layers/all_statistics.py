"""All statistics of a few rows: over the buckets of a chart, or of one stretch of steps as a whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.watch_layout import MAGNITUDE_BINS, WEIGHT
from cutaway.store.layers.layer_map import Buckets
from cutaway.store.layers.log_layers import RunLayers
from cutaway.store.layers.series import LayerSeries
from cutaway.store.layers.statistics import STATISTICS, LayerColumns, Numbers

#: Logging steps that are read at a time.
_AT_ONCE = 1024


@dataclass
class Spread:
    """One statistic of some rows over some logging steps; NaN where there is none."""

    least: float = np.nan
    greatest: float = np.nan
    total: float = 0.0
    finite: int = 0

    def add(self, values: Numbers) -> None:
        """Take in further values."""
        if values.size:
            self.least = float(np.fmin(self.least, np.fmin.reduce(values, axis=None)))
            self.greatest = float(np.fmax(self.greatest, np.fmax.reduce(values, axis=None)))
            finite = values[np.isfinite(values)]
            self.total += float(finite.sum(dtype=np.float64))
            self.finite += len(finite)

    @property
    def mean(self) -> float:
        """Of the values that are finite."""
        return self.total / self.finite if self.finite else np.nan


@dataclass(frozen=True)
class Stretch:
    """What was measured of some rows over some logging steps."""

    #: The first and the last of the logging steps, None where there is none; and how many there are.
    first: int | None
    last: int | None
    count: int
    #: When the first of them was recorded, and the first of all: seconds since the epoch, None where there is none.
    wall_time: float | None
    start: float | None
    statistics: Mapping[str, Spread]
    #: Elements of all rows and steps together, by the names of their columns: zeros, nan, pos_inf, neg_inf.
    elements: Mapping[str, float]


def stretch_of(layers: RunLayers, series: LayerSeries, rows: Sequence[int], first_step: int, last_step: int) -> Stretch:
    """All statistics of some rows between two steps, ends included."""
    start = int(np.searchsorted(series.steps, first_step))
    stop = int(np.searchsorted(series.steps, last_step, "right"))
    spreads = {name: Spread() for name in statistics_of(series)}
    elements = dict.fromkeys(("zeros", "nan", "pos_inf", "neg_inf"), 0.0)
    for begin in range(start, stop, _AT_ONCE):
        columns = series.of_rows(rows, begin, min(begin + _AT_ONCE, stop))
        for name, values in _values(layers, series, columns):
            spreads[name].add(values)
        for name in elements:
            elements[name] += float(np.nansum(columns.column(name), dtype=np.float64))
    some = stop > start
    return Stretch(
        int(series.steps[start]) if some else None,
        int(series.steps[stop - 1]) if some else None,
        stop - start,
        float(series.wall_time[start]) if some else None,
        float(series.wall_time[0]) if some else None,
        spreads,
        elements,
    )


@dataclass(frozen=True)
class RowCurves:
    """All statistics of one row in the buckets of a chart: arrays [b]."""

    #: By the name of the statistic: the least, the mean and the greatest, float32 each.
    bands: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]]
    #: uint8: the marks of each bucket.
    marks: NDArray[np.uint8]


def curves_of(layers: RunLayers, series: LayerSeries, row: int, buckets: Buckets) -> RowCurves:
    """All statistics of one row over its steps."""
    start = int(np.searchsorted(series.steps, buckets.span[0]))
    stop = start + int(buckets.sizes.sum(dtype=np.int64))
    columns = series.of_rows([row], start, stop)
    starts = np.append(0, np.cumsum(buckets.sizes, dtype=np.int64))[: len(buckets.sizes)]
    bands = {}
    for name, values in _values(layers, series, columns):
        of_row = values[:, 0].astype(np.float32)
        finite = np.isfinite(of_row)
        totals = _reduced(np.add, np.where(finite, of_row, 0).astype(np.float64), starts)
        with np.errstate(all="ignore"):
            mean = (totals / _reduced(np.add, finite.astype(np.int64), starts)).astype(np.float32)
        bands[name] = _reduced(np.fmin, of_row, starts), mean, _reduced(np.fmax, of_row, starts)
    return RowCurves(bands, _reduced(np.bitwise_or, columns.marks()[:, 0], starts))


def magnitudes_of(series: LayerSeries, row: int, buckets: Buckets) -> NDArray[np.uint32]:
    """uint32[b, MAGNITUDE_BINS]: how many elements of a row have each magnitude, of all logging steps of a bucket."""
    start = int(np.searchsorted(series.steps, buckets.span[0]))
    stop = start + int(buckets.sizes.sum(dtype=np.int64))
    if stop == start:
        return np.empty((0, MAGNITUDE_BINS), np.uint32)
    starts = np.append(0, np.cumsum(buckets.sizes, dtype=np.int64))[: len(buckets.sizes)]
    return np.add.reduceat(series.magnitudes(row, start, stop), starts, axis=0, dtype=np.uint32)


def statistics_of(series: LayerSeries) -> list[str]:
    """The names of the statistics that a kind has."""
    return [each.name for each in STATISTICS.values() if series.kind in each.kinds or each.of is not None]


def _values(layers: RunLayers, series: LayerSeries, columns: LayerColumns) -> Iterator[tuple[str, Numbers]]:
    """[n, rows] of each statistic."""
    for name in statistics_of(series):
        of = STATISTICS[name].of
        if of is not None:
            yield name, of(columns)
        else:
            yield name, _ratio(columns, layers.find(series.prefix, WEIGHT))


def _ratio(columns: LayerColumns, weights: LayerSeries | None) -> Numbers:
    """[n, rows]: rms over that of the weights of the same name at the same steps; NaN where there are none."""
    found = np.full(columns.values.shape[:2], np.nan)
    if weights is None or not len(weights) or not len(columns.steps):
        return found
    own = {name: row for row, name in enumerate(weights.layout.rows)}
    pairs = [(row, own[name]) for row, name in enumerate(columns.layout.rows) if name in own]
    start = int(np.searchsorted(weights.steps, columns.steps[0]))
    stop = int(np.searchsorted(weights.steps, columns.steps[-1], "right"))
    if not pairs or start == stop:
        return found
    mine, theirs = (list(each) for each in zip(*pairs, strict=True))
    below = weights.of_rows(theirs, start, stop)
    at = np.minimum(np.searchsorted(below.steps, columns.steps), len(below.steps) - 1)
    with np.errstate(all="ignore"):
        ratio = columns.rms()[:, mine] / below.rms()[at]
    found[:, mine] = np.where((below.steps[at] == columns.steps)[:, None], ratio, np.nan)
    return found


def _reduced(function: np.ufunc, values: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[Any]:
    """Of each bucket."""
    return function.reduceat(values, starts) if len(starts) else values[:0]
