"""Measuring two ways of doing the same, in turn, so that a machine whose speed drifts does not favour one.

A benchmark yields rows that are measured when the runner asks for them, so that a row that fails ends that row alone.
The figure to quote is the ratio: the median, over the rounds, of the peer's figure divided by ours in the same round.
"""

import gc
import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

#: Rounds that count, at least: fewer have no spread to speak of.
ROUNDS = 5


@dataclass(frozen=True)
class Result:
    """One line of the table, as it was measured: a figure of each side for each round, for each unit of work."""

    what: str
    unit: str
    ours: tuple[float, ...]
    peer_name: str
    #: Empty where the peer has nothing to measure, or did not end.
    peer: tuple[float, ...]
    note: str = ""
    #: What the figures are: ``s``, ``B``, ``share`` or ``count``.
    measure: str = "s"
    #: The curve that this is a point of, and where on its axis: what grows and, after a colon, what is measured, where
    #: that is not the time from the command to the data.
    curve: str = ""
    at: float = 0.0

    def ratios(self) -> list[float]:
        """The peer's figure divided by ours, of each round."""
        return [peer / ours for ours, peer in zip(self.ours, self.peer, strict=False) if ours > 0]


@dataclass(frozen=True)
class Row:
    """A line that is still to be measured."""

    what: str
    peer_name: str
    measured: Callable[[], Result]


#: What a benchmark yields: rows, or generators of rows that share what they are measured on.
Rows = Iterator["Row | Rows"]


def compare(
    what: str,
    ours: Callable[[], object],
    peer: Callable[[], object],
    *,
    peer_name: str,
    unit: str = "",
    units: int = 1,
    rounds: int = ROUNDS,
    note: str | Callable[[], str] = "",
) -> Row:
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
    unit: str = "",
    rounds: int = ROUNDS,
    note: str | Callable[[], str] = "",
    measure: str = "s",
    warm_up: bool = True,
) -> Row:
    """As ``compare``, for sides that return their figures themselves: seconds, bytes (``measure`` ``B``) or
    shares.

    Without ``warm_up`` every round counts: for what is done once, as the first drawing of a chart. ``note`` may be a
    function, which is called after the rounds.
    """

    def measured() -> Result:
        if warm_up:
            ours()
            peer()
        pairs = [(ours(), peer()) for _ in range(rounds)]
        mine, theirs = zip(*pairs, strict=True)
        return Result(what, unit, mine, peer_name, theirs, note if isinstance(note, str) else note(), measure)

    return Row(what, peer_name, measured)


def compare_together(
    what: Sequence[tuple[str, str]],
    ours: Callable[[], tuple[float, ...]],
    peer: Callable[[], tuple[float, ...]],
    *,
    peer_name: str,
    rounds: int = ROUNDS,
    note: str | Callable[[], str] = "",
    warm_up: bool = True,
) -> Iterator[Row]:
    """Several rows of the same rounds: each side returns a figure for each of ``what``, which has (what, measure)."""

    @cache
    def measured() -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
        if warm_up:
            ours()
            peer()
        return [(ours(), peer()) for _ in range(rounds)]

    def one(idx: int) -> Result:
        (name, measure), pairs = what[idx], measured()
        mine, theirs = (tuple(pair[side][idx] for pair in pairs) for side in (0, 1))
        text = note if isinstance(note, str) else note()
        return Result(name, "", mine, peer_name, theirs, text, measure)

    for idx, (name, _) in enumerate(what):
        yield Row(name, peer_name, partial(one, idx))


def compare_rounds(
    what: str,
    rounds: Callable[[], tuple[Sequence[float], Sequence[float]]],
    *,
    peer_name: str,
    note: str | Callable[[], str] = "",
    measure: str = "s",
) -> Row:
    """A row whose rounds are measured all at once; the figures of a peer that did not end are NaN, or are not there."""

    def measured() -> Result:
        mine, theirs = rounds()
        ended = tuple(figure for figure in theirs if not math.isnan(figure))
        text = note if isinstance(note, str) else note()
        return Result(what, "", tuple(mine), peer_name, ended, text, measure)

    return Row(what, peer_name, measured)


def on_curve(row: Row, curve: str, at: float) -> Row:
    """A row as a point of a curve: ``curve`` names what grows, ``at`` is how much of it there is."""
    return Row(row.what, row.peer_name, lambda: replace(row.measured(), curve=curve, at=at))


def within_bound(
    what: str,
    ours: Callable[[], float],
    bound: float,
    *,
    rounds: int = ROUNDS,
    note: str | Callable[[], str] = "",
) -> Row:
    """A figure that no peer has, beside the bound that it must keep; both in seconds."""

    def measured() -> Result:
        ours()
        mine = tuple(ours() for _ in range(rounds))
        text = note if isinstance(note, str) else note()
        return Result(what, "", mine, "the bound", (bound,) * rounds, text)

    return Row(what, "the bound", measured)


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


def median(figures: tuple[float, ...]) -> float:
    """NaN for none."""
    return statistics.median(figures) if figures else float("nan")


def figure(value: float, measure: str) -> str:
    """A time, a size, a share or a number of things as text."""
    if measure == "share":
        return f"{value:.2%}"
    if measure == "count":
        return f"{value:,.0f}"
    if measure == "s":
        return duration(value)
    if abs(value) < 1000:
        return f"{value:.3g} B"
    return f"{value / 1e6:.3g} MB" if value < 1e9 else f"{value / 1e9:.3g} GB"


def duration(value: float) -> str:
    """A time with three significant digits and a unit that fits it."""
    for scale, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"
