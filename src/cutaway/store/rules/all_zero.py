"""All zero: weights, gradients or activations without any other number."""

import numpy as np

from cutaway.events.watch_layout import ACTIVATION, GRADIENT, WEIGHT
from cutaway.store.rules.classes import CUTTING_OFF
from cutaway.store.rules.episodes import Marks
from cutaway.store.rules.finding import Severity
from cutaway.store.rules.rule import About, LayerRule, Together
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.window import Mask, Window

_SENTENCES = {
    ACTIVATION: "The output of {names} is all zero {since}.",
    GRADIENT: "{names} {get} no gradient {since}: every element of it is zero.",
    WEIGHT: "The weights of {names} are all zero {since}.",
}


def marks(window: Window, settings: RuleSettings) -> Marks:
    """The share of zeros."""
    kind = window.columns.layout.kind
    # A ReLU whose output is all zero is dead, which is another rule; biases begin at zero, and may stay there.
    passed_over = window.row_mask(CUTTING_OFF) if kind == ACTIVATION else window.biases
    share = np.where(passed_over | (window.steps < settings.zero_from_step), np.nan, window.zero_share)
    holds = share == 1
    if kind == ACTIVATION:
        holds &= ~_hands_on(window.zero_share == 1, passed_over)
    return Marks(holds, share)


def _hands_on(zero: Mask, dead: Mask) -> Mask:
    """[n, rows]: the rows that are zero without a break behind a row of the mask that is."""
    found = np.zeros_like(zero)
    for row in range(1, zero.shape[1]):
        found[:, row] = zero[:, row - 1] & (found[:, row - 1] | dead[row - 1])
    return found


def say(found: Together) -> tuple[Severity, str, float | None]:
    """The sentence."""
    get = "gets" if len(found.rows) == 1 else "get"
    sentence = _SENTENCES[found.layout.kind].format(names=found.names, since=found.since, get=get)
    return "warning", sentence, 1.0


RULE = LayerRule(
    About(
        "all-zero",
        "All zero",
        "A layer's weights, gradient or output is zero throughout: the layer takes no part.",
        "fraction zero = 1, from step {zero_from_step} on",
        "Layers that begin at zero leave it with their first updates. Biases and normalisation are not judged, and of "
        "outputs those right behind a ReLU whose output is all zero, which is dead. A layer that is unused on purpose "
        "for a while, as a discriminator, gets no gradient either.",
        statistic="zero_share",
    ),
    (ACTIVATION, GRADIENT, WEIGHT),
    marks,
    say,
    needs="activations, gradients or weights, with their zeros, from step {zero_from_step} on",
)
