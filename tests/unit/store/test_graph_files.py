"""Graphs in files of TensorFlow: each format as bytes and as text, told apart by what is in them."""

from pathlib import Path
from typing import Any

import pytest
from google.protobuf import text_format
from tensorboard.compat.proto import graph_pb2, meta_graph_pb2

from cutaway.events.wire import MalformedError
from cutaway.store.graph_files import read_graph_file, saved_model_in


def graph() -> Any:
    found = graph_pb2.GraphDef()
    found.versions.producer = 27
    found.node.add(name="x", op="Placeholder").attr["dtype"].type = 1
    node = found.node.add(name="scope/add", op="AddV2", input=["x", "x:1", "^x"])
    node.attr["T"].type = 1
    node.attr["_output_shapes"].list.shape.add().dim.add(size=-1)
    return found


def meta_graph() -> Any:
    found = meta_graph_pb2.MetaGraphDef()
    found.meta_info_def.tensorflow_version = "2.20"
    found.meta_info_def.tags.append("serve")
    found.meta_info_def.stripped_op_list.op.add(name="AddV2").input_arg.add(name="x", type=1)
    found.graph_def.CopyFrom(graph())
    return found


def saved_model_bytes(count: int = 2) -> bytes:
    content: bytes = meta_graph().SerializeToString()
    size = len(content)
    assert 128 <= size < 1 << 14
    return b"\x08\x01" + count * (b"\x12" + bytes([size & 127 | 128, size >> 7]) + content)


def saved_model_text() -> str:
    return f"saved_model_schema_version: 1\nmeta_graphs {{\n{text_format.MessageToString(meta_graph())}}}\n"


FILES: dict[str, tuple[str, bytes]] = {
    "graph.pb": ("GraphDef", graph().SerializeToString()),
    "graph.pbtxt": ("GraphDef", text_format.MessageToString(graph()).encode()),
    "meta.pb": ("MetaGraphDef", meta_graph().SerializeToString()),
    "meta.pbtxt": ("MetaGraphDef", text_format.MessageToString(meta_graph()).encode()),
    "saved_model.pb": ("SavedModel", saved_model_bytes()),
    "saved_model.pbtxt": ("SavedModel", saved_model_text().encode()),
}


@pytest.mark.parametrize("name", FILES)
def test_each_format(tmp_path: Path, name: str) -> None:
    kind, content = FILES[name]
    (tmp_path / name).write_bytes(content)
    found = read_graph_file(tmp_path / name)
    assert found.kind == kind
    assert [(node.name, node.op, node.inputs) for node in found.graph.nodes] == [
        ("x", "Placeholder", ()),
        ("scope/add", "AddV2", ("x", "x:1", "^x")),
    ]
    assert found.others == (1 if name == "saved_model.pb" else 0)
    assert graph_pb2.GraphDef.FromString(found.graph.data) == graph()


def test_a_text_is_the_same_graph_as_its_bytes(tmp_path: Path) -> None:
    """With functions, lists of types and tensors, which are in attributes alone."""
    big = graph()
    big.node[0].attr["value"].tensor.tensor_content = bytes(range(256))
    big.node[0].attr["types"].list.type.extend([1, 9, 101])
    big.node[0].attr["name"].s = '\u00e9 "quoted" \\ \n'.encode()
    function = big.library.function.add()
    function.signature.name = "double"
    function.node_def.add(name="twice", op="Mul", input=["x", "x"])
    function.ret["out"] = "twice:z:0"
    (tmp_path / "big.pbtxt").write_text(text_format.MessageToString(big), "utf-8")
    assert graph_pb2.GraphDef.FromString(read_graph_file(tmp_path / "big.pbtxt").graph.data) == big


def test_a_folder_of_a_saved_model(tmp_path: Path) -> None:
    assert saved_model_in(tmp_path) is None
    (tmp_path / "saved_model.pb").write_bytes(saved_model_bytes())
    assert saved_model_in(tmp_path) == tmp_path / "saved_model.pb"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("none.pb", b"", "neither a GraphDef"),
        ("text.pb", b"node { name: 'a' }", "neither a GraphDef"),
        ("noise.pb", bytes(range(1, 200)), "neither a GraphDef"),
        ("cut.pb", FILES["meta.pb"][1][:-20], "neither a GraphDef|cut short|longer than"),
        ("none.pbtxt", b"", "does not hold the text"),
        ("other.pbtxt", b"item { id: 1 name: 'cat' }", "does not hold the text"),
        ("cut.pbtxt", FILES["graph.pbtxt"][1][:-5], "ends within a message"),
        ("no_nodes.pbtxt", b"versions { producer: 27 }", "has no nodes"),
        ("binary.pbtxt", FILES["graph.pb"][1], "does not hold the text"),
    ],
)
def test_files_that_hold_no_graph(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MalformedError, match=reason):
        read_graph_file(tmp_path / name)


def test_every_cut_of_every_file(tmp_path: Path) -> None:
    """A part of a file is a smaller graph, or an error in words that names the file."""
    for name, (_, content) in FILES.items():
        for size in range(0, len(content), 7):
            (tmp_path / name).write_bytes(content[:size])
            count, problem = 0, ""
            try:
                count = len(read_graph_file(tmp_path / name).graph.nodes)
            except MalformedError as error:
                problem = str(error)
            assert count <= 2
            assert problem == "" or (str(tmp_path / name) in problem and "\n" not in problem)
