"""The things in each row, from left to right: boxes, and bends, the places where an edge passes through a row.

Rows are sorted by where their things have their neighbours in the row above, then below, in turn, which takes out most
crossings.
"""

from dataclasses import dataclass

from cutaway.model.graph.layout.boxes import Boxes, Edges, Way

_SWEEPS = 4


#: A thing; where the middle would be for a straight line, in pixels from that thing's middle; and where the edge meets
#: it, as a share of its width, from -0.5 to 0.5.
Neighbour = tuple[int, float, float]


@dataclass(frozen=True, slots=True)
class Rows:
    """Things: boxes first, then bends."""

    rank: list[int]
    #: The bends of edge i are the things from `first_bend[i]` on, one for each row between its boxes.
    first_bend: list[int]
    rows: list[list[int]]
    above: list[list[Neighbour]]
    below: list[list[Neighbour]]


def rows_of(boxes: Boxes, box_rank: list[int], row_count: int, edges: Edges, way: list[Way]) -> Rows:
    """The rows, with the bends of edges that go through them."""
    rank = list(box_rank)
    above: list[list[Neighbour]] = [[] for _ in rank]
    below: list[list[Neighbour]] = [[] for _ in rank]

    def join(upper: int, upper_x: float, lower: int, lower_x: float) -> None:
        below[upper].append((lower, lower_x - upper_x, _share(boxes, lower, lower_x)))
        above[lower].append((upper, upper_x - lower_x, _share(boxes, upper, upper_x)))

    first_bend = []
    for edge, (start, end, each) in enumerate(zip(edges.start, edges.end, way, strict=True)):
        first_bend.append(len(rank))
        if each != Way.THROUGH:
            continue
        before, before_x = start, edges.start_x[edge] or 0.0
        for row in range(box_rank[start] + 1, box_rank[end]):
            bend = len(rank)
            rank.append(row)
            above.append([])
            below.append([])
            join(before, before_x, bend, 0.0)
            before, before_x = bend, 0.0
        join(before, before_x, end, edges.end_x[edge] or 0.0)
    rows: list[list[int]] = [[] for _ in range(row_count)]
    for thing, row in enumerate(rank):
        rows[row].append(thing)
    found = Rows(rank, first_bend, rows, above, below)
    _take_out_crossings(found)
    return found


def _take_out_crossings(found: Rows) -> None:
    rows = found.rows
    place = [0] * len(found.rank)
    for row in rows:
        _note(row, place)
    for sweep in range(_SWEEPS):
        is_down = sweep % 2 == 0
        towards = found.above if is_down else found.below
        for idx in range(1, len(rows)):
            row = rows[idx if is_down else len(rows) - 1 - idx]
            if len(row) < 2:
                continue
            # Things alike stay in their order.
            row.sort(key=lambda thing: (_median(towards[thing], place, place[thing]), place[thing]))
            _note(row, place)


def _note(row: list[int], place: list[int]) -> None:
    for idx, thing in enumerate(row):
        place[thing] = idx


def _share(boxes: Boxes, thing: int, x: float) -> float:
    return x / boxes.width[thing] if thing < len(boxes.width) and boxes.width[thing] > 0 else 0.0


def _median(neighbours: list[Neighbour], place: list[int], own: int) -> float:
    """Between the two in the middle where there are evenly many; a thing's own place where there are none.

    Edges that meet a box at different places are in the order of these.
    """
    count = len(neighbours)
    if count == 0:
        return own
    places = sorted(place[thing] + share for thing, _, share in neighbours)
    return (places[(count - 1) >> 1] + places[count >> 1]) / 2
