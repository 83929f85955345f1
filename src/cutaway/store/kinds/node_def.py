"""One node of a GraphDef as people read it: its attributes as texts."""

from dataclasses import dataclass
from typing import Any

from cutaway.events import graph_messages
from cutaway.events.budget import Budget
from cutaway.events.schema import decode
from cutaway.events.wire import MalformedError
from cutaway.store.kinds.decode import describe
from cutaway.store.kinds.door import decoding
from cutaway.store.kinds.tensor import decode_tensor

#: Items of a list that are told.
_MOST_ITEMS = 100
#: TensorFlow's names of dtypes, without `DT_`, by their numbers.
_DTYPES = (
    "INVALID", "FLOAT", "DOUBLE", "INT32", "UINT8", "INT16", "INT8", "STRING", "COMPLEX64", "INT64", "BOOL", "QINT8",
    "QUINT8", "QINT32", "BFLOAT16", "QINT16", "QUINT16", "UINT16", "COMPLEX128", "HALF", "RESOURCE", "VARIANT",
    "UINT32", "UINT64",
)  # fmt: skip
_REFERENCE = 100


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """What a node says of itself beside its name and inputs."""

    op: str
    device: str
    #: Names and texts, by name.
    attributes: list[tuple[str, str]]


def read_node(data: bytes) -> NodeFacts:
    """Of the bytes of a NodeDef. Raises MalformedError."""
    with decoding("the node"):
        budget = Budget(len(data))
        node = decode(graph_messages.NODE_DEF, data, budget)
        attributes = {entry.get("key", ""): entry.get("value", {}) for entry in node.get("attr", [])}
        return NodeFacts(
            node.get("op", ""),
            node.get("device", ""),
            [(name, _text(attributes[name], budget)) for name in sorted(attributes)],
        )


def _text(value: dict[str, Any], budget: Budget) -> str:
    for name, item in value.items():
        if name == "list":
            found = [_one(kind, each, budget) for kind, items in item.items() for each in list(items)[:_MOST_ITEMS]]
            count = sum(map(len, item.values()))
            more = f", … ({count:,})" if count > len(found) else ""
            return f"[{', '.join(found)}{more}]"
        return _one(name, item, budget)
    return ""


def _one(kind: str, item: Any, budget: Budget) -> str:
    if kind == "s":
        return str(item.decode("utf-8", "replace"))
    if kind == "type":
        return _dtype(int(item))
    if kind == "shape":
        return _shape(item)
    if kind == "tensor":
        try:
            return describe(decode_tensor(item, budget)).removeprefix("tensor ")
        except MalformedError as error:
            return str(error)
    if kind == "func":
        return str(item.get("name", ""))
    if kind == "b":
        return "true" if item else "false"
    return f"{item:.7g}" if kind == "f" else str(item)


def _dtype(number: int) -> str:
    is_reference = _REFERENCE < number < 2 * _REFERENCE
    base = number - _REFERENCE if is_reference else number
    if not 0 <= base < len(_DTYPES):
        return str(number)
    return f"DT_{_DTYPES[base]}_REF" if is_reference else f"DT_{_DTYPES[base]}"


def _shape(shape: dict[str, Any]) -> str:
    if shape.get("unknown_rank"):
        return "of any shape"
    return (
        f"[{', '.join('?' if axis.get('size', 0) < 0 else str(axis.get('size', 0)) for axis in shape.get('dim', []))}]"
    )
