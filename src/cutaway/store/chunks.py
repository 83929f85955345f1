"""Points of one series that never change again."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.kernel_types import Buckets, LinePart, Opened, Packed, PackedValues, Summary, Values
from cutaway.store.bucket_reduction import BucketReduction
from cutaway.store.line_columns import Lines
from cutaway.store.packed import (
    pack,
    pack_values,
    packed_bytes,
    unpack,
    values_at,
    values_bytes,
)
from cutaway.store.selection_grid import Grid
from cutaway.store.slabs import kept
from cutaway.store.waits import Waits, waits_in

#: What points of a line can be searched by.
Axis = Literal["step", "wall"]
NumberColumn = NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int64]

_NARROW, _WIDE = 64, 4096


class AnyChunk(Protocol):
    """Some points in file order, wherever they are kept."""

    @property
    def step(self) -> Packed:
        """All steps."""

    @property
    def wall_time(self) -> Packed:
        """All wall times by the bits of their float64, so that nothing is rounded: close times have close bits."""

    @property
    def value(self) -> Values:
        """All values."""

    @property
    def summaries(self) -> tuple[Summary, Summary]:
        """The values in blocks of 64 and of 4,096."""

    @property
    def waits(self) -> Waits:
        """Facts of the times between the points, which must ascend."""

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the points take, without the summaries."""

    @property
    def last(self) -> float:
        """The newest value."""

    def __len__(self) -> int: ...

    def first(self, axis: Axis) -> float:
        """Where it begins on the axis."""

    def take(self, axis: Axis, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Steps, or the bits of wall times, at ascending positions."""

    def values_at(self, positions: NDArray[np.int64]) -> NumberColumn:
        """Values at ascending positions."""

    def first_from(self, axis: Axis, start: int, stop: int, edge: float, *, about: bool) -> int:
        """The first position from ``start`` up to ``stop``, where points ascend, at or beyond an x; else ``stop``.

        ``about``: as near as the buckets say that were added last.
        """

    @property
    def is_drawn_with_others(self) -> bool:
        """Whether there is memory for it together with those of all lines of a chart."""

    def line_part(self, axis: Axis, start: int, stop: int) -> LinePart:
        """The points from one position up to another, as ``core.draw_lines`` takes them; of a chunk that is drawn with
        others."""

    @property
    def finest(self) -> int:
        """The narrowest width of buckets that were made beforehand, in steps; 0 where there are none."""

    @property
    def source(self) -> "BucketSource | None":
        """What has buckets of it that were made beforehand; None where there are none."""

    def add_buckets(self, reduction: BucketReduction) -> bool:
        """Add all points by buckets that were made beforehand; False where none are narrow enough."""


class BucketSource(Protocol):
    """Buckets of steps that were made beforehand, of the chunks of many series."""

    def draw(self, lines: Sequence[Sequence[Any]], grid: Grid, *, details: bool) -> tuple[list[int], Lines]:
        """What a chart by step sends of some lines, each of which is whole chunks of this source, one behind the other
        in ascending order of steps: the places of those that could be drawn so, and these. Without ``details`` the
        columns of that name are empty."""

    def reduce(self, lines: Sequence[Sequence[Any]], grid: Grid) -> tuple[list[int], Iterator[Buckets]]:
        """Such lines in the buckets of a grid: the places of those that could be reduced so, and these."""


class Chunk:
    """Points in memory: a usual one takes five and a half bytes, and half a byte more of summaries."""

    source = None
    finest = 0
    is_drawn_with_others = True

    def __init__(self, step: Packed, wall_time: Packed, value: Values) -> None:
        self.step = step
        self.wall_time = wall_time
        self.value = value

    @classmethod
    def of(cls, step: NDArray[np.int64], wall_time: NDArray[np.float64], value: NumberColumn) -> "Chunk":
        """Pack int64[n], float64[n] and value[n], n > 0."""
        # Copies, so that the chunk doesn't keep alive the arrays that it was cut from.
        chunk = cls(_kept(pack(step)), _kept(pack(wall_time)), _kept_values(pack_values(value)))
        # Made while the values are in the cache, so that the first drawing need not read them all.
        narrow, wide = core.summarize(value, _NARROW), core.summarize(value, _WIDE)
        chunk.summaries = (
            Summary(kept(narrow.counts), kept(narrow.statistics)),
            Summary(kept(wide.counts), kept(wide.statistics)),
        )
        return chunk

    @cached_property
    def summaries(self) -> tuple[Summary, Summary]:
        """The values in blocks of 64 and of 4,096; made when the chunk is packed, or first drawn."""
        return core.summarize(self.value, _NARROW), core.summarize(self.value, _WIDE)

    def line_part(self, axis: Axis, start: int, stop: int) -> LinePart:
        """See AnyChunk."""
        opened = self._opened_step if axis == "step" else self._opened_wall_time
        return opened, self.value, self.summaries, start, stop

    @cached_property
    def _opened_step(self) -> Packed | Opened:
        return core.opened(self.step, self.value, self.summaries)

    @cached_property
    def _opened_wall_time(self) -> Packed | Opened:
        return core.opened(self.wall_time, self.value, self.summaries)

    @cached_property
    def waits(self) -> Waits:
        """Facts of the times between the points, which must ascend; made when the chunk is first drawn over time."""
        return waits_in(unpack(self.wall_time, 0, len(self)).view(np.float64))

    @property
    def nbytes(self) -> int:
        """Bytes of the points, without the summaries."""
        return packed_bytes(self.step) + packed_bytes(self.wall_time) + values_bytes(self.value)

    @property
    def last(self) -> float:
        """See AnyChunk."""
        return float(self.values_at(np.array([len(self) - 1]))[0])

    def __len__(self) -> int:
        return len(self.value)

    def first(self, axis: Axis) -> float:
        """See AnyChunk."""
        return float(self.step.first) if axis == "step" else float(np.int64(self.wall_time.first).view(np.float64))

    def take(self, axis: Axis, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """See AnyChunk."""
        return core.take(self.step if axis == "step" else self.wall_time, len(self), positions)

    def values_at(self, positions: NDArray[np.int64]) -> NumberColumn:
        """See AnyChunk."""
        return values_at(self.value, positions)

    def first_from(self, axis: Axis, start: int, stop: int, edge: float, *, about: bool) -> int:
        """See AnyChunk."""
        return core.first_from(self.step if axis == "step" else self.wall_time, len(self), start, stop, edge)

    def add_buckets(self, reduction: BucketReduction) -> bool:
        """See AnyChunk."""
        return False


def _kept(packed: Packed) -> Packed:
    if isinstance(packed.changes, int):
        return packed
    return packed._replace(changes=kept(packed.changes), marks=kept(packed.marks), places=kept(packed.places))


def _kept_values(value: Values) -> Values:
    if not isinstance(value, PackedValues):
        return kept(value)
    return PackedValues(value.length, kept(value.places), kept(value.data))


class Chunks(tuple[AnyChunk, ...]):
    """The chunks of one series, and what finds one of them without a look at the others; made when it is first used."""

    #: Whether any of them, and whether all of them may have buckets that were made beforehand.
    have_buckets: bool
    all_have_buckets: bool

    def __new__(cls, chunks: Iterable[AnyChunk] = ()) -> "Chunks":
        """All of them, in the order of their points."""
        made = super().__new__(cls, chunks)
        with_buckets = sum([chunk.source is not None for chunk in made])
        made.have_buckets, made.all_have_buckets = with_buckets > 0, with_buckets == len(made)
        return made

    @cached_property
    def are_drawn_with_others(self) -> bool:
        """Whether all of them are."""
        return all(chunk.is_drawn_with_others for chunk in self)

    @cached_property
    def finest(self) -> int:
        """The narrowest width of buckets of any of them, in steps; 0 where there are none."""
        return min([chunk.finest for chunk in self if chunk.finest], default=0)

    @cached_property
    def ends(self) -> list[int]:
        """The position behind each chunk."""
        return list(accumulate(map(len, self)))

    def firsts(self, axis: Axis) -> list[float]:
        """Where each chunk begins on the axis, as float64."""
        return self._first_steps if axis == "step" else self._first_wall_times

    @cached_property
    def _first_steps(self) -> list[float]:
        return [chunk.first("step") for chunk in self]

    @cached_property
    def _first_wall_times(self) -> list[float]:
        return [chunk.first("wall") for chunk in self]
