"""Layouts of groups within groups: an opened group is a box as large as its title and its inside, drawn in it.

Edges from outside come in at its upper border and leave at its lower one, at ports: one for each kind of tensor, so
that a line can be followed through the border.
"""

from dataclasses import dataclass

from cutaway.model.graph.layout.boxes import Boxes, Edges, Layout, Point, Way
from cutaway.model.graph.layout.layout import lay_out

#: Pixels of an opened group: its title, the room beside and below its inside, and before and within its column of
#: asides.
TITLE = 24
SIDE = 14
BELOW = 12
BESIDE = 36
BETWEEN_ASIDES = 10
#: Pixels from a line to what is written beside it.
BESIDE_LINE = 4
#: Instead of a box: the edge comes from outside the group, or goes there.
OUTSIDE = -1
_PORT_WIDTH = 8
#: Lines meet boxes at least so far from their corners.
_CORNER = 8
_PORT_BELOW = 8
#: With more kinds of tensors than these, all go through one port.
_MOST_PORTS = 8
#: A column of asides is at least so high before the next one begins.
_LEAST_COLUMN = 400
#: A port for what nobody knows the kind of, or for any kind.
ANY = -1


@dataclass(frozen=True, slots=True)
class NestedGroup:
    """One group that is open, of b boxes and m edges."""

    #: b sizes each of the boxes where they are closed.
    width: list[float]
    height: list[float]
    #: Per box the place of the group that is open in it, always a later one; -1 for a closed box.
    inside: list[int]
    #: m places of boxes each, or `OUTSIDE`.
    start: list[int]
    end: list[int]
    #: What an edge carries, as a number that is the same in all groups; `ANY` where nobody knows.
    kind: list[int]
    #: How wide the words beside an edge are; 0 for none.
    words: list[float]
    #: Boxes that stand in the column at the side, and edges that have no line.
    is_aside: list[bool]
    is_hidden: list[bool]
    #: How wide the box has to be for its title.
    title_width: float


@dataclass(frozen=True, slots=True)
class Port:
    """Where edges pass through the border of an opened group."""

    is_out: bool
    kind: int
    #: From the left of the group's box, and where the lines inside meet it: it goes straight on to the border.
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class NestedLayout:
    """Places in the group's box, from its top left corner."""

    x: list[float]
    y: list[float]
    #: The sizes of the boxes as they are drawn, those of opened groups among them.
    box_width: list[float]
    box_height: list[float]
    width: float
    height: float
    way: list[Way]
    routes: list[list[Point]]
    ports: list[Port]


def lay_out_nested(groups: list[NestedGroup]) -> list[NestedLayout]:
    """The layouts of groups, of which the first is the whole."""
    layouts: list[NestedLayout | None] = [None] * len(groups)
    for place in reversed(range(len(groups))):
        group = groups[place]
        layouts[place] = _lay_out_group(group, [None if each < 0 else layouts[each] for each in group.inside])
    return [layout for layout in layouts if layout is not None]


def _lay_out_group(group: NestedGroup, inside: list[NestedLayout | None]) -> NestedLayout:
    count = len(group.width)
    box_width = [group.width[box] if each is None else each.width for box, each in enumerate(inside)]
    box_height = [group.height[box] if each is None else each.height for box, each in enumerate(inside)]
    main = [box for box in range(count) if not group.is_aside[box]]
    ports = _ports(group)
    place_of = {box: place for place, box in enumerate(main)}
    boxes = Boxes(
        [box_width[box] for box in main] + [_PORT_WIDTH for _ in ports],
        [box_height[box] for box in main] + [_PORT_BELOW if port.is_out else TITLE for port in ports],
        [0 for _ in main] + [1 if port.is_out else -1 for port in ports],
    )
    drawn: list[int] = []
    edges = Edges([], [], [], [])
    for edge, (start, end, kind) in enumerate(zip(group.start, group.end, group.kind, strict=True)):
        if group.is_hidden[edge] or any(box != OUTSIDE and group.is_aside[box] for box in (start, end)):
            continue
        drawn.append(edge)
        edges.start.append(len(main) + _port_at(ports, kind, is_out=False) if start == OUTSIDE else place_of[start])
        edges.end.append(len(main) + _port_at(ports, kind, is_out=True) if end == OUTSIDE else place_of[end])
        edges.start_x.append(None if start == OUTSIDE else _port_x(inside[start], kind, is_out=True))
        edges.end_x.append(None if end == OUTSIDE else _port_x(inside[end], kind, is_out=False))
    found = lay_out(boxes, edges)
    straight = _straightened(boxes, edges, found)
    asides = _place_asides(group, box_width, box_height, found.height)
    before, inner = _room_with_words(group, drawn, ports, straight, found.width)
    before_asides = inner + BESIDE if inner > 0 else 0.0
    content = before_asides + asides.width if asides.places else inner
    whole = max(content + 2 * SIDE, group.title_width)
    left = SIDE + (whole - 2 * SIDE - content) / 2
    left, first_left = left + before, left
    top = 0 if -1 in boxes.pin else TITLE + BELOW
    bottom = 0 if 1 in boxes.pin else BELOW
    x, y = [0.0] * count, [0.0] * count
    for place, box in enumerate(main):
        x[box], y[box] = left + found.x[place], top + found.y[place]
    for box, (at, down) in asides.places.items():
        x[box], y[box] = first_left + before_asides + at, TITLE + BELOW + down
    way, routes = _lines(len(group.start), drawn, found, straight, left, top)
    return NestedLayout(
        x,
        y,
        box_width,
        box_height,
        whole,
        max(top + found.height + bottom, TITLE + BELOW + asides.height + BELOW),
        way,
        routes,
        [
            Port(
                port.is_out,
                port.kind,
                left + found.x[len(main) + idx] + _PORT_WIDTH / 2,
                top + found.y[len(main) + idx] + (0 if port.is_out else TITLE),
            )
            for idx, port in enumerate(ports)
        ],
    )


def _straightened(boxes: Boxes, edges: Edges, found: Layout) -> list[list[Point]]:
    """The routes: a line that is alone at its side of a box may meet it anywhere, so where it is straight."""
    leaving, coming = [0] * len(boxes.width), [0] * len(boxes.width)
    for start, end, way in zip(edges.start, edges.end, found.way, strict=True):
        if way != Way.PORTAL:
            leaving[start] += 1
            coming[end] += 1

    def can_meet(box: int, wanted: float) -> bool:
        middle = found.x[box] + boxes.width[box] / 2
        return abs(wanted - middle) <= boxes.width[box] / 2 - _CORNER

    routes = [list(route) for route in found.routes]
    for edge, route in enumerate(routes):
        if found.way[edge] != Way.THROUGH:
            continue
        start, end = edges.start[edge], edges.end[edge]
        if coming[end] == 1 and edges.end_x[edge] is None and can_meet(end, route[-3][0]):
            route[-2:] = [(route[-3][0], y) for _, y in route[-2:]]
        if leaving[start] == 1 and edges.start_x[edge] is None and can_meet(start, route[2][0]):
            route[:2] = [(route[2][0], y) for _, y in route[:2]]
    return routes


def _room_with_words(
    group: NestedGroup, drawn: list[int], ports: list[Port], routes: list[list[Point]], width: float
) -> tuple[float, float]:
    """The room at the left of what is laid out for the words there, and the width with this and all words.

    Words stand at the right of a line, but where another one leaves the box there.
    """
    last: dict[int, float] = {}
    for route, edge in zip(routes, drawn, strict=True):
        if route and group.start[edge] != OUTSIDE:
            last[group.start[edge]] = max(last.get(group.start[edge], 0.0), route[1][0])
    first = 0.0
    for route, edge in zip(routes, drawn, strict=True):
        start, words = group.start[edge], group.words[edge]
        # What goes through the only port is written outside.
        if (
            not route
            or words == 0
            or _is_alone(ports, start, is_out=False)
            or _is_alone(ports, group.end[edge], is_out=True)
        ):
            continue
        at = route[1][0]
        if at < last.get(start, 0.0):
            first = min(first, at - BESIDE_LINE - words)
        else:
            width = max(width, at + BESIDE_LINE + words)
    return -first, width - first


def _is_alone(ports: list[Port], box: int, *, is_out: bool) -> bool:
    return box == OUTSIDE and sum(port.is_out == is_out for port in ports) == 1


def _lines(
    count: int, drawn: list[int], found: Layout, straight: list[list[Point]], left: float, top: float
) -> tuple[list[Way], list[list[Point]]]:
    """The lines of all edges of the group, from those that were laid out."""
    way = [Way.ASIDE] * count
    routes: list[list[Point]] = [[] for _ in range(count)]
    for idx, edge in enumerate(drawn):
        way[edge] = found.way[idx]
        routes[edge] = [(at + left, down + top) for at, down in straight[idx]]
    return way, routes


def _ports(group: NestedGroup) -> list[Port]:
    found = []
    for is_out in (False, True):
        kinds: dict[int, None] = {}
        here, there = (group.end, group.start) if is_out else (group.start, group.end)
        for edge, kind in enumerate(group.kind):
            if here[edge] == OUTSIDE and not group.is_hidden[edge] and not group.is_aside[there[edge]]:
                kinds[kind] = None
        found += [Port(is_out, kind) for kind in ([ANY] if len(kinds) > _MOST_PORTS else kinds)]
    return found


def _port_at(ports: list[Port], kind: int, *, is_out: bool) -> int:
    """The place of the port for a kind; the only one there is takes all kinds."""
    side = [idx for idx, port in enumerate(ports) if port.is_out == is_out]
    return next((idx for idx in side if ports[idx].kind == kind), side[0])


def _port_x(layout: NestedLayout | None, kind: int, *, is_out: bool) -> float | None:
    """Where an edge meets an opened group, from the middle of its box; None where it may be anywhere."""
    if layout is None:
        return None
    side = [port for port in layout.ports if port.is_out == is_out]
    port = side[0] if len(side) == 1 else next((each for each in side if each.kind == kind), None)
    return None if port is None else port.x - layout.width / 2


@dataclass(frozen=True, slots=True)
class _Asides:
    width: float
    height: float
    places: dict[int, Point]


def _place_asides(group: NestedGroup, box_width: list[float], box_height: list[float], height: float) -> _Asides:
    """Columns of the boxes that stand aside, about as high as the rest."""
    places: dict[int, Point] = {}
    limit = max(height - TITLE, _LEAST_COLUMN)
    left = top = column = bottom = 0.0
    for box, is_aside in enumerate(group.is_aside):
        if not is_aside:
            continue
        if top > 0 and top + box_height[box] > limit:
            left += column + BETWEEN_ASIDES
            top = column = 0.0
        places[box] = (left, top)
        column = max(column, box_width[box])
        bottom = max(bottom, top + box_height[box])
        top += box_height[box] + BETWEEN_ASIDES
    return _Asides(left + column, bottom, places)
