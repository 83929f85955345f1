"""How shapes, values and numbers read in every table and message."""

import re
from collections.abc import Callable

from cutaway.model.records import Shape, Tensor, Value

_MOST_PARTS = 6


def shape_text(value: Value | None, tensor_text: Callable[[Tensor], str] | None = None) -> str:
    """The shapes in a value: 2×3×8, (4×16, 4×32), {logits: 2×10}; the type's name for a value that is not a tensor.

    `tensor_text` gives the text of each tensor, in order, shown or not; without it the shape is shown.
    """
    if tensor_text is not None and value is not None:
        texts = {id(tensor): tensor_text(tensor) for tensor in value.tensors()}
        return _shape_text(value, lambda tensor: texts[id(tensor)])
    return _shape_text(value, lambda tensor: size_text(tensor.shape))


def _shape_text(value: Value | None, shown: Callable[[Tensor], str]) -> str:
    if value is None:
        return "–"
    if value.tensor is not None:
        return shown(value.tensor)
    if value.kind == "none":
        return "None"
    if value.kind == "scalar":
        return value.text
    if value.kind == "object":
        return value.type
    if value.type == "arguments":
        # A missing optional argument tells nothing here, and no more does a switch.
        items = [(key, item) for key, item in value.items if item.kind != "none"]
        items = [(key, item) for key, item in items if key.isdigit() or item.kind != "scalar"]
        if len(items) < 2:
            return _shape_text(items[0][1], shown) if items else "–"
        return ", ".join(
            _shape_text(item, shown) if key.isdigit() else f"{key}={_shape_text(item, shown)}" for key, item in items
        )
    if not any(True for _ in value.tensors()):
        return f"{value.type} of {len(value.items)}"
    named = value.type not in ("tuple", "list")
    parts = [
        f"{key}: {_shape_text(item, shown)}" if named else _shape_text(item, shown)
        for key, item in value.items[:_MOST_PARTS]
    ]
    if len(value.items) > _MOST_PARTS:
        parts.append(f"… {len(value.items)} in all")
    brackets = {"list": "[]", "tuple": "()"}.get(value.type, "{}")
    return brackets[0] + ", ".join(parts) + brackets[1]


def size_text(shape: Shape) -> str:
    """2×3×8; () for a single number, ? for a size that only values decide."""
    return "×".join("?" if size < 0 else str(size) for size in shape) if shape else "()"


def si(number: float, unit: str = "") -> str:
    """Four digits and a decimal prefix: 4.089 G."""
    for prefix in ("", "k", "M", "G", "T", "P"):
        if abs(number) < 999.95 or prefix == "P":
            break
        number /= 1000
    digits = f"{number:#.4g}" if prefix else f"{number:g}"
    return f"{digits} {prefix}{unit}".strip()


def time_text(nanoseconds: int) -> str:
    """Three digits and ms, as on every screen; µs and s where those read better."""
    for limit, scale, unit in ((1e6, 1e3, "µs"), (1e9, 1e6, "ms")):
        if nanoseconds < limit * 0.9995:
            return f"{nanoseconds / scale:#.3g}".rstrip(".") + f" {unit}"
    return f"{nanoseconds / 1e9:#.3g}".rstrip(".") + " s"


_UNITS = {"": 1, **{f"{letter}b": 1000**idx for idx, letter in enumerate(("", "k", "m", "g", "t", "p"))}}
_UNITS |= {f"{letter}ib": 1024**idx for idx, letter in enumerate("kmgtp", 1)}


def byte_count(size: object, name: str) -> int:
    """Bytes of a number or of a text such as 24 GB (10^9) or 24GiB (2^30); ValueError or TypeError names `name`."""
    if isinstance(size, str):
        found = re.fullmatch(r"\s*([0-9.]+)\s*([a-zA-Z]*)\s*", size)
        unit = None if found is None else _UNITS.get(found[2].lower())
        try:
            number = float(found[1]) if found is not None else 0.0
        except ValueError:
            number = 0.0
        if unit is None or number <= 0:
            raise ValueError(f"{name} is {size!r}; a size such as '24 GB' or '24 GiB' is expected")
        return int(number * unit)
    if isinstance(size, bool) or not isinstance(size, int | float):
        raise TypeError(f"{name} is of type {type(size).__name__}; bytes, or a text such as '24 GB', are expected")
    if not 0 < size < float("inf"):
        raise ValueError(f"{name} is {size!r}; a positive number of bytes is expected")
    return int(size)


def dtype_text(value: Value | None) -> str:
    """The dtypes of a value's tensors, each once: float32, int64."""
    return "" if value is None else ", ".join(dict.fromkeys(tensor.dtype for tensor in value.tensors()))
