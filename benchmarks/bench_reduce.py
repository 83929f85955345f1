"""Reducing a long series to a chart of 800 pixels: mean, minimum and maximum of each bucket

Ours keeps the points packed, as the viewer has them, and draws them for the second time. The peer has its columns
unpacked, which take two and a half times the memory.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Result, compare
from cutaway.store.reduce import reduce_chart
from cutaway.store.segments import FilePoints
from cutaway.store.series import Series


def benchmarks() -> Iterator[Result]:
    """One and ten million points: all of them, and a hundredth."""
    for count in (1_000_000, 10_000_000):
        random = np.random.default_rng(0)
        # Not quite even, so that nothing is easier than it is in a real log.
        step = np.cumsum(random.integers(1, 3, count))
        value = random.random(count, dtype=np.float32)
        last = float(step[-1])
        yield _of(step, value, "", (0.0, last))
        yield _of(step, value, ", a hundredth of the range", (last * 0.5, last * 0.51))


def _of(step: NDArray[np.int64], value: NDArray[np.float32], what: str, shown: tuple[float, float]) -> Result:
    count = len(step)
    series = Series()
    series.append(step, 1.7e9 + np.cumsum(np.random.default_rng(1).random(count)), value)
    runs = {"run": [FilePoints(series.points, 1.7e9, None)]}
    edges = np.linspace(*shown, 401)
    return compare(
        f"{count / 1e6:.0f} M points{what} ({series.points.nbytes / count:.1f} bytes a point)",
        lambda: reduce_chart(runs, x_range=shown),
        lambda: _numpy(step, value, edges),
        peer_name="NumPy's `searchsorted` and `reduceat`",
        unit="a chart",
    )


def _numpy(step: NDArray[np.int64], value: NDArray[np.float32], edges: NDArray[np.float64]) -> tuple[object, ...]:
    start, stop = np.searchsorted(step, [int(edges[0]), int(edges[-1])])
    places = np.searchsorted(step[start:stop], edges[:-1].astype(np.int64))
    inside = value[start:stop]
    count = np.diff(np.append(places, len(inside)))
    finite = np.isfinite(inside).all()
    return (
        finite,
        np.add.reduceat(inside, places, dtype=np.float64) / count,
        np.minimum.reduceat(inside, places),
        np.maximum.reduceat(inside, places),
    )
