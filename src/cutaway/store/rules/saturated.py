"""Saturated: nearly all outputs of a tanh or sigmoid are at its ends, where its slope is nearly zero."""

from collections.abc import Sequence

import numpy as np

from cutaway.events.watch_layout import ACTIVATION
from cutaway.store.rules.classes import SIGMOID, TANH
from cutaway.store.rules.episodes import Marks
from cutaway.store.rules.finding import Severity
from cutaway.store.rules.rule import About, LayerRule, Together
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.window import Window


def marks(window: Window, settings: RuleSettings) -> Marks | None:
    """Of a tanh the rms; of a sigmoid the variance over the greatest that its mean allows."""
    tanh, sigmoid = window.row_mask(TANH), window.row_mask(SIGMOID)
    # What the model gives at its end may be as certain as it likes.
    end = _end(window.columns.layout.rows)
    tanh[end:] = sigmoid[end:] = False
    if not (tanh | sigmoid).any():
        return None
    mean = window.columns.mean()
    with np.errstate(all="ignore"):
        spread = (window.rms**2 - mean**2) / (mean * (1 - mean))
    value = np.where(tanh, window.rms, np.where(sigmoid, spread, np.nan))
    limit = np.where(tanh, settings.saturated_tanh, settings.saturated_sigmoid)
    return Marks(value > limit, value)


def _end(rows: Sequence[str]) -> int:
    """The place of the last layer: behind it are only modules that hold it."""
    end = len(rows) - 1
    while end > 0 and (not rows[end] or rows[end - 1].startswith(f"{rows[end]}.")):
        end -= 1
    return max(end, 0)


def say(found: Together) -> tuple[Severity, str, float | None]:
    """The sentence."""
    is_tanh = found.layout.classes[found.first.row] in TANH
    plural = "is" if len(found.rows) == 1 else "are"
    figure = (
        f"the rms of the output is {found.worst:.3f}"
        if is_tanh
        else f"the variance of the output is {found.worst:.1%} of what its mean allows"
    )
    limit = found.settings.saturated_tanh if is_tanh else found.settings.saturated_sigmoid
    return "warning" if is_tanh else "info", f"{found.names} {plural} saturated {found.since}: {figure}.", limit


RULE = LayerRule(
    About(
        "saturated",
        "Saturated layer",
        "Nearly all outputs of a tanh or sigmoid are at its ends, so that little of the gradient comes through it.",
        "rms > {saturated_tanh} of a tanh's output; of a sigmoid's, variance / (mean · (1 − mean)) > "
        "{saturated_sigmoid}",
        "Gates saturate by design: a sigmoid is worth knowing, not a warning. The last layer is not judged, and "
        "neither are the gates within an LSTM.",
    ),
    (ACTIVATION,),
    marks,
    say,
    needs="activations",
)
