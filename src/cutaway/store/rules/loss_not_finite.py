"""The loss is NaN or infinite."""

import numpy as np

from cutaway.store.rules.finding import Finding
from cutaway.store.rules.losses import Curve
from cutaway.store.rules.rule import About

ABOUT = About(
    "loss-not-finite",
    "Loss not finite",
    "The loss is NaN or infinite: from there on nothing is learned.",
    "NaN or ±Inf at one point of a loss",
    "A loss that comes back, as where a gradient scaler looks for its scale, is a warning.",
)


def find(curve: Curve) -> list[Finding]:
    """One finding for all points that are not finite."""
    bad = np.flatnonzero(~np.isfinite(curve.value))
    if not len(bad):
        return []
    first, last = int(bad[0]), int(bad[-1])
    value = float(curve.value[first])
    name = "NaN" if np.isnan(value) else "+Inf" if value > 0 else "−Inf"
    came_back = last < len(curve.value) - 1
    often = f"at {len(bad):,} of {len(curve.value):,} points"
    end = f"It is finite again after step {int(curve.step[last]):,}" if came_back else "It stays so to the end"
    sentence = f"{curve.tag} is {name} from step {int(curve.step[first]):,} on, {often}. {end}."
    return [
        Finding(
            ABOUT.name,
            "warning" if came_back else "error",
            sentence,
            int(curve.step[first]),
            int(curve.step[last]),
            (curve.tag,),
            "",
            value,
            None,
            float(curve.wall_time[first]),
        )
    ]
