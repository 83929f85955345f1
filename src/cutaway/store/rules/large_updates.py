"""Updates too large: the optimizer's step is no small part of the weights."""

import numpy as np

from cutaway.events.watch_layout import UPDATE, WEIGHT
from cutaway.store.rules.episodes import Marks
from cutaway.store.rules.figures import figure
from cutaway.store.rules.finding import Severity
from cutaway.store.rules.rule import About, LayerRule, Together
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.window import Window


def marks(window: Window, settings: RuleSettings) -> Marks:
    """The ratio of the update's rms to the weights'."""
    weight = window.beside(WEIGHT)
    judged = (window.steps >= settings.large_from_step) & ~window.biases & (weight > 0)
    with np.errstate(all="ignore"):
        ratio = np.where(judged, window.rms / weight, np.nan)
    return Marks(ratio > settings.large_ratio, ratio)


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
        "rms(update) / rms(w) > {large_ratio}, an error > {large_ratio_error}",
        "The first {large_from_step} steps are not judged, since the ratio of weights that begin at zero is large at "
        "first; biases and normalisation are not judged.",
        statistic="weight_ratio",
    ),
    (UPDATE,),
    marks,
    say,
    needs="updates and weights, from step {large_from_step} on",
)
