"""The picture of a scene as SVG: one text that stands alone, in light and dark, with tooltips and a description.

Every box is a ``g`` with ``data-group`` or ``data-node``, its number in the graph's columns, and a ``title``.
"""

import re
from collections.abc import Iterator
from html import escape
from math import isnan
from zlib import crc32

from cutaway.model.graph.drawing.box_text import ONE_LINE, SIDE, TEXT_SIZE, TITLE_SIZE, BoxText, tensor_text
from cutaway.model.graph.drawing.legend import legend_of
from cutaway.model.graph.drawing.numbers import cost_text, whole_cost
from cutaway.model.graph.drawing.scene import Frame, Scene
from cutaway.model.graph.drawing.style import ROOT, line_width, style_sheet
from cutaway.model.graph.drawing.text_width import lines_of, text_width
from cutaway.model.graph.graph import NodeKind
from cutaway.model.graph.layout.boxes import Point
from cutaway.model.graph.layout.layout import BETWEEN_ROWS
from cutaway.model.graph.layout.nested import OUTSIDE

_MARGIN = 12
#: Of the corners of frames, of groups and of nodes.
_FRAME_RADIUS, _GROUP_RADIUS, _NODE_RADIUS = 4, 3, 6
#: How far the boxes behind a stack stand out.
_STACK = 3
_HEAD_WIDTH, _HEAD_HEIGHT, _PORT = 2.5, 6, 3
_BAR = 3
_BETWEEN = 8
_LINE = 16
#: Of the picture, for the lines below it.
_LEAST_WIDTH = 400
#: What XML has no place for, escaped or not.
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_svg(scene: Scene, title: str) -> str:
    """The picture; `title` says what it is of."""
    inner = max(scene.width, _LEAST_WIDTH)
    legend = [line for text in legend_of(scene) for line in lines_of(text, inner)]
    width = inner + 2 * _MARGIN
    height = scene.height + 2 * _MARGIN + len(legend) * _LINE
    body = "".join("".join(part(scene, frame)) for part in (_frame, _labels) for frame in scene.frames)
    lines = "".join(
        f'<text class="quiet" x="0" y="{_number(scene.height + (idx + 1) * _LINE)}">{_text(line)}</text>'
        for idx, line in enumerate(legend)
    )
    mark = f"{crc32((title + body).encode('utf-8', 'replace')):08x}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{ROOT}" width="{_number(width)}" height="{_number(height)}" '
        f'viewBox="{-_MARGIN} {-_MARGIN} {_number(width)} {_number(height)}" role="img" '
        f'aria-labelledby="cutaway-title-{mark} cutaway-desc-{mark}">'
        f'<title id="cutaway-title-{mark}">{_text(title)}</title>'
        f'<desc id="cutaway-desc-{mark}">{_text(_description(scene))}</desc>'
        f"<style>{style_sheet()}</style>"
        f'<rect class="ground" x="{-_MARGIN}" y="{-_MARGIN}" width="{_number(width)}" height="{_number(height)}"/>'
        f"{body}{lines}</svg>\n"
    )


def _description(scene: Scene) -> str:
    nodes = scene.graph.nodes.kind
    shown = int((nodes < NodeKind.PARAMETER).sum())
    groups = len(scene.graph.groups.name) - 1
    return (
        f"{shown:,} operations, inputs and outputs in {groups:,} groups, of which {len(scene.frames) - 1:,} are open; "
        f"{scene.boxes:,} boxes, from top to bottom in the order of execution: {_outline(scene)}."
    )


def _outline(scene: Scene) -> str:
    """The names in the whole, which a reader of the screen is told."""
    names = [f"{text.title} {text.repeats}".strip() for text in scene.frames[0].texts]
    return ", ".join(names[:30]) + (f" and {len(names) - 30:,} more" if len(names) > 30 else "")


def _frame(scene: Scene, frame: Frame) -> Iterator[str]:
    layout = frame.layout
    ground = "even" if frame.depth % 2 else "odd"
    yield f'<g transform="translate({_number(frame.left)} {_number(frame.top)})">'
    yield f'<g data-group="{frame.group}"><title>{_text(_group_title(scene, frame))}</title>'
    # The whole has no border of its own.
    if frame.parent >= 0:
        kind = f"{ground} frame{' failed' if _is_failed(scene, frame.group) else ''}"
        if frame.repeats > 1:
            yield from _stack(0, 0, layout.width, layout.height, kind, _FRAME_RADIUS)
        yield _rect(0, 0, layout.width, layout.height, kind, _FRAME_RADIUS)
    yield "</g>"
    yield from _edges(scene, frame)
    yield from _ports(frame)
    yield from _title(frame, ground)
    for box, inside in enumerate(frame.inside):
        if inside < 0:
            yield from _box(scene, frame, box)
    yield "</g>"


def _labels(_: Scene, frame: Frame) -> Iterator[str]:
    """The texts beside lines: over all boxes, as the stack of an opened group reaches into the room below it."""
    kind = "label even-label" if frame.depth % 2 else "label"
    yield f'<g transform="translate({_number(frame.left)} {_number(frame.top)})">'
    for more, labels in (("", frame.labels), (" portal", frame.portals)):
        for label in labels:
            place = f'x="{_number(label.x)}" y="{_number(label.y)}"'
            yield f'<text class="{kind}{more}" {place}>{_text(label.text)}</text>'
    yield "</g>"


def _title(frame: Frame, ground: str) -> Iterator[str]:
    """The title bar: the name, and quietly the class. Lines from the border pass behind the words."""
    repeats = f"× {frame.repeats}, the first is shown" if frame.repeats > 1 else ""
    words = [("title", frame.title, text_width(frame.title, TITLE_SIZE, bold=True))]
    words += [("quiet", text, text_width(text, TEXT_SIZE)) for text in (frame.type, repeats) if text]
    width = sum(each for _, _, each in words) + _BETWEEN * len(words)
    yield (
        f'<rect class="{ground}" data-behind="" x="2" y="2" '
        f'width="{_number(min(width + SIDE, frame.layout.width - 4))}" height="20"/>'
    )
    at: float = SIDE
    for kind, text, each in words:
        yield f'<text class="{kind}" x="{_number(at)}" y="16">{_text(text)}</text>'
        at += each + _BETWEEN


def _ports(frame: Frame) -> Iterator[str]:
    """Lines through the border, and a mark on it."""
    for port in frame.layout.ports:
        x, border = _number(port.x), _number(frame.layout.height if port.is_out else 0)
        yield f'<path class="edge port" d="M{x} {_number(port.y)}V{border}"/>'
        yield f'<circle class="head" cx="{x}" cy="{border}" r="{_PORT}"/>'


def _edges(scene: Scene, frame: Frame) -> Iterator[str]:
    part, tensors = frame.part, scene.graph.tensors
    heads = []
    for edge, route in enumerate(frame.layout.routes):
        if not route:
            continue
        start, end, tensor = int(part.start[edge]), int(part.end[edge]), int(part.tensor[edge])
        width = line_width(tensors[tensor].bytes if tensor >= 0 else -1)
        names = " → ".join(frame.texts[box].title if box != OUTSIDE else "outside" for box in (start, end))
        shape = tensor_text(tensors[tensor]) if tensor >= 0 else ""
        count = int(part.edges[edge])
        about = ", ".join(each for each in (names, shape, f"{count:,} edges" if count > 1 else "") if each)
        line = f'stroke-width="{_number(width)}" d="{_path(route)}"'
        yield f'<path class="edge" {line}><title>{_text(about)}</title></path>'
        # A line that leaves the group goes on.
        if end != OUTSIDE:
            (x, y), half = route[-1], _HEAD_WIDTH + width / 2
            heads.append(f"M{_number(x)} {_number(y)}l{_number(-half)} {-_HEAD_HEIGHT}h{_number(2 * half)}z")
    if heads:
        yield f'<path class="head" d="{"".join(heads)}"/>'


def _path(route: list[Point]) -> str:
    """Vertical pieces and curves in turn."""
    parts = [f"M{_number(route[0][0])} {_number(route[0][1])}"]
    for idx in range(1, len(route)):
        (x0, y0), (x1, y1) = route[idx - 1], route[idx]
        if idx % 2:
            parts.append(f"V{_number(y1)}")
            continue
        if y0 == y1:
            # It turns round: the first one below the row, the last one above.
            down = up = y0 + (BETWEEN_ROWS if idx == 2 else -BETWEEN_ROWS)
        else:
            down = up = (y0 + y1) / 2
        parts.append(f"C{_number(x0)} {_number(down)} {_number(x1)} {_number(up)} {_number(x1)} {_number(y1)}")
    return "".join(parts)


def _box(scene: Scene, frame: Frame, box: int) -> Iterator[str]:
    part, layout, text = frame.part, frame.layout, frame.texts[box]
    group, node = int(part.group[box]), int(part.node[box])
    x, y, width, height = layout.x[box], layout.y[box], layout.box_width[box], layout.box_height[box]
    kind, radius = ("group", float(_GROUP_RADIUS)) if group >= 0 else ("node", float(_NODE_RADIUS))
    if node >= 0 and scene.graph.nodes.kind[node] in (NodeKind.INPUT, NodeKind.OUTPUT):
        kind, radius = "given", height / 2
    if frame.is_aside[box]:
        kind += " aside"
    number = f'data-group="{group}"' if group >= 0 else f'data-node="{node}"'
    cost = frame.costs[box]
    yield f"<g {number}><title>{_text(_box_title(scene, frame, box, cost))}</title>"
    if text.repeats:
        yield from _stack(x, y, width, height, kind, radius)
    yield _rect(x, y, width, height, kind + (" failed" if _is_failed(scene, group, node) else ""), radius)
    yield from _bar(scene, x, y, width, height, cost)
    left, right = _number(x + SIDE), _number(x + width - SIDE)
    if height > ONE_LINE:
        yield f'<text class="title" x="{left}" y="{_number(y + 16)}">{_text(text.title)}</text>'
        yield f'<text class="quiet" x="{left}" y="{_number(y + 31)}">{_text(text.below)}</text>'
        if scene.cost is not None and not isnan(cost):
            shown = "number" if cost else "number quiet"
            yield f'<text class="{shown}" x="{right}" y="{_number(y + 31)}">{cost_text(scene.cost, cost)}</text>'
    else:
        place = f'x="{left}"' if text.repeats else f'text-anchor="middle" x="{_number(x + width / 2)}"'
        yield f'<text class="title" {place} y="{_number(y + height / 2 + 4)}">{_text(text.title)}</text>'
    if text.repeats:
        base = y + (16 if height > ONE_LINE else height / 2 + 4)
        yield f'<text class="title number" x="{right}" y="{_number(base)}">{text.repeats}</text>'
    yield "</g>"


def _bar(scene: Scene, x: float, y: float, width: float, height: float, cost: float) -> Iterator[str]:
    whole = 0.0 if scene.cost is None else whole_cost(scene.reading, scene.cost)
    if isnan(cost) or not whole > 0 or cost <= 0:
        return
    length = max(min(cost / whole, 1) * (width - 2), 1)
    yield (
        f'<rect class="bar" x="{_number(x + 1)}" y="{_number(y + height - _BAR - 1)}" '
        f'width="{_number(length)}" height="{_BAR}"/>'
    )


def _stack(x: float, y: float, width: float, height: float, kind: str, radius: float) -> Iterator[str]:
    """The boxes behind one that stands for several."""
    for step in (2, 1):
        yield _rect(x + step * _STACK, y + step * _STACK, width, height, kind, radius, behind=True)


def _rect(x: float, y: float, width: float, height: float, kind: str, radius: float, *, behind: bool = False) -> str:
    role = ' data-behind=""' if behind else ""
    return (
        f'<rect class="{kind}"{role} x="{_number(x)}" y="{_number(y)}" '
        f'width="{_number(width)}" height="{_number(height)}" rx="{_number(radius)}"/>'
    )


def _is_failed(scene: Scene, group: int, node: int = -1) -> bool:
    """Whether the model failed in a group or a node."""
    failure = scene.graph.failure
    if failure is None:
        return False
    return node == failure.node if group < 0 else scene.reading.nesting.holds(group, failure.group)


def _box_title(scene: Scene, frame: Frame, box: int, cost: float) -> str:
    """What a tooltip says of a box."""
    part, text, graph = frame.part, frame.texts[box], scene.graph
    group, node = int(part.group[box]), int(part.node[box])
    lines = [_named(text, graph.groups.type[group] if group >= 0 else graph.nodes.op[node])]
    if text.repeats:
        members = part.members[part.runs[box] : part.runs[box + 1]].tolist()
        lines.append(f"{len(members):,} that are the same inside, up to {graph.groups.key[members[-1]]}")
    tucked = part.tucked_node[part.tucked_box == box].tolist()
    names = [graph.nodes.key[each] or graph.nodes.name[each] for each in tucked[:_MOST_TUCKED]]
    if names and group < 0:
        more = f" and {len(tucked) - len(names):,} more" if len(tucked) > len(names) else ""
        lines.append(f"reads {', '.join(names)}{more}")
    if scene.cost is not None and not isnan(cost):
        lines.append(f"{scene.cost.title}: {cost_text(scene.cost, cost)}")
    return "\n".join(lines)


_MOST_TUCKED = 12


def _group_title(scene: Scene, frame: Frame) -> str:
    graph = scene.graph
    key, kind = graph.groups.key[frame.group] or graph.groups.name[frame.group], graph.groups.type[frame.group]
    return f"{key} ({kind})" if kind and kind != key else key


def _named(text: BoxText, kind: str) -> str:
    return f"{text.full} ({kind})" if kind and kind != text.full else text.full


def _text(text: str) -> str:
    """Text that XML can hold."""
    return escape(_NOT_XML.sub("\ufffd", text), quote=True)


def _number(value: float) -> str:
    """With one digit behind the point."""
    return f"{round(value, 1) + 0.0:g}" if abs(value) < 99999 else f"{value:.1f}"
