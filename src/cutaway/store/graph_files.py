"""Files of TensorFlow that hold a graph: GraphDef, MetaGraphDef, SavedModel, as bytes (``.pb``) or text (``.pbtxt``).

They are told apart by what is in them. TensorFlow is not needed. A folder with a ``saved_model.pb`` is that file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cutaway.events.graph_messages import ATTR_VALUE, NODE_DEF, VERSION_DEF
from cutaway.events.open_file import open_regular
from cutaway.events.schema import Field, Message, decode
from cutaway.events.text_format import encoded_text, tokens
from cutaway.events.wire import LENGTH_DELIMITED, MalformedError, fields
from cutaway.store.kinds.door import decoding
from cutaway.store.kinds.graph import Graph

ENDINGS = (".pb", ".pbtxt")
_SAVED_MODEL_FILES = ("saved_model.pb", "saved_model.pbtxt")
#: More than protobuf itself writes.
_MOST_BYTES = 2 << 30
_ARGUMENT = Message(name=Field(1, "string"), type=Field(3, "enum"), type_attr=Field(4, "string"))
_FUNCTION = Message(
    signature=Field(
        1,
        Message(
            name=Field(1, "string"),
            input_arg=Field(2, _ARGUMENT, repeated=True),
            output_arg=Field(3, _ARGUMENT, repeated=True),
        ),
    ),
    node_def=Field(3, NODE_DEF, repeated=True),
    ret=Field(4, Message(key=Field(1, "string"), value=Field(2, "string")), repeated=True),
    attr=Field(5, Message(key=Field(1, "string"), value=Field(2, ATTR_VALUE)), repeated=True),
)
_GRAPH = Message(
    node=Field(1, NODE_DEF, repeated=True),
    library=Field(2, Message(function=Field(1, _FUNCTION, repeated=True))),
    versions=Field(4, VERSION_DEF),
)
_META_GRAPH = Message(graph_def=Field(2, _GRAPH))
#: What a text is, by the name of any field of the outermost message.
_TEXTS = {
    **dict.fromkeys(("node", "versions", "library"), ("GraphDef", _GRAPH)),
    **dict.fromkeys(
        ("meta_info_def", "graph_def", "saver_def", "collection_def", "signature_def"), ("MetaGraphDef", _META_GRAPH)
    ),
    **dict.fromkeys(
        ("saved_model_schema_version", "meta_graphs"),
        ("SavedModel", Message(meta_graphs=Field(2, _META_GRAPH, repeated=True))),
    ),
}
_META = Message(meta_info_def=Field(1, "bytes"), graph_def=Field(2, "bytes"))
_SAVED = Message(saved_model_schema_version=Field(1, "int64"), meta_graphs=Field(2, "bytes", repeated=True))
_DTYPES = (
    *("DT_INVALID", "DT_FLOAT", "DT_DOUBLE", "DT_INT32", "DT_UINT8", "DT_INT16", "DT_INT8", "DT_STRING"),
    *("DT_COMPLEX64", "DT_INT64", "DT_BOOL", "DT_QINT8", "DT_QUINT8", "DT_QINT32", "DT_BFLOAT16", "DT_QINT16"),
    *("DT_QUINT16", "DT_UINT16", "DT_COMPLEX128", "DT_HALF", "DT_RESOURCE", "DT_VARIANT", "DT_UINT32", "DT_UINT64"),
)
_REFERENCE = 100
_WORDS = {
    **{name: number for number, name in enumerate(_DTYPES)},
    **{f"{name}_REF": number + _REFERENCE for number, name in enumerate(_DTYPES)},
}


@dataclass(frozen=True, slots=True)
class GraphFile:
    """A graph out of a file."""

    path: Path
    #: ``GraphDef``, ``MetaGraphDef`` or ``SavedModel``.
    kind: str
    graph: Graph
    #: Graphs that the file holds beside this one, which is the first.
    others: int = 0


def saved_model_in(folder: Path) -> Path | None:
    """The file of a SavedModel's folder; None for a folder that is none."""
    return next((folder / name for name in _SAVED_MODEL_FILES if (folder / name).is_file()), None)


def read_graph_file(path: Path) -> GraphFile:
    """The graph in a file. Raises OSError, and MalformedError for a file that holds none."""
    with open_regular(path) as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise MalformedError(f"{path} has more than {_MOST_BYTES:,} bytes")
    with decoding(str(path)):
        found = _of_text(path, data) if path.name.endswith(".pbtxt") else _of_bytes(path, data)
        with _naming(path):
            count = len(found.graph.columns.op)
        if not count:
            raise MalformedError(f"the graph in {path} has no nodes")
    return found


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """A failure within tells the file too."""
    try:
        yield
    except MalformedError as error:
        raise MalformedError(f"{path} is damaged: {error}") from error


def _of_text(path: Path, data: bytes) -> GraphFile:
    text = data.decode("utf-8", "replace")
    first = next(tokens(text), None)
    kind, message = _TEXTS.get("" if first is None else first.text, ("", None))
    if message is None:
        raise MalformedError(f"{path} does not hold the text of a GraphDef, a MetaGraphDef or a SavedModel")
    with _naming(path):
        encoded = encoded_text(message, text, _WORDS)
    return _named(path, kind, encoded)


def _of_bytes(path: Path, data: bytes) -> GraphFile:
    kind = _kind_of(data)
    if not kind:
        raise MalformedError(f"{path} holds neither a GraphDef nor a MetaGraphDef nor a SavedModel of TensorFlow")
    return _named(path, kind, data)


def _named(path: Path, kind: str, data: bytes) -> GraphFile:
    others = 0
    if kind == "SavedModel":
        graphs = decode(_SAVED, data).get("meta_graphs", [])
        others = len(graphs) - 1
        data = graphs[0] if graphs else b""
    if kind != "GraphDef":
        data = decode(_META, data).get("graph_def", b"")
    return GraphFile(path, kind, Graph(data), max(others, 0))


def _kind_of(data: bytes) -> str:
    """What bytes are, by the types of their first fields; empty for something else."""
    try:
        if _has_nodes(data):
            return "GraphDef"
        message = decode(_SAVED, data)
        graphs = message.get("meta_graphs", [])
        if "saved_model_schema_version" in message and graphs:
            return "SavedModel" if _has_nodes(decode(_META, graphs[0]).get("graph_def", b"")) else ""
        return "MetaGraphDef" if _has_nodes(decode(_META, data).get("graph_def", b"")) else ""
    except MalformedError:
        return ""


def _has_nodes(data: bytes) -> bool:
    """Whether the first field of number 1 is a node: it has the names of itself and of an op, and nothing unknown."""
    numbers = {field.number for field in NODE_DEF.fields.values()}
    for this, start, end in fields(data, 0, len(data)):
        if this >> 3 != 1:
            continue
        if this & 7 != LENGTH_DELIMITED:
            return False
        try:
            inner = list(fields(data, start, end))
        except MalformedError:
            return False
        found = {each >> 3: data[one:other] for each, one, other in inner if each & 7 == LENGTH_DELIMITED}
        op = found.get(2, b"")
        return bool(op) and op.isascii() and op.decode().isprintable() and found.keys() <= numbers | {6, 7}
    return False
