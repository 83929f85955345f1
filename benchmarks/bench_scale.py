"""How the time from the command to the data and the memory grow: with the points, the tags, the runs and the files

As the rows of the start; memory is that of the process and those that it started, when the data is there. All curves
go from ten thousand points to ten million. TensorBoard keeps at most 1,000 points of each series. Both axes of the
plots are logarithmic: a line that climbs as steeply as the grid's diagonal takes twice as much for twice as much.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.bench_start import words
from benchmarks.harness import Row, Rows, compare_together, on_curve
from benchmarks.logs import files_of_a_run, scalars, some, tag_name
from benchmarks.servers import TENSORBOARD, ours, ours_has, tensorboard, tensorboard_has


class Size(NamedTuple):
    """How much there is: runs, tags of each, points of each tag in a file, and files of a run; one run where there are
    several of these."""

    runs: int
    tags: int
    points: int
    files: int = 1

    @property
    def words(self) -> str:
        """What the directory holds."""
        if self.files == 1:
            return words(self.runs, self.tags, self.points)
        return f"1 run of {self.files:,} files x {self.tags:,} tags x {self.points:,} points"

    def written(self) -> Path:
        """The directory."""
        if self.files > 1:
            return files_of_a_run(self.files, self.tags, self.points)
        return scalars(self.runs, self.tags, self.points)

    @property
    def asked(self) -> tuple[list[str], str, int]:
        """Runs, a tag and its last step."""
        return some(self.runs), tag_name(self.tags - 1), self.files * self.points - 1


#: What grows: how much of it there is, and the directory.
CURVES: dict[str, dict[int, Size]] = {
    "points of a series": {points: Size(10, 10, points) for points in (100, 1000, 10_000, 100_000)},
    "tags of a run": {tags: Size(1, tags, 100) for tags in (100, 1000, 10_000, 100_000)},
    "runs": {runs: Size(runs, 10, 100) for runs in (10, 100, 1000, 10_000)},
    "files of a run": {files: Size(1, 10, 100, files) for files in (10, 100, 1000, 10_000)},
}


def benchmarks() -> Rows:
    """A curve after the other."""
    for curve, sizes in CURVES.items():
        yield _curve(curve, sizes)


def _curve(curve: str, sizes: dict[int, Size]) -> Iterator[Row]:
    for grown, size in sizes.items():
        time, memory = compare_together(
            [(f"command to {size.words}", "s"), (f"memory with {size.words}", "B")],
            lambda size=size: _ours(size),  # type: ignore[misc]
            lambda size=size: _peer(size),  # type: ignore[misc]
            peer_name=TENSORBOARD,
        )
        yield on_curve(time, curve, grown)
        yield on_curve(memory, f"{curve}: memory", grown)


def _ours(size: Size) -> tuple[float, float]:
    """Seconds from our command, and bytes of memory then."""
    with ours(size.written()) as server:
        return server.wait(ours_has(*size.asked)), server.resident()


def _peer(size: Size) -> tuple[float, float]:
    """The same of TensorBoard."""
    with tensorboard(size.written()) as server:
        return server.wait(tensorboard_has(*size.asked)), server.resident()
