"""The picture of a graph: every node once when all is open, boxes that do not overlap, and XML whatever names say."""

import re
from collections import Counter
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.zoo import ZOO, UNet, each_model
from torch import nn

import cutaway
from cutaway.model.graph.builder import GraphBuilder
from cutaway.model.graph.drawing.opening import opened_by_names, opened_to_depth
from cutaway.model.graph.drawing.scene import Scene, scene_of
from cutaway.model.graph.drawing.svg import to_svg
from cutaway.model.graph.drawing.text_width import text_width
from cutaway.model.graph.graph import NodeKind, TensorType
from cutaway.model.graph.reading import GraphReading

pytestmark = pytest.mark.filterwarnings("ignore")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(reading: GraphReading, patterns: list[str], *, fold: bool) -> tuple[Scene, ElementTree.Element]:
    opened, _ = opened_by_names(reading, patterns, fold=fold)
    scene = scene_of(reading, opened)
    return scene, ElementTree.fromstring(to_svg(scene, "a graph"))


def numbers(svg: ElementTree.Element, name: str) -> Counter[int]:
    return Counter(int(each.attrib[f"data-{name}"]) for each in svg.iter(f"{SVG}g") if f"data-{name}" in each.attrib)


def check_places(scene: Scene) -> None:
    for frame in scene.frames:
        layout = frame.layout
        places = [*zip(layout.x, layout.y, layout.box_width, layout.box_height, strict=True)]
        for label in frame.labels:
            assert label.x >= 0
            assert label.x + text_width(label.text) <= layout.width
        for idx, one in enumerate(places):
            assert one[0] >= 0
            assert one[0] + one[2] <= layout.width
            assert one[1] + one[3] <= layout.height
            for other in places[:idx]:
                assert not all(
                    one[axis] < other[axis] + other[axis + 2] and other[axis] < one[axis] + one[axis + 2]
                    for axis in (0, 1)
                )


@pytest.mark.parametrize("name", each_model())
def test_every_node_and_edge_of_a_model(name: str) -> None:
    make, inputs = ZOO[name]
    found = cutaway.graph(make().eval(), input_data=inputs())
    reading = found.reading
    scene, svg = drawn(reading, ["*"], fold=False)
    shown = np.flatnonzero(reading.graph.nodes.kind < NodeKind.PARAMETER).tolist()
    assert numbers(svg, "node") == Counter(shown)
    groups = numbers(svg, "group")
    assert set(groups.values()) == {1}
    assert set(groups) == set(range(len(reading.graph.groups.name))) - empty(reading)
    check_places(scene)
    # Bundles between boxes that are drawn or counted hold all edges between nodes that are shown.
    between = 0
    for frame in scene.frames:
        part = frame.part
        inner = (part.start >= 0) & (part.end >= 0)
        between += int(part.edges[inner].sum())
    nodes, edges = reading.graph.nodes, reading.graph.edges
    is_shown = nodes.kind < NodeKind.PARAMETER
    pairs = [*zip(edges.start.tolist(), edges.end.tolist(), strict=True)]
    # A weight that another module reads as well, as that of an embedding, has a line from the box that it is in.
    tied = sum(
        not is_shown[start] and not reading.nesting.holds(int(nodes.group[start]), int(nodes.group[end]))
        for start, end in pairs
    )
    assert between == sum(bool(is_shown[start] and is_shown[end]) for start, end in pairs) + tied
    check_places(scene_of(reading, opened_to_depth(reading, None)))


def empty(reading: GraphReading) -> set[int]:
    """Groups of parameters alone, which have no box."""
    graph = reading.graph
    has_box = {0}
    for node in np.flatnonzero(graph.nodes.kind < NodeKind.PARAMETER).tolist():
        has_box.update(reading.nesting.around(int(graph.nodes.group[node])))
    return set(range(len(graph.groups.name))) - has_box


NAMES = st.text(max_size=30) | st.sampled_from(
    ["<script>alert(1)</script>", "]]>", "&amp;", '"', "\x00\x1b[31m", "\ud800", "\uffff", "a" * 5000, "‮evil", ""]
)


@given(NAMES, NAMES, NAMES, st.integers(1, 4))
@settings(deadline=None, max_examples=60)
def test_hostile_names(group: str, node: str, op: str, depth: int) -> None:
    builder = GraphBuilder(group, op)
    inner = builder.group(0, group, group, op)
    first = builder.node(0, NodeKind.INPUT, node, op)
    second = builder.node(inner, NodeKind.OP, node, op)
    third = builder.node(inner, NodeKind.AUXILIARY, op, node)
    builder.edge(first, 0, second, TensorType((2,), op, 8))
    builder.edge(second, 0, third, None, control=True)
    reading = GraphReading(builder.graph())
    text = to_svg(scene_of(reading, opened_to_depth(reading, depth)), node)
    svg = ElementTree.fromstring(text)
    assert {each.tag for each in svg.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "style", "rect", "g", "path", "text", "circle")
    }
    # Nothing is loaded from anywhere.
    assert not re.search(r"(?:href|src|url\(|@import)", re.sub(r"<(title|desc|text)[^>]*>[^<]*", "", text))


def test_numbers_are_no_names() -> None:
    builder = GraphBuilder("whole")
    given = builder.node(0, NodeKind.INPUT, "0", "input")
    made = builder.node(0, NodeKind.OP, "131", "aten::max")
    builder.edge(given, 0, made, None)
    _, svg = drawn(GraphReading(builder.graph()), ["*"], fold=True)
    assert {"input 0", "max", "aten::max"} <= {each.text for each in svg.iter(f"{SVG}text")}


def test_what_a_picture_says() -> None:
    found = cutaway.graph(UNet(), (2, 3, 32, 32), cost="macs")
    svg = ElementTree.fromstring(found.to_svg(open="*"))
    texts = [each.text for each in svg.iter(f"{SVG}text")]
    assert "2×3×32×32" in texts
    # Convolutions of both blocks of the same size.
    assert texts.count("589.8 k") == 2
    # A picture that is narrow has it in two lines.
    assert "Numbers and bars: multiply-accumulates; a full bar is the whole, 6.898 M." in " ".join(filter(None, texts))
    titles = [each.text for each in svg.iter(f"{SVG}title")]
    assert titles[0] == "UNet"
    assert any(text and text.startswith("head (Conv2d)") for text in titles)
    (description,) = svg.iter(f"{SVG}desc")
    assert description.text is not None
    assert "from top to bottom in the order of execution: input, down.0, pool" in description.text
    assert "prefers-color-scheme:dark" in found.to_svg()


def test_lists_whose_modules_are_called_in_turn_are_no_loop() -> None:
    found = cutaway.graph(UNet(), (2, 3, 32, 32))
    names = found.reading.graph.groups.name
    assert {"down.0", "down.1", "up.0", "join.1"} <= set(names)
    assert not {"down", "up", "join"} & set(names)
    text = found.to_svg()
    assert "close a loop" not in text


class Blocks(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.LayerNorm(8)) for _ in range(6))
        self.head = nn.Linear(8, 2)

    def forward(self, x: torch.Tensor) -> Any:
        for layer in self.layers:
            x = x + layer(x)
        return self.head(x)


def test_blocks_that_are_the_same_are_a_stack() -> None:
    found = cutaway.graph(nn.Sequential(*Blocks().layers, nn.Linear(8, 2)), (4, 8))
    folded = found.to_svg(depth=1)
    assert "× 6" in folded
    assert "0 … 5" in folded
    assert "× 6, the first is shown" in found.to_svg(depth=2)
    single = found.to_svg(depth=1, fold=False)
    assert "× 6" not in single
    assert single.count("Sequential (") == 0
    # One of them alone is drawn beside the others.
    alone = found.to_svg(open="3")
    assert "× 6" not in alone
    assert "LayerNorm" in alone


def test_a_forward_that_fails_is_marked() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 6))
    with pytest.warns(UserWarning, match=r"layer 1 \(Linear\) failed"):
        found = cutaway.graph(model, (1, 3))
    svg = ElementTree.fromstring(found.to_svg(depth=1))
    marked = [each for each in svg.iter(f"{SVG}rect") if "failed" in each.attrib["class"]]
    assert len(marked) == 1
    assert any((each.text or "").startswith("The forward failed: ") for each in svg.iter(f"{SVG}text"))


def test_depth_opens_levels() -> None:
    found = cutaway.graph(Blocks(), (4, 8))
    boxes = [numbers(ElementTree.fromstring(found.to_svg(depth=depth)), "group") for depth in (1, 2)]
    assert len(boxes[0]) < len(boxes[1])


def test_control_edges_and_asides_are_counted() -> None:
    builder = GraphBuilder("graph")
    one, other = builder.node(0, NodeKind.OP, "a", "Add"), builder.node(0, NodeKind.OP, "b", "Add")
    aside = builder.node(0, NodeKind.AUXILIARY, "loss", "ScalarSummary")
    builder.edge(one, 0, other, None, control=True)
    builder.edge(other, 0, aside, TensorType((), "float32", 4))
    reading = GraphReading(builder.graph())
    text = to_svg(scene_of(reading, opened_to_depth(reading, None)), "graph")
    assert "Not drawn: 1 mere dependency, 1 edge of the boxes at the side." in text
