"""Statistics that other libraries record, by their tags."""

import numpy as np
import pytest
from tests.layers import START

from cutaway.store.kinds.histogram import Histogram
from cutaway.store.rules.layer_judge import LayerJudge
from cutaway.store.rules.losses import Curve
from cutaway.store.rules.other_writers import Meant, histogram_of, histograms_as_layers, norm_of, norms_as_layers
from cutaway.store.rules.settings import RuleSettings


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("grad_2.0_norm/encoder.fc1.weight", Meant("gradient", "encoder.fc1.weight")),
        ("train/grad_2.0_norm/fc.bias", Meant("gradient", "fc.bias")),
        ("grad_2.0_norm/total", None),
        ("grad_2.0_norm_total", None),
        ("l2_norm/grad/model.fc.weight", Meant("gradient", "model.fc.weight")),
        ("l2_norm/grad/global", None),
        ("l2_norm/param/model.fc.weight", Meant("weight", "model.fc.weight")),
        ("l2_norm/update/model.fc.weight", Meant("update", "model.fc.weight")),
        ("gradients/fc.weight/norm", Meant("gradient", "fc.weight")),
        ("grad_norm/fc.weight", Meant("gradient", "fc.weight")),
        ("layers/block0/attn.grad", Meant("gradient", "layers/block0/attn")),
        ("train/grad_norm", None),
        ("grad_norm", None),
        ("train/loss", None),
        ("upgrade/degrade", None),
    ],
)
def test_norms(tag: str, meant: Meant | None) -> None:
    assert norm_of(tag) == meant


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("gradients/fc.weight", Meant("gradient", "fc.weight")),
        ("fc.weight.grad", Meant("gradient", "fc.weight")),
        ("fc1/grad", Meant("gradient", "fc1")),
        ("parameters/fc.weight", Meant("weight", "fc.weight")),
        ("fc.weight", Meant("weight", "fc.weight")),
        ("dense/kernel_0", Meant("weight", "dense/kernel_0")),
        ("dense/bias:0", Meant("weight", "dense/bias:0")),
        ("activations/relu1", Meant("activation", "relu1")),
        ("labels", None),
    ],
)
def test_histograms(tag: str, meant: Meant | None) -> None:
    assert histogram_of(tag) == meant


def curve(tag: str, value: np.ndarray, first: int = 0) -> Curve:
    step = np.arange(first, first + len(value))
    return Curve(tag, step, value.astype(np.float64), (START + step).astype(np.float64))


def test_norms_are_columns_of_which_only_the_norm_is_known() -> None:
    curves = [curve("l2_norm/grad/l.10", np.full(9, 3.0)), curve("l2_norm/grad/l.2", np.full(9, 4.0), 5)]
    found = norms_as_layers(curves)["gradient"]
    assert found.layout.rows == ("l.2", "l.10")
    np.testing.assert_array_equal(found.steps, np.arange(14))
    np.testing.assert_array_equal(found.norm()[:, 1], [3.0] * 9 + [np.nan] * 5)
    np.testing.assert_array_equal(found.rms(), found.norm())
    assert np.isnan(found.abs_max()).all()
    assert np.isnan(found.zero_share()).all()
    assert found.not_finite()[0, 1] == 0
    np.testing.assert_array_equal(found.wall_time, START + np.arange(14))


def test_a_ratio_of_norms_is_one_of_rms() -> None:
    tiny = np.full(20, 1e-12)
    curves = [curve(f"l2_norm/grad/l.{number}", tiny if number == 0 else np.full(20, 1e-3)) for number in range(5)]
    curves += [curve(f"l2_norm/param/l.{number}", np.full(20, 1.0)) for number in range(5)]
    judge = LayerJudge(RuleSettings())
    judge.add(norms_as_layers(curves))
    (finding,) = judge.findings()
    assert (finding.rule, finding.rows) == ("vanishing-gradient", ("l.0",))
    # Nobody knows their zeros, their updates and their outputs.
    assert {rule.about.name for rule in judge.unknown()} >= {"all-zero", "not-updating", "dead", "exploding-gradient"}


def test_a_norm_that_is_not_finite() -> None:
    value = np.full(20, 1.0)
    value[12:] = np.nan
    judge = LayerJudge(RuleSettings())
    judge.add(norms_as_layers([curve("l2_norm/grad/a.w", value), curve("l2_norm/grad/b.w", np.full(20, 1.0))]))
    (finding,) = judge.findings()
    assert (finding.rule, finding.first_step, finding.rows) == ("non-finite", 12, ("a.w",))


def test_what_is_below_zero_and_a_single_row_are_no_norms() -> None:
    assert norms_as_layers([curve("gradients/a.w", np.full(9, -1.0)), curve("gradients/b.w", np.full(9, 1.0))]) == {}


def histogram(values: np.ndarray, *, sums: bool = True) -> Histogram:
    counts, edges = np.histogram(values, 30)
    exact = (float(values.min()), float(values.max()), float(values.sum()), float((values**2).sum()))
    return Histogram(edges, counts.astype(np.float64), *(exact if sums else (None, None, None, None)))


@pytest.mark.parametrize("sums", [True, False])
def test_histograms_are_columns(sums: bool) -> None:
    random = np.random.default_rng(0)
    numbers = random.standard_normal((2, 1000))
    step, time = np.array([0, 10]), np.array([START, START + 10])
    tags = {
        f"gradients/l.{row}": (step, time, [histogram((row + 1) * each, sums=sums) for each in numbers])
        for row in range(2)
    }
    found = histograms_as_layers(tags)["gradient"]
    expected = np.sqrt((numbers**2).mean(axis=1))[:, None] * [1, 2]
    np.testing.assert_allclose(found.rms(), expected, rtol=1e-5 if sums else 0.02)
    np.testing.assert_allclose(found.abs_max(), np.abs(numbers).max(axis=1)[:, None] * [1, 2], rtol=1e-5)
    np.testing.assert_allclose(found.norm(), expected * np.sqrt(1000), rtol=1e-5 if sums else 0.02)


def test_histograms_of_zeros_and_of_what_is_not_finite() -> None:
    step, time = np.array([0]), np.array([START])
    zeros = Histogram(np.array([-1e-12, 1e-12]), np.array([50.0]), 0.0, 0.0, 0.0, 0.0)
    bad = Histogram(np.empty(0), np.empty(0), not_finite=True)
    found = histograms_as_layers({"gradients/a": (step, time, [zeros]), "gradients/b": (step, time, [bad])})["gradient"]
    assert found.zero_share()[0, 0] == 1
    np.testing.assert_array_equal(found.not_finite()[0], [0, 1])
    assert np.isnan(found.rms()[0, 1])


def test_a_histogram_that_cannot_be_read_is_a_row_that_was_not_measured() -> None:
    step, time = np.array([0]), np.array([START])
    one = histogram(np.ones(5))
    found = histograms_as_layers({"a.grad": (step, time, [None]), "b.grad": (step, time, [one])})["gradient"]
    assert np.isnan(found.values[0, 0]).all()
    assert not np.isnan(found.values[0, 1]).any()


def test_classes_are_read_from_names() -> None:
    step, time = np.array([0]), np.array([START])
    one = histogram(np.arange(9.0))
    tags = {tag: (step, time, [one]) for tag in ("activations/relu1", "activations/fc", "activations/block.relu")}
    found = histograms_as_layers(tags)["activation"]
    assert dict(zip(found.layout.rows, found.layout.classes, strict=True))["block.relu"] == "ReLU"
    tags = {tag: (step, time, [one]) for tag in ("bn1.weight", "layer1.0.bn2.weight", "fc.weight")}
    found = histograms_as_layers(tags)["weight"]
    assert [name == "Norm" for name in found.layout.classes] == [row != "fc.weight" for row in found.layout.rows]
