"""Reducing a long series to a chart of 800 pixels: mean, minimum and maximum of each bucket

Ours keeps the points packed, as the viewer has them, with summaries of 64 and of 4,096 values that were made when the
log was read; the first drawing and those after it are rows of their own. The peer has its columns unpacked, which take
three times the memory.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Row, Rows, compare, compare_figures, seconds
from benchmarks.logs import losses, wall_times
from cutaway.store.reduce import reduce_chart
from cutaway.store.segments import FilePoints
from cutaway.store.series import Series

PEER = "NumPy's `searchsorted` and `reduceat`"


def benchmarks() -> Rows:
    """One and ten million points: all of them, and a hundredth."""
    for count in (1_000_000, 10_000_000):
        yield _of(count)


def _of(count: int) -> Iterator[Row]:
    random = np.random.default_rng(0)
    # Not quite even, so that nothing is easier than it is in a real log.
    step = np.cumsum(random.integers(1, 3, count))
    value, wall = losses(random, 1, count)[0], wall_times(random, count)
    last = float(step[-1])
    named = f"{count / 1e6:.0f} M points ({_points(step, wall, value).points.nbytes / count:.1f} bytes a point)"
    for what, shown in (("", (0.0, last)), (", a hundredth of the range", (last * 0.5, last * 0.51))):

        def first(shown: tuple[float, float] = shown) -> float:
            points = _points(step, wall, value)
            return seconds(lambda: reduce_chart({"run": [points]}, x_range=shown))

        def peer(shown: tuple[float, float] = shown) -> object:
            return _numpy(step, value, np.linspace(*shown, 401))

        yield compare_figures(
            f"{named}{what}: the first drawing",
            first,
            partial(seconds, peer),
            peer_name=PEER,
            warm_up=False,
        )
        drawn = {"run": [_points(step, wall, value)]}

        def again(shown: tuple[float, float] = shown, drawn: dict[str, list[FilePoints]] = drawn) -> object:
            return reduce_chart(drawn, x_range=shown)

        yield compare(f"{named}{what}: drawn again", again, peer, peer_name=PEER)


def _points(step: NDArray[np.int64], wall: NDArray[np.float64], value: NDArray[np.float32]) -> FilePoints:
    """As the viewer holds them after a load."""
    series = Series()
    series.append(step, wall, value)
    return FilePoints(series.points, 1.7e9, None)


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
