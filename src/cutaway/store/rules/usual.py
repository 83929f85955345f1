"""What is usual of a row: the median of its last logging steps, and their spread.

Both are made of blocks of `STRIDE` logging steps whose numbers are counted from the first of all, so that they are the
same whether steps come one by one or all at once. A block's own median and its middle range are merged: of the last
blocks the median.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
#: Logging steps of a block.
STRIDE = 10
#: Expected distance of the third of ten normal numbers from the eighth, in standard deviations.
_MIDDLE_RANGE = 1.312


class Usual(NamedTuple):
    """What is usual of each row at each step, [n, rows] each; NaN where there are too few logging steps in front."""

    #: The median.
    middle: Floats
    #: The standard deviation, of numbers that were normal.
    spread: Floats
    #: The greatest median of a block.
    highest: Floats

    def deviations(self, values: Floats) -> Floats:
        """How many standard deviations each of the values is above the median."""
        with np.errstate(all="ignore"):
            # The spread of equal numbers is zero: a hundredth of a decade is no deviation.
            return (values - self.middle) / np.maximum(self.spread, 0.01)


def usual(values: Floats, history: int, least: int) -> Usual:
    """What is usual in front of each step's own block.

    ``values``: [n, rows] with NaN for those that are missing; the first is at a multiple of `STRIDE`. ``history`` and
    ``least`` are in logging steps.
    """
    count, rows = values.shape
    blocks = -(-count // STRIDE)
    padded = np.full((blocks * STRIDE, rows), np.nan, np.float32)
    padded[:count] = values
    lanes = np.sort(padded.reshape(blocks, STRIDE, rows).transpose(0, 2, 1), axis=-1)
    known = STRIDE - np.isnan(lanes).sum(axis=-1)
    middle = _at(lanes, (known - 1) // 2)
    spread = (_at(lanes, (known * 7) // 10) - _at(lanes, (known * 2) // 10)) / np.float32(_MIDDLE_RANGE)
    # A block with few numbers says nothing of the spread.
    spread[known < STRIDE // 2] = np.nan
    # The last block may have more to come, and no step is judged by its own block.
    before = [_blocks_before(column, history // STRIDE, least // STRIDE) for column in (middle, spread)]
    found = [before[0][0], before[1][0], before[0][1]]
    return Usual(*(np.repeat(column, STRIDE, axis=0)[:count] for column in found))


def median(values: Floats) -> Floats:
    """Of the last axis: the lower median of those that are not NaN; NaN without any."""
    return _median_of(np.sort(values, axis=-1))


def _median_of(ordered: Floats) -> Floats:
    if not ordered.shape[-1]:
        return np.full(ordered.shape[:-1], np.nan)
    return _at(ordered, (ordered.shape[-1] - np.isnan(ordered).sum(axis=-1) - 1) // 2)


def _blocks_before(column: Floats, before: int, least: int) -> tuple[Floats, Floats]:
    """[blocks, rows] twice: the median and the greatest of so many blocks in front of each."""
    blocks, rows = column.shape
    padded = np.full((before + blocks, rows), np.nan, np.float32)
    padded[before:] = column
    ordered = np.sort(np.lib.stride_tricks.sliding_window_view(padded[:-1], before, axis=0), axis=-1)
    known = before - np.isnan(ordered).sum(axis=-1)
    found, highest = _median_of(ordered), _at(ordered, known - 1)
    found[known < max(1, least)] = np.nan
    return found, highest


def _at(ordered: Floats, place: NDArray[np.integer]) -> Floats:
    """The elements of the last axis at some places; NaN for places before the first."""
    found = np.take_along_axis(ordered, np.maximum(place, 0)[..., None], axis=-1)[..., 0]
    found[place < 0] = np.nan
    return found
