"""The layout of one group's boxes in rows, from top to bottom in the order of execution.

Linear in the boxes, edges and rows that edges pass through, and the same for the same graph: layered drawing after
Sugiyama, but for what neural networks are. The order of execution is an order of rows already, and long skips, which
would need a bend in every row, go in lanes at the side.
"""

from cutaway.model.graph.layout.boxes import Boxes, Edges, Layout, Way
from cutaway.model.graph.layout.lanes import lanes_of
from cutaway.model.graph.layout.lines import lines_of
from cutaway.model.graph.layout.order import order_of
from cutaway.model.graph.layout.places import BETWEEN_BOXES, middles
from cutaway.model.graph.layout.ranks import ranks_of
from cutaway.model.graph.layout.routes import Placed, routes_of
from cutaway.model.graph.layout.rows import rows_of

#: Pixels between rows and between lanes.
BETWEEN_ROWS = 34
BETWEEN_LANES = 10
#: An edge passes through at most so many rows; in a graph with many edges through fewer.
_LONGEST = 24
_LONGEST_IN_DENSE = 6
#: Edges a box from which on a graph is dense.
_DENSE = 4


def lay_out(boxes: Boxes, edges: Edges) -> Layout:
    """Places for the boxes and ways for the edges."""
    count = len(boxes.width)
    order = order_of(count, edges)
    rank, row_count = ranks_of(boxes, edges, order, BETWEEN_BOXES)
    longest = _LONGEST_IN_DENSE if len(edges.start) > _DENSE * count else _LONGEST
    way = [
        Way.BACK if is_back else Way.LANE if rank[end] - rank[start] > longest else Way.THROUGH
        for start, end, is_back in zip(edges.start, edges.end, order.is_back, strict=True)
    ]
    lane, lanes = lanes_of(rank, edges, way)
    rows = rows_of(boxes, rank, row_count, edges, way)
    centre = middles(boxes, rows, lines_of(boxes, edges, way, rows))
    top, row_height = _row_tops(boxes, rank, row_count)
    x = [centre[box] - boxes.width[box] / 2 for box in range(count)]
    y = [top[rank[box]] + (row_height[rank[box]] - boxes.height[box]) / 2 for box in range(count)]
    right = max((0.0, *(x[box] + boxes.width[box] for box in range(count)), *centre[count:]))
    lane_x = [right + BETWEEN_BOXES + each * BETWEEN_LANES for each in lane]
    routes = routes_of(boxes, edges, way, rows, Placed(y, centre, top, row_height, lane_x))
    height = top[-1] + row_height[-1] if top else 0.0
    if lanes == 0:
        return Layout(x, y, right, height, way, routes)
    # Curves that turn round below the last row, or above the first; none do where only pinned boxes are.
    above = 0 if -1 in boxes.pin else BETWEEN_ROWS
    below = 0 if 1 in boxes.pin else BETWEEN_ROWS
    width = right + BETWEEN_BOXES + (lanes - 1) * BETWEEN_LANES + BETWEEN_LANES
    lower = [[(at, down + above) for at, down in route] for route in routes]
    return Layout(x, [down + above for down in y], width, above + height + below, way, lower)


def _row_tops(boxes: Boxes, rank: list[int], row_count: int) -> tuple[list[float], list[float]]:
    """The upper edge of each row, and its height."""
    height = [0.0] * row_count
    for box, row in enumerate(rank):
        height[row] = max(height[row], boxes.height[box])
    top = [0.0] * row_count
    for row in range(1, row_count):
        top[row] = top[row - 1] + height[row - 1] + BETWEEN_ROWS
    return top, height
