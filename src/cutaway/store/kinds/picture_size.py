"""How large an encoded picture is, from its first bytes: before anything is made of it."""

import struct

#: The kinds of pictures that are decoded, by their first bytes: their names in Pillow, and on the web.
_STARTS = ((b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"BM", "BMP"))
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")


def picture_format(encoded: bytes) -> str | None:
    """One of ``FORMATS``; None for everything else."""
    if encoded[:4] == b"RIFF" and encoded[8:12] == b"WEBP":
        return "WEBP"
    return next((name for start, name in _STARTS if encoded.startswith(start)), None)


def picture_size(encoded: bytes) -> tuple[int, int] | None:
    """Width and height in pixels as the header says; None when it says none."""
    try:
        return _SIZES[picture_format(encoded) or ""](encoded)
    except (KeyError, struct.error):
        return None


def _png(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _gif(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _bmp(data: bytes) -> tuple[int, int]:
    (header,) = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<HH" if header == 12 else "<ii", data, 18)
    # Rows from the top have a negative number.
    return abs(width), abs(height)


def _jpeg(data: bytes) -> tuple[int, int] | None:
    """From the frame's header, behind any number of other segments."""
    place = 2
    while True:
        mark, kind, length = struct.unpack_from(">BBH", data, place)
        if mark != 0xFF:
            return None
        if kind == 0xFF:
            # Filling.
            place += 1
        elif 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, place + 5)
            return width, height
        elif length < 2:
            return None
        else:
            place += 2 + length


def _webp(data: bytes) -> tuple[int, int] | None:
    if data[12:16] == b"VP8X":
        (low_width, high_width, low_height, high_height) = struct.unpack_from("<HBHB", data, 24)
        return 1 + (high_width << 16 | low_width), 1 + (high_height << 16 | low_height)
    if data[12:16] == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if data[12:16] == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


_SIZES = {"PNG": _png, "GIF": _gif, "BMP": _bmp, "JPEG": _jpeg, "WEBP": _webp}
