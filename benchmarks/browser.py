"""Two pages in headless Chromium, ours and TensorBoard's, and how long they take: measured inside the page."""

import math
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import FloatRect, Page, sync_playwright
from playwright.sync_api import TimeoutError as GaveUp

#: Those of the tests.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]

#: Milliseconds from the navigation to the first frame in which a condition holds are left in `window.reached`.
_WATCH = """
(() => {
  const look = () => {
    const met = document.body !== null && (CONDITION)();
    if (met) requestAnimationFrame(() => { window.reached = performance.now(); });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""

#: Of each move of the pointer: milliseconds from its event to the frame after it, in `window.frames`.
_FRAMES = """
() => {
  window.frames = [];
  addEventListener("mousemove", () => {
    const start = performance.now();
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => window.frames.push(performance.now() - start);
      channel.port2.postMessage(null);
    });
  }, { capture: true });
}
"""

#: Of each click: milliseconds from its event to the end of the frame after it, in `window.clicks`.
_CLICKS = _FRAMES.replace("frames", "clicks").replace("mousemove", "click")

#: The longest time between two frames so far, in milliseconds, in `window.longest`.
_LONGEST_FRAME = """
() => {
  window.longest = 0;
  let last = performance.now();
  const look = () => {
    const now = performance.now();
    window.longest = Math.max(window.longest, now - last);
    last = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
"""


@contextmanager
def browser_page() -> Iterator[Page]:
    """A page of 1280 x 800 with nothing remembered."""
    program = shutil.which("chromium-headless-shell")
    if program is None:
        raise SystemExit("the benchmarks of the page need Debian's package chromium-headless-shell")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = chromium.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
        yield page
        chromium.close()


def opened(url: str, condition: str, give_up: float = 120.0) -> float:
    """Seconds from a URL to the first frame in which the condition, a function in JavaScript, holds; NaN when none does
    within the seconds after which it is given up.
    """
    with browser_page() as page:
        page.add_init_script(_WATCH.replace("CONDITION", condition))
        page.goto(url, wait_until="commit")
        try:
            page.wait_for_function("() => window.reached !== undefined", timeout=1000 * give_up, polling=50)
        except GaveUp:
            return math.nan
        return float(page.evaluate("window.reached")) / 1000


def frames_of_moves(page: Page, box: FloatRect, moves: int) -> list[float]:
    """Seconds that each of some moves across a box takes to be on screen."""
    page.evaluate(_FRAMES)
    for number in range(moves):
        share = 0.05 + 0.9 * number / moves
        page.mouse.move(box["x"] + share * box["width"], box["y"] + (0.2 + share / 2) * box["height"])
    page.wait_for_timeout(500)
    return [frame / 1000 for frame in page.evaluate("window.frames")]


def frames_of_clicks(page: Page, selector: str, clicks: int) -> list[float]:
    """Seconds that each of some clicks on the first such element takes to be on screen."""
    page.evaluate(_CLICKS)
    for _ in range(clicks):
        page.locator(selector).first.click()
        page.wait_for_timeout(700)
    return [click / 1000 for click in page.evaluate("window.clicks")]


def watch_frames(page: Page) -> None:
    """Begin to look for the longest time between two frames."""
    page.evaluate(_LONGEST_FRAME)


def longest_frame(page: Page) -> float:
    """Seconds, since it is watched for."""
    return float(page.evaluate("window.longest")) / 1000


def watch_work(page: Page) -> Callable[[], float]:
    """A function that says how many seconds the page's thread was at work since it was made."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def seconds() -> float:
        metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
        return float(metrics["TaskDuration"])

    before = seconds()
    return lambda: seconds() - before


def heap(page: Page) -> float:
    """
    Bytes of JavaScript objects and of the arrays behind them, after what is unused was collected.

    Asked of the engine's profiler: `gc()` in a page leaves the arrays to a sweeper that is done seconds later, and what
    `performance.memory` says then is anything up to 15 MB too much.
    """
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    usage: dict[str, Any] = session.send("Runtime.getHeapUsage")
    session.detach()
    return float(usage["usedSize"]) + float(usage["backingStorageSize"])
