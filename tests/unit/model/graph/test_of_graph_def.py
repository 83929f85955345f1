"""Graphs of GraphDefs: scopes are groups, functions are where they are called, and what is not shown is counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.model.graph import of_graph_def
from cutaway.model.graph.graph import Graph, NodeKind
from cutaway.model.graph.graph_def import Argument, FunctionColumns, GraphDefColumns, NodeColumns, Result, tensor_type
from cutaway.model.graph.graph_def_template import MOST_DEPTH, NO_NAME
from cutaway.model.graph.of_graph_def import FUNCTIONS, graph_of_graph_defs
from cutaway.model.graph.parts import Parts

#: Name, op, inputs (each a node and one of its outputs), and what it calls: attributes and functions.
Node = tuple[str, str, list[tuple[int, int]]] | tuple[str, str, list[tuple[int, int]], list[tuple[str, str]]]
FLOATS = tensor_type(1, (2, 3))


def graph_of(nodes: list[Node], functions: list[FunctionColumns] | None = None) -> Graph:
    return graph_of_graph_defs("graph", [GraphDefColumns("", columns_of(nodes), functions or [])])


def columns_of(nodes: list[Node]) -> NodeColumns:
    """Every node has one output of 2x3 float32."""
    inputs = [each for node in nodes for each in node[2]]
    calls = [node[3] if len(node) > 3 else [] for node in nodes]
    words = list(
        dict.fromkeys([node[1] for node in nodes] + [word for call in calls for pair in call for word in pair])
    )
    return NodeColumns(
        [node[0] for node in nodes],
        words,
        np.array([words.index(node[1]) for node in nodes], np.int32),
        np.ones(len(nodes), np.int32),
        np.cumsum([0, *(len(node[2]) for node in nodes)]),
        np.array([producer for producer, _ in inputs], np.int32),
        np.array([output for _, output in inputs], np.int32),
        np.arange(len(nodes) + 1),
        2 * np.arange(len(nodes) + 1),
        np.array([2, 3] * len(nodes), np.int64),
        np.ones(len(nodes), np.bool_),
        np.cumsum([0, *map(len, calls)]),
        np.array([words.index(attribute) for call in calls for attribute, _ in call], np.int32),
        np.array([words.index(function) for call in calls for _, function in call], np.int32),
    )


def function_of(name: str, nodes: list[Node], arguments: int = 1, results: list[int] | None = None) -> FunctionColumns:
    """Inputs of -2, -3 and so on are its arguments; results are the nodes that they come from."""
    columns = columns_of(nodes)
    argument = np.where(columns.producer < -1, -2 - columns.producer, -1).astype(np.int32)
    np.minimum(argument, arguments - 1, out=argument)
    columns.producer[columns.producer < -1] = -1
    returned = [len(nodes) - 1] if results is None else results
    return FunctionColumns(
        name,
        [Argument(f"a{idx}", FLOATS) for idx in range(arguments)],
        [Result(f"r{idx}", node, 0, -1) for idx, node in enumerate(returned)],
        columns,
        argument,
    )


def edges_of(graph: Graph) -> list[tuple[str, str, bool]]:
    keys = graph.nodes.key
    edges = zip(graph.edges.start.tolist(), graph.edges.end.tolist(), graph.edges.control.tolist(), strict=True)
    return sorted((keys[start], keys[end], control) for start, end, control in edges)


def test_scopes_are_groups() -> None:
    graph = graph_of(
        [("x", "Placeholder", []), ("net/dense/MatMul", "MatMul", [(0, 0)]), ("net/dense", "Identity", [(1, 0)])]
    )
    assert graph.groups.key == ["", "net", "net/dense"]
    assert graph.groups.parent.tolist() == [-1, 0, 1]
    # What is named like a scope stands in it.
    assert graph.nodes.group.tolist() == [0, 2, 2]
    assert graph.nodes.name == ["x", "MatMul", "dense"]
    assert graph.nodes.kind.tolist() == [NodeKind.INPUT, NodeKind.OP, NodeKind.OP]
    (tensor,) = graph.tensors
    assert (tensor.shape, tensor.dtype, tensor.bytes) == ((2, 3), "float32", 24)


def test_a_scope_of_scopes_that_is_a_node_too() -> None:
    graph = graph_of([("a", "Identity", []), ("a/b/c", "Add", [])])
    assert graph.nodes.group.tolist() == [1, 2]


def test_kinds() -> None:
    ops = ["VariableV2", "Const", "ScalarSummary", "ImageSummaryV2", "Output", "prim::Constant"]
    graph = graph_of([(f"n{i}", op, []) for i, op in enumerate(ops)])
    assert graph.nodes.kind.tolist() == [
        NodeKind.PARAMETER, NodeKind.CONSTANT, NodeKind.AUXILIARY, NodeKind.AUXILIARY, NodeKind.OUTPUT,
        NodeKind.CONSTANT,
    ]  # fmt: skip


def test_savers_and_what_starts_variables_stand_beside_the_graph() -> None:
    """The names and ops that TensorFlow 1 gives them; what a summary alone reads is of the program."""
    nodes: list[Node] = [
        ("w/start/shape", "Const", []),
        ("w/start", "TruncatedNormal", [(0, 0)]),
        ("w", "VariableV2", []),
        ("w/Assign", "Assign", [(2, 0), (1, 0)]),
        ("w/read", "Identity", [(2, 0)]),
        ("step", "AssignAdd", [(2, 0), (4, 0)]),
        ("train", "NoOp", [(5, -1)]),
        ("init", "NoOp", [(3, -1)]),
        ("save/Const", "Const", []),
        ("save/SaveV2", "SaveV2", [(8, 0), (2, 0)]),
        ("save/control_dependency", "Identity", [(8, 0), (9, -1)]),
        ("save/RestoreV2", "RestoreV2", [(8, 0)]),
        ("save/Assign", "Assign", [(2, 0), (11, 0)]),
        ("save/restore_all", "NoOp", [(12, -1)]),
        ("double", "Mul", [(4, 0), (4, 0)]),
        ("seen", "ScalarSummary", [(14, 0)]),
    ]
    graph = graph_of(nodes)
    beside = {key for key, kind in zip(graph.nodes.key, graph.nodes.kind, strict=True) if kind == NodeKind.AUXILIARY}
    assert beside == {
        "w/start", "w/Assign", "init", "save/SaveV2", "save/control_dependency", "save/RestoreV2", "save/Assign",
        "save/restore_all", "seen",
    }  # fmt: skip


def test_dependencies_and_unknown_types() -> None:
    graph = graph_of([("a", "Add", []), ("b", "Add", [(0, -1), (0, 5)])])
    assert graph.edges.control.tolist() == [True, False]
    assert graph.edges.output.tolist() == [0, 5]
    assert graph.edges.tensor.tolist() == [-1, -1]


def test_what_cannot_be_shown_is_counted() -> None:
    graph = graph_of([("a", "Add", [(-1, 0), (-1, 0)]), ("a", "Add", []), ("", "", [])])
    assert graph.notes == ["1 nodes have the name of another one", "2 inputs name nodes that are not in the graph"]
    assert graph.nodes.name == ["a", "a", NO_NAME]


def test_names_of_ten_thousand_slashes() -> None:
    graph = graph_of([("a/" * 10_000 + "b", "Add", []), ("/" * 10_000, "Add", [])])
    assert int(graph.groups.depths().max()) == MOST_DEPTH + 1
    assert len(Parts(graph).of(0).group) == 2


def test_more_groups_than_nodes_have_are_not_split() -> None:
    nodes: list[Node] = [("/".join([f"{idx}_{depth}" for depth in range(30)]) + "/x", "Add", []) for idx in range(1000)]
    graph = graph_of(nodes)
    assert len(graph.groups.name) < 6000
    assert len(graph.nodes.op) == 1000


def test_shapes_that_no_memory_holds() -> None:
    assert tensor_type(1, (2**62,) * 100_000).bytes == -1
    assert tensor_type(1, (2**62, 2**62, 0)).bytes == 0
    assert tensor_type(1, (2, -1)).bytes == tensor_type(7, (2,)).bytes == tensor_type(1, None).bytes == -1


def test_loops_are_edges_like_others() -> None:
    graph = graph_of([("merge", "Merge", [(1, 0)]), ("next", "NextIteration", [(0, 0)])])
    part = Parts(graph).of(0)
    assert sorted(zip(part.start.tolist(), part.end.tolist(), strict=True)) == [(0, 1), (1, 0)]


def test_nodes_come_behind_what_they_read() -> None:
    graph = graph_of(
        [
            ("out", "Add", [(3, 0), (1, 0)]),
            ("merge", "Merge", [(2, 0), (4, 0)]),
            ("enter", "Enter", []),
            ("exit", "Exit", [(1, 0)]),
            ("next", "NextIteration", [(1, 0)]),
        ]
    )
    # Where the loop closes is the only edge back.
    assert graph.nodes.key == ["enter", "merge", "exit", "out", "next"]
    back = graph.edges.start >= graph.edges.end
    assert [graph.nodes.op[node] for node in graph.edges.start[back]] == ["NextIteration"]


def test_circles_that_are_no_loops_are_cut_once() -> None:
    graph = graph_of([("a", "Add", [(1, 0), (0, 0)]), ("b", "Add", [(0, 0)])])
    assert edges_of(graph) == [("a", "a", False), ("a", "b", False), ("b", "a", False)]


def test_the_body_of_a_function_is_where_it_is_called() -> None:
    body = function_of("f", [("mul", "Mul", [(-2, 0), (-2, 0)])])
    graph = graph_of(
        [
            ("x", "Placeholder", []),
            ("net/call", "PartitionedCall", [(0, 0), (0, -1)], [("f", "f")]),
            ("y", "Neg", [(1, 0)]),
        ],
        [body],
    )
    assert graph.nodes.key == ["x", "net/call/a0", "net/call/mul", "net/call/r0", "y"]
    assert graph.nodes.kind.tolist() == [
        NodeKind.INPUT, NodeKind.INPUT, NodeKind.OP, NodeKind.OUTPUT, NodeKind.OP,
    ]  # fmt: skip
    assert graph.groups.key == ["", "net", "net/call"]
    assert graph.groups.type == ["", "", "PartitionedCall"]
    # The group is node 1, and what is in the function comes behind the nodes of the graph.
    assert graph.groups.source.tolist() == [-1, -1, 1]
    assert graph.nodes.source.tolist() == [0, -1, 3, -1, 2]
    assert edges_of(graph) == [
        ("net/call/a0", "net/call/mul", False),
        ("net/call/a0", "net/call/mul", False),
        ("net/call/mul", "net/call/r0", False),
        ("net/call/r0", "y", False),
        ("x", "net/call/a0", False),
        ("x", "net/call/a0", True),
    ]
    assert {graph.tensors[place] for place in graph.edges.tensor.tolist() if place >= 0} == {FLOATS}
    assert graph.notes == []


def test_each_call_has_a_body_of_its_own() -> None:
    body = function_of("f", [("mul", "Mul", [(-2, 0)])])
    nodes: list[Node] = [("x", "Placeholder", []), ("one", "f", [(0, 0)]), ("two", "f", [(1, 0)])]
    graph = graph_of(nodes, [body])
    assert graph.groups.key == ["", "one", "two"]
    assert ("one/r0", "two/a0", False) in edges_of(graph)
    assert graph.nodes.source.tolist().count(3) == 2


def test_a_loop_has_its_condition_and_its_body() -> None:
    condition = function_of("c", [("less", "Less", [(-2, 0)])])
    body = function_of("b", [("add", "Add", [(-2, 0)])])
    nodes: list[Node] = [
        ("x", "Placeholder", []),
        ("while", "While", [(0, 0)], [("cond", "c"), ("body", "b")]),
        ("y", "Neg", [(1, 0)]),
    ]
    graph = graph_of(nodes, [condition, body])
    assert graph.groups.key == ["", "while", "while/cond", "while/body"]
    assert graph.groups.type[2:] == ["c", "b"]
    edges = edges_of(graph)
    assert ("x", "while/cond/a0", False) in edges
    assert ("x", "while/body/a0", False) in edges
    # What the condition says is nobody's input.
    assert [edge for edge in edges if edge[1] == "y"] == [("while/body/r0", "y", False)]


def test_what_chooses_a_branch_is_none_of_its_arguments() -> None:
    branches = [function_of(name, [("add", "Add", [(-2, 0)])]) for name in ("t", "e")]
    nodes: list[Node] = [
        ("p", "Placeholder", []),
        ("x", "Placeholder", []),
        ("if", "If", [(0, 0), (1, 0)], [("branches", "t"), ("branches", "e")]),
        ("y", "Neg", [(2, 0)]),
    ]
    graph = graph_of(nodes, branches)
    assert graph.groups.key == ["", "if", "if/branches.0", "if/branches.1"]
    assert edges_of(graph) == [
        ("if/branches.0/a0", "if/branches.0/add", False),
        ("if/branches.0/add", "if/branches.0/r0", False),
        ("if/branches.0/r0", "y", False),
        ("if/branches.1/a0", "if/branches.1/add", False),
        ("if/branches.1/add", "if/branches.1/r0", False),
        ("if/branches.1/r0", "y", False),
        ("p", "if/branches.0/a0", True),
        ("p", "if/branches.1/a0", True),
        ("x", "if/branches.0/a0", False),
        ("x", "if/branches.1/a0", False),
    ]


def test_functions_in_themselves_stay_nodes() -> None:
    one = function_of("one", [("again", "two", [(-2, 0)])])
    other = function_of("two", [("again", "one", [(-2, 0)])])
    graph = graph_of([("x", "Placeholder", []), ("call", "one", [(0, 0)])], [one, other])
    assert "call/again/again" in graph.nodes.key
    assert graph.notes == ["1 calls of functions are not opened: they are in themselves, or too many"]


def test_functions_that_double_at_each_call_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_graph_def, "MOST_OPENED", 3000)
    functions = [
        function_of(f"f{idx}", [("a", f"f{idx + 1}", [(-2, 0)]), ("b", f"f{idx + 1}", [(0, 0)])]) for idx in range(30)
    ]
    graph = graph_of([("call", "f0", [])], functions)
    assert len(graph.nodes.op) <= 3000
    assert any("are not opened" in note for note in graph.notes)
    assert set(range(1, 61)) <= set(graph.nodes.source.tolist()) | set(graph.groups.source.tolist())


def test_functions_that_nothing_calls_are_there() -> None:
    body = function_of("f", [("mul", "Mul", [(-2, 0)])])
    graph = graph_of([("x", "Placeholder", [])], [body])
    assert graph.groups.key == ["", FUNCTIONS, f"{FUNCTIONS}/f"]
    assert graph.notes == ["1 functions of 1 nodes are opened by no node"]


def test_a_call_whose_name_is_a_scope() -> None:
    body = function_of("f", [("mul", "Mul", [(-2, 0)])])
    nodes: list[Node] = [
        ("x", "Placeholder", []),
        ("while", "While", [(0, 0)], [("body", "f")]),
        ("while/n", "Const", []),
    ]
    graph = graph_of(nodes, [body])
    assert graph.groups.key == ["", "while"]
    assert (graph.groups.type[1], graph.groups.source[1]) == ("While", 1)


def test_several_graphs_are_groups() -> None:
    graphs = [
        GraphDefColumns(f"g{idx}", columns_of([("x", "Placeholder", []), ("y", "Neg", [(0, 0)])])) for idx in (0, 1)
    ]
    graph = graph_of_graph_defs("both", graphs)
    assert graph.groups.key == ["", "g0", "g1"]
    assert graph.nodes.key == ["g0/x", "g0/y", "g1/x", "g1/y"]
    assert graph.nodes.source.tolist() == [0, 1, 2, 3]


@st.composite
def graph_defs(draw: st.DrawFn) -> tuple[list[Node], list[FunctionColumns]]:
    """Any graph with functions that call each other in any way."""
    names = [f"f{idx}" for idx in range(draw(st.integers(0, 4)))]

    def nodes(size: int, inside: bool) -> list[Node]:
        places = st.integers(-3 if inside else -1, size - 1)
        found: list[Node] = []
        for _ in range(size):
            calls = (
                draw(st.lists(st.tuples(st.sampled_from(["f", "cond", "body"]), st.sampled_from(names)), max_size=2))
                if names
                else []
            )
            ops = st.sampled_from(["Add", "Const", "While", "If", "NextIteration", *names])
            inputs = draw(st.lists(st.tuples(places, st.integers(-2, 1)), max_size=3))
            found.append((draw(st.sampled_from(["a", "b", "a/b", "a/b/c", "", "/"])), draw(ops), inputs, calls))
        return found

    functions = [
        function_of(
            name,
            nodes(size := draw(st.integers(0, 4)), inside=True),
            draw(st.integers(1, 2)),
            draw(st.lists(st.integers(0, size - 1), max_size=2)) if size else [],
        )
        for name in names
    ]
    return nodes(draw(st.integers(0, 6)), inside=False), functions


@given(graph_defs())
def test_every_node_is_there(what: tuple[list[Node], list[FunctionColumns]]) -> None:
    nodes, functions = what
    graph = graph_of(nodes, functions)
    count = len(nodes) + sum(len(function.nodes.names) for function in functions)
    sources = [source for source in (*graph.nodes.source.tolist(), *graph.groups.source.tolist()) if source >= 0]
    assert set(sources) == set(range(count))
    own = [source for source in sources if source < len(nodes)]
    # Of a graph's own nodes each stands once; a function is wherever it is called.
    assert sorted(own) == list(range(len(nodes)))
    assert (graph.groups.parent[1:] < np.arange(1, len(graph.groups.name))).all()
    assert (np.diff(graph.edges.end) >= 0).all()
    if len(graph.edges.start):
        assert min(graph.edges.start.min(), graph.edges.end.min()) >= 0
        assert max(graph.edges.start.max(), graph.edges.end.max()) < len(graph.nodes.op)
    if not functions:
        assert len(graph.edges.start) == sum(producer >= 0 for node in nodes for producer, _ in node[2])
