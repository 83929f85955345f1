"""The order of boxes from top to bottom, and the edges that close a loop.

Boxes come in the order of execution, which nearly always is one in which each box stands behind those that it reads;
where it is not, they are sorted. Edges that close a loop are, within a set of boxes that reach each other, those that
go against the order in which the boxes came.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass

from cutaway.model.graph.layout.boxes import Edges


@dataclass(frozen=True, slots=True)
class Order:
    """The boxes, each behind all that it reads, without the edges that close loops."""

    boxes: list[int]
    #: Of each edge; an edge from a box to itself closes a loop.
    is_back: list[bool]


def edges_by_box(count: int, ends: list[int], is_left: Callable[[int], bool] | None = None) -> list[list[int]]:
    """The edges of each box by one of their ends, without those that are left out."""
    found: list[list[int]] = [[] for _ in range(count)]
    for edge, box in enumerate(ends):
        if is_left is None or not is_left(edge):
            found[box].append(edge)
    return found


def order_of(count: int, edges: Edges) -> Order:
    """The order of `count` boxes."""
    pairs = list(zip(edges.start, edges.end, strict=True))
    is_back = [start == end for start, end in pairs]
    if all(start <= end for start, end in pairs):
        return Order(list(range(count)), is_back)
    component = _components(count, edges)
    for edge, (start, end) in enumerate(pairs):
        if start > end and component[start] == component[end]:
            is_back[edge] = True
    return Order(_sorted(count, edges, is_back), is_back)


def _sorted(count: int, edges: Edges, is_back: list[bool]) -> list[int]:
    """A topological order; of boxes that are free at the same time the first one comes first."""
    out = edges_by_box(count, edges.start, is_back.__getitem__)
    waits_for = [0] * count
    for edge, end in enumerate(edges.end):
        if not is_back[edge]:
            waits_for[end] += 1
    free = [box for box in range(count) if waits_for[box] == 0]
    boxes = []
    while free:
        box = heapq.heappop(free)
        boxes.append(box)
        for edge in out[box]:
            end = edges.end[edge]
            waits_for[end] -= 1
            if waits_for[end] == 0:
                heapq.heappush(free, end)
    return boxes


def _components(count: int, edges: Edges) -> list[int]:
    """Per box the number of the set of boxes that reach each other (Tarjan's algorithm, without recursion)."""
    out = edges_by_box(count, edges.start)
    index, lowest, component, place = [-1] * count, [0] * count, [-1] * count, [0] * count
    path: list[int] = []
    is_open: list[int] = []
    visited = components = 0
    for root in range(count):
        if index[root] >= 0:
            continue
        path.append(root)
        while path:
            box = path[-1]
            if index[box] < 0:
                index[box] = lowest[box] = visited
                visited += 1
                is_open.append(box)
            entered = -1
            while place[box] < len(out[box]):
                end = edges.end[out[box][place[box]]]
                if index[end] < 0:
                    entered = end
                    break
                if component[end] < 0:
                    lowest[box] = min(lowest[box], lowest[end], index[end])
                place[box] += 1
            if entered >= 0:
                path.append(entered)
                continue
            path.pop()
            if lowest[box] != index[box]:
                continue
            member = -1
            while member != box:
                member = is_open.pop()
                component[member] = components
            components += 1
    return component
