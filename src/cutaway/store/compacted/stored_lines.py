"""What is sent of stored lines by step: of their buckets, or of their points where these are few."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.store.bucket_reduction import width_of
from cutaway.store.compacted.stored_chunks import Lines
from cutaway.store.compacted.stored_tag import StoredTag
from cutaway.store.drawn import MOST_POINTS_IN_BUCKET, Drawn, View, lines_of
from cutaway.store.selection_grid import Grid

if TYPE_CHECKING:
    from cutaway.events.kernel_types import LineInParts

Integers = NDArray[np.int64]
#: Steps, int64[n], and values, float32[n] or float64[n].
Columns = tuple[Integers, NDArray[np.float32] | NDArray[np.float64]]

#: Points that are read at a time, and rows that nobody asked for and that are read with them rather than left out.
_MOST_POINTS, _MOST_BETWEEN = 1 << 20, 1 << 16


def draw_stored(
    lines: Lines, view: View, tag: StoredTag, columns: Callable[[int, int], Columns | None]
) -> list[tuple[list[int], Drawn]]:
    """Those lines that can be drawn so, by their numbers; ``columns`` reads the points from one row of the shard up to
    another, and returns None where it cannot."""
    found: list[tuple[list[int], Drawn]] = []
    width = width_of(view.edges)
    if width:
        grid = Grid(width, int(view.edges[0]) // width, len(view.edges) - 1, MOST_POINTS_IN_BUCKET)
        counts = lines.points_within(*view.shown)
        known = np.flatnonzero(counts >= 0)
        drawn, of_drawn = tag.draw_chunks(lines.chunks.of_lines(known), len(known), grid, details=view.details)
        if drawn:
            places = known[drawn]
            found.append((places.tolist(), Drawn(of_drawn, counts[places].tolist(), [False] * len(places))))
    is_left = lines.are_short(width)
    for drawn, _ in found:
        is_left[drawn] = False
    for some in _spans(lines, np.flatnonzero(is_left)):
        of_points = _of_points(lines, some, view, columns)
        if of_points is not None:
            found.append((some.tolist(), of_points))
    return found


def _spans(lines: Lines, chosen: Integers) -> Iterator[Integers]:
    """Lines whose points are read at once."""
    chosen = chosen[np.argsort(lines.row[chosen])]
    row, stop = lines.row[chosen], lines.row[chosen] + lines.points[chosen]
    first = 0
    for at in range(1, len(chosen) + 1):
        if at == len(chosen) or row[at] - stop[at - 1] > _MOST_BETWEEN or stop[at] - row[first] > _MOST_POINTS:
            yield chosen[first:at]
            first = at


def _of_points(lines: Lines, some: Integers, view: View, columns: Callable[[int, int], Columns | None]) -> Drawn | None:
    row, points = lines.row[some], lines.points[some]
    read = columns(int(row[0]), int(row[-1] + points[-1]))
    if read is None:
        return None
    x, value = read[0].astype(np.float64), read[1]
    begin = row - row[0]
    spans = zip(begin.tolist(), (begin + points).tolist(), points.tolist(), lines.is_huge[some].tolist(), strict=True)
    parts: list[LineInParts] = [
        ([(x, value, None, first, last)], length, 0, 0.0, huge) for first, last, length, huge in spans
    ]
    low, high = view.shown
    drawn = core.draw_lines(
        parts,
        view.edges,
        MOST_POINTS_IN_BUCKET,
        single=bool(lines.is_single[some].all()),
        details=view.details,
        low=low,
        high=high,
    )
    return Drawn(lines_of(drawn), drawn.inside.tolist(), [False] * len(some))
