"""Values of Python and of arrays as the elements of tensors, of the types that TensorFlow gives them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.compat.v1.lazy import dtypes
from cutaway.compat.v1.lazy.dtypes import DType
from cutaway.record.arrays import describe, to_array

#: The kinds of NumPy's dtypes whose values each kind of tensors takes.
_TAKES = {"f": "fiub", "i": "iub", "u": "iub", "b": "b", "S": "S"}


def elements(value: Any, name: str, dtype: DType | None = None) -> tuple[NDArray[Any], DType]:
    """(array, its type) of a value, of a given type or of its own: int32, float32, bool and string for Python's.

    The array is nobody else's. Raises TypeError that begins with ``name`` for a value that is none or is of a kind that
    the type does not take, and ValueError for numbers that it cannot hold.
    """
    array = _array(value, name)
    kind = array.dtype.kind if array.dtype != object else "S"
    if dtype is None:
        dtype = _own_type(value, array, name)
    elif array.size and kind not in _TAKES[dtype.kind] and not _is_whole(value, array, dtype):
        raise TypeError(f"{name} must be {dtype.name}, got {describe(value)}")
    with np.errstate(over="ignore"):
        converted = array.astype(dtype.numpy)
    if dtype.kind in "iu" and not np.array_equal(converted, array):
        raise ValueError(f"{name} must be within the range of {dtype.name}, got {describe(value)}")
    return converted, dtype


def fed(value: Any, name: str, dtype: DType) -> NDArray[Any]:
    """What a placeholder of a type is fed with: as ``elements``, and whole floats for integers too."""
    array = _array(value, name)
    if array.dtype.kind == "f" and dtype.kind in "iu" and np.array_equal(array, np.trunc(array)):
        value = array
    elif dtype.kind == "b" and array.dtype.kind in "iu" and np.isin(array, (0, 1)).all():
        value = array.astype(bool)
    return elements(value, name, dtype)[0]


def _is_whole(value: Any, array: NDArray[Any], dtype: DType) -> bool:
    """Whether these are an array's floats, and integers in value; Python's floats are never taken for integers."""
    if isinstance(value, int | float | list | tuple) and not isinstance(value, np.generic):
        return False
    return dtype.kind in "iu" and array.dtype.kind == "f" and np.array_equal(array, np.trunc(array))


def _own_type(value: Any, array: NDArray[Any], name: str) -> DType:
    """The type of an array's elements; of numbers in Python's lists the usual one of 32 bits."""
    if isinstance(value, int | float | list | tuple) and not isinstance(value, np.generic):
        if array.dtype == np.float64:
            return dtypes.float32
        if array.dtype == np.int64 and np.array_equal(array, array.astype(np.int32)):
            return dtypes.int32
    try:
        return dtypes.string if array.dtype == object else dtypes.of_array(array)
    except TypeError as error:
        raise TypeError(f"{name} must be real numbers, bools or strings, got {describe(value)}") from error


def _array(value: Any, name: str) -> NDArray[Any]:
    """An array of numbers, or of bytes as objects."""
    if isinstance(value, float | np.generic) and not isinstance(value, str | bytes):
        return np.asarray(value)
    leaves = list(_leaves(value))
    if leaves and all(isinstance(leaf, str | bytes) for leaf in leaves):
        # Objects: NumPy's own strings lose zeros at their end.
        try:
            array = np.empty(np.shape(value), object)
        except ValueError as error:
            raise TypeError(f"{name} must be lists of equal lengths, got {describe(value)}") from error
        array.reshape(-1)[:] = [leaf.encode() if isinstance(leaf, str) else bytes(leaf) for leaf in leaves]
        return array
    if any(isinstance(leaf, str | bytes) for leaf in leaves):
        raise TypeError(f"{name} must be all strings or none, got {describe(value)}")
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**64:
        raise ValueError(f"{name} must fit into 64 bits, got {value}")
    return to_array(value, name)


def _leaves(value: Any) -> Iterator[Any]:
    """The strings of a value; and for anything else, one object that is none."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "OSU":
        yield from value.reshape(-1).tolist()
    elif isinstance(value, str | bytes):
        yield value
    else:
        yield None
