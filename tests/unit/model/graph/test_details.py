"""Details of groups and nodes, and the answers about a graph as JSON has them."""

import json
from typing import Any

import pytest
import torch
from hypothesis import given
from tests.unit.model.graph.graphs import chain, graphs
from torch import nn

from cutaway.model.graph import answers
from cutaway.model.graph import details as details_module
from cutaway.model.graph.builder import GraphBuilder
from cutaway.model.graph.details import details
from cutaway.model.graph.graph import Graph, NodeKind, TensorType
from cutaway.model.graph.of_trace import graph_of_trace
from cutaway.model.graph.reading import MOST_DEPTH, GraphReading, Thing
from cutaway.model.graph.short_text import MOST_CHARACTERS, names_and_texts, short
from cutaway.model.result import ForwardError
from cutaway.model.summary import summary


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(7, 4)
        self.head = nn.Linear(4, 7)
        self.head.weight = self.words.weight
        self.norm = nn.BatchNorm1d(7)

    def forward(self, ids: torch.Tensor) -> Any:
        return self.norm(self.head(self.words(ids)) + self.head(self.words(ids)))


@pytest.fixture(scope="module")
def reading() -> GraphReading:
    trace = summary(Tied(), input_data=torch.zeros(3, dtype=torch.int64), verbose=False).trace
    return GraphReading(graph_of_trace(trace), trace)


def group(reading: GraphReading, key: str) -> Thing:
    return Thing(reading.graph.groups.key.index(key), -1)


def test_a_module(reading: GraphReading) -> None:
    found = details(reading, group(reading, "head#2"))
    assert (found["name"], found["path"], found["type"], found["groups"]) == ("head#2", "head", "Linear", [0])
    assert found["arguments"] == [["in_features", "4"], ["out_features", "7"], ["bias", "True"]]
    assert [call["key"] for call in found["calls"]] == ["head", "head#2"]
    (given,), (made,) = found["calls"][1]["inputs"], found["calls"][1]["outputs"]
    assert (given["shape"], given["from"], made["shape"], made["bytes"]) == ([3, 4], "words#2/embedding", [3, 7], 84)
    assert [(weight["path"], weight["aliases"]) for weight in found["weights"]] == [
        ("words.weight", ["head.weight"]),
        ("head.bias", []),
    ]
    assert [each["from"] for each in found["outputs"]] == ["add"]
    assert {each["from"] for each in found["inputs"]} == {"words#2/embedding", "words.weight", "head.bias"}
    assert found["costs"]["macs"] == 84
    assert found["costs"]["parameters"] == 0
    assert found["left_out"] == {}


def test_buffers_are_told_from_parameters(reading: GraphReading) -> None:
    weights = details(reading, group(reading, "norm"))["weights"]
    assert [weight["path"] for weight in weights if weight["buffer"]] == [
        "norm.running_mean",
        "norm.running_var",
        "norm.num_batches_tracked",
    ]


def test_a_node(reading: GraphReading) -> None:
    node = reading.graph.nodes.name.index("addmm")
    found = details(reading, Thing(-1, node))
    assert found["type"] == "aten.addmm.default"
    assert [each["name"] for each in found["inputs"]] == ["self", "mat1", "mat2"]
    assert [weight["path"] for weight in found["weights"]] == ["head.bias"]
    assert found["source"].rpartition(":")[0].endswith("test_details.py")
    assert found["device"] == "cpu"
    (made,) = found["outputs"]
    assert (made["shape"], made["from"]) == ([3, 7], "add")


def test_the_same_node_is_at_both_ends_of_an_edge(reading: GraphReading) -> None:
    for node in range(len(reading.graph.nodes.op)):
        for each in details(reading, Thing(-1, node))["inputs"]:
            others = [made["node"] for made in details(reading, Thing(-1, each["node"]))["outputs"]]
            assert node in others


def test_lists_end_somewhere(reading: GraphReading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(details_module, "MOST_OF_A_LIST", 2)
    found = details(reading, Thing(0, -1))
    assert len(found["weights"]) == 2
    assert found["left_out"]["weights"] == 5


def test_attributes_of_another_source() -> None:
    builder = GraphBuilder("graph")
    builder.node(0, NodeKind.OP, "MatMul", "MatMul", 0)
    found = details(GraphReading(builder.graph()), Thing(-1, 0), device="/gpu:0", attributes=[("T", "x" * 9999)])
    assert (found["device"], found["attributes"]) == ("/gpu:0", [["T", short("x" * 9999)]])


def test_a_model_that_fails() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.Sequential(nn.Linear(5, 4)))
    with pytest.raises(ForwardError) as raised:
        summary(model, (2, 4), verbose=False)
    trace = raised.value.summary.trace
    reading = GraphReading(graph_of_trace(trace), trace)
    failure = answers.outline(reading)["failure"]
    assert reading.graph.groups.key[failure["group"]] == "1.0"
    assert reading.graph.nodes.name[failure["node"]] == "linear"
    assert failure["text"].startswith("RuntimeError: ")
    boxes = answers.part(reading, 0, fold=True)["boxes"]
    assert [boxes["key"][box] for box in boxes["failed"]] == ["1"]
    for thing in (Thing(failure["group"], -1), Thing(-1, failure["node"])):
        assert details(reading, thing)["problem"] == failure["text"]
    assert details(reading, group(reading, "0"))["problem"] == ""


def test_a_folded_box() -> None:
    builder = GraphBuilder("whole")
    chain(builder, 0, ["0", "1", "2"], first=builder.node(0, NodeKind.INPUT, "x", "input"))
    reading = GraphReading(builder.graph())
    found = answers.part(reading, 0, fold=True)
    boxes = found["boxes"]
    assert boxes["key"] == ["x", "0 … 2"]
    assert (boxes["repeats"], boxes["nodes"], boxes["kind"]) == ([1, 3], [1, 6], [1, 0])
    assert found["tensors"][boxes["output"][1]] == {"shape": [2, 3], "dtype": "float32", "bytes": 24}


def test_a_group_beside_the_graph() -> None:
    builder = GraphBuilder("whole")
    beside, other = (builder.group(0, name, name) for name in ("beside", "other"))
    inner = builder.group(beside, "inner", "beside/inner")
    builder.node(inner, NodeKind.AUXILIARY, "loss", "ScalarSummary")
    builder.node(other, NodeKind.AUXILIARY, "loss", "ScalarSummary")
    builder.node(other, NodeKind.OP, "add", "Add")
    assert answers.part(GraphReading(builder.graph()), 0, fold=False)["boxes"]["kind"] == [3, 0]


@given(graphs())
def test_answers_are_json_with_columns_of_one_length(graph: Graph) -> None:
    reading = GraphReading(graph)
    outline = json.loads(json.dumps(answers.outline(reading), allow_nan=False))
    lengths = {len(column) for name, column in outline["groups"].items() if name != "costs"}
    lengths |= {len(column) for column in outline["groups"]["costs"].values()}
    assert lengths == {len(graph.groups.name)}
    for number in range(len(graph.groups.name)):
        for fold in (False, True):
            part = json.loads(json.dumps(answers.part(reading, number, fold=fold), allow_nan=False))
            boxes = {name: column for name, column in part["boxes"].items() if name not in ("costs", "failed")}
            assert len({len(column) for column in (*boxes.values(), *part["boxes"]["costs"].values())}) == 1
            assert len({len(column) for column in part["edges"].values()}) == 1
            places = [*boxes["output"], *part["edges"]["tensor"]]
            assert all(-1 <= place < len(part["tensors"]) for place in places)
        json.dumps(details(reading, Thing(number, -1)), allow_nan=False)
    for node in range(len(graph.nodes.op)):
        json.dumps(details(reading, Thing(-1, node)), allow_nan=False)


def test_outlines_of_many_groups_end_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    builder = GraphBuilder("whole")
    for idx in range(10):
        builder.node(builder.group(0, f"g{idx}", f"g{idx}"), NodeKind.OP, "n", "op")
    monkeypatch.setattr(answers, "MOST_GROUPS", 4)
    groups = answers.outline(GraphReading(builder.graph()))["groups"]
    assert (len(groups["name"]), groups["below"][0]) == (4, 10)


def test_groups_deeper_than_any_models() -> None:
    builder = GraphBuilder("whole")
    group = 0
    for idx in range(MOST_DEPTH + 1):
        group = builder.group(group, "g", f"{idx}")
    with pytest.raises(ValueError, match="more than 1,000 deep in each other"):
        GraphReading(builder.graph())


def test_long_names_are_cut() -> None:
    builder = GraphBuilder("whole")
    builder.node(builder.group(0, "g" * 9999, "k" * 9999, "t" * 9999), NodeKind.OP, "n" * 9999, "o" * 9999)
    builder.edge(0, 0, 0, TensorType((1,) * 1000, "float32", 4))
    reading = GraphReading(builder.graph())
    for answer in (
        answers.outline(reading),
        answers.part(reading, 0, fold=True),
        answers.part(reading, 1, fold=True),
        answers.found(reading, "op"),
        details(reading, Thing(1, -1)),
    ):
        assert len(json.dumps(answer)) < 8 * MOST_CHARACTERS + 8000


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("", []),
        ("3, 4, kernel_size=(3, 3), bias=False", [["", "3"], ["", "4"], ["kernel_size", "(3, 3)"], ["bias", "False"]]),
        ("a=[1, {2: 3}], (b=1)", [["a", "[1, {2: 3}]"], ["", "(b=1)"]]),
        ("a=(1, b=2", [["a", "(1, b=2"]]),
        ("a == b, ", [["", "a == b"]]),
    ],
)
def test_arguments_of_a_module(config: str, expected: list[list[str]]) -> None:
    assert names_and_texts(config) == expected
