"""Layers that moved: far above what is usual of them for a logging step, which alone is no finding."""

import numpy as np

from cutaway.store.rules.episodes import Marks
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.window import Window

#: It must be so many times what is usual too: numbers that hardly differ have no spread.
_FACTOR = 2.0


def marks(window: Window, settings: RuleSettings) -> Marks:
    """Standard deviations of the norm's logarithm above what is usual."""
    known = window.usual_norm(settings)
    above = known.deviations(window.log_norm)
    with np.errstate(invalid="ignore"):
        holds = (above > settings.moved_deviations) & (window.log_norm - known.middle > np.log10(_FACTOR))
    return Marks(holds, above)
