"""Images: from the URL to a grid of pictures, and a step of all of them moved

Both pages are opened in headless Chromium (1280 x 800, software rendering, nothing cached) on servers that have read
everything. Of TensorBoard's time series page, which keeps 10 steps of each series, the grid counts as drawn when the
first picture has been decoded; of ours when every picture in sight is on its canvas. A step is moved by a key: of ours
20 pictures, of TensorBoard the one whose slider it is.
"""

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, Request

from benchmarks.browser import browser_page, opened
from benchmarks.harness import Result, compare_figures
from benchmarks.servers import TENSORBOARD, Server, ours, ours_is_done, tensorboard
from cutaway import SummaryWriter

TAGS, RUNS, STEPS, SIDE = 20, 10, 200, 64
VIEW = "#view=images&image-size=small"
#: Two tags of ten runs.
MOVED_VIEW = "#view=images&tags=tag0%5B01%5D&image-size=small&at=step:100"
MOVED = 20

#: Whether every picture in the window is there.
OURS = """() => {
  const seen = [...document.querySelectorAll('[data-testid=image]')].filter((image) => {
    const { top, bottom, left, right } = image.getBoundingClientRect();
    // A card scrolls: what is beyond its edge is out of sight.
    const card = image.parentElement.getBoundingClientRect();
    return bottom > 0 && top < innerHeight && right > card.left && left < card.right;
  });
  return seen.length > 0 && seen.every((image) => image.dataset.state === 'ready');
}"""
THEIRS = """() => {
  const images = [...document.querySelectorAll('image-card img')];
  return images.some((image) => image.complete && image.naturalWidth > 0);
}"""

#: Milliseconds from a key to the frame in which a condition, a function of the state before it, holds: `window.moved`.
_MOVING = """
() => {
  window.moved = undefined;
  const state = STATE;
  const before = state();
  addEventListener("keydown", () => {
    const start = performance.now();
    const look = () => {
      const now = state();
      const isMoved = now.every((part, i) => part !== null && part !== before[i]);
      if (isMoved) window.moved = performance.now() - start;
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, { capture: true, once: true });
}
"""
#: The step of each picture; null for one that is not there yet.
_OUR_STEPS = """() => [...document.querySelectorAll('[data-testid=image]')].map(
  ({ dataset }) => (dataset.state === 'ready' ? dataset.step : null),
)"""
_THEIR_PICTURE = """() => {
  const image = document.querySelector('image-card img');
  return [image !== null && image.complete ? image.src : null];
}"""


def benchmarks() -> Iterator[Result]:
    """Opening, and moving a step."""
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        _write(logs)
        with ours(logs) as mine, tensorboard(logs) as peer:
            mine.wait(ours_is_done)
            peer.wait(_has_images)
            yield _opening(mine, peer)
            yield _moving(mine, peer)


def _write(folder: Path) -> None:
    rng = np.random.default_rng(0)
    # Squares of four by four pixels, so that the log has 60 MB.
    pictures = rng.integers(0, 256, (32, SIDE // 4, SIDE // 4, 3), np.uint8).repeat(4, axis=1).repeat(4, axis=2)
    for run in range(RUNS):
        with SummaryWriter(folder / f"run{run}") as writer:
            for step in range(STEPS):
                for tag in range(TAGS):
                    pixels = pictures[(run + step + tag) % len(pictures)]
                    writer.add_image(f"images/tag{tag:02d}", pixels, step, dataformats="HWC")


def _has_images(server: Server) -> bool:
    tags = server.json("data/plugin/timeseries/tags")["images"]["tagRunSampledInfo"]
    return len(tags) == TAGS and all(len(runs) == RUNS for runs in tags.values())


def _opening(mine: Server, peer: Server) -> Result:
    return compare_figures(
        f"URL to the images in sight, {TAGS} tags x {RUNS} runs x {STEPS} steps of {SIDE} x {SIDE}",
        lambda: opened(mine.url + VIEW, OURS),
        lambda: opened(peer.url, THEIRS),
        peer_name=f"{TENSORBOARD}, its first image",
        unit="",
        rounds=3,
        note=f"ours asked for {_asked(mine)} of {TAGS * RUNS * STEPS:,} pictures",
    )


def _asked(server: Server) -> int:
    """How many pictures the first screen asks for."""
    asked = 0

    def count(request: Request) -> None:
        nonlocal asked
        if "/api/pictures" in request.url:
            asked += len(request.post_data_json["pictures"])

    with browser_page() as page:
        page.on("request", count)
        page.goto(server.url + VIEW)
        page.wait_for_function(OURS, timeout=120_000)
        page.wait_for_timeout(2000)
        return asked


def _moving(mine: Server, peer: Server) -> Result:
    def move_ours() -> float:
        with browser_page() as page:
            page.goto(mine.url + MOVED_VIEW)
            # Without the list of runs there is room for ten images in a row.
            page.keyboard.press("b")
            ready = f"document.querySelectorAll('[data-testid=image][data-state=ready]').length === {MOVED}"
            page.wait_for_function(ready, timeout=120_000)
            return statistics.median(_move(page, _OUR_STEPS, "ArrowRight") for _ in range(9))

    def move_theirs() -> float:
        with browser_page() as page:
            page.goto(peer.url)
            page.wait_for_function(THEIRS, timeout=120_000)
            page.wait_for_timeout(3000)
            page.locator("image-card mat-slider input, image-card mat-slider").first.focus()
            return statistics.median(_move(page, _THEIR_PICTURE, "ArrowLeft") for _ in range(7))

    return compare_figures(
        f"a step moved by a key: {MOVED} images replaced, median of 9 moves",
        move_ours,
        move_theirs,
        peer_name=f"{TENSORBOARD}, one image replaced by its slider",
        unit="",
        rounds=3,
    )


def _move(page: Page, state: str, key: str) -> float:
    page.evaluate(_MOVING.replace("STATE", state))
    page.keyboard.press(key)
    page.wait_for_function("() => window.moved !== undefined", timeout=60_000)
    moved = float(page.evaluate("window.moved")) / 1000
    # As somebody looks at what has come.
    page.wait_for_timeout(300)
    return moved
