"""Values of any framework as NumPy arrays: one copy from the device, and no framework imported for it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.record.scalar import to_number


def to_array(value: Any, name: str) -> NDArray[Any]:
    """An array from a tensor of PyTorch, TensorFlow or JAX, from a Pillow image, an array, numbers or lists of them.

    Gradients are let go. Dtypes that NumPy lacks, such as bfloat16, become float32. Raises TypeError that begins with
    ``name`` for a value that is not an array, and for lists of unequal lengths.
    """
    array = _as_array(value, name)
    if array.dtype == object:
        raise TypeError(f"{name} must be an array or a tensor, got {describe(value)}")
    return array


def _as_array(value: Any, name: str) -> NDArray[Any]:
    if hasattr(value, "detach"):
        tensor = value.detach()
        if getattr(tensor, "is_sparse", False) or getattr(tensor, "layout", None) != _strided(tensor):
            tensor = tensor.to_dense()
        tensor = tensor.cpu()
        try:
            return np.asarray(tensor.resolve_conj().resolve_neg().numpy())
        except TypeError:
            return np.asarray(tensor.float().numpy())
    if type(value).__module__.startswith("tensorflow.") and hasattr(value, "numpy"):
        value = value.numpy()
    if isinstance(value, list | tuple) and any(hasattr(item, "detach") for item in value):
        value = [to_array(item, name) for item in value]
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise TypeError(f"{name} must be an array or a tensor, got {describe(value)}: {error}") from error
    if array.dtype.kind == "V":
        # JAX's bfloat16 and float8 are types of their own.
        array = array.astype(np.float32)
    return array


def real_numbers(value: Any, name: str) -> NDArray[Any]:
    """``to_array`` for real numbers and bools; others raise TypeError.

    Arrays of objects or texts are float64, where each element is a number.
    """
    array = _as_array(value, name)
    if array.dtype.kind in "OSU":
        numbers = [to_number(item, name) for item in array.reshape(-1).tolist()]
        array = np.array(numbers, np.float64).reshape(array.shape)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must be real numbers, got {describe(value)}")
    return array


def describe(value: Any) -> str:
    """The text for a given value in a message."""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    name = type(value).__qualname__
    if shape is None or dtype is None:
        text = repr(value)
        return f"{text if len(text) <= 60 else text[:57] + '...'} ({name})"
    return f"{name} of shape {tuple(shape)} and dtype {dtype}"


def _strided(tensor: Any) -> Any:
    """PyTorch's usual layout, without importing PyTorch."""
    import sys

    torch = sys.modules.get("torch")
    return torch.strided if torch is not None else getattr(tensor, "layout", None)
