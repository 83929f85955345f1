"""Tensors of any dtype, as NumPy arrays."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
#: A tensor of one repeated element may be far larger than its bytes: no more than so many elements are made of it.
_MOST_REPEATED = 1 << 24


def decode_tensor(tensor: Mapping[str, Any]) -> NDArray[Any]:
    """A decoded TensorProto as an array of its shape and dtype.

    bfloat16 becomes float32, which holds it exactly; strings are an object array of bytes. Raises MalformedError when
    shape and elements don't fit, and for dtypes that are no numbers or strings.
    """
    shape = _shape(tensor.get("tensor_shape", {}))
    data_type = tensor.get("dtype", 0) % 100
    if data_type == _STRING:
        strings = np.empty(len(tensor.get("string_val", [])), object)
        strings[:] = tensor.get("string_val", [])
        return _fill(strings, shape)
    if data_type not in _NUMBERS:
        raise MalformedError(f"a tensor of dtype {data_type} is neither numbers nor strings")
    dtype, field = _NUMBERS[data_type]
    content = tensor.get("tensor_content", b"")
    if content:
        if len(content) % np.dtype(dtype).itemsize:
            raise MalformedError("tensor_content ends within an element")
        numbers = np.frombuffer(content, dtype)
    else:
        numbers = _typed(tensor.get(field, []), dtype, field)
    if data_type == _BFLOAT16:
        numbers = (numbers.astype(np.uint32) << 16).view(np.float32)
    return _fill(numbers, shape)


def _typed(elements: Any, dtype: str, field: str) -> NDArray[Any]:
    if field in ("scomplex_val", "dcomplex_val"):
        pairs = np.asarray(elements)
        if len(pairs) % 2:
            raise MalformedError("a complex number lacks its second half")
        return pairs.astype("<f4" if field[0] == "s" else "<f8").view(dtype)
    if field == "half_val":
        return np.array([element & 0xFFFF for element in elements], np.uint16).view(dtype)
    # int32 and its kin wrap, as in C.
    return np.array(elements, np.int64 if field == "int_val" else None).astype(dtype)


def _shape(shape: Mapping[str, Any]) -> tuple[int, ...]:
    sizes = tuple(dimension.get("size", 0) for dimension in shape.get("dim", []))
    if shape.get("unknown_rank") or any(size < 0 for size in sizes) or len(sizes) > 32:
        raise MalformedError("a tensor's shape is not known")
    return sizes


def _fill(elements: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Elements in a shape; the last one stands for all that are missing, as TensorFlow has it."""
    count = 1
    for size in shape:
        count *= size
    if len(elements) == count:
        return elements.reshape(shape)
    if len(elements) > count or count > _MOST_REPEATED:
        raise MalformedError(f"a tensor of {count} elements has {len(elements)}")
    if not len(elements):
        empty = b"" if elements.dtype == object else 0
        return np.full(shape, empty, elements.dtype)
    full = np.empty(count, elements.dtype)
    full[: len(elements)] = elements
    full[len(elements) :] = elements[-1]
    return full.reshape(shape)


def text_of(item: object) -> str:
    """A string tensor's element as text, U+FFFD where it isn't UTF-8."""
    return item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item)
