"""Loss spike: the loss rises far above what was usual, and which layers moved first."""

from collections.abc import Callable, Sequence

import numpy as np

from cutaway.store.rules.episodes import Episode, Episodes, Marks
from cutaway.store.rules.figures import figure
from cutaway.store.rules.finding import Finding
from cutaway.store.rules.losses import Curve
from cutaway.store.rules.names import MOST_NAMES
from cutaway.store.rules.rule import About
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.usual import usual
from cutaway.store.rules.window import Floats, decades

ABOUT = About(
    "loss-spike",
    "Loss spike",
    "The loss rises far above what it was; layers whose gradient or output rose before are said to have moved first.",
    "loss > {spike_deviations} standard deviations (of its logarithm, where it is positive) and {spike_rise} of its "
    "median above the median of the last {history} points, above each median of ten of them, and by {spike_of_fall} of "
    "what it has fallen by; layers whose norm was > {moved_deviations} standard deviations above its own within "
    "{moved_before} logging steps before",
    "What moved first need not be the cause: a bad batch moves all. The first {least_history} points are not judged.",
)
#: Points that tell where a loss began.
_FIRST = 10
#: Kind, row and episode of the layers that moved between two steps.
MovedFirst = Callable[[int, int], Sequence[tuple[str, str, Episode]]]


def find(curve: Curve, settings: RuleSettings, moved: MovedFirst, before: Callable[[int], int]) -> list[Finding]:
    """A finding for each spike. ``before``: the step `moved_before` logging steps in front of another."""
    known = np.isfinite(curve.value)
    value = np.where(known, curve.value, np.nan).astype(np.float64)[:, None]
    # Near zero a loss varies by factors.
    by_factors = bool((curve.value > 0).all())
    scale = 1.0 if by_factors else _size(value[known])
    level = decades(value) if by_factors else value / scale
    known_level = usual(level, settings.history, settings.least_history)
    above = known_level.deviations(level)
    median = 10.0**known_level.middle if by_factors else known_level.middle * scale
    begun = float(np.median(value[known][:_FIRST])) if known.any() else np.nan
    with np.errstate(all="ignore"):
        holds = (above > settings.spike_deviations) & (value - median > settings.spike_rise * np.abs(median))
        # The loss of a model that has learned nearly all varies by factors from batch to batch.
        holds &= value - median > settings.spike_of_fall * (begun - median)
        # A loss that has stayed high after a spike is above its median too.
        holds &= level > known_level.highest
    episodes = Episodes(1, settings.together)
    episodes.add(Marks(holds, above), curve.step, curve.wall_time, 0)
    return [_finding(curve, episode, value, median, settings, moved, before) for episode in episodes.all()]


def _size(value: Floats) -> float:
    return (float(np.median(np.abs(value))) or 1.0) if len(value) else 1.0


def _finding(
    curve: Curve,
    episode: Episode,
    value: Floats,
    median: Floats,
    settings: RuleSettings,
    moved: MovedFirst,
    before: Callable[[int], int],
) -> Finding:
    at = episode.first_index
    step = episode.first_step
    first = moved(before(step), step)
    names = list(dict.fromkeys(row for _, row, _ in first))
    before_it, there = figure(float(median[at, 0])), figure(float(value[at, 0]))
    sentence = f"{curve.tag} rises from about {before_it} to {there} at step {step:,}."
    if names:
        shown = [f"{row} at step {next(e.first_step for _, other, e in first if other == row):,}" for row in names]
        more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
        sentence += f" Moved first: {', '.join(shown[:MOST_NAMES])}{more}."
    return Finding(
        ABOUT.name,
        "warning",
        sentence,
        step,
        episode.last_step,
        (curve.tag, *names),
        first[0][0] if first else "",
        float(value[at, 0]),
        float(median[at, 0]) * (1 + settings.spike_rise),
        episode.wall_time,
    )
