"""A curve over time, broken where nothing ran: no line is drawn through hours in which there was nothing to record.

It is broken where another file begins, where a session starts within a file, and at the gaps of
:mod:`cutaway.store.waits`. A curve of more than :data:`MOST_SEGMENTS` files or sessions is a mixture of several series,
whose sessions say nothing: it has the gaps only.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cutaway.store.curve import Curve, PackedCurve
from cutaway.store.segments import MOST_SEGMENTS, Segment
from cutaway.store.waits import join_waits, waits_in


def broken_over_time(curve: Curve, segment: Segment, number: int) -> list[Curve]:
    """The parts of a curve over wall or relative time, numbered from ``number`` on."""
    breaks = np.unique(np.concatenate([_sessions(curve, segment), _gaps(curve)]))
    edges = [0, *breaks[(breaks > 0) & (breaks < len(curve))].tolist(), len(curve)]
    return [curve.part(number + place, start, stop) for place, (start, stop) in enumerate(pairwise(edges))]


def _sessions(curve: Curve, segment: Segment) -> NDArray[np.int64]:
    """Positions of the points at which a file or a session begins."""
    marks: list[int] = []
    at = 0
    for points, start, stop in curve.pieces if isinstance(curve, PackedCurve) else segment.pieces:
        marks += [at, *(at + place - start for place, _ in points.sessions if start < place < stop)]
        at += stop - start
    if len(marks) > MOST_SEGMENTS:
        return np.empty(0, np.int64)
    if isinstance(curve, PackedCurve):
        return np.array(marks, np.int64)
    # Points that lie in another order, or of which some have no place, are told apart by their session.
    session = np.zeros(at, np.int64)
    session[marks] = 1
    order = np.argsort(segment.wall_time, kind="stable")
    order = order[np.isfinite(segment.wall_time[order])]
    # On a log axis the earliest may have no place.
    order = order[len(order) - len(curve) :]
    changes = np.flatnonzero(np.diff(np.cumsum(session)[order])) + 1
    return changes if len(changes) < len(marks) else np.empty(0, np.int64)


def _gaps(curve: Curve) -> NDArray[np.int64]:
    if isinstance(curve, PackedCurve):
        return join_waits([points.waits(start, stop) for points, start, stop in curve.pieces]).gaps()
    return waits_in(curve.x(0, len(curve))).gaps()
