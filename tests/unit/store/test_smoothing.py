"""Smoothing: what TensorBoard draws, plain definitions, and that nothing is lost or left behind."""

import math
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.events import _pure, core
from cutaway.store.smoothing import KINDS, Kind, Smoothing, _boxes, smooth

LINES = st.lists(
    st.one_of(st.floats(-1e6, 1e6, width=32), st.sampled_from([math.nan, math.inf, -math.inf])), max_size=60
)


def tensorboard(values: list[float], weight: float) -> list[float]:
    """TensorBoard's own: a mean from zero on, and then without its bias."""
    last, count, found = 0.0, 0, []
    for value in values:
        if not math.isfinite(value):
            found.append(value)
            continue
        last = last * weight + (1 - weight) * value
        count += 1
        found.append(last / (1 - weight**count))
    return found


@given(LINES, st.floats(0.01, 0.99))
def test_ema_is_tensorboards(values: list[float], weight: float) -> None:
    y = np.array(values)
    found = smooth(np.arange(len(y)), y, Smoothing("ema", weight))
    np.testing.assert_allclose(found, tensorboard(values, weight), rtol=1e-6, atol=1e-6)


@given(LINES, st.floats(0.01, 0.99), st.data())
def test_time_is_its_definition(values: list[float], amount: float, data: st.DataObject) -> None:
    x = np.cumsum(data.draw(st.lists(st.integers(0, 1000), min_size=len(values), max_size=len(values))), dtype=np.int64)
    y = np.array(values)
    found = smooth(x, y, Smoothing("time", amount))
    keep = min(amount**0.5, 0.999)
    total = weight = 0.0
    for idx, value in enumerate(values):
        extent = int(x[-1] - x[0])
        passed = 1 if not extent else 0 if not idx else int(x[idx] - x[idx - 1]) / extent * 1000
        total, weight = total * keep**passed, weight * keep**passed
        if math.isfinite(value):
            total, weight = total + value, weight + 1
            assert found[idx] == pytest.approx(total / weight, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("x", "passed"), [([5, 5], 1), ([5, 6], 1000)])
def test_time_forgets_at_least_a_thousandth(x: list[int], passed: int) -> None:
    """However near to 1 the amount is, also where all points are at one place."""
    found = smooth(np.array(x), np.array([0.0, 1.0]), Smoothing("time", 1 - 1e-12))
    assert found.tolist() == [0, pytest.approx(1 / (1 + 0.999**passed))]


@given(LINES, st.integers(0, 30))
def test_the_running_mean_is_its_definition(values: list[float], reach: int) -> None:
    y = np.array(values)
    found = smooth(np.arange(len(y)), y, Smoothing("mean", 2 * reach + 1))
    for idx, value in enumerate(values):
        near = [each for each in values[max(0, idx - reach) : idx + reach + 1] if math.isfinite(each)]
        if math.isfinite(value):
            assert found[idx] == pytest.approx(sum(near) / len(near), rel=1e-6, abs=1e-6)


@given(
    st.integers(0, 2**32),
    st.integers(1, 4000),
    st.integers(0, 700),
    st.lists(st.integers(0, 3999), max_size=4),
    st.sampled_from([np.float32, np.float64]),
)
def test_a_gap_changes_only_the_means_around_it(seed: int, count: int, reach: int, gaps: list[int], dtype: Any) -> None:
    """To the last bit: windows without gaps are divided otherwise, which must not be seen."""
    y = np.random.default_rng(seed).normal(size=count).astype(dtype)
    with_gaps = y.copy()
    far = np.full(count, True)
    for gap in gaps:
        with_gaps[gap % count] = math.nan
        far[max(0, gap % count - reach) : gap % count + reach + 1] = False
    found, other = (smooth(np.arange(count), each, Smoothing("mean", 2 * reach + 1)) for each in (y, with_gaps))
    assert found[far].tobytes() == other[far].tobytes()


@pytest.mark.parametrize("deviation", [1.0, 2.5, 10.0, 100.0])
def test_the_bell_is_a_bell(deviation: float) -> None:
    """A single one becomes a curve with this standard deviation, which is close to the bell everywhere."""
    count = 2 * int(8 * deviation) + 1
    y = np.zeros(count)
    y[count // 2] = 1
    found = smooth(np.arange(count), y, Smoothing("gaussian", deviation))
    place = np.arange(count) - count // 2
    assert found.sum() == pytest.approx(1)
    # Of few points, the nearest that whole points allow.
    assert (found * place**2).sum() ** 0.5 == pytest.approx(deviation, rel=0.16)
    bell = np.exp(-(place**2) / 2 / deviation**2) / deviation / math.sqrt(2 * math.pi)
    assert np.abs(found - bell).max() <= 0.17 * bell.max()


@given(st.floats(0, 5000))
def test_boxes_have_the_deviation(deviation: float) -> None:
    variance = sum(((2 * reach + 1) ** 2 - 1) / 12 for reach in _boxes(deviation))
    # The next wider or narrower one would be further off.
    assert abs(variance - deviation**2) <= (2 * max(_boxes(deviation)) + 1) / 3 + 1e-6 * deviation**2


@given(LINES, st.sampled_from(KINDS), st.data())
def test_what_every_kind_does(values: list[float], kind: Kind, data: st.DataObject) -> None:
    y = np.array(values)
    amount = data.draw(st.floats(0, 0.999) if kind in ("ema", "time") else st.floats(0, 100))
    found = smooth(np.arange(len(y)), y, Smoothing(kind, amount))
    finite = np.isfinite(y)
    # What is not finite stays, and nothing else becomes so.
    np.testing.assert_array_equal(found[~finite], y[~finite])
    assert np.isfinite(found[finite]).all()
    if finite.any():
        span = max(1.0, float(np.abs(y[finite]).max())) * 1e-9
        assert y[finite].min() - span <= found[finite].min()
        assert found[finite].max() <= y[finite].max() + span


@pytest.mark.parametrize("kind", KINDS)
def test_a_constant_stays(kind: Kind) -> None:
    y = np.full(1000, 0.1, np.float32)
    amount = 0.9 if kind in ("ema", "time") else 25
    np.testing.assert_allclose(smooth(np.arange(1000), y, Smoothing(kind, amount)), y, rtol=1e-12)


@pytest.mark.parametrize("kind", ["gaussian", "mean"])
def test_a_spike_leaves_nothing_behind(kind: Kind) -> None:
    """As it would where one running sum is subtracted from another."""
    y = np.full(1000, 1e-9)
    y[100] = 1e30
    found = smooth(np.arange(1000), y, Smoothing(kind, 15))
    np.testing.assert_allclose(found[300:], 1e-9, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_the_largest_numbers(kind: Kind) -> None:
    y = np.array([1.7e308, 1.6e308, -1.7e308, 1.7e308])
    found = smooth(np.arange(4), y, Smoothing(kind, 0.5 if kind in ("ema", "time") else 3))
    assert np.isfinite(found).all()
    x = np.array([-(2**63), 0, 2**63 - 1], np.int64)
    assert np.isfinite(smooth(x, np.array([1.0, 2.0, 3.0]), Smoothing(kind, 0.5))).all()


@given(
    st.lists(st.one_of(st.floats(allow_nan=True, allow_infinity=True)), max_size=30),
    st.data(),
    st.sampled_from([np.float32, np.float64]),
)
def test_the_twins_agree(values: list[float], data: st.DataObject, dtype: Any) -> None:
    keep = np.array(data.draw(st.lists(st.floats(0, 1), min_size=len(values), max_size=len(values))))
    with np.errstate(over="ignore"):
        y = cast("Any", np.array(values, dtype))
    np.testing.assert_array_equal(core.decayed_means(y, keep), _pure.decayed_means(y, keep))
    reaches = data.draw(st.lists(st.integers(0, 40), min_size=1, max_size=3))
    np.testing.assert_array_equal(core.windowed_means(y, reaches), _pure.windowed_means(y, reaches))


@given(
    st.integers(0, 2**32),
    st.integers(1, 9000),
    st.lists(st.integers(0, 40) | st.sampled_from([100, 511, 512, 2000, 10**6]), min_size=1, max_size=3),
    st.sampled_from([0.0, 0.001, 0.05, 0.9, 1.0]),
    st.sampled_from([np.float32, np.float64]),
    st.sampled_from([1.0, 1e300]),
)
def test_the_twins_agree_on_long_lines(
    seed: int, count: int, reaches: list[int], missing: float, dtype: Any, largest: float
) -> None:
    random = np.random.default_rng(seed)
    with np.errstate(over="ignore"):
        y = (random.normal(size=count) * largest).astype(dtype)
    gaps = random.random(count) < missing
    y[gaps] = random.choice([np.nan, np.inf, -np.inf], gaps.sum())
    np.testing.assert_array_equal(core.windowed_means(y, reaches), _pure.windowed_means(y, reaches))


@pytest.mark.parametrize("twin", [core, _pure])
def test_lengths(twin: Any) -> None:
    with pytest.raises(ValueError, match="equally long, got 2 and 3"):
        twin.decayed_means(np.zeros(2), np.zeros(3))
    with pytest.raises(ValueError, match="equally long, got 2 and 3"):
        smooth(np.arange(2), np.zeros(3), Smoothing("ema", 0.5))
    assert len(twin.decayed_means(np.zeros(0), np.zeros(0))) == 0
    assert len(twin.windowed_means(np.zeros(0), [3])) == 0


def test_windows_of_any_width_against_sums_of_their_own() -> None:
    y = np.random.default_rng(3).normal(size=700)
    for reach in (0, 1, 2, 50, 349, 350, 699, 700, 10**6):
        exact = [
            math.fsum(y[max(0, i - reach) : i + reach + 1]) / len(y[max(0, i - reach) : i + reach + 1])
            for i in range(700)
        ]
        np.testing.assert_allclose(core.windowed_means(y, [reach]), exact, rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    ("kind", "amount", "message"),
    [
        ("loess", 1, "smoothing is 'loess'; one of ema, time, gaussian, mean is expected"),
        ("ema", 1, "the amount of ema smoothing is 1; from 0 up to 1 is expected"),
        ("time", -0.1, "the amount of time smoothing is -0.1"),
        ("mean", math.nan, "the amount of mean smoothing is nan"),
        ("gaussian", 2e6, "from 0 to 1,000,000 points"),
    ],
)
def test_what_is_refused(kind: Any, amount: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Smoothing(kind, amount)


def test_pandas_says_the_same() -> None:
    rng = np.random.default_rng(0)
    y = rng.normal(size=5000).astype(np.float32)
    y[rng.integers(0, 5000, 200)] = math.nan
    line, x = pd.Series(y), np.arange(5000)
    average = line.ewm(alpha=0.2, ignore_na=True).mean().where(line.notna())
    np.testing.assert_allclose(smooth(x, y, Smoothing("ema", 0.8)), average, rtol=1e-6, atol=1e-7)
    mean = line.rolling(31, center=True, min_periods=1).mean().where(line.notna())
    np.testing.assert_allclose(smooth(x, y, Smoothing("mean", 31)), mean, rtol=1e-6, atol=1e-6)
