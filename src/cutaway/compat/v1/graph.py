"""``tf.Graph`` without TensorFlow: operations by name, scopes, collections, and the graph that is the default one."""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from cutaway.compat.v1.names import UniqueNames, check_inner_scope, check_operation_name, clean
from cutaway.compat.v1.tensorflow import tensorflow_in_use
from cutaway.events.graph_messages import GRAPH_DEF
from cutaway.events.schema import encode

#: The collection that summaries are added to unless others are named.
SUMMARIES = "summaries"
#: The version of TensorFlow that consumers of the graph are told.
_PRODUCER = 27


class Node(Protocol):
    """What a graph knows of an operation."""

    name: str

    @property
    def outputs(self) -> Sequence[Any]:
        """Its tensors."""

    def node_def(self) -> dict[str, Any]:
        """The operation as a node of a GraphDef."""


class Making(threading.local):
    """What a thread is making operations for: the scope that it is in, and the variable, as ``loc:@name``."""

    scope = ""
    colocation: bytes | None = None


class Graph:
    """Operations in the order of their definition, the names in use, and collections. Threads may share it."""

    def __init__(self) -> None:
        self._names = UniqueNames()
        self._lock = threading.Lock()
        self._operations: dict[str, Node] = {}
        self._collections: dict[str, list[Any]] = {}
        self.making = Making()

    # -- names ---------------------------------------------------------------------------------------------------------

    def unique_name(self, name: str) -> str:
        """``name`` in the present scope, with a number behind it when it is taken."""
        scope = self.making.scope
        with self._lock:
            return self._names.unique(f"{scope}/{name}" if scope else name)

    @contextmanager
    def name_scope(self, name: str | None) -> Iterator[str]:
        """Names that are given within begin with the scope's, which is the value of the block, as ``scope/``.

        A scope that is taken gets a number. None or "" is the outermost scope, and a name that ends with ``/`` is that
        very scope, entered again. Raises TypeError or ValueError for what cannot be a scope's name.
        """
        if name:
            check_inner_scope(name) if self.making.scope else check_operation_name(name)
        before, self.making.scope = self.making.scope, self._scope(name or "")
        try:
            yield f"{self.making.scope}/" if self.making.scope else ""
        finally:
            self.making.scope = before

    def _scope(self, name: str) -> str:
        """The scope of a name within the present one."""
        return name[:-1] if name.endswith("/") else self.unique_name(name) if name else ""

    @contextmanager
    def summary_scope(self, name: str, family: str | None) -> Iterator[tuple[str, str]]:
        """(tag, scope) for a summary: with a family ``family/family/name`` and ``family/name/``."""
        cleaned = None if family is None else clean(family)
        # A tag may have letters that other names may not have, and is not checked as those are.
        scope = self._scope(clean(name) if cleaned is None else f"{cleaned}/{clean(name)}")
        before, self.making.scope = self.making.scope, scope
        try:
            yield scope if cleaned is None else f"{cleaned}/{scope}", f"{scope}/"
        finally:
            self.making.scope = before

    # -- operations ----------------------------------------------------------------------------------------------------

    def add(self, operation: Node) -> None:
        """Take in an operation. Raises ValueError for a name that there is already."""
        if operation.name in self._operations:
            raise ValueError(f"name must be new in the graph where it ends with /, got {operation.name + '/'!r} again")
        self._operations[operation.name] = operation

    def get_operations(self) -> list[Any]:
        """The operations in the order of their definition."""
        return list(self._operations.values())

    def has_operations(self) -> bool:
        """Whether any operation was defined."""
        return bool(self._operations)

    def get_operation_by_name(self, name: str) -> Any:
        """The operation of this name. Raises KeyError when there is none."""
        if name not in self._operations:
            raise KeyError(f"name must be that of an operation of the graph, got {name!r}")
        return self._operations[name]

    def get_tensor_by_name(self, name: str) -> Any:
        """The tensor of this name, such as ``x:0``. Raises ValueError for another form, KeyError when there is none."""
        operation, colon, index = name.rpartition(":")
        if not colon or not index.isdecimal():
            raise ValueError(f"name must be an operation's name, a colon and a number, such as 'x:0', got {name!r}")
        outputs = self.get_operation_by_name(operation).outputs
        if int(index) >= len(outputs):
            raise KeyError(
                f"name must be that of a tensor of the graph, got {name!r}; {operation!r} has {len(outputs)}"
            )
        return outputs[int(index)]

    def serialised(self) -> bytes:
        """The GraphDef, with the shapes of what each operation gives."""
        nodes = [operation.node_def() for operation in self._operations.values()]
        return encode(GRAPH_DEF, {"node": nodes, "versions": {"producer": _PRODUCER}})

    # -- collections ---------------------------------------------------------------------------------------------------

    def add_to_collection(self, name: str, value: Any) -> None:
        """Append anything to a collection."""
        self._collections.setdefault(name, []).append(value)

    def get_collection(self, name: str, scope: str | None = None) -> list[Any]:
        """What is in a collection, in the order in which it was added.

        ``scope``: only what has a name that matches this regular expression at its start.
        """
        found = self._collections.get(name, [])
        return [item for item in found if scope is None or (hasattr(item, "name") and re.match(scope, item.name))]

    # -- the default graph ---------------------------------------------------------------------------------------------

    @contextmanager
    def as_default(self) -> Iterator["Graph"]:
        """Operations that are defined within are of this graph."""
        _defaults.graphs.append(self)
        try:
            yield self
        finally:
            _defaults.graphs.remove(self)


def check_name(name: object, argument: str) -> None:
    """Raise TypeError or ValueError for a summary's name, or a family, that is none."""
    if not isinstance(name, str):
        raise TypeError(f"{argument} must be a string, got {name!r} ({type(name).__name__})")
    if not clean(name):
        raise ValueError(f"{argument} must not be empty, got {name!r}")


class _Defaults(threading.local):
    """The graphs whose ``as_default`` blocks a thread is in, the innermost last."""

    def __init__(self) -> None:
        self.graphs: list[Graph] = []


_defaults = _Defaults()
_outermost = Graph()


def default_graph() -> Graph:
    """The graph that operations are defined in."""
    return _defaults.graphs[-1] if _defaults.graphs else _outermost


def reset_default_graph() -> None:
    """Start over, without any operations and names; TensorFlow's default graph too, when TensorFlow is in use.

    Raises RuntimeError within ``as_default``, where the default graph is not to be replaced.
    """
    global _outermost
    if _defaults.graphs:
        raise RuntimeError("reset_default_graph must be called outside of `with graph.as_default()`")
    _outermost = Graph()
    tensorflow = tensorflow_in_use()
    if tensorflow is not None:
        tensorflow.compat.v1.reset_default_graph()
