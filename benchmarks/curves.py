"""Plots of rows that are points of a curve: ours and the peer's over how much there is; logarithmic axes."""

import math
from collections.abc import Iterator, Sequence
from html import escape

from benchmarks.harness import Result, figure, median

_WIDTH, _HEIGHT = 460, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 36, 16, 44
#: Legible on a white and on a black ground.
_STYLE = """
text { font: 12px sans-serif; fill: #777 }
line { stroke: #7776 }
polyline { fill: none; stroke-width: 2 }
.ours { stroke: #2a78d6; fill: #2a78d6 } .peer { stroke: #d97706; fill: #d97706 }
polyline.ours, polyline.peer { fill: none }
text.ours, text.peer { stroke: none }
"""


def curves_of(rows: Sequence[Result]) -> dict[str, list[Result]]:
    """The rows that are points, by the names of their curves, in order."""
    found: dict[str, list[Result]] = {}
    for row in rows:
        if row.curve:
            found.setdefault(row.curve, []).append(row)
    return {curve: sorted(points, key=lambda row: row.at) for curve, points in found.items()}


def title_of(curve: str) -> str:
    """What grows, and what is measured."""
    grows, _, measured = curve.partition(": ")
    return f"{grows}: {measured or 'seconds from the command to the data'}"


def svg_of(curve: str, rows: Sequence[Result]) -> str:
    """The picture of one curve; ``rows`` has two at least."""
    sides = {"ours": [(row.at, median(row.ours)) for row in rows], "peer": [(row.at, median(row.peer)) for row in rows]}
    figures = [value for points in sides.values() for _, value in points]
    x = _Scale(rows[0].at, rows[-1].at, _LEFT, _WIDTH - _RIGHT)
    y = _Scale(min(figures), max(figures), _HEIGHT - _BOTTOM, _TOP)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}">',
        f"<title>{escape(title_of(curve))}</title><style>{_STYLE}</style>",
    ]
    for at in x.powers():
        place = x.place(at)
        lines.append(f'<line x1="{place:.1f}" y1="{_TOP}" x2="{place:.1f}" y2="{_HEIGHT - _BOTTOM}"/>')
        lines.append(f'<text x="{place:.1f}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle">{_short(at)}</text>')
    for at in y.powers():
        place = y.place(at)
        lines.append(f'<line x1="{_LEFT}" y1="{place:.1f}" x2="{_WIDTH - _RIGHT}" y2="{place:.1f}"/>')
        lines.append(
            f'<text x="{_LEFT - 6}" y="{place + 4:.1f}" text-anchor="end">{figure(at, rows[0].measure)}</text>'
        )
    grows, _, measured = curve.partition(": ")
    lines.append(f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 8}" text-anchor="end">{escape(grows)}</text>')
    lines.append(f'<text x="{_LEFT}" y="{_HEIGHT - 8}">{escape(measured)}</text>')
    # The peer may be another way of ours.
    mine = "ours" if rows[0].peer_name.startswith("Cutaway") else "Cutaway"
    for side, name in (("ours", mine), ("peer", rows[0].peer_name)):
        places = [(x.place(at), y.place(value)) for at, value in sides[side]]
        text = " ".join(f"{left:.1f},{top:.1f}" for left, top in places)
        lines.append(f'<polyline class="{side}" points="{text}"/>')
        lines += [f'<circle class="{side}" cx="{left:.1f}" cy="{top:.1f}" r="3"/>' for left, top in places]
        top = _TOP + (14 if side == "ours" else 30)
        lines.append(f'<text class="{side}" x="{_LEFT + 8}" y="{top}">{escape(name)}</text>')
    return "\n".join([*lines, "</svg>\n"])


def _short(number: float) -> str:
    """A power of ten."""
    return f"{number / 1e6:,.0f} M" if number >= 1e6 else f"{number:,.0f}"


class _Scale:
    """From figures to places, by their logarithms, with whole powers of ten at both ends."""

    def __init__(self, low: float, high: float, start: float, stop: float) -> None:
        self._low, self._high = math.floor(math.log10(low)), math.ceil(math.log10(high))
        self._high = max(self._high, self._low + 1)
        self._start, self._stop = start, stop

    def place(self, figure: float) -> float:
        share = (math.log10(figure) - self._low) / (self._high - self._low)
        return self._start + share * (self._stop - self._start)

    def powers(self) -> Iterator[float]:
        yield from (10.0**power for power in range(self._low, self._high + 1))
