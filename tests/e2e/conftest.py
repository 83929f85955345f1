"""The viewer as a user starts it, and headless Chromium looking at it."""

import shutil
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from tests.e2e.viewers import Viewers
from tests.patience import PATIENCE

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
#: Milliseconds that a page waits for a state.
BOUND = PATIENCE * 1000

expect.set_options(timeout=BOUND)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file share what it makes, so they stay in one worker; files are spread over the workers."""
    for item in items:
        if item.get_closest_marker("browser") is not None:
            item.add_marker(pytest.mark.xdist_group(f"{item.path.parent.name}/{item.path.stem}"))


class Browsers:
    """Those of the browser tests that follow each other: starting one takes as long as a test does."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._open: dict[str, Browser] = {}

    def get(self, package: str) -> Browser:
        """The one of this package of Debian's."""
        browser = self._open.get(package)
        if browser is None or not browser.is_connected():
            program = shutil.which(package)
            assert program is not None, f"the browser tests need Debian's package {package}"
            if self._playwright is None:
                self._playwright = sync_playwright().start()
            browser = self._playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS, timeout=BOUND)
            self._open[package] = browser
        return browser

    def close(self) -> None:
        for browser in self._open.values():
            browser.close()
        self._open.clear()
        if self._playwright is not None:
            self._playwright.stop()
            self._playwright = None


_browsers = Browsers()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Close them before another test: while one is open its event loop runs in this thread."""
    try:
        return (yield)
    finally:
        if nextitem is None or nextitem.get_closest_marker("browser") is None:
            _browsers.close()


def pytest_sessionfinish() -> None:
    _browsers.close()


@pytest.fixture
def open_page() -> Iterator[Callable[..., Page]]:
    """Opens pages, each in a new context with these options. A script's error, or a request to another host, fails."""
    problems: list[str] = []
    contexts = []

    def note(url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:")):
            problems.append(f"request to {url}")

    def new_page(**options: Any) -> Page:
        # The shell has a mouse beside fingers, which comes back as soon as they are away.
        browser = _browsers.get("chromium" if options.get("has_touch") else "chromium-headless-shell")
        # Without motion, so that where a chart has been told to go is where it is.
        context = browser.new_context(**{"reduced_motion": "reduce"} | options)
        contexts.append(context)
        context.set_default_timeout(BOUND)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: note(request.url))
        return page

    yield new_page
    for context in contexts:
        context.close()
    assert not problems


@pytest.fixture(
    params=[
        pytest.param((1280, 800, "light"), id="1280-light"),
        pytest.param((1920, 1080, "dark"), id="1920-dark", marks=pytest.mark.slow),
    ]
)
def page(open_page: Callable[..., Page], request: pytest.FixtureRequest) -> Page:
    """A page of some size and theme."""
    width, height, theme = request.param
    return open_page(viewport={"width": width, "height": height}, color_scheme=theme)


@pytest.fixture
def serve() -> Iterator[Viewers]:
    viewers = Viewers()
    yield viewers
    viewers.kill()
