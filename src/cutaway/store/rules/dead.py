"""Dead: nearly all outputs of a layer that cuts off what is negative are zero."""

import numpy as np

from cutaway.events.watch_layout import ACTIVATION
from cutaway.store.rules.classes import CUTTING_OFF
from cutaway.store.rules.episodes import Marks
from cutaway.store.rules.finding import Severity
from cutaway.store.rules.rule import About, LayerRule, Together
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.window import Window


def marks(window: Window, settings: RuleSettings) -> Marks | None:
    """The share of zeros."""
    meant = window.row_mask(CUTTING_OFF)
    if not meant.any():
        return None
    share = np.where(meant, window.zero_share, np.nan)
    return Marks(share > settings.dead_share, share)


def say(found: Together) -> tuple[Severity, str, float | None]:
    """The sentence."""
    worst = found.worst
    figure = "every output is" if worst == 1 else f"up to {worst:.1%} of the outputs are"
    plural = "is" if len(found.rows) == 1 else "are"
    return "warning", f"{found.names} {plural} dead {found.since}: {figure} zero.", found.settings.dead_share


RULE = LayerRule(
    About(
        "dead",
        "Dead layer",
        "Nearly all outputs of a ReLU are zero, so that little of the gradient comes through it.",
        "fraction zero of the output of a ReLU or ReLU6 > {dead_share}",
        "Half of the outputs are zero at first, which is no finding. Layers that are sparse on purpose, such as "
        "dropout and mixtures of experts, are not judged; neither is a ReLU that is called as a function.",
        statistic="zero_share",
    ),
    (ACTIVATION,),
    marks,
    say,
    needs="activations",
)
