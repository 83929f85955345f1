"""The viewer as a user starts it, and headless Chromium looking at it."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
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
    """The tests of a file have one browser, so they stay in one worker; files are spread over the workers."""
    for item in items:
        if item.get_closest_marker("browser") is not None:
            item.add_marker(pytest.mark.xdist_group(f"{item.path.parent.name}/{item.path.stem}"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed after each file: while it is open its event loop runs in this thread, where other tests start theirs."""
    program = shutil.which("chromium")
    assert program is not None, "the browser tests need Debian's package chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS, timeout=BOUND)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages, each in a new context with these options. A script's error, or a request to another host, fails."""
    problems: list[str] = []
    contexts = []

    def note(url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:")):
            problems.append(f"request to {url}")

    def new_page(**options: Any) -> Page:
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
