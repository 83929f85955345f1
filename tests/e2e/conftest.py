"""The viewer as a user starts it, and headless Chromium looking at it."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.e2e.viewers import Viewers

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed after each file: while it is open its event loop runs in this thread, where other tests start theirs."""
    program = shutil.which("chromium")
    assert program is not None, "the browser tests need Debian's package chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(
    params=[
        pytest.param((1280, 800, "light"), id="1280-light"),
        pytest.param((1920, 1080, "dark"), id="1920-dark", marks=pytest.mark.slow),
    ]
)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of some size and theme in a new context. An error of a script, or a request to another host, fails."""
    width, height, theme = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:"))
            else problems.append(f"request to {request.url}")
        ),
    )
    yield page
    context.close()
    assert not problems


@pytest.fixture
def serve() -> Iterator[Viewers]:
    viewers = Viewers()
    yield viewers
    viewers.end()
