"""A TensorFlow GraphDef as columns: its nodes, and the functions of its library.

They are as the event files' kernel gives them; this room knows TensorFlow by the words in them alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cutaway.model.graph.graph import TensorType

#: Instead of an output's number: a mere dependency; and one of several outputs of which the source does not say which.
CONTROL, UNKNOWN_OUTPUT = -1, -2
#: TensorFlow's numbers of dtypes: name and bytes of an element; references are 100 more.
_DTYPES = {
    1: ("float32", 4), 2: ("float64", 8), 3: ("int32", 4), 4: ("uint8", 1), 5: ("int16", 2), 6: ("int8", 1),
    7: ("string", -1), 8: ("complex64", 8), 9: ("int64", 8), 10: ("bool", 1), 11: ("qint8", 1), 12: ("quint8", 1),
    13: ("qint32", 4), 14: ("bfloat16", 2), 15: ("qint16", 2), 16: ("quint16", 2), 17: ("uint16", 2),
    18: ("complex128", 16), 19: ("float16", 2), 20: ("resource", -1), 21: ("variant", -1), 22: ("uint32", 4),
    23: ("uint64", 8), 24: ("float8_e5m2", 1), 25: ("float8_e4m3fn", 1), 29: ("int4", 1), 30: ("uint4", 1),
}  # fmt: skip
_REFERENCE = 100
#: No memory holds more.
_MOST_BYTES = 1 << 60


@dataclass(frozen=True, slots=True)
class NodeColumns:
    """The nodes of a GraphDef or of a function, n of them with m inputs, whose shapes are known for k outputs."""

    names: Sequence[str]
    #: Names of ops, functions and attributes, each once; int32[n]: a node's op, a place among them.
    words: Sequence[str]
    op: NDArray[np.int32]
    #: int32[n]: TensorFlow's numbers, 0 where a node has none.
    dtype: NDArray[np.int32]
    #: int64[n + 1]: the inputs of node i are [starts[i], starts[i + 1]); int32[m] each: the node that an input comes
    #: from, -1 for none, and which of its outputs it is, `CONTROL` for a mere dependency, or `UNKNOWN_OUTPUT`.
    starts: NDArray[np.int64]
    producer: NDArray[np.int32]
    output: NDArray[np.int32]
    #: int64[n + 1]: the outputs of node i; int64[k + 1]: their sizes, -1 for one that is not known; bool[k].
    output_starts: NDArray[np.int64]
    size_starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    rank_known: NDArray[np.bool_]
    #: int64[n + 1]: the functions that node i names; int32[c] each: places among the words, of attribute and function.
    call_starts: NDArray[np.int64]
    call_attribute: NDArray[np.int32]
    call_function: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a function."""

    name: str
    tensor: TensorType | None


@dataclass(frozen=True, slots=True)
class Result:
    """What a function returns: an output of one of its nodes, or one of its arguments; -1 for the other, or neither."""

    name: str
    producer: int
    output: int
    argument: int


@dataclass(frozen=True, slots=True)
class FunctionColumns:
    """A function of the library."""

    name: str
    arguments: Sequence[Argument]
    results: Sequence[Result]
    nodes: NodeColumns
    #: int32[m]: the argument that an input of a node is; -1 for none.
    argument: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class GraphDefColumns:
    """One GraphDef; its name is empty where it is the only one."""

    name: str
    nodes: NodeColumns
    functions: Sequence[FunctionColumns] = ()


def tensor_type(dtype: int, shape: tuple[int, ...] | None) -> TensorType:
    """Of TensorFlow's number of a dtype, and of a shape."""
    name, item = _DTYPES.get(dtype % _REFERENCE if dtype > _REFERENCE else dtype, ("", -1))
    if shape is None or item < 0 or (shape and min(shape) < 0):
        return TensorType(shape, name, -1)
    size = item if 0 not in shape else 0
    for axis in shape:
        size *= axis
        if size > _MOST_BYTES:
            return TensorType(shape, name, -1)
    return TensorType(shape, name, size)
