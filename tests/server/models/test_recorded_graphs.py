"""The graphs of a log: each once in its run, read once, and decoded when asked for."""

import contextlib
import random
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.config_pb2 import RunMetadata  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.event_pb2 import Event  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.graph_pb2 import GraphDef  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.node_def_pb2 import NodeDef  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore[import-untyped, unused-ignore]

import cutaway
from cutaway.events.core import frame
from cutaway.events.wire import MalformedError, bytes_field
from cutaway.model.graph.graph import NodeKind
from cutaway.server.models import graph_defs, records
from cutaway.server.models.recorded_graphs import RecordedGraph, RecordedGraphs
from cutaway.store.log_directory import LogDirectory
from cutaway.store.values import read_place

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def graphs_of(path: Path) -> tuple[LogDirectory, RecordedGraphs]:
    log = LogDirectory(path)
    log.refresh()
    return log, RecordedGraphs(log)


def all_of(path: Path) -> list[RecordedGraph]:
    return graphs_of(path)[1].all()[1]


def write(folder: Path, name: str, *events: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    start = Event(wall_time=1, file_version="brain.Event:2")
    content = b"".join(frame(event.SerializeToString()) for event in (start, *events))
    (folder / f"events.out.tfevents.{name}").write_bytes(content)


def shuffled(graph: Any, seed: int) -> bytes:
    """The bytes of a graph with the attributes of its nodes in another order, as another process writes them."""
    order = random.Random(seed)
    parts = []
    for node in graph.node:
        entries = [NodeDef(attr={key: value}).SerializeToString() for key, value in node.attr.items()]
        order.shuffle(entries)
        bare = NodeDef(name=node.name, op=node.op, input=node.input, device=node.device).SerializeToString()
        parts.append(bytes_field(1, bare + b"".join(entries)))
    return b"".join(parts)


GRAPH = GraphDef(
    node=[
        NodeDef(name="x", op="Placeholder", attr={"dtype": {"type": 1}, "other": {"s": b"text"}}),
        NodeDef(name="net/y", op="Mul", input=["x", "x"], attr={"T": {"type": 1}, "z": {"b": True}, "k": {"i": 3}}),
    ]
)


def test_a_graph_and_its_meta_graph_are_one() -> None:
    (graph,) = all_of(FIXTURES / "tensorflow1")
    assert (graph.source, graph.nodes, graph.bytes, graph.steps) == ("graph_def", 52, 4793, [0, 0])
    assert [record.kind for record in graph.records] == ["graph", "meta_graph"]
    assert len(graph.digest) == 12


def test_the_same_graph_at_each_restart_is_one(tmp_path: Path) -> None:
    for time in range(3):
        event = Event(wall_time=100 + time, step=time, graph_def=shuffled(GRAPH, time))
        write(tmp_path, f"{100 + time}.host", event)
    (graph,) = all_of(tmp_path)
    assert graph.recorded == [100, 101, 102]
    assert graph.steps == [0, 1, 2]


def test_another_attribute_is_another_graph(tmp_path: Path) -> None:
    other = GraphDef()
    other.CopyFrom(GRAPH)
    other.node[1].attr["k"].i = 4
    write(tmp_path, "1.host", *(Event(wall_time=2, graph_def=each.SerializeToString()) for each in (GRAPH, other)))
    assert len({graph.digest for graph in all_of(tmp_path)}) == 2


def test_runs_of_one_model_share_its_graph(tmp_path: Path) -> None:
    for run in ("a", "b"):
        write(tmp_path / run, "1.host", Event(wall_time=2, graph_def=GRAPH.SerializeToString()))
    one, other = all_of(tmp_path)
    assert one.run != other.run
    assert one.graph() is other.graph()


def test_a_second_question_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for run in ("a", "b"):
        write(tmp_path / run, "1.host", Event(wall_time=2, graph_def=GRAPH.SerializeToString()))
    log, graphs = graphs_of(tmp_path)
    read: list[str] = []

    def reads(what: str, *where: Any) -> bytearray:
        read.append(what)
        return read_place(what, *where)

    monkeypatch.setattr(records, "read_place", reads)
    assert len(graphs.all()[1]) == len(read) == 2
    graphs.all()
    assert len(read) == 2
    # What is new is read, and nothing else.
    write(tmp_path / "b", "3.host", Event(wall_time=4, graph_def=GRAPH.SerializeToString()))
    log.refresh()
    revision, found = graphs.all()
    assert len(read) == 3
    assert [graph.recorded for graph in found] == [[2], [2, 4]]
    assert revision == log.revision


def test_traces_come_first(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_model(torch.nn.Linear(2, 3), input_size=(1, 2), backward=True)
    trace, graph_def = all_of(tmp_path)
    assert (trace.source, graph_def.source) == ("trace", "graph_def")
    assert (trace.title, trace.tag, trace.phases) == ("Linear", "model", ("forward", "backward", "both"))
    assert trace.trace is trace.trace
    assert graph_def.trace is None
    forward, both = trace.graph("forward"), trace.graph("both")
    # What begins the backward was recorded as one of the forward.
    assert trace.nodes == 1 + sum(source >= 0 for source in forward.nodes.source.tolist())
    assert len(both.nodes.op) > len(forward.nodes.op)


def test_tensorflow_1_names_what_it_shows() -> None:
    (graph,) = all_of(FIXTURES / "tensorflow1")
    nodes = graph.graph().nodes
    kinds = dict(zip(nodes.key, nodes.kind.tolist(), strict=True))
    assert {"x", "mul", "y", "family/y", "Merge/MergeSummary"} <= kinds.keys(), sorted(kinds)
    assert kinds["x"] == NodeKind.INPUT
    assert kinds["y"] == NodeKind.AUXILIARY


def test_what_nodes_cost_when_the_graph_ran() -> None:
    (graph,) = all_of(FIXTURES / "tensorflow1")
    keys, costs = graph.graph().nodes.key, graph.costs()
    assert set(costs) == {"seconds", "memory_bytes"}
    place = keys.index("add")
    assert 0 < costs["seconds"][place] < 1
    assert costs["memory_bytes"][place] == 4
    assert graph.measured[0].tag == "step 1"
    assert np.isnan(costs["seconds"]).any()


def test_what_a_node_says_of_itself() -> None:
    (graph,) = all_of(FIXTURES / "tensorflow1")
    nodes = graph.graph().nodes
    facts = graph.node_facts(int(nodes.source[nodes.key.index("x")]))
    assert (facts.op, facts.attributes) == (
        "Placeholder",
        [("_output_shapes", "[[]]"), ("dtype", "DT_FLOAT"), ("shape", "[]")],
    )
    with pytest.raises(IndexError, match="there is no node 52 in the graph"):
        graph.node_facts(52)


def test_what_nodes_say_of_themselves_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "1.host", Event(wall_time=2, graph_def=GRAPH.SerializeToString()))
    (graph,) = all_of(tmp_path)
    read: list[str] = []

    def reads(what: str, *where: Any) -> bytearray:
        read.append(what)
        return read_place(what, *where)

    monkeypatch.setattr(records, "read_place", reads)
    assert [graph.node_facts(source).op for source in (0, 1, 1)] == ["Placeholder", "Mul", "Mul"]
    assert len(read) == 1


def test_the_graphs_that_tensorflow_2_ran() -> None:
    graphs = all_of(FIXTURES / "tensorflow2")
    # On one device what it runs is the optimized graph.
    assert [graph.title for graph in graphs] == ["trace", "trace, optimized"]
    assert graphs[0].graph().nodes.key == ["x", "Square", "Identity", "identity_RetVal"], graphs[0].graph().nodes.key


@pytest.mark.parametrize("place", range(4))
def test_every_node_of_functions_is_there(place: int) -> None:
    """As protobuf counts them, in the graph of a training step and in all that TensorFlow 2 makes of a program."""
    graph = [each for each in all_of(FIXTURES / "tensorflow2_graphs") if each.source != "keras"][place]
    data = graph.records[0].read()
    if graph.source == "graph_def":
        parts = [GraphDef.FromString(bytes(data))]
    else:
        ran = RunMetadata.FromString(Summary.Value.FromString(bytes(data)).tensor.string_val[0]).function_graphs
        parts = {
            graph_defs.BEFORE: [each.pre_optimization_graph for each in ran],
            graph_defs.AFTER: [each.post_optimization_graph for each in ran],
        }[graph.facts.part]
    count = sum(len(each.node) + sum(len(function.node_def) for function in each.library.function) for each in parts)
    assert graph.nodes == count > 40
    drawn = graph.graph()
    sources = {*drawn.nodes.source.tolist(), *drawn.groups.source.tolist()}
    assert sources - {-1} == set(range(count))
    # The runtime makes loops of functions that loop.
    back = drawn.edges.start[drawn.edges.start >= drawn.edges.end].tolist()
    assert {drawn.nodes.op[node] for node in back} == (
        {"NextIteration"} if graph.title.endswith("optimized") else set()
    )


def test_functions_in_functions() -> None:
    graph = next(each for each in all_of(FIXTURES / "tensorflow2_graphs") if each.title == "traced").graph()
    types = dict(zip(graph.groups.key, graph.groups.type, strict=True))
    assert types["block/PartitionedCall"] == types["while/body/while/PartitionedCall"] == "PartitionedCall"
    assert (types["while"], types["cond"]) == ("StatelessWhile", "StatelessIf")
    ops = dict(zip(graph.nodes.key, graph.nodes.op, strict=True))
    assert ops["block/PartitionedCall/multiplied"] == ops["while/body/while/PartitionedCall/multiplied"] == "MatMul"
    edges = {
        (graph.nodes.key[start], graph.nodes.key[end]): (bool(control), int(tensor))
        for start, end, control, tensor in zip(
            graph.edges.start, graph.edges.end, graph.edges.control, graph.edges.tensor, strict=True
        )
    }
    _, tensor = edges["b", "while/body/while_b_0"]
    assert (graph.tensors[tensor].shape, graph.tensors[tensor].dtype) == ((2, 2), "float32")
    assert ("while/body/while_identity_3", "Sum") in edges
    assert edges["Greater", "cond/then_branch/cond_add_while"][0]
    assert not edges["while/body/while_identity_3", "cond/then_branch/cond_add_while"][0]


def test_a_model_of_keras_with_models_and_shared_layers() -> None:
    (graph,) = [each for each in all_of(FIXTURES / "tensorflow2_graphs") if each.source == "keras"]
    drawn = graph.graph()
    assert drawn.nodes.key == [
        "given", "sequence", "shared", "shared#2", "encoder/input_layer", "encoder/narrow", "encoder#2/input_layer",
        "encoder#2/narrow", "joined", "last", "",
    ]  # fmt: skip
    names = [key or "output" for key in drawn.nodes.key]
    edges = [
        (names[start], names[end], None if tensor < 0 else drawn.tensors[tensor].shape)
        for start, end, tensor in zip(drawn.edges.start, drawn.edges.end, drawn.edges.tensor, strict=True)
    ]
    assert edges == [
        ("given", "sequence", (-1, 5, 4)), ("sequence", "shared", (-1, 4)), ("shared", "shared#2", (-1, 4)),
        ("sequence", "encoder/input_layer", (-1, 4)), ("encoder/input_layer", "encoder/narrow", (-1, 4)),
        ("shared#2", "encoder#2/input_layer", (-1, 4)), ("encoder#2/input_layer", "encoder#2/narrow", (-1, 4)),
        ("encoder/narrow", "joined", (-1, 3)), ("encoder#2/narrow", "joined", (-1, 3)), ("joined", "last", (-1, 6)),
        ("last", "output", None),
    ]  # fmt: skip


def test_a_keras_model() -> None:
    (graph,) = all_of(FIXTURES / "keras")
    assert (graph.source, graph.title, graph.nodes) == ("keras", "sequential", 3)
    nodes = graph.graph().nodes
    assert nodes.key == ["input_layer", "hidden", "dense", ""]
    assert nodes.op == ["InputLayer", "Dense", "Dense", "output"]
    assert ("units", "3") in graph.node_facts(1).attributes


def test_what_pytorch_adds() -> None:
    """Modules have their names and classes, and weights stand with what reads them, wherever PyTorch put them."""
    (graph,) = all_of(FIXTURES / "pytorch_graph")
    drawn = graph.graph()
    groups = list(zip(drawn.groups.name, drawn.groups.type, strict=True))
    assert groups == [
        ("graph", ""), ("input", ""), ("output", ""), ("Network", ""), ("stem", "Conv2d"),
        ("blocks", "ModuleList"), ("0", "Block"), ("norm", "BatchNorm2d"), ("conv", "Conv2d"), ("1", "Block"),
        ("norm", "BatchNorm2d"), ("conv", "Conv2d"),
        ("head", "Linear"),
    ]  # fmt: skip
    assert drawn.notes == []
    nodes = drawn.nodes
    shown = [
        f"{drawn.groups.name[group]}: {op}"
        for group, op, kind in zip(nodes.group.tolist(), nodes.op, nodes.kind.tolist(), strict=True)
        if kind < NodeKind.PARAMETER
    ]
    assert shown == [
        "input: IO Node", "stem: aten::_convolution", "conv: aten::_convolution", "norm: aten::batch_norm",
        "0: aten::relu", "0: aten::add", "conv: aten::_convolution", "norm: aten::batch_norm", "1: aten::relu",
        "1: aten::add", "Network: aten::mean", "head: aten::linear", "Network: aten::max",
        "Network: prim::TupleConstruct", "output: IO Node", "Network: aten::max",
    ]  # fmt: skip
    weight = nodes.key.index("Network/ModuleList[blocks]/Block[1]/Conv2d[conv]/weight/weight.17")
    assert drawn.groups.key[nodes.group[weight]] == "Network/ModuleList[blocks]/Block[1]/Conv2d[conv]"


def test_what_tensorboardx_adds() -> None:
    (graph,) = all_of(FIXTURES / "tensorboardx_graph")
    drawn = graph.graph()
    assert drawn.groups.name[3:] == ["Sequential", "0", "1", "0", "1", "2"]
    assert drawn.groups.type[4:] == ["Linear", "Sequential", "ReLU", "Linear", "Linear"]
    assert drawn.nodes.op.count("aten::linear") == 3
    assert drawn.notes == []


def test_a_graph_that_is_damaged_has_a_problem(tmp_path: Path) -> None:
    write(
        tmp_path, "1.host", Event(wall_time=2, graph_def=b"\x0a\x05ab"), Event(wall_time=3, meta_graph_def=b"\x12\x7f")
    )
    graphs = all_of(tmp_path)
    assert [graph.source for graph in graphs] == ["graph_def", "meta_graph"]
    for graph in graphs:
        assert graph.nodes == 0
        assert graph.problem
        with pytest.raises(MalformedError):
            graph.graph()


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    write(tmp_path, "1.host", Event(wall_time=2, graph_def=GRAPH.SerializeToString()))
    write(tmp_path, "3.host", Event(wall_time=4, graph_def=GRAPH.SerializeToString()))
    (graph,) = all_of(tmp_path)
    # Another record has the same.
    (tmp_path / "events.out.tfevents.3.host").unlink()
    assert len(graph.graph().nodes.op) == 2
    (other,) = all_of(tmp_path)
    shutil.rmtree(tmp_path)
    with pytest.raises(FileNotFoundError, match="is gone"):
        other.graph()


def test_find() -> None:
    _, graphs = graphs_of(FIXTURES / "tensorflow1")
    (graph,) = graphs.all()[1]
    assert graphs.find(graph.run, graph.digest) is graph
    assert graphs.find(graph.run, "0" * 12) is None
    assert graphs.find("r9", graph.digest) is None


def test_threads_ask_at_the_same_time() -> None:
    _, graphs = graphs_of(FIXTURES)
    found: list[list[int]] = []

    def ask() -> None:
        found.append([len(graph.graph().nodes.op) for graph in graphs.all()[1]])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(each == found[0] for each in found)


@given(st.binary(max_size=200), st.integers(0, 5))
def test_bytes_of_any_kind_are_a_graph_or_a_problem(data: bytes, form: int) -> None:
    """Each kind of record, damaged in any way."""
    names = ("cutaway_model", "graph_keras_model", "graph_run_metadata", "graph_run_metadata_graph")
    if form < 4:
        value = Summary.Value(tag="t", tensor={"dtype": 7, "string_val": [data]})
        value.metadata.plugin_data.plugin_name = names[form]
        event = Event(wall_time=2, summary=Summary(value=[value]))
    else:
        event = Event(wall_time=2, graph_def=data) if form == 4 else Event(wall_time=2, meta_graph_def=data)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), "1.host", event)
        for graph in all_of(Path(folder)):
            if graph.problem:
                assert graph.nodes == 0
            # What passes as a trace at a glance may still be none.
            with contextlib.suppress(MalformedError):
                assert len(graph.graph().groups.name) > 0
                graph.costs()
