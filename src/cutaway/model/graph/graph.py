"""The graph that is drawn, whatever it was read from: groups, nodes and edges as columns.

Groups form a tree whose root, group 0, is the whole; a node is in one group; an edge goes from a node's output to a
node. Nodes are in the order of execution as far as the source knows it.
"""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

#: What a text takes beside its place in a list: names of ops and of groups are shared.
_TEXT_BYTES = 64


class NodeKind(IntEnum):
    """What a node is. Nodes from `PARAMETER` on are shown within those that read them, and not as boxes."""

    OP = 0
    #: Given to the model.
    INPUT = 1
    #: What the model returns.
    OUTPUT = 2
    #: Read by nobody, as summaries and savers are: beside the graph.
    AUXILIARY = 3
    PARAMETER = 4
    CONSTANT = 5


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups, each behind its parent."""

    #: int32[g]; -1 for the whole.
    parent: NDArray[np.int32]
    #: The last part of the path; what the group is named in the source, which joins it with a log; and the class.
    name: list[str]
    key: list[str]
    type: list[str]
    #: int32[g]: the number in the source of the node that the group is, as one that calls a function; else -1.
    source: NDArray[np.int32]

    def depths(self) -> NDArray[np.int32]:
        """int32[g]: how many groups are around each; 0 for the whole."""
        depth = np.zeros(len(self.name), np.int32)
        for idx, parent in enumerate(self.parent.tolist()):
            if parent >= 0:
                depth[idx] = depth[parent] + 1
        return depth


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes, in the order of execution."""

    #: int32[n].
    group: NDArray[np.int32]
    #: uint8[n] of `NodeKind`.
    kind: NDArray[np.uint8]
    name: list[str]
    #: What it is named in the source: the path of a parameter, the whole name of a GraphDef's node; "" for none.
    key: list[str]
    op: list[str]
    #: int32[n]: the number of the node in the source, which is an op of a trace or a node of a GraphDef; -1 for a node
    #: that stands for something else there.
    source: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges, by the nodes that they go to."""

    #: int32[e] each: nodes, and which output of the first it is.
    start: NDArray[np.int32]
    output: NDArray[np.int32]
    end: NDArray[np.int32]
    #: bool[e]: a mere dependency.
    control: NDArray[np.bool_]
    #: int32[e]: a place in `Graph.tensors`; -1 where the type is not known.
    tensor: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TensorType:
    """What an edge carries. Sizes of -1 are not known, a shape of None neither; `bytes` is -1 where it is not known."""

    shape: tuple[int, ...] | None
    dtype: str
    bytes: int


@dataclass(frozen=True, slots=True)
class GraphFailure:
    """Where a model failed: in a group, and in a node of it where that is known (else -1); and why."""

    group: int
    node: int
    text: str


#: Numbers of nodes by what they count, float64[n] each; NaN where a number is not known.
NodeCosts = dict[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Graph:
    """The whole. `notes` say what of the source could not be shown, each with a count."""

    groups: Groups
    nodes: Nodes
    edges: Edges
    tensors: list[TensorType] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failure: GraphFailure | None = None

    @property
    def nbytes(self) -> int:
        """About how much memory it takes."""
        columns = (
            self.groups.parent, self.groups.source, self.nodes.group, self.nodes.kind, self.nodes.source,
            self.edges.start, self.edges.output, self.edges.end, self.edges.control, self.edges.tensor,
        )  # fmt: skip
        texts = (self.groups.name, self.groups.key, self.groups.type, self.nodes.name, self.nodes.key, self.nodes.op)
        return sum(column.nbytes for column in columns) + _TEXT_BYTES * sum(map(len, texts))
