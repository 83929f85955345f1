"""Decoded values as what JSON has: dicts, lists, strings, numbers."""

import dataclasses
import math
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """A decoded value without its large bytes, of which only the number is given.

    JSON has no NaN and no infinities: they become the strings ``NaN``, ``Infinity`` and ``-Infinity``.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, bytes):
        return {"bytes": len(value)}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, complex):
        return [plain(value.real), plain(value.imag)]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value if isinstance(value, str | int | float | bool | None) else str(value)
