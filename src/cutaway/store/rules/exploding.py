"""Exploding gradient: far above what is usual of the same parameter."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cutaway.events.watch_layout import GRADIENT
from cutaway.store.rules.episodes import Marks
from cutaway.store.rules.figures import figure
from cutaway.store.rules.finding import Finding, Severity
from cutaway.store.rules.losses import Curve
from cutaway.store.rules.rule import About, LayerRule, Together
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.window import Window

#: Points of a loss in front of an explosion that it is compared with.
_POINTS = 10


def marks(window: Window, settings: RuleSettings) -> Marks:
    """The norm over its usual one."""
    known = window.usual_norm(settings)
    with np.errstate(all="ignore"):
        factor = 10.0 ** (window.log_norm - known.middle)
        # A gradient that has long been growing is above its median too.
        jump = window.log_norm - known.highest > np.log10(settings.exploding_jump)
    above = known.deviations(window.log_norm) > settings.exploding_deviations
    return Marks((factor > settings.exploding_factor) & above & jump, factor)


def say(found: Together) -> tuple[Severity, str, float | None]:
    """The sentence."""
    sentence = (
        f"The gradient explodes in {found.names} {found.since}: its norm is up to {figure(found.worst)} times "
        f"the median of its last {found.settings.history} logging steps."
    )
    severity: Severity = "error" if found.worst > found.settings.exploding_error else "warning"
    return severity, sentence, found.settings.exploding_factor


def while_learning(finding: Finding, losses: Sequence[Curve]) -> Finding:
    """A finding of this rule, as a note where the loss fell meanwhile: a model that begins to learn has no other."""
    for loss in losses:
        first, end = np.searchsorted(loss.step, [finding.first_step, finding.last_step + 1]).tolist()
        before, meanwhile = loss.value[max(0, first - _POINTS) : first], loss.value[first:end]
        # What is not finite has not fallen.
        if len(before) and len(meanwhile) and np.median(meanwhile) < np.median(before):
            sentence = f"{finding.sentence.removesuffix('.')}, while {loss.tag} fell."
            return replace(finding, severity="info", sentence=sentence)
    return finding


RULE = LayerRule(
    About(
        "exploding-gradient",
        "Exploding gradient",
        "The gradient of some layers is far above what it was, so that a step may undo what was learned.",
        "norm(g) > {exploding_factor} × the median of the row's last {history} logging steps, > {exploding_jump} × the "
        "highest median of ten of them, and more than {exploding_deviations} standard deviations of its logarithm "
        "above; an error from {exploding_error} × on; a note while the training loss falls",
        "A model that begins to learn has gradients that it never had, and its loss falls. Warm-up and a change of the "
        "data raise gradients too: the first {least_history} logging steps are not judged. Gradients are measured "
        "before the optimizer's step, so that clipping by a global norm hides an explosion of all layers.",
        statistic="norm",
    ),
    (GRADIENT,),
    marks,
    say,
    least=lambda settings: settings.consecutive,
    needs="gradients, of more logging steps than the first {least_history}",
)
