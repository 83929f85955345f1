"""Joining the files of a run into unbroken lines of one tag.

* A step that goes back within a file starts a new segment.
* A file that begins after all earlier ones have ended goes on with their last line, unless its first step is below
  that line's last.
* A file that begins before an earlier one has ended is another writer, at work at the same time: a line of its own.

A tag whose step goes back more than :data:`MOST_SEGMENTS` times is no line that was restarted but a mixture of
several; all of it becomes one segment, whose points whoever draws it has to sort.
"""

from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from cutaway.store.series import Points, Values

MOST_SEGMENTS = 100


class FilePoints(NamedTuple):
    """A tag's points in one file, and when that file's first and its last event were (seconds since the epoch)."""

    points: Points
    first_wall_time: float | None
    last_wall_time: float | None


class Segment(NamedTuple):
    """One line, in file order: step int64[n], wall_time float64[n], value[n], n > 0."""

    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    value: Values
    step_ascending: bool
    wall_ascending: bool


def join(files: list[FilePoints]) -> list[Segment]:
    """The segments of one tag, oldest first, from its files in the order of their beginning."""
    files = [file for file in files if len(file.points)]
    if sum(len(file.points.breaks) + 1 for file in files) > MOST_SEGMENTS:
        return [_concatenated([_whole(file.points) for file in files])]
    lines: list[list[Segment]] = []
    latest_end = -np.inf
    for file in files:
        pieces = _pieces(file.points)
        begins_later = file.first_wall_time is not None and file.first_wall_time >= latest_end
        if lines and begins_later and pieces[0].step[0] >= lines[-1][-1].step[-1]:
            lines[-1].append(pieces.pop(0))
        lines.extend([piece] for piece in pieces)
        if file.last_wall_time is not None:
            latest_end = max(latest_end, file.last_wall_time)
    return [_concatenated(line) for line in lines]


def _whole(points: Points) -> Segment:
    return Segment(points.step, points.wall_time, points.value, not len(points.breaks), points.wall_ascending)


def _pieces(points: Points) -> list[Segment]:
    edges = [0, *points.breaks.tolist(), len(points)]
    return [
        Segment(
            points.step[start:end],
            points.wall_time[start:end],
            points.value[start:end],
            True,
            points.wall_ascending,
        )
        for start, end in pairwise(edges)
    ]


def _concatenated(pieces: list[Segment]) -> Segment:
    if len(pieces) == 1:
        return pieces[0]
    pairs = list(pairwise(pieces))
    values = [piece.value for piece in pieces]
    if len({value.dtype for value in values}) > 1:
        values = [value.astype(np.float64) for value in values]
    return Segment(
        np.concatenate([piece.step for piece in pieces]),
        np.concatenate([piece.wall_time for piece in pieces]),
        cast("Values", np.concatenate(values)),
        all(p.step_ascending for p in pieces) and all(a.step[-1] <= b.step[0] for a, b in pairs),
        all(p.wall_ascending for p in pieces) and all(a.wall_time[-1] <= b.wall_time[0] for a, b in pairs),
    )
