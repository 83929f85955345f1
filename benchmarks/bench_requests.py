"""From a request to the answer, of servers that have read everything

Over HTTP on loopback. TensorBoard answers with the points that it keeps, 1,000 of a series unless it is told to keep
all; ours with the whole series, reduced to 800 pixels. Whether a question was asked before makes a difference to both,
so that the first time and the times after it are rows of their own.
"""

import itertools
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

from benchmarks.harness import ROUNDS, Row, Rows, compare_figures, seconds
from benchmarks.logs import run_names, scalars, some, tag_name
from benchmarks.servers import (
    ALL_POINTS,
    TENSORBOARD,
    TENSORBOARD_WITH_ALL,
    Server,
    chart,
    charts_in,
    multirun,
    ours,
    ours_has,
    ours_is_done,
    tensorboard,
    tensorboard_has,
)
from cutaway import SummaryWriter

RUNS, TAGS, POINTS = 100, 10, 10_000


def benchmarks() -> Rows:
    """Charts, the list of tags, and a point that is written."""
    yield _charts(TENSORBOARD)
    yield _charts(TENSORBOARD_WITH_ALL, ALL_POINTS)
    yield _list("12,000 tags", 1, 12_000, 2)
    yield _list("2,000 runs of 20 tags", 2000, 20, 100)
    yield _live()


def _charts(peer_name: str, *flags: str) -> Iterator[Row]:
    logs = scalars(RUNS, TAGS, POINTS)
    with ours(logs) as mine, tensorboard(logs, *flags) as peer:
        last_tag = tag_name(TAGS - 1)
        mine.wait(ours_is_done)
        peer.wait(tensorboard_has(some(RUNS), last_tag, POINTS - 1))
        catalogue = mine.json("api/catalogue")
        runs = [run["id"] for run in catalogue["runs"]]
        ids = {tag["name"]: tag["id"] for tag in catalogue["tags"]}

        def ask(tag: int, **view: Any) -> bytes:
            return mine.post("api/scalars", chart(ids[tag_name(tag)], runs, **view))

        def ask_peer(tag: int) -> bytes:
            return peer.post(*multirun(tag_name(tag), run_names(RUNS)))

        def sizes_of(**view: Any) -> str:
            mine_size, peer_size = len(ask(0, **view)), len(ask_peer(0))
            return f"{mine_size / 1e6:.2g} MB; {peer_size / 1e6:.2g} MB"

        what = f"one tag of {RUNS} runs of {POINTS:,} points"
        fresh, fresh_peer = itertools.count(), itertools.count()
        yield compare_figures(
            f"the first answer: {what}",
            lambda: seconds(lambda: ask(next(fresh))),
            lambda: seconds(lambda: ask_peer(next(fresh_peer))),
            peer_name=peer_name,
            note=sizes_of,
            warm_up=False,
        )
        yield compare_figures(
            f"asked again: {what}",
            lambda: seconds(lambda: ask(0)),
            lambda: seconds(lambda: ask_peer(0)),
            peer_name=peer_name,
            note=sizes_of,
        )
        starts = itertools.count(5000)

        def zoomed() -> dict[str, Any]:
            start = next(starts)
            return {"range": [start, start + 100]}

        yield compare_figures(
            f"a hundredth of the range, each time another: {what}",
            lambda: seconds(lambda: ask(0, **zoomed())),
            lambda: seconds(lambda: ask_peer(0)),
            peer_name=f"{peer_name}, which has one answer for all ranges",
            note=lambda: sizes_of(**zoomed()),
        )


def _list(what: str, runs: int, tags: int, points: int) -> Iterator[Row]:
    """What a page asks for first, asked again, and after a tag has come that was not there before."""
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        for name in run_names(runs):
            with SummaryWriter(logs / name) as writer:
                for step in range(points):
                    writer.log({tag_name(number): float(number) for number in range(tags)}, step)
        with ours(logs) as mine, tensorboard(logs) as peer, SummaryWriter(logs / "new") as writer:
            mine.wait(ours_is_done)
            peer.wait(tensorboard_has(some(runs), tag_name(tags - 1), points - 1))
            yield compare_figures(
                f"the list of {what}, asked again",
                lambda: seconds(lambda: mine.get("api/catalogue")),
                lambda: seconds(lambda: peer.get("data/plugin/scalars/tags")),
                peer_name=TENSORBOARD,
            )

            def changed(server: Server, path: str) -> float:
                tag = f"new{next(numbers)}"
                writer.add_scalar(tag, 0.0, 0)
                writer.flush()
                # The peer looks for changes each 5 s. Nobody asks for the list in between.
                time.sleep(8)
                start = time.perf_counter()
                answer = server.get(path)
                elapsed = time.perf_counter() - start
                if tag.encode() not in answer:
                    raise RuntimeError(f"{tag} is not in the list after 8 s")
                return elapsed

            numbers = itertools.count()
            yield compare_figures(
                f"the list of {what}, after a tag has come",
                lambda: changed(mine, "api/catalogue"),
                lambda: changed(peer, "data/plugin/scalars/tags"),
                peer_name=TENSORBOARD,
                warm_up=False,
            )


def _live() -> Iterator[Row]:
    """The median of a few points each, a point at a time, at times that have nothing to do with anybody's clock."""
    with tempfile.TemporaryDirectory() as folder, SummaryWriter(folder) as writer:
        writer.add_scalar("t", 0.0, 0)
        with ours(Path(folder)) as mine, tensorboard(Path(folder)) as peer:
            mine.wait(ours_has(["."], "t", 0))
            peer.wait(tensorboard_has(["."], "t", 0))
            changed = Event()
            Thread(target=_listen, args=(mine, changed), daemon=True).start()
            steps = itertools.count(1)

            def next_point() -> tuple[int, float]:
                step = next(steps)
                time.sleep(0.7 + 0.037 * (step % 7))
                writer.add_scalar("t", float(step), step)
                return step, time.perf_counter()

            def of_ours() -> float:
                changed.clear()
                number, start = next_point()
                while True:
                    changed.wait(60)
                    changed.clear()
                    (drawn,) = charts_in(mine.post("api/scalars", chart("t0", ["r0"])))
                    if sum(series["count"] for series in drawn["series"]) > number:
                        return time.perf_counter() - start

            def of_peer() -> float:
                number, start = next_point()
                # As its page does, which asks again every 30 s unless it is told to at once.
                while peer.json("data/plugin/scalars/scalars?run=.&tag=t")[-1][1] < number:
                    time.sleep(0.02)
                return time.perf_counter() - start

            yield compare_figures(
                "a point written to the point at a client",
                lambda: statistics.median(of_ours() for _ in range(3)),
                lambda: statistics.median(of_peer() for _ in range(3)),
                peer_name=f"{TENSORBOARD}, asked 50 times a second",
                rounds=ROUNDS,
                warm_up=False,
            )


def _listen(server: Server, changed: Event) -> None:
    with urllib.request.urlopen(server.url + "api/live", timeout=600) as stream:
        for line in stream:
            if line.startswith(b"data:"):
                changed.set()
