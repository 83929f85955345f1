"""Operations of one and of two operands: ``tf.add`` and its like, and the operators of tensors and variables."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cutaway.compat.v1.lazy import dtypes
from cutaway.compat.v1.lazy.dtypes import DType, as_dtype
from cutaway.compat.v1.lazy.kernels import KERNELS
from cutaway.compat.v1.lazy.shapes import broadcast, product
from cutaway.compat.v1.lazy.tensor import Operation, State, Symbol, Tensor, convert, make_tensor, scope

#: Kinds of elements that operations take, where not all numbers.
_TAKES = {
    "AddV2": "fiu", "Sub": "fiu", "Mul": "fiu", "RealDiv": "f", "FloorDiv": "fiu", "FloorMod": "fiu", "Pow": "fiu",
    "Maximum": "fiu", "Minimum": "fiu", "Less": "fiu", "LessEqual": "fiu", "Greater": "fiu", "GreaterEqual": "fiu",
    "Equal": "fiubS", "NotEqual": "fiubS", "LogicalAnd": "b", "LogicalOr": "b", "LogicalNot": "b", "Neg": "fi",
    "Abs": "fi", "Square": "fiu", "Sqrt": "f", "Exp": "f", "Log": "f", "MatMul": "fiu", "BatchMatMulV2": "fiu",
    "Mean": "fiu", "Sum": "fiu", "Max": "fiu", "Min": "fiu", "ArgMax": "fiub", "Add": "S",
}  # fmt: skip
_WORDS = {"f": "floats", "i": "signed integers", "u": "unsigned integers", "b": "bools", "S": "strings"}
_COMPARISONS = ("Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual")
_LOGICAL = ("LogicalAnd", "LogicalOr", "LogicalNot")


def compute(operation: Operation, inputs: list[Any], state: State) -> Any:
    """The kernel of all operations that are functions of their inputs. Raises ValueError that names the operation."""
    try:
        with np.errstate(all="ignore"):
            return KERNELS[operation.type](operation.attributes, *inputs)
    except (ValueError, IndexError) as error:
        raise ValueError(f"the operation {operation.name!r} ({operation.type}) failed: {error}") from error


def check_kind(kind: str, name: str, tensor: Tensor) -> None:
    """Raise TypeError for elements that the operation does not take."""
    takes = _TAKES[kind]
    if tensor.dtype.kind not in takes:
        words = ", ".join(_WORDS[letter] for letter in takes)
        raise TypeError(f"{name} of {kind} must be {words}, got {tensor!r}")


def unary(kind: str, value: Any, name: str | None) -> Tensor:
    """An operation on the elements of one tensor."""
    with scope(name, kind, value) as entered:
        return _unary(kind, convert(value, "x"), entered)


def _unary(kind: str, tensor: Tensor, name: str) -> Tensor:
    check_kind(kind, "x", tensor)
    attributes = {} if kind in _LOGICAL else {"T": tensor.dtype}
    return make_tensor(kind, name, [tensor], compute, attributes, tensor.dtype, tensor.shape)


def binary(kind: str, left: Any, right: Any, name: str | None, default: str | None = None) -> Tensor:
    """An operation on the elements of two tensors of one type, to which numbers are converted."""
    with scope(name, default or kind, left, right) as entered:
        x = convert(left, "x")
        return _binary(kind, x, convert(right, "y", hint=x.dtype), entered)


def _reversed(kind: str, left: Any, right: Tensor, default: str) -> Tensor:
    """``left`` operator ``right`` where the right one is a tensor, whose type ``left`` gets."""
    with scope(None, default, left, right) as entered:
        return _binary(kind, convert(left, "x", dtype=right.dtype), right, entered)


def _binary(kind: str, x: Tensor, y: Tensor, name: str) -> Tensor:
    if kind == "AddV2" and x.dtype is dtypes.string:
        kind = "Add"
    check_same(kind, x, y)
    check_kind(kind, "x", x)
    attributes: dict[str, Any] = {} if kind in _LOGICAL else {"T": x.dtype}
    if kind in ("Equal", "NotEqual"):
        attributes["incompatible_shape_error"] = True
    dtype = dtypes.bool_ if kind in _COMPARISONS else x.dtype
    return make_tensor(kind, name, [x, y], compute, attributes, dtype, broadcast(kind, x.shape, y.shape))


def check_same(kind: str, x: Tensor, y: Tensor) -> None:
    """Raise TypeError for two tensors of different types."""
    if x.dtype is not y.dtype:
        raise TypeError(
            f"the operands of {kind} must be of one dtype, got {x.dtype.name} and {y.dtype.name}; tf.cast converts"
        )


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """The elements as another type; floats become integers towards zero. What is of the type already is returned."""
    wanted = as_dtype(dtype)
    if isinstance(x, Symbol) and x.dtype is wanted:
        return x
    with scope(name, "Cast", x) as entered:
        tensor = convert(x, "x")
        if tensor.dtype is wanted:
            return tensor
        if dtypes.string in (tensor.dtype, wanted):
            raise TypeError(
                f"x of cast must be numbers or bools for numbers or bools, got {tensor!r} for {wanted.name}"
            )
        attributes = {"SrcT": tensor.dtype, "DstT": wanted, "Truncate": False}
        return make_tensor("Cast", entered, [tensor], compute, attributes, wanted, tensor.shape)


#: What integers are converted to before they are divided.
_DIVIDED_AS = {
    dtypes.int8: dtypes.float32, dtypes.uint8: dtypes.float32, dtypes.int16: dtypes.float32,
    dtypes.uint16: dtypes.float32, dtypes.int32: dtypes.float64, dtypes.uint32: dtypes.float64,
    dtypes.int64: dtypes.float64, dtypes.uint64: dtypes.float64,
}  # fmt: skip


def truediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The quotient; that of integers as floats."""
    with scope(name, "truediv", x, y) as entered:
        left = convert(x, "x")
        return _quotient(left, convert(y, "y", hint=left.dtype), entered)


def _reversed_truediv(x: Any, y: Tensor) -> Tensor:
    with scope(None, "truediv", x, y) as entered:
        return _quotient(convert(x, "x", dtype=y.dtype), y, entered)


def _quotient(x: Tensor, y: Tensor, name: str) -> Tensor:
    check_same("truediv", x, y)
    dtype: DType | None = _DIVIDED_AS.get(x.dtype)
    left, right = (x, y) if dtype is None else (cast(x, dtype), cast(y, dtype))
    return _binary("RealDiv", left, right, name)


def divide(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The quotient; that of integers as floats."""
    if name is not None:
        return truediv(x, y, name)
    if not isinstance(x, Symbol):
        x = convert(x, dtype=y.dtype) if isinstance(y, Symbol) else convert(x)
    return truediv(x.value(), y)


def _xor(x: Any, y: Any) -> Tensor:
    with scope(None, "xor", x, y) as entered:
        left = convert(x, "x")
        right = convert(y, "y", hint=left.dtype)
        either, both = binary("LogicalOr", left, right, None), binary("LogicalAnd", left, right, None)
        return _binary("LogicalAnd", either, unary("LogicalNot", both, None), entered)


def matmul(a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False, name: str | None = None) -> Tensor:
    """The product of two matrices, or of stacks of them."""
    return _matmul(a, b, name, "MatMul", transpose_a, transpose_b)


def _matmul(
    a: Any, b: Any, name: str | None, default: str, transpose_a: bool = False, transpose_b: bool = False
) -> Tensor:
    with scope(name, default, a, b) as entered:
        left = convert(a, "a")
        right = convert(b, "b", hint=left.dtype)
        ranks = (left.shape.ndims, right.shape.ndims)
        kind = "BatchMatMulV2" if any(rank is None or rank > 2 for rank in ranks) else "MatMul"
        check_same(kind, left, right)
        check_kind(kind, "a", left)
        turned = ("adj_x", "adj_y") if kind == "BatchMatMulV2" else ("transpose_a", "transpose_b")
        gradients = ("grad_x", "grad_y") if kind == "BatchMatMulV2" else ("grad_a", "grad_b")
        attributes = {"T": left.dtype, turned[0]: bool(transpose_a), turned[1]: bool(transpose_b)}
        attributes |= dict.fromkeys(gradients, False)
        shape = product(kind, left.shape, right.shape, transpose_a, transpose_b)
        return make_tensor(kind, entered, [left, right], compute, attributes, left.dtype, shape)


#: Operators by the methods of Python: the operation and the name that it gets.
_OPERATORS = {
    "add": ("AddV2", "add"), "sub": ("Sub", "sub"), "mul": ("Mul", "mul"), "floordiv": ("FloorDiv", "floordiv"),
    "mod": ("FloorMod", "mod"), "pow": ("Pow", "pow"), "and": ("LogicalAnd", "and"), "or": ("LogicalOr", "or"),
}  # fmt: skip
_COMPARING = {"lt": "Less", "le": "LessEqual", "gt": "Greater", "ge": "GreaterEqual"}


def _set(method: str, function: Callable[..., Any]) -> None:
    setattr(Symbol, f"__{method}__", function)


def _set_operators() -> None:
    """Give tensors and variables their operators. A variable is read before the scope of the operation is entered."""
    for method, (kind, default) in _OPERATORS.items():
        _set(method, lambda x, y, kind=kind, default=default: binary(kind, x.value(), y, None, default))
        _set(f"r{method}", lambda y, x, kind=kind, default=default: _reversed(kind, x, y.value(), default))
    for method, kind in _COMPARING.items():
        _set(method, lambda x, y, kind=kind: binary(kind, x.value(), y, None))
    _set("truediv", lambda x, y: truediv(x.value(), y))
    _set("rtruediv", lambda y, x: _reversed_truediv(x, y.value()))
    _set("xor", lambda x, y: _xor(x.value(), y))
    _set("rxor", lambda y, x: _xor(x, y.value()))
    _set("matmul", lambda x, y: _matmul(x.value(), y, None, "matmul"))
    _set("rmatmul", lambda y, x: _matmul(convert(x, dtype=y.dtype), y.value(), None, "matmul"))
    _set("neg", lambda x: unary("Neg", x.value(), None))
    _set("abs", lambda x: unary("Abs", x.value(), None))
    _set("invert", lambda x: unary("LogicalNot", x.value(), None))


_set_operators()
