"""The types of tensors' elements: ``tf.float32`` and so on."""

from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray


class DType:
    """The type of a tensor's elements; equal to its NumPy dtype and to its name."""

    def __init__(self, name: str, number: int, numpy: Any) -> None:
        #: Its number in TensorFlow's messages.
        self.as_datatype_enum = number
        self.name = name
        self.numpy = np.dtype(numpy)
        self.as_numpy_dtype = self.numpy.type
        self.base_dtype = self
        self.is_floating = self.numpy.kind == "f"
        self.is_integer = self.numpy.kind in "iu"
        self.is_bool = self.numpy.kind == "b"

    @property
    def kind(self) -> str:
        """NumPy's letter for the kind of numbers, and S for strings."""
        return "S" if self.name == "string" else self.numpy.kind

    def __eq__(self, other: object) -> bool:
        if isinstance(other, DType):
            return self is other
        try:
            return as_dtype(other) is self
        except TypeError:
            return False

    def __hash__(self) -> int:
        return self.as_datatype_enum

    def __reduce__(self) -> tuple[Any, ...]:
        return as_dtype, (self.name,)

    def __repr__(self) -> str:
        return f"tf.{self.name}"


float16 = DType("float16", 19, np.float16)
float32 = DType("float32", 1, np.float32)
float64 = DType("float64", 2, np.float64)
int8 = DType("int8", 6, np.int8)
int16 = DType("int16", 5, np.int16)
int32 = DType("int32", 3, np.int32)
int64 = DType("int64", 9, np.int64)
uint8 = DType("uint8", 4, np.uint8)
uint16 = DType("uint16", 17, np.uint16)
uint32 = DType("uint32", 22, np.uint32)
uint64 = DType("uint64", 23, np.uint64)
bool_ = DType("bool", 10, np.bool_)
#: Elements are bytes, in arrays of objects.
string = DType("string", 7, object)
#: What a variable's own operation gives.
resource = DType("resource", 20, object)

_NUMBERS = (float16, float32, float64, int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool_)
#: The types by their names in ``tf``.
DTYPES = {dtype.name: dtype for dtype in (*_NUMBERS, string)} | {"half": float16, "double": float64}
_BY_NAME = {**DTYPES, "float": float32, "str": string}
_BY_PYTHON: dict[Any, DType] = {float: float32, int: int32, bool: bool_, str: string, bytes: string}


def as_dtype(value: Any) -> DType:
    """The type that a name, a NumPy dtype or a type of Python stands for. Raises TypeError for another value."""
    if isinstance(value, DType):
        return value
    found = (
        _BY_NAME.get(value) if isinstance(value, str) else _BY_PYTHON.get(value) if isinstance(value, type) else None
    )
    if found is not None:
        return found
    try:
        numpy = np.dtype(value)
    except TypeError:
        _refuse(value)
    return string if numpy.kind in "OSU" else _BY_NAME.get(numpy.name) or _refuse(value)


def of_array(array: NDArray[Any]) -> DType:
    """The type of an array's elements. Raises TypeError for one that there is none for."""
    return as_dtype(array.dtype)


def _refuse(value: Any) -> NoReturn:
    raise TypeError(f"dtype must be one of {', '.join(DTYPES)}, got {value!r}; install tensorflow to use others")
