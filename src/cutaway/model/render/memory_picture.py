"""The memory of a step as a picture: what is in use after each operation, from the first to the last."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

from cutaway.model.costs.memory import Memory, Use
from cutaway.model.values_text import si

_HEIGHT = 7
_EIGHTHS = " ▁▂▃▄▅▆▇█"
#: Memory that stays from step to step is drawn lighter.
_LASTING: tuple[Use, ...] = ("parameters", "buffers", "inputs", "optimizer", "gradients")

_OPTIMIZER_SHARE = 0.2
_FEWEST_COLUMNS = 48

_SVG_WIDTH, _SVG_HEIGHT, _MOST_COLUMNS = 640, 150, 320
#: The order of stacking, from below; hues that colour-blind readers tell apart (Okabe and Ito).
_COLOURS: dict[Use, str] = {
    "parameters": "#0072b2",
    "buffers": "#56b4e9",
    "optimizer": "#009e73",
    "inputs": "#999999",
    "gradients": "#e69f00",
    "activations": "#cc79a7",
    "temporary": "#d55e00",
}


@dataclass(frozen=True, slots=True)
class _Columns:
    """The ops of a step in at most so many columns, each drawn as it is at its fullest moment."""

    moments: list[int]
    #: Each phase with its first column.
    phases: list[tuple[str, int]]


def text_picture(memory: Memory, width: int) -> list[str]:
    """Lines of at most `width` characters: the memory over the ops, and the phases below."""
    scale = si(memory.peak, "B")
    columns = _columns(memory, width - len(scale) - 2)
    lasting = [sum(memory.by_use[use][at] for use in _LASTING) for at in columns.moments]
    lines = []
    for row in range(_HEIGHT - 1, -1, -1):
        drawn = "".join(
            _cell(memory.total[at], low, row, memory.peak) for at, low in zip(columns.moments, lasting, strict=True)
        )
        label = scale if row == _HEIGHT - 1 else ""
        lines.append(f"{label:>{len(scale)}} ┤{drawn}".rstrip())
    lines.append(f"{'0 B':>{len(scale)}} └" + "─" * len(columns.moments))
    ends = [start for _, start in columns.phases[1:]] + [len(columns.moments)]
    names = ""
    for (phase, start), end in zip(columns.phases, ends, strict=True):
        names = names.ljust(start) + phase[: max(0, end - start - 1)]
    lines.append(f"{'':>{len(scale)}}  {names}".rstrip())
    lines.append(f"{'':>{len(scale)}}  ▒ parameters, gradients, optimizer, inputs   █ activations, temporary")
    return lines


def svg_picture(memory: Memory) -> str:
    """The memory after each op as an SVG image in HTML, stacked by use, with a legend."""
    columns = _columns(memory, _MOST_COLUMNS)
    step = _SVG_WIDTH / len(columns.moments)
    base = [0.0] * len(columns.moments)
    areas = []
    for use, colour in _COLOURS.items():
        top = [low + memory.by_use[use][at] for low, at in zip(base, columns.moments, strict=True)]
        if top != base:
            corners = [*_corners(top, step, memory.peak), *reversed(list(_corners(base, step, memory.peak)))]
            points, title = " ".join(corners), escape(f"{use}: at most {si(memory.most(use), 'B')}")
            areas.append(f'<polygon fill="{colour}" points="{points}"><title>{title}</title></polygon>')
        base = top
    marks = "".join(
        f'<line x1="{start * step:.1f}" x2="{start * step:.1f}" y2="{_SVG_HEIGHT}" stroke="currentColor" '
        f'stroke-opacity=".4"/><text x="{start * step + 3:.1f}" y="{_SVG_HEIGHT + 13}" fill="currentColor" '
        f'font-size="11">{phase}</text>'
        for phase, start in columns.phases
    )
    legend = "".join(
        f'<span><b style="color:{_COLOURS[use]}">■</b> {use} {amount}</span> '
        for use, amount in ((use, si(size, "B")) for use, size in memory.at_peak.items())
    )
    drawn, peak = "".join(areas), si(memory.peak, "B")
    label = f"memory over the step, at most {peak}"
    return (
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {_SVG_WIDTH} {_SVG_HEIGHT + 18}" '
        f'style="max-width:{_SVG_WIDTH}px;width:100%;height:auto;display:block;margin:8px 6px">'
        f'{drawn}{marks}</svg><div class="legend">At the peak of {peak}: {legend}</div>'
    )


def _columns(memory: Memory, most: int) -> _Columns:
    # A forward that a checkpoint repeats is a part of the backward.
    shown = ("backward" if phase == "recompute" else phase for phase in memory.phases)
    runs = [(phase, sum(1 for _ in run)) for phase, run in groupby(shown)]
    rest = sum(count for phase, count in runs if phase != "optimizer")
    # An optimizer's many small ops would take the place of all else.
    weights = [min(count, rest * _OPTIMIZER_SHARE) if phase == "optimizer" else count for phase, count in runs]
    total = sum(weights)
    scale = min(most / total, max(1.0, _FEWEST_COLUMNS / total))
    moments: list[int] = []
    phases: list[tuple[str, int]] = []
    first = 0
    for (phase, count), weight in zip(runs, weights, strict=True):
        number = max(1, int(weight * scale))
        phases.append((phase, len(moments)))
        for idx in range(number):
            low, high = first + idx * count // number, first + (idx + 1) * count // number
            # With few ops several columns show one.
            moments.append(max(range(low, max(high, low + 1)), key=memory.total.__getitem__))
        first += count
    return _Columns(moments, phases)


def _cell(total: int, lasting: int, row: int, peak: int) -> str:
    low, high = peak * row / _HEIGHT, peak * (row + 1) / _HEIGHT
    if total >= high or total <= low:
        filled = 8 if total >= high else 0
    else:
        filled = max(1, round((total - low) / (high - low) * 8))
    if filled == 8 and lasting >= (low + high) / 2:
        return "▒"
    return _EIGHTHS[filled]


def _corners(heights: list[float], step: float, peak: int) -> Iterator[str]:
    for idx, height in enumerate(heights):
        y = _SVG_HEIGHT * (1 - height / peak)
        yield f"{idx * step:.1f},{y:.1f}"
        yield f"{(idx + 1) * step:.1f},{y:.1f}"
