"""The page while training goes on: how much the browser works, and how long it stands still

Twenty charts of twenty runs grow by a point a second each, in headless Chromium (1280 x 800, software rendering). Of
TensorBoard's page, which asks for nothing by itself, that is with a reload each 30 s, as often as it can be told.
"""

import itertools
import tempfile
import time
from pathlib import Path
from threading import Event, Thread

from benchmarks.bench_page import OURS, THEIRS, page_of
from benchmarks.browser import heap, longest_frame, watch_frames, watch_work
from benchmarks.harness import Rows, compare_together
from benchmarks.servers import TENSORBOARD, Server, ours, ours_is_done, tensorboard
from cutaway import SummaryWriter

#: That the page is watched: the peer asks again once in it.
SECONDS = 35
#: Points of each curve before the page is opened.
POINTS = 1500


def benchmarks() -> Rows:
    """
    Twenty charts of twenty runs grow by a point a second each.

    They have some points already: as many as are drawn of a curve, so that what the page holds has no cause to grow.
    """
    with tempfile.TemporaryDirectory() as folder:
        begun, stop = Event(), Event()

        def record() -> None:
            writers = [SummaryWriter(Path(folder) / f"run{number:02d}", flush_secs=1) for number in range(20)]
            for step in itertools.count():
                if step == POINTS:
                    begun.set()
                if step >= POINTS and stop.wait(1.0):
                    break
                for writer in writers:
                    writer.log({f"t{tag:02d}": (step % 7) / (tag + 1) for tag in range(20)}, step)
                    if step >= POINTS:
                        writer.flush()
            for writer in writers:
                writer.close()

        def watch(server: Server, condition: str) -> tuple[float, float, float]:
            with page_of(server, condition) as page:
                if "scalar-card" in condition:
                    # Its page asks for nothing by itself unless it is told to, each 30 s at the most.
                    page.evaluate(
                        "localStorage.setItem('_tb_global_settings',"
                        " JSON.stringify({autoReload: true, autoReloadPeriodInMs: 30000}))"
                    )
                    page.reload()
                    page.wait_for_function(condition, timeout=120_000)
                    page.wait_for_timeout(3000)
                watch_frames(page)
                worked = watch_work(page)
                page.wait_for_timeout(SECONDS * 1000)
                return worked() / SECONDS, longest_frame(page), heap(page)

        recorder = Thread(target=record)
        recorder.start()
        try:
            begun.wait()
            time.sleep(5)
            with ours(Path(folder)) as mine, tensorboard(Path(folder), "--reload_interval=5") as peer:
                mine.wait(ours_is_done)
                peer.wait(lambda server: len(server.json("data/plugin/scalars/tags")) == 20)
                what = f"20 charts x 20 runs live, {SECONDS} s"
                yield from compare_together(
                    [
                        (f"{what}: time that the page's thread is at work, a second", "s"),
                        (f"{what}: longest time between two frames", "s"),
                        (f"{what}: the page's objects at the end", "B"),
                    ],
                    lambda: watch(mine, OURS),
                    lambda: watch(peer, THEIRS),
                    peer_name=f"{TENSORBOARD}, told to ask again each 30 s; ours draws each second",
                    note=f"{POINTS:,} points before",
                    warm_up=False,
                )
        finally:
            stop.set()
            recorder.join()
