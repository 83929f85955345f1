"""What of lines is seen, and what is sent of them."""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import DrawnLines
from cutaway.store.line_columns import NO_LINES, Columns, Lines
from cutaway.store.window import Range

#: A bucket of up to so many points is sent as those points.
MOST_POINTS_IN_BUCKET = 4


class View(NamedTuple):
    """What of lines is seen."""

    #: float64[size + 1].
    edges: NDArray[np.float64]
    #: The range whose points are counted.
    shown: Range
    #: Whether counts, first and last values of the buckets are asked for.
    details: bool


class Drawn(NamedTuple):
    """What is sent of n lines; of each its points within the range, and whether it is approximate (`LineFacts`)."""

    lines: Lines
    in_range: list[int]
    approximate: list[bool]


def in_order(places: Sequence[int], parts: Sequence[Drawn]) -> tuple[list[int], Drawn]:
    """Lines that were drawn apart, one part behind the other, in the order of their places; those of one place stay in
    theirs. With what is at each place now: its number before."""
    if not parts:
        return [], Drawn(NO_LINES, [], [])
    lines = Lines.joined([drawn.lines for drawn in parts])
    counts = list(chain.from_iterable(drawn.in_range for drawn in parts))
    approximate = list(chain.from_iterable(drawn.approximate for drawn in parts))
    order = np.argsort(np.array(places, np.int64), kind="stable")
    moved = order.tolist()
    if (order[1:] > order[:-1]).all():
        return moved, Drawn(lines, counts, approximate)
    counts, approximate = ([column[place] for place in moved] for column in (counts, approximate))
    return moved, Drawn(lines.in_order(order), counts, approximate)


def lines_of(drawn: DrawnLines) -> Lines:
    """Lines of which all points that are sent are known."""
    columns = Columns(
        drawn.x, drawn.y, drawn.bucket, drawn.mean, drawn.min, drawn.max, drawn.mark, drawn.nan, drawn.pos_inf,
        drawn.neg_inf, drawn.total, drawn.first, drawn.last,
    )  # fmt: skip
    return Lines(columns, drawn.point_edges, drawn.bucket_edges, drawn.mark_edges)
