"""Vanishing gradient: too small to change the weights, and far smaller than in other layers."""

import numpy as np

from cutaway.events.watch_layout import GRADIENT, WEIGHT
from cutaway.store.rules.episodes import Marks
from cutaway.store.rules.figures import figure
from cutaway.store.rules.finding import Severity
from cutaway.store.rules.rule import About, LayerRule, Together
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.usual import median
from cutaway.store.rules.window import Window

#: Mean magnitude of normal numbers over their rms.
_MEAN_MAGNITUDE = 0.8


def marks(window: Window, settings: RuleSettings) -> Marks:
    """The ratio of the gradient's rms to the weights'."""
    gradient, weight = window.rms, window.beside(WEIGHT)
    with np.errstate(all="ignore"):
        ratio = gradient / weight
    # The gradient of a bias in front of a normalisation is zero but for rounding.
    usable = np.where((weight > 0) & ~window.biases, ratio, np.nan)
    usual = median(np.where(usable > 0, usable, np.nan))[:, None]
    tiny = (gradient * _MEAN_MAGNITUDE < settings.vanishing_magnitude) & (gradient > 0)
    holds = tiny & (ratio < settings.vanishing_ratio) & (ratio < settings.vanishing_against_median * usual)
    # Behind weights that begin at zero every gradient does.
    early = window.steps < settings.vanishing_from_step
    begins_at_zero = ((weight == 0) & ~window.biases).any()
    return Marks(holds & ~(early & begins_at_zero), usable)


def say(found: Together) -> tuple[Severity, str, float | None]:
    """The sentence."""
    sentence = (
        f"The gradient vanishes in {found.names} {found.since}: its rms is {figure(found.first.value, 2)} of the "
        f"weights', at a mean magnitude below {figure(found.settings.vanishing_magnitude)}."
    )
    return "warning", sentence, found.settings.vanishing_ratio


RULE = LayerRule(
    About(
        "vanishing-gradient",
        "Vanishing gradient",
        "The gradient of some layers is too small to change their weights, while others learn.",
        "mean |g| < {vanishing_magnitude}, rms(g) / rms(w) < {vanishing_ratio}, and that ratio < "
        "{vanishing_against_median} of the median parameter's",
        "A model that has learned all it can has small gradients everywhere, which is no finding. The first "
        "{vanishing_from_step} steps are not judged while weights are zero, as those of LoRA's B. Biases and "
        "normalisation are not judged: the gradient of a bias in front of a normalisation is zero by nature.",
        statistic="weight_ratio",
    ),
    (GRADIENT,),
    marks,
    say,
    needs="gradients and weights",
)
