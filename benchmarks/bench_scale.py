"""How the time from the command to the data grows: with the points, the tags, the runs and the files

As the rows of the start. Both axes of the plots are logarithmic: a line that climbs as steeply as the grid's diagonal
takes twice as long for twice as much.
"""

from collections.abc import Iterator

from benchmarks.bench_start import peer_started, started, words
from benchmarks.harness import Row, Rows, compare_figures, on_curve
from benchmarks.servers import TENSORBOARD

#: What grows, and the sizes: runs, tags, points of each tag.
CURVES: dict[str, list[tuple[int, int, int]]] = {
    "points of a series": [(10, 10, 100), (10, 10, 1000), (10, 10, 10_000), (10, 10, 100_000)],
    "tags of a run": [(1, 100, 100), (1, 1000, 100), (1, 10_000, 100)],
    "runs": [(10, 10, 100), (100, 10, 100), (1000, 10, 100)],
}


def benchmarks() -> Rows:
    """A curve after the other."""
    for curve, sizes in CURVES.items():
        yield _curve(curve, sizes)


def _curve(curve: str, sizes: list[tuple[int, int, int]]) -> Iterator[Row]:
    grows = {"runs": 0, "tags of a run": 1, "points of a series": 2}[curve]
    for size in sizes:
        row = compare_figures(
            f"command to {words(*size)}",
            lambda size=size: started(*size)[0],  # type: ignore[misc]
            lambda size=size: peer_started(*size)[0],  # type: ignore[misc]
            peer_name=TENSORBOARD,
        )
        yield on_curve(row, curve, size[grows])
