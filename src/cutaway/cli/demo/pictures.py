"""The pictures of the demo: digits with what they are read as, and the confusion matrix. Drawn with Pillow.

Their ground is dark, as that of the scanned digits is. Blue is right and orange is wrong, which
everybody can tell apart.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

#: Digits of a picture.
COLUMNS, ROWS = 5, 4
CLASSES = 10

_GROUND = (18, 18, 20)
_WORDS = (205, 205, 205)
_RIGHT = (86, 180, 233)
_WRONG = (230, 159, 0)
#: In pixels: a digit's side, which is four for each of its own; what is between digits; the line of words below each.
_SIDE, _GAP, _LINE = 32, 8, 14
#: In pixels: a cell of the matrix, and what is left of it and above it.
_CELL, _MARGIN = 20, 18


def digits_picture(images: NDArray[Any], labels: NDArray[Any], guesses: NDArray[Any], caption: str) -> Pixels:
    """The first 20 digits, each with what it is read as below it; uint8[height, width, 3], always of one size.

    ``images``: numbers [N, 8, 8] from 0 to 1; ``labels`` and ``guesses``: integers [N].
    """
    across, down = _SIDE + _GAP, _SIDE + _LINE + _GAP
    picture = Image.new("RGB", (COLUMNS * across + _GAP, _LINE + ROWS * down + _GAP), _GROUND)
    picture.paste(_words(caption, _WORDS), (_GAP, _GAP // 2))
    shown = zip(images[: COLUMNS * ROWS], labels.tolist(), guesses.tolist(), strict=False)
    for place, (image, label, guess) in enumerate(shown):
        left, top = _GAP + place % COLUMNS * across, _GAP + _LINE + place // COLUMNS * down
        scan = Image.fromarray((image * 255).astype(np.uint8)).resize((_SIDE, _SIDE), Image.Resampling.NEAREST)
        picture.paste(scan, (left, top))
        if label != guess:
            ImageDraw.Draw(picture).rectangle((left - 2, top - 2, left + _SIDE + 1, top + _SIDE + 1), outline=_WRONG)
        words = _words(str(guess), _WORDS) if label == guess else _words(f"{label} as {guess}", _WRONG)
        picture.paste(words, (left + (_SIDE - words.width) // 2, top + _SIDE + 3))
    return np.asarray(picture)


def confusion_picture(labels: NDArray[Any], guesses: NDArray[Any]) -> Pixels:
    """How often each digit (a row) is read as each (a column): uint8[height, width, 3].

    A cell is the brighter, the larger its share of the row.
    """
    counts = np.bincount(labels * CLASSES + guesses, minlength=CLASSES**2).reshape(CLASSES, CLASSES)
    # The root lifts a single mistake among dozens out of the ground.
    shares = np.sqrt(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))
    size = _MARGIN + CLASSES * _CELL + _GAP
    picture = Image.new("RGB", (size, size + _LINE), _GROUND)
    draw = ImageDraw.Draw(picture)
    picture.paste(_words("rows: digits, columns: read as", _WORDS), (_GAP, _GAP // 2))
    top = _LINE + _MARGIN
    for row in range(CLASSES):
        start = row * _CELL
        _centre(picture, _words(str(row), _WORDS), (0, top + start, _MARGIN, _CELL))
        _centre(picture, _words(str(row), _WORDS), (_MARGIN + start, _LINE, _CELL, _MARGIN))
        for column in range(CLASSES):
            left, share = _MARGIN + column * _CELL, float(shares[row, column])
            colour = _between(_GROUND, _RIGHT if row == column else _WRONG, share)
            corners = (left, top + start, left + _CELL - 2, top + start + _CELL - 2)
            draw.rectangle(corners, fill=colour, outline=_between(_GROUND, _WORDS, 0.15))
            if counts[row, column]:
                ink = _GROUND if share > 0.6 else _WORDS
                words = _words(str(counts[row, column]), ink, colour)
                _centre(picture, words, (left, top + start, _CELL - 1, _CELL - 1))
    return np.asarray(picture)


def _between(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(start + (end - start) * share) for start, end in zip(one, other, strict=True))
    return red, green, blue


def _centre(picture: Image.Image, part: Image.Image, box: tuple[int, int, int, int]) -> None:
    """Put a part into the middle of a box: left, top, width, height."""
    left, top, width, height = box
    picture.paste(part, (left + (width - part.width) // 2, top + (height - part.height) // 2))


@cache
def _font() -> Any:
    return ImageFont.load_default()


@cache
def _words(text: str, ink: Colour, ground: Colour = _GROUND) -> Image.Image:
    """A line of words; there are few of them, and to draw one takes longer than to copy it."""
    left, top, right, bottom = (round(edge) for edge in _font().getbbox(text))
    picture = Image.new("RGB", (max(1, right - left), max(1, bottom - top)), ground)
    ImageDraw.Draw(picture).text((-left, -top), text, fill=ink, font=_font())
    return picture
