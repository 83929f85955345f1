"""Measuring two ways of doing the same, in turn, so that a machine whose speed drifts does not favour one.

The figure to quote is the ratio: the median, over the rounds, of the peer's time divided by ours in the same round.
"""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One line of the table: medians for each unit of work, and the ratio peer / ours."""

    what: str
    unit: str
    ours: float
    peer_name: str
    peer: float
    ratio: float
    lowest_ratio: float
    highest_ratio: float
    note: str = ""
    #: What the figures are: ``s`` or ``B``.
    measure: str = "s"


def compare(
    what: str,
    ours: Callable[[], object],
    peer: Callable[[], object],
    *,
    peer_name: str,
    unit: str,
    units: int = 1,
    rounds: int = 5,
    note: str = "",
) -> Result:
    """Time both sides ``rounds`` times in turn, after one round that is not counted.

    ``units`` is how many times the work named ``unit`` is done by one call of either side.
    """
    return compare_figures(
        what,
        lambda: seconds(ours) / units,
        lambda: seconds(peer) / units,
        peer_name=peer_name,
        unit=unit,
        rounds=rounds,
        note=note,
    )


def compare_figures(
    what: str,
    ours: Callable[[], float],
    peer: Callable[[], float],
    *,
    peer_name: str,
    unit: str,
    rounds: int = 5,
    note: str = "",
    measure: str = "s",
) -> Result:
    """As ``compare``, for sides that return their figures themselves: seconds, or bytes (``measure`` ``B``)."""
    pairs = [(ours(), peer()) for _ in range(rounds + 1)][1:]
    ratios = [peer_figure / ours_figure for ours_figure, peer_figure in pairs]
    return Result(
        what=what,
        unit=unit,
        ours=statistics.median(pair[0] for pair in pairs),
        peer_name=peer_name,
        peer=statistics.median(pair[1] for pair in pairs),
        ratio=statistics.median(ratios),
        lowest_ratio=min(ratios),
        highest_ratio=max(ratios),
        note=note,
        measure=measure,
    )


def within_bound(what: str, seconds: float, bound: float, *, note: str = "") -> Result:
    """A figure that no peer has, beside the bound that it must keep; both in seconds."""
    ratio = bound / seconds
    return Result(what, "", seconds, "the bound", bound, ratio, ratio, ratio, note)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call, with the garbage collector run before and off during it."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
    finally:
        gc.enable()


def figure(value: float, measure: str) -> str:
    """A time or a size as text."""
    return duration(value) if measure == "s" else f"{value / 1e6:.3g} MB"


def duration(value: float) -> str:
    """A time with three significant digits and a unit that fits it."""
    for scale, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"
