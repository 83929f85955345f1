"""The lines of a chart one by one."""

from types import SimpleNamespace
from typing import Any

from cutaway.store.reduce import ReducedChart


def lines_of(chart: ReducedChart) -> list[Any]:
    """Each with the fields of `LineFacts` and of `Columns`."""
    every = zip(chart.facts, chart.lines.each(), strict=True)
    return [SimpleNamespace(**facts._asdict(), **columns._asdict()) for facts, columns in every]
