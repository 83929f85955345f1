"""Pictures on the page: where they are, and their pixels."""

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect


def image_of(page: Page, tag: str, run: str) -> Locator:
    return page.locator(f'[data-testid=image-card][data-tag="{tag}"] [data-testid=image][data-run="{run}"]')


def pixels_of(image: Locator) -> NDArray[np.uint8]:
    """The pixels of the canvas, RGBA, once the picture that is wished for is on it."""
    expect(image).to_have_attribute("data-state", "ready")
    found = image.get_by_test_id("pixels").evaluate(
        """canvas => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            return [width, height, Array.from(data)];
        }"""
    )
    width, height, data = found
    return np.array(data, np.uint8).reshape(height, width, 4)


def expect_picture(image: Locator, pixels: NDArray[np.uint8], what: str) -> None:
    """The picture on screen has these pixels, [height, width, channels]."""
    found, written = pixels_of(image).astype(int), rgba(pixels).astype(int)
    np.testing.assert_array_equal(found[:, :, 3], written[:, :, 3], what)
    # A canvas has colours multiplied by their alpha, which takes digits from what is transparent.
    difference = np.abs(found - written)[:, :, :3] * written[:, :, 3:]
    assert (difference <= 255 * (written[:, :, 3:] < 255)).all(), what


def rgba(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pixels of one to four channels with four of them."""
    color = np.repeat(pixels[:, :, :1], 3, axis=2) if pixels.shape[2] < 3 else pixels[:, :, :3]
    alpha = pixels[:, :, -1:] if pixels.shape[2] in (2, 4) else np.full_like(color[:, :, :1], 255)
    return np.concatenate([color, alpha], axis=2)
