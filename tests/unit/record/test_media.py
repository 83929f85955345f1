"""Pictures of every kind, sounds, meshes: what comes out, and what is refused."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot
from PIL import Image as PillowImage

import cutaway
from cutaway.events.writer import RecordingWarning
from cutaway.record.image import to_pixels
from cutaway.record.png import encode_png

mpl.use("agg")


@given(st.integers(1, 20), st.integers(1, 20), st.integers(1, 4), st.booleans(), st.integers(0, 2**32 - 1))
def test_png_files_are_read_by_pillow(height: int, width: int, channels: int, smooth: bool, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 255, (height, width, channels), np.uint8)
    if smooth:
        pixels[:] = np.arange(width, dtype=np.uint8)[:, None]
    found = np.asarray(PillowImage.open(io.BytesIO(encode_png(pixels))))
    np.testing.assert_array_equal(found.reshape(pixels.shape), pixels)


@pytest.mark.parametrize("order", ["CHW", "HWC", "WHC", "HW", "NCHW", "NHWC", "NHW", "chw"])
def test_every_order_of_dimensions(order: str) -> None:
    sizes = {"N": 2, "C": 3, "H": 4, "W": 5}
    array = np.random.default_rng(0).integers(0, 255, [sizes[letter] for letter in order.upper()], np.uint8)
    pixels = to_pixels(array, "x", order)
    columns = 2 if "N" in order.upper() else 1
    assert pixels.shape == (4, 5 * columns, 3 if "C" in order.upper() else 1)
    place = [{"N": 1, "C": 2, "H": 3, "W": 4}[letter] for letter in order.upper()]
    assert array[tuple(place)] == pixels[3, 4 + 5 * (columns - 1), min(2, pixels.shape[2] - 1)]


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([[0.0, 0.5, 1.0]]), [0, 127, 255]),
        (np.array([[-1.0, 2.0, np.nan]]), [0, 255, 0]),
        (np.array([[np.inf, -np.inf, 0.999]], np.float16), [255, 0, 254]),
        (np.array([[True, False, True]]), [255, 0, 255]),
        (np.array([[-5, 300, 7]]), [0, 255, 7]),
        (torch.tensor([[0.0, 0.5, 1.0]], dtype=torch.bfloat16, requires_grad=True), [0, 127, 255]),
    ],
)
def test_numbers_to_pixels(array: Any, expected: list[int]) -> None:
    assert to_pixels(array, "x", "HW").reshape(-1).tolist() == expected


def test_pillow_images_and_files(tmp_path: Path) -> None:
    picture = PillowImage.new("RGB", (5, 4), (1, 2, 3))
    picture.save(tmp_path / "x.png")
    for image in (picture, tmp_path / "x.png", str(tmp_path / "x.png"), picture.convert("P"), picture.convert("CMYK")):
        assert to_pixels(image, "x", "CHW").shape == (4, 5, 3)
    assert to_pixels(picture.convert("L"), "x", "CHW").shape == (4, 5, 1)


@pytest.fixture
def picture_of(tmp_path: Path) -> Callable[..., Any]:
    """What add_* of a name records, as our reader gives it."""

    def record(method: str, *arguments: Any, **options: Any) -> Any:
        with cutaway.SummaryWriter(tmp_path) as writer:
            getattr(writer, method)("tag", *arguments, **options)
        return cutaway.open(tmp_path)["."].images("tag")[-1]

    return record


def test_boxes_are_drawn(picture_of: Callable[..., Any]) -> None:
    grey = np.full((3, 60, 80), 128, np.uint8)
    pixels = picture_of("add_image_with_boxes", grey, [[10, 5, 50, 40]], labels=["cat"]).to_array()
    assert pixels[5, 30].tolist() == [255, 0, 0]
    assert pixels[30, 50].tolist() == [255, 0, 0]
    assert pixels[50, 70].tolist() == [128, 128, 128]
    assert picture_of("add_image_with_boxes", grey, torch.zeros(0, 4), rescale=2).to_array().shape == (120, 160, 3)


def test_figures_are_drawn_and_closed(picture_of: Callable[..., Any]) -> None:
    figure, axes = pyplot.subplots(figsize=(2, 1), dpi=50)
    axes.plot([1, 2])
    canvas = figure.canvas
    assert picture_of("add_figure", figure, close=False).to_array().shape == (50, 100, 3)
    assert figure.canvas is canvas
    assert pyplot.fignum_exists(figure.number)
    assert picture_of("add_figure", [figure, figure]).to_array().shape == (50, 200, 3)
    assert not pyplot.fignum_exists(figure.number)


def test_videos_are_animations(picture_of: Callable[..., Any]) -> None:
    video = np.zeros((2, 6, 3, 8, 10), np.uint8)
    video[:, ::2, 0] = 255
    image = picture_of("add_video", torch.tensor(video), fps=5)
    assert (image.mime_type(), image.width, image.height) == ("image/gif", 20, 8)
    animation = image.to_pil()
    assert (animation.n_frames, animation.info["duration"]) == (6, 200)
    again = picture_of("add_video", video.transpose(1, 0, 3, 4, 2), fps=5, dataformats="TNHWC")
    assert again.encoded == image.encoded


def test_sounds_are_clipped_with_a_warning(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        with pytest.warns(RecordingWarning, match=r"2 samples of the sound are beyond \[-1, 1\]"):
            writer.add_audio("loud", np.array([0.0, 1.5, -3.0, 0.5]))
        writer.add_audio("exact", np.array([[1, -2, 3]], np.int16))
    run = cutaway.open(tmp_path)["."]
    np.testing.assert_allclose(run.audio("loud")[0].to_array()[:, 0], [0, 1, -1, 0.5], atol=1e-4)
    assert (run.audio("exact")[0].to_array() * 32768).tolist() == [[1], [-2], [3]]
    assert run.audio("loud")[0].sample_rate() == 44100


@pytest.mark.parametrize(
    ("method", "arguments", "message"),
    [
        ("add_image", (np.zeros((3, 4)),), r"img_tensor must have the 3 dimensions CHW, got ndarray of shape \(3, 4\)"),
        ("add_image", (np.zeros((5, 4, 4)),), "img_tensor must have 1 to 4 channels, got 5"),
        ("add_image", (np.zeros((3, 0, 4)),), "img_tensor must have pixels"),
        ("add_image", (np.zeros((3, 4, 4), complex),), "img_tensor must be numbers"),
        ("add_image", ("nowhere.png",), "img_tensor must be a tensor or a picture's file, got 'nowhere.png'"),
        ("add_image", ([[1], [2, 3]],), "img_tensor must be an array or a tensor"),
        ("add_image", (None,), "img_tensor must be an array or a tensor, got None"),
        ("add_image_with_boxes", (np.zeros((3, 4, 4)), [1, 2, 3]), r"box_tensor must have the shape \[n, 4\]"),
        ("add_figure", ("no figure",), "figure must be a matplotlib figure or a list of them, got 'no figure'"),
        ("add_figure", ([],), "figure must be a figure or a list of figures of one size, got none"),
        ("add_video", (np.zeros((2, 3, 4, 4)),), "vid_tensor must have the 5 dimensions NTCHW"),
        ("add_video", (np.zeros((1, 1, 3, 4, 4)), 0, 0), "fps must be above 0"),
        ("add_audio", (np.zeros((20, 20)),), "snd_tensor must have the shape"),
        ("add_audio", (np.zeros(5, complex),), r"snd_tensor must be floats in \[-1, 1\] or integers"),
        ("add_audio", (np.array([2**40]),), "snd_tensor must be samples of at most 32 bits"),
        ("add_audio", (np.zeros(5), 0, "fast"), "sample_rate must be a real number, got 'fast'"),
        (
            "add_images",
            ([np.zeros((3, 4, 4)), np.zeros((5, 4, 4))],),
            r"img_tensor\[1\] must have 1 to 4 channels, got 5",
        ),
        ("add_video", (np.zeros((1, 1, 3, 4, 4)), 0, "slow"), "fps must be a real number, got 'slow'"),
        ("add_audio", (np.zeros(5), 0, 0), "sample_rate must be"),
        ("add_mesh", (np.zeros((4, 3)),), r"vertices must have the shape \[batch, n, 3\]"),
        ("add_mesh", (np.zeros((1, 4, 3)), np.zeros((1, 5, 3))), "colors must have the shape of vertices"),
        ("add_mesh", (None,), "vertices must be an array"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_recorded(
    tmp_path: Path, method: str, arguments: tuple[Any, ...], message: str
) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        with pytest.raises((TypeError, ValueError), match=message):
            getattr(writer, method)("tag", *arguments)
        with pytest.raises(TypeError, match="tag must be a string, got 5"):
            getattr(writer, method)(5, *(arguments or (None,)))
    assert cutaway.open(tmp_path)["."].kinds.keys() <= {"session_log"}
