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

#: In place of the ratio: no update for long, no gradient, a learning rate of zero for long.
_NEVER, _NO_GRADIENT, _AT_REST = -1.0, -2.0, -3.0


def marks(window: Window, settings: RuleSettings) -> Marks:
    """The ratio of the update's rms to the weights'; negative where it is known why there is none."""
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
    has_update = ~np.isnan(window.not_finite)
    left_out = _has_long_lacked(has_update, settings.least_history) & has_update.any(axis=1, keepdims=True)
    # A rate that rises from zero is one of few steps.
    at_rest = resting & has_update & _has_long_lacked(~resting, settings.least_history)
    has_gradient = ~np.isnan(window.beside(GRADIENT, "not_finite")) | (GRADIENT not in window.others)
    value = np.where(usable, np.where(has_gradient, ratio, _NO_GRADIENT), np.nan)
    value = np.where(left_out, _NEVER, np.where(at_rest, _AT_REST, value))
    return Marks(still | left_out | at_rest, value)


def _has_long_lacked(what: Mask, logging_steps: int) -> Mask:
    """Where there was nothing of it in the last so many logging steps: [n, rows], or [n, 1]."""
    place = np.arange(len(what))[:, None]
    last = np.maximum.accumulate(np.where(what, place, -1), axis=0)
    found: Mask = place - last >= logging_steps
    return found


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
    if found.first.value == _AT_REST:
        sentence = (
            f"{found.names} {verb} not change up to step {found.last_step:,}: the learning rate has been 0 for "
            f"{found.settings.least_history} logging steps and more."
        )
        return "warning", sentence, found.settings.still_ratio
    if found.first.value == _NO_GRADIENT:
        sentence = f"{found.names} {verb} not change {found.since}: no gradient comes there."
        return "warning", sentence, found.settings.still_ratio
    if dtype in _DIGITS:
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
        "A parameter that is to be trained does not change: no gradient comes there, it is in no optimizer, the "
        "learning rate is zero, or its updates are rounded away.",
        "rms(update) / rms(w) < {still_ratio}; or no update in {least_history} logging steps, while others had one; or "
        "a learning rate of zero in as many; of 16-bit parameters also: fraction zero of the update > {still_share}, "
        "since an update below half a unit in the last place (2⁻⁹ of an element in bfloat16) is rounded away",
        "Few steps at a learning rate of zero and steps that a gradient scaler skips are not judged; neither are "
        "embeddings, of which a step uses few rows, and parameters whose gradient is below {vanishing_ratio} of them. "
        "A parameter that is frozen (requires_grad=False) is taken to be so on purpose.",
        statistic="weight_ratio",
    ),
    (UPDATE,),
    marks,
    say,
    needs="updates and weights",
)
