"""What is sent of some curves: of those whose buckets were made beforehand, of all of a source at once, and of those in
memory in one call of the kernel."""

import math
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.kernel_types import Buckets, DrawnLines, LineInParts
from cutaway.store.bucket_reduction import BucketReduction, width_of
from cutaway.store.curve import Curve, PackedCurve
from cutaway.store.drawn import MOST_POINTS_IN_BUCKET, Drawn, View, in_order, lines_of
from cutaway.store.line_columns import Columns, Lines
from cutaway.store.selection_grid import Grid

if TYPE_CHECKING:
    from cutaway.store.chunks import AnyChunk, BucketSource

_Smoothed = Sequence[NDArray[np.float64] | None]


def draw_lines(curves: Sequence[Curve], smoothed: _Smoothed, view: View) -> Drawn:
    """What is sent of some curves; ``smoothed`` has the smoothed values of each, or None."""
    is_plain = all(values is None for values in smoothed)
    found = _by_source(curves, view) if is_plain else []
    drawn = {place for places, _ in found for place in places}
    left = [place for place in range(len(curves)) if place not in drawn]
    width = width_of(view.edges) if left else 0
    in_parts = {place: parts for place in left if (parts := curves[place].in_parts(view.edges, width)) is not None}
    if in_parts:
        places, of_lines = list(in_parts), list(in_parts.values())
        chosen = [curves[at] for at in places], of_lines, [smoothed[at] for at in places]
        found.append((places, _from_parts(*chosen, view)))
    if alone := [place for place in left if place not in in_parts]:
        columns, counts, approximate = zip(*(_reduced(curves[at], smoothed[at], view) for at in alone), strict=True)
        found.append((alone, Drawn(Lines.of(columns), list(counts), list(approximate))))
    return in_order([place for places, _ in found for place in places], [lines for _, lines in found])[1]


def _by_source(curves: Sequence[Curve], view: View) -> list[tuple[list[int], Drawn]]:
    """The lines that are whole chunks with buckets of one source, and their places."""
    sources = _sources(curves)
    width = width_of(view.edges) if sources else 0
    if not width:
        return []
    grid = Grid(width, int(view.edges[0]) // width, len(view.edges) - 1, MOST_POINTS_IN_BUCKET)
    found = []
    for source, (places, of_source) in sources.items():
        drawn, lines = source.draw(of_source, grid, details=view.details)
        places = [places[at] for at in drawn]
        counts = [curves[place].count(*view.shown) for place in places]
        found.append((places, Drawn(lines, counts, [False] * len(places))))
    return found


def known_buckets(curves: Sequence[Curve], edges: NDArray[np.float64]) -> Iterator[Buckets | None]:
    """Of each curve the buckets between edges, where it is whole chunks with buckets; else None."""
    every: list[Iterator[tuple[int, Buckets]]] = []
    if width := width_of(edges):
        grid = Grid(width, int(edges[0]) // width, len(edges) - 1, MOST_POINTS_IN_BUCKET)
        for source, (places, of_source) in _sources(curves).items():
            reduced, buckets = source.reduce(of_source, grid)
            every.append(zip([places[at] for at in reduced], buckets, strict=True))
    # Those of one curve at a time are in memory.
    found = merge(*every, key=itemgetter(0))
    known = next(found, None)
    for place in range(len(curves)):
        if known is not None and known[0] == place:
            yield known[1]
            known = next(found, None)
        else:
            yield None


def _sources(curves: Sequence[Curve]) -> "dict[BucketSource, tuple[list[int], list[Sequence[AnyChunk]]]]":
    """The curves that are whole chunks with buckets of one source: by that their places, and their chunks."""
    of_sources: dict[BucketSource, tuple[list[int], list[Sequence[AnyChunk]]]] = {}
    for place, curve in enumerate(curves):
        chunks = curve.chunks_by_step if isinstance(curve, PackedCurve) else ()
        source = chunks[0].source if chunks else None
        if source is not None and (len(chunks) == 1 or all(chunk.source is source for chunk in chunks)):
            places, of_source = of_sources.setdefault(source, ([], []))
            places.append(place)
            of_source.append(chunks)
    return of_sources


def _from_parts(curves: list[Curve], parts: list[LineInParts], smoothed: _Smoothed, view: View) -> Drawn:
    edges, (low, high) = view.edges, view.shown
    drawn = core.draw_lines(
        parts,
        edges,
        MOST_POINTS_IN_BUCKET,
        single=all(curve.dtype == np.float32 for curve in curves),
        details=view.details,
        low=low,
        high=high,
    )
    for number in () if drawn.is_known.all() else np.flatnonzero(~drawn.is_known).tolist():
        # The line comes from, or goes to, points that are far away.
        part = slice(*drawn.point_edges[number : number + 2].tolist())
        drawn.x[part] = curves[number].x_at(drawn.sent[part])
        drawn.y[part] = curves[number].y_at(drawn.sent[part])
    lines = lines_of(drawn)
    if any(values is not None for values in smoothed):
        lines = lines._replace(columns=_with_smoothed(lines.columns, drawn, curves, smoothed, edges))
    counts = drawn.inside.tolist()
    for number in _seen_beyond(parts, edges, low, high):
        counts[number] = curves[number].count(low, high)
    return Drawn(lines, counts, [False] * len(curves))


def _seen_beyond(parts: list[LineInParts], edges: NDArray[np.float64], low: float, high: float) -> Sequence[int]:
    """The lines whose points are seen beyond the edges too: of these not all seen points are in their parts."""
    offsets = [offset for _, _, _, offset, _ in parts]
    if not any(offsets):
        is_one = low < float(edges[0]) or math.nextafter(high, math.inf) > float(edges[-1])
        return range(len(parts)) if is_one else ()
    placed = np.array(offsets)
    is_beyond = (low + placed < edges[0] + placed) | (np.nextafter(high + placed, np.inf) > edges[-1] + placed)
    return np.flatnonzero(is_beyond).tolist()


def _with_smoothed(
    columns: Columns, drawn: DrawnLines, curves: list[Curve], smoothed: _Smoothed, edges: NDArray[np.float64]
) -> Columns:
    point_smooth, smooth = [np.empty(0)], [np.empty(0)]
    spans = zip(pairwise(drawn.point_edges.tolist()), pairwise(drawn.bucket_edges.tolist()), strict=True)
    within = zip(drawn.before.tolist(), drawn.stop.tolist(), strict=True)
    for curve, values, (points, buckets), (start, stop) in zip(curves, smoothed, spans, within, strict=True):
        assert values is not None
        point_smooth.append(values[drawn.sent[slice(*points)]])
        smooth.append(_means(curve, values, edges, start, stop)[drawn.bucket[slice(*buckets)]])
    return columns._replace(point_smooth=np.concatenate(point_smooth), smooth=np.concatenate(smooth))


def _means(
    curve: Curve, smoothed: NDArray[np.float64], edges: NDArray[np.float64], start: int, stop: int
) -> NDArray[np.float64]:
    """Of each bucket, of the smoothed values of the points from one position up to another."""
    reduction = core.new_reduction(edges, huge=curve.huge)
    reduction.add(curve.x(start, stop), smoothed[start:stop])
    return reduction.buckets().mean


def _reduced(curve: Curve, smoothed: NDArray[np.float64] | None, view: View) -> tuple[Columns, int, bool]:
    """The columns of one line, its points within the range, and whether it is approximate: of a curve of which there
    may be buckets."""
    reduction = curve.reduce(view.edges)
    about = isinstance(reduction, BucketReduction) and reduction.axis == "wall" and reduction.has_rows
    count = curve.count(*view.shown, about=about)
    found = reduction.selection(MOST_POINTS_IN_BUCKET, len(curve))
    columns = Columns(
        curve.x_at(found.sent), curve.y_at(found.sent), found.bucket, found.mean, found.min, found.max,
        found.mark, found.nan, found.pos_inf, found.neg_inf,
    )  # fmt: skip
    if smoothed is not None:
        smooth = _means(curve, smoothed, view.edges, reduction.before, found.stop)[found.bucket]
        columns = columns._replace(point_smooth=smoothed[found.sent], smooth=smooth)
    if view.details:
        first, last = (curve.y_at(places).astype(np.float64) for places in (found.first, found.last))
        columns = columns._replace(count_in_bucket=found.total, first=first, last=last)
    return columns, count, about
