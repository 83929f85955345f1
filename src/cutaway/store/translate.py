"""A stretch of one axis as one of another: which steps were recorded in that time, and when were those steps."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cutaway.store.curve import Axis
from cutaway.store.segments import FilePoints
from cutaway.store.series import Points
from cutaway.store.window import Range


def translate(
    runs: Mapping[str, Sequence[FilePoints]], starts: Mapping[str, float], source: Axis, target: Axis, x_range: Range
) -> Range | None:
    """From the first to the last place on ``target`` of the points within ``x_range`` of ``source``, ends included.

    Axes are ``step``, ``wall`` and ``relative``, which needs the start of each run in seconds since the epoch. None
    when no point is within the range.
    """
    lowest, highest = np.inf, -np.inf
    for run, files in runs.items():
        for file in files:
            start = starts.get(run, 0.0)
            places = _places(file.points, source, start)
            found = _places(file.points, target, start)[(places >= x_range[0]) & (places <= x_range[1])]
            found = found[np.isfinite(found)]
            if len(found):
                lowest, highest = min(lowest, float(found.min())), max(highest, float(found.max()))
    return (lowest, highest) if lowest <= highest else None


def _places(points: Points, axis: Axis, start: float) -> NDArray[np.int64] | NDArray[np.float64]:
    if axis == "step":
        return points.step
    return points.wall_time - start if axis == "relative" else points.wall_time
