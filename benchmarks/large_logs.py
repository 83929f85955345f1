"""The largest logs: from the command to the data

As the rows of the start; measured by `make bench-large`, since they take longer than all the others.
"""

from collections.abc import Iterator

from benchmarks.bench_start import peer_started, started, words
from benchmarks.harness import Row, Rows, compare_together
from benchmarks.servers import TENSORBOARD


def benchmarks() -> Rows:
    """A hundred million points, many short series, many runs of a file each."""
    for size in ((1000, 10, 10_000), (100, 400, 100), (20_000, 5, 10)):
        yield _both(size)


def _both(size: tuple[int, int, int]) -> Iterator[Row]:
    what = [(f"command to {words(*size)}", "s"), (f"memory with {words(*size)}", "B")]
    yield from compare_together(
        what,
        lambda: started(*size),
        lambda: peer_started(*size),
        peer_name=TENSORBOARD,
        note="the peer keeps at most 1,000 of each series",
    )
