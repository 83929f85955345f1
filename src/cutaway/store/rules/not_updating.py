"""Not updating: a parameter has a gradient, and the optimizer's step leaves it as it is."""

import numpy as np

from cutaway.events.watch_layout import GRADIENT, UPDATE, WEIGHT
from cutaway.store.rules.classes import LOOKED_UP
from cutaway.store.rules.episodes import Marks
from cutaway.store.rules.figures import figure
from cutaway.store.rules.finding import Severity
from cutaway.store.rules.rule import About, LayerRule, Together
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.window import Mask, Window

#: Binary digits behind the first: half a unit in the last place is 2 to the power of minus one more.
_DIGITS = {"bfloat16": 7, "float16": 10}

#: Stands for the ratio of a parameter that has had no update for long.
_NEVER = -1.0


def marks(window: Window, settings: RuleSettings) -> Marks:
    """The ratio of the update's rms to the weights'; negative for parameters that have long had no update."""
    layout = window.columns.layout
    weight, gradient = window.beside(WEIGHT), window.beside(GRADIENT)
    with np.errstate(all="ignore"):
        ratio = window.rms / weight
    short = np.array([name in _DIGITS for name in layout.dtypes], bool)
    still = (ratio < settings.still_ratio) | (short & (window.zero_share > settings.still_share))
    resting = np.isin(window.columns.steps, list(window.resting))[:, None]
    with np.errstate(all="ignore"):
        # Where no gradient is known, the optimizer has one.
        negligible = gradient < settings.vanishing_ratio * weight
    usable = np.isfinite(ratio) & ~resting & ~negligible & ~window.row_mask(LOOKED_UP)
    left_out = _left_out(window, settings.least_history)
    return Marks(still | left_out, np.where(left_out, _NEVER, np.where(usable, ratio, np.nan)))


def _left_out(window: Window, logging_steps: int) -> Mask:
    """The parameters that have had no update in so many logging steps, while others had."""
    has_update = ~np.isnan(window.rms)
    place = np.arange(len(has_update))[:, None]
    last = np.maximum.accumulate(np.where(has_update, place, -1), axis=0)
    return (place - last >= logging_steps) & has_update.any(axis=1, keepdims=True)


def say(found: Together) -> tuple[Severity, str, float | None]:
    """The sentence."""
    dtype = found.layout.dtypes[found.first.row]
    verb, has, them = ("does", "has", "it") if len(found.rows) == 1 else ("do", "have", "them")
    if found.first.value == _NEVER:
        sentence = (
            f"{found.names} {has} had no update in {found.settings.least_history} logging steps, up to step "
            f"{found.last_step:,}, while others had: no gradient comes there, or no optimizer has {them}."
        )
        return "warning", sentence, found.settings.still_ratio
    if dtype in _DIGITS and found.first.value > 0:
        limit = 2.0 ** -(_DIGITS[dtype] + 2)
        sentence = (
            f"Most elements of {found.names} stay as they are {found.since}: their updates are below half a unit in "
            f"the last place of {dtype} (about {figure(limit, 2)} of an element), and are rounded away."
        )
        return "warning", sentence, found.settings.still_share
    size = f"{figure(found.first.value, 2)} of the weights'" if found.first.value else "zero"
    sentence = (
        f"{found.names} {verb} not change {found.since}, although there is a gradient: the update's rms is {size}."
    )
    return "warning", sentence, found.settings.still_ratio


RULE = LayerRule(
    About(
        "not-updating",
        "Not updating",
        "A parameter has a gradient and does not change: it is frozen, in no optimizer, or its updates are rounded "
        "away.",
        "rms(update) / rms(w) < {still_ratio}; or no update in {least_history} logging steps, while others had one; of "
        "16-bit parameters also: fraction zero of the update > {still_share}, since an update below half a unit in the "
        "last place (2⁻⁹ of an element in bfloat16) is rounded away",
        "Steps at a learning rate of zero and steps that a gradient scaler skips are not judged; neither are "
        "embeddings, of which a step uses few rows, and parameters whose gradient is below {vanishing_ratio} of them.",
        statistic="weight_ratio",
    ),
    (UPDATE,),
    marks,
    say,
    needs="updates and weights",
)
