"""The rows of boxes.

A box stands below all that it reads, in the highest row where it can; one that reads nothing stands right above the
first box that reads it. Boxes without any edge come last, in rows of about the width of the rest. Pinned boxes have the
first row and the last one to themselves.
"""

from math import sqrt

from cutaway.model.graph.layout.boxes import Boxes, Edges
from cutaway.model.graph.layout.order import Order, edges_by_box


def ranks_of(boxes: Boxes, edges: Edges, order: Order, space: float) -> tuple[list[int], int]:
    """The row of each box, and how many rows there are."""
    count = len(boxes.width)
    is_pinned = [pin != 0 for pin in boxes.pin]
    first = 1 if -1 in boxes.pin else 0
    rank = [0 if pinned else first for pinned in is_pinned]
    reads, is_read, is_alone = [False] * count, [False] * count, [True] * count
    for start, end, is_back in zip(edges.start, edges.end, order.is_back, strict=True):
        is_alone[start] = is_alone[end] = False
        if not is_back:
            is_read[start] = reads[end] = True
    is_alone = [alone and not pinned for alone, pinned in zip(is_alone, is_pinned, strict=True)]
    out = edges_by_box(count, edges.start, order.is_back.__getitem__)
    for box in order.boxes:
        below = rank[box] + 1
        for edge in out[box]:
            rank[edges.end[edge]] = max(rank[edges.end[edge]], below)
    # Those that read nothing are read by boxes whose rows do not change by this.
    readers = [
        [rank[end] for end in (edges.end[edge] for edge in out[box]) if not is_pinned[end]] for box in range(count)
    ]
    rows = first
    for box in range(count):
        if is_pinned[box]:
            continue
        if is_read[box] and not reads[box] and readers[box]:
            rank[box] = min(readers[box]) - 1
        if not is_alone[box]:
            rows = max(rows, rank[box] + 1)
    rows = _place_alone(boxes, rank, is_alone, rows, space)
    if 1 not in boxes.pin:
        return rank, rows
    return [rows if pin == 1 else row for row, pin in zip(rank, boxes.pin, strict=True)], rows + 1


def _place_alone(boxes: Boxes, rank: list[int], is_alone: list[bool], rows: int, space: float) -> int:
    """Rows for the boxes without edges, below all others; how many rows there are then."""
    widths = [0.0] * rows
    area = 0.0
    for box, alone in enumerate(is_alone):
        if alone:
            area += (boxes.width[box] + space) * (boxes.height[box] + space)
        elif rank[box] < rows:
            widths[rank[box]] += boxes.width[box] + space
    if area == 0:
        return rows
    limit = max(2 * sqrt(area), max(widths, default=0.0))
    row, width = rows, 0.0
    for box, alone in enumerate(is_alone):
        if not alone:
            continue
        if width > 0 and width + boxes.width[box] > limit:
            row += 1
            width = 0.0
        rank[box] = row
        width += boxes.width[box] + space
    return row + 1
