"""What a watch writes: the tensors of a logging step and its scalars, as one record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.kind_names import CUTAWAY_WATCH
from cutaway.events.schema import encode
from cutaway.events.watch_layout import MAGNITUDE, WatchLayout
from cutaway.events.wire import bytes_field, double_field, varint_field
from cutaway.events.writer import EventFileWriter
from cutaway.record.tensor import plugin, tensor_message

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Content:
    """One kind of a logging step."""

    layout: WatchLayout
    #: float64[rows, columns].
    statistics: NDArray[np.float64]
    #: uint16[rows, 64]; None on steps without them.
    magnitudes: NDArray[np.uint16] | None = None


class WatchRecords:
    """Writes logging steps below a tag. A layout that is another than before gets a tag of its own, with ``~2``."""

    def __init__(self, events: EventFileWriter, tag: str) -> None:
        self._events = events
        #: What the tags begin with.
        self.tag = tag
        # By kind, the layout that was recorded last, and how many there were.
        self._layouts: dict[str, tuple[WatchLayout, int]] = {}
        # The tags that have their layout in the file, which readers look for in a tag's first value of each file.
        self._described: set[str] = set()
        self._path: Path | None = None

    def write(self, step: int, now: float, contents: Mapping[str, Content], scalars: Mapping[str, float]) -> int:
        """Write a logging step; returns the size of its record in bytes."""
        if self._path != self._events.path or not self._events.is_open:
            self._described.clear()
        values: list[bytes] = []
        for kind, content in contents.items():
            tag = self._tag_of(kind, content.layout)
            values.append(self._value(tag, content.layout, _held(content.statistics)))
            if content.magnitudes is not None:
                values.append(self._value(f"{tag}/{MAGNITUDE}", content.layout, content.magnitudes))
        for name, number in scalars.items():
            values.append(encode(messages.VALUE, {"tag": f"{self.tag}/{name}", "simple_value": _float32(number)}))
        summary = b"".join(bytes_field(1, value) for value in values)
        record = frame(double_field(1, now) + varint_field(2, step) + bytes_field(5, summary))
        self._events.write(record)
        self._path = self._events.path
        return len(record)

    def _tag_of(self, kind: str, layout: WatchLayout) -> str:
        known, number = self._layouts.get(kind, (None, 0))
        if known is not layout and known != layout:
            number += 1
        self._layouts[kind] = layout, number
        return f"{self.tag}/{kind}" if number == 1 else f"{self.tag}/{kind}~{number}"

    def _value(self, tag: str, layout: WatchLayout, array: NDArray[Any]) -> bytes:
        metadata = None if tag in self._described else plugin(CUTAWAY_WATCH, layout.to_json())
        self._described.add(tag)
        return encode(messages.VALUE, {"tag": tag, "tensor": tensor_message(array), "metadata": metadata})


def _held(statistics: NDArray[np.float64]) -> NDArray[np.float32]:
    """As float32; what is finite stays so, since a sum of squares beyond its range says nothing of the elements."""
    with np.errstate(over="ignore"):
        held = statistics.astype(np.float32)
    beyond = np.isinf(held) & np.isfinite(statistics)
    held[beyond] = np.copysign(np.finfo(np.float32).max, statistics[beyond])
    return held


def _float32(number: float) -> float:
    """The nearest float32, which beyond its range is an infinity."""
    with np.errstate(over="ignore"):
        return float(np.float32(number))
