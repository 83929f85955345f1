"""``Session``: TensorFlow's own where it is in use, which then evaluates our summaries too; else just those."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

from cutaway.compat.v1.graph import Graph, default_graph
from cutaway.compat.v1.operations import Evaluated, MergedSummary, SummaryOperation, current, is_function
from cutaway.compat.v1.tensorflow import builds_graph, tensorflow_in_use


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


def Session(target: str = "", graph: Any = None, config: Any = None) -> Any:  # noqa: N802
    """A session of TensorFlow when the program builds a graph with TensorFlow, else a :class:`ValueSession`."""
    if builds_graph() or (graph is not None and not isinstance(graph, Graph)):
        return _tensorflow_session()(target=target, graph=graph, config=config)
    return ValueSession(target, graph, config)


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


@lru_cache(maxsize=1)
def _tensorflow_session() -> Any:
    """TensorFlow's Session, able to run our summaries as well; theirs are run together, in one step."""

    class TensorFlowSession(tensorflow_in_use().compat.v1.Session):  # type: ignore[misc]
        def run(self, fetches: Any, *arguments: Any, **named: Any) -> Any:
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

    return TensorFlowSession


def _map_others(fetches: Any, collect: Callable[[Any, Evaluated], Any]) -> Any:
    """The fetches, ours as they are and each other one replaced."""
    if isinstance(fetches, SummaryOperation | MergedSummary):
        return fetches
    if isinstance(fetches, list | tuple) and not hasattr(fetches, "_fields"):
        return type(fetches)(_map_others(item, collect) for item in fetches)
    if isinstance(fetches, Mapping):
        return {key: _map_others(item, collect) for key, item in fetches.items()}
    return collect(fetches, {})
