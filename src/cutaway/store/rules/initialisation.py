"""Poor initialisation: the outputs of equal layers differ far in size from the first steps on."""

import numpy as np

from cutaway.events.watch_layout import ACTIVATION
from cutaway.store.rules.episodes import Marks
from cutaway.store.rules.figures import figure
from cutaway.store.rules.finding import Severity
from cutaway.store.rules.names import in_words
from cutaway.store.rules.rule import About, LayerRule, Together
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.window import Window, blocks


def marks(window: Window, settings: RuleSettings) -> Marks | None:
    """Greatest over least variance of the blocks, at the row of the first of them."""
    families = {int(rows.min()): rows for rows in window.blocks.values() if len(rows) >= settings.least_blocks}
    if not families or window.columns.steps[0] >= settings.initial_steps:
        return None
    variance = window.columns.std() ** 2
    value = np.full(variance.shape, np.nan)
    with np.errstate(all="ignore"):
        for first, rows in families.items():
            value[:, first] = variance[:, rows].max(axis=1) / variance[:, rows].min(axis=1)
    value[~np.isfinite(value) | (window.steps >= settings.initial_steps)] = np.nan
    return Marks(value > settings.initial_variance, value)


def say(found: Together) -> tuple[Severity, str, float | None]:
    """The sentence."""
    families = blocks(found.layout)
    names = [found.layout.rows[place] for row in found.rows for place in families.get(row, ())]
    sentence = (
        f"The variance of the outputs of {in_words(names, 'layer')} differs by a factor of {figure(found.first.value)} "
        f"{found.since}, before anything was learned: the initial weights suit neither the depth nor the width."
    )
    return "warning", sentence, found.settings.initial_variance


RULE = LayerRule(
    About(
        "poor-initialisation",
        "Poor initialisation",
        "The outputs of equal layers differ far in size from the first steps on, so that the signal or its gradient "
        "is lost with depth.",
        "in the first {initial_steps} steps, greatest / least variance of the outputs of {least_blocks} equal layers "
        "or more > {initial_variance}",
        "A sum of residual blocks grows with its depth by design, and seldom a hundredfold.",
        statistic="std",
    ),
    (ACTIVATION,),
    marks,
    say,
    consecutive=1,
    least=lambda settings: 1,
    needs="activations of the first {initial_steps} steps",
)
