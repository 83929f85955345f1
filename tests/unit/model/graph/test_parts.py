"""Parts of graphs: every node is in one box when all is open, and every edge is drawn or within a box."""

import numpy as np
import pytest
from hypothesis import given
from tests.unit.model.graph.graphs import chain, graphs

from cutaway.model.graph import parts as parts_module
from cutaway.model.graph.builder import GraphBuilder
from cutaway.model.graph.graph import Graph, NodeKind, TensorType
from cutaway.model.graph.parts import OUTSIDE, Part, Parts


@given(graphs())
def test_every_node_is_in_one_box(graph: Graph) -> None:
    parts = Parts(graph)
    nodes = [node for group in range(len(graph.groups.name)) for node in parts.of(group).node.tolist() if node >= 0]
    assert sorted(nodes) == np.flatnonzero(graph.nodes.kind < NodeKind.PARAMETER).tolist()


@given(graphs())
def test_every_edge_between_boxes_is_in_one_bundle(graph: Graph) -> None:
    parts = Parts(graph)
    for group in range(len(graph.groups.name)):
        part = parts.of(group)
        boxes = [_nodes_of(graph, box, node) for box, node in zip(part.group.tolist(), part.node.tolist(), strict=True)]
        inside = _nodes_of(graph, group, -1)
        tucked = {
            node
            for node in inside
            if graph.nodes.kind[node] >= NodeKind.PARAMETER and not any(node in box for box in boxes)
        }
        expected: dict[tuple[int, int, bool], int] = {}
        for start, end in zip(graph.edges.start.tolist(), graph.edges.end.tolist(), strict=True):
            if start not in inside and end not in inside:
                continue
            one, other = (_place(boxes, node) for node in (start, end))
            if one != other or (one == OUTSIDE and start in tucked):
                pair = one, other, bool(graph.nodes.kind[start] >= NodeKind.PARAMETER)
                expected[pair] = expected.get(pair, 0) + 1
        found = {
            (start, end, bool(tucked)): count
            for start, end, tucked, count in zip(
                part.start.tolist(), part.end.tolist(), part.tucked.tolist(), part.edges.tolist(), strict=True
            )
        }
        assert found == expected


def test_a_bundle_has_its_largest_tensor() -> None:
    builder = GraphBuilder("whole")
    inner = builder.group(0, "inner", "inner")
    one, other, third = (builder.node(group, NodeKind.OP, "n", "op") for group in (0, inner, inner))
    builder.edge(one, 0, other, TensorType((2,), "float32", 8))
    builder.edge(one, 1, third, TensorType((4,), "float32", 16))
    builder.edge(one, 0, third, None, control=True)
    graph = builder.graph()
    part = Parts(graph).of(0)
    assert (part.group.tolist(), part.node.tolist()) == ([-1, inner], [one, -1])
    assert (part.start.tolist(), part.end.tolist()) == ([0], [1])
    assert (part.edges.tolist(), part.controls.tolist()) == ([3], [1])
    assert graph.tensors[part.tensor[0]].bytes == 16


@given(graphs())
def test_folded_boxes_stand_for_all_boxes(graph: Graph) -> None:
    parts = Parts(graph)
    count = len(graph.groups.name)
    for group in range(count):
        plain, folded = parts.of(group), parts.of(group, fold=True)
        assert plain.repeats.tolist() == [1] * len(plain.group)
        assert sorted(folded.members.tolist()) == sorted(plain.group.tolist())
        assert folded.repeats.sum() == len(plain.group)
        assert folded.group.tolist() == folded.members[folded.runs[:-1]].tolist()
        box_of = dict(
            zip(folded.members.tolist(), np.repeat(np.arange(len(folded.group)), folded.repeats), strict=True)
        )
        box_of |= {count + node: box for box, node in enumerate(folded.node.tolist()) if node >= 0}
        known = np.where(plain.group >= 0, plain.group, count + plain.node).tolist()
        box = np.array([*(box_of[each] for each in known), OUTSIDE])
        # Edges between boxes that are one are within it; all others are counted in bundles.
        between = [
            (one, other, count)
            for one, other, count, tucked in zip(
                box[plain.start].tolist(), box[plain.end].tolist(), plain.edges, plain.tucked, strict=True
            )
            if one != other or (one == OUTSIDE and tucked)
        ]
        assert sum(count for *_, count in between) == folded.edges.sum()
        pairs = {(one, other) for one, other, _ in between}
        assert pairs == set(zip(folded.start.tolist(), folded.end.tolist(), strict=True))


def folded(names: list[str], *, linked: bool) -> Part:
    builder = GraphBuilder("whole")
    first = builder.node(0, NodeKind.INPUT, "x", "input")
    chain(builder, 0, names, first=first, linked=linked)
    return Parts(builder.graph()).of(0, fold=True)


def test_layers_that_follow_each_other_are_one_box() -> None:
    part = folded(["0", "1", "2"], linked=True)
    assert part.group.tolist() == [-1, 1]
    assert part.repeats.tolist() == [1, 3]
    assert (part.start.tolist(), part.end.tolist(), part.edges.tolist()) == ([0, 1], [1, OUTSIDE], [1, 3])


@pytest.mark.parametrize(
    ("names", "repeats"),
    [
        (["0", "1", "2", "3"], [1, 4]),
        (["expert_1", "expert_2", "expert_3", "expert_4"], [1, 4]),
        # A few are clearer than one that stands for them; and names without numbers say what differs.
        (["0", "1", "2"], [1, 1, 1, 1]),
        (["query", "key", "value", "gate"], [1, 1, 1, 1, 1]),
        (["0", "1", "2", "4"], [1, 1, 1, 1, 1]),
    ],
)
def test_layers_side_by_side(names: list[str], repeats: list[int]) -> None:
    part = folded(names, linked=False)
    assert part.repeats.tolist() == repeats
    assert part.edges.sum() == 2 * len(names)


def test_layers_of_two_kinds_that_take_turns_are_two_boxes() -> None:
    builder = GraphBuilder("whole")
    last = builder.node(0, NodeKind.INPUT, "x", "input")
    groups = []
    for idx in range(3):
        for name in ("block", "down"):
            group = builder.group(0, f"{name}.{idx}", f"{name}.{idx}", name)
            groups.append(group)
            node = builder.node(group, NodeKind.OP, "op", "op")
            builder.edge(last, 0, node, TensorType((2, 3), "float32", 24))
            last = node
    builder.edge(last, 0, builder.node(0, NodeKind.OUTPUT, "y", "output"), TensorType((2, 3), "float32", 24))
    part = Parts(builder.graph()).of(0, fold=True)
    assert part.group.tolist() == [-1, groups[0], groups[1], -1]
    assert part.members.tolist() == [-1, *groups[::2], *groups[1::2], -1]
    # Down to the other kind three times, and back twice.
    found = dict(zip(zip(part.start.tolist(), part.end.tolist(), strict=True), part.edges.tolist(), strict=True))
    assert found == {(0, 1): 1, (1, 2): 3, (2, 1): 2, (2, 3): 1}


def test_a_layer_of_another_kind_ends_a_fold() -> None:
    builder = GraphBuilder("whole")
    first = builder.node(0, NodeKind.INPUT, "x", "input")
    chain(builder, 0, ["0", "1"], first=first)
    between = builder.node(0, NodeKind.OP, "n", "op")
    builder.edge(between - 2, 0, between, None)
    chain(builder, 0, ["2", "3", "4"], first=between)
    assert Parts(builder.graph()).of(0, fold=True).repeats.tolist() == [1, 2, 1, 3]


def test_what_is_tucked_in_belongs_to_the_box_that_reads_it_first() -> None:
    builder = GraphBuilder("whole")
    weight, other = (builder.node(0, NodeKind.PARAMETER, name, "parameter") for name in "wv")
    boxes = [builder.node(0, NodeKind.OP, "n", "op") for _ in range(2)]
    for start, end in ((weight, boxes[0]), (weight, boxes[1]), (other, boxes[1]), (other, boxes[1])):
        builder.edge(start, 0, end, None)
    part = Parts(builder.graph()).of(0)
    assert part.reads.tolist() == [1, 2]
    assert (part.tucked_node.tolist(), part.tucked_box.tolist()) == ([weight, other], [0, 1])


def test_boxes_and_bundles_beyond_the_most_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    builder = GraphBuilder("whole")
    nodes = [builder.node(0, NodeKind.OP, "n", "op") for _ in range(10)]
    for start in nodes:
        for end in nodes[start + 1 :]:
            builder.edge(start, 0, end, None)
    monkeypatch.setattr(parts_module, "MOST_BOXES", 6)
    monkeypatch.setattr(parts_module, "MOST_BUNDLES", 7)
    part = Parts(builder.graph()).of(0)
    assert part.node.tolist() == nodes[:6]
    assert (part.left_out, part.edges_left_out) == (4, 15 - 7)
    assert max(part.start.tolist() + part.end.tolist()) < 6


def test_a_number_that_is_no_group() -> None:
    parts = Parts(GraphBuilder("whole").graph())
    assert len(parts.of(0, fold=True).group) == 0
    for number in (-1, 1):
        with pytest.raises(IndexError, match="is none of 1"):
            parts.of(number)


def _nodes_of(graph: Graph, group: int, node: int) -> set[int]:
    if node >= 0:
        return {node}
    found = set()
    for idx, each in enumerate(graph.nodes.group.tolist()):
        while each not in (-1, group):
            each = int(graph.groups.parent[each])
        if each == group:
            found.add(idx)
    return found


def _place(boxes: list[set[int]], node: int) -> int:
    return next((idx for idx, box in enumerate(boxes) if node in box), OUTSIDE)
