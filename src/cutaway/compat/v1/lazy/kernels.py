"""What operations compute, with NumPy: each function takes an operation's attributes and the values of its inputs."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Attributes = dict[str, Any]
Compute = Callable[..., Any]


def _elements(function: Callable[..., Any]) -> Compute:
    """An operation on elements."""
    return lambda attributes, *inputs: function(*inputs)


def _add_strings(attributes: Attributes, left: Any, right: Any) -> Any:
    return np.asarray(np.add(left, right, dtype=object), object)


def _same(function: Callable[..., Any]) -> Compute:
    """A comparison, of strings too."""
    return lambda attributes, left, right: np.asarray(function(left, right)).astype(bool)


def _floor_division(function: Callable[..., Any]) -> Compute:
    def compute(attributes: Attributes, left: Any, right: Any) -> Any:
        if np.asarray(right).dtype.kind in "iu" and not np.all(right):
            raise ValueError("integers must not be divided by zero")
        return function(left, right)

    return compute


def _product(attributes: Attributes, left: NDArray[Any], right: NDArray[Any]) -> Any:
    one = np.swapaxes(left, -1, -2) if attributes.get("transpose_a") or attributes.get("adj_x") else left
    two = np.swapaxes(right, -1, -2) if attributes.get("transpose_b") or attributes.get("adj_y") else right
    if one.ndim < 2 or two.ndim < 2:
        raise ValueError(f"operands must be matrices, got shapes {left.shape} and {right.shape}")
    return np.matmul(one, two)


def _reduction(function: Callable[..., Any], attributes: Attributes, value: Any, axes: Any) -> Any:
    array = np.asarray(value)
    chosen = tuple(np.asarray(axes).reshape(-1).tolist())
    return function(array, axis=chosen, keepdims=attributes["keep_dims"])


def _sum(array: NDArray[Any], axis: tuple[int, ...], keepdims: bool) -> Any:
    return np.sum(array, axis=axis, keepdims=keepdims, dtype=array.dtype)


def _mean(array: NDArray[Any], axis: tuple[int, ...], keepdims: bool) -> Any:
    if array.dtype.kind == "f":
        return np.mean(array, axis=axis, keepdims=keepdims, dtype=array.dtype)
    total = _sum(array, axis, keepdims)
    count = array.size // max(1, np.size(total))
    # Integers are divided as in C, towards zero.
    return (np.sign(total) * (np.abs(total) // max(1, count))).astype(array.dtype)


def _extreme(function: Callable[..., Any], lowest: bool) -> Callable[..., Any]:
    """The largest or the smallest element; of nothing, the one that any other replaces."""

    def reduce(array: NDArray[Any], axis: tuple[int, ...], keepdims: bool) -> Any:
        limits = np.iinfo(array.dtype) if array.dtype.kind in "iu" else None
        first: Any = (limits.max if lowest else limits.min) if limits else (np.inf if lowest else -np.inf)
        return function(array, axis=axis, keepdims=keepdims, initial=array.dtype.type(first))

    return reduce


def _cast(attributes: Attributes, value: Any) -> Any:
    return np.asarray(value).astype(attributes["DstT"].numpy)


def _argmax(attributes: Attributes, value: Any, axis: Any) -> Any:
    return np.asarray(np.argmax(value, axis=int(axis))).astype(attributes["output_type"].numpy)


#: By the operation's type.
KERNELS: dict[str, Compute] = {
    "AddV2": _elements(np.add),
    "Add": _add_strings,
    "Sub": _elements(np.subtract),
    "Mul": _elements(np.multiply),
    "RealDiv": _elements(np.divide),
    "FloorDiv": _floor_division(np.floor_divide),
    "FloorMod": _floor_division(np.mod),
    "Pow": _elements(np.power),
    "Maximum": _elements(np.maximum),
    "Minimum": _elements(np.minimum),
    "Equal": _same(np.equal),
    "NotEqual": _same(np.not_equal),
    "Less": _elements(np.less),
    "LessEqual": _elements(np.less_equal),
    "Greater": _elements(np.greater),
    "GreaterEqual": _elements(np.greater_equal),
    "LogicalAnd": _elements(np.logical_and),
    "LogicalOr": _elements(np.logical_or),
    "LogicalNot": _elements(np.logical_not),
    "Neg": _elements(np.negative),
    "Abs": _elements(np.abs),
    "Square": _elements(np.square),
    "Sqrt": _elements(np.sqrt),
    "Exp": _elements(np.exp),
    "Log": _elements(np.log),
    "Identity": _elements(np.asarray),
    "Cast": _cast,
    "MatMul": _product,
    "BatchMatMulV2": _product,
    "Mean": partial(_reduction, _mean),
    "Sum": partial(_reduction, _sum),
    "Max": partial(_reduction, _extreme(np.max, lowest=False)),
    "Min": partial(_reduction, _extreme(np.min, lowest=True)),
    "ArgMax": _argmax,
    "Reshape": lambda attributes, value, sizes: np.reshape(value, tuple(np.asarray(sizes).tolist())),
    "Rank": lambda attributes, value: np.int32(np.ndim(value)),
    "Range": lambda attributes, start, limit, delta: np.arange(start, limit, delta, dtype=np.int32),
}
