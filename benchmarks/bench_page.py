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

from benchmarks.bench_load import TAGS
from benchmarks.bench_load import _write as write_runs
from benchmarks.browser import (
    browser_page,
    click_durations,
    frames_of_moves,
    heap,
    long_tasks,
    opened,
    watch_clicks,
    watch_long_tasks,
)
from benchmarks.harness import Result, compare_figures
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
LIVE_SECONDS = 300
#: Points of each curve before the page is opened.
LIVE_POINTS = 1500
PEER_LIVE_SECONDS = 70


def benchmarks() -> Iterator[Result]:
    """Opening, hovering, zooming, toggling, and a page that stays open."""
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        write_runs(logs, 100, 100_000)
        names = [f"run{number:03d}" for number in (0, 50, 99)]
        has_all = tensorboard_has(names, "train/metric9", 100_000 // TAGS - 1)
        with ours(logs) as mine, tensorboard(logs) as peer:
            mine.wait(ours_is_done)
            peer.wait(has_all)
            yield _opening("URL to the first chart, 100 runs x 10 tags x 10,000 points", mine, peer)
            yield _hovering(mine, peer)
            yield _zooming(mine, peer)
    yield _many_tags()
    yield _toggling()
    yield from _live()


def _opening(what: str, mine: Server, peer: Server, condition: str = OURS, peer_condition: str = THEIRS) -> Result:
    return compare_figures(
        what,
        lambda: opened(mine.url, condition),
        lambda: opened(peer.url, peer_condition),
        peer_name=f"{TENSORBOARD}, 1,000 points a series",
        unit="",
        rounds=3,
    )


@contextmanager
def _page_of(server: Server, condition: str) -> Iterator[Page]:
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


def _hovering(mine: Server, peer: Server) -> Result:
    def hover(server: Server, condition: str, plot: str) -> float:
        with _page_of(server, condition) as page:
            return statistics.median(frames_of_moves(page, _box(page, plot), MOVES))

    return compare_figures(
        "pointer moved to values of 100 runs on screen, median of 60 moves",
        lambda: hover(mine, OURS, OUR_PLOT),
        lambda: hover(peer, THEIRS, THEIR_PLOT),
        peer_name=TENSORBOARD,
        unit="",
        rounds=2,
    )


def _zooming(mine: Server, peer: Server) -> Result:
    """From the end of a drag to the chart with what the server has for the new range; the peer has nothing finer."""
    labels = "[...document.querySelectorAll('scalar-card line-chart-axis')].map((axis) => axis.textContent).join()"

    def drag(page: Page, plot: str) -> None:
        box = _box(page, plot)
        page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.45 * box["width"], box["y"] + 0.6 * box["height"])
        page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.7 * box["height"])

    def zoom(server: Server, condition: str, plot: str, done: str) -> float:
        with _page_of(server, condition) as page:
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
        unit="",
        rounds=2,
    )


def _many_tags() -> Result:
    with tempfile.TemporaryDirectory() as folder:
        with SummaryWriter(Path(folder) / "run0") as writer:
            for step in range(100):
                writer.log({f"layer{number // 12}/w{number % 12}": float(number) for number in range(12_000)}, step)
        with ours(Path(folder)) as mine, tensorboard(Path(folder)) as peer:
            mine.wait(ours_is_done)
            peer.wait(tensorboard_has(["run0"], "layer999/w11", 99))
            return _opening("URL to the first chart, 12,000 tags", mine, peer, OUR_ROW)


def _toggling() -> Result:
    """A run is hidden and shown; the browser tells how long until the frame that follows the click."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1000):
            with SummaryWriter(Path(folder) / f"run{number:04d}") as writer:
                for step in range(60):
                    writer.add_scalar("loss", number + step / 60, step)

        def toggle(server: Server, condition: str, box: str) -> float:
            with _page_of(server, condition) as page:
                watch_clicks(page)
                for _ in range(6):
                    page.locator(box).first.click()
                    page.wait_for_timeout(700)
                durations = click_durations(page)
                # What takes less than a frame is not told.
                return statistics.median(durations) if durations else 0.016

        with ours(Path(folder)) as mine, tensorboard(Path(folder)) as peer:
            mine.wait(ours_is_done)
            peer.wait(tensorboard_has(["run0000", "run0999"], "loss", 59))
            every = "() => document.querySelector('[data-testid=chart]')?.dataset.series === '1000'"
            return compare_figures(
                "one run of 1,000 hidden or shown, 60 points each, one chart in sight",
                lambda: toggle(mine, every, "[data-testid=run-row] input"),
                lambda: toggle(
                    peer,
                    "() => document.querySelector('scalar-card') !== null",
                    "runs-data-table tb-data-table-content-row mat-checkbox, runs-data-table mat-checkbox",
                ),
                peer_name=f"{TENSORBOARD}, with the runs that it shows at first",
                unit="",
                rounds=1,
            )


def _live() -> Iterator[Result]:
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

        recorder = Thread(target=record)
        recorder.start()
        try:
            begun.wait()
            time.sleep(5)
            figures: dict[str, tuple[float, float]] = {}

            def watch(server: Server, condition: str, length: float) -> tuple[float, float]:
                with _page_of(server, condition) as page:
                    if "scalar-card" in condition:
                        page.evaluate(
                            "localStorage.setItem('_tb_global_settings',"
                            " JSON.stringify({autoReload: true, autoReloadPeriodInMs: 30000}))"
                        )
                        page.reload()
                        page.wait_for_function(condition, timeout=120_000)
                    page.wait_for_timeout(length * 200)
                    before = heap(page)
                    watch_long_tasks(page)
                    page.wait_for_timeout(length * 800)
                    tasks = long_tasks(page)
                    return max(tasks, default=0.0), heap(page) - before

            with ours(Path(folder)) as mine:
                figures["ours"] = watch(mine, OURS, LIVE_SECONDS)
            with tensorboard(Path(folder), "--reload_interval=5") as peer:
                peer.wait(lambda server: len(server.json("data/plugin/scalars/tags")) == 20)
                figures["peer"] = watch(peer, THEIRS, PEER_LIVE_SECONDS)
        finally:
            stop.set()
            recorder.join()
    note = f"ours {LIVE_SECONDS} s, the peer {PEER_LIVE_SECONDS} s with a reload each 30 s; {LIVE_POINTS} points before"
    for place, (what, measure, least) in enumerate(
        (
            ("longest task of more than 50 ms, else 50 ms", "s", 0.05),
            ("growth of the page's objects, at least 1 MB", "B", 1e6),
        )
    ):
        mine_figure, peer_figure = (max(figures[side][place], least) for side in ("ours", "peer"))
        yield Result(
            what=f"20 charts x 20 runs live: {what}",
            unit="",
            ours=mine_figure,
            peer_name=TENSORBOARD,
            peer=peer_figure,
            ratio=peer_figure / mine_figure,
            lowest_ratio=peer_figure / mine_figure,
            highest_ratio=peer_figure / mine_figure,
            note=note,
            measure=measure,
        )
