"""Variables: what sessions keep for a graph, how it is read and assigned, and operations that are run in groups."""

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from cutaway.compat.v1.graph import default_graph
from cutaway.compat.v1.lazy import dtypes
from cutaway.compat.v1.lazy.dtypes import DType, as_dtype
from cutaway.compat.v1.lazy.sessions import the_session
from cutaway.compat.v1.lazy.shapes import SCALAR
from cutaway.compat.v1.lazy.tensor import Operation, State, Symbol, Tensor, convert, graph_of, make, make_tensor, scope


class GraphKeys:
    """The names of collections that there are without TensorFlow."""

    GLOBAL_VARIABLES = VARIABLES = "variables"
    TRAINABLE_VARIABLES = "trainable_variables"
    SUMMARIES = "summaries"


class VariableSymbol(Symbol):
    """What can be read and assigned."""

    def __init__(self, handle: Tensor, dtype: DType) -> None:
        #: The tensor that stands for the variable itself.
        self.handle = handle
        self.graph = handle.graph
        self.dtype = dtype
        self.shape = handle.op.attributes["shape"]
        self.device = ""

    def eval(self, session: Any = None) -> Any:  # type: ignore[override]
        """The value in a session, by default the one whose ``with`` block this is in. Raises ValueError for none."""
        return the_session(session, "eval").run(self)

    def read_value(self) -> Tensor:
        """A tensor that reads the value now, by an operation of its own."""
        with scope(None, "Read", self):
            tensor = self.value()
        with self.graph.as_default():
            return make_tensor("Identity", "Identity", [tensor], _same, {"T": self.dtype}, self.dtype, self.shape)

    def assign(
        self, value: Any, use_locking: bool | None = None, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Set the value. Gives the variable as it is afterwards; with ``read_value=False``, the operation.

        Raises TypeError or ValueError for a value of another dtype or shape.
        """
        return self._change("AssignVariableOp", value, name, read_value)

    def assign_add(
        self, delta: Any, use_locking: bool | None = None, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Add to the value, as ``assign``."""
        return self._change("AssignAddVariableOp", delta, name, read_value)

    def assign_sub(
        self, delta: Any, use_locking: bool | None = None, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Subtract from the value, as ``assign``."""
        return self._change("AssignSubVariableOp", delta, name, read_value)

    def _change(self, kind: str, value: Any, name: str | None, read_value: bool) -> Any:
        if kind != "AssignVariableOp" and self.dtype.kind not in "fiu":
            raise TypeError(f"the variable must be numbers to be added to, got {self!r}")
        # Mixed graphs are refused before anything is made.
        with graph_of([self, value]).as_default():
            tensor = convert(value, "Const", self.dtype)
            if not self.shape.takes(tensor.shape.dims):
                raise ValueError(f"value must have the shape {self.shape} of {self!r}, got {tensor.shape}")
            attributes: dict[str, Any] = {"dtype": self.dtype}
            if kind == "AssignVariableOp":
                attributes["validate_shape"] = True
            changed = make(kind, name or kind, [self.handle, tensor], _KERNELS[kind], attributes)
            return AssignedVariable(self.handle, self.dtype, changed) if read_value else changed

    def _no_change_in_place(self, other: Any) -> NoReturn:
        raise RuntimeError(
            f"{self!r} is not changed by an operator such as +=: use assign_add, or x + 1 for a new tensor"
        )

    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ifloordiv__ = __imod__ = __ipow__ = _no_change_in_place

    def load(self, value: Any, session: Any = None) -> None:
        """Set the value in a session, by default the one whose ``with`` block this is in, without a new operation."""
        the_session(session, "load").set_value(self, value)


class Variable(VariableSymbol):
    """A value that a session keeps from run to run, once its initializer was run there.

    ``initial_value``: numbers, an array, a tensor, or a function that gives one. ``trainable`` is the second
    positional argument. Further arguments of TensorFlow's are accepted, and have no meaning here.
    """

    def __init__(
        self,
        initial_value: Any = None,
        trainable: Any = None,
        collections: Sequence[str] | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        expected_shape: Any = None,
        import_scope: Any = None,
        constraint: Any = None,
        use_resource: Any = None,
    ) -> None:
        """Make the variable's operations. Raises TypeError or ValueError for an initial value that is none."""
        if initial_value is None:
            raise ValueError("initial_value must be given, got None")
        wanted = None if dtype is None else as_dtype(dtype)
        is_function = callable(initial_value) and not hasattr(initial_value, "__array__")
        with scope(name, "Variable", *([] if is_function else [initial_value])) as entered:
            graph = default_graph()
            own_name = entered[:-1]
            around, graph.making.colocation = graph.making.colocation, f"loc:@{own_name}".encode()
            try:
                with graph.name_scope("Initializer"):
                    given = initial_value() if is_function else initial_value
                    self.initial_value = convert(given, "initial_value", wanted)
                handle = _handle(entered, self.initial_value)
            finally:
                graph.making.colocation = around
            super().__init__(handle, self.initial_value.dtype)
            with scope("IsInitialized", "", self):
                make_tensor("VarIsInitializedOp", "VarIsInitializedOp", [handle], _is_set, {}, dtypes.bool_, SCALAR)
            attributes = {"dtype": self.dtype, "validate_shape": False}
            #: The operation that sets the initial value.
            self.initializer = make("AssignVariableOp", "Assign", [handle, self.initial_value], _assign, attributes)
            with scope("Read", "", self):
                self._element = self.value()
        self.trainable = trainable is None or bool(trainable)
        names = [GraphKeys.GLOBAL_VARIABLES] if collections is None else list(collections)
        if self.trainable and GraphKeys.TRAINABLE_VARIABLES not in names:
            names.append(GraphKeys.TRAINABLE_VARIABLES)
        for collection in names:
            graph.add_to_collection(collection, self)

    @property
    def op(self) -> Operation:
        """The operation that stands for the variable."""
        return self.handle.op

    @property
    def name(self) -> str:
        """``x:0``."""
        return self.handle.name

    def value(self) -> Tensor:
        """A tensor that reads the value, by an operation of its own."""
        return _read(self, "ReadVariableOp")

    def element(self) -> Tensor:
        """The tensor that a session evaluates for the variable, and that it feeds."""
        return self._element

    def __repr__(self) -> str:
        return f"<tf.Variable {self.name!r} shape={self.shape} dtype={self.dtype.name}>"


class AssignedVariable(VariableSymbol):
    """A variable as it is after an assignment: whatever reads it waits for that."""

    def __init__(self, handle: Tensor, dtype: DType, op: Operation) -> None:
        super().__init__(handle, dtype)
        #: The assignment.
        self.op = op
        self._element = self.value()

    @property
    def name(self) -> str:
        """The name of the assignment."""
        return self.op.name

    def value(self) -> Tensor:
        """A tensor that reads the value after the assignment."""
        return _read(self, "ReadVariableOp", [self.op])

    def element(self) -> Tensor:
        """The tensor that a session evaluates."""
        return self._element

    def __repr__(self) -> str:
        return f"<tf.Variable {self.name!r} shape={self.shape} dtype={self.dtype.name}>"


def _handle(name: str, initial: Tensor) -> Tensor:
    own_name = name[:-1].encode()
    attributes = {
        "dtype": initial.dtype,
        "shape": initial.shape,
        "shared_name": own_name,
        "debug_name": own_name + b"/",
        "container": b"",
        "allowed_devices": [],
    }
    return make_tensor("VarHandleOp", name, (), _itself, attributes, dtypes.resource, SCALAR)


def _read(variable: VariableSymbol, name: str, after: Sequence[Operation] = ()) -> Tensor:
    return make_tensor(
        "ReadVariableOp",
        name,
        [variable.handle],
        _value,
        {"dtype": variable.dtype},
        variable.dtype,
        variable.shape,
        after,
    )


# -- what the operations do: a variable's own gives itself, and is the key of its value --------------------------------


def _itself(operation: Operation, inputs: list[Any], state: State) -> Any:
    return operation


def _is_set(operation: Operation, inputs: list[Any], state: State) -> Any:
    return np.bool_(inputs[0] in state.variables)


def _value(operation: Operation, inputs: list[Any], state: State) -> Any:
    value = state.variables.get(inputs[0])
    if value is None:
        raise RuntimeError(
            f"the variable {inputs[0].name!r} must be initialised in this session before it is read: run its "
            "initializer, or tf.global_variables_initializer()"
        )
    return value


def _assign(operation: Operation, inputs: list[Any], state: State) -> None:
    handle, value = inputs
    shape = handle.attributes["shape"]
    if not shape.takes(np.shape(value)):
        raise ValueError(f"the value of the variable {handle.name!r} must have shape {shape}, got {np.shape(value)}")
    # A copy: what is fed is the user's.
    state.variables[handle] = np.array(value)


def _changed(function: Any) -> Any:
    def kernel(operation: Operation, inputs: list[Any], state: State) -> None:
        before = _value(operation, inputs, state)
        with np.errstate(all="ignore"):
            _assign(operation, [inputs[0], function(before, inputs[1])], state)

    return kernel


_KERNELS = {
    "AssignVariableOp": _assign,
    "AssignAddVariableOp": _changed(np.add),
    "AssignSubVariableOp": _changed(np.subtract),
}


def _same(operation: Operation, inputs: list[Any], state: State) -> Any:
    return inputs[0]


def _nothing(operation: Operation, inputs: list[Any], state: State) -> None:
    return None


# -- functions of tf ---------------------------------------------------------------------------------------------------


def assign(
    ref: Any, value: Any, validate_shape: bool | None = None, use_locking: bool | None = None, name: str | None = None
) -> Any:
    """Set a variable's value; gives the variable as it is afterwards."""
    return _variable(ref).assign(value, name=name)


def assign_add(ref: Any, value: Any, use_locking: bool | None = None, name: str | None = None) -> Any:
    """Add to a variable's value; gives the variable as it is afterwards. The name is not used, as in TensorFlow."""
    return _variable(ref).assign_add(value)


def assign_sub(ref: Any, value: Any, use_locking: bool | None = None, name: str | None = None) -> Any:
    """Subtract from a variable's value; gives the variable as it is afterwards. The name is not used either."""
    return _variable(ref).assign_sub(value)


def _variable(ref: Any) -> VariableSymbol:
    if not isinstance(ref, VariableSymbol):
        raise TypeError(f"ref must be a variable, got {ref!r} ({type(ref).__name__})")
    return ref


def group(*inputs: Any, name: str | None = None) -> Operation:
    """An operation that runs others: operations, tensors, variables, and lists of them."""
    operations = list(dict.fromkeys(_operations(inputs)))
    if not operations:
        return no_op(name or "group_deps")
    graph = operations[0].graph
    for operation in operations:
        if operation.graph is not graph:
            raise ValueError(f"inputs must be of one graph, got {operations[0]!r} and {operation!r} of two")
    with graph.as_default():
        return make("NoOp", name or "group_deps", (), _nothing, {}, operations)


def _operations(inputs: Any) -> list[Operation]:
    found: list[Operation] = []
    for item in inputs:
        if isinstance(item, list | tuple):
            found += _operations(item)
        elif isinstance(item, Operation):
            found.append(item)
        elif isinstance(item, Tensor | VariableSymbol):
            found.append(item.op)  # type: ignore[union-attr]
        else:
            raise TypeError(
                f"inputs must be operations, tensors or lists of them, got {item!r} ({type(item).__name__})"
            )
    return found


def no_op(name: str | None = None) -> Operation:
    """An operation that does nothing."""
    return make("NoOp", name or "NoOp", (), _nothing, {})


def global_variables(scope: str | None = None) -> list[Any]:
    """The variables of the default graph. ``scope``: those whose names match this regular expression at their start."""
    return default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES, scope)


def trainable_variables(scope: str | None = None) -> list[Any]:
    """The variables of the default graph that are trainable, as ``global_variables``."""
    return default_graph().get_collection(GraphKeys.TRAINABLE_VARIABLES, scope)


def variables_initializer(var_list: Sequence[Any], name: str = "init") -> Operation:
    """An operation that initialises these variables."""
    return group(*[variable.initializer for variable in var_list], name=name)


def global_variables_initializer() -> Operation:
    """An operation that initialises all variables of the default graph that there are by now."""
    return variables_initializer(global_variables())


#: The functions and classes by their names in ``tf``.
FUNCTIONS: dict[str, Any] = {
    "GraphKeys": GraphKeys, "Variable": Variable, "assign": assign, "assign_add": assign_add, "assign_sub": assign_sub,
    "group": group, "no_op": no_op, "global_variables": global_variables, "trainable_variables": trainable_variables,
    "variables_initializer": variables_initializer, "initialize_all_variables": global_variables_initializer,
    "global_variables_initializer": global_variables_initializer,
}  # fmt: skip
