"""The viewer as a user starts it, and headless Chromium looking at it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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
def serve() -> Iterator[Callable[..., str]]:
    """Starts ``cutaway --logdir=DIR`` and returns the URL that it prints; ends it after the test."""
    started: list[subprocess.Popen[str]] = []

    def start(logdir: Path, *flags: str) -> str:
        process = subprocess.Popen(
            [sys.executable, "-m", "cutaway", f"--logdir={logdir}", "--no-browser", *flags],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        started.append(process)
        assert process.stdout is not None
        for line in process.stdout:
            for word in line.split():
                if word.startswith("http://"):
                    return word
        raise AssertionError("the viewer ended without printing a URL")

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=20)
