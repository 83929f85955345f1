"""The functions of ``tf`` that compute: on elements, reductions, casts, shapes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cutaway.compat.v1.lazy import dtypes
from cutaway.compat.v1.lazy.dtypes import as_dtype
from cutaway.compat.v1.lazy.elements import elements
from cutaway.compat.v1.lazy.operators import binary, cast, check_kind, compute, divide, matmul, truediv, unary
from cutaway.compat.v1.lazy.shapes import SCALAR, Shape, as_shape, reduced, reshaped
from cutaway.compat.v1.lazy.tensor import (
    Operation,
    State,
    Symbol,
    Tensor,
    constant_tensor,
    constant_value,
    convert,
    make_tensor,
    scope,
)


def constant(
    value: Any, dtype: Any = None, shape: Any = None, name: str | None = "Const", verify_shape: bool = False
) -> Tensor:
    """A tensor of these elements. ``shape``: a shape that they fill, the last one of them as often as it takes.

    Raises TypeError or ValueError for a value that is no tensor, not of the dtype, or of more elements than the shape.
    """
    if isinstance(value, Symbol):
        raise TypeError(f"value must be numbers or strings, got {value!r}")
    array, kind = elements(value, "value", None if dtype is None else as_dtype(dtype))
    if shape is not None:
        sizes = as_shape(shape).as_list()
        count = int(np.prod([size or 0 for size in sizes], dtype=np.int64))
        if array.size > count or (not array.size and count) or (verify_shape and list(array.shape) != sizes):
            raise ValueError(f"value must fill the shape {tuple(sizes)}, got one of shape {array.shape}")
        flat = array.reshape(-1)
        array = np.concatenate([flat, np.repeat(flat[-1:], count - array.size)]).reshape([size or 0 for size in sizes])
    return constant_tensor(array, kind, name or "Const")


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor that is fed in each run. ``shape``: sizes, None for those that may be any, or None for any shape."""
    kind, known = as_dtype(dtype), as_shape(shape)
    attributes = {"dtype": kind, "shape": known}
    return make_tensor("Placeholder", name or "Placeholder", (), _not_fed, attributes, kind, known)


def _not_fed(operation: Operation, inputs: list[Any], state: State) -> Any:
    (tensor,) = operation.outputs
    raise ValueError(
        f"feed_dict must have a value for the placeholder {tensor.name!r}, of dtype {tensor.dtype.name} and shape "
        f"{tensor.shape}, got none"
    )


def _of_two(kind: str, default: str | None = None) -> Callable[..., Tensor]:
    def function(x: Any, y: Any, name: str | None = None) -> Tensor:
        """The operation on the elements of two tensors."""
        return binary(kind, x, y, name, default)

    return function


def _of_one(kind: str) -> Callable[..., Tensor]:
    def function(x: Any, name: str | None = None) -> Tensor:
        """The operation on the elements of a tensor."""
        return unary(kind, x, name)

    return function


add = _of_two("AddV2", "Add")
subtract, multiply, floordiv, mod, pow_ = (
    _of_two("Sub"), _of_two("Mul"), _of_two("FloorDiv", "floordiv"), _of_two("FloorMod"), _of_two("Pow"),
)  # fmt: skip
maximum, minimum, equal, not_equal = _of_two("Maximum"), _of_two("Minimum"), _of_two("Equal"), _of_two("NotEqual")
less, less_equal, greater, greater_equal = (
    _of_two("Less"), _of_two("LessEqual"), _of_two("Greater"), _of_two("GreaterEqual"),
)  # fmt: skip
logical_and, logical_or, logical_not = _of_two("LogicalAnd"), _of_two("LogicalOr"), _of_one("LogicalNot")
negative, abs_, square, sqrt, exp, log = map(_of_one, ("Neg", "Abs", "Square", "Sqrt", "Exp", "Log"))


def identity(input: Any, name: str | None = None) -> Tensor:  # noqa: A002
    """The same value, as an operation of its own."""
    with scope(name, "Identity", input) as entered:
        tensor = convert(input, "input")
        return make_tensor("Identity", entered, [tensor], compute, {"T": tensor.dtype}, tensor.dtype, tensor.shape)


def convert_to_tensor(value: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """A tensor of a value: itself, what a variable holds, or a constant."""
    return convert(value, name or "Const", None if dtype is None else as_dtype(dtype))


def argmax(
    input: Any,  # noqa: A002
    axis: Any = None,
    name: str | None = None,
    dimension: Any = None,
    output_type: Any = dtypes.int64,
) -> Tensor:
    """The place of the largest element along an axis, by default the first axis."""
    along = _given("axis", axis, "dimension", dimension)
    with scope(name, "ArgMax", input) as entered:
        tensor = convert(input, "input")
        place = convert(0 if along is None else along, "dimension")
        check_kind("ArgMax", "input", tensor)
        wanted = as_dtype(output_type)
        attributes = {"T": tensor.dtype, "Tidx": place.dtype, "output_type": wanted}
        shape = reduced("argmax", tensor.shape, constant_value(place), False)
        return make_tensor("ArgMax", entered, [tensor, place], compute, attributes, wanted, shape)


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """The same elements in another shape; a size of -1 is what is left for it."""
    with scope(name, "Reshape", tensor) as entered:
        value = convert(tensor, "tensor")
        sizes = _integers(shape, "shape")
        known = constant_value(sizes)
        result = reshaped("reshape", value.shape, None if known is None else np.reshape(known, -1).tolist())
        attributes = {"T": value.dtype, "Tshape": sizes.dtype}
        return make_tensor("Reshape", entered, [value, sizes], compute, attributes, value.dtype, result)


def _reduction(kind: str) -> Callable[..., Tensor]:
    def function(
        input_tensor: Any,
        axis: Any = None,
        keepdims: bool | None = None,
        name: str | None = None,
        reduction_indices: Any = None,
        keep_dims: bool | None = None,
    ) -> Tensor:
        """One element of those along some axes, by default of all. ``keepdims``: the axes stay, with size 1."""
        given = _given("axis", axis, "reduction_indices", reduction_indices)
        keep = bool(_given("keepdims", keepdims, "keep_dims", keep_dims))
        along = _all_axes(input_tensor) if given is None else given
        with scope(name, kind, input_tensor) as entered:
            tensor = convert(input_tensor, "input")
            axes = _integers(along, "reduction_indices")
            check_kind(kind, "input_tensor", tensor)
            every = None if tensor.shape.dims is None else np.arange(len(tensor.shape))
            chosen = every if given is None else constant_value(axes)
            shape = SCALAR if given is None and not keep else reduced(kind, tensor.shape, chosen, keep)
            attributes = {"T": tensor.dtype, "Tidx": axes.dtype, "keep_dims": keep}
            return make_tensor(kind, entered, [tensor, axes], compute, attributes, tensor.dtype, shape)

    return function


reduce_mean, reduce_sum, reduce_max, reduce_min = map(_reduction, ("Mean", "Sum", "Max", "Min"))


def _all_axes(value: Any) -> Tensor:
    """The numbers of all dimensions, as TensorFlow makes them: a constant, or for a number a range."""
    rank = value.shape.ndims if isinstance(value, Symbol) else None
    if rank:
        with value.graph.as_default():
            return convert(np.arange(rank, dtype=np.int32))
    with scope(None, "Rank", value) as entered:
        tensor = convert(value)
        known = tensor.shape.ndims
        if known is None:
            count = make_tensor("Rank", entered, [tensor], compute, {"T": tensor.dtype}, dtypes.int32, SCALAR)
        else:
            count = constant_tensor(np.array(known, np.int32), dtypes.int32, entered)
    with scope(None, "range", count) as entered:
        start, delta = convert(0, "start"), convert(1, "delta")
        attributes = {"Tidx": dtypes.int32}
        return make_tensor("Range", entered, [start, count, delta], compute, attributes, dtypes.int32, Shape([known]))


def _integers(value: Any, name: str) -> Tensor:
    """Sizes or axes; an empty list is float32 at first, as in TensorFlow, which then makes another constant."""
    tensor = convert(value, name)
    if tensor.dtype.kind not in "iu" and tensor.shape == (0,):
        tensor = convert(value, name, dtypes.int32)
    if tensor.dtype.kind not in "iu":
        raise TypeError(f"{name} must be integers, got {tensor!r}")
    return tensor


def _given(name: str, value: Any, old_name: str, old_value: Any) -> Any:
    """An argument that has an old name too. Raises ValueError when both are given."""
    if value is not None and old_value is not None:
        raise ValueError(
            f"{name} must not be given together with {old_name}, its old name, got {value!r} and {old_value!r}"
        )
    return old_value if value is None else value


#: The functions by their names in ``tf``.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "constant": constant, "placeholder": placeholder, "add": add, "subtract": subtract, "multiply": multiply,
    "divide": divide, "truediv": truediv, "floordiv": floordiv, "mod": mod, "floormod": mod, "pow": pow_,
    "maximum": maximum, "minimum": minimum, "equal": equal, "not_equal": not_equal, "less": less,
    "less_equal": less_equal, "greater": greater, "greater_equal": greater_equal, "logical_and": logical_and,
    "logical_or": logical_or, "logical_not": logical_not, "negative": negative, "abs": abs_, "square": square,
    "sqrt": sqrt, "exp": exp, "log": log, "identity": identity, "convert_to_tensor": convert_to_tensor,
    "argmax": argmax, "reshape": reshape, "reduce_mean": reduce_mean, "reduce_sum": reduce_sum,
    "reduce_max": reduce_max, "reduce_min": reduce_min, "cast": cast, "matmul": matmul,
}  # fmt: skip
