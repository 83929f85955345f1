"""Rules about losses."""

import numpy as np
import pytest

from cutaway.store.rules import loss_not_falling, loss_not_finite, loss_spike, overfitting, stalled
from cutaway.store.rules.episodes import Episode
from cutaway.store.rules.losses import Curve, is_loss, is_validation
from cutaway.store.rules.settings import RuleSettings

SETTINGS = RuleSettings()
RANDOM = np.random.default_rng(0)
FALLING = np.exp(-np.arange(600) / 200) * np.exp(0.1 * RANDOM.standard_normal(600))


def curve(value: np.ndarray, tag: str = "train/loss", every: int = 1) -> Curve:
    step = np.arange(len(value)) * every
    return Curve(tag, step, value.astype(np.float64), (step + 1e9).astype(np.float64))


@pytest.mark.parametrize(
    ("tag", "of_loss", "of_validation"),
    [
        ("train/loss", True, False),
        ("val_loss", True, True),
        ("valLoss/0", True, True),
        ("epoch_loss", True, False),
        ("eval/perplexity", True, True),
        ("losses/dense_1_loss", True, False),
        ("accuracy", False, False),
        ("loss_scale", False, False),
        ("glossary", False, False),
        ("test/nll", True, True),
        ("latest/loss", True, False),
    ],
)
def test_names_of_losses(tag: str, of_loss: bool, of_validation: bool) -> None:
    assert (is_loss(tag), is_validation(tag)) == (of_loss, of_validation)


def test_training_and_validation_have_one_subject() -> None:
    assert curve(FALLING, "train/loss").subject == curve(FALLING, "val/loss").subject
    assert curve(FALLING, "loss").subject == curve(FALLING, "val_loss").subject
    assert curve(FALLING, "train/loss_a").subject != curve(FALLING, "val/loss_b").subject


def spikes(value: np.ndarray, moved: tuple[tuple[str, str, Episode], ...] = ()) -> list[str]:
    found = loss_spike.find(curve(value), SETTINGS, lambda first, last: moved, lambda step: step - 20)
    return [finding.sentence for finding in found]


def test_a_spike_is_found_with_the_layers_that_moved_first() -> None:
    value = FALLING.copy()
    value[400:410] *= 20
    layer = Episode(0, 396, 409, 396, 409, 0.0, 9.0, 9.0, 14)
    (sentence,) = spikes(value, (("gradient", "layers.0.weight", layer),))
    assert "at step 400" in sentence
    assert "Moved first: layers.0.weight at step 396." in sentence
    assert "Moved first" not in spikes(value)[0]


def test_noise_and_a_loss_near_zero_have_no_spikes() -> None:
    assert spikes(FALLING) == []
    # Near zero a loss varies by factors.
    assert spikes(1e-4 * np.exp(1.5 * RANDOM.standard_normal(600))) == []
    assert spikes(FALLING - 5) == []
    assert spikes(np.full(600, 2.0)) == []
    # From 2.3 to 0.003, and a batch that is harder than others.
    fallen = 2.3 * np.exp(-np.arange(600) / 60).clip(1.3e-3) * np.exp(0.2 * RANDOM.standard_normal(600))
    fallen[500] = 0.08
    assert spikes(fallen) == []
    fallen[500] = 0.8
    assert len(spikes(fallen)) == 1


def test_a_spike_of_a_negative_loss() -> None:
    value = -5 + 0.05 * RANDOM.standard_normal(600)
    value[400] = 10
    assert len(spikes(value)) == 1


def test_a_loss_that_stays_high_has_risen_once() -> None:
    """While its median is still that of before, and while it is on its way up."""
    value = np.where(np.arange(600) < 400, 0.08, 2.3) * np.exp(0.1 * RANDOM.standard_normal(600))
    value[400:402] = 12
    assert len(spikes(value)) == 1


def test_a_loss_that_is_not_finite() -> None:
    value = FALLING.copy()
    assert loss_not_finite.find(curve(value)) == []
    value[500:] = np.nan
    (finding,) = loss_not_finite.find(curve(value))
    assert (finding.severity, finding.first_step, finding.last_step) == ("error", 500, 599)
    value[550:] = 1.0
    (finding,) = loss_not_finite.find(curve(value))
    assert (finding.severity, finding.last_step) == ("warning", 549)


def test_a_loss_that_does_not_fall() -> None:
    noise = 0.01 * RANDOM.standard_normal(600)
    (finding,) = loss_not_falling.find(curve(2.3 + noise), SETTINGS)
    assert "does not fall" in finding.sentence
    (finding,) = loss_not_falling.find(curve(2.3 + np.arange(600) / 100 + noise), SETTINGS)
    assert "rises" in finding.sentence


def test_a_loss_that_falls_late_or_is_short_is_none() -> None:
    assert loss_not_falling.find(curve(FALLING), SETTINGS) == []
    late = np.where(np.arange(600) < 400, 2.3, 2.0) + 0.01 * RANDOM.standard_normal(600)
    assert loss_not_falling.find(curve(late), SETTINGS) == []
    assert loss_not_falling.find(curve(np.full(40, 2.3)), SETTINGS) == []
    assert not loss_not_falling.is_enough(curve(np.full(40, 2.3), every=100), SETTINGS)


VALIDATION = np.concatenate([np.geomspace(2, 0.5, 15), np.geomspace(0.5, 0.8, 15)])


def test_a_validation_loss_that_rises_while_the_other_falls() -> None:
    validation = curve(VALIDATION, "val/loss", 20)
    (finding,) = overfitting.find(validation, curve(FALLING), SETTINGS)
    assert (finding.severity, finding.rows) == ("warning", ("val/loss", "train/loss"))
    assert 200 <= finding.first_step <= 360
    assert len(overfitting.find(validation, None, SETTINGS)) == 1


def test_a_loss_that_rises_for_all_data_is_no_overfitting() -> None:
    both = np.concatenate([FALLING[:300], FALLING[300:] * np.geomspace(1, 50, 300)])
    assert overfitting.find(curve(VALIDATION, "val/loss", 20), curve(both), SETTINGS) == []


def test_noise_of_few_evaluations_is_none() -> None:
    noisy = 0.5 + 0.08 * RANDOM.standard_normal(100)
    noisy[30] = 0.2
    assert overfitting.find(curve(noisy, "val/loss"), None, SETTINGS) == []
    assert overfitting.find(curve(VALIDATION[12:20], "val/loss"), None, SETTINGS) == []


def test_nothing_new_for_long() -> None:
    step = np.arange(100)
    time = np.float64(1e9) + np.float64(10.0) * step
    last = float(time[-1])
    assert stalled.find(time, step, last + 600, SETTINGS) == []
    (finding,) = stalled.find(time, step, last + 3600, SETTINGS)
    assert (finding.severity, finding.first_step) == ("info", 99)
    # A slow training, and one of long ago.
    assert stalled.find(time + 600.0 * step, step, last + 600.0 * 99 + 3600, SETTINGS) == []
    assert stalled.find(time, step, last + 1e6, SETTINGS) == []
