"""Which things of the rows stand below each other on one line: the bends of an edge, and boxes in a chain.

A box continues the line of the box above it where each is the other's only neighbour on the longest way through the
graph. So a skip and a short branch stand beside the line that they leave, and of branches that are equally long none is
the line. Where edges have to meet boxes beside their middles, the edges are straight, as long as the boxes stay below
the first one's middle: a line of many groups does not go aside more and more.
"""

from dataclasses import dataclass

from cutaway.model.graph.layout.boxes import Boxes, Edges, Way
from cutaway.model.graph.layout.rows import Neighbour, Rows


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines, of which each thing is in one."""

    #: The things of each line from top to bottom, row by row.
    things: list[list[int]]
    #: Per thing its line, and where its middle is to the right of the line.
    of: list[int]
    shift: list[float]


def lines_of(boxes: Boxes, edges: Edges, way: list[Way], rows: Rows) -> Lines:
    """The lines of boxes, those of one box among them, and of all bends."""
    count = len(boxes.width)
    below = _continued(count, edges, rows)
    of, shift = [-1] * len(rows.rank), [0.0] * len(rows.rank)
    things: list[list[int]] = []
    for row in rows.rows:
        for first in row:
            if first >= count or of[first] >= 0:
                continue
            line: list[int] = []
            thing, at = first, 0.0
            while thing >= 0:
                of[thing], shift[thing] = len(things), at
                line.append(thing)
                thing, more = below[thing]
                at += more
                if thing >= 0 and abs(at) > boxes.width[thing] / 2:
                    at = 0.0
            things.append(line)
    for edge, each in enumerate(way):
        first = rows.first_bend[edge]
        bends = rows.rank[edges.end[edge]] - rows.rank[edges.start[edge]] - 1 if each == Way.THROUGH else 0
        if bends > 0:
            of[first : first + bends] = [len(things)] * bends
            things.append(list(range(first, first + bends)))
    return Lines(things, of, shift)


def _continued(count: int, edges: Edges, rows: Rows) -> list[tuple[int, float]]:
    """Per box the box that continues its line, and how far to the right of it; -1 for none."""
    from_top, to_bottom = _longest_ways(count, edges, rows)
    lower = [_only_farthest(rows.below[box], count, to_bottom) for box in range(count)]
    upper = [_only_farthest(rows.above[box], count, from_top)[0] for box in range(count)]
    return [(box, shift) if box >= 0 and upper[box] == each else (-1, 0.0) for each, (box, shift) in enumerate(lower)]


def _only_farthest(neighbours: list[Neighbour], count: int, far: list[int]) -> tuple[int, float]:
    """The one box of the neighbours that is farther than the others, and where a straight line from it would end."""
    found, at, is_only = -1, 0.0, True
    for thing, shift, _ in neighbours:
        if thing >= count or thing == found:
            continue
        if found < 0 or far[thing] > far[found]:
            # A neighbour's shift leads from it to the box; from the box to it is the way back.
            found, at, is_only = thing, -shift, True
        elif far[thing] == far[found]:
            is_only = False
    return (found, at) if is_only else (-1, 0.0)


def _longest_ways(count: int, edges: Edges, rows: Rows) -> tuple[list[int], list[int]]:
    """Per box how many edges the longest way to it has, and the longest one from it."""
    rank = rows.rank
    downwards = [
        (rank[start], start, end) for start, end in zip(edges.start, edges.end, strict=True) if rank[start] < rank[end]
    ]
    downwards.sort()
    from_top, to_bottom = [0] * count, [0] * count
    for _, start, end in downwards:
        from_top[end] = max(from_top[end], from_top[start] + 1)
    for _, start, end in reversed(downwards):
        to_bottom[start] = max(to_bottom[start], to_bottom[end] + 1)
    return from_top, to_bottom
