"""All rules over one run: its watches, and its losses."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cutaway.events.first_bad import FirstBad
from cutaway.events.watch_layout import GRADIENT
from cutaway.store.rules import (
    exploding,
    loss_not_falling,
    loss_not_finite,
    loss_spike,
    non_finite,
    overfitting,
    stalled,
)
from cutaway.store.rules.episodes import Episode
from cutaway.store.rules.figures import figure
from cutaway.store.rules.finding import Finding
from cutaway.store.rules.layer_judge import LAYER_RULES, LayerJudge
from cutaway.store.rules.losses import Curve
from cutaway.store.rules.rule import About
from cutaway.store.rules.settings import RuleSettings

#: Every rule, in the order in which people are told of them.
RULES: tuple[About, ...] = (
    non_finite.ABOUT,
    loss_not_finite.ABOUT,
    *(rule.about for rule in LAYER_RULES),
    loss_spike.ABOUT,
    loss_not_falling.ABOUT,
    overfitting.ABOUT,
    stalled.ABOUT,
)
_SEVERITIES = ("error", "warning", "info", "unknown")
_NO_STEPS, _NO_TIMES = np.empty(0, np.int64), np.empty(0)


@dataclass(frozen=True)
class RunScalars:
    """What rules are told of a run beside its layers."""

    #: Those that are losses by their names.
    losses: Sequence[Curve] = ()
    #: What recording found itself of numbers that are not finite.
    reports: Sequence[FirstBad] = ()
    #: Of the scalar with the most points: int64[n], and float64[n] seconds since the epoch; for runs whose
    #: end would be marked and is not.
    going_on: tuple[NDArray[np.int64], NDArray[np.float64]] = field(default=(_NO_STEPS, _NO_TIMES))
    #: Whether the run's name speaks of validation, as Keras' does.
    is_validation: bool = False


class RunJudge:
    """What the rules find in one run. Layers are taken in as they come, scalars are given whole."""

    def __init__(self, settings: RuleSettings | None = None) -> None:
        self._settings = settings or RuleSettings()
        self._layers: dict[str, LayerJudge] = {}

    def layers(self, source: str) -> LayerJudge:
        """The judge of one watch, by its prefix, or of what another library recorded."""
        if source not in self._layers:
            self._layers[source] = LayerJudge(self._settings)
        return self._layers[source]

    def forget(self, source: str) -> None:
        """Begin anew with one watch: its rows are others."""
        self._layers.pop(source, None)

    def findings(self, scalars: RunScalars, now: float) -> list[Finding]:
        """What holds or held, by severity, then the newest first. ``now``: seconds since the epoch."""
        found: list[Finding] = []
        judges = list(self._layers.values())
        for number, judge in enumerate(judges):
            found += judge.findings(scalars.reports if number == 0 else ())
        training = [curve for curve in scalars.losses if not (curve.is_validation or scalars.is_validation)]
        if not judges and scalars.reports:
            found += non_finite.findings({}, scalars.reports)
        found = _with_the_first([self._beside(training, finding) for finding in found])
        found += self._of_losses(scalars)
        found += stalled.find(scalars.going_on[1], scalars.going_on[0], now, self._settings)
        found += self._unknown(scalars)
        return sorted(found, key=lambda finding: (_SEVERITIES.index(finding.severity), -finding.first_step))

    @staticmethod
    def _beside(losses: Sequence[Curve], finding: Finding) -> Finding:
        """What is found of layers, seen beside the training losses."""
        is_explosion = finding.rule == exploding.RULE.about.name
        return exploding.while_learning(finding, losses) if is_explosion else finding

    def _of_losses(self, scalars: RunScalars) -> list[Finding]:
        found: list[Finding] = []
        training = {curve.subject: curve for curve in scalars.losses if not curve.is_validation}
        for curve in scalars.losses:
            found += loss_not_finite.find(curve)
            if curve.is_validation or scalars.is_validation:
                found += overfitting.find(curve, training.get(curve.subject), self._settings)
            else:
                found += loss_spike.find(curve, self._settings, self._moved, self._before)
                found += loss_not_falling.find(curve, self._settings)
        return found

    def _moved(self, first_step: int, last_step: int) -> list[tuple[str, str, Episode]]:
        return [each for judge in self._layers.values() for each in judge.moved(first_step, last_step)]

    def _before(self, step: int) -> int:
        """The step so many logging steps before another as the settings say."""
        steps = next((judge.steps[GRADIENT] for judge in self._layers.values() if GRADIENT in judge.steps), [])
        place = bisect_left(steps, step) - self._settings.moved_before
        return steps[max(0, place)] if steps else step

    def _unknown(self, scalars: RunScalars) -> list[Finding]:
        """What there is not enough data to say, a finding a rule; one for all where nothing of layers is recorded."""
        say = partial(_unknown, settings=self._settings)
        found = []
        if not self._layers:
            found.append(
                Finding(
                    "",
                    "unknown",
                    "No statistics of layers are recorded, so that no rule about layers can say anything: "
                    "SummaryWriter.watch records them.",
                    0,
                    0,
                )
            )
        lacking = [{rule.about.name: rule for rule in judge.unknown()} for judge in self._layers.values()]
        if lacking:
            in_all = set(lacking[0]).intersection(*lacking)
            found += [say(rule.about, rule.needs) for name, rule in lacking[0].items() if name in in_all]
        training = [curve for curve in scalars.losses if not curve.is_validation]
        if not scalars.losses:
            found.append(say(loss_not_falling.ABOUT, "a scalar whose tag says that it is a loss"))
        elif training and not any(loss_not_falling.is_enough(curve, self._settings) for curve in training):
            needs = "a training loss of {falling_steps} steps and {falling_points} points"
            found.append(say(loss_not_falling.ABOUT, needs))
        return found


def _with_the_first(found: Sequence[Finding]) -> list[Finding]:
    """Findings of layers; of those that begin first the one that is told of first is marked."""
    bad = [finding for finding in found if finding.severity in ("error", "warning")]
    first = min(bad, key=lambda finding: finding.first_step, default=None)
    return [replace(finding, is_first_of_layers=True) if finding is first else finding for finding in found]


def _unknown(about: About, needs: str, settings: RuleSettings) -> Finding:
    return Finding(
        about.name, "unknown", f"{about.title}: not enough data, it needs {with_settings(needs, settings)}.", 0, 0
    )


def with_settings(text: str, settings: RuleSettings) -> str:
    """A text about a rule with the thresholds in place of their names."""
    return text.format(**{name: figure(value) for name, value in vars(settings).items()})
