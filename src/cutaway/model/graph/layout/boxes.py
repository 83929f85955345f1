"""Boxes and the edges between them, as a layout takes them and as it gives them back.

Coordinates are pixels at a scale of 1, x to the right and y downwards, from the top left corner of what is laid out.
"""

from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True, slots=True)
class Boxes:
    """How large the boxes are, in the order of execution."""

    width: list[float]
    height: list[float]
    #: Boxes that stand alone in the first row (-1), or in the last one (1), and 0 for all others.
    pin: list[int]


@dataclass(frozen=True, slots=True)
class Edges:
    """Edge i goes from box `start[i]` to box `end[i]`: several between two boxes are allowed, and one to itself."""

    start: list[int]
    end: list[int]
    #: Where an edge has to meet its boxes, in pixels from their middles; None where it may be anywhere.
    start_x: list[float | None]
    end_x: list[float | None]


def plain(width: list[float], height: list[float], start: list[int], end: list[int]) -> tuple[Boxes, Edges]:
    """Boxes without pins, and edges that may meet them anywhere."""
    anywhere: list[float | None] = [None] * len(start)
    return Boxes(width, height, [0] * len(width)), Edges(start, end, anywhere, anywhere)


class Way(IntEnum):
    """How an edge is drawn."""

    #: Through the rows between its boxes.
    THROUGH = 0
    #: Past them, in a lane at the side.
    LANE = 1
    #: Not as a line: each end has a label that names the other.
    PORTAL = 2
    #: Upwards, in a lane at the side: it closes a loop.
    BACK = 3
    #: Not at all: it goes to what stands aside, or from there.
    ASIDE = 4


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of boxes, by their top left corners, and the ways of edges."""

    x: list[float]
    y: list[float]
    width: float
    height: float
    way: list[Way]
    #: The points of each edge; none for a portal. From the first to the second the line is vertical, from there to the
    #: third it is a curve between two rows, and so on in turn, so that it crosses no box. A curve whose ends are
    #: equally high turns round.
    routes: list[list[Point]]
