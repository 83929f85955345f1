"""Which groups hold what, against a walk from each node to the whole."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.model.graph.graphs import around, graphs, nodes_of

from cutaway.model.graph.builder import GraphBuilder
from cutaway.model.graph.graph import Graph, NodeKind
from cutaway.model.graph.nesting import Nesting, breadth_first


@given(graphs())
def test_what_groups_hold(graph: Graph) -> None:
    nesting = Nesting(graph)
    for group in range(len(graph.groups.name)):
        inside = nodes_of(graph, group)
        assert nesting.nodes_of(group).tolist() == inside
        assert nesting.node_counts[group] == len(inside)
        children = [idx for idx, parent in enumerate(graph.groups.parent.tolist()) if parent == group]
        assert nesting.children_of(group).tolist() == children
        assert nesting.child_counts[group] == len(children)
        assert nesting.around(group) == around(graph, group)
        found = nesting.child_with(group, np.array(inside, np.int64)).tolist()
        for node, child in zip(inside, found, strict=True):
            chain = around(graph, int(graph.nodes.group[node]))
            assert child == next(iter(chain[chain.index(group) + 1 :]), -1)


@given(graphs())
def test_what_is_around_two_groups(graph: Graph) -> None:
    nesting = Nesting(graph)
    count = len(graph.groups.name)
    one, other = (part.reshape(-1).astype(np.int32) for part in np.indices((count, count)))
    expected = [
        max(set(around(graph, a)) & set(around(graph, b)), key=nesting.depth.__getitem__)
        for a, b in zip(one.tolist(), other.tolist(), strict=True)
    ]
    assert nesting.common(one, other).tolist() == expected
    assert [nesting.holds(a, b) for a, b in zip(one.tolist(), other.tolist(), strict=True)] == [
        a in around(graph, b) for a, b in zip(one.tolist(), other.tolist(), strict=True)
    ]


@given(graphs(), st.randoms(use_true_random=False))
def test_sums_and_peaks(graph: Graph, random: Random) -> None:
    nesting = Nesting(graph)
    values = np.array([random.choice([random.randint(0, 9), float("nan")]) for _ in graph.groups.name], np.float64)
    below = [[idx for idx in range(len(values)) if group in around(graph, idx)] for group in range(len(values))]
    sums, peaks = nesting.summed(np.nan_to_num(values)), nesting.highest(values)
    for group, inner in enumerate(below):
        known = values[inner][~np.isnan(values[inner])]
        assert sums[group] == known.sum()
        assert (np.isnan(peaks[group]) and not len(known)) or peaks[group] == known.max()


@given(graphs())
def test_groups_level_by_level_in_the_order_of_execution(graph: Graph) -> None:
    found = breadth_first(graph)
    assert sorted(found.groups.key) == sorted(graph.groups.key)
    assert [found.groups.key[group] for group in found.nodes.group] == [
        graph.groups.key[group] for group in graph.nodes.group
    ]
    parent_of = {graph.groups.key[group]: graph.groups.key[parent] for group, parent in enumerate(graph.groups.parent)}
    for group, parent in list(enumerate(found.groups.parent.tolist()))[1:]:
        assert parent < group
        assert found.groups.key[parent] == parent_of[found.groups.key[group]]
    assert (np.diff(found.groups.depths()) >= 0).all()
    nesting = Nesting(found)
    for group in range(len(found.groups.name)):
        firsts = [int(nodes[0]) for child in nesting.children_of(group) if len(nodes := nesting.nodes_of(child))]
        assert firsts == sorted(firsts)


def test_a_group_without_nodes_stays_behind_the_one_before() -> None:
    builder = GraphBuilder("whole")
    groups = [builder.group(0, name, name) for name in ("late", "empty", "early")]
    builder.node(groups[2], NodeKind.OP, "n", "op")
    builder.node(groups[0], NodeKind.OP, "n", "op")
    assert breadth_first(builder.graph()).groups.name == ["whole", "early", "late", "empty"]


@pytest.mark.parametrize("depth", [1, 5000])
def test_groups_deep_in_each_other(depth: int) -> None:
    builder = GraphBuilder("whole")
    group = 0
    for idx in range(depth):
        group = builder.group(group, "g", f"{idx}")
    builder.node(group, NodeKind.OP, "n", "op")
    nesting = Nesting(breadth_first(builder.graph()))
    assert nesting.depth[-1] == depth
    assert nesting.node_counts.tolist() == [1] * (depth + 1)
    assert nesting.common(np.array([depth], np.int32), np.array([depth // 2], np.int32)).tolist() == [depth // 2]
