"""Charts of all runs of a log: drawn from the tables that points were loaded into, and of a series of each run

One process has read the event files, and makes the chart of one tag of all runs, by step, 800 pixels wide. Ours draws
the runs that are rows of a table from it; its peer, which is ours too, opens each run and makes a series of it first,
as for any other chart. What is drawn is the same. A tenth of the runs in the first two logs have two files, and are
drawn of series by both.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench_start import words
from benchmarks.harness import Row, Rows, compare_together
from benchmarks.logs import scalars, tag_name

#: Runs, tags, points of each tag.
SIZES = [(1000, 10, 100), (1000, 10, 1000), (20_000, 5, 10)]
SERIES = "of a series of each run"

_PROGRAM = """
import json, sys, time
from cutaway.store.collection import collection_held
from cutaway.store.log_directory import LogDirectory
from cutaway.store.reduce import reduce_chart
log = LogDirectory(sys.argv[1])
log.refresh()
runs, took = [run.id for run in log.catalogue().runs], []
points_of = log.tag_points if sys.argv[3] == "tables" else log.scalars
for _ in range(2):
    # As the server answers.
    with collection_held():
        start = time.perf_counter()
        chart = reduce_chart(points_of(log.tag_id(sys.argv[2]), runs))
        took.append(time.perf_counter() - start)
assert len({line.run for line in chart.facts}) == len(runs)
print(json.dumps(took))
"""


def benchmarks() -> Rows:
    """The first chart, and the same again."""
    for size in SIZES:
        yield _of(size)


def _of(size: tuple[int, int, int]) -> Iterator[Row]:
    logs, tag = scalars(*size), tag_name(size[1] - 1)
    what = [
        (f"{which} of {size[0]:,} runs, of {words(*size)}", "s") for which in ("the first chart", "that chart again")
    ]
    yield from compare_together(
        what, lambda: _took(logs, tag, "tables"), lambda: _took(logs, tag, "series"), peer_name=SERIES
    )


def _took(logs: Path, tag: str, how: str) -> tuple[float, ...]:
    command = [sys.executable, "-c", _PROGRAM, str(logs), tag, how]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return tuple(json.loads(done.stdout))
