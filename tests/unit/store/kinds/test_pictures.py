"""Pictures of hostile files: five formats, a bound on pixels, and one on those that are decoded at a time."""

import io
import struct
import threading
import warnings
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image as PillowImage

from cutaway.events import messages
from cutaway.events.schema import encode
from cutaway.events.wire import MalformedError
from cutaway.store.kinds import pictures
from cutaway.store.kinds.decode import decode_value, describe
from cutaway.store.kinds.picture_size import FORMATS, picture_format, picture_size
from cutaway.store.kinds.pictures import Room, decode_picture, decode_thumbnail

PIXELS = np.random.default_rng(0).integers(0, 255, (30, 40, 3), np.uint8)


def encoded(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    file = io.BytesIO()
    PillowImage.fromarray(PIXELS).convert(mode).resize(size).save(file, kind, **options)
    return file.getvalue()


def png(width: int, height: int, colour: int = 0, depth: int = 8) -> bytes:
    """All black; small, however large it is."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    packer = zlib.compressobj(9)
    row = bytes(1 + width * channels * depth // 8)
    rows = packer.compress(row * height) + packer.flush()
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def promising(kind: str, width: int, height: int) -> bytes:
    """A small picture whose header promises another size."""
    data = bytearray(encoded(kind))
    if kind == "PNG":
        data[16:24] = struct.pack(">II", width, height)
        data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    elif kind == "GIF":
        data[6:10] = struct.pack("<HH", width, height)
    elif kind == "BMP":
        data[18:26] = struct.pack("<ii", width, -height)
    else:
        place = data.index(b"\xff\xc0")
        data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_five_formats(kind: str) -> None:
    data = encoded(kind, lossless=True) if kind == "WEBP" else encoded(kind)
    assert (picture_format(data), picture_size(data)) == (kind, (40, 30))
    picture = decode_picture(data)
    assert (picture.format, picture.size) == (kind, (40, 30))
    assert decode_thumbnail(data, 20).size == (20, 15)
    assert decode_thumbnail(data, 200).size == (40, 30)


@pytest.mark.parametrize("options", [{"lossless": True}, {"lossless": False}, {"exif": b"Exif\0\0"}])
def test_sizes_of_every_kind_of_webp(options: dict[str, Any]) -> None:
    assert picture_size(encoded("WEBP", size=(301, 17), **options)) == (301, 17)


@pytest.mark.parametrize("marker", [0xC4, 0xC8, 0xCC, 0xDB, 0xE1, 0xFE])
def test_the_size_of_a_jpeg_is_in_its_frame(marker: int) -> None:
    """Tables, reserved segments and comments, of bytes like those of a frame, may stand before it."""
    content = struct.pack(">BHHB", 8, 7, 9, 3) + bytes(9)
    other = struct.pack(">BBH", 0xFF, marker, 2 + len(content)) + content
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 17, 8, 17, 301, 3) + bytes(9)
    assert picture_size(b"\xff\xd8" + other + frame) == (301, 17)


@pytest.mark.parametrize("size", [(1, 1), (301, 17), (65_536, 65_537), (1 << 24, 1), (3, 1 << 24)])
def test_sizes_of_extended_webp(size: tuple[int, int]) -> None:
    """By the format's specification: 24 bits for each, less one, behind flags of 32 bits."""
    canvas = b"".join((length - 1).to_bytes(3, "little") for length in size)
    assert picture_size(b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<II", 10, 0) + canvas) == size


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"comment": b"x" * 300}, {"exif": b"Exif\0\0 more"}])
def test_sizes_of_every_kind_of_jpeg(options: dict[str, Any]) -> None:
    assert picture_size(encoded("JPEG", size=(301, 17), **options)) == (301, 17)


@pytest.mark.parametrize("kind", FORMATS)
def test_headers_that_are_cut_off_have_no_size(kind: str) -> None:
    data = encoded(kind)
    for length in range(40):
        assert picture_size(data[:length]) in (None, (40, 30))
        with pytest.raises(MalformedError):
            decode_picture(data[:length])


@pytest.mark.parametrize("kind", ["TIFF", "PPM", "TGA", "ICO", "PCX", "EPS", "SGI", "JPEG2000"])
def test_no_other_format_is_opened(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # What Pillow would do for EPS: start another program.
    monkeypatch.setattr("subprocess.Popen", lambda *_, **__: pytest.fail("a program was started"))
    monkeypatch.setattr("subprocess.check_call", lambda *_, **__: pytest.fail("a program was started"))
    data = encoded(kind)
    assert picture_format(data) is None
    for read in (decode_picture, lambda data: decode_thumbnail(data, 20)):
        with pytest.raises(MalformedError, match="none of PNG, JPEG, GIF, BMP, WEBP"):
            read(data)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "JPEG"])
def test_promises_beyond_the_bound_are_refused_without_a_warning(kind: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for width, height in ((60_000, 60_000), (13_000, 13_000)):
            data = promising(kind, width, height)
            assert picture_size(data) == (width, height)
            with pytest.raises(MalformedError, match="too large: 134,217,728 are accepted"):
                decode_picture(data)


def test_large_pictures_within_the_bound_are_opened_without_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.Image.MAX_IMAGE_PIXELS", 1000)
    monkeypatch.setattr("cutaway.store.kinds.pictures.MOST_PIXELS", 1500)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert decode_picture(png(40, 30)).size == (40, 30)


@pytest.mark.parametrize(
    "data", [encoded("PNG")[:200], encoded("JPEG")[:150], encoded("GIF")[:60], encoded("WEBP")[:90]]
)
def test_pictures_that_end_within(data: bytes) -> None:
    with pytest.raises(MalformedError, match="the picture"):
        decode_picture(data)


@pytest.mark.parametrize(("colour", "mode"), [(0, "L"), (2, "RGB"), (4, "RGBA"), (6, "RGBA")])
def test_sixteen_bits_a_channel(colour: int, mode: str) -> None:
    data = png(5, 4, colour, 16)
    value = encode(messages.VALUE, {"image": {"width": 5, "height": 4, "encoded_image_string": data}})
    assert decode_value("images", value).to_array().shape == (4, 5, len(mode))
    assert decode_thumbnail(data, 16).mode == mode


def test_grey_of_sixteen_bits_keeps_its_shades() -> None:
    shades = (np.arange(256, dtype=np.uint16) << 8).reshape(16, 16)
    file = io.BytesIO()
    PillowImage.fromarray(shades).save(file, "PNG")
    value = encode(messages.VALUE, {"image": {"encoded_image_string": file.getvalue()}})
    np.testing.assert_array_equal(decode_value("images", value).to_array()[:, :, 0], shades >> 8)


def test_a_size_that_is_not_the_pictures() -> None:
    value = {"image": {"width": 3, "height": 2, "encoded_image_string": encoded("PNG")}}
    found = decode_value("images", encode(messages.VALUE, value))
    assert describe(found).startswith("image 40x30 PNG, ")
    assert describe(found).endswith(" bytes (recorded as 3x2)")
    assert found.to_array().shape == (30, 40, 3)


def test_an_animation_is_its_first_frame() -> None:
    frames = [PillowImage.fromarray(np.full((8, 8), 100 * i, np.uint8)) for i in range(3)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    assert np.asarray(decode_picture(file.getvalue()).convert("L")).max() == 0


def test_a_jpeg_is_decoded_small_for_a_small_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    def take(size: int) -> Any:
        taken.append(size)
        return Room(size).taken(size)

    monkeypatch.setattr(pictures.ROOM, "taken", take)
    assert decode_thumbnail(encoded("JPEG", size=(1600, 1200)), 100).size == (100, 75)
    assert taken == [pictures.PIXEL_BYTES * 200 * 150]


def test_pictures_wait_for_each_other() -> None:
    room = Room(100)
    order: list[str] = []
    inside, leave = threading.Event(), threading.Event()

    def hold(name: str, size: int) -> None:
        with room.taken(size):
            order.append(name)
            inside.set()
            leave.wait()

    def run(name: str, size: int) -> threading.Thread:
        thread = threading.Thread(target=hold, args=(name, size), daemon=True)
        thread.start()
        return thread

    first = run("larger than the room", 500)
    inside.wait()
    second = run("small", 10)
    assert order == ["larger than the room"]
    leave.set()
    for thread in (first, second):
        thread.join()
    assert order == ["larger than the room", "small"]
    # Everything was given back.
    with room.taken(100):
        pass
