"""Every kind of summary of TensorFlow 1 with every argument, on the page: each tag in its view, with its values."""

import base64
import io
import json
import re
import subprocess
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore[import-untyped, unused-ignore]
from tensorboard.util.tensor_util import make_ndarray  # type: ignore[import-untyped, unused-ignore]
from tests.conformance.tensorflow_programs import ENVIRONMENT, ROOT, TENSORFLOW_PYTHON
from tests.e2e.pictures import expect_picture, image_of
from tests.e2e.places import in_plot
from tests.fixtures.tensorflow1_summaries.cases import cases, named_for_its_case, write_log
from tests.patience import LONG_PATIENCE

import cutaway
from cutaway.compat import v1

pytestmark = pytest.mark.browser

#: What TensorFlow's own operations gave.
RECORDED = json.loads((ROOT / "tests" / "fixtures" / "tensorflow1_summaries" / "summaries.json").read_text("utf-8"))
REFUSED = frozenset(case for case, *_ in cases() if "refused" in RECORDED[case])
RUN = "tf1"

WITH_TENSORFLOW = """
import sys
import tensorflow.compat.v1 as tf
from tests.fixtures.tensorflow1_summaries.cases import write_log
write_log(tf, sys.argv[1], frozenset(sys.argv[2:]))
"""


class Written(NamedTuple):
    """A value of the fixture, under the tag that it has in the log."""

    tag: str
    function: str
    value: Any


def written(function: str) -> list[Written]:
    """The values that this operation gave."""
    return [value for value in every_value() if value.function == function]


def every_value() -> Iterator[Written]:
    for case, function, (name, *_), _ in cases():
        if case in REFUSED:
            continue
        for value in Summary.FromString(base64.b64decode(RECORDED[case]["summary"])).value:
            tag = value.tag
            if name == "t":
                tag = re.sub(r"(^|/)t(?=/|$)", rf"\g<1>{named_for_its_case(case, name)}", tag, count=1)
            # A tensor of one number and no dimensions is a scalar.
            is_scalar = function == "tensor_summary" and not value.tensor.tensor_shape.dim
            yield Written(tag, "scalar" if is_scalar else function, value)


@pytest.fixture(params=["Cutaway", pytest.param("TensorFlow", marks=pytest.mark.slow)], scope="module", name="logdir")
def log_directory(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("log")
    if request.param == "Cutaway":
        write_log(v1, str(directory / RUN), REFUSED)
    else:
        assert TENSORFLOW_PYTHON.exists(), "make test-all installs TensorFlow"
        command = [str(TENSORFLOW_PYTHON), "-c", WITH_TENSORFLOW, str(directory / RUN), *REFUSED]
        done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=LONG_PATIENCE)
        assert done.returncode == 0, done.stderr
    return directory


def only(page: Page, tag: str) -> None:
    """Show this tag alone: of many cards those in sight are there."""
    page.get_by_test_id("tag-filter").fill(f"^{re.escape(tag)}$")


def test_no_value_is_left_out(logdir: Path) -> None:
    """The tests below look at each kind that there is."""
    kinds = cutaway.open(logdir)[RUN].kinds
    functions = {"scalars": "scalar", "images": "image", "audio": "audio", "histograms": "histogram", "text": "text"}
    functions["tensors"] = "tensor_summary"
    for kind, function in functions.items():
        assert sorted(kinds[kind]) == sorted(tag for tag, *_ in written(function))
    assert set(kinds) - {"session_log"} == set(functions)
    assert sum(len(written(function)) for function in functions.values()) == len(list(every_value())) == 91


@pytest.mark.slow
def test_scalars(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    url = serve(logdir)
    page.goto(url)
    values = {
        tag: make_ndarray(value.tensor).item() if value.HasField("tensor") else value.simple_value
        for tag, _, value in written("scalar")
    }
    assert len(values) > 15
    for tag, value in values.items():
        only(page, tag)
        chart = page.locator(f'[data-testid=chart][data-tag="{tag}"]')
        expect(chart).to_have_attribute("data-state", "ready")
        if np.isfinite(value):
            page.mouse.move(*in_plot(chart, 0.5, 0.5))
            row = page.get_by_test_id("tooltip").locator("tbody tr")
            expect(row).to_have_count(1)
            expect(row).to_contain_text(RUN)
            number = row.locator(".tooltip-value").first.inner_text()
            assert float(number.replace(",", "").replace("−", "-")) == pytest.approx(value, rel=1e-5)
            page.mouse.move(0, 0)
    for tag, text in (("scalar_nan", "NaN"), ("scalar_inf", "+Inf"), ("scalar_-inf", "−Inf")):
        page.goto("about:blank")
        page.goto(f"{url}#view=runs&table-column=last:{tag}")
        expect(page.locator(f'[data-testid=run-row][data-run="{RUN}"]')).to_contain_text(text)


@pytest.mark.slow
def test_images(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    """Each of a batch has a tag of its own, up to `max_outputs`; sizes and pixels are those of TensorFlow's PNG."""
    pictures = written("image")
    tags = [tag for tag, *_ in pictures]
    # One, two, and as many as there are: `max_outputs` is 1, 2 and 9 for batches of two.
    assert {"image_one/image", "image_two/image/0", "image_two/image/1", "image_many/image/1"} <= set(tags)
    assert {"f/f/family_of_pictures/image/0", "f/f/family_of_pictures/image/1"} <= set(tags)
    page.goto(serve(logdir) + "#view=images")
    expect(page.get_by_test_id("tag-filter").locator("..")).to_contain_text(f"{len(tags)} tags")
    for tag, _, value in pictures:
        only(page, tag)
        image = image_of(page, tag, RUN)
        expect(image).to_have_attribute("data-step", "3")
        pixels = np.asarray(Image.open(io.BytesIO(value.image.encoded_image_string)))
        pixels = pixels[:, :, None] if pixels.ndim == 2 else pixels
        assert pixels.shape == (value.image.height, value.image.width, value.image.colorspace)
        expect_picture(image, pixels, tag)
        size = f"{value.image.width}×{value.image.height}"
        expect(image.get_by_test_id("pixels")).to_have_attribute("aria-label", f"{tag}, {RUN}, step 3, {size}")


def test_the_number_in_a_batch_is_in_sight(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    """In cards that are too small for their names it is the beginning that is left out."""
    page.goto(serve(logdir) + "#view=images&image-size=small&tags=image_positive_floats")
    for number in (0, 1):
        title = page.locator(f'[data-tag="image_positive_floats/image/{number}"] h3')
        expect(title).to_have_text(f"image_positive_floats/image/{number}")
        assert title.evaluate("title => title.clientWidth") < 130
        end = title.locator("span span span").last
        expect(end).to_have_text(f"/image/{number}")
        assert end.evaluate("end => end.scrollWidth <= end.clientWidth")
        start, edge = end.bounding_box(), title.bounding_box()
        assert start is not None
        assert edge is not None
        assert start["x"] + start["width"] <= edge["x"] + edge["width"] + 1


@pytest.mark.slow
def test_sounds(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    sounds = written("audio")
    assert {"f/f/family_of_sounds/audio/0", "audio_one/audio", "audio_of_two_dimensions/audio/2"} <= {
        tag for tag, *_ in sounds
    }
    page.goto(serve(logdir) + "#view=audio")
    for tag, _, value in sounds:
        only(page, tag)
        sound = page.locator(f'[data-testid=audio-card][data-tag="{tag}"] [data-testid=sound][data-run="{RUN}"]')
        expect(sound).to_have_attribute("data-state", "ready")
        expect(sound).to_have_attribute("data-step", "3")
        facts = sound.get_by_test_id("sound-facts").inner_text().split(" · ")
        with wave.open(io.BytesIO(value.audio.encoded_audio_string)) as file:
            assert f"{file.getframerate():,} Hz" in facts
            assert f"{file.getnframes()} frames" in facts
            assert file.getnframes() == value.audio.length_frames
            channels = file.getnchannels()
        assert channels == value.audio.num_channels
        assert f"{channels} channel{'s' * (channels > 1)}" in facts


@pytest.mark.slow
def test_histograms(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    url = serve(logdir)
    histograms = written("histogram")
    assert "f/f/family_of_histograms" in {tag for tag, *_ in histograms}
    for tag, _, value in histograms:
        page.goto("about:blank")
        page.goto(f"{url}#view=distributions&large-distribution={tag}")
        card = page.locator(f'[data-testid=distribution][data-tag="{tag}"]')
        run = card.locator(f'[data-testid=distribution-run][data-run="{RUN}"]')
        expect(run).to_have_attribute("data-step", "3")
        expect(run).to_have_attribute("data-count", f"{value.histo.num:.0f}")
        if value.histo.num == 0:
            continue
        for figure, number in (("min", value.histo.min), ("max", value.histo.max)):
            shown = card.locator(f'tr[data-run="{RUN}"] [data-figure={figure}]').inner_text()
            assert float(shown.replace(",", "").replace("−", "-")) == pytest.approx(number, rel=1e-3), (tag, figure)


@pytest.mark.slow
def test_texts_and_what_has_no_view(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#view=text")
    texts = {tag: value for tag, _, value in written("text")}
    assert len(texts) == 3
    for tag, value in texts.items():
        text = page.locator(f'[data-testid=text-card][data-tag="{tag}"] [data-testid=text][data-run="{RUN}"]')
        expect(text).to_have_attribute("data-step", "3")
        for part in value.tensor.string_val:
            # Markdown: *text* is text.
            expect(text).to_contain_text(part.decode().replace("*", ""))
    # Tensors are counted where they have no view.
    notice = page.locator("details.notice", has_text="kind not shown")
    notice.locator("summary").click()
    expect(notice).to_contain_text(f"Tensors without a plug-in: {len(written('tensor_summary'))} records in 1 run")
