"""From the command to the data

Both are started as commands and asked over HTTP on loopback, each 10 ms, for the points of one tag of five runs, until
they have them to the last step; ours has read all runs by then, and of the peer those five are known. Pages of the
files are in memory, on a disk that is asked for nothing.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Row, Rows, compare_figures, compare_together
from benchmarks.logs import scalars, some, tag_name
from benchmarks.servers import (
    ALL_POINTS,
    TB_LIKE,
    TENSORBOARD,
    TENSORBOARD_WITH_ALL,
    ours,
    ours_has,
    tb_like,
    tb_like_has,
    tensorboard,
    tensorboard_has,
)


def benchmarks() -> Rows:
    """Long series, short ones, many runs, and more tags than anybody reads."""
    yield _long()
    yield _second_start(100, 10, 10_000)
    yield _parquet()
    for runs, tags, points in ((100, 100, 1000), (1000, 10, 1000), (2000, 20, 100), (1, 100_000, 10)):
        yield _cold(runs, tags, points)


def words(runs: int, tags: int, points: int) -> str:
    """What a directory holds."""
    return f"{runs:,} run{'s'[: runs > 1]} x {tags:,} tags x {points:,} points"


def started(runs: int, tags: int, points: int) -> tuple[float, float]:
    """Seconds from our command, and bytes of memory then."""
    with ours(scalars(runs, tags, points)) as server:
        return server.wait(ours_has(some(runs), tag_name(tags - 1), points - 1)), server.resident()


def peer_started(runs: int, tags: int, points: int, *flags: str) -> tuple[float, float]:
    """The same of TensorBoard."""
    with tensorboard(scalars(runs, tags, points), *flags) as server:
        return server.wait(tensorboard_has(some(runs), tag_name(tags - 1), points - 1)), server.resident()


def _long() -> Iterator[Row]:
    size = 100, 10, 10_000
    for flags, peer_name in (((), TENSORBOARD), ((ALL_POINTS,), TENSORBOARD_WITH_ALL)):
        what = [(f"command to {words(*size)}", "s"), (f"memory with {words(*size)}", "B")]
        yield from compare_together(
            what,
            lambda: started(*size),
            lambda flags=flags: peer_started(*size, *flags),  # type: ignore[misc]
            peer_name=peer_name,
            note="" if flags else "the peer keeps 1,000 of each series",
        )


def _cold(runs: int, tags: int, points: int) -> Iterator[Row]:
    yield compare_figures(
        f"command to {words(runs, tags, points)}",
        lambda: started(runs, tags, points)[0],
        lambda: peer_started(runs, tags, points)[0],
        peer_name=TENSORBOARD,
    )


def _second_start(runs: int, tags: int, points: int) -> Iterator[Row]:
    logs = scalars(runs, tags, points)
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        files = len(list(logs.rglob("*tfevents*")))
        has_all = ours_has(some(runs), tag_name(tags - 1), points - 1)
        with ours(logs, cache=cache) as server:
            server.wait(has_all)
            # An index each is written in the background.
            server.wait(lambda _: len(list(cache.rglob("*.index"))) == files)

        def again() -> tuple[float, float]:
            with ours(logs, cache=cache) as server:
                return server.wait(has_all), server.resident()

        for flags, peer_name in (((), TENSORBOARD), ((ALL_POINTS,), TENSORBOARD_WITH_ALL)):
            yield from compare_together(
                [
                    (f"the second start: command to {words(runs, tags, points)}", "s"),
                    (f"memory then, with {words(runs, tags, points)}", "B"),
                ],
                again,
                lambda flags=flags: peer_started(runs, tags, points, *flags),  # type: ignore[misc]
                peer_name=f"{peer_name}, which keeps nothing for it",
                note="one block of each event file is compared before, the others later; points lie in mapped files",
            )


def _parquet() -> Iterator[Row]:
    """A peer that converts to Parquet first, and reads that at its second start."""
    size = runs, tags, points = 20, 10, 2000
    logs = scalars(*size)
    with tempfile.TemporaryDirectory() as folder:
        kept, converted = Path(folder) / "ours", Path(folder) / "converted"

        def mine() -> float:
            with ours(logs, cache=kept) as server:
                return server.wait(ours_has(some(runs), tag_name(tags - 1), points - 1))

        def peer(cache: Path) -> float:
            with tb_like(logs, cache) as server:
                return server.wait(tb_like_has(some(runs), tag_name(tags - 1), points - 1))

        def peer_cold() -> float:
            place = Path(folder) / "cold"
            shutil.rmtree(place, ignore_errors=True)
            return peer(place)

        yield compare_figures(f"command to {words(*size)}", lambda: started(*size)[0], peer_cold, peer_name=TB_LIKE)
        yield compare_figures(
            f"the second start: command to {words(*size)}", mine, lambda: peer(converted), peer_name=TB_LIKE
        )
