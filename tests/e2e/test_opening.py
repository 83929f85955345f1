"""What the page needs first is asked for at once: nothing waits for what it can do without."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Request, Route, expect
from tests.e2e.pictures import image_of

import cutaway

pytestmark = pytest.mark.browser


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    with cutaway.SummaryWriter(tmp_path / "adam") as writer:
        writer.add_image("samples", np.zeros((3, 8, 8), np.uint8), 1)
        writer.add_scalar("loss", 1.0, 1)
    return tmp_path


def test_the_catalogue_and_the_view_do_not_wait_for_the_program(
    page: Page, serve: Callable[..., str], logdir: Path
) -> None:
    url = serve(logdir)
    held: list[Route] = []
    page.route(re.compile(r"/assets/program-.*\.js$"), lambda route: held.append(route))
    with page.expect_request(re.compile("/api/catalogue$")), page.expect_request(re.compile(r"/assets/images-.*\.js$")):
        page.goto(url + "#view=images", wait_until="commit")
    assert len(held) == 1
    catalogues: list[Request] = []
    page.on("request", lambda request: catalogues.append(request) if "/api/catalogue" in request.url else None)
    held[0].continue_()
    expect(image_of(page, "samples", "adam")).to_have_attribute("data-state", "ready")
    # The one that was asked for is used.
    assert catalogues == []


def test_nothing_waits_for_the_stream_of_changes(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    held: list[Route] = []
    page.route(re.compile("/api/live"), lambda route: held.append(route))
    page.goto(serve(logdir) + "#view=images")
    expect(image_of(page, "samples", "adam")).to_have_attribute("data-state", "ready")
    with cutaway.SummaryWriter(logdir / "adam") as writer:
        writer.add_image("samples", np.ones((3, 8, 8), np.uint8), 2)
    # What came meanwhile is in the stream's first event.
    held[0].continue_()
    expect(image_of(page, "samples", "adam")).to_have_attribute("data-step", "2")


def test_the_first_pictures_do_not_wait_for_their_places(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    held: list[Route] = []
    asked: list[object] = []
    page.route(re.compile("/api/values"), lambda route: held.append(route))
    page.on("request", lambda request: asked.append(request.post_data_json) if "/api/pictures" in request.url else None)
    with page.expect_request(re.compile("/api/values")), page.expect_response(re.compile("/api/pictures")):
        page.goto(serve(logdir) + "#view=images")
    image = image_of(page, "samples", "adam")
    expect(image).to_contain_text("Asking for the images.")
    held[0].continue_()
    expect(image).to_have_attribute("data-state", "ready")
    expect(image).to_have_attribute("data-step", "1")
    # By the place, and not again.
    pictures = [{"tag": "v0", "run": "r0", "at": None, "part": 0, "width": None}]
    assert asked == [{"pictures": pictures, "most_bytes": 1 << 20}]
    assert len(held) == 1
