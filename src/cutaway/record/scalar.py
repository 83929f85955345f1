"""What counts as a scalar: numbers, and arrays and tensors of one element of any framework."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

_ACCEPTED = "accepted are a number, a bool, and a NumPy array or a tensor with one real element"


def to_number(value: Any, name: str) -> float | int:
    """``value`` as a Python number: float32, float64 and int64 exactly, bool as 0 or 1, NaN and ±Inf as they are.

    Tensors may be on any device and may require gradients; no framework is imported for them. ``name`` is the
    argument's name, for the message: TypeError says that it is no number, ValueError that it isn't one number
    or that it is beyond the range of float64.
    """
    if isinstance(value, (int, float)):
        return _in_range(value, name)
    number = _element(value, name)
    if isinstance(number, (int, float)):
        return _in_range(number, name)
    if isinstance(number, (complex, str, bytes)) or not hasattr(number, "__float__"):
        raise TypeError(f"{name} must be a real number, got {_describe(value)}; {_ACCEPTED}")
    try:
        # np.longdouble, Decimal, Fraction.
        return float(number)
    except OverflowError:
        return _in_range(math.inf, name) if number > 0 else _in_range(-math.inf, name)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must be a real number, got {_describe(value)}; {_ACCEPTED}") from error


def flatten(values: Mapping[Any, Any], name: str, prefix: str = "") -> Iterator[tuple[str, float | int]]:
    """(tag, number) for each value; the keys of nested mappings are joined by ``/``.

    Raises TypeError for a key that is no string, and what ``to_number`` raises, with the key in the message.
    """
    for key, value in values.items():
        place = f"{name}[{key!r}]"
        if not isinstance(key, str):
            raise TypeError(f"the keys of {name} must be strings, got {key!r} ({type(key).__name__})")
        if isinstance(value, Mapping):
            yield from flatten(value, place, f"{prefix}{key}/")
        else:
            yield prefix + key, to_number(value, place)


def to_step(value: Any, name: str) -> int:
    """``value`` as a step: an int that int64 holds. None is step 0; fractions are cut off, as PyTorch's writer does.

    Raises TypeError or ValueError that begins with ``name``.
    """
    if value is None:
        return 0
    number = value if type(value) is int else to_number(value, name)
    if not -(1 << 63) <= number < 1 << 63:
        raise ValueError(f"{name} must be a number within the range of int64, got {_describe(value)}")
    return int(number)


def _element(value: Any, name: str) -> Any:
    """The only element of an array or a tensor; what isn't one comes back as it is."""
    if hasattr(value, "item"):
        try:
            return value.item()
        except (TypeError, AttributeError) as error:
            raise TypeError(f"{name} must be a number, got {_describe(value)}; {_ACCEPTED}") from error
        except (ValueError, RuntimeError, NotImplementedError) as error:
            raise ValueError(f"{name} must be one number, got {_describe(value)}; {_ACCEPTED}") from error
    if hasattr(value, "__array__"):
        array = np.asarray(value)
        if array.size != 1:
            raise ValueError(f"{name} must be one number, got {_describe(value)}; {_ACCEPTED}")
        return array.item()
    return value


def _in_range(number: float | int, name: str) -> float | int:
    """An int that float64 would not even hold approximately is refused."""
    try:
        float(number)
    except OverflowError:
        bits = int(number).bit_length()
        message = f"{name} must be within the range of float64, got an int of {bits} bits"
        raise ValueError(message) from None
    return number


def _describe(value: Any) -> str:
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    shape = getattr(value, "shape", None)
    if shape is not None:
        device = getattr(value, "device", "cpu")
        place = "" if str(device) == "cpu" else f" on device {device}"
        return f"{name} of shape {tuple(shape)} and dtype {getattr(value, 'dtype', 'unknown')}{place}"
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({name})"
