"""Images of PyTorch, tensorboardX and TensorFlow on the page: the pixels of their files."""

import base64
import json
import re
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from tests.e2e.pictures import image_of, pixels_of, rgba

import cutaway
from cutaway.events.core import frame

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.mark.slow
@pytest.mark.parametrize("writer", ["pytorch", "tensorboardx", "tensorflow1", "tensorflow2", "tensorflow1_summaries"])
def test_other_writers(page: Page, serve: Callable[..., str], tmp_path: Path, writer: str) -> None:
    """Every picture of their files is on screen, with the pixels that Pillow finds in it."""
    if writer == "tensorflow1_summaries":
        copy_summaries(tmp_path)
    else:
        (source,) = (FIXTURES / writer).glob("*.fixture")
        (tmp_path / "run").mkdir()
        (tmp_path / "run" / "events.out.tfevents.1").write_bytes(source.read_bytes())
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


def copy_summaries(logdir: Path) -> None:
    """The summaries of TensorFlow 1's image operations, a run for each, all under tags of their own."""
    cases = json.loads((FIXTURES / "tensorflow1_summaries" / "summaries.json").read_text("utf-8"))
    pictures = {name: case for name, case in cases.items() if name.startswith("image") or "pictures" in name}
    assert len(pictures) > 10
    for name, case in pictures.items():
        path = logdir / re.sub(r"\W+", "_", name) / "events.out.tfevents.1"
        path.parent.mkdir()
        summary = base64.b64decode(case["summary"])
        # An event: its wall time, its step and its summary.
        event = b"\x09" + struct.pack("<d", 1.0) + b"\x10\x01" + b"\x2a" + length_of(summary) + summary
        path.write_bytes(frame(event))


def length_of(data: bytes) -> bytes:
    """The length as a varint."""
    return bytes([len(data)]) if len(data) < 128 else bytes([len(data) & 127 | 128, len(data) >> 7])
