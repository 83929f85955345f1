"""The results of a run, in a JSON file that is whole after every row; and what two of them say about each other.

A row that failed is kept with its reason. A run of some benchmarks alone replaces their rows and leaves the others.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.harness import Result, median

PATH = Path(__file__).with_name("results.json")


@dataclass
class Chapter:
    """What one benchmark measured."""

    name: str
    title: str
    #: What the figures do and do not show, as the benchmark's file says.
    text: str
    day: str
    #: Seconds that all its rows took, with what they are measured on.
    took: float = 0.0
    rows: list[Result] = field(default_factory=list)
    #: Rows without a figure: what was to be measured, and why it was not.
    failures: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Results:
    """All chapters, by the names of their benchmarks."""

    machine: str
    chapters: dict[str, Chapter] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """In one step, so that the file that was there stays until the new one is whole."""
        chapters = [asdict(self.chapters[name]) for name in sorted(self.chapters)]
        text = json.dumps({"machine": self.machine, "chapters": chapters}, ensure_ascii=False, indent=1)
        partial = path.with_suffix(".partial")
        partial.write_text(text + "\n", encoding="utf-8")
        partial.replace(path)


def read_results(path: Path) -> Results:
    """Raises ``ValueError`` for a file that is none of results."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        chapters = [_chapter(chapter) for chapter in told["chapters"]]
        return Results(told["machine"], {chapter.name: chapter for chapter in chapters})
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} has no results of benchmarks: {error}") from error


def _chapter(told: dict[str, Any]) -> Chapter:
    rows = [Result(**{**row, "ours": tuple(row["ours"]), "peer": tuple(row["peer"])}) for row in told.pop("rows")]
    failures = [(what, why) for what, why in told.pop("failures")]
    return Chapter(**told, rows=rows, failures=failures)


@dataclass(frozen=True)
class Move:
    """A row that is in both files."""

    chapter: str
    what: str
    peer_name: str
    before: float
    after: float
    #: ``better``, ``worse`` or ``same``: whether the spreads of the rounds have nothing in common.
    verdict: str


def moves(before: Results, after: Results) -> Iterator[Move]:
    """The rows of both, by their ratios: those drift less with the machine than times do.

    A row moved when the lowest and highest ratios of its rounds lie wholly beside those of before.
    """
    for name in sorted(before.chapters.keys() & after.chapters.keys()):
        old = _by_key(before.chapters[name].rows)
        for key, row in _by_key(after.chapters[name].rows).items():
            if key not in old:
                continue
            first, second = old[key].ratios(), row.ratios()
            if not first or not second:
                continue
            verdict = "same"
            if min(second) > max(first):
                verdict = "better"
            elif max(second) < min(first):
                verdict = "worse"
            yield Move(name, row.what, row.peer_name, median(tuple(first)), median(tuple(second)), verdict)


def only_in(one: Results, other: Results) -> Iterator[tuple[str, str]]:
    """Rows of the first that the second has not: the benchmark and what is measured."""
    for name, chapter in sorted(one.chapters.items()):
        known = _by_key(other.chapters[name].rows) if name in other.chapters else {}
        for (what, _), _row in _by_key(chapter.rows).items():
            if not any(what == key[0] for key in known):
                yield name, what


def _by_key(rows: Iterable[Result]) -> dict[tuple[str, str], Result]:
    return {(row.what, row.peer_name): row for row in rows}
