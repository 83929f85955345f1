"""Series cut into chunks, each of ascending steps, and the facts of the chunks."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.store.compacted.layout import LARGEST_CHUNK, NARROWEST
from cutaway.store.segments import MOST_SEGMENTS
from cutaway.store.series import Points
from cutaway.store.waits import waits_in

#: A series of fewer points than this has no buckets: they are read as quickly.
_FEWEST = 64
#: How many points a bucket of the narrowest width has at least, on average: else they are read as quickly.
_IN_BUCKET = 8
#: Larger steps are not exact as float64, in which a chart has its edges.
_LARGEST_STEP = 1 << 53
#: More long waits than this are the usual ones.
_MOST_WAITS = 16


class ChunkFacts(NamedTuple):
    """What is known of a chunk without reading its points."""

    points: int
    first_step: int
    last_step: int
    #: The bits of its first and its last wall time as float64.
    first_wall_time: int
    last_wall_time: int
    #: By how much every step is above the one before; None where that differs.
    stride: int | None
    #: Its newest value, to the nearest float64.
    last: float
    #: The narrowest width of its buckets, in steps; 0 where it has none.
    finest: int


class ChunkWaits(NamedTuple):
    """The fields of that name of :class:`cutaway.store.waits.Waits`."""

    longest: list[float]
    position: list[int]
    begin: list[float]
    end: list[float]


class Batch(NamedTuple):
    """Points of some series of one tag, one series behind the other, and where their chunks begin."""

    #: int64[n], float64[n], float64[n] (to the nearest) and int64[n]: the points' places within their series.
    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    value: NDArray[np.float64]
    position: NDArray[np.int64]
    #: int64[chunks + 1].
    starts: NDArray[np.int64]
    #: The series that each chunk is of, as a place among the series of the batch; ascending.
    series: NDArray[np.int64]
    facts: list[ChunkFacts]
    #: Of each chunk; None where wall times go back, or long waits are many.
    waits: list[ChunkWaits | None]


def coarsest_width(points: list[Points]) -> int:
    """The width at which the longest of some series has at most two buckets."""
    span = max((part.highest_step - part.lowest_step for part in points), default=0)
    width = NARROWEST
    while width < span and width < _LARGEST_STEP:
        width *= 4
    return width


def batch_of(series: list[Points]) -> Batch:
    """Cut some series, each of one point or more."""
    lengths = np.array([len(points) for points in series], np.int64)
    # Points keep the columns that are asked for as a whole, which all of a shard together have no room for.
    step = np.concatenate([points.steps(0, len(points)) for points in series])
    wall_time = np.concatenate([points.wall_times(0, len(points)) for points in series])
    value = np.concatenate([points.values(0, len(points)).astype(np.float64, copy=False) for points in series])
    begins = np.cumsum(lengths) - lengths
    every = zip(series, begins.tolist(), strict=True)
    cuts = [_cuts(points, wall_time[begin : begin + len(points)]) for points, begin in every]
    starts = np.concatenate([*(begin + cut for begin, cut in zip(begins.tolist(), cuts, strict=True)), [len(step)]])
    owner = np.repeat(np.arange(len(series)), [len(cut) for cut in cuts])
    position = np.arange(len(step)) - np.repeat(begins, lengths)
    is_fit = [len(points) >= _FEWEST and len(points.breaks) < MOST_SEGMENTS for points in series]
    facts = _facts(step, wall_time, value, starts, np.array(is_fit)[owner])
    spans = zip(owner.tolist(), pairwise(starts.tolist()), strict=True)
    waits = [
        _waits(wall_time[first:stop]) if series[number].wall_ascending else None for number, (first, stop) in spans
    ]
    return Batch(step, wall_time, value, position, starts, owner, facts, waits)


def _waits(wall_time: NDArray[np.float64]) -> ChunkWaits | None:
    waits = waits_in(wall_time)
    if len(waits.position) > _MOST_WAITS:
        return None
    return ChunkWaits(waits.longest.tolist(), waits.position.tolist(), waits.begin.tolist(), waits.end.tolist())


def _cuts(points: Points, wall_time: NDArray[np.float64]) -> NDArray[np.int64]:
    """Where chunks begin: where steps go back, unless that is all over the series, where a session starts, behind a
    long wait, unless such waits are many, and after so many points."""
    marks = {position for position, _ in points.sessions}
    if len(points.breaks) < MOST_SEGMENTS:
        marks.update(points.breaks.tolist())
    if points.wall_ascending:
        long = waits_in(wall_time).position
        marks.update(long.tolist() if len(long) <= _MOST_WAITS else ())
    edges = sorted({0, *marks, len(points)})
    parts = [np.arange(start, stop, LARGEST_CHUNK) for start, stop in pairwise(edges)]
    return np.concatenate(parts)


def _facts(
    step: NDArray[np.int64],
    wall_time: NDArray[np.float64],
    value: NDArray[np.float64],
    starts: NDArray[np.int64],
    is_fit: NDArray[np.bool_],
) -> list[ChunkFacts]:
    first, last = starts[:-1], starts[1:] - 1
    count = last - first + 1
    change = np.diff(step)
    uneven = np.concatenate([[0, 0], np.cumsum(change[1:] != change[:-1])])
    # Changes between changes that lie within the chunk.
    is_even = (count == 1) | (uneven[np.maximum(last, 1)] == uneven[np.minimum(first + 1, len(step) - 1)])
    stride = np.where(count > 1, step[np.minimum(first + 1, last)] - step[first], 0)
    finest = np.zeros(len(first), np.int64)
    is_fit = is_fit & (np.abs(step[first]) < _LARGEST_STEP) & (np.abs(step[last]) < _LARGEST_STEP)
    width = NARROWEST
    waiting = is_fit.copy()
    while waiting.any():
        fits = waiting & ((step[last] - step[first]) // width + 1 <= np.maximum(count // _IN_BUCKET, 1))
        finest[fits] = width
        waiting &= ~fits
        width *= 4
    bits = wall_time.view(np.int64)
    ends = (step[first], step[last], bits[first], bits[last])
    columns = (count, *ends, np.where(is_even, stride, 0), value[last], finest)
    facts = [ChunkFacts(*each) for each in zip(*(column.tolist() for column in columns), strict=True)]
    return [fact if even else fact._replace(stride=None) for fact, even in zip(facts, is_even.tolist(), strict=True)]
