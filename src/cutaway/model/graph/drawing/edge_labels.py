"""The texts beside lines: shapes of tensors, and at the ends of a portal where it leads.

As on the page (``web/src/charts/graph/edge_labels.ts``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cutaway.model.graph.drawing.box_text import tensor_text
from cutaway.model.graph.drawing.line_spans import BASE_LINES, LineSpans
from cutaway.model.graph.drawing.text_width import cut_text, text_width
from cutaway.model.graph.graph import Graph
from cutaway.model.graph.layout.boxes import Point, Way
from cutaway.model.graph.layout.nested import BESIDE_LINE, OUTSIDE, NestedLayout
from cutaway.model.graph.parts import Part

#: Pixels between two labels.
_GAP = 6
#: From the side of an opened group to what is written in it, and from a label to a line that is not its own.
_SIDE = 4
_CLEAR = 2
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


def edge_texts(graph: Graph, part: Part) -> list[str]:
    """What is written beside each edge: the shape, and how many tensors of it where these are several."""
    texts = []
    columns = (part.tensor, part.edges, part.controls)
    for tensor, edges, controls in zip(*(each.tolist() for each in columns), strict=True):
        shape = tensor_text(graph.tensors[tensor]) if tensor >= 0 else ""
        texts.append(f"{shape} (×{edges - controls})" if shape and edges - controls > 1 else shape)
    return texts


def labels_of(part: Part, texts: list[str], layout: NestedLayout, portals: list[EdgeLabel]) -> list[EdgeLabel]:
    """The shapes that find a place, of one box or one port each text once."""
    taken: Taken = {}
    found = []
    written = set()
    for label in portals:
        _take(taken, label)
    spans = LineSpans(layout.routes)
    for start, end, text, route in zip(part.start.tolist(), part.end.tolist(), texts, layout.routes, strict=True):
        # What goes through the only port is written outside.
        if not route or _is_alone(layout, start, is_out=False) or _is_alone(layout, end, is_out=True):
            continue
        key = route[1][0] if start == OUTSIDE else start, start == OUTSIDE, text
        if not text or key in written:
            continue
        # Below a stack the first line is not free.
        lines = BASE_LINES[1:] if start != OUTSIDE and part.repeats[start] > 1 else BASE_LINES
        free = _free_place(taken, spans, text, route[1], layout.width, lines)
        if free is not None:
            written.add(key)
            found.append(free)
    return found


def _is_alone(layout: NestedLayout, box: int, *, is_out: bool) -> bool:
    return box == OUTSIDE and sum(port.is_out == is_out for port in layout.ports) == 1


def _free_place(
    taken: Taken, spans: LineSpans, text: str, row_end: Point, whole: float, lines: Sequence[int]
) -> EdgeLabel | None:
    """At either side of the line, in two lines, at best where no line goes.

    None where other labels have taken all, or the group's box ends.
    """
    width = text_width(text)
    x, y = row_end
    places = [
        EdgeLabel(text, left, y + line)
        for line in lines
        for left in (x + BESIDE_LINE, x - BESIDE_LINE - width)
        if _SIDE <= left <= whole - _SIDE - width and _is_free(taken, y + line, left, left + width)
    ]
    found = next(
        (each for each in places if spans.are_free(each.y, each.x - _CLEAR, each.x + width + _CLEAR)),
        places[0] if places else None,
    )
    if found is not None:
        _take(taken, found)
    return found


def _is_free(taken: Taken, base: float, left: float, right: float) -> bool:
    return all(left > end + _GAP or right < start - _GAP for start, end in taken.get(round(base), []))


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
            y = layout.y[box] - 5 if is_above else layout.y[box] + layout.box_height[box] + BASE_LINES[0]
            labels.append(EdgeLabel(text, max(2.0, middle - BESIDE_LINE - text_width(text)), y))
    return labels
