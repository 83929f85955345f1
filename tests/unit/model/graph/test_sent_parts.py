"""What the page draws when all groups are open, out of the answers of the server: every node and every edge once, costs
that add up, boxes that do not overlap, and lines that run through none.
"""

import json
from collections import Counter
from itertools import chain, combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from tests.unit.model.graph.graphs import graphs
from tests.unit.model.graph.layout.places import overlap, pieces
from tests.zoo import ZOO

import cutaway
from cutaway.model.graph import answers
from cutaway.model.graph.drawing.opening import opened_by_names
from cutaway.model.graph.drawing.scene import scene_of
from cutaway.model.graph.graph import Graph, NodeKind
from cutaway.model.graph.reading import GraphReading

pytestmark = pytest.mark.filterwarnings("ignore")


#: With skips, with shared weights, with experts: `make test` looks at these, `make test-all` at every model.
SOON = {"u-net", "t5", "mixtral"}


@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if name in SOON else pytest.mark.slow) for name in ZOO])
def test_models(name: str) -> None:
    make, inputs = ZOO[name]
    check(cutaway.graph(make().eval(), input_data=inputs()).reading)


@given(graphs())
@settings(deadline=None)
def test_any_graph(graph: Graph) -> None:
    is_box = graph.nodes.kind < NodeKind.PARAMETER
    check(GraphReading(graph, measured={"seconds": np.where(is_box, np.arange(len(is_box)), 0.0)}))


def check(reading: GraphReading) -> None:
    outline = sent(answers.outline(reading))
    count = len(outline["groups"]["name"])
    plain, folded = (
        [sent(answers.part(reading, group, fold=fold)) for group in range(count)] for fold in (False, True)
    )
    check_nodes(reading, plain)
    check_edges(reading, plain)
    for parts in (plain, folded):
        check_costs(outline, parts)
    check_places(reading, fold=False)
    check_places(reading, fold=True)


def sent(answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(answer, allow_nan=False))
    return found


def check_nodes(reading: GraphReading, parts: list[dict[str, Any]]) -> None:
    """Each node is a box of one part, and each group that has any is one of the part around it; others at most one."""
    kinds = reading.graph.nodes.kind
    nodes = Counter(node for part in parts for node in part["boxes"]["node"] if node >= 0)
    assert nodes == Counter(np.flatnonzero(kinds < NodeKind.PARAMETER).tolist())
    holders = {group for node in nodes for group in reading.nesting.around(int(reading.graph.nodes.group[node]))[1:]}
    groups = Counter(group for part in parts for group in part["boxes"]["group"] if group >= 0)
    assert set(groups.values()) <= {1}
    assert holders <= set(groups)
    # The others are counted with what reads them.
    assert all(part["left_out"] == 0 for part in parts)


def check_edges(reading: GraphReading, parts: list[dict[str, Any]]) -> None:
    """Each edge between two boxes is counted in one bundle, in the part where its ends are in different boxes."""
    nodes, edges = reading.graph.nodes, reading.graph.edges
    between = sum(
        count
        for part in parts
        for start, end, count, tucked in zip(
            *(part["edges"][name] for name in ("start", "end", "edges", "tucked")), strict=True
        )
        if start >= 0 and end >= 0 and not tucked
    )
    is_shown = nodes.kind < NodeKind.PARAMETER
    # What has no box itself may be in the box of a group.
    common = reading.nesting.common(nodes.group[edges.start], nodes.group[edges.end])
    has_end = is_shown[edges.end] | (nodes.group[edges.end] != common)
    assert between == (is_shown[edges.start] & has_end & (edges.start != edges.end)).sum()


def check_costs(outline: dict[str, Any], parts: list[dict[str, Any]]) -> None:
    """The boxes of a part have together what its group has, but for what no box of it is known to have."""
    for cost in outline["costs"]:
        if not cost["adds"]:
            continue
        name = cost["name"]
        for part in parts:
            whole = outline["groups"]["costs"][name][part["group"]] or 0
            boxes = sum(each or 0 for each in part["boxes"]["costs"][name])
            assert boxes <= whole * (1 + 1e-12)
            if name in ("macs", "seconds"):
                assert boxes == pytest.approx(whole)


def check_places(reading: GraphReading, *, fold: bool) -> None:
    opened, _ = opened_by_names(reading, ["*"], fold=fold)
    for frame in scene_of(reading, opened).frames:
        layout = frame.layout
        boxes = [*zip(layout.x, layout.y, layout.box_width, layout.box_height, strict=True)]
        for x, y, width, height in boxes:
            assert 0 <= x <= x + width <= layout.width
            assert 0 <= y <= y + height <= layout.height
        assert not any(overlap(one, other) for one, other in combinations(boxes, 2))
        lines = [*chain.from_iterable(pieces(route) for route in layout.routes)]
        assert not any(overlap(line, box) for line in lines for box in boxes)
