"""Scalars, steps, times and tags from the values that training code has in hand, of any framework."""

import math
import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

_ACCEPTED = "accepted are a number, a bool, a text that is one, and an array, a tensor or a list with one real element"


def to_number(value: Any, name: str) -> float | int:
    """``value`` as a Python number: float32, float64 and int64 exactly, bool as 0 or 1, NaN and ±Inf as they are.

    Tensors may be on any device and may require gradients; no framework is imported for them. A text is the number
    that Python reads in it. ``name`` is the argument's name, for the message: TypeError says that it is no number,
    ValueError that it isn't one number or that it is beyond the range of float64.
    """
    if isinstance(value, (int, float)):
        return _in_range(value, name)
    number = _element(value, name)
    if isinstance(number, str | bytes):
        number = _in_text(number)
    if isinstance(number, (int, float)):
        return _in_range(number, name)
    if isinstance(number, complex) or not hasattr(number, "__float__"):
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

    Raises TypeError for a key that is not a tag, and the errors of ``to_number``, with the key in the message.
    """
    for key, value in values.items():
        place = f"{name}[{key!r}]"
        tag = to_tag(key, f"the keys of {name}", "strings")
        if isinstance(value, Mapping):
            yield from flatten(value, place, f"{prefix}{tag}/")
        else:
            yield prefix + tag, to_number(value, place)


def to_tag(value: object, name: str = "tag", expected: str = "a string") -> str:
    """``value`` as a tag, as PyTorch's writer takes it: None is the empty tag, and bytes are UTF-8; or a path.

    Raises TypeError that begins with ``name``.
    """
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    raise TypeError(f"{name} must be {expected}, got {value!r} ({type(value).__name__})")


def to_seconds(value: Any) -> float:
    """``value`` as a wall time in seconds since the epoch. Raises TypeError or ValueError that begins with walltime."""
    if isinstance(value, float):
        return float(value)
    try:
        return float(to_number(value, "walltime"))
    except TypeError:
        kind = type(value).__name__
        message = f"walltime must be a number of seconds since the epoch, got {value!r} ({kind})"
        raise TypeError(message) from None


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
    """The only element of an array, a tensor or a list; what isn't one comes back as it is."""
    if isinstance(value, list | tuple):
        if len(value) != 1:
            raise ValueError(f"{name} must be one number, got {_describe(value)}; {_ACCEPTED}")
        return _element(value[0], name)
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


def _in_text(text: str | bytes) -> Any:
    """The number in a text, an integer exactly; a text without one comes back as it is."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


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
