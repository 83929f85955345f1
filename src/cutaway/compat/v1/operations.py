"""Summary operations over values that are held by reference: evaluated when they are called, as often as wanted."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.schema import decode
from cutaway.events.wire import bytes_field
from cutaway.record.arrays import to_array

#: The results of functions in one evaluation: each is called once, also when several summaries show its value.
Evaluated = dict[int, Any]


class SummaryOperation:
    """One summary: calling it looks at the value as it is now and returns a serialised ``Summary``."""

    def __init__(
        self, name: str, op: str, tag: str, value: Any, make: Callable[[str, NDArray[Any]], list[bytes]]
    ) -> None:
        #: The operation's name in the graph, its type there, and the tag that its values have.
        self.name = name
        self.op = op
        self.tag = tag
        self._value = value
        self._make = make

    def __call__(self) -> bytes:
        """The serialised Summary of what the value is now."""
        return self.evaluate({})

    def evaluate(self, evaluated: Evaluated) -> bytes:
        """As a call, within an evaluation of several."""
        array = current(self._value, f"the value of {self.tag!r}", evaluated)
        return b"".join(bytes_field(1, value) for value in self._make(self.tag, array))

    def check(self) -> None:
        """Evaluate what can be without calling the user's functions, so that a bad value is refused where it stands."""
        if not is_function(self._value):
            self()

    def __repr__(self) -> str:
        return f"<summary {self.tag!r}>"


class MergedSummary:
    """Several summaries as one: calling it evaluates all of them, each value function once."""

    op = "MergeSummary"

    def __init__(self, name: str, inputs: Sequence["SummaryOperation | MergedSummary | bytes"]) -> None:
        self.name = name
        self.inputs = tuple(inputs)

    def __call__(self) -> bytes:
        """The serialised Summary of what the value is now."""
        return self.evaluate({})

    def evaluate(self, evaluated: Evaluated) -> bytes:
        """As a call, within an evaluation of several. Raises ValueError for a tag that comes twice."""
        data = b"".join(item if isinstance(item, bytes) else item.evaluate(evaluated) for item in self.inputs)
        tags: set[str] = set()
        for value in decode(messages.SUMMARY, data).get("value", []):
            tag = value.get("tag", "")
            if tag in tags:
                raise ValueError(f"inputs must be summaries of different tags, got {tag!r} twice")
            tags.add(tag)
        return data

    def __repr__(self) -> str:
        return f"<merged summary of {', '.join(map(repr, self.inputs))}>"


Operation = SummaryOperation | MergedSummary


def is_function(value: Any) -> bool:
    """Whether a value is a function to be called without arguments: no tensor, variable or array."""
    return callable(value) and not hasattr(value, "__array__") and not hasattr(value, "detach")


def current(value: Any, name: str, evaluated: Evaluated) -> NDArray[Any]:
    """The present array of a value: a function is called, and its result, or the given value itself, is converted."""
    if is_function(value):
        if id(value) not in evaluated:
            evaluated[id(value)] = value()
        value = evaluated[id(value)]
    if isinstance(value, np.ndarray) and value.dtype == object:
        return value
    return to_array(value, name)
