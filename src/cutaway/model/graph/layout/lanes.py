"""Lanes at the right of the rows, for edges that would pass through too many of them.

Edges from one box share a lane; lanes that are free again are used again. Edges beyond the last lane become portals.
"""

from dataclasses import dataclass, field

from cutaway.model.graph.layout.boxes import Edges, Way

#: More lines side by side than these cannot be followed by the eye.
MOST_LANES = 12


@dataclass(slots=True)
class _Bus:
    top: int
    bottom: int
    edges: list[int] = field(default_factory=list)


def lanes_of(rank: list[int], edges: Edges, way: list[Way]) -> tuple[list[int], int]:
    """Per edge the number of its lane from the left, -1 for one without, and how many lanes there are.

    Those on the ways `LANE` and `BACK` that have none are turned into portals.
    """
    lane = [-1] * len(way)
    buses = sorted(_buses(rank, edges, way), key=lambda bus: (bus.top, bus.bottom, bus.edges[0]))
    #: Per lane the row below which it is free.
    bottoms: list[int] = []
    for bus in buses:
        number = next((idx for idx, bottom in enumerate(bottoms) if bottom < bus.top), -1)
        if number < 0 and len(bottoms) < MOST_LANES:
            number = len(bottoms)
            bottoms.append(-1)
        if number >= 0:
            bottoms[number] = bus.bottom
        for edge in bus.edges:
            lane[edge] = number
            if number < 0:
                way[edge] = Way.PORTAL
    return lane, len(bottoms)


def _buses(rank: list[int], edges: Edges, way: list[Way]) -> list[_Bus]:
    by_source: dict[int, _Bus] = {}
    for edge, each in enumerate(way):
        if each not in (Way.LANE, Way.BACK):
            continue
        top, bottom = rank[edges.start[edge]], rank[edges.end[edge]]
        # Those that go up have a bus of their own: its arrows point the other way.
        source = -1 - edges.start[edge] if each == Way.BACK else edges.start[edge]
        bus = by_source.setdefault(source, _Bus(top, top))
        bus.top = min(bus.top, top, bottom)
        bus.bottom = max(bus.bottom, top, bottom)
        bus.edges.append(edge)
    return list(by_source.values())
