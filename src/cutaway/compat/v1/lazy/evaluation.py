"""Running a graph: the values of what is asked for, and of what that needs, each operation once."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cutaway.compat.v1.graph import Graph
from cutaway.compat.v1.lazy import dtypes
from cutaway.compat.v1.lazy.elements import fed
from cutaway.compat.v1.lazy.tensor import Operation, State, Symbol, Tensor

#: The results of operations in one run.
Results = dict[Operation, Any]


def evaluate(operation: Operation, results: Results, state: State) -> Any:
    """The result of an operation. What it needs is run before, in the order of its inputs, and put into ``results``."""
    # Not by recursion: a graph may be deeper than Python's stack.
    waiting = [operation]
    while waiting:
        current = waiting[-1]
        if current not in results:
            missing = []
            for needed in current.needs:
                if needed in results:
                    continue
                if needed.needs:
                    missing.append(needed)
                else:
                    # Constants and the like at once: they are half of all operations.
                    results[needed] = needed.kernel(needed, [], state)
            if missing:
                waiting += reversed(missing)
                continue
            results[current] = current.kernel(current, [results[tensor.op] for tensor in current.inputs], state)
        waiting.pop()
    return results[operation]


def fetched(value: Any, tensor: Tensor) -> Any:
    """A result for the user: a copy; a NumPy number for a tensor without dimensions, bytes for a string."""
    array = np.array(value, tensor.dtype.numpy)
    return array[()] if not array.ndim else array


def element(graph: Graph, item: Any, what: str) -> Tensor | Operation:
    """The tensor or operation of a graph that a symbol or a name stands for.

    Raises TypeError or ValueError that begins with ``what``.
    """
    if isinstance(item, str):
        try:
            found = graph.get_tensor_by_name(item) if ":" in item else graph.get_operation_by_name(item)
        except (KeyError, ValueError) as error:
            raise ValueError(f"{what} must be of the session's graph, got {item!r}: {error.args[0]}") from error
    elif isinstance(item, Symbol):
        found = item.element()
    elif isinstance(item, Operation):
        found = item
    else:
        raise TypeError(
            f"{what} must be a tensor, an operation or the name of one, got {item!r} ({type(item).__name__})"
        )
    if found.graph is not graph:
        raise ValueError(f"{what} must be of the session's graph, got {item!r} of another graph")
    return found  # type: ignore[no-any-return]


def feeds(graph: Graph, feed_dict: Any) -> Results:
    """Results that are given instead of computed. Raises TypeError or ValueError for a wrong key, dtype or shape."""
    if feed_dict is None:
        return {}
    if not isinstance(feed_dict, Mapping):
        raise TypeError(
            f"feed_dict must be a dict of tensors and values, got {feed_dict!r} ({type(feed_dict).__name__})"
        )
    results: Results = {}
    for key, value in feed_dict.items():
        tensor = element(graph, key, "the keys of feed_dict")
        if isinstance(tensor, Operation):
            raise TypeError(
                f"the keys of feed_dict must be tensors, such as '{tensor.name}:0', got the operation {tensor.name!r}"
            )
        name = f"feed_dict[{tensor.name!r}]"
        if isinstance(value, Symbol):
            raise TypeError(f"{name} must be a value, got {value!r}, which has none before the graph is run")
        if tensor.dtype is dtypes.resource:
            raise TypeError(f"{name} must not be fed: it stands for a variable; load() or an assignment sets its value")
        array = fed(value, name, tensor.dtype)
        if not tensor.shape.takes(array.shape):
            raise ValueError(f"{name} must have shape {tensor.shape}, got {array.shape}")
        results[tensor.op] = array
    return results
