"""The default graph of TensorFlow 1: here the names in use and the collections of summary operations."""

import re
from collections.abc import Sequence

from cutaway.compat.v1.names import UniqueNames, clean
from cutaway.compat.v1.operations import MergedSummary, Operation
from cutaway.compat.v1.tensorflow import tensorflow_in_use
from cutaway.events.graph_messages import GRAPH_DEF
from cutaway.events.schema import encode

#: The collection that summaries are added to unless others are named.
SUMMARIES = "summaries"
#: The version of TensorFlow that consumers of the graph are told.
_PRODUCER = 27


class Graph:
    """Summary operations that were defined, by collection."""

    def __init__(self) -> None:
        self.names = UniqueNames()
        self._operations: list[Operation] = []
        self._collections: dict[str, list[Operation]] = {}

    def scope(self, name: str, family: str | None) -> tuple[str, str]:
        """(tag, name of the operation) for a summary: ``family/family/name`` and ``family/name`` with a family."""
        if family is None:
            scope = self.names.unique(clean(name))
            return scope, scope
        cleaned = clean(family)
        scope = self.names.unique(f"{cleaned}/{clean(name)}")
        return f"{cleaned}/{scope}", scope

    def add(self, operation: Operation, collections: Sequence[str] | None, default: Sequence[str] = ()) -> None:
        """Add an operation, to these collections too, or where none are given to the default ones."""
        self._operations.append(operation)
        for name in default if collections is None else collections:
            self._collections.setdefault(name, []).append(operation)

    def has_operations(self) -> bool:
        """Whether any summary was defined."""
        return bool(self._operations)

    def get_collection(self, name: str, scope: str | None = None) -> list[Operation]:
        """The operations of a collection, in the order of their definition.

        ``scope``: only those whose names match this regular expression at their start.
        """
        found = self._collections.get(name, [])
        return [operation for operation in found if scope is None or re.match(scope, operation.name)]

    def serialised(self) -> bytes:
        """A GraphDef of the summaries: a node each, named and typed as TensorFlow does."""
        nodes = []
        for operation in self._operations:
            inputs = operation.inputs if isinstance(operation, MergedSummary) else ()
            names = [item.name for item in inputs if not isinstance(item, bytes)]
            nodes.append({"name": operation.name, "op": operation.op, "input": names})
        return encode(GRAPH_DEF, {"node": nodes, "versions": {"producer": _PRODUCER}})


def check_name(name: object, argument: str) -> None:
    """Raise TypeError or ValueError for a name, or a family, that is none."""
    if not isinstance(name, str):
        raise TypeError(f"{argument} must be a string, got {name!r} ({type(name).__name__})")
    if not clean(name):
        raise ValueError(f"{argument} must not be empty, got {name!r}")


_default = Graph()


def default_graph() -> Graph:
    """The graph that operations are defined in."""
    return _default


def reset_default_graph() -> None:
    """Start over, without any operations and names; TensorFlow's default graph too, when TensorFlow is in use."""
    global _default
    _default = Graph()
    tensorflow = tensorflow_in_use()
    if tensorflow is not None:
        tensorflow.compat.v1.reset_default_graph()
