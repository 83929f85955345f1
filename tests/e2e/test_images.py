"""Images of all runs side by side: pixels on screen are those that were written, at one place; whatever is in them."""

import io
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as PillowImage
from playwright.sync_api import Locator, Page, Request, expect
from tests.e2e.pictures import image_of, pixels_of, rgba

import cutaway
from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.schema import encode

pytestmark = pytest.mark.browser

FIXTURES = Path(__file__).parents[1] / "fixtures"
EVERY = {"adam": 100, "sgd": 150}


def picture(run: str, step: int) -> NDArray[np.uint8]:
    """Another picture for each run and step, of 12 x 10 pixels."""
    seed = [list(EVERY).index(run), step]
    return np.random.default_rng(seed).integers(0, 256, (12, 10, 3), np.uint8)


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for name, every in EVERY.items():
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            for step in range(0, 601, every):
                writer.add_image("samples/input", picture(name, step), step, dataformats="HWC")
            writer.add_image("once", picture(name, 600), 600, dataformats="HWC")
            writer.add_scalar("loss", 1.0, 0)
    with cutaway.SummaryWriter(tmp_path / "without") as writer:
        writer.add_scalar("loss", 1.0, 0)
    return tmp_path


def test_the_pixels_of_a_step_of_all_runs(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir))
    page.get_by_test_id("view-images").click()
    adam, sgd = image_of(page, "samples/input", "adam"), image_of(page, "samples/input", "sgd")
    for image, run in ((adam, "adam"), (sgd, "sgd")):
        expect(image).to_have_attribute("data-step", "600")
        np.testing.assert_array_equal(pixels_of(image), rgba(picture(run, 600)))
    expect(page.locator('[data-tag="samples/input"]')).to_contain_text("2 of 3 runs")
    # What is a run's has the run's colour.
    colors = [
        (
            image.locator(".image-frame").evaluate("frame => getComputedStyle(frame).borderTopColor"),
            image.locator("line").evaluate("line => getComputedStyle(line).stroke"),
        )
        for image in (adam, sgd)
    ]
    assert colors[0][0] == colors[0][1] != colors[1][0] == colors[1][1]

    page.keyboard.press("ArrowLeft")
    expect(adam).to_have_attribute("data-step", "500")
    # A run that has nothing at the step shows what it had before, and says so.
    expect(sgd).to_have_attribute("data-step", "450")
    expect(sgd).to_contain_text("from 450")
    np.testing.assert_array_equal(pixels_of(adam), rgba(picture("adam", 500)))
    np.testing.assert_array_equal(pixels_of(sgd), rgba(picture("sgd", 450)))
    expect(image_of(page, "once", "adam")).to_contain_text("Nothing was recorded up to here.")
    expect(page).to_have_url(re.compile("at=step%3A500"))

    # What was recorded is what is saved.
    adam.hover()
    with page.expect_download() as started:
        adam.get_by_test_id("download").click()
    assert started.value.suggested_filename == "samples_input-adam-step500.png"
    np.testing.assert_array_equal(np.asarray(PillowImage.open(started.value.path())), picture("adam", 500))

    # The place is that of all views, and the link has it.
    page.reload()
    expect(adam).to_have_attribute("data-step", "500")
    page.keyboard.press("0")
    expect(adam).to_have_attribute("data-step", "600")


def test_a_picture_is_asked_for_once(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    places: list[str] = []
    page.on("request", lambda request: places.append(request.url) if "/api/values" in request.url else None)
    asked = pictures_asked(page)
    page.goto(serve(logdir) + "#view=images&tags=samples")
    adam, sgd = (image_of(page, "samples/input", run) for run in ("adam", "sgd"))
    expect(adam).to_have_attribute("data-state", "ready")
    expect(sgd).to_have_attribute("data-state", "ready")
    for key, step in (("ArrowLeft", 500), ("ArrowRight", 600), ("ArrowLeft", 500), ("0", 600)):
        page.keyboard.press(key)
        expect(adam).to_have_attribute("data-step", str(step))
        # Of both: a picture that is left before it is there is asked for again.
        expect(adam).to_have_attribute("data-state", "ready")
        expect(sgd).to_have_attribute("data-state", "ready")
    # The places once, and each picture once: those in sight of all runs together, and those of two steps on both sides.
    assert len(places) == 1
    every = [picture for request in asked for picture in request]
    assert len(set(every)) == len(every)
    assert len(asked) <= 1 + 2 * 4
    # A new one is seen when it comes, and is all that is asked for.
    with cutaway.SummaryWriter(logdir / "adam") as writer:
        writer.add_image("samples/input", picture("adam", 700), 700, dataformats="HWC")
        expect(adam).to_have_attribute("data-step", "700")
    np.testing.assert_array_equal(pixels_of(adam), rgba(picture("adam", 700)))
    assert sum(map(len, asked)) == len(every) + 1


def pictures_asked(page: Page) -> list[list[tuple[Any, ...]]]:
    """The pictures of each request, as they are asked for from now on."""
    asked: list[list[tuple[Any, ...]]] = []

    def take(request: Request) -> None:
        if "/api/pictures" in request.url:
            asked.append([tuple(picture.values()) for picture in (request.post_data_json or {})["pictures"]])
        elif "/api/value?" in request.url:
            asked.append([(request.url,)])

    page.on("request", take)
    return asked


def encoded(pixels: NDArray[Any], form: str = "PNG", mode: str | None = None) -> bytes:
    file = io.BytesIO()
    PillowImage.fromarray(pixels, mode).save(file, form)
    return file.getvalue()


def promising(png: bytes, width: int, height: int) -> bytes:
    """A PNG whose header says another size, with the right checksum."""
    head = png[12:16] + struct.pack(">II", width, height) + png[24:29]
    return png[:12] + head + struct.pack(">I", zlib.crc32(head)) + png[33:]


def write_odd(folder: Path) -> None:
    fine = encoded(picture("adam", 0))
    wide = np.zeros((4, 10_000, 3), np.uint8)
    deep = np.arange(12 * 10, dtype=np.uint16).reshape(12, 10) * 500
    clear = np.dstack([picture("adam", 0), np.full((12, 10), 128, np.uint8)])
    odd = {
        "broken": fine[: len(fine) // 2],
        "no pixels": promising(fine, 0, 0),
        "promises": promising(fine, 60_000, 60_000),
        "none": b"<svg onload='window.hacked = 1'>",
        "deep": encoded(deep),
        "clear": encoded(clear),
        "wide": encoded(wide),
        "print": encoded(np.full((12, 10, 4), 40, np.uint8), "JPEG", "CMYK"),
        "fine": fine,
    }
    path = folder / "odd" / "events.out.tfevents.1764000000.host.1.0"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        for tag, data in odd.items():
            image = {"width": 10, "height": 12, "colorspace": 3, "encoded_image_string": data}
            plugin = {"plugin_name": "images", "content": b"x" * (1 << 20) if tag == "fine" else b""}
            metadata = {"plugin_data": plugin, "display_name": "y" * (1 << 20) if tag == "fine" else ""}
            value = {"tag": f"odd/{tag}", "image": image, "metadata": metadata}
            file.write(frame(encode(messages.EVENT, {"wall_time": 1.0, "step": 1, "summary": {"value": [value]}})))


@pytest.mark.slow
def test_what_is_wrong_with_a_picture_is_said_in_its_place(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    write_odd(tmp_path)
    page.goto(serve(tmp_path) + "#view=images")

    def odd(tag: str) -> Locator:
        image = image_of(page, f"odd/{tag}", "odd")
        page.locator("h3", has_text=f"odd/{tag}").scroll_into_view_if_needed()
        return image

    for tag, words in (
        ("broken", "cannot be decoded"),
        ("no pixels", "0 x 0 pixels"),
        ("promises", "60,000 x 60,000 pixels is too large"),
        ("none", "the picture is none of PNG, JPEG, GIF, BMP, WEBP"),
    ):
        expect(odd(tag)).to_contain_text(words)
        expect(odd(tag)).to_have_attribute("data-state", "problem")
    np.testing.assert_array_equal(pixels_of(odd("fine")), rgba(picture("adam", 0)))
    # Eight bits of sixteen, as a screen has them.
    deep = pixels_of(odd("deep"))[:, :, 0].astype(int)
    assert np.abs(deep - (np.arange(120).reshape(12, 10) * 500 >> 8)).max() <= 1
    assert pixels_of(odd("clear"))[:, :, 3].tolist() == [[128] * 10] * 12
    assert pixels_of(odd("wide")).shape == (4, 10_000, 4)
    assert pixels_of(odd("print")).shape == (12, 10, 4)
    assert page.evaluate("window.hacked") is None
    # The page goes on.
    page.get_by_test_id("view-files").click()
    expect(page.get_by_test_id("file-row")).to_have_count(1)


def point_at(page: Page, frame: Locator, x: float, y: float) -> None:
    """Move the pointer to a share of a large frame."""
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])


def pointed_at(page: Page, large: Locator) -> tuple[int, int, str]:
    """The pixel under the pointer, and what is said of it, with the pointer somewhere on a large picture."""
    expect(large).to_have_attribute("data-state", "ready")
    point_at(page, large.get_by_test_id("large-frame"), 0.42, 0.7)
    shown = large.get_by_test_id("pixel-values")
    expect(shown).to_have_text(re.compile(r"\d+, \d+: .+"))
    place, _, said = shown.inner_text().partition(": ")
    x, y = map(int, place.split(", "))
    assert 0 <= x < 10
    assert 0 <= y < 12
    return x, y, said


def test_values_under_the_pointer_are_those_that_were_recorded(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    """Also where a canvas has fewer bits, or colours multiplied by their alpha."""
    write_odd(tmp_path)
    url = serve(tmp_path)
    written: dict[str, Callable[[int, int], str]] = {
        "deep": lambda x, y: f"{(y * 10 + x) * 500} of 16 bits",
        "clear": lambda x, y: ", ".join(map(str, picture("adam", 0)[y, x])) + ", α 128",
        "fine": lambda x, y: ", ".join(map(str, picture("adam", 0)[y, x])),
    }
    for tag, value in written.items():
        page.goto(url + "#view=files")
        page.goto(f"{url}#view=images&large-images=odd/{tag}&tags=odd/{tag}")
        large = page.get_by_test_id("large-picture")
        x, y, said = pointed_at(page, large)
        assert said == value(x, y)


def test_two_runs_and_two_steps_compared(page: Page, serve: Callable[..., str], logdir: Path) -> None:
    page.goto(serve(logdir) + "#view=images&tags=samples")
    page.get_by_role("button", name="Expand").click()
    large = page.locator("[data-testid=large-picture][data-run=adam]")
    expect(large).to_have_attribute("data-state", "ready")
    # All are zoomed together.
    page.get_by_test_id("zoom-in").click()
    expect(page).to_have_url(re.compile("image-zoom="))
    page.get_by_role("button", name="whole").click()

    # The same picture, and then another step.
    page.get_by_test_id("against").click()
    page.get_by_test_id("comparison").select_option("difference")
    expect(large.get_by_test_id("difference")).to_have_text("No difference.")
    page.keyboard.press("ArrowLeft")
    expect(large).to_have_attribute("data-step", "500")
    distance = np.abs(picture("adam", 500).astype(int) - picture("adam", 600))
    share = round(100 * (distance.max(axis=2) > 0).mean())
    words = f"{share} % of pixels differ, by {distance.max()} at most"
    expect(large.get_by_test_id("difference")).to_have_text(words)
    x, y, said = pointed_at(page, large)
    values = [", ".join(map(str, picture("adam", step)[y, x])) for step in (500, 600)]
    assert said == " ↔ ".join(values)

    # Another run, of which nothing is hidden; the link has it all.
    page.get_by_test_id("against").click()
    page.get_by_test_id("with-run").select_option("sgd")
    distance = np.abs(picture("adam", 500).astype(int) - picture("sgd", 450))
    expect(large.get_by_test_id("difference")).to_contain_text(f"by {distance.max()} at most")
    page.reload()
    expect(large.get_by_test_id("difference")).to_contain_text(f"by {distance.max()} at most")
    page.get_by_test_id("comparison").select_option("swipe")
    expect(large.get_by_test_id("swipe")).to_be_visible()
    page.get_by_test_id("comparison").select_option("side by side")
    expect(large.get_by_test_id("large-frame")).to_have_count(2)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(large).to_have_count(0)


def test_all_samples_of_a_batch_and_moving_pictures(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    pictures = [picture("adam", step) for step in range(3)]
    batch = {
        "dtype": 7,
        "tensor_shape": {"dim": [{"size": 5}]},
        "string_val": [b"10", b"12", *map(encoded, pictures)],
    }
    metadata = {"plugin_data": {"plugin_name": "images"}}
    event = {
        "wall_time": 1.0,
        "step": 1,
        "summary": {"value": [{"tag": "batch", "tensor": batch, "metadata": metadata}]},
    }
    path = tmp_path / "a" / "events.out.tfevents.1"
    path.parent.mkdir()
    path.write_bytes(frame(encode(messages.EVENT, event)))
    with cutaway.SummaryWriter(tmp_path / "a") as writer:
        writer.add_video("moving", np.zeros((1, 4, 3, 8, 8), np.uint8), 1)
    page.goto(serve(tmp_path) + "#view=images")
    # An element plays it.
    expect(image_of(page, "moving", "a").locator("img")).to_be_visible()
    assert (
        image_of(page, "moving", "a").locator("img").evaluate("async image => { await image.decode(); return true; }")
    )
    page.get_by_role("button", name="+2").click()
    large = page.get_by_test_id("large-picture")
    expect(large).to_have_count(3)
    for part, pixels in enumerate(pictures):
        x, y, said = pointed_at(page, large.nth(part))
        assert said == ", ".join(map(str, pixels[y, x]))


def test_every_step_of_a_run_in_a_strip(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "adam") as writer:
        for step in range(500):
            writer.add_image("samples", picture("adam", step), step, dataformats="HWC")
    asked = pictures_asked(page)
    page.goto(serve(tmp_path) + "#view=images&images-across=steps&at=step:250")
    strip = page.get_by_test_id("strips")
    expect(strip).to_have_attribute("data-columns", "500")
    cell = strip.locator("[data-step='250']")
    expect(cell).to_have_attribute("data-state", "ready")
    np.testing.assert_array_equal(pixels_of(cell), rgba(picture("adam", 250)))
    # A few dozen of five hundred.
    assert strip.get_by_test_id("strip-image").count() < 60
    assert 0 < sum(map(len, asked)) < 60
    assert len(asked) < 10
    strip.locator("[data-step='251']").click()
    expect(page).to_have_url(re.compile("at=step%3A251"))
    page.keyboard.press("0")
    np.testing.assert_array_equal(pixels_of(strip.locator("[data-step='499']")), rgba(picture("adam", 499)))


def test_brightness_contrast_and_colours(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    grey = np.arange(120, dtype=np.uint8).reshape(12, 10, 1)
    with cutaway.SummaryWriter(tmp_path / "a") as writer:
        writer.add_image("grey", grey, 0, dataformats="HWC")
    page.goto(serve(tmp_path) + "#view=images")
    image = image_of(page, "grey", "a")
    np.testing.assert_array_equal(pixels_of(image), rgba(grey))
    page.get_by_test_id("image-look").locator("summary").click()
    page.get_by_test_id("brightness").fill("200")
    expect(page).to_have_url(re.compile("brightness=200"))
    np.testing.assert_array_equal(pixels_of(image), rgba(grey * 2))
    page.get_by_test_id("image-colours").select_option("viridis")
    assert pixels_of(image)[0, 0].tolist() == [68, 1, 84, 255]
    page.get_by_test_id("as-recorded").click()
    np.testing.assert_array_equal(pixels_of(image), rgba(grey))


@pytest.mark.slow
def test_where_no_run_has_an_image(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "a") as writer:
        writer.add_scalar("loss", 1.0, 0)
        page.goto(serve(tmp_path) + "#view=images")
        expect(page.get_by_test_id("empty-state")).to_contain_text("No images in")
        expect(page.get_by_test_id("empty-state")).to_contain_text("writer.add_image(")
        writer.add_image("first", picture("adam", 0), 0, dataformats="HWC")
        np.testing.assert_array_equal(pixels_of(image_of(page, "first", "a")), rgba(picture("adam", 0)))


def test_a_link_to_a_large_card_shows_it_from_its_top(page: Page, serve: Callable[..., str], tmp_path: Path) -> None:
    for run in ("adam", "sgd"):
        with cutaway.SummaryWriter(tmp_path / run) as writer:
            for tag in range(12):
                writer.add_image(f"samples/{tag:02d}", picture(run, 1), 1, dataformats="HWC")
    # The last card, below which there is nothing.
    page.goto(serve(tmp_path) + "#view=images&large-images=samples/11")
    large = page.locator("[data-testid=large-picture][data-run=sgd]")
    expect(large).to_have_attribute("data-state", "ready")
    expect(large.get_by_test_id("large-pixels")).to_be_in_viewport(ratio=1)
