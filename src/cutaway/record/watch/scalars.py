"""The scalars of a logging step: the whole model in eight numbers, for readers that show no rows."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cutaway.events.watch_layout import ACTIVATION, COLUMNS, GRADIENT, UPDATE, WEIGHT
from cutaway.record.watch.finiteness import bad_rows
from cutaway.record.watch.records import Content

_SQUARES, _NAN = COLUMNS.index("sum_sq"), COLUMNS.index("nan")
_COUNT = len(COLUMNS)


def summary_scalars(contents: Mapping[str, Content]) -> dict[str, float]:
    """Norms over all rows, the ratio of update and weight, and how many rows have elements that are not finite.

    Where a sample of a tensor was measured, its sum of squares is scaled to the whole of it. A norm is NaN where a
    row has NaN, and infinite where one has an infinity.
    """
    scalars: dict[str, float] = {}
    if GRADIENT in contents:
        scalars["gradient_norm"] = _norm(contents[GRADIENT])
    if WEIGHT in contents:
        scalars["weight_norm"] = _norm(contents[WEIGHT])
    if WEIGHT in contents and UPDATE in contents:
        changed = set(contents[UPDATE].layout.rows)
        trained = np.array([path in changed for path in contents[WEIGHT].layout.rows], bool)
        weight = _norm(contents[WEIGHT], trained)
        scalars["update_ratio"] = _norm(contents[UPDATE]) / weight if weight else float("nan")
    if ACTIVATION in contents:
        found = contents[ACTIVATION].statistics
        elements = np.nansum(found[:, _COUNT])
        squares = np.nansum(found[:, _SQUARES])
        mean = squares / elements if elements else float("nan")
        scalars["activation_rms"] = _worst(found, float(np.sqrt(mean)))
    scalars["nonfinite"] = float(sum(bad_rows(content.statistics).sum() for content in contents.values()))
    return scalars


def _norm(content: Content, chosen: NDArray[np.bool_] | None = None) -> float:
    layout, found = content.layout, content.statistics
    scale = np.array(layout.numel, float) / np.maximum(np.array(layout.sampled, float), 1)
    squares = found[:, _SQUARES] * scale
    if chosen is not None:
        found, squares = found[chosen], squares[chosen]
    if np.isnan(squares).all():
        return float("nan")
    return _worst(found, float(np.sqrt(np.nansum(squares))))


def _worst(found: NDArray[np.float64], number: float) -> float:
    if np.nansum(found[:, _NAN]):
        return float("nan")
    return float("inf") if bad_rows(found).any() else number
