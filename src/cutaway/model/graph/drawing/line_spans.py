"""Where lines run in the rows of labels between two rows of boxes: what is written there would hide them.

As on the page (``web/src/charts/graph/line_spans.ts``).
"""

from bisect import bisect_right

from cutaway.model.graph.layout.boxes import Point

#: Pixels below the end of a row of boxes to the base lines that labels may have.
BASE_LINES = (12, 24)
#: Which part of a curve's way to the side is in each row of labels.
_SHARES = ((0.0, 0.32), (0.32, 0.9))


class LineSpans:
    """Spans of x that lines take, by base lines."""

    def __init__(self, routes: list[list[Point]]) -> None:
        self._found: dict[int, list[tuple[float, float]]] = {}
        for route in routes:
            # Every other piece is a curve between two rows; one whose ends are equally high turns round below.
            for (x0, y0), (x1, y1) in zip(route[1:-1:2], route[2::2], strict=False):
                for base, (first, last) in zip(BASE_LINES, _SHARES, strict=True):
                    ends = x0 + first * (x1 - x0), x0 + last * (x1 - x0)
                    if y1 > y0:
                        self._found.setdefault(round(y0 + base), []).append((min(ends), max(ends)))
        self._joined: dict[int, tuple[list[float], list[float]]] = {}

    def are_free(self, base: float, left: float, right: float) -> bool:
        """Whether no line runs between two places on a base line."""
        starts, ends = self._at(round(base))
        place = bisect_right(starts, right)
        return place == 0 or ends[place - 1] < left

    def _at(self, base: int) -> tuple[list[float], list[float]]:
        """The beginnings and ends of the spans on a base line, those that overlap as one."""
        if base not in self._joined:
            starts: list[float] = []
            ends: list[float] = []
            for start, end in sorted(self._found.get(base, [])):
                if ends and start <= ends[-1]:
                    ends[-1] = max(ends[-1], end)
                else:
                    starts.append(start)
                    ends.append(end)
            self._joined[base] = starts, ends
        return self._joined[base]
