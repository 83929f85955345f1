"""Many points: from event files and from a compacted directory, on a disk and in a bucket

One process, which has been started, opens the directory and makes the chart of one tag of all runs, by step. Ours reads
the compacted directory, and its peer, which is ours too, the event files, all of which are read first. The bucket is
that of SeaweedFS on this machine. Bytes and requests are counted by the process; memory is the most that it had. The
last rows are of the chart alone, when the directory is open: its peer makes it of the points in the same directory.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.object_server import environment
from tests.seaweed import _KEY, _SECRET, Seaweed, seaweed

from benchmarks.bench_start import words
from benchmarks.harness import Row, Rows, compare_together, on_curve
from benchmarks.logs import scalars, tag_name
from cutaway.store.compacted.chosen import objects_at
from cutaway.store.compacted.compact import compact

#: Runs, tags, points of each tag.
SIZES = [(100, 10, 100), (1000, 10, 100), (1000, 10, 1000), (1000, 10, 10_000)]
EVENT_FILES = "Cutaway from the event files"
POINTS = "from the points of the compacted directory"
#: More points than this are measured once.
_OFTEN = 20_000_000
#: Of 128 MB each.
_VOLUMES = 80

_PROGRAM = """
import json, sys, time
import obstore, pyarrow.parquet
import cutaway.store.places.object_store
from cutaway.store.collection import collection_held
from cutaway.store.compacted import bucket_objects, compacted_log, objects, stored_chunk, stored_tag
from cutaway.store.compacted.opened import open_log_directory
from cutaway.store.line_columns import NO_LINES
from cutaway.store.reduce import reduce_chart

target, tag, how = sys.argv[1:]
requests = size = 0

def count(asked, sent):
    global requests, size
    requests, size = requests + asked, size + sent

def counted(owner, name, sent):
    plain = getattr(owner, name)
    def call(*arguments, **named):
        answer = plain(*arguments, **named)
        count(1, sent(answer))
        return answer
    setattr(owner, name, call)

def pages(*arguments, plain=obstore.list, **named):
    for page in plain(*arguments, **named):
        count(1, 0)
        yield page

counted(obstore, "get", lambda answer: answer.range[1] - answer.range[0])
counted(obstore, "get_range", len)
counted(objects.LocalObjects, "read", len)
obstore.list = pages
if how == "points":
    stored_tag.StoredTag.draw_chunks = lambda self, chunks, count, grid, details: ([], NO_LINES)
    stored_chunk.StoredChunk.add_buckets = lambda self, reduction: False
start = time.perf_counter()
log = open_log_directory(target)
log.refresh()
loading = log.catalogue().loading
assert loading.done
opened, opening, before = time.perf_counter(), requests, size
runs = [run.id for run in log.catalogue().runs]
with collection_held():
    # As the server answers.
    reduce_chart(log.tag_points(log.tag_id(tag), runs))
end = time.perf_counter()
if "://" not in target and not requests:
    size += loading.bytes_read
# What `getrusage` says begins with that of the process which started this one.
with open("/proc/self/status") as status:
    (memory,) = (int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
print(json.dumps([[end - start, size, memory, requests], [end - opened, size - before, requests - opening]]))
"""


def benchmarks() -> Rows:
    """Each size from the disk and from the bucket, and the chart alone."""
    for size in SIZES:
        yield _of_size(*size)


def _of_size(runs: int, tags: int, points: int) -> Iterator[Row]:
    logs, total = scalars(runs, tags, points), runs * tags * points
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        compact(str(logs), str(place / "here"))
        measured = partial(_measured, words(runs, tags, points), tag_name(tags - 1), total)
        yield from measured("a disk", str(place / "here"), str(logs), dict(os.environ))
        with seaweed(place, volumes=_VOLUMES) as server, pytest.MonkeyPatch.context() as patch:
            for name, value in environment(server.endpoint, _KEY, _SECRET).items():
                patch.setenv(name, value)
            url = f"s3://{server.bucket}"
            _upload(server, logs, "all")
            compact(f"{url}/all", str(place / "there"))
            _upload(server, place / "there", "compacted")
            variables = dict(os.environ)
            yield from measured("a bucket", f"{url}/compacted", f"{url}/all", variables)
            yield from _chart_alone(words(runs, tags, points), tag_name(tags - 1), f"{url}/compacted", variables)


def _measured(
    size: str, tag: str, total: int, where: str, ours: str, peer: str, variables: dict[str, str]
) -> Iterator[Row]:
    what = f"from {where}, {size}"
    every = [("time", "s"), ("bytes read", "B"), ("memory", "B"), ("requests", "count")]
    if where == "a disk":
        del every[3]
    rows = compare_together(
        [(f"{name}, opening and a chart {what}", measure) for name, measure in every],
        lambda: tuple(_figures(ours, tag, variables)[0][: len(every)]),
        lambda: tuple(_figures(peer, tag, variables)[0][: len(every)]),
        peer_name=EVENT_FILES,
        **_rounds(total),
    )
    for row, (name, _) in zip(rows, every, strict=True):
        yield on_curve(row, f"points: {name}, from {where}", total)


def _chart_alone(size: str, tag: str, url: str, variables: dict[str, str]) -> Iterator[Row]:
    yield from compare_together(
        [
            (f"{name}, a chart from a bucket that is open, {size}", measure)
            for name, measure in (("time", "s"), ("bytes read", "B"), ("requests", "count"))
        ],
        lambda: tuple(_figures(url, tag, variables)[1]),
        lambda: tuple(_figures(url, tag, variables, "points")[1]),
        peer_name=POINTS,
    )


def _rounds(total: int) -> dict[str, Any]:
    return {"rounds": 1, "warm_up": False} if total > _OFTEN else {"rounds": 3}


def _figures(target: str, tag: str, variables: dict[str, str], how: str = "") -> list[list[float]]:
    command = [sys.executable, "-c", _PROGRAM, target, tag, how]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=variables)
    found: list[list[float]] = json.loads(done.stdout)
    return found


def _upload(server: Seaweed, folder: Path, prefix: str) -> None:
    """All files below a folder."""
    objects = objects_at(f"s3://{server.bucket}/{prefix}")
    with ThreadPoolExecutor(4) as pool:
        paths = [path for path in folder.rglob("*") if path.is_file()]
        list(pool.map(lambda path: objects.put(path.relative_to(folder).as_posix(), path), paths))
