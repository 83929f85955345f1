"""Joining the files of a run into unbroken parts of one tag, its segments.

* A step that goes back within a file starts a new segment.
* A file that begins after all earlier ones have ended goes on with their last segment, unless its first step is
  below that segment's last.
* A file that begins before an earlier one has ended is another writer, at work at the same time: a segment of its own.

A tag whose step goes back more than :data:`MOST_SEGMENTS` times is a mixture of several series, not one that
was restarted; all of it becomes one segment, whose points are sorted before they are drawn.
"""

from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from cutaway.store.series import NumberColumn, Points

MOST_SEGMENTS = 100


class FilePoints(NamedTuple):
    """A tag's points in one file, and when that file's first and its last event were (seconds since the epoch)."""

    points: Points
    first_wall_time: float | None
    last_wall_time: float | None


class Piece(NamedTuple):
    """The points from ``start`` up to ``stop`` of one file."""

    points: Points
    start: int
    stop: int


class Segment:
    """One line, in file order, of one point or more. Its columns are joined when they are first asked for."""

    def __init__(self, pieces: list[Piece], *, step_ascending: bool, wall_ascending: bool) -> None:
        self.pieces = pieces
        self.step_ascending = step_ascending
        self.wall_ascending = wall_ascending

    @cached_property
    def step(self) -> NDArray[np.int64]:
        """int64[n]."""
        return np.concatenate([piece.points.steps(piece.start, piece.stop) for piece in self.pieces])

    @cached_property
    def wall_time(self) -> NDArray[np.float64]:
        """float64[n], seconds since the epoch."""
        return np.concatenate([piece.points.wall_times(piece.start, piece.stop) for piece in self.pieces])

    @cached_property
    def value(self) -> NumberColumn:
        """float32[n], float64[n] or int64[n], whichever is exact."""
        values = [piece.points.values(piece.start, piece.stop) for piece in self.pieces]
        if len({value.dtype for value in values}) > 1:
            values = [value.astype(np.float64) for value in values]
        return cast("NumberColumn", np.concatenate(values))

    def __len__(self) -> int:
        return sum(piece.stop - piece.start for piece in self.pieces)


def join(files: list[FilePoints]) -> list[Segment]:
    """The segments of one tag, oldest first, from its files in the order of their beginning."""
    if len(files) > 1 or (files and not len(files[0].points)):
        files = [file for file in files if len(file.points)]
    if len(files) == 1 and not len(files[0].points.breaks):
        # The usual case, and a chart has many.
        points = files[0].points
        return [Segment([Piece(points, 0, len(points))], step_ascending=True, wall_ascending=points.wall_ascending)]
    if sum(len(file.points.breaks) + 1 for file in files) > MOST_SEGMENTS:
        return [_joined([Piece(file.points, 0, len(file.points)) for file in files])]
    lines: list[list[Piece]] = []
    latest_end = -np.inf
    for file in files:
        pieces = _pieces(file.points)
        begins_later = file.first_wall_time is not None and file.first_wall_time >= latest_end
        if lines and begins_later and _step_at(pieces[0], 0) >= _step_at(lines[-1][-1], -1):
            lines[-1].append(pieces.pop(0))
        lines.extend([piece] for piece in pieces)
        if file.last_wall_time is not None:
            latest_end = max(latest_end, file.last_wall_time)
    return [_joined(line) for line in lines]


def _pieces(points: Points) -> list[Piece]:
    edges = [0, *points.breaks.tolist(), len(points)]
    return [Piece(points, start, end) for start, end in pairwise(edges)]


def _step_at(piece: Piece, place: int) -> int:
    position = piece.stop + place if place < 0 else piece.start + place
    return int(piece.points.x_at("step", np.array([position]))[0])


def _wall_time_at(piece: Piece, place: int) -> float:
    position = piece.stop + place if place < 0 else piece.start + place
    return float(piece.points.x_at("wall", np.array([position]))[0])


def _joined(pieces: list[Piece]) -> Segment:
    pairs = list(pairwise(pieces))
    whole = any(piece.stop - piece.start == len(piece.points) and len(piece.points.breaks) for piece in pieces)
    return Segment(
        pieces,
        step_ascending=not whole and all(_step_at(a, -1) <= _step_at(b, 0) for a, b in pairs),
        wall_ascending=all(piece.points.wall_ascending for piece in pieces)
        and all(_wall_time_at(a, -1) <= _wall_time_at(b, 0) for a, b in pairs),
    )
