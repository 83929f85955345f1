"""Outlier growth: single elements become far larger than the rest."""

import numpy as np

from cutaway.events.watch_layout import ACTIVATION, WEIGHT
from cutaway.store.rules.classes import LOOKED_UP
from cutaway.store.rules.episodes import Marks
from cutaway.store.rules.figures import figure
from cutaway.store.rules.finding import Severity
from cutaway.store.rules.rule import About, LayerRule, Together
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.usual import usual
from cutaway.store.rules.window import Window, decades


def marks(window: Window, settings: RuleSettings) -> Marks:
    """The greatest magnitude over the rms."""
    level = decades(window.abs_max)
    median = usual(level, settings.history, settings.least_history).middle
    with np.errstate(all="ignore"):
        crest = window.abs_max / window.rms
        grown = 10.0 ** (level - median)
    value = np.where(window.row_mask(LOOKED_UP) | np.isnan(grown), np.nan, crest)
    return Marks((value > settings.outlier_crest) & (grown > settings.outlier_factor), value)


def say(found: Together) -> tuple[Severity, str, float | None]:
    """The sentence."""
    noun = "outputs" if found.layout.kind == ACTIVATION else "weights"
    sentence = (
        f"Single {noun} of {found.names} grow {found.since}: the greatest is up to {figure(found.worst)} times the "
        f"rms, and {figure(found.settings.outlier_factor)} times what it was."
    )
    return "warning", sentence, found.settings.outlier_crest


RULE = LayerRule(
    About(
        "outlier-growth",
        "Outlier growth",
        "Single elements grow far beyond the rest, which low precision cannot hold and which often comes before a "
        "divergence.",
        "greatest magnitude / rms > {outlier_crest}, and the greatest magnitude > {outlier_factor} × the median of its "
        "last {history} logging steps",
        "Embeddings with rare tokens have such elements by nature and are not judged.",
        statistic="abs_max",
    ),
    (ACTIVATION, WEIGHT),
    marks,
    say,
    needs="activations or weights, of more logging steps than the first {least_history}",
)
