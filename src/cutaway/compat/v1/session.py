"""``Session``: TensorFlow's own where it is in use, which then evaluates our summaries too; else just those."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from cutaway.compat.v1.graph import Graph
from cutaway.compat.v1.operations import Evaluated, MergedSummary, SummaryOperation
from cutaway.compat.v1.tensorflow import builds_graph, tensorflow_in_use
from cutaway.compat.v1.value_session import ValueSession


def Session(target: str = "", graph: Any = None, config: Any = None) -> Any:  # noqa: N802
    """A session of TensorFlow when the program builds a graph with TensorFlow, else a :class:`ValueSession`."""
    if builds_graph() or (tensorflow_in_use() is not None and graph is not None and not isinstance(graph, Graph)):
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
