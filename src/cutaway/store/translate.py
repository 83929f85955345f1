"""A stretch of one axis as one of another: which steps were recorded in that time, and when were those steps."""

from collections.abc import Mapping, Sequence

import numpy as np

from cutaway.store.curve import Axis
from cutaway.store.run_clock import RunClock
from cutaway.store.segments import FilePoints
from cutaway.store.window import Range


def translate(
    runs: Mapping[str, Sequence[FilePoints]], clocks: Mapping[str, RunClock], source: Axis, target: Axis, x_range: Range
) -> Range | None:
    """From the first to the last place on ``target`` of the points within ``x_range`` of ``source``, ends included.

    Axes are all but ``tag``; ``clocks`` has those of the runs. None when no point is within the range.
    """
    lowest, highest = np.inf, -np.inf
    for run, files in runs.items():
        clock = clocks.get(run, RunClock(0.0))
        for file in files:
            step, wall_time = file.points.step, file.points.wall_time
            places = clock.places(source, step, wall_time)
            found = clock.places(target, step, wall_time)[(places >= x_range[0]) & (places <= x_range[1])]
            found = found[np.isfinite(found)]
            if len(found):
                lowest, highest = min(lowest, float(found.min())), max(highest, float(found.max()))
    return (lowest, highest) if lowest <= highest else None
