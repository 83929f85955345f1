"""The results as a page of Markdown: a table for each benchmark, and what its figures do not show."""

import math
import re

from benchmarks.curves import curves_of, svg_of, title_of
from benchmarks.harness import Result, figure, median
from benchmarks.results import Chapter, Move, Results

_HEAD = "| what | ours | peer | | peer / ours |\n| --- | ---: | --- | ---: | ---: |\n"
_INTRODUCTION = """# Benchmarks

Each figure is ours and a named peer's, measured in turn in the same run, ours as an installed wheel, the peer at its
defaults unless its name says otherwise. Times are medians of at least five rounds; the ratio is the median of the
rounds' ratios, with the lowest and the highest in brackets. A row in which the peer is ahead stays. `make bench`
measures them anew, `make bench-large` the largest logs; both write `results.json` row by row, and this page from it.
`python -m benchmarks compare OLD.json NEW.json` says which rows of two such files moved: those whose ratios of all
rounds lie beside those of before.
"""


def page_of(results: Results) -> str:
    """The whole page."""
    chapters = [results.chapters[name] for name in sorted(results.chapters)]
    return "\n".join([_INTRODUCTION, f"{results.machine}.\n", *map(_chapter, chapters)])


def _chapter(chapter: Chapter) -> str:
    rows = "\n".join(map(row_of, chapter.rows))
    lines = [f"## {chapter.title}", ""]
    if chapter.text:
        lines += [chapter.text, ""]
    lines += [f"Measured on {chapter.day}.", "", _HEAD + rows, ""]
    lines += _pictures(chapter, "")
    for what, why in chapter.failures:
        lines += [f"Not measured: {what} ({why}).", ""]
    return "\n".join(lines)


def in_document(text: str, chapter: Chapter) -> str:
    """The text of a document with the table and the plots of a chapter between the two comments that name it; the same
    text where there are none."""
    begin, end = f"<!-- {chapter.name}: written by the benchmark -->\n", f"<!-- end of {chapter.name} -->"
    before, is_there, rest = text.partition(begin)
    _, has_end, behind = rest.partition(end)
    if not is_there or not has_end:
        return text
    rows = "\n".join(map(row_of, chapter.rows))
    lines = [f"{chapter.text} Measured on {chapter.day}.", "", _HEAD + rows, "", *_pictures(chapter, "../benchmarks/")]
    return before + begin + "\n".join(lines) + end + behind


def _pictures(chapter: Chapter, folder: str) -> list[str]:
    found = []
    for curve in curves_of(chapter.rows):
        found += [f"![{title_of(curve)}]({folder}{picture_name(curve)})", ""]
    return found


def pictures_of(results: Results) -> dict[str, str]:
    """The plots of the page: SVG by the names of their files."""
    return {
        picture_name(curve): svg_of(curve, rows)
        for chapter in results.chapters.values()
        for curve, rows in curves_of(chapter.rows).items()
    }


def picture_name(curve: str) -> str:
    """The file of a plot."""
    return f"scale-{re.sub('[^a-z]+', '-', curve)}.svg"


def row_of(row: Result) -> str:
    """A line of the table."""
    note = f" ({row.note})" if row.note else ""
    ours = " ".join((figure(median(row.ours), row.measure), row.unit)).strip()
    ratios = row.ratios()
    if not ratios:
        return f"| {row.what}{note} | {ours} | {row.peer_name} | – | – |"
    peer = " ".join((figure(median(row.peer), row.measure), row.unit)).strip()
    spread = f"{_ratio(min(ratios))}–{_ratio(max(ratios))}"
    return f"| {row.what}{note} | {ours} | {row.peer_name} | {peer} | **{_ratio(median(tuple(ratios)))}x** ({spread}) |"


def move_of(move: Move) -> str:
    """A line about a row that is in two files."""
    figures = f"{_ratio(move.before):>6}x -> {_ratio(move.after):>6}x"
    return f"{move.verdict:7} {figures}  {move.chapter}: {move.what} ({move.peer_name})"


def _ratio(ratio: float) -> str:
    if math.isnan(ratio):
        return "–"
    return f"{ratio:.0f}" if ratio >= 20 else f"{ratio:.2g}"
