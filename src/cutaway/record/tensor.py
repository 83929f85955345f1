"""Tensors and texts, as they are."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.kind_names import SCALARS, TENSOR, TEXT
from cutaway.events.schema import encode
from cutaway.record.arrays import describe, to_array

#: TensorFlow's DataType of NumPy's dtypes.
_DATA_TYPES = {
    "float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int16": 5, "int8": 6, "complex64": 8, "int64": 9, "bool": 10,
    "uint16": 17, "complex128": 18, "float16": 19, "uint32": 22, "uint64": 23,
}  # fmt: skip
_STRING = 7
#: SummaryMetadata.data_class.
DATA_CLASS_SCALAR, DATA_CLASS_TENSOR = 1, 2


def plugin(name: str, content: bytes | None = None, data_class: int = DATA_CLASS_TENSOR) -> dict[str, Any]:
    """The metadata that says whose a value is; TensorBoard ignores tensors without it."""
    return {"plugin_data": {"plugin_name": name, "content": content}, "data_class": data_class}


def tensor_message(array: NDArray[Any]) -> dict[str, Any]:
    """A TensorProto of an array of numbers."""
    shape = {"dim": [{"size": size} for size in array.shape]}
    content = array.astype(array.dtype.newbyteorder("<")).tobytes()
    return {"dtype": _DATA_TYPES[array.dtype.name], "tensor_shape": shape, "tensor_content": content}


def strings_message(strings: NDArray[Any]) -> dict[str, Any]:
    """A TensorProto of an array of str or bytes."""
    items = strings.reshape(-1).tolist()
    encoded = [item if isinstance(item, bytes) else str(item).encode("utf-8", "replace") for item in items]
    return {
        "dtype": _STRING,
        "tensor_shape": {"dim": [{"size": size} for size in strings.shape]},
        "string_val": encoded,
    }


def tensor_value(tag: str, tensor: Any) -> bytes:
    """The Summary.Value of a tensor of any shape and number type. Raises TypeError."""
    array = to_array(tensor, "tensor")
    if array.dtype.name not in _DATA_TYPES:
        raise TypeError(f"tensor must be numbers or bools, got {describe(tensor)}")
    return encode(messages.VALUE, {"tag": tag, "tensor": tensor_message(array), "metadata": plugin(TENSOR)})


def described_value(tag: str, number: float | int, display_name: str, description: str) -> bytes:
    """The Summary.Value of a scalar with what viewers show for its tag and beside it; it is stored exactly."""
    dtype = next((dtype for dtype in ("float32", "float64", "int64") if _holds(dtype, number)), "float64")
    metadata = {
        **plugin(SCALARS, data_class=DATA_CLASS_SCALAR),
        "display_name": display_name,
        "summary_description": description,
    }
    return encode(messages.VALUE, {"tag": tag, "tensor": tensor_message(np.array(number, dtype)), "metadata": metadata})


def _holds(dtype: str, number: float | int) -> bool:
    """Whether a number is the same in this dtype."""
    with np.errstate(over="ignore"):
        try:
            held = np.array(number).astype(dtype) if dtype != "int64" else np.array(number, dtype)
        except OverflowError:
            return False
    return bool(held.item() == number or number != number)


def text_value(tag: str, text: Any) -> bytes:
    """The Summary.Value of a text, or of an array of texts, which is shown as a table. Raises TypeError."""
    if isinstance(text, str | bytes):
        strings = np.array([text], object)
    else:
        strings = np.array(text, object) if isinstance(text, list | tuple) else np.asarray(text)
        if not strings.size or not all(isinstance(item, str | bytes) for item in strings.reshape(-1).tolist()):
            raise TypeError(f"text_string must be a text or an array of texts, got {describe(text)}")
    content = encode(messages.TEXT_PLUGIN, {"version": 0})
    return encode(
        messages.VALUE,
        {"tag": f"{tag}/text_summary", "tensor": strings_message(strings), "metadata": plugin(TEXT, content)},
    )
