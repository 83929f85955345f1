"""``Session``: TensorFlow's own where it is in use, which then evaluates our summaries too; else just those."""

from abc import ABCMeta
from collections.abc import Callable, Mapping
from functools import cache
from types import TracebackType
from typing import Any, Self

from cutaway.compat.v1.graph import Graph, default_graph
from cutaway.compat.v1.graph_mode import keeps_eager, switch_on
from cutaway.compat.v1.operations import Evaluated, MergedSummary, SummaryOperation, current, is_function
from cutaway.compat.v1.tensorflow import builds_graph, find_tensorflow, is_symbol, refuse_eager, tensorflow_in_use

_NOTHING = (
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
    """Evaluates summaries, functions without arguments, and values that are held by reference."""

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        self.graph = graph or default_graph()

    def run(self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None) -> Any:
        """The present values of fetches: one, or a list, tuple or dict of them. A function is called once.

        Raises TypeError for a ``feed_dict``: values that are held by reference are changed where they are.
        """
        if feed_dict:
            raise TypeError("feed_dict must be empty: there are no placeholders without TensorFlow")
        return _run(fetches, {}, _value)

    def close(self) -> None:
        """Nothing to do."""

    def __enter__(self) -> Self:
        """The session itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Nothing to do."""


class Session(ValueSession, metaclass=ABCMeta):
    """A session of TensorFlow where the program builds a graph with TensorFlow, else a :class:`ValueSession`.

    Where summaries of values are defined already, and no graph is built, the session is one of values. TensorFlow's are
    instances of this class too.
    """

    def __new__(cls, target: str = "", graph: Any = None, config: Any = None) -> Any:
        """The session of the kind that the program needs."""
        if isinstance(graph, Graph) or (graph is None and not _wants_tensorflow()):
            return super().__new__(cls)
        return tensorflow_session("Session")(target=target, graph=graph, config=config)


def _wants_tensorflow() -> bool:
    """Whether a session runs TensorFlow's graph, which switches graph mode on."""
    if builds_graph():
        return True
    if default_graph().has_operations() or keeps_eager() or find_tensorflow() is None:
        return False
    switch_on("Session", stacklevel=4)
    return True


def _run(fetches: Any, evaluated: Evaluated, run_other: Callable[[Any, Evaluated], Any]) -> Any:
    """Evaluate summaries of ours, wherever they are in the fetches, and let ``run_other`` do the rest."""
    if isinstance(fetches, SummaryOperation | MergedSummary):
        return fetches.evaluate(evaluated)
    if isinstance(fetches, list | tuple) and not hasattr(fetches, "_fields"):
        return type(fetches)(_run(item, evaluated, run_other) for item in fetches)
    if isinstance(fetches, Mapping):
        return {key: _run(item, evaluated, run_other) for key, item in fetches.items()}
    return run_other(fetches, evaluated)


def _value(fetch: Any, evaluated: Evaluated) -> Any:
    if fetch is None:
        raise TypeError(_NOTHING)
    if is_symbol(fetch):
        raise TypeError(_NO_VALUE.format(fetch))
    if is_function(fetch):
        if id(fetch) not in evaluated:
            evaluated[id(fetch)] = fetch()
        return evaluated[id(fetch)]
    return current(fetch, "fetches", evaluated)


def _has_ours(fetches: Any) -> bool:
    if isinstance(fetches, list | tuple):
        return any(map(_has_ours, fetches))
    if isinstance(fetches, Mapping):
        return any(map(_has_ours, fetches.values()))
    return isinstance(fetches, SummaryOperation | MergedSummary)


@cache
def tensorflow_session(name: str) -> Any:
    """TensorFlow's ``Session`` or ``InteractiveSession``, able to run our summaries as well.

    TensorFlow's own operations are run together, in one step.
    """

    class TensorFlowSession(getattr(tensorflow_in_use().compat.v1, name)):  # type: ignore[misc]
        def run(self, fetches: Any, *arguments: Any, **named: Any) -> Any:
            _check(fetches)
            if not _has_ours(fetches):
                return super().run(fetches, *arguments, **named)
            theirs: list[Any] = []

            def collect(fetch: Any, evaluated: Evaluated) -> int:
                theirs.append(fetch)
                return len(theirs) - 1

            # Theirs first: what a training step changed is what our summaries see.
            places = _map_others(fetches, collect)
            results = super().run(theirs, *arguments, **named) if theirs else []
            return _run(places, {}, lambda place, _: results[place])

    TensorFlowSession.__name__ = TensorFlowSession.__qualname__ = name
    if name == "Session":
        Session.register(TensorFlowSession)
    return TensorFlowSession


def _check(fetches: Any) -> None:
    """Raise TypeError for what no graph has: None, and what ran eagerly."""
    if isinstance(fetches, list | tuple):
        for item in fetches:
            _check(item)
    elif isinstance(fetches, Mapping):
        _check(list(fetches.values()))
    elif fetches is None:
        raise TypeError(_NOTHING)
    else:
        refuse_eager(fetches, "fetches")


def _map_others(fetches: Any, collect: Callable[[Any, Evaluated], Any]) -> Any:
    """The fetches, ours as they are and each other one replaced."""
    if isinstance(fetches, SummaryOperation | MergedSummary):
        return fetches
    if isinstance(fetches, list | tuple) and not hasattr(fetches, "_fields"):
        return type(fetches)(_map_others(item, collect) for item in fetches)
    if isinstance(fetches, Mapping):
        return {key: _map_others(item, collect) for key, item in fetches.items()}
    return collect(fetches, {})
