"""Random graphs for tests, and what their groups hold, found without any numbering."""

from hypothesis import strategies as st

from cutaway.model.graph.builder import GraphBuilder
from cutaway.model.graph.graph import Graph, NodeKind, TensorType

KINDS = [NodeKind.OP, NodeKind.OP, NodeKind.OP, NodeKind.PARAMETER, NodeKind.CONSTANT, NodeKind.AUXILIARY]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    builder = GraphBuilder("whole")
    for idx in range(draw(st.integers(0, 8))):
        builder.group(draw(st.integers(0, idx)), f"g{idx}", f"g{idx}", draw(st.sampled_from("AB")))
    count = draw(st.integers(1, 14))
    for idx in range(count):
        group = draw(st.integers(0, len(builder.names) - 1))
        builder.node(group, draw(st.sampled_from(KINDS)), f"n{idx}", draw(st.sampled_from("xy")), idx)
    for _ in range(draw(st.integers(0, 20))):
        size = draw(st.integers(-1, 3))
        tensor = None if size < 0 else TensorType((size,), "float32", 4 * size)
        ends = draw(st.integers(0, count - 1)), draw(st.integers(0, count - 1))
        builder.edge(ends[0], draw(st.integers(0, 2)), ends[1], tensor, control=draw(st.booleans()))
    return builder.graph()


def around(graph: Graph, group: int) -> list[int]:
    """The groups from the whole to this one."""
    found = [group]
    while found[0]:
        found.insert(0, int(graph.groups.parent[found[0]]))
    return found


def nodes_of(graph: Graph, group: int) -> list[int]:
    """The nodes in a group and below it."""
    return [node for node, own in enumerate(graph.nodes.group.tolist()) if group in around(graph, own)]


def chain(builder: GraphBuilder, parent: int, names: list[str], *, first: int, linked: bool = True) -> list[int]:
    """Groups that are alike, of two nodes each; each reads the one before, or all read the `first` node."""
    groups = []
    for name in names:
        group = builder.group(parent, name, f"{name}", "Layer")
        groups.append(group)
        one, other = (builder.node(group, NodeKind.OP, f"op{idx}", "op") for idx in range(2))
        tensor = TensorType((2, 3), "float32", 24)
        builder.edge(first, 0, one, tensor)
        builder.edge(one, 0, other, tensor)
        if linked:
            first = other
        last = builder.node(parent, NodeKind.CONSTANT, "kept", "kept")
        builder.edge(other, 0, last, tensor)
    return groups
