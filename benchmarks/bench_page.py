"""The page: from the URL to a chart, and from the hand to the screen

Both pages are opened in headless Chromium (1280 x 800, software rendering, nothing cached) on servers that have read
everything. Of TensorBoard's a chart counts as drawn when the names of the runs stand below the first one.
"""

import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from playwright.sync_api import FloatRect, Page

from benchmarks.browser import (
    browser_page,
    frames_of_clicks,
    frames_of_moves,
    heap,
    longest_frame,
    opened,
    watch_frames,
    watch_work,
)
from benchmarks.harness import Row, Rows, compare_figures, compare_together
from benchmarks.logs import run_names, scalars, some, tag_name
from benchmarks.servers import TENSORBOARD, Server, ours, ours_is_done, tensorboard, tensorboard_has
from cutaway import SummaryWriter

OURS = "() => document.querySelector('[data-testid=chart][data-points]:not([data-points=\"0\"])') !== null"
#: Of tags that are all of families, which are drawn as rows.
OUR_ROW = "() => document.querySelector('[data-testid=family] canvas[data-cells]') !== null"
THEIRS = """() => {
  const card = document.querySelector('scalar-card');
  return card !== null && card.querySelector('mat-spinner') === null && card.textContent.includes('run0');
}"""
MOVES = 60
#: Of the page that stays open.
LIVE_SECONDS = 60
#: Points of each curve before the page is opened.
LIVE_POINTS = 1500


def benchmarks() -> Rows:
    """Opening, hovering, zooming, toggling, and a page that stays open."""
    yield _of_many_points()
    yield _many_tags()
    for runs in (40, 1000):
        yield _toggling(runs)
    yield _live()


def _of_many_points() -> Iterator[Row]:
    logs = scalars(100, 10, 10_000)
    with ours(logs) as mine, tensorboard(logs) as peer:
        mine.wait(ours_is_done)
        peer.wait(tensorboard_has(some(100), tag_name(9), 9999))
        yield opening("URL to the first chart, 100 runs x 10 tags x 10,000 points", mine, peer)
        yield _hovering(mine, peer)
        yield _zooming(mine, peer)


def opening(what: str, mine: Server, peer: Server, condition: str = OURS, peer_condition: str = THEIRS) -> Row:
    """From the URL to the first frame in which each condition holds."""
    return compare_figures(
        what,
        lambda: opened(mine.url, condition),
        lambda: opened(peer.url, peer_condition),
        peer_name=TENSORBOARD,
    )


@contextmanager
def page_of(server: Server, condition: str) -> Iterator[Page]:
    """The page of a server, three seconds after a condition holds."""
    with browser_page() as page:
        page.goto(server.url)
        page.wait_for_function(condition, timeout=120_000)
        page.wait_for_timeout(3000)
        yield page


def _box(page: Page, selector: str) -> FloatRect:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box


OUR_PLOT, THEIR_PLOT = "[data-testid=chart] .u-over", "scalar-card line-chart .series-view"


def _hovering(mine: Server, peer: Server) -> Row:
    def hover(server: Server, condition: str, plot: str) -> float:
        with page_of(server, condition) as page:
            return statistics.median(frames_of_moves(page, _box(page, plot), MOVES))

    return compare_figures(
        "pointer moved to values of 100 runs on screen, median of 60 moves",
        lambda: hover(mine, OURS, OUR_PLOT),
        lambda: hover(peer, THEIRS, THEIR_PLOT),
        peer_name=TENSORBOARD,
    )


def _zooming(mine: Server, peer: Server) -> Row:
    """From the end of a drag to the chart with what the server has for the new range; the peer has nothing finer."""
    labels = "[...document.querySelectorAll('scalar-card line-chart-axis')].map((axis) => axis.textContent).join()"

    def drag(page: Page, plot: str) -> None:
        box = _box(page, plot)
        page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.45 * box["width"], box["y"] + 0.6 * box["height"])
        page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.7 * box["height"])

    def zoom(server: Server, condition: str, plot: str, done: str) -> float:
        with page_of(server, condition) as page:
            drag(page, plot)
            page.evaluate(
                """(done) => {
                  addEventListener("mouseup", () => {
                    const start = performance.now();
                    const isDone = new Function(`return ${done}`);
                    const look = () => {
                      if (isDone()) window.zoomed = performance.now() - start;
                      else requestAnimationFrame(look);
                    };
                    requestAnimationFrame(look);
                  }, { capture: true, once: true });
                }""",
                done.replace("BEFORE", repr(page.evaluate(labels))),
            )
            page.mouse.up()
            page.wait_for_function("() => window.zoomed !== undefined", timeout=60_000)
            return float(page.evaluate("window.zoomed")) / 1000

    finer = "(card => card.dataset.state === 'ready' && card.dataset.xMax < 6000)(document.querySelector('.card'))"
    return compare_figures(
        "drag to a tenth of the range: until it is drawn with finer data",
        lambda: zoom(mine, OURS, OUR_PLOT, finer),
        lambda: zoom(peer, THEIRS, THEIR_PLOT, f"{labels} !== BEFORE"),
        peer_name=f"{TENSORBOARD}, which has no finer data",
    )


def _many_tags() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        with SummaryWriter(Path(folder) / "run0") as writer:
            for step in range(100):
                writer.log({f"layer{number // 12}/w{number % 12}": float(number) for number in range(12_000)}, step)
        with ours(Path(folder)) as mine, tensorboard(Path(folder)) as peer:
            mine.wait(ours_is_done)
            peer.wait(tensorboard_has(["run0"], "layer999/w11", 99))
            yield opening("URL to the first chart, 12,000 tags", mine, peer, OUR_ROW)


def _toggling(runs: int) -> Iterator[Row]:
    """A run is hidden and shown: from the click to the end of the frame that follows it."""
    with tempfile.TemporaryDirectory() as folder:
        for name in run_names(runs):
            with SummaryWriter(Path(folder) / name) as writer:
                for step in range(60):
                    writer.add_scalar("loss", step / 60, step)

        def toggle(server: Server, condition: str, box: str) -> float:
            with page_of(server, condition) as page:
                return statistics.median(frames_of_clicks(page, box, 6))

        with ours(Path(folder)) as mine, tensorboard(Path(folder)) as peer:
            mine.wait(ours_is_done)
            peer.wait(tensorboard_has(some(runs), "loss", 59))
            every = f"() => document.querySelector('[data-testid=chart]')?.dataset.series === '{runs}'"
            yield compare_figures(
                f"one run of {runs:,} hidden or shown, 60 points each, one chart in sight",
                lambda: toggle(mine, every, "[data-testid=run-row] input"),
                lambda: toggle(
                    peer,
                    "() => document.querySelector('scalar-card') !== null",
                    "runs-data-table tb-data-table-content-row mat-checkbox, runs-data-table mat-checkbox",
                ),
                peer_name=TENSORBOARD if runs <= 40 else f"{TENSORBOARD}, which shows 40 of them at first",
            )


def _live() -> Iterator[Row]:
    """
    Twenty charts of twenty runs grow by a point a second each.

    They have some points already: as many as are drawn of a curve, so that what the page holds has no cause to grow.
    """
    with tempfile.TemporaryDirectory() as folder:
        begun, stop = Event(), Event()

        def record() -> None:
            writers = [SummaryWriter(Path(folder) / f"run{number:02d}", flush_secs=1) for number in range(20)]
            for step in itertools.count():
                if step == LIVE_POINTS:
                    begun.set()
                if step >= LIVE_POINTS and stop.wait(1.0):
                    break
                for writer in writers:
                    writer.log({f"t{tag:02d}": (step % 7) / (tag + 1) for tag in range(20)}, step)
                    if step >= LIVE_POINTS:
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
                page.wait_for_timeout(LIVE_SECONDS * 1000)
                return worked() / LIVE_SECONDS, longest_frame(page), heap(page)

        recorder = Thread(target=record)
        recorder.start()
        try:
            begun.wait()
            time.sleep(5)
            with ours(Path(folder)) as mine, tensorboard(Path(folder), "--reload_interval=5") as peer:
                mine.wait(ours_is_done)
                peer.wait(lambda server: len(server.json("data/plugin/scalars/tags")) == 20)
                what = f"20 charts x 20 runs live, {LIVE_SECONDS} s"
                yield from compare_together(
                    [
                        (f"{what}: time that the page's thread is at work, a second", "s"),
                        (f"{what}: longest time between two frames", "s"),
                        (f"{what}: the page's objects at the end", "B"),
                    ],
                    lambda: watch(mine, OURS),
                    lambda: watch(peer, THEIRS),
                    peer_name=f"{TENSORBOARD}, told to ask again each 30 s; ours draws each second",
                    note=f"{LIVE_POINTS:,} points before",
                    warm_up=False,
                )
        finally:
            stop.set()
            recorder.join()
