"""Updates too large: the optimizer's step is no small part of the weights."""

import numpy as np

from cutaway.events.watch_layout import UPDATE, WEIGHT
from cutaway.store.rules.episodes import Marks
from cutaway.store.rules.figures import figure
from cutaway.store.rules.finding import Severity
from cutaway.store.rules.rule import About, LayerRule, Together
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.usual import median
from cutaway.store.rules.window import Window


def marks(window: Window, settings: RuleSettings) -> Marks:
    """The ratio of the update's rms to the weights'."""
    weight = window.beside(WEIGHT)
    with np.errstate(all="ignore"):
        ratio = np.where(~window.biases & (weight > 0), window.rms / weight, np.nan)
        # The ratio of what begins at zero is large at any rate.
        grown = np.where(np.logical_or.accumulate(weight == 0, axis=0), np.nan, ratio)
        # A step that changes most of the model by more than itself undoes it, and makes weights so large that the ratio
        # is an ordinary one from then on.
        is_most = median(grown) > settings.large_ratio_error
        is_most &= (~np.isnan(grown)).sum(axis=1) >= settings.least_blocks
        undone = (grown > settings.large_ratio_error) & is_most[:, None]
    ratio[(window.steps < settings.large_from_step) & ~undone] = np.nan
    return Marks(ratio > settings.large_ratio, ratio, undone)


def say(found: Together) -> tuple[Severity, str, float | None]:
    """The sentence."""
    is_error = found.worst > found.settings.large_ratio_error
    sentence = (
        f"The updates of {found.names} are too large {found.since}: their rms is up to {figure(found.worst, 2)} of the "
        "weights' (about 0.001 is usual)."
    )
    limit = found.settings.large_ratio_error if is_error else found.settings.large_ratio
    return "error" if is_error else "warning", sentence, limit


RULE = LayerRule(
    About(
        "large-updates",
        "Updates too large",
        "A step of the optimizer changes a parameter by no small part of itself: the learning rate is too high for it.",
        "rms(update) / rms(w) > {large_ratio}, an error > {large_ratio_error}; one logging step is enough where the "
        "median parameter's is > {large_ratio_error}, of {least_blocks} or more",
        "Of the first {large_from_step} steps only such are judged, since the ratio of weights that begin at zero is "
        "large at first; biases and normalisation are not judged.",
        statistic="weight_ratio",
    ),
    (UPDATE,),
    marks,
    say,
    needs="updates and weights, from step {large_from_step} on",
)
