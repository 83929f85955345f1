"""Tensors of any dtype, as NumPy arrays."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.budget import Budget
from cutaway.events.wire import MalformedError

#: NumPy's dtype in tensor_content, and the typed field, of each TensorFlow DataType that is a number.
_NUMBERS = {
    1: ("<f4", "float_val"),
    2: ("<f8", "double_val"),
    3: ("<i4", "int_val"),
    4: ("u1", "int_val"),
    5: ("<i2", "int_val"),
    6: ("i1", "int_val"),
    8: ("<c8", "scomplex_val"),
    9: ("<i8", "int64_val"),
    10: ("?", "bool_val"),
    11: ("i1", "int_val"),
    12: ("u1", "int_val"),
    13: ("<i4", "int_val"),
    14: ("<u2", "half_val"),
    15: ("<i2", "int_val"),
    16: ("<u2", "int_val"),
    17: ("<u2", "int_val"),
    18: ("<c16", "dcomplex_val"),
    19: ("<f2", "half_val"),
    22: ("<u4", "uint32_val"),
    23: ("<u8", "uint64_val"),
}
_STRING, _BFLOAT16 = 7, 14
#: The number that is added to a DataType for a reference to a variable of it.
_REFERENCE = 100
#: NumPy 1 has no more.
_MOST_DIMENSIONS = 32
#: Of 16 bytes each as many as there are addresses.
_MOST_ELEMENTS = 1 << 59
#: One element may stand for many: no more than so many.
_MOST_REPEATED = 1 << 24


def decode_tensor(tensor: Mapping[str, Any], budget: Budget) -> NDArray[Any]:
    """A decoded TensorProto as an array of its shape and dtype, which may be read-only.

    bfloat16 becomes float32, which holds it exactly; strings are an object array of bytes. One element that stands for
    all is kept once, in any shape: every stride of the array is 0. Raises MalformedError when shape and elements
    don't fit, for elements that their dtype does not hold, and for dtypes that are neither numbers nor strings.
    """
    shape = _shape(tensor.get("tensor_shape", {}))
    given = tensor.get("dtype", 0)
    data_type = given - _REFERENCE if _REFERENCE < given < 2 * _REFERENCE else given
    if data_type == _STRING:
        texts = tensor.get("string_val", [])
        budget.spend(8 * len(texts))
        strings = np.empty(len(texts), object)
        strings[:] = texts
        return _fill(strings, shape, budget)
    if data_type not in _NUMBERS:
        raise MalformedError(f"a tensor of dtype {given} is neither numbers nor strings")
    dtype, field = _NUMBERS[data_type]
    content = tensor.get("tensor_content", b"")
    numbers = _stored(content, dtype, shape) if content else _typed(tensor, field, dtype)
    if data_type == _BFLOAT16:
        numbers = (numbers.astype(np.uint32) << 16).view(np.float32)
    return numbers.reshape(shape) if content else _fill(numbers, shape, budget)


def _stored(content: bytes, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """The elements of tensor_content: as many as the shape says, since nothing here stands for anything else."""
    element = np.dtype(dtype)
    count = _count(shape)
    if len(content) != count * element.itemsize:
        raise MalformedError(
            f"a tensor of {count} elements of {element.itemsize} bytes has {len(content)} bytes of tensor_content"
        )
    # A byte that is neither 0 nor 1 is not a bool, though NumPy takes it for one.
    return np.frombuffer(content, np.uint8) != 0 if dtype == "?" else np.frombuffer(content, element)


def _typed(tensor: Mapping[str, Any], field: str, dtype: str) -> NDArray[Any]:
    """The elements of a typed field, as they are stored in tensor_content."""
    elements: NDArray[Any] = tensor.get(field, np.empty(0, np.uint8))
    if field in ("scomplex_val", "dcomplex_val"):
        if len(elements) % 2:
            raise MalformedError("a complex number lacks its second half")
        return elements.astype("<f4" if field == "scomplex_val" else "<f8", copy=False).view(dtype)
    if field not in ("int_val", "half_val") or dtype == "<i4" or not len(elements):
        return elements.astype(dtype, copy=False)
    # Fields of int32, for every dtype.
    bits = np.dtype(np.uint16 if field == "half_val" else dtype)
    limits = np.iinfo(bits)
    least, most = int(elements.min()), int(elements.max())
    if least < limits.min or most > limits.max:
        outlier = least if least < limits.min else most
        raise MalformedError(f"a tensor of dtype {np.dtype(dtype)} has the element {outlier}, which that does not hold")
    return elements.astype(bits).view(dtype)


def _shape(shape: Mapping[str, Any]) -> tuple[int, ...]:
    sizes = tuple(dimension.get("size", 0) for dimension in shape.get("dim", []))
    if shape.get("unknown_rank") or any(size < 0 for size in sizes):
        raise MalformedError("a tensor's shape is not known")
    if len(sizes) > _MOST_DIMENSIONS:
        raise MalformedError(f"a tensor has {len(sizes)} dimensions, more than {_MOST_DIMENSIONS}")
    # Sizes count for NumPy even where another one is 0.
    if _count(tuple(size for size in sizes if size)) > _MOST_ELEMENTS:
        raise MalformedError(f"a tensor of shape {list(sizes)} is too large")
    return sizes


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count


def _fill(elements: NDArray[Any], shape: tuple[int, ...], budget: Budget) -> NDArray[Any]:
    """Elements of a typed field in a shape; the last one stands for all that are missing, as TensorFlow has it."""
    count = _count(shape)
    if len(elements) == count:
        return elements.reshape(shape)
    if len(elements) > count or count > _MOST_REPEATED:
        raise MalformedError(f"a tensor of {count} elements has {len(elements)}")
    if not len(elements):
        elements = np.array([b""] if elements.dtype == object else [0], elements.dtype)
    if len(elements) == 1:
        return np.broadcast_to(elements[0:1].reshape(()), shape)
    budget.spend(count * elements.dtype.itemsize)
    full = np.empty(count, elements.dtype)
    full[: len(elements)] = elements
    full[len(elements) :] = elements[-1]
    return full.reshape(shape)


def is_fill(array: NDArray[Any]) -> bool:
    """Whether one element stands for all of an array that has several."""
    return array.size > 1 and not any(array.strides)


def each(function: Callable[[Any], Any], array: NDArray[Any]) -> NDArray[np.object_]:
    """A function's results for each element, as objects in the same shape; called once for one that stands for all."""
    found = np.empty(1 if is_fill(array) else array.size, object)
    for i in range(len(found)):
        found[i] = function(array.flat[i])
    return np.broadcast_to(found.reshape(()), array.shape) if is_fill(array) else found.reshape(array.shape)


def written_out(array: NDArray[Any], dtype: Any, budget: Budget) -> NDArray[Any]:
    """An array of a dtype whose elements are all in memory. Raises MalformedError for one too large for its record."""
    if is_fill(array) or array.dtype != dtype:
        budget.spend(array.size * np.dtype(dtype).itemsize)
    return np.ascontiguousarray(array, dtype)


def strings_of(array: NDArray[Any], budget: Budget) -> list[bytes]:
    """The strings of a tensor, one behind the other. Raises MalformedError for more than fit its record."""
    budget.spend(16 * array.size)
    return [bytes(item) for item in array.reshape(-1).tolist()]


def text_of(item: object) -> str:
    """A string tensor's element as text, U+FFFD where it isn't UTF-8."""
    return item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item)


def decode_tensor_value(value: Mapping[str, Any], budget: Budget) -> NDArray[Any]:
    """The tensor that a Summary.Value holds."""
    if "tensor" not in value:
        raise MalformedError("a tensor's value holds none")
    return decode_tensor(value["tensor"], budget)


def decode_string(value: Mapping[str, Any], budget: Budget) -> bytes:
    """The one string of a Summary.Value's tensor: a graph, run metadata, a model."""
    strings = decode_tensor(value.get("tensor", {}), budget)
    if strings.dtype != object or strings.size != 1:
        raise MalformedError("the value must be one string")
    return bytes(strings.reshape(-1)[0])
