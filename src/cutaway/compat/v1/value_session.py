"""``Session`` without TensorFlow: runs a graph, and looks at values that are held by reference."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from cutaway.compat.v1.graph import Graph, default_graph
from cutaway.compat.v1.lazy import sessions
from cutaway.compat.v1.lazy.elements import elements
from cutaway.compat.v1.lazy.evaluation import Results, element, evaluate, feeds, fetched
from cutaway.compat.v1.lazy.tensor import Operation, State, Symbol
from cutaway.compat.v1.operations import current, is_function
from cutaway.compat.v1.tensorflow import is_symbol

#: Why nothing cannot be run.
NOTHING = (
    "fetches must not be None. In eager mode of TensorFlow 2, operations run at once, and those without a result, as "
    "tf.global_variables_initializer(), give None: there is nothing left to run. In graph mode they give an operation; "
    "it is on from the first use of cutaway.compat.v1, unless configure(keep_eager=True) was called. "
    "tf.summary.merge_all() gives None where no summaries are defined"
)
_NO_VALUE = (
    "fetches must be values or summaries of values, got {!r} of TensorFlow's graph: the session was made before the "
    "graph; one that is made now runs it"
)


class ValueSession:
    """Keeps the values of a graph's variables from run to run, until it is closed.

    ``target`` and ``config`` are accepted, and have no meaning here. In its ``with`` block it is the default session,
    and its graph the default graph.
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        if graph is not None and not isinstance(graph, Graph):
            raise TypeError(f"graph must be a tf.Graph, got {graph!r} ({type(graph).__name__})")
        self.graph = default_graph() if graph is None else graph
        self._variables: dict[Any, Any] = {}
        self._closed = False
        self._blocks: list[ExitStack] = []

    def run(self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None) -> Any:
        """The values of fetches: one, or a list, tuple or dict of them. In order; each operation is run once.

        A fetch is a tensor, a variable, an operation (whose value is None), the name of one, or what is held by
        reference: a function, a tensor of PyTorch, an array. ``feed_dict``: values of tensors for this run. Raises
        RuntimeError for a variable that is not initialised and in a closed session, ValueError for a placeholder
        without a value, wrong shapes and symbols of another graph, and TypeError for wrong dtypes and fetches.
        """
        self._check_open()
        results = feeds(self.graph, feed_dict)
        state = State(variables=self._variables)
        return each(fetches, lambda fetch: self._fetched(fetch, results, state))

    def _fetched(self, fetch: Any, results: Results, state: State) -> Any:
        if isinstance(fetch, Symbol | Operation | str):
            found = element(self.graph, fetch, "fetches")
            if isinstance(found, Operation):
                evaluate(found, results, state)
                return None
            return fetched(evaluate(found.op, results, state), found)
        if fetch is None:
            raise TypeError(NOTHING)
        if is_symbol(fetch):
            raise TypeError(_NO_VALUE.format(fetch))
        if is_function(fetch):
            if id(fetch) not in state.functions:
                state.functions[id(fetch)] = fetch()
            return state.functions[id(fetch)]
        return current(fetch, "fetches", state.functions)

    def set_value(self, variable: Any, value: Any) -> None:
        """Set the value of a variable, which ``variable.load`` does."""
        self._check_open()
        if variable.graph is not self.graph:
            raise ValueError(f"session must be one of the graph of {variable!r}, got one of another graph")
        array, _ = elements(value, "value", variable.dtype)
        if not variable.shape.takes(array.shape):
            raise ValueError(f"value must have the shape {variable.shape} of {variable!r}, got {array.shape}")
        self._variables[variable.handle.op] = array

    def as_default(self) -> Any:
        """A context in which this is the default session; it is not closed at the end."""
        block = ExitStack()
        sessions.enter(self)
        block.callback(sessions.leave, self)
        return block

    def close(self) -> None:
        """Forget the values of variables. What is run afterwards raises RuntimeError."""
        self._variables.clear()
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("the session is closed: its variables are gone; a new tf.Session() runs the graph")

    def __enter__(self) -> Self:
        """The session itself, which is the default one in the block, as its graph is."""
        block = ExitStack()
        block.enter_context(self.graph.as_default())
        block.enter_context(self.as_default())
        self._blocks.append(block)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the session."""
        self._blocks.pop().close()
        self.close()


class InteractiveSession(ValueSession):
    """A session that is the default one from the start, until it is closed: for notebooks."""

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        self._graph_block = ExitStack()
        if graph is not None:
            self._graph_block.enter_context(graph.as_default())
        sessions.enter(self)

    def close(self) -> None:
        """Forget the values of variables; the session is the default one no longer."""
        sessions.leave(self)
        self._graph_block.close()
        super().close()


def each(fetches: Any, run: Callable[[Any], Any]) -> Any:
    """The fetches, each replaced by what ``run`` gives for it, wherever it is in lists, tuples and dicts."""
    if isinstance(fetches, list | tuple):
        values = [each(item, run) for item in fetches]
        return type(fetches)(*values) if hasattr(fetches, "_fields") else type(fetches)(values)
    if isinstance(fetches, Mapping):
        return {key: each(item, run) for key, item in fetches.items()}
    return run(fetches)
