"""A statistic of many rows over steps, reduced to the screen: the buckets of a chart, and in each the worst value."""

import math
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.events.watch_layout import WEIGHT
from cutaway.store.layers.log_layers import RunLayers
from cutaway.store.layers.series import LayerSeries
from cutaway.store.layers.statistics import MEASURED, STATISTICS
from cutaway.store.layers.step_values import Block, StepValues
from cutaway.store.window import Range, bucket_of, choose_level

#: What stands for the logging steps of a bucket: the worst of them, see `Statistic.worst`, or their mean.
Of = Literal["worst", "mean"]
#: Logging steps, evenly chosen, of which a row's median is taken.
_OF_MEDIAN = 1024
_LARGEST_STEP = int(np.iinfo(np.int64).max)


class Buckets(NamedTuple):
    """The logging steps of a range, in buckets of 2**level steps, those that have any."""

    level: int
    #: int64[b] each: the first and the last logging step of each bucket.
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    #: uint32[b]: how many there are.
    sizes: NDArray[np.uint32]
    #: The steps that the buckets cover, ends included.
    span: tuple[int, int]


class Reduced(NamedTuple):
    """All that is shown of a statistic in each bucket, for each row: arrays [b, rows]."""

    buckets: Buckets
    #: float32; NaN where there is none.
    greatest: NDArray[np.float32]
    least: NDArray[np.float32]
    #: float64: the sum of the values that are finite, and uint32: how many those are.
    total: NDArray[np.float64]
    finite: NDArray[np.uint32]
    #: uint8: the marks of all logging steps of the bucket.
    marks: NDArray[np.uint8]

    def mean(self) -> NDArray[np.float32]:
        """float32[b, rows]: of the values that are finite."""
        with np.errstate(all="ignore"):
            return (self.total / self.finite).astype(np.float32)

    def worst(self, of: Literal["greatest", "magnitude", "sum"]) -> NDArray[np.float32]:
        """float32[b, rows]: the worst value of each bucket."""
        if of == "sum":
            return np.where(self.marks & MEASURED, self.total, np.nan).astype(np.float32)
        if of == "magnitude":
            return farthest(self.greatest, self.least)
        return self.greatest


def farthest(greatest: NDArray[np.float32], least: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of two numbers each the one that is farther from zero."""
    with np.errstate(all="ignore"):
        return np.where(np.abs(least) > np.abs(greatest), least, greatest)


def buckets_of(steps: NDArray[np.int64], shown: Range | None, most: int) -> Buckets:
    """At most so many buckets of ascending logging steps in a range; None is all of them. No bucket is less than a step
    wide."""
    if not len(steps):
        none = np.empty(0, np.int64)
        return Buckets(0, none, none, none.astype(np.uint32), (0, -1))
    low, high = (float(steps[0]), float(steps[-1])) if shown is None else shown
    level = min(max(choose_level(low, high, most), 0), 63)
    first = _step(bucket_of(low, level) << level)
    last = _step(((bucket_of(high, level) + 1) << level) - 1)
    begin, end = _between(steps, first, last)
    inside = steps[begin:end]
    starts = _starts(inside >> level)
    ends = np.append(starts[1:], len(inside))[: len(starts)]
    counts = (ends - starts).astype(np.uint32)
    return Buckets(level, inside[starts], inside[ends - 1], counts, (first, last))


def bucket_before(steps: NDArray[np.int64], at: float) -> Buckets:
    """The last of ascending logging steps that is at a place or before it; none where all are behind it."""
    end = int(np.searchsorted(steps, _step(math.floor(at)), "right"))
    step = steps[max(0, end - 1) : end]
    span = (int(step[0]), int(step[0])) if len(step) else (0, -1)
    return Buckets(0, step, step, np.ones(len(step), np.uint32), span)


def reduced(
    layers: RunLayers,
    series: LayerSeries,
    name: str,
    buckets: Buckets,
    values: StepValues,
    *,
    row: int | None = None,
    with_sums: bool = True,
) -> Reduced:
    """A statistic of all rows, or of one, in each bucket; without sums ``total`` and ``finite`` are zero."""
    rows = len(series.layout.rows) if row is None else 1
    shape = len(buckets.first), rows
    found = Reduced(
        buckets,
        np.full(shape, np.nan, np.float32),
        np.full(shape, np.nan, np.float32),
        np.zeros(shape),
        np.zeros(shape, np.uint32),
        np.zeros(shape, np.uint8),
    )
    numbers = buckets.first >> buckets.level
    for own, steps, block in _blocks(layers, series, name, buckets.span, values):
        which: NDArray[np.int64] | slice = own
        if row is not None:
            columns = np.flatnonzero(own == row)
            if not len(columns):
                continue
            block = Block(block.values[:, columns], block.marks[:, columns])
            which = np.zeros(1, np.int64)
        elif len(own) == rows and np.array_equal(own, np.arange(rows)):
            which = slice(None)
        _add(found, numbers, steps >> buckets.level, which, block, with_sums=with_sums)
    return found


def medians(layers: RunLayers, series: LayerSeries, name: str, values: StepValues) -> NDArray[np.float32]:
    """float32[rows]: the median of each row's magnitudes over all of its logging steps, of many a thousand of them
    evenly chosen; NaN for a row without any."""
    rows = len(series.layout.rows)
    parts = [np.empty((0, rows), np.float32)]
    whole = (int(series.steps[0]), int(series.steps[-1])) if len(series) else (0, -1)
    seen, every = 0, max(1, len(series) // _OF_MEDIAN)
    for own, _, block in _blocks(layers, series, name, whole, values):
        part = block.values[-seen % every :: every]
        seen += len(block.values)
        wide = np.full((len(part), rows), np.nan, np.float32)
        wide[:, own] = np.abs(part)
        parts.append(wide)
    # NaN is sorted behind all numbers.
    ordered = np.sort(np.concatenate(parts), axis=0)
    counts = (~np.isnan(ordered)).sum(0)
    middle = ordered[np.maximum(counts - 1, 0) // 2, np.arange(rows)] if len(ordered) else np.full(rows, np.nan)
    return np.where(counts > 0, middle, np.nan).astype(np.float32)


def grouped(
    found: NDArray[np.float32], marks: NDArray[np.uint8], groups: Sequence[NDArray[np.int64]], *, is_sum: bool
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """[groups, b] of [b, rows]: of the rows of each group the value that is farthest from zero, or their sum; and all
    of their marks."""
    out = np.full((len(groups), len(found)), np.nan, np.float32)
    out_marks = np.zeros((len(groups), len(found)), np.uint8)
    for number, rows in enumerate(groups):
        if len(rows) == 1:
            out[number], out_marks[number] = found[:, rows[0]], marks[:, rows[0]]
        elif len(rows):
            part = found[:, rows]
            if is_sum:
                out[number] = np.where(np.isnan(part).all(1), np.nan, np.nansum(part, axis=1))
            else:
                out[number] = farthest(np.fmax.reduce(part, axis=1), np.fmin.reduce(part, axis=1))
            out_marks[number] = np.bitwise_or.reduce(marks[:, rows], axis=1)
    return out, out_marks


def is_zero(marks: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where all that was measured is exactly zero."""
    return np.equal(marks, MEASURED)


def _blocks(
    layers: RunLayers, series: LayerSeries, name: str, span: tuple[int, int], values: StepValues
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], Block]]:
    """The values at the steps of a span, ends included: which rows they are of, their steps, which ascend, and they."""
    weights = layers.find(series.prefix, WEIGHT) if STATISTICS[name].of is None else None
    for piece in series.pieces:
        chosen = np.flatnonzero((piece.step >= span[0]) & (piece.step <= span[1]))
        if not len(chosen):
            continue
        which, steps = piece.which[chosen], piece.step[chosen]
        of_file = (
            []
            if weights is None
            else [each.contents for each in weights.pieces if each.contents.file is piece.contents.file]
        )
        low, high = int(which.min()), int(which.max()) + 1
        for begin, block in values.blocks(piece.contents, name, (low, high), of_file):
            inside = (which >= begin) & (which < begin + len(block.values))
            local, local_steps = which[inside] - begin, steps[inside]
            is_whole = len(local) == len(block.values) and (np.diff(local) == 1).all()
            part = block if is_whole else Block(block.values[local], block.marks[local])
            if (np.diff(local_steps) < 0).any():
                order = np.argsort(local_steps, kind="stable")
                local_steps, part = local_steps[order], Block(part.values[order], part.marks[order])
            yield piece.rows, local_steps, part


def _add(
    found: Reduced,
    numbers: NDArray[np.int64],
    bucket: NDArray[np.int64],
    rows: NDArray[np.int64] | slice,
    block: Block,
    *,
    with_sums: bool,
) -> None:
    """Take the values of some ascending logging steps into their buckets, one by one, as NumPy is quickest."""
    starts = _starts(bucket)
    targets = np.searchsorted(numbers, bucket[starts])
    ends = np.append(starts[1:], len(bucket))[: len(starts)]
    for target, start, end in zip(targets.tolist(), starts.tolist(), ends.tolist(), strict=True):
        values = block.values[start:end]
        greatest, least = np.fmax.reduce(values, axis=0), np.fmin.reduce(values, axis=0)
        found.greatest[target, rows] = np.fmax(found.greatest[target, rows], greatest)
        found.least[target, rows] = np.fmin(found.least[target, rows], least)
        found.marks[target, rows] |= np.bitwise_or.reduce(block.marks[start:end], axis=0)
        if with_sums:
            is_finite = np.isfinite(values)
            found.total[target, rows] += np.add.reduce(values, axis=0, dtype=np.float64, where=is_finite)
            found.finite[target, rows] += np.add.reduce(is_finite, axis=0, dtype=np.uint32)


def _step(number: int) -> int:
    return max(-_LARGEST_STEP - 1, min(number, _LARGEST_STEP))


def _between(steps: NDArray[np.int64], first: int, last: int) -> tuple[int, int]:
    return int(np.searchsorted(steps, first)), int(np.searchsorted(steps, last, "right"))


def _starts(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where another number begins."""
    if not len(numbers):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1]))
