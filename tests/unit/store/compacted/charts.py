"""Charts of a log, and whether two of them are the same."""

from pathlib import Path
from typing import Any

import numpy as np
from tests.drawn import lines_of

from cutaway.store.compacted.opened import open_log_directory
from cutaway.store.log_directory import LogDirectory
from cutaway.store.reduce import ReducedChart, reduce_chart

#: Of numbers that are this near a mean is the same.
NEAR = 1e-12


def opened(path: Path) -> LogDirectory:
    log = open_log_directory(path)
    log.refresh()
    return log


def chart(log: LogDirectory, tag: str, **view: Any) -> ReducedChart:
    """As a viewer draws it."""
    runs = [run.id for run in log.catalogue().runs]
    return reduce_chart(log.tag_points(log.tag_id(tag), runs), **view)


def chart_of_series(log: LogDirectory, tag: str, **view: Any) -> ReducedChart:
    """Drawn of a series of each run."""
    runs = [run.id for run in log.catalogue().runs]
    return reduce_chart(log.scalars(log.tag_id(tag), runs), **view)


def check_same(ours: ReducedChart, expected: ReducedChart) -> None:
    """All fields are the same, and means nearly so."""
    for name in ("axis", "scale", "range", "level", "origin"):
        assert getattr(ours, name) == getattr(expected, name)
    for one, other in zip(lines_of(ours), lines_of(expected), strict=True):
        for name, right in vars(other).items():
            found = getattr(one, name)
            if name == "mean":
                largest = np.maximum(np.abs(other.min), np.abs(other.max))
                assert (np.abs(found / 2 - right / 2) <= NEAR * largest).all()
            elif isinstance(right, np.ndarray):
                np.testing.assert_array_equal(found, right, err_msg=name)
                assert found.dtype == right.dtype
            else:
                assert found == right, name
