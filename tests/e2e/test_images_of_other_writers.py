"""Images of PyTorch, tensorboardX and TensorFlow on the page: the pixels of their files."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from tests.e2e.other_writers import copy_fixture
from tests.e2e.pictures import image_of, pixels_of, rgba

import cutaway

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.slow
@pytest.mark.parametrize("writer", ["pytorch", "tensorboardx", "tensorflow1", "tensorflow2", "tensorflow1_summaries"])
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
        found, written = pixels_of(image).astype(int), rgba(recorded.to_array()).astype(int)
        np.testing.assert_array_equal(found[:, :, 3], written[:, :, 3], f"{name} {tag}")
        # A canvas has colours multiplied by their alpha, which takes digits from what is transparent.
        assert (np.abs(found - written)[:, :, :3] * written[:, :, 3:] <= 255 * (written[:, :, 3:] < 255)).all()
        if len(recorded.encoded) > 1:
            expect(image).to_contain_text(f"+{len(recorded.encoded) - 1}")
