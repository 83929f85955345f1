"""The texts beside lines: shapes of tensors, and at the ends of a portal where it leads.

As on the page (``web/src/charts/graph/edge_labels.ts``).
"""

from dataclasses import dataclass

from cutaway.model.graph.drawing.box_text import tensor_text
from cutaway.model.graph.drawing.text_width import cut_text, text_width
from cutaway.model.graph.graph import Graph
from cutaway.model.graph.layout.boxes import Point, Way
from cutaway.model.graph.layout.nested import OUTSIDE, NestedLayout
from cutaway.model.graph.parts import Part

#: Pixels from a line to what is written beside it, and from the end of a row to the base lines that are tried.
_BESIDE = 4
_LINES = (12, 24)
_GAP = 6
_WIDEST_PORTAL = 180
#: Boxes that a portal names.
_MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class EdgeLabel:
    """Places are from the frame's top left corner; y is the base line."""

    text: str
    x: float
    y: float


#: By the base line, what is taken of it.
Taken = dict[int, list[tuple[float, float]]]


def labels_of(graph: Graph, part: Part, layout: NestedLayout, portals: list[EdgeLabel]) -> list[EdgeLabel]:
    """The shapes that find a place, of one box or one port each text once."""
    taken: Taken = {}
    found = []
    written = set()
    for label in portals:
        _take(taken, label)
    columns = (part.start, part.end, part.tensor, part.edges, part.controls)
    for edge, (start, end, tensor, edges, controls) in enumerate(
        zip(*(each.tolist() for each in columns), strict=True)
    ):
        route = layout.routes[edge]
        # What goes through the only port is written outside.
        if not route or tensor < 0 or _is_alone(layout, start, is_out=False) or _is_alone(layout, end, is_out=True):
            continue
        shape = tensor_text(graph.tensors[tensor])
        text = f"{shape} (×{edges - controls})" if edges - controls > 1 else shape
        key = route[1][0] if start == OUTSIDE else start, start == OUTSIDE, text
        free = _free_place(taken, text, route) if shape and key not in written else None
        if free is not None:
            written.add(key)
            found.append(free)
    return found


def _is_alone(layout: NestedLayout, box: int, *, is_out: bool) -> bool:
    return box == OUTSIDE and sum(port.is_out == is_out for port in layout.ports) == 1


def _free_place(taken: Taken, text: str, route: list[Point]) -> EdgeLabel | None:
    """At either side of the line, in two lines, at best where the line does not go; None where all is taken."""
    width = text_width(text)
    (_, _), (x, row_end), (next_x, _) = route[:3]
    sides = [x + _BESIDE, x - _BESIDE - width]
    if next_x > x + _BESIDE:
        sides.reverse()
    for line in _LINES:
        for left in sides:
            label = EdgeLabel(text, left, row_end + line)
            row = taken.get(round(label.y), [])
            if left >= 0 and all(left > end + _GAP or left + width < start - _GAP for start, end in row):
                _take(taken, label)
                return label
    return None


def _take(taken: Taken, label: EdgeLabel) -> None:
    taken.setdefault(round(label.y), []).append((label.x, label.x + text_width(label.text)))


def portals_of(part: Part, layout: NestedLayout, names: list[str]) -> list[EdgeLabel]:
    """Each end of edges without a line: below the box that they come from, and above those that they lead to."""
    leaving: dict[int, list[int]] = {}
    coming: dict[int, list[int]] = {}
    for edge, way in enumerate(layout.way):
        if way == Way.PORTAL:
            start, end = int(part.start[edge]), int(part.end[edge])
            # Of an edge over the border the other end is a port, which has no place for words.
            if start != OUTSIDE:
                leaving.setdefault(start, []).append(end)
            if end != OUTSIDE:
                coming.setdefault(end, []).append(start)
    labels = []
    for found, arrow, is_above in ((leaving, "→", False), (coming, "←", True)):
        for box, others in found.items():
            shown = ", ".join("outside" if each == OUTSIDE else names[each] for each in others[:_MOST_NAMED])
            more = f" + {len(others) - _MOST_NAMED}" if len(others) > _MOST_NAMED else ""
            text = f"{arrow} {cut_text(shown, _WIDEST_PORTAL)}{more}"
            middle = layout.x[box] + layout.box_width[box] / 2
            y = layout.y[box] - 5 if is_above else layout.y[box] + layout.box_height[box] + _LINES[0]
            labels.append(EdgeLabel(text, max(2.0, middle - _BESIDE - text_width(text)), y))
    return labels
