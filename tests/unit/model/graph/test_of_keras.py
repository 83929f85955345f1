"""Graphs of Keras models' configurations: Keras 2 and 3, sequential, functional, nested, shared, and anybody's."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.model.graph import of_keras
from cutaway.model.graph.graph import Graph, NodeKind
from cutaway.model.graph.keras_config import read_model
from cutaway.model.graph.of_keras import graph_of_keras


def graph_of(document: Any) -> Graph:
    return graph_of_keras(read_model(document))


def edges_of(graph: Graph) -> list[tuple[str, str]]:
    names = [key or name for key, name in zip(graph.nodes.key, graph.nodes.name, strict=True)]
    return [(names[one], names[other]) for one, other in zip(graph.edges.start, graph.edges.end, strict=True)]


def layer(name: str, class_name: str, *calls: Any, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "name": name, "config": {"name": name, **config}, "inbound_nodes": list(calls)}


def reads_2(*given: tuple[str, int, int]) -> Any:
    """One call as Keras 2 writes it."""
    return [[*each, {}] for each in given]


def reads_3(*given: tuple[str, int, int], shape: list[int | None] | None = None) -> Any:
    """One call as Keras 3 writes it, with the tensors in a list where there are several."""
    tensors = [
        {
            "class_name": "__keras_tensor__",
            "config": {"shape": shape or [None, 4], "dtype": "float32", "keras_history": list(each)},
        }
        for each in given
    ]
    return {"args": tensors if len(tensors) == 1 else [tensors], "kwargs": {"mask": None}}


def functional(layers: list[Any], inputs: Any, outputs: Any, name: str = "model") -> dict[str, Any]:
    config = {"name": name, "layers": layers, "input_layers": inputs, "output_layers": outputs}
    return {"class_name": "Functional", "config": config}


@pytest.mark.parametrize("reads", [reads_2, reads_3])
def test_several_inputs_and_outputs(reads: Any) -> None:
    graph = graph_of(
        functional(
            [
                layer("a", "InputLayer", batch_shape=[None, 4]),
                layer("b", "InputLayer", batch_shape=[None, 4]),
                layer("sum", "Add", reads(("a", 0, 0), ("b", 0, 0))),
                layer("one", "Dense", reads(("sum", 0, 0))),
                layer("other", "Dense", reads(("sum", 0, 0))),
            ],
            [["a", 0, 0], ["b", 0, 0]],
            [["one", 0, 0], ["other", 0, 0]],
        )
    )
    assert graph.nodes.op == ["InputLayer", "InputLayer", "Add", "Dense", "Dense", "output", "output"]
    assert graph.nodes.kind[:2].tolist() == [NodeKind.INPUT, NodeKind.INPUT]
    assert edges_of(graph) == [
        ("a", "sum"), ("b", "sum"), ("sum", "one"), ("sum", "other"), ("one", "output_0"), ("other", "output_1"),
    ]  # fmt: skip
    (shape,) = {graph.tensors[place].shape for place in graph.edges.tensor[:2].tolist()}
    assert shape == (-1, 4)


@pytest.mark.parametrize("reads", [reads_2, reads_3])
def test_a_layer_that_is_shared(reads: Any) -> None:
    graph = graph_of(
        functional(
            [
                layer("x", "InputLayer"),
                layer("dense", "Dense", reads(("x", 0, 0)), reads(("relu", 0, 0))),
                layer("relu", "ReLU", reads(("dense", 0, 0))),
            ],
            ["x", 0, 0],
            ["dense", 1, 0],
        )
    )
    # In the order of execution, with the number of the layer.
    assert graph.nodes.key == ["x", "dense", "relu", "dense#2", ""]
    assert graph.nodes.source.tolist() == [0, 1, 2, 1, -1]
    assert edges_of(graph) == [("x", "dense"), ("dense", "relu"), ("relu", "dense#2"), ("dense#2", "output")]


INNER = functional(
    [layer("given", "InputLayer"), layer("inside", "Dense", reads_2(("given", 0, 0)))],
    ["given", 0, 0],
    ["inside", 0, 0],
    "inner",
)


@pytest.mark.parametrize("first", [0, 1])
def test_a_model_in_a_model(first: int) -> None:
    """Keras 2 counts the making of the inner model as its first call: calls are numbered from 1 then."""
    graph = graph_of(
        functional(
            [
                layer("x", "InputLayer"),
                {**INNER, "name": "inner", "inbound_nodes": [reads_2(("x", 0, 0)), reads_2(("inner", first, 0))]},
                layer("last", "Dense", reads_2(("inner", first + 1, 0))),
            ],
            ["x", 0, 0],
            ["last", 0, 0],
        )
    )
    assert graph.groups.key == ["", "inner", "inner#2"]
    assert graph.groups.type == ["Functional", "Functional", "Functional"]
    assert graph.groups.source.tolist() == [-1, 1, 1]
    assert edges_of(graph) == [
        ("x", "inner/given"), ("inner/given", "inner/inside"), ("inner/inside", "inner#2/given"),
        ("inner#2/given", "inner#2/inside"), ("inner#2/inside", "last"), ("last", "output"),
    ]  # fmt: skip


def test_sequential_models() -> None:
    inner = {
        "class_name": "Sequential",
        "config": {"name": "inner", "layers": [layer("b", "Dense"), layer("c", "Dense")]},
    }
    layers = [
        {"class_name": "Dense", "config": {"name": "a", "batch_input_shape": [None, 3], "dtype": "float32"}},
        inner,
        {"class_name": "Bidirectional", "config": {"name": "d", "layer": {"class_name": "LSTM"}}},
    ]
    graph = graph_of({"class_name": "Sequential", "config": {"name": "seq", "layers": layers}})
    assert edges_of(graph) == [
        ("input", "a"), ("a", "inner/b"), ("inner/b", "inner/c"), ("inner/c", "d"), ("d", "output"),
    ]  # fmt: skip
    assert graph.nodes.op[-2] == "Bidirectional(LSTM)"
    assert graph.tensors[graph.edges.tensor[0]].shape == (-1, 3)


def test_the_oldest_form() -> None:
    """Keras 2 once wrote the layers of a sequential model as its whole configuration."""
    graph = graph_of({"class_name": "Sequential", "config": [layer("a", "Dense"), layer("b", "Dense")]})
    assert edges_of(graph) == [("input", "a"), ("a", "b"), ("b", "output")]


def test_tensors_among_the_keyword_arguments() -> None:
    attention = layer("attention", "Attention", [["x", 0, 0, {"value": ["y", 0, 0], "mask": None}]])
    graph = graph_of(
        functional([layer("x", "InputLayer"), layer("y", "InputLayer"), attention], [], ["attention", 0, 0])
    )
    assert edges_of(graph)[:2] == [("x", "attention"), ("y", "attention")]


def test_a_subclass_names_no_layers() -> None:
    graph = graph_of({"class_name": "MyModel", "config": {"units": 3}})
    assert graph.groups.name == ["MyModel"]
    assert graph.notes == ["0 layers are shown: the configuration of MyModel names none"]


def test_layers_that_stand_alone_are_counted() -> None:
    graph = graph_of({"class_name": "MyModel", "config": {"layers": [layer("a", "Dense"), layer("b", "Dense")]}})
    assert graph.nodes.key == ["a", "b"]
    assert graph.notes == ["2 layers stand alone: the configuration does not say what they read"]


def test_inputs_that_are_not_there_are_counted() -> None:
    graph = graph_of(functional([layer("a", "Dense", reads_2(("lost", 0, 0)))], [], ["a", 0, 0]))
    assert graph.notes == ["1 inputs are of layers that are not in the model"]


def test_models_that_double_at_each_call_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_keras, "MOST_OPENED", 500)
    model = INNER
    for depth in range(15):
        calls = [reads_2(("x", 0, 0)) for _ in range(3)]
        inner = {**model, "name": f"m{depth}", "inbound_nodes": calls}
        model = functional([layer("x", "InputLayer"), inner], [], [f"m{depth}", 0, 0])
    graph = graph_of(model)
    assert len(graph.nodes.op) < 2500
    assert any("are not opened" in note for note in graph.notes)


@pytest.mark.parametrize("document", [None, [], {}, "x", {"class_name": 3}])
def test_no_model(document: Any) -> None:
    with pytest.raises(ValueError, match="no configuration of a Keras model"):
        read_model(document)


WORDS = st.sampled_from(["a", "b", "", "Dense", "InputLayer", "Sequential", "Functional", "__keras_tensor__"])
KEYS = st.sampled_from(
    ["class_name", "config", "name", "layers", "layer", "inbound_nodes", "args", "kwargs", "keras_history", "shape",
     "dtype", "output_layers", "build_config", "input_shape", "batch_shape"]
)  # fmt: skip
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), WORDS, st.just(["a", 0, 0])),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=30,
)


@given(st.dictionaries(KEYS, ANYTHING, max_size=6), WORDS, st.lists(st.dictionaries(KEYS, ANYTHING), max_size=4))
def test_anybodys_json_is_a_graph(document: dict[str, Any], class_name: str, layers: list[Any]) -> None:
    config = document.get("config")
    config = {**(config if isinstance(config, dict) else {}), "layers": layers}
    graph = graph_of({**document, "class_name": class_name, "config": config})
    count = len(graph.nodes.op)
    assert all(0 <= end < count for end in (*graph.edges.start.tolist(), *graph.edges.end.tolist()))
    # Every layer is there, as a node or as a group.
    assert sum(source >= 0 for source in (*graph.nodes.source, *graph.groups.source)) >= len(layers)
