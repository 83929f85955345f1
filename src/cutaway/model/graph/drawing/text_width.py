"""Widths of texts where nothing can measure them: those of a wide sans font, so that other fonts fit as well."""

import unicodedata
from functools import lru_cache

#: Thousandths of the size of the font, of the characters from the space to the tilde in DejaVu Sans.
_WIDTHS = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
)  # fmt: skip
_FIRST = 32
_OTHERS = {"·": 318, "…": 1000, "×": 838}
_USUAL, _WIDE = 640, 1000
#: How much wider a bold text is.
_BOLD = 1.14


@lru_cache(20_000)
def text_width(text: str, size: float = 11, *, bold: bool = False) -> float:
    """The width of a text in a font of so many pixels, in pixels."""
    total = 0
    for character in text:
        place = ord(character) - _FIRST
        if 0 <= place < len(_WIDTHS):
            total += _WIDTHS[place]
        elif character in _OTHERS:
            total += _OTHERS[character]
        elif not unicodedata.combining(character):
            total += _WIDE if unicodedata.east_asian_width(character) in "WF" else _USUAL
    return total * size / 1000 * (_BOLD if bold else 1)


def cut_text(text: str, width: float, size: float = 11, *, bold: bool = False) -> str:
    """A text cut in its middle so that it is no wider; empty where nothing fits."""
    # Of a longer text than this no character in the middle would be seen.
    most = int(width / size * 8) + 2
    if len(text) > most:
        text = f"{text[: most - most // 2]}…{text[-(most // 2) :]}"
    if text_width(text, size, bold=bold) <= width:
        return text
    for kept in range(len(text) - 1, 1, -1):
        tail = kept // 2
        shorter = f"{text[: kept - tail]}…{text[len(text) - tail :]}"
        if text_width(shorter, size, bold=bold) <= width:
            return shorter
    return ""


def lines_of(text: str, width: float) -> list[str]:
    """A text in lines that are no wider, as far as its words are not."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(cut_text(word, width))
    return lines
