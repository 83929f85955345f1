"""The points of one row group of a shard."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cutaway.store.chunks import NumberColumn
from cutaway.store.compacted.parquet_file import DamagedError, numbers, real_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The column that has values of a dtype.
_COLUMNS = {"float32": "value", "float64": "value_float64", "int64": "value_int64"}


class PointGroup:
    """n points, of one series behind the other."""

    def __init__(self, table: Any) -> None:
        """``table``: the rows, an Arrow table in one piece."""
        self._table = table
        #: int64[n] and float64[n].
        self.step: NDArray[np.int64] = numbers(table, "step")
        self.wall_time: NDArray[np.float64] = numbers(table, "wall_time_bits").view(np.float64)
        self._values: dict[str, NumberColumn] = {}

    @cached_property
    def real(self) -> "NDArray[np.float32] | NDArray[np.float64]":
        """float32[n] or float64[n]: the values, to the nearest. Raises DamagedError where any of them is none."""
        return real_numbers(self._table, "value")

    def __len__(self) -> int:
        return len(self.step)

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        nbytes: int = self._table.nbytes
        return nbytes

    def values(self, dtype: np.dtype[np.generic], start: int, stop: int) -> NumberColumn:
        """The values of some points, all of a dtype. Raises DamagedError where any of them is none."""
        name = _COLUMNS[dtype.name]
        column = self._table[name]
        if column.null_count and column.slice(start, stop - start).null_count:
            raise DamagedError("values are not where they should be")
        if name not in self._values:
            self._values[name] = numbers(self._table, name)
        return self._values[name][start:stop]
