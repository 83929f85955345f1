"""A `Graph` put together node by node."""

import numpy as np

from cutaway.model.graph.graph import Edges, Graph, GraphFailure, Groups, NodeKind, Nodes, TensorType


class GraphBuilder:
    """Collects groups, nodes and edges, and numbers them."""

    def __init__(self, name: str, class_name: str = "") -> None:
        self.parents = [-1]
        self.names = [name]
        self.keys = [""]
        self.types = [class_name]
        self._group_sources = [-1]
        self._node_groups: list[int] = []
        self._node_kinds: list[int] = []
        self._node_names: list[str] = []
        self._node_keys: list[str] = []
        self._ops: list[str] = []
        self._sources: list[int] = []
        self._starts: list[int] = []
        self._outputs: list[int] = []
        self._ends: list[int] = []
        self._controls: list[bool] = []
        self._edge_tensors: list[int] = []
        self._tensors: dict[TensorType, int] = {}
        self.notes: list[str] = []
        self.failure: GraphFailure | None = None

    def group(self, parent: int, name: str, key: str, class_name: str = "", source: int = -1) -> int:
        """The number of a new group."""
        self.parents.append(parent)
        self.names.append(name)
        self.keys.append(key)
        self.types.append(class_name)
        self._group_sources.append(source)
        return len(self.names) - 1

    def node(self, group: int, kind: NodeKind, name: str, op: str, source: int = -1, key: str = "") -> int:
        """The number of a new node."""
        self._node_groups.append(group)
        self._node_kinds.append(kind)
        self._node_names.append(name)
        self._node_keys.append(key)
        self._ops.append(op)
        self._sources.append(source)
        return len(self._ops) - 1

    def edge(self, start: int, output: int, end: int, tensor: TensorType | None, *, control: bool = False) -> None:
        """Add an edge; ``tensor`` is None where it is not known."""
        self._starts.append(start)
        self._outputs.append(output)
        self._ends.append(end)
        self._controls.append(control)
        self._edge_tensors.append(-1 if tensor is None else self._tensors.setdefault(tensor, len(self._tensors)))

    def graph(self) -> Graph:
        """What was collected."""
        return Graph(
            Groups(
                np.array(self.parents, np.int32),
                self.names,
                self.keys,
                self.types,
                np.array(self._group_sources, np.int32),
            ),
            Nodes(
                np.array(self._node_groups, np.int32),
                np.array(self._node_kinds, np.uint8),
                self._node_names,
                self._node_keys,
                self._ops,
                np.array(self._sources, np.int32),
            ),
            Edges(
                np.array(self._starts, np.int32),
                np.array(self._outputs, np.int32),
                np.array(self._ends, np.int32),
                np.array(self._controls, np.bool_),
                np.array(self._edge_tensors, np.int32),
            ),
            list(self._tensors),
            self.notes,
            self.failure,
        )
