"""What a series publishes at once: its points, and the facts of them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.store.chunks import Chunks, NumberColumn


class State(NamedTuple):
    """The published points of a series."""

    chunks: Chunks
    sealed: int
    tail_step: NDArray[np.int64]
    tail_wall_time: NDArray[np.float64]
    tail_value: NumberColumn
    tail_count: int
    #: The values' common dtype.
    dtype: np.dtype[np.generic]
    breaks: NDArray[np.int64]
    wall_ascending: bool
    last_step: int
    last_wall_time: float
    lowest_step: int
    highest_step: int
    #: Of the finite values; (Inf, -Inf) without any.
    lowest: float
    highest: float
    not_finite: tuple[int, float] | None
    sessions: tuple[tuple[int, int], ...]


class Frozen(NamedTuple):
    """The facts of a series beside its points; the names are those of a state."""

    dtype: np.dtype[np.generic]
    breaks: NDArray[np.int64]
    wall_ascending: bool
    last_step: int
    last_wall_time: float
    lowest_step: int
    highest_step: int
    lowest: float
    highest: float
    not_finite: tuple[int, float] | None
    sessions: tuple[tuple[int, int], ...]


NO_STEPS = np.empty(0, np.int64)
NO_TIMES = np.empty(0, np.float64)
NO_VALUES = np.empty(0, np.float32)
EMPTY = State(
    Chunks(), 0, NO_STEPS, NO_TIMES, NO_VALUES, 0, np.dtype(np.float32), NO_STEPS, True, 0, -np.inf, 0, 0,
    np.inf, -np.inf, None, (),
)  # fmt: skip
