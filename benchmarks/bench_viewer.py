"""The viewer: from the command to the data, and from a request to the answer

Both are started as commands and asked over HTTP on loopback, ten times a second; pages of the files are in memory.
TensorBoard keeps 1,000 points of a series unless it is told to keep all; where it says "all points kept" it was. It
counts as ready when five of the runs are there to their last step.
"""

import json
import shutil
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

from benchmarks.bench_load import TAGS
from benchmarks.bench_load import _write as write_runs
from benchmarks.harness import Result, compare_figures, seconds
from benchmarks.servers import (
    TENSORBOARD,
    Server,
    chart,
    multirun,
    ours,
    ours_is_done,
    tensorboard,
    tensorboard_has,
)
from cutaway import SummaryWriter

# 0 means all to its Python loader, and none to the fast one.
ALL = "--samples_per_plugin=scalars=100000000"
KEPT = f"{TENSORBOARD}, all points kept"


def benchmarks() -> Iterator[Result]:
    """Starting, charts, many tags, many runs, live; then a hundred million points."""
    with tempfile.TemporaryDirectory() as folder:
        logs, cache = Path(folder) / "logs", Path(folder) / "cache"
        logs.mkdir()
        write_runs(logs, 100, 100_000)
        yield from _start(logs, cache)
        yield from _charts(logs)
    yield from _many_tags()
    yield from _many_runs()
    yield _live()
    yield from _hundred_million()


def _start(logs: Path, cache: Path) -> Iterator[Result]:
    names = [f"run{number:03d}" for number in (0, 25, 50, 75, 99)]

    def start_ours(*, keep: bool) -> float:
        with ours(logs, cache=cache if keep else None) as server:
            return server.wait(ours_is_done)

    def start_tensorboard(*flags: str) -> float:
        with tensorboard(logs, *flags) as server:
            return server.wait(tensorboard_has(names, "train/metric9", 100_000 // TAGS - 1))

    def memory_of_ours() -> float:
        with ours(logs) as server:
            server.wait(ours_is_done)
            return server.resident()

    def memory_of_tensorboard() -> float:
        with tensorboard(logs, ALL) as server:
            server.wait(tensorboard_has(names, "train/metric9", 100_000 // TAGS - 1))
            return server.resident()

    what = "10 M scalars in 100 runs"
    for flags, peer_name in (([ALL], KEPT), ([], TENSORBOARD)):
        yield compare_figures(
            f"command to {what}, the first time",
            lambda: start_ours(keep=False),
            lambda flags=flags: start_tensorboard(*flags),  # type: ignore[misc]
            peer_name=peer_name,
            unit="",
            rounds=3,
        )
    with ours(logs, cache=cache) as server:
        server.wait(ours_is_done)
        # An index each is written in the background.
        server.wait(lambda _: len(list(cache.rglob("*.index"))) == 100)
    yield compare_figures(
        f"command to {what}, the second time",
        lambda: start_ours(keep=True),
        lambda: start_tensorboard(ALL),
        peer_name=KEPT,
        unit="",
        rounds=2,
    )
    yield compare_figures(
        f"resident memory with {what}",
        memory_of_ours,
        memory_of_tensorboard,
        peer_name=KEPT,
        unit="",
        rounds=1,
        measure="B",
    )


def _charts(logs: Path) -> Iterator[Result]:
    with ours(logs) as mine, tensorboard(logs, ALL) as peer:
        mine.wait(ours_is_done)
        names = [f"run{number:03d}" for number in range(100)]
        peer.wait(tensorboard_has([names[0], names[50], names[99]], "train/metric9", 100_000 // TAGS - 1))
        catalogue = mine.json("api/catalogue")
        runs = [run["id"] for run in catalogue["runs"]]
        tag = next(tag["id"] for tag in catalogue["tags"] if tag["name"] == "train/metric0")
        path, body, media_type = multirun("train/metric0", names)
        for what, view in (
            ("one tag of 100 runs of 10,000 points, 800 pixels", {}),
            ("the same, a hundredth of the range", {"range": [5000, 5100]}),
        ):
            size = len(mine.post("api/scalars", chart(tag, runs, **view)))
            peer_size = len(peer.post(path, body, media_type))
            yield compare_figures(
                f"request to answer: {what}",
                lambda view=view: seconds(lambda: mine.post("api/scalars", chart(tag, runs, **view))),  # type: ignore[misc]
                lambda: seconds(lambda: peer.post(path, body, media_type)),
                peer_name=f"{KEPT}, which sends all of it",
                unit="",
                rounds=5,
                note=f"{size / 1e6:.2g} MB; {peer_size / 1e6:.2g} MB",
            )


def _many_tags() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        with SummaryWriter(folder) as writer:
            for step in range(2):
                writer.log(
                    {f"layer{number // 12}/weight{number % 12}": float(number) for number in range(12_000)}, step
                )
        with ours(Path(folder)) as mine, tensorboard(Path(folder)) as peer:
            mine.wait(ours_is_done)
            peer.wait(tensorboard_has(["."], "layer999/weight11", 1))
            yield compare_figures(
                "request to answer: the list of 12,000 tags",
                lambda: seconds(lambda: mine.get("api/catalogue")),
                lambda: seconds(lambda: peer.get("data/plugin/scalars/tags")),
                peer_name=TENSORBOARD,
                unit="",
            )


def _many_runs() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        for run in range(2000):
            with SummaryWriter(f"{folder}/run{run:04d}") as writer:
                for step in range(100):
                    writer.log({f"metric{number}": step / (number + 1) for number in range(20)}, step)
        names = [f"run{number:04d}" for number in (0, 500, 1000, 1500, 1999)]

        def start_ours() -> float:
            with ours(Path(folder)) as server:
                return server.wait(ours_is_done)

        def start_tensorboard() -> float:
            with tensorboard(Path(folder)) as server:
                return server.wait(tensorboard_has(names, "metric19", 99))

        yield compare_figures(
            "command to 2,000 runs of 20 tags of 100 points",
            start_ours,
            start_tensorboard,
            peer_name=TENSORBOARD,
            unit="",
            rounds=1,
        )
        with ours(Path(folder)) as mine, tensorboard(Path(folder)) as peer:
            mine.wait(ours_is_done)
            peer.wait(tensorboard_has(names, "metric19", 99))
            yield compare_figures(
                "request to answer: the list of their runs and tags",
                lambda: seconds(lambda: mine.get("api/catalogue")),
                lambda: seconds(lambda: peer.get("data/plugin/scalars/tags")),
                peer_name=TENSORBOARD,
                unit="",
            )


def _live() -> Result:
    """The median of ten points each, a point at a time, at times that have nothing to do with anybody's clock."""
    with tempfile.TemporaryDirectory() as folder, SummaryWriter(folder) as writer:
        writer.add_scalar("t", 0.0, 0)
        with ours(Path(folder)) as mine, tensorboard(Path(folder)) as peer:
            mine.wait(ours_is_done)
            peer.wait(tensorboard_has(["."], "t", 0))
            changed = Event()
            Thread(target=_listen, args=(mine, changed), daemon=True).start()
            step = [0]

            def next_point() -> tuple[int, float]:
                time.sleep(0.7 + 0.037 * (step[0] % 7))
                step[0] += 1
                writer.add_scalar("t", float(step[0]), step[0])
                return step[0], time.perf_counter()

            def of_ours() -> float:
                changed.clear()
                number, start = next_point()
                while True:
                    changed.wait(60)
                    changed.clear()
                    frame = mine.post("api/scalars", chart("t0", ["r0"]))
                    if _count(frame) > number:
                        return time.perf_counter() - start

            def of_peer() -> float:
                number, start = next_point()
                # As its page does, which asks again every 30 s unless it is told to at once.
                while _lacks(peer, number):
                    time.sleep(0.02)
                return time.perf_counter() - start

            return compare_figures(
                "a point written to the point at a client",
                lambda: statistics.median(of_ours() for _ in range(10)),
                lambda: statistics.median(of_peer() for _ in range(3)),
                peer_name=f"{TENSORBOARD}, asked 50 times a second",
                unit="",
                rounds=2,
            )


def _lacks(peer: Server, number: int) -> bool:
    """Whether the peer does not have the point yet."""
    points = peer.json("data/plugin/scalars/scalars?run=.&tag=t")
    return bool(points[-1][1] < number)


def _listen(server: Server, changed: Event) -> None:
    with urllib.request.urlopen(server.url + "api/live", timeout=600) as stream:
        for line in stream:
            if line.startswith(b"data:"):
                changed.set()


def _count(frame: bytes) -> int:
    length = int.from_bytes(frame[4:8], "little")
    header = json.loads(frame[8 : 8 + length])
    return sum(series["count"] for chart in header["charts"] for series in chart["series"])


def _hundred_million() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "first"
        first.mkdir()
        write_runs(first, 1, 100_000)
        (source,) = first.rglob("*tfevents*")
        logs = Path(folder) / "logs"
        for number in range(1000):
            path = logs / f"run{number:03d}" / source.name
            path.parent.mkdir(parents=True)
            shutil.copyfile(source, path)
        names = [f"run{number:03d}" for number in (0, 250, 500, 750, 999)]
        memory: dict[str, int] = {}

        def start_ours() -> float:
            with ours(logs) as server:
                elapsed = server.wait(ours_is_done)
                memory["ours"] = server.resident()
                return elapsed

        def start_tensorboard() -> float:
            with tensorboard(logs) as server:
                elapsed = server.wait(tensorboard_has(names, "train/metric9", 100_000 // TAGS - 1))
                memory["peer"] = server.resident()
                return elapsed

        what = "100 M scalars in 1,000 runs"
        yield compare_figures(
            f"command to {what}", start_ours, start_tensorboard, peer_name=TENSORBOARD, unit="", rounds=1
        )
        yield compare_figures(
            f"resident memory with {what}",
            lambda: memory["ours"],
            lambda: memory["peer"],
            peer_name=f"{TENSORBOARD}, which keeps a tenth of the points",
            unit="",
            rounds=1,
            measure="B",
        )
