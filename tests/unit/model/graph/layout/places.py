"""Where boxes and lines of a layout are, for tests."""

import itertools
from collections.abc import Iterator

from cutaway.model.graph.layout.boxes import Point
from cutaway.model.graph.layout.layout import BETWEEN_ROWS

NEAR = 1e-6


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return all(
        one[axis] + NEAR < other[axis] + other[axis + 2] and other[axis] + NEAR < one[axis] + one[axis + 2]
        for axis in (0, 1)
    )


def pieces(route: list[Point]) -> Iterator[tuple[float, float, float, float]]:
    """The rectangles around the straight pieces of a route, whose curves are cut into 12."""
    for idx in range(1, len(route)):
        (x0, y0), (x1, y1) = route[idx - 1], route[idx]
        points = [(x0, y0), (x1, y1)]
        if idx % 2 == 0:
            turn = BETWEEN_ROWS if idx == 2 else -BETWEEN_ROWS
            down = y0 + turn if y0 == y1 else (y0 + y1) / 2
            points = [curve((x0, y0), (x0, down), (x1, down), (x1, y1), step / 12) for step in range(13)]
        for (a, b), (c, d) in itertools.pairwise(points):
            yield min(a, c), min(b, d), abs(c - a), abs(d - b)


def curve(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    s = 1 - t
    shares = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
    x = sum(share * point[0] for share, point in zip(shares, (a, b, c, d), strict=True))
    y = sum(share * point[1] for share, point in zip(shares, (a, b, c, d), strict=True))
    return x, y
