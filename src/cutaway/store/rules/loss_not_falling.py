"""Loss not falling: at the end it is no lower than at the beginning."""

import numpy as np

from cutaway.store.rules.figures import figure
from cutaway.store.rules.finding import Finding
from cutaway.store.rules.losses import Curve
from cutaway.store.rules.rule import About
from cutaway.store.rules.settings import RuleSettings

ABOUT = About(
    "loss-not-falling",
    "Loss not falling",
    "The training loss is no lower than it was at the beginning: nothing is learned.",
    "after {falling_steps} steps and {falling_points} points, the median of the last quarter is not {falling_share} "
    "below that of the first twentieth",
    "A model that begins fully trained, a loss of a game between two networks, and a policy's loss need not fall. A "
    "loss that falls to what guessing gives, and stays there, has fallen to this rule.",
)


def find(curve: Curve, settings: RuleSettings) -> list[Finding]:
    """At most one finding. A loss that is not finite is another rule's."""
    known = np.isfinite(curve.value)
    value, step = curve.value[known], curve.step[known]
    if not is_enough(curve, settings) or not len(value):
        return []
    count = len(value)
    first = float(np.median(value[: max(3, count // 20)]))
    last = float(np.median(value[-max(3, count // 4) :]))
    if last < first - settings.falling_share * abs(first):
        return []
    rises = last > first + settings.falling_share * abs(first)
    sentence = (
        f"{curve.tag} does not fall: it is about {figure(last, 4)} over the last {max(3, count // 4):,} points, and "
        f"was {figure(first, 4)} at the beginning."
    )
    return [
        Finding(
            ABOUT.name,
            "warning",
            sentence.replace("does not fall", "rises") if rises else sentence,
            int(step[0]),
            int(step[-1]),
            (curve.tag,),
            "",
            last,
            first,
            float(curve.wall_time[known][0]),
        )
    ]


def is_enough(curve: Curve, settings: RuleSettings) -> bool:
    """Whether the curve is long enough to be judged."""
    count = len(curve.step)
    return count >= settings.falling_points and curve.step[-1] - curve.step[0] >= settings.falling_steps
