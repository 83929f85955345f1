"""The parts of a graph: operations, and the tensors that they give when the graph is run."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from cutaway.compat.v1.graph import Graph, default_graph
from cutaway.compat.v1.lazy.dtypes import DType
from cutaway.compat.v1.lazy.elements import elements
from cutaway.compat.v1.lazy.sessions import the_session
from cutaway.compat.v1.lazy.shapes import Shape
from cutaway.compat.v1.names import check_operation_name
from cutaway.record.tensor import strings_message, tensor_message


@dataclass
class State:
    """What operations see of a run beside their inputs."""

    #: The values of variables, by the operations that stand for them.
    variables: dict[Any, NDArray[Any]] = field(default_factory=dict)
    #: The results of functions, each of which is called once in a run.
    functions: dict[int, Any] = field(default_factory=dict)


#: What an operation does: from itself, the values of its inputs, and the state, to the value of its output.
Kernel = Callable[["Operation", list[Any], State], Any]


class Symbol(ABC):
    """What stands for a value in a graph: a tensor, a variable. Its operators make operations (``lazy/math.py``)."""

    __slots__ = ()

    graph: Graph
    dtype: DType
    shape: Shape
    #: NumPy's arrays leave operators to us.
    __array_ufunc__ = None

    @abstractmethod
    def value(self) -> "Tensor":
        """The tensor, or a new one that reads the variable."""

    @abstractmethod
    def element(self) -> "Tensor":
        """The tensor that a session evaluates, or feeds, for this."""

    def get_shape(self) -> Shape:
        """The shape as far as it is known."""
        return self.shape

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """The value in a session, by default the one whose ``with`` block this is in. Raises ValueError for none."""
        return the_session(session, "eval").run(self, feed_dict)

    def __array__(self, *arguments: Any, **named: Any) -> NoReturn:
        raise TypeError(f"{self!r} has no value before the graph is run: sess.run gives it as an array")

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{self!r} has no value before the graph is run, and cannot be a condition: use sess.run first")

    def __iter__(self) -> NoReturn:
        raise TypeError(f"{self!r} has no value before the graph is run, and cannot be iterated over")

    def __getitem__(self, item: Any) -> NoReturn:
        raise TypeError(f"parts of {self!r} are TensorFlow's: install tensorflow to use them")


class Operation:
    """A node of a graph. ``outputs`` is one tensor, or none for what is run for its effect only."""

    # A script that makes operations in its loop has a hundred thousand of them.
    __slots__ = ("attributes", "control_inputs", "graph", "inputs", "kernel", "name", "needs", "outputs", "type")

    def __init__(
        self,
        graph: Graph,
        name: str,
        kind: str,
        inputs: Sequence["Tensor"],
        attributes: dict[str, Any],
        kernel: Kernel,
        control_inputs: Sequence["Operation"],
    ) -> None:
        self.graph = graph
        self.name = name
        self.type = kind
        self.inputs = tuple(inputs)
        self.attributes = attributes
        self.kernel = kernel
        self.control_inputs = tuple(control_inputs)
        self.outputs: tuple[Tensor, ...] = ()
        #: What is run before it.
        self.needs = (*control_inputs, *(tensor.op for tensor in inputs))
        for operation in control_inputs:
            operation.attributes["_has_manual_control_dependencies"] = True
        graph.add(self)

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Run it in a session, by default the one whose ``with`` block this is in. Raises ValueError for none."""
        the_session(session, "run").run(self, feed_dict)

    def node_def(self) -> dict[str, Any]:
        """The operation as a node of a GraphDef, with the shape of its output."""
        attributes = dict(self.attributes)
        if self.outputs:
            attributes["_output_shapes"] = [tensor.shape for tensor in self.outputs]
        control = sorted({f"^{operation.name}" for operation in self.control_inputs})
        return {
            "name": self.name,
            "op": self.type,
            "input": [*(tensor.op.name for tensor in self.inputs), *control],
            "attr": [{"key": key, "value": _attr_value(value)} for key, value in sorted(attributes.items())],
        }

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"


class Tensor(Symbol):
    """What an operation gives when it is run. Equal to itself only."""

    __slots__ = ("device", "dtype", "graph", "op", "shape")

    def __init__(self, op: Operation, dtype: DType, shape: Shape) -> None:
        self.op = op
        self.graph = op.graph
        self.dtype = dtype
        self.shape = shape
        self.device = ""

    @property
    def name(self) -> str:
        """The operation's name and the number of the output, ``x:0``."""
        return f"{self.op.name}:0"

    def value(self) -> "Tensor":
        """The tensor itself."""
        return self

    def element(self) -> "Tensor":
        """The tensor itself."""
        return self

    def __str__(self) -> str:
        return f'Tensor("{self.name}", shape={self.shape}, dtype={self.dtype.name})'

    def __repr__(self) -> str:
        return f"<tf.Tensor {self.name!r} shape={self.shape} dtype={self.dtype.name}>"


@contextmanager
def scope(name: str | None, default: str, *values: Any) -> Iterator[str]:
    """The scope of an operation and of what is made for it, in the graph of its values."""
    graph = graph_of(values)
    chosen = default if name is None else name
    if graph is default_graph():
        with graph.name_scope(chosen) as entered:
            yield entered
    else:
        with graph.as_default(), graph.name_scope(chosen) as entered:
            yield entered


def graph_of(values: Sequence[Any]) -> Graph:
    """The graph that values are of, else the default one. Raises ValueError for values of several graphs."""
    symbols = [value for value in values if isinstance(value, Symbol)]
    for symbol in symbols[1:]:
        if symbol.graph is not symbols[0].graph:
            raise ValueError(
                f"the operands of an operation must be of one graph, got {symbols[0]!r} and {symbol!r} of two"
            )
    return symbols[0].graph if symbols else default_graph()


def make(
    kind: str,
    name: str,
    inputs: Sequence[Tensor],
    kernel: Kernel,
    attributes: dict[str, Any],
    control_inputs: Sequence[Operation] = (),
) -> Operation:
    """A new operation, in the graph of its inputs; a name that ends with ``/`` is that of the scope made for it."""
    graph = graph_of(inputs)
    if graph.making.colocation is not None:
        attributes["_class"] = [graph.making.colocation]
    if isinstance(name, str) and name.endswith("/"):
        unique = name[:-1]
    else:
        check_operation_name(name)
        unique = graph.unique_name(name)
    return Operation(graph, unique, kind, inputs, attributes, kernel, control_inputs)


def make_tensor(
    kind: str,
    name: str,
    inputs: Sequence[Tensor],
    kernel: Kernel,
    attributes: dict[str, Any],
    dtype: DType,
    shape: Shape,
    control_inputs: Sequence[Operation] = (),
) -> Tensor:
    """The output of a new operation."""
    operation = make(kind, name, inputs, kernel, attributes, control_inputs)
    tensor = Tensor(operation, dtype, shape)
    operation.outputs = (tensor,)
    return tensor


def constant_tensor(array: NDArray[Any], dtype: DType, name: str) -> Tensor:
    """A constant of an array that nobody changes."""
    attributes = {"dtype": dtype, "value": array}
    return make_tensor("Const", name, (), _constant, attributes, dtype, Shape(array.shape))


def _constant(operation: Operation, inputs: list[Any], state: State) -> NDArray[Any]:
    return operation.attributes["value"]  # type: ignore[no-any-return]


def convert(value: Any, name: str = "Const", dtype: DType | None = None, hint: DType | None = None) -> Tensor:
    """A tensor of a value: the tensor itself, what a variable holds, or a new constant of this name.

    ``dtype``: the type that it must have; ``hint``: the one that it gets if it can. Raises TypeError or ValueError.
    """
    if isinstance(value, Symbol):
        tensor = value.value()
        if dtype is not None and tensor.dtype is not dtype:
            raise TypeError(f"{name} must be {dtype.name}, got {value!r}; tf.cast converts")
        return tensor
    if isinstance(value, list | tuple) and any(isinstance(item, Symbol) for item in value):
        raise TypeError(f"{name} must not be a list of tensors: these are TensorFlow's, install tensorflow to use them")
    if callable(value) and not hasattr(value, "__array__") and not hasattr(value, "detach"):
        raise TypeError(
            f"{name} must be a tensor, an array or numbers, got {value!r}; functions are values of summaries only"
        )
    if hint is not None:
        try:
            return constant_tensor(*elements(value, name, hint), name)
        except (TypeError, ValueError):
            # The caller compares types, and says which ones do not fit.
            pass
    return constant_tensor(*elements(value, name, dtype), name)


def constant_value(tensor: Tensor) -> NDArray[Any] | None:
    """The value of a constant, None for other tensors."""
    return tensor.op.attributes["value"] if tensor.op.type == "Const" else None


def _attr_value(value: Any) -> dict[str, Any]:
    """An attribute as an AttrValue."""
    if isinstance(value, DType):
        return {"type": value.as_datatype_enum}
    if isinstance(value, Shape):
        return {"shape": value.message()}
    if isinstance(value, np.ndarray):
        return {"tensor": strings_message(value) if value.dtype == object else tensor_message(value)}
    if isinstance(value, list):
        name = "shape" if value and isinstance(value[0], Shape) else "s"
        return {"list": {name: [item.message() if isinstance(item, Shape) else item for item in value]}}
    return {{bool: "b", int: "i", bytes: "s"}[type(value)]: value}
