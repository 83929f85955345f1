"""The chunks of lines by step, as columns."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class BucketChunk(Protocol):
    """A chunk of points of one of the series."""

    @property
    def number(self) -> int:
        """Its number among all chunks of the shard."""

    @property
    def start(self) -> int:
        """The position of its first point within its series."""

    @property
    def row(self) -> int:
        """The place of that point among all points of the shard."""

    @property
    def finest(self) -> int:
        """The narrowest width of its buckets, in steps; 0 where it has none."""

    @property
    def is_single(self) -> bool:
        """Whether its values are float32."""

    def __len__(self) -> int: ...


class ChunkColumns(NamedTuple):
    """c chunks of n lines, one line behind the other; the columns are those of :class:`BucketChunk`."""

    #: int64[c]: the number of the line.
    line: Integers
    #: int64[c] each.
    number: Integers
    start: Integers
    row: Integers
    length: Integers
    finest: Integers
    #: bool[c].
    is_single: NDArray[np.bool_]

    @classmethod
    def of(cls, lines: Sequence[Sequence[BucketChunk]]) -> "ChunkColumns":
        """Lines of one chunk or more."""
        every = [(chunk.number, chunk.start, chunk.row, len(chunk), chunk.finest) for line in lines for chunk in line]
        line = np.repeat(np.arange(len(lines)), [len(chunks) for chunks in lines])
        is_single = np.array([chunk.is_single for chunks in lines for chunk in chunks], np.bool_)
        number, start, row, length, finest = np.array(every, np.int64).reshape(-1, 5).T
        return cls(line, number, start, row, length, finest, is_single)

    def of_lines(self, lines: Integers) -> "ChunkColumns":
        """Those of some lines, by their numbers in ascending order, which are numbered anew."""
        at = lines.searchsorted(self.line)
        chosen = lines[np.minimum(at, len(lines) - 1)] == self.line if len(lines) else np.zeros(len(at), np.bool_)
        columns: list[Any] = [column[chosen] for column in self[1:]]
        return ChunkColumns(at[chosen], *columns)
