"""What depends on what, against the closure of all edges."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.model.graph.graphs import around, graphs, nodes_of

from cutaway.model.graph import reach as reach_module
from cutaway.model.graph.builder import GraphBuilder
from cutaway.model.graph.graph import Graph, NodeKind
from cutaway.model.graph.reading import GraphReading, Thing


@given(graphs(), st.data())
def test_all_that_is_reached(graph: Graph, data: st.DataObject) -> None:
    reading = GraphReading(graph)
    found = reading.graph
    group = data.draw(st.integers(0, len(found.groups.name) - 1))
    node = data.draw(st.integers(0, len(found.nodes.op) - 1))
    pairs = list(zip(found.edges.start.tolist(), found.edges.end.tolist(), strict=True))
    for thing, seeds in ((Thing(group, -1), set(nodes_of(found, group))), (Thing(-1, node), {node})):
        inputs = closure(seeds, [(end, start) for start, end in pairs]) - seeds
        outputs = closure(seeds, pairs) - seeds
        for direction, expected in (("inputs", inputs), ("outputs", outputs), ("both", inputs | outputs)):
            reached = reading.reach(thing, direction)  # type: ignore[arg-type]
            assert reached.nodes == sorted(expected)
            assert reached.groups == sorted(
                {each for one in expected for each in around(found, found.nodes.group[one])}
            )
            assert reached.left_out == 0


def closure(seeds: set[int], pairs: list[tuple[int, int]]) -> set[int]:
    found = set(seeds)
    while more := {end for start, end in pairs if start in found} - found:
        found |= more
    return found


def test_the_nearest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    builder = GraphBuilder("whole")
    nodes = [builder.node(0, NodeKind.OP, "n", "op") for _ in range(10)]
    for start, end in pairwise(nodes):
        builder.edge(start, 0, end, None)
    monkeypatch.setattr(reach_module, "MOST_NODES", 3)
    reached = GraphReading(builder.graph()).reach(Thing(-1, 0), "outputs")
    assert (reached.nodes, reached.left_out) == ([1, 2, 3], 6)


def test_numbers_that_are_none() -> None:
    reading = GraphReading(GraphBuilder("whole").graph())
    for thing in (Thing(1, -1), Thing(-1, 0), Thing(-2, -1)):
        with pytest.raises(IndexError, match=r"there is no (group|node) -?[0-9]+ among [01]"):
            reading.reach(thing, "both")
