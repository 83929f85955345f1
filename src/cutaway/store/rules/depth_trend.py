"""Depth trend: the gradient shrinks or grows from each block to the next."""

import numpy as np

from cutaway.events.watch_layout import GRADIENT
from cutaway.store.rules.episodes import Marks
from cutaway.store.rules.figures import figure
from cutaway.store.rules.finding import Severity
from cutaway.store.rules.names import in_words
from cutaway.store.rules.rule import About, LayerRule, Together
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.window import Window, blocks, decades


def marks(window: Window, settings: RuleSettings) -> Marks | None:
    """Decades of the rms from a block to the next, at the row of the first block."""
    families = {
        int(rows.min()): rows
        for rows in window.blocks.values()
        if len(rows) >= settings.least_blocks and not window.biases[rows[0]]
    }
    if not families:
        return None
    level = decades(window.rms)
    slope = np.full(level.shape, np.nan)
    holds = np.zeros(level.shape, bool)
    for first, rows in families.items():
        of_blocks = level[:, rows]
        # One odd block changes the median of the differences little.
        slope[:, first] = np.median(np.diff(of_blocks, axis=1), axis=1)
        spread = of_blocks.max(axis=1) - of_blocks.min(axis=1)
        with np.errstate(invalid="ignore"):
            steep = np.abs(slope[:, first]) > settings.depth_slope
            wide = (spread > settings.depth_spread) & (np.abs(slope[:, first]) * (len(rows) - 1) > spread / 2)
        holds[:, first] = steep | wide
    return Marks(holds, slope)


def say(found: Together) -> tuple[Severity, str, float | None]:
    """The sentence."""
    families = blocks(found.layout)
    names = [found.layout.rows[place] for row in found.rows for place in families.get(row, ())]
    slope = found.first.value
    way = "grows" if slope > 0 else "shrinks"
    factor = 10 ** abs(slope)
    sentence = (
        f"The gradient {way} with depth in {in_words(names, 'parameter')} {found.since}: "
        f"from each block to the next its rms changes by a factor of {figure(factor)}."
    )
    return "warning", sentence, found.settings.depth_slope


RULE = LayerRule(
    About(
        "depth-trend",
        "Gradient changes with depth",
        "The gradient of equal blocks grows or shrinks with depth, so that one end of the model learns and the other "
        "does not.",
        "over {least_blocks} equal blocks or more, the median change of log10 rms(g) from a block to the next is "
        "beyond ±{depth_slope}; or its spread is above {depth_spread} decades, in one direction",
        "Blocks are equal where the class and the size of their parameters are and their names differ in one number; "
        "embeddings, heads, biases and normalisation are none.",
    ),
    (GRADIENT,),
    marks,
    say,
    needs="gradients",
)
