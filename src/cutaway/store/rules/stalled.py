"""Stalled: nothing has been recorded for far longer than usual."""

import numpy as np
from numpy.typing import NDArray

from cutaway.store.rules.figures import figure
from cutaway.store.rules.finding import Finding
from cutaway.store.rules.rule import About
from cutaway.store.rules.settings import RuleSettings

ABOUT = About(
    "stalled",
    "Stalled",
    "Nothing has been recorded for far longer than usual, and nothing says that the training has ended.",
    "the last record is older than {stalled_seconds} seconds and than {stalled_factor} times the usual gap, of a run "
    "whose end would be marked and is not, within the last day",
    "An evaluation, a checkpoint or a queue may take as long; and few trainings say that they have ended.",
)
#: Seconds after which a run counts as ended, whatever it says.
_ENDED = 86400.0


def find(wall_time: NDArray[np.float64], step: NDArray[np.int64], now: float, settings: RuleSettings) -> list[Finding]:
    """At most one finding, of the points of the scalar that is recorded most often: float64[n] and int64[n]."""
    if len(wall_time) < 3:
        return []
    last, quiet = float(wall_time[-1]), now - float(wall_time[-1])
    gap = float(np.median(np.diff(wall_time[-1000:])))
    limit = max(settings.stalled_seconds, settings.stalled_factor * gap)
    if not limit < quiet < _ENDED:
        return []
    at = int(step[-1])
    sentence = (
        f"Nothing has been recorded for {quiet / 60:,.0f} min, since step {at:,}; every {figure(gap)} s is usual."
    )
    return [Finding(ABOUT.name, "info", sentence, at, at, (), "", quiet, limit, last)]
