"""Decoded values as JSON, piece by piece and within bounds: one element of a log may stand for sixteen million."""

import dataclasses
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Elements of an array that are made into text at a time.
_CHUNK = 10_000


def plain(value: Any) -> Any:
    """One number, string or the like as JSON has it; of bytes only how many they are.

    JSON has no NaN and no infinities: they become the strings ``NaN``, ``Infinity`` and ``-Infinity``.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bytes):
        return {"bytes": len(value)}
    if isinstance(value, complex):
        return [plain(value.real), plain(value.imag)]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value if isinstance(value, str | int | float | bool | None) else str(value)


class JsonText:
    """The text of decoded values: dataclasses and dicts as objects, arrays as lists of lists, bytes as their number.

    It ends after so many items (numbers, strings, lists, objects) and characters of strings; elements left out then are
    counted. The text is always whole JSON.
    """

    def __init__(self, items: int, characters: int) -> None:
        #: How many items there is room for; negative once there was not enough.
        self.items = items
        self.characters = characters
        #: Elements of lists, arrays and objects that were left out, without the elements within them.
        self.items_left_out = 0
        #: Characters of strings that were cut off.
        self.characters_left_out = 0

    def left_out(self) -> dict[str, int]:
        """How much was left out of the text so far."""
        return {"items": self.items_left_out, "characters": self.characters_left_out}

    def pieces(self, value: Any) -> Iterator[str]:
        """The text of one value, to be joined."""
        self.items -= 1
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            names = [field.name for field in dataclasses.fields(value)]
            yield from self._object(((name, getattr(value, name)) for name in names), len(names))
        elif isinstance(value, dict):
            yield from self._object(value.items(), len(value))
        elif isinstance(value, np.ndarray) and value.ndim:
            yield from self._array(value)
        elif isinstance(value, list | tuple):
            yield from self._list(value)
        else:
            yield self._scalar(value.item() if isinstance(value, np.ndarray) else value)

    def _object(self, fields: Iterable[tuple[Any, Any]], count: int) -> Iterator[str]:
        yield "{"
        for number, (name, value) in enumerate(fields):
            if self._is_full(count - number):
                break
            yield f"{', ' if number else ''}{self._scalar(str(name))}: "
            yield from self.pieces(value)
        yield "}"

    def _list(self, values: Sequence[Any] | NDArray[Any]) -> Iterator[str]:
        yield "["
        for number, value in enumerate(values):
            if self._is_full(len(values) - number):
                break
            if number:
                yield ", "
            yield from self.pieces(value)
        yield "]"

    def _array(self, array: NDArray[Any]) -> Iterator[str]:
        if array.ndim > 1 or array.dtype == object:
            yield from self._list(array)
            return
        count = min(len(array), max(self.items, 0))
        self.items -= count
        self.items_left_out += len(array) - count
        yield "["
        for start in range(0, count, _CHUNK):
            chunk = array[start : min(start + _CHUNK, count)]
            numbers = chunk.tolist()
            if chunk.dtype.kind == "c" or (chunk.dtype.kind == "f" and not np.isfinite(chunk).all()):
                numbers = list(map(plain, numbers))
            yield (", " if start else "") + json.dumps(numbers)[1:-1]
        yield "]"

    def _scalar(self, value: Any) -> str:
        value = plain(value)
        if isinstance(value, str):
            kept = value[: max(self.characters, 0)]
            self.characters -= len(value)
            self.characters_left_out += len(value) - len(kept)
            value = kept
        return json.dumps(value)

    def _is_full(self, rest: int) -> bool:
        if self.items > 0:
            return False
        self.items_left_out += rest
        return True
