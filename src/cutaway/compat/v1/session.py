"""``Session``: TensorFlow's own where it is in use, which then evaluates our summaries too; else just those."""

from abc import ABCMeta
from collections.abc import Mapping
from functools import cache
from typing import Any

from cutaway.compat.v1.graph import Graph, default_graph
from cutaway.compat.v1.graph_mode import keeps_eager, switch_on
from cutaway.compat.v1.operations import Evaluated, MergedSummary, SummaryOperation
from cutaway.compat.v1.tensorflow import builds_graph, find_tensorflow, refuse_eager, tensorflow_in_use
from cutaway.compat.v1.value_session import NOTHING, ValueSession, each


class Session(ValueSession, metaclass=ABCMeta):
    """A session of TensorFlow where the program builds a graph with TensorFlow, else a :class:`ValueSession`.

    Where operations are defined without TensorFlow, and it builds no graph, the session is one of these. TensorFlow's
    are instances of this class too.
    """

    def __new__(cls, target: str = "", graph: Any = None, config: Any = None) -> Any:
        """The session of the kind that the program needs."""
        if _is_ours(graph):
            return super().__new__(cls)
        return tensorflow_session("Session")(target=target, graph=graph, config=config)


def _is_ours(graph: Any) -> bool:
    """Whether a session of this graph, None for the default one, runs no graph of TensorFlow's."""
    if graph is not None:
        return isinstance(graph, Graph) or tensorflow_in_use() is None
    return not _wants_tensorflow()


def _wants_tensorflow() -> bool:
    """Whether a session runs TensorFlow's graph, which switches graph mode on."""
    if builds_graph():
        return True
    if default_graph().has_operations() or keeps_eager() or find_tensorflow() is None:
        return False
    switch_on("Session", stacklevel=5)
    return True


def _has_ours(fetches: Any) -> bool:
    if isinstance(fetches, list | tuple):
        return any(map(_has_ours, fetches))
    if isinstance(fetches, Mapping):
        return any(map(_has_ours, fetches.values()))
    return _is_summary(fetches)


def _is_summary(fetch: Any) -> bool:
    return isinstance(fetch, SummaryOperation | MergedSummary)


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

            def place_of(fetch: Any) -> Any:
                if _is_summary(fetch):
                    return fetch
                theirs.append(fetch)
                return len(theirs) - 1

            # Theirs first: what a training step changed is what our summaries see.
            places = each(fetches, place_of)
            results = super().run(theirs, *arguments, **named) if theirs else []
            evaluated: Evaluated = {}
            return each(places, lambda at: at.evaluate(evaluated) if _is_summary(at) else results[at])

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
        raise TypeError(NOTHING)
    else:
        refuse_eager(fetches, "fetches")
