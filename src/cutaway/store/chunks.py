"""Points of one series that never change again."""

from functools import cached_property
from itertools import accumulate
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.kernel_types import Packed, Summary
from cutaway.store.packed import pack, packed_bytes, unpack
from cutaway.store.slabs import kept
from cutaway.store.waits import Waits, waits_in

#: What points of a line can be searched by.
Axis = Literal["step", "wall"]
NumberColumn = NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int64]

_NARROW, _WIDE = 64, 4096


class Chunk:
    """Some points in file order: a usual one takes eight bytes, and half a byte more of summaries."""

    def __init__(self, step: Packed, wall_time: Packed, value: NumberColumn) -> None:
        self.step = step
        #: Wall times by the bits of their float64, so that nothing is rounded: close times have close bits.
        self.wall_time = wall_time
        self.value = value

    @classmethod
    def of(cls, step: NDArray[np.int64], wall_time: NDArray[np.float64], value: NumberColumn) -> "Chunk":
        """Pack int64[n], float64[n] and value[n], n > 0."""
        # Copies, so that the chunk doesn't keep alive the arrays that it was cut from.
        chunk = cls(_kept(pack(step)), _kept(pack(wall_time)), kept(value))
        # Made while the values are in the cache, so that the first drawing need not read them all.
        narrow, wide = chunk.summaries
        chunk.summaries = (
            Summary(kept(narrow.counts), kept(narrow.statistics)),
            Summary(kept(wide.counts), kept(wide.statistics)),
        )
        return chunk

    @cached_property
    def summaries(self) -> tuple[Summary, Summary]:
        """The values in blocks of 64 and of 4,096; made when the chunk is packed, or first drawn."""
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


def _kept(packed: Packed) -> Packed:
    if isinstance(packed.changes, int):
        return packed
    return packed._replace(changes=kept(packed.changes), marks=kept(packed.marks))


class Chunks(tuple[Chunk, ...]):
    """The chunks of one series, and what finds one of them without a look at the others; made when it is first used."""

    @cached_property
    def ends(self) -> list[int]:
        """The position behind each chunk."""
        return list(accumulate(map(len, self)))

    def firsts(self, axis: Axis) -> list[float]:
        """Where each chunk begins on the axis, as float64."""
        return self._first_steps if axis == "step" else self._first_wall_times

    @cached_property
    def _first_steps(self) -> list[float]:
        return [float(chunk.step.first) for chunk in self]

    @cached_property
    def _first_wall_times(self) -> list[float]:
        firsts: list[float] = np.array([chunk.wall_time.first for chunk in self], np.int64).view(np.float64).tolist()
        return firsts
