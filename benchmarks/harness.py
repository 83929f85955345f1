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
    """One line of the table: medians in seconds for each unit of work, and the ratio peer / ours."""

    what: str
    unit: str
    ours: float
    peer_name: str
    peer: float
    ratio: float
    lowest_ratio: float
    highest_ratio: float
    note: str = ""


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
    """Run both sides ``rounds`` times in turn, after one round that is not counted.

    ``units`` is how many times the work named ``unit`` is done by one call of either side.
    """
    ours_times: list[float] = []
    peer_times: list[float] = []
    for counted in range(-1, rounds):
        ours_time, peer_time = seconds(ours), seconds(peer)
        if counted >= 0:
            ours_times.append(ours_time / units)
            peer_times.append(peer_time / units)
    ratios = [peer_time / ours_time for ours_time, peer_time in zip(ours_times, peer_times, strict=True)]
    return Result(
        what=what,
        unit=unit,
        ours=statistics.median(ours_times),
        peer_name=peer_name,
        peer=statistics.median(peer_times),
        ratio=statistics.median(ratios),
        lowest_ratio=min(ratios),
        highest_ratio=max(ratios),
        note=note,
    )


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


def duration(value: float) -> str:
    """A time with three significant digits and a unit that fits it."""
    for scale, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"
