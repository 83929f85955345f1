"""Images of PyTorch, tensorboardX and TensorFlow on the page: the pixels of their files."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.other_writers import copy_fixture
from tests.e2e.pictures import expect_picture, image_of

import cutaway

pytestmark = pytest.mark.browser


@pytest.mark.slow
@pytest.mark.parametrize("writer", ["pytorch", "tensorboardx", "tensorflow1", "tensorflow2"])
def test_other_writers(page: Page, serve: Callable[..., str], tmp_path: Path, writer: str) -> None:
    """Every picture of their files is on screen, with the pixels that Pillow finds in it."""
    copy_fixture(writer, tmp_path, "^image|pictures")
    logs = cutaway.open(tmp_path)
    url = serve(tmp_path)
    images = [(name, tag) for name in logs.runs for tag in logs[name].kinds.get("images", ())]
    assert images
    page.goto(url + "#view=images")
    for name, tag in images:
        recorded = logs[name].images(tag)[-1]
        # Of many cards those in sight are there.
        page.get_by_test_id("tag-filter").fill(f"^{re.escape(tag)}$")
        image = image_of(page, tag, name)
        image.scroll_into_view_if_needed()
        expect_picture(image, recorded.to_array(), f"{name} {tag}")
        if len(recorded.encoded) > 1:
            expect(image).to_contain_text(f"+{len(recorded.encoded) - 1}")
