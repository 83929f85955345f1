"""Points of one series that never change again."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.kernel_types import Packed, Summary
from cutaway.store.packed import pack, packed_bytes, unpack
from cutaway.store.waits import Waits, waits_in

NumberColumn = NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int64]

_NARROW, _WIDE = 64, 4096


class Chunk:
    """Some points in file order: a usual one takes eight bytes, and half a byte more once it has been drawn."""

    def __init__(self, step: Packed, wall_time: Packed, value: NumberColumn) -> None:
        self.step = step
        #: Wall times by the bits of their float64, so that nothing is rounded: close times have close bits.
        self.wall_time = wall_time
        self.value = value

    @classmethod
    def of(cls, step: NDArray[np.int64], wall_time: NDArray[np.float64], value: NumberColumn) -> "Chunk":
        """Pack int64[n], float64[n] and value[n], n > 0."""
        # A copy, so that the chunk doesn't keep alive the array it was cut from.
        return cls(pack(step), pack(wall_time), value.copy())

    @cached_property
    def summaries(self) -> tuple[Summary, Summary]:
        """The values in blocks of 64 and of 4,096; made when the chunk is first drawn."""
        return core.summarize(self.value, _NARROW), core.summarize(self.value, _WIDE)

    @cached_property
    def waits(self) -> Waits:
        """Facts of the times between the points, which must ascend; made when the chunk is first drawn over time."""
        return waits_in(unpack(self.wall_time, 0, len(self)).view(np.float64))

    @property
    def nbytes(self) -> int:
        """Bytes of the points, without the summaries."""
        return packed_bytes(self.step) + packed_bytes(self.wall_time) + self.value.nbytes

    def __len__(self) -> int:
        return len(self.value)
