"""A segment on its axis: its points in ascending order of x, all of them with a finite x.

Most curves stay packed as they are in the series, so that a chart unpacks no more of them than it sends. Only
points that are out of order, are not finite, or are drawn against another tag are taken apart and sorted.
"""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.kernel_objects import Reduction
from cutaway.events.kernel_types import LineInParts, LinePart
from cutaway.store.against_tag import Between, against_tag
from cutaway.store.bucket_reduction import BucketReduction, duration_of, width_of
from cutaway.store.chunks import AnyChunk
from cutaway.store.line_columns import Floats
from cutaway.store.run_clock import RunClock
from cutaway.store.segments import FilePoints, Piece, Segment
from cutaway.store.series import Axis as PointsAxis
from cutaway.store.window import Range, Scale

#: Steps, as they are or from the run's first on; seconds since the epoch, since the run's earliest value, or since then
#: without those in which the run was idle; the values of another tag.
Axis = Literal["step", "aligned", "wall", "relative", "training", "tag"]

#: Of larger values a sum of many might overflow.
_LARGE = 2.0**900
_SINGLE, _DOUBLE = np.dtype(np.float32), np.dtype(np.float64)
#: That of a run without one, which began in 1970.
_NO_CLOCK = RunClock(0.0)


class Curve(Protocol):
    """n points of a segment, at ascending finite x; positions count from 0."""

    run: str
    #: Number of the segment within its run, oldest first.
    segment: int
    #: Points of the segment that the axis cannot show.
    left_out: int
    #: The dtype of y: float32 or float64.
    dtype: "np.dtype[np.float32] | np.dtype[np.float64]"
    #: Whether values are so large that their sums need care.
    huge: bool
    #: How the tag on the x axis was put between its steps; None on all axes but ``tag``.
    between: Between | None
    #: The curve that it is a part of, and its place there: itself, and 0, where it is whole.
    whole: "Curve"
    start: int

    def __len__(self) -> int: ...

    @property
    def extent(self) -> Range | None:
        """The first and the last x."""

    def reduce(self, edges: NDArray[np.float64]) -> Reduction:
        """The points sorted into buckets."""

    def in_parts(self, edges: NDArray[np.float64], width: int) -> LineInParts | None:
        """Its points between edges, as ``core.draw_lines`` takes them; None where it is to be reduced alone: by buckets
        that were made beforehand, or since it has many points that are not in memory. ``width`` is what
        :func:`width_of` says of the edges."""

    def count(self, low: float, high: float, *, about: bool = False) -> int:
        """Points from one x to another, both included; ``about``: as near as the buckets say that it was reduced by."""

    def x_at(self, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        """x at ascending positions."""

    def y_at(self, positions: NDArray[np.int64]) -> Floats:
        """y at ascending positions."""

    def x(self, start: int, stop: int) -> NDArray[np.float64]:
        """x from one position up to another."""

    def y(self) -> Floats:
        """All of y."""

    def part(self, number: int, start: int, stop: int) -> "Curve":
        """The points from one position up to another as a segment with a number of its own.

        The first part has the points that were left out.
        """

    def recorded_at(self, positions: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Steps and wall times at ascending positions, whatever the axis is."""


class PackedCurve:
    """A curve whose points ascend as they are; `offset` is subtracted from their x."""

    def __init__(
        self, run: str, segment: int, pieces: Sequence[Piece], axis: PointsAxis, offset: float, *, about: bool = False
    ) -> None:
        """``about``: over time, buckets of steps may lie where their first point does."""
        self.run, self.segment, self.left_out = run, segment, 0
        self.about = about and axis == "wall"
        self._pieces, self._axis, self._offset = list(pieces), axis, offset
        self.dtype: np.dtype[np.float32] | np.dtype[np.float64] = _SINGLE
        self.huge = False
        self._length = 0
        for points, start, stop in pieces:
            self._length += stop - start
            if points.dtype != _SINGLE:
                self.dtype = _DOUBLE
            self.huge = self.huge or max(abs(points.lowest), abs(points.highest)) > _LARGE
        self.between: Between | None = None
        self.whole: Curve = self
        self.start = 0

    @property
    def pieces(self) -> list[Piece]:
        """The points by the files that they are in."""
        return self._pieces

    def without_start(self, edge: float) -> "PackedCurve":
        """Without the points below an x, which are counted as left out."""
        before = self.reduce(np.array([edge])).before
        kept, skipped = [], before
        for piece in self._pieces:
            length = piece.stop - piece.start
            if skipped < length:
                kept.append(piece._replace(start=piece.start + skipped))
            skipped = max(skipped - length, 0)
        curve = PackedCurve(self.run, self.segment, kept, self._axis, self._offset, about=self.about)
        curve.left_out, curve.dtype = before, self.dtype
        return curve

    def __len__(self) -> int:
        return self._length

    @cached_property
    def extent(self) -> Range | None:
        """See Curve."""
        if not self._pieces:
            return None
        first, last = self._pieces[0], self._pieces[-1]
        begin, end = first.points.end(self._axis, first.start), last.points.end(self._axis, last.stop - 1)
        return begin - self._offset, end - self._offset

    def reduce(self, edges: NDArray[np.float64]) -> Reduction:
        """See Curve."""
        placed = edges + self._offset if self._offset else edges
        reduction: Reduction
        if any(piece.points.have_buckets for piece in self._pieces) and self._takes_buckets(placed, width_of(placed)):
            reduction = BucketReduction(placed, self._axis, huge=self.huge)
        else:
            reduction = core.new_reduction(placed, huge=self.huge)
        for points, start, stop in self._pieces:
            points.reduce_into(reduction, self._axis, start, stop)
        return reduction

    def _takes_buckets(self, edges: NDArray[np.float64], width: int) -> bool:
        """Whether buckets that were made beforehand may be parts of those between the edges, of which ``width_of`` says
        the width."""
        if self._axis != "step":
            return self.about and duration_of(edges) > 0
        return any(0 < piece.points.finest <= width for piece in self._pieces)

    @property
    def chunks_by_step(self) -> Sequence[AnyChunk]:
        """The chunks that it is made of, as a whole, where these have buckets by step as its axis has; else none."""
        if self._axis != "step" or self._offset:
            return ()
        if len(self._pieces) == 1:
            return self._pieces[0].points.chunks_in_buckets(self._pieces[0].start, self._pieces[0].stop)
        every = [points.chunks_in_buckets(start, stop) for points, start, stop in self._pieces]
        return [chunk for chunks in every for chunk in chunks] if all(every) else ()

    def in_parts(self, edges: NDArray[np.float64], width: int) -> LineInParts | None:
        """See Curve."""
        if any(piece.points.have_buckets for piece in self._pieces):
            if self._offset:
                width = width_of(edges + self._offset)
            is_with_others = all(piece.points.are_drawn_with_others for piece in self._pieces)
            if not is_with_others or self._takes_buckets(edges, width):
                return None
        low, high = float(edges[0]) + self._offset, float(edges[-1]) + self._offset
        parts: list[LinePart] = []
        skipped = done = 0
        for points, start, stop in self._pieces:
            begin, end, some = points.parts_in_sight(self._axis, start, stop, low, high)
            if begin > start:
                # So are all points before these below the first edge.
                parts, skipped = [], done + begin - start
            parts += some
            done += stop - start
            if end < stop:
                break
        return parts, len(self), skipped, self._offset, self.huge

    def count(self, low: float, high: float, *, about: bool = False) -> int:
        """See Curve."""
        if self.extent is None or (low <= self.extent[0] and self.extent[1] <= high):
            return len(self)
        first, end = low + self._offset, math.nextafter(high + self._offset, math.inf)
        return sum(
            points.first_from(self._axis, end, start, stop, about=about)
            - points.first_from(self._axis, first, start, stop, about=about)
            for points, start, stop in self._pieces
        )

    def x_at(self, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        """See Curve."""
        parts = [piece.points.x_at(self._axis, chosen) for piece, chosen in self._chosen(positions)]
        x = _joined(parts, _DOUBLE)
        return x - self._offset if self._offset else x

    def y_at(self, positions: NDArray[np.int64]) -> Floats:
        """See Curve."""
        parts = [piece.points.y_at(chosen) for piece, chosen in self._chosen(positions)]
        return cast("Floats", _joined(parts, self.dtype))

    def x(self, start: int, stop: int) -> NDArray[np.float64]:
        """See Curve."""
        parts: list[NDArray[Any]] = [np.empty(0)]
        for points, first, end in self._pieces:
            low, high = max(start, 0) + first, min(stop + first, end)
            if low < high:
                parts.append(points.steps(low, high) if self._axis == "step" else points.wall_times(low, high))
            start, stop = start - (end - first), stop - (end - first)
        return np.concatenate(parts) - self._offset

    def y(self) -> Floats:
        """See Curve."""
        parts = [points.values(start, stop) for points, start, stop in self._pieces]
        return cast("Floats", np.concatenate([np.empty(0, self.dtype), *parts]).astype(self.dtype, copy=False))

    def part(self, number: int, start: int, stop: int) -> "PackedCurve":
        """See Curve."""
        kept, at = [], 0
        for piece in self._pieces:
            low, high = max(start - at, 0), min(stop - at, piece.stop - piece.start)
            if low < high:
                kept.append(piece._replace(start=piece.start + low, stop=piece.start + high))
            at += piece.stop - piece.start
        curve = PackedCurve(self.run, number, kept, self._axis, self._offset, about=self.about)
        curve.left_out, curve.dtype = 0 if start else self.left_out, self.dtype
        curve.whole, curve.start = self, start
        return curve

    def recorded_at(self, positions: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """See Curve."""
        parts = self._chosen(positions)
        step = [piece.points.x_at("step", chosen) for piece, chosen in parts]
        wall_time = [piece.points.x_at("wall", chosen) for piece, chosen in parts]
        return np.concatenate([np.empty(0, np.int64), *step]), np.concatenate([np.empty(0), *wall_time])

    def _chosen(self, positions: NDArray[np.int64]) -> list[tuple[Piece, NDArray[np.int64]]]:
        """Positions within the file's points, by the piece they are in."""
        if len(self._pieces) == 1:
            start = self._pieces[0].start
            return [(self._pieces[0], positions + start if start else positions)]
        ends = np.cumsum([piece.stop - piece.start for piece in self._pieces])
        edges = [0, *np.searchsorted(positions, ends).tolist()]
        starts = [0, *ends.tolist()]
        return [
            (piece, positions[edges[number] : edges[number + 1]] - starts[number] + piece.start)
            for number, piece in enumerate(self._pieces)
        ]


def _joined(parts: list[NDArray[Any]], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Columns one after the other."""
    if len(parts) == 1:
        return parts[0].astype(dtype, copy=False)
    return np.concatenate([np.empty(0, dtype), *parts]).astype(dtype, copy=False)


class SortedCurve:
    """A curve of columns of its own: x float64[n] or int64[n], ascending.

    `points` are the points that it is made of, and `recorded` int64[n] the places of its own among them.
    """

    def __init__(
        self,
        run: str,
        segment: int,
        x: NDArray[np.int64] | NDArray[np.float64],
        y: Floats,
        left_out: int,
        points: Segment,
        recorded: NDArray[np.int64],
        between: Between | None = None,
    ) -> None:
        self.run, self.segment, self.left_out = run, segment, left_out
        self._x, self._y = x.astype(np.float64, copy=False), y
        self._points, self._recorded = points, recorded
        self.dtype = y.dtype
        self.between = between
        self.whole: Curve = self
        self.start = 0
        finite = y[np.isfinite(y)]
        self.huge = bool(len(finite)) and max(abs(float(finite.min())), abs(float(finite.max()))) > _LARGE

    def __len__(self) -> int:
        return len(self._x)

    @property
    def extent(self) -> Range | None:
        """See Curve."""
        return (float(self._x[0]), float(self._x[-1])) if len(self._x) else None

    def reduce(self, edges: NDArray[np.float64]) -> Reduction:
        """See Curve."""
        reduction = core.new_reduction(edges, huge=self.huge)
        reduction.add(self._x, self._y)
        return reduction

    def in_parts(self, edges: NDArray[np.float64], width: int) -> LineInParts:
        """See Curve."""
        return [(self._x, self._y, None, 0, len(self))], len(self), 0, 0.0, self.huge

    def count(self, low: float, high: float, *, about: bool = False) -> int:
        """See Curve."""
        return max(0, int(np.searchsorted(self._x, high, "right")) - int(np.searchsorted(self._x, low, "left")))

    def x_at(self, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        """See Curve."""
        return self._x[positions]

    def y_at(self, positions: NDArray[np.int64]) -> Floats:
        """See Curve."""
        return self._y[positions]

    def x(self, start: int, stop: int) -> NDArray[np.float64]:
        """See Curve."""
        return self._x[start:stop]

    def y(self) -> Floats:
        """See Curve."""
        return self._y

    def part(self, number: int, start: int, stop: int) -> "SortedCurve":
        """See Curve."""
        curve = SortedCurve(
            self.run,
            number,
            self._x[start:stop],
            self._y[start:stop],
            0 if start else self.left_out,
            self._points,
            self._recorded[start:stop],
            self.between,
        )
        curve.whole, curve.start = self, start
        return curve

    def recorded_at(self, positions: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """See Curve."""
        places = self._recorded[positions]
        return self._points.step[places], self._points.wall_time[places]


def put_on_axis(
    run: str,
    number: int,
    segment: Segment,
    axis: Axis,
    scale: Scale,
    *,
    clock: RunClock | None = None,
    other: Sequence[FilePoints] = (),
    about: bool = False,
) -> Curve:
    """Put a segment on its axis. ``clock`` is that of the run, for axes that begin where the run does; ``other`` has
    the points of the tag that ``tag`` is of. ``about``: over time, points need not be told apart where there are
    buckets of them."""
    if axis == "tag":
        on_tag, places, between = against_tag(segment, other)
        return _sorted_curve(run, number, segment, on_tag, places, scale, between)
    clock = clock or _NO_CLOCK
    on_steps = axis in ("step", "aligned")
    offset = 0.0
    if axis == "aligned":
        offset = float(clock.first_step)
    elif axis in ("relative", "training"):
        offset = clock.start
    ascends = segment.step_ascending if on_steps else segment.wall_ascending
    # Where a run was idle, its time is not that of the clock on the wall less a number.
    if ascends and not (axis == "training" and clock.is_interrupted):
        curve = PackedCurve(run, number, segment.pieces, "step" if on_steps else "wall", offset, about=about)
        if scale == "log":
            curve = curve.without_start(math.ulp(0.0) if not offset else math.nextafter(offset, math.inf) - offset)
        ends = None if on_steps else curve.extent
        if ends is None or (math.isfinite(ends[0]) and math.isfinite(ends[1])):
            return curve
    x = clock.places(axis, segment.step, segment.wall_time)
    return _sorted_curve(run, number, segment, x, np.arange(len(segment)), scale)


def _sorted_curve(
    run: str,
    number: int,
    segment: Segment,
    x: NDArray[np.int64] | NDArray[np.float64],
    places: NDArray[np.int64],
    scale: Scale,
    between: Between | None = None,
) -> SortedCurve:
    """The segment's points at some places, by their x; points of equal x in file order, without those that the axis
    cannot show."""
    there = np.isfinite(x)
    if scale == "log":
        there &= x > 0
    kept = np.flatnonzero(there)
    kept = kept[np.argsort(x[kept], kind="stable")]
    recorded = places[kept]
    value = segment.value[recorded]
    y = cast("Floats", value if value.dtype == np.float32 else value.astype(np.float64, copy=False))
    return SortedCurve(run, number, x[kept], y, len(segment) - len(kept), segment, recorded, between)
