"""The page: from the URL to a chart, and from the hand to the screen

Both pages are opened in headless Chromium (1280 x 800, software rendering, nothing cached) on servers that have read
everything. Of TensorBoard's a chart counts as drawn when the names of the runs stand below the first one.
"""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import FloatRect, Page

from benchmarks.browser import (
    browser_page,
    frames_of_clicks,
    frames_of_moves,
    opened,
)
from benchmarks.harness import Row, Rows, compare_figures, within_bound
from benchmarks.logs import run_names, scalars, some, tag_name
from benchmarks.servers import TENSORBOARD, Server, ours, ours_is_done, tensorboard, tensorboard_has
from cutaway import SummaryWriter

OURS = "() => document.querySelector('[data-testid=chart][data-points]:not([data-points=\"0\"])') !== null"
#: Of tags that are all of families, which are drawn as rows.
OUR_ROW = "() => document.querySelector('[data-testid=family] canvas[data-cells]') !== null"
ALL_LISTED = """() => document.querySelectorAll('[data-testid=run-row]').length > 10
  && document.querySelector('.run-foot')?.textContent.includes('10,000 runs')"""
THEIRS = """() => {
  const card = document.querySelector('scalar-card');
  return card !== null && card.querySelector('mat-spinner') === null && card.textContent.includes('run0');
}"""
MOVES = 60


def benchmarks() -> Rows:
    """Opening, hovering, zooming and toggling."""
    yield _of_many_points()
    yield _many_tags()
    yield _many_runs()
    for runs in (40, 1000):
        yield _toggling(runs)


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


def _many_runs() -> Iterator[Row]:
    """A list that names its runs and counts all of them, and the first chart, which has a line of each."""
    with ours(scalars(10_000, 2, 5)) as mine:
        mine.wait(ours_is_done)
        what = "10,000 runs x 2 tags x 5 points"
        yield within_bound(f"URL to the first chart, {what}", lambda: opened(mine.url, OURS), 2)
        yield within_bound(f"URL to all runs listed, {what}", lambda: opened(mine.url, ALL_LISTED), 4)


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
