"""The scene: the opened groups, each as a frame in the box of its parent, with all places in pixels."""

from dataclasses import dataclass
from math import isnan

from cutaway.model.graph.costs import Cost
from cutaway.model.graph.drawing.box_text import SIDE, TEXT_SIZE, TITLE_SIZE, BoxText, box_text, tensor_text
from cutaway.model.graph.drawing.edge_labels import EdgeLabel, edge_texts, labels_of, portals_of
from cutaway.model.graph.drawing.numbers import box_costs
from cutaway.model.graph.drawing.opening import Opened
from cutaway.model.graph.drawing.text_width import cut_text, text_width
from cutaway.model.graph.graph import Graph, NodeKind
from cutaway.model.graph.layout.nested import ANY, OUTSIDE, NestedGroup, NestedLayout, lay_out_nested
from cutaway.model.graph.parts import Part
from cutaway.model.graph.reading import GraphReading

_BETWEEN = 8
#: Characters of a title are no wider than this.
_MOST_TITLE = 400


@dataclass(slots=True)
class Frame:
    """An opened group; places are from the top left corner of the picture."""

    group: int
    part: Part
    texts: list[BoxText]
    #: NaN where a box has none.
    costs: list[float]
    is_aside: list[bool]
    #: The place of the frame around it among the frames, and the box in it; -1 for the whole.
    parent: int
    box: int
    depth: int
    title: str
    type: str
    repeats: int
    left: float
    top: float
    layout: NestedLayout
    labels: list[EdgeLabel]
    portals: list[EdgeLabel]
    #: Per box the place of the frame that is open in it; -1 for a closed one.
    inside: list[int]


@dataclass(frozen=True, slots=True)
class Scene:
    """All frames, each behind its parent; the first is the whole."""

    reading: GraphReading
    frames: list[Frame]
    #: The cost that boxes show, if any.
    cost: Cost | None
    #: Edges that are not drawn: mere dependencies, those of what stands aside, those from the weights of other modules;
    #: and boxes and edges beyond the most.
    controls: int
    asides: int
    tied: int
    left_out: int

    @property
    def graph(self) -> Graph:
        """The graph with its groups as they are numbered here."""
        return self.reading.graph

    @property
    def width(self) -> float:
        """Of the whole, in pixels."""
        return self.frames[0].layout.width

    @property
    def height(self) -> float:
        """Of the whole, in pixels."""
        return self.frames[0].layout.height

    @property
    def boxes(self) -> int:
        """How many closed boxes there are."""
        return sum(each < 0 for frame in self.frames for each in frame.inside)


def scene_of(reading: GraphReading, opened: Opened, cost: Cost | None = None) -> Scene:
    """The scene of a graph; a `cost` is one of those that are known of it."""
    graph = reading.graph
    tucked = "constant" if reading.trace is None else "weight"
    frames: list[Frame] = []
    groups: list[NestedGroup] = []
    kinds: dict[str, int] = {}
    waiting = [(0, -1, -1, 0, 1)]
    nothing = lay_out_nested([NestedGroup([], [], [], [], [], [], [], [], [], 0)])[0]
    # Level by level: a frame stands behind that around it.
    for group, parent, box, depth, repeats in waiting:
        part = opened.part(reading, group)
        costs = box_costs(reading, part, cost)
        texts = [box_text(graph, part, each, tucked, has_number=not isnan(number)) for each, number in enumerate(costs)]
        place = len(frames)
        if parent >= 0:
            frames[parent].inside[box] = place
        name = graph.groups.name[group] if parent < 0 else frames[parent].texts[box].title
        title = cut_text(name, _MOST_TITLE, TITLE_SIZE, bold=True)
        kind = graph.groups.type[group]
        kind = "" if kind == title else cut_text(kind, _MOST_TITLE, TEXT_SIZE)
        frame = Frame(
            group,
            part,
            texts,
            costs,
            are_aside(reading, part),
            parent,
            box,
            depth,
            title,
            kind,
            repeats,
            0,
            0,
            nothing,
            [],
            [],
            [-1] * len(part.group),
        )
        frames.append(frame)
        groups.append(_nested(reading, frame, kinds))
        for each, inner in enumerate(part.group.tolist()):
            if inner in opened.groups and inner > 0:
                waiting.append((inner, place, each, depth + 1, int(part.repeats[each])))
    for frame, nested in zip(frames, groups, strict=True):
        nested.inside[:] = frame.inside
    for frame, layout in zip(frames, lay_out_nested(groups), strict=True):
        frame.layout = layout
        frame.portals = portals_of(frame.part, layout, [text.title for text in frame.texts])
        frame.labels = labels_of(frame.part, edge_texts(graph, frame.part), layout, frame.portals)
        if frame.parent >= 0:
            around = frames[frame.parent]
            frame.left = around.left + around.layout.x[frame.box]
            frame.top = around.top + around.layout.y[frame.box]
    return Scene(reading, frames, cost, *_not_drawn(frames))


def are_aside(reading: GraphReading, part: Part) -> list[bool]:
    """Which boxes stand beside the graph: nodes that nobody reads, as summaries, and groups of nothing else."""
    kinds = reading.graph.nodes.kind
    return [
        bool(reading.is_beside[group] if group >= 0 else kinds[node] == NodeKind.AUXILIARY)
        for group, node in zip(part.group.tolist(), part.node.tolist(), strict=True)
    ]


def _nested(reading: GraphReading, frame: Frame, kinds: dict[str, int]) -> NestedGroup:
    graph, part = reading.graph, frame.part
    count = len(part.group)
    title = 2 * SIDE + text_width(frame.title, TITLE_SIZE, bold=True)
    if frame.type:
        title += _BETWEEN + text_width(frame.type, TEXT_SIZE)
    if frame.repeats > 1:
        title += _BETWEEN + text_width(f"× {frame.repeats}, the first is shown", TEXT_SIZE)
    tensors = [tensor_text(graph.tensors[tensor]) if tensor >= 0 else "" for tensor in part.tensor.tolist()]
    return NestedGroup(
        [text.width for text in frame.texts],
        [text.height for text in frame.texts],
        [-1] * count,
        part.start.tolist(),
        part.end.tolist(),
        [kinds.setdefault(text, len(kinds)) if text else ANY for text in tensors],
        [text_width(text) if text else 0.0 for text in edge_texts(graph, part)],
        frame.is_aside,
        ((part.tucked > 0) | (part.controls == part.edges)).tolist(),
        title,
    )


def _not_drawn(frames: list[Frame]) -> tuple[int, int, int, int]:
    """The numbers of a scene that say what is not drawn."""
    controls = asides = tied = left_out = 0
    for frame in frames:
        part = frame.part
        is_aside = frame.is_aside
        left_out += part.left_out + part.edges_left_out
        columns = (part.start, part.end, part.edges, part.controls, part.tucked)
        for start, end, edges, control, tucked in zip(*(column.tolist() for column in columns), strict=True):
            # Over a border an edge is drawn in both groups, and counted in the outer one.
            if OUTSIDE in (start, end):
                continue
            if tucked:
                tied += edges
            elif any(is_aside[box] for box in (start, end)):
                asides += edges
            elif control == edges:
                controls += edges
    return controls, asides, tied, left_out
