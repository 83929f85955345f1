"""The lines of edges: from the bottom of one box to the top of another, vertical in rows and curved between them."""

from collections.abc import Callable
from dataclasses import dataclass

from cutaway.model.graph.layout.boxes import Boxes, Edges, Point, Way
from cutaway.model.graph.layout.order import edges_by_box
from cutaway.model.graph.layout.rows import Rows

#: The most pixels between the ends of two edges at one box.
BETWEEN_ENDS = 12


@dataclass(frozen=True, slots=True)
class Placed:
    """Where boxes and rows are."""

    y: list[float]
    #: The middle of each thing of the rows.
    centre: list[float]
    #: The upper edge of each row, and its height.
    top: list[float]
    row_height: list[float]
    #: The middle of the lane of each edge; of one without a lane nobody asks.
    lane_x: list[float]


def routes_of(boxes: Boxes, edges: Edges, way: list[Way], rows: Rows, placed: Placed) -> list[list[Point]]:
    """The points of each edge."""
    rank, centre, top, lane_x = rows.rank, placed.centre, placed.top, placed.lane_x

    def bends_of(edge: int) -> range:
        first = rows.first_bend[edge]
        return range(first, first + rank[edges.end[edge]] - rank[edges.start[edge]] - 1)

    def first_x(edge: int) -> float:
        """Where an edge goes to first."""
        if way[edge] != Way.THROUGH:
            return lane_x[edge]
        bends = bends_of(edge)
        return centre[bends[0]] if bends else centre[edges.end[edge]] + (edges.end_x[edge] or 0.0)

    def last_x(edge: int) -> float:
        """Where it comes from last."""
        if way[edge] != Way.THROUGH:
            return lane_x[edge]
        bends = bends_of(edge)
        return centre[bends[-1]] if bends else centre[edges.start[edge]] + (edges.start_x[edge] or 0.0)

    def bottom(row: int) -> float:
        return top[row] + placed.row_height[row]

    start_x = _ends(boxes, edges.start, edges.start_x, way, centre, first_x)
    end_x = _ends(boxes, edges.end, edges.end_x, way, centre, last_x)
    routes: list[list[Point]] = []
    for edge, (start, end, each) in enumerate(zip(edges.start, edges.end, way, strict=True)):
        if each == Way.PORTAL:
            routes.append([])
            continue
        points = [(start_x[edge], placed.y[start] + boxes.height[start]), (start_x[edge], bottom(rank[start]))]
        if each == Way.THROUGH:
            for bend in bends_of(edge):
                points += [(centre[bend], top[rank[bend]]), (centre[bend], bottom(rank[bend]))]
        elif each == Way.LANE:
            points += [(lane_x[edge], top[rank[start] + 1]), (lane_x[edge], bottom(rank[end] - 1))]
        else:
            points += [(lane_x[edge], bottom(rank[start])), (lane_x[edge], top[rank[end]])]
        routes.append([*points, (end_x[edge], top[rank[end]]), (end_x[edge], placed.y[end])])
    return routes


def _ends(
    boxes: Boxes,
    box_of: list[int],
    fixed: list[float | None],
    way: list[Way],
    centre: list[float],
    towards: Callable[[int], float],
) -> list[float]:
    """Where each edge meets its box: where it has to, else side by side, in the order of where they lead."""
    x = [centre[box] + (at or 0.0) for box, at in zip(box_of, fixed, strict=True)]
    by_box = edges_by_box(len(boxes.width), box_of, lambda edge: way[edge] == Way.PORTAL or fixed[edge] is not None)
    for box, here in enumerate(by_box):
        if len(here) > 1:
            here.sort(key=lambda edge: (towards(edge), edge))
        step = min(BETWEEN_ENDS, boxes.width[box] / (len(here) + 1))
        for idx, edge in enumerate(here):
            x[edge] = centre[box] + (idx - (len(here) - 1) / 2) * step
    return x
