"""Overfitting: the validation loss rises while the training loss falls."""

import numpy as np

from cutaway.store.rules.figures import figure
from cutaway.store.rules.finding import Finding
from cutaway.store.rules.losses import Curve
from cutaway.store.rules.rule import About
from cutaway.store.rules.settings import RuleSettings

ABOUT = About(
    "overfitting",
    "Overfitting",
    "The validation loss rises, while the training loss falls: the model learns its examples by heart.",
    "the median of the last {overfitting_points} evaluations (or a twentieth of all) is {overfitting_share} above the "
    "lowest such median, by more than its noise, and the training loss has not risen since",
    "A validation loss may rise while the accuracy still grows, since single errors weigh more; look at the metric "
    "that counts.",
)

#: Standard deviation of normal numbers over the median distance of two of them, and that of a median over a mean's.
_DEVIATION = 1.05 * 1.25
#: Standard deviations of a median.
_CERTAIN = 4.0


def find(validation: Curve, training: Curve | None, settings: RuleSettings) -> list[Finding]:
    """At most one finding. ``training``: of the same loss, where there is one."""
    known = np.isfinite(validation.value)
    value, step = validation.value[known], validation.step[known]
    # Single evaluations are noisy: medians of several are compared.
    width = max(settings.overfitting_points, len(value) // 20)
    if len(value) < 2 * width:
        return []
    medians = np.median(np.lib.stride_tricks.sliding_window_view(value, width), axis=1)
    best, lowest, now = int(medians[:-width].argmin()), float(medians[:-width].min()), float(medians[-1])
    limit = lowest + settings.overfitting_share * abs(lowest)
    # Of many medians of noise the lowest is below the last one too.
    noise = _DEVIATION * float(np.median(np.abs(np.diff(value)))) / np.sqrt(width)
    if now <= limit or now - lowest < _CERTAIN * noise:
        return []
    best += width // 2
    at = int(step[best])
    if training is not None and _rises(training, at):
        return []
    sentence = (
        f"{validation.tag} was best about step {at:,}, at {figure(lowest, 4)}, and has risen since to {figure(now, 4)}"
        + (f", while {training.tag} fell." if training is not None else ".")
    )
    return [
        Finding(
            ABOUT.name,
            "warning",
            sentence,
            at,
            int(step[-1]),
            (validation.tag, *([training.tag] if training is not None else [])),
            "",
            now,
            limit,
            float(validation.wall_time[known][best]),
        )
    ]


def _rises(training: Curve, since: int) -> bool:
    """Whether the training loss is higher at the end than it was around a step."""
    value = training.value[np.isfinite(training.value)]
    place = int(np.searchsorted(training.step, since))
    before, after = value[max(0, place - 10) : place + 1], value[-10:]
    return bool(len(before) and len(after) and np.median(after) > np.median(before))
