"""Summary operations: of tensors of a graph, and of values that are held by reference and looked at when run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.compat.v1.graph import SUMMARIES, check_name
from cutaway.compat.v1.lazy import dtypes
from cutaway.compat.v1.lazy.evaluation import evaluate
from cutaway.compat.v1.lazy.sessions import default_session
from cutaway.compat.v1.lazy.shapes import SCALAR
from cutaway.compat.v1.lazy.tensor import Operation, State, Symbol, Tensor, convert, graph_of, make
from cutaway.events.wire import bytes_field, fields
from cutaway.record.arrays import to_array

#: The results of functions in one evaluation: each is called once, also when several summaries show its value.
Evaluated = dict[int, Any]
#: Summary.value and Summary.Value.tag, as keys of their fields.
_FIELD_1 = 0x0A
#: From a tag and an array to serialised values.
Make = Callable[[str, NDArray[Any]], list[bytes]]
#: Refuses what no summary of this kind can be of: by its tag, shape (None: not known), dtype, and the value itself.
Check = Callable[[str, tuple[int | None, ...] | None, np.dtype[Any], Any], None]


class SerialisedSummary(Tensor):
    """The output of a summary operation; calling it gives the serialised ``Summary`` as of now."""

    def __init__(self, op: Operation) -> None:
        super().__init__(op, dtypes.string, SCALAR)
        op.outputs = (self,)

    def __call__(self) -> bytes:
        """The serialised Summary of what the values are now; in a session's block, what its variables hold."""
        session = default_session()
        if session is not None and session.graph is self.graph:
            return session.run(self)  # type: ignore[no-any-return]
        return self.evaluate({})

    def evaluate(self, evaluated: Evaluated) -> bytes:
        """As a call outside of sessions, within an evaluation of several."""
        return evaluate(self.op, {}, State(functions=evaluated))  # type: ignore[no-any-return]


class SummaryOperation(SerialisedSummary):
    """One summary."""

    def __init__(self, op: Operation, tag: str) -> None:
        super().__init__(op)
        #: The tag that its values have.
        self.tag = tag

    def __repr__(self) -> str:
        return f"<summary {self.tag!r}>"


class MergedSummary(SerialisedSummary):
    """Several summaries as one: each value function is called once."""

    def __init__(self, inputs: Sequence["SerialisedSummary | bytes"], name: str | None) -> None:
        graph = graph_of(inputs)
        with graph.as_default(), graph.name_scope(name or "Merge"), graph.name_scope(name or "MergeSummary") as scope:
            tensors = [convert(item, f"inputs_{place}") for place, item in enumerate(inputs)]
            super().__init__(make("MergeSummary", scope, tensors, _merged, {"N": len(tensors)}))
        self._inputs = tuple(inputs)

    def __repr__(self) -> str:
        return f"<merged summary of {', '.join(map(repr, self._inputs))}>"


def _merged(operation: Operation, inputs: list[Any], state: State) -> bytes:
    data = b"".join(item if isinstance(item, bytes) else bytes(item.item()) for item in inputs)
    tags: set[bytes] = set()
    for tag in _tags(data):
        if tag in tags:
            raise ValueError(
                f"inputs must be summaries of different tags, got {tag.decode('utf-8', 'replace')!r} twice"
            )
        tags.add(tag)
    return data


def _tags(summary: bytes) -> Iterator[bytes]:
    """The tag of each value in a serialised Summary; to decode whole messages would be most of a step's time."""
    for key, start, end in fields(summary, 0, len(summary)):
        if key == _FIELD_1:
            yield next((summary[at:stop] for inner, at, stop in fields(summary, start, end) if inner == _FIELD_1), b"")


def define(
    kind: str,
    name: str,
    value: Any,
    check: Check | None,
    make_values: Make,
    *,
    collections: Sequence[str] | None,
    family: str | None = None,
    arguments: Mapping[str, Any] = MappingProxyType({}),
    attributes: Mapping[str, Any] = MappingProxyType({}),
) -> SummaryOperation:
    """A summary operation of a type, in the default graph or that of its tensor, and in collections.

    ``check``: None where any tensor will do. ``arguments``: further inputs by the names of their constants. Raises
    TypeError or ValueError for what is refused, before a name is taken for it: that summary can be defined again.
    """
    check_name(name, "name")
    if family is not None:
        check_name(family, "family")
    if isinstance(collections, str):
        raise TypeError(f"collections must be a list of names, got {collections!r} (str)")
    if isinstance(value, Symbol):
        if check is not None:
            check(name, value.shape.dims, value.dtype.numpy, value)
    elif not is_function(value):
        make_values(name, _now(value, name, {}))
    graph = graph_of([value])
    with graph.as_default(), graph.summary_scope(name, family) as (tag, scope):
        # TensorFlow makes the constant of a sound's rate before the others, and that of metadata after them.
        early = {key: convert(item, key) for key, item in arguments.items() if key == "sample_rate"}
        tag_tensor = convert(tag, "tags" if kind == "ScalarSummary" else "tag")
        inputs = [tag_tensor]
        given = dict(attributes)
        if _is_in_graph(value):
            inputs.append(convert(value, "values" if kind in ("ScalarSummary", "HistogramSummary") else "tensor"))
            if kind != "AudioSummaryV2":
                given["T"] = inputs[1].dtype
        inputs += [early[key] if key in early else convert(item, key) for key, item in arguments.items()]
        kernel = _of_tensor(tag, make_values) if _is_in_graph(value) else _held(tag, value, make_values)
        operation = SummaryOperation(make(kind, scope, inputs, kernel, given), tag)
    for collection in [SUMMARIES] if collections is None else collections:
        graph.add_to_collection(collection, operation)
    return operation


def _is_in_graph(value: Any) -> bool:
    """Whether a value is a symbol, or the same for good and a constant; other values are held by reference."""
    if isinstance(value, np.generic):
        return value.dtype.name in dtypes.DTYPES or value.dtype.kind in "SU"
    return isinstance(value, Symbol | bool | int | float | str | bytes)


def _of_tensor(tag: str, make_values: Make) -> Callable[[Operation, list[Any], State], bytes]:
    return lambda operation, inputs, state: _serialised(make_values(tag, np.asarray(inputs[1])))


def _held(tag: str, value: Any, make_values: Make) -> Callable[[Operation, list[Any], State], bytes]:
    return lambda operation, inputs, state: _serialised(make_values(tag, _now(value, tag, state.functions)))


def _serialised(values: list[bytes]) -> bytes:
    return b"".join(bytes_field(1, value) for value in values)


def _now(value: Any, tag: str, evaluated: Evaluated) -> NDArray[Any]:
    return current(value, f"the value of {tag!r}", evaluated)


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
