"""Tensors on other devices: the CPU is taken for such a device, since no other one is at hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.tensor_statistics import statistics_of
from tests.watch_records import recorded
from torch import nn

import cutaway
from cutaway.events.watch_layout import COLUMNS, LOWEST_EXPONENT, MAGNITUDE_BINS
from cutaway.record.watch import tensors
from cutaway.record.watch.device import DeviceSamples, sample_of


@pytest.fixture
def no_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's memory is that of a device."""
    monkeypatch.setattr(tensors, "HOST_TYPES", set())


def test_all_samples_at_once() -> None:
    torch.manual_seed(0)
    given = [
        torch.randn(size) * 10.0**exponent
        for size in (1, 64, 255, 256, 257, 5000, 4097, 100_000)
        for exponent in (0, -9)
    ]
    given[3][:3] = torch.tensor([float("nan"), float("inf"), -float("inf")])
    given += [torch.full((7,), float("nan")), torch.zeros(4, 8), torch.randn(30, 40).t(), torch.randn(3, 4).bfloat16()]
    # More than a buffer has room for at first.
    given += [torch.randn(9) for _ in range(40)]
    samples = DeviceSamples(torch.device("cpu"))
    for _ in range(2):
        samples.begin()
        samples.add([("weight", row) for row in range(len(given))], given)
        arriving = samples.finish(with_magnitudes=True)
        assert arriving is not None
        assert arriving.magnitudes is not None
        statistics, magnitudes = arriving.statistics.read(), arriving.magnitudes.read()
        assert sorted(arriving.keys) == [("weight", row) for row in range(len(given))]
        for (_, row), columns, bins in zip(arriving.keys, statistics, magnitudes, strict=True):
            part = sample_of(given[row].contiguous()).reshape(-1).float()
            assert part.numel() == min(given[row].numel(), 4096)
            found = dict(zip(COLUMNS, columns.tolist(), strict=True))
            assert found == pytest.approx(statistics_of(part), rel=1e-4, abs=1e-4, nan_ok=True)
            numbers = part[part.isfinite() & (part != 0)]
            places = (torch.frexp(numbers).exponent.long() - 1 - LOWEST_EXPONENT).clamp(0, MAGNITUDE_BINS - 1)
            assert bins.tolist() == torch.bincount(places, minlength=MAGNITUDE_BINS).tolist()


def network() -> Any:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4))


def train(path: Path, steps: int = 12, spoil: int = -1, every: int = 1) -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    torch.manual_seed(1)
    with cutaway.SummaryWriter(path) as writer:
        writer.watch(model, optimizer, every=every)
        for step in range(steps):
            optimizer.zero_grad()
            factor = float("nan") if step == spoil else 1.0
            (model(torch.randn(4, 8)).square().mean() * factor).backward()
            optimizer.step()


def test_what_is_recorded_is_what_the_kernel_measures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train(tmp_path / "host")
    monkeypatch.setattr(tensors, "HOST_TYPES", set())
    train(tmp_path / "device")
    host, device = recorded(tmp_path / "host"), recorded(tmp_path / "device")
    # The last step is read when the watch is closed.
    assert device.events == host.events == dict.fromkeys(range(12), 1)
    assert device.layouts == host.layouts
    assert set(device.arrays) == set(host.arrays)
    for tag, steps in host.arrays.items():
        assert sorted(device.arrays[tag]) == sorted(steps)
        for step, array in steps.items():
            np.testing.assert_allclose(device.arrays[tag][step], array, rtol=1e-3, atol=1e-5, err_msg=tag)
    for tag in ("gradient_norm", "weight_norm", "update_ratio", "activation_rms", "nonfinite", "lr"):
        assert device.scalars[f"watch/{tag}"] == pytest.approx(host.scalars[f"watch/{tag}"], rel=1e-3)


@pytest.mark.usefixtures("no_host")
def test_large_tensors_are_sampled(tmp_path: Path) -> None:
    model = nn.Linear(300, 200)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        model(torch.randn(50, 300)).sum().backward()
        optimizer.step()
    found = recorded(tmp_path)
    for kind in ("gradient", "weight", "update"):
        assert found.layouts[f"watch/{kind}"].sampled == (4096, 200)
        assert not found.layouts[f"watch/{kind}"].exact_extremes
    assert found.layouts["watch/activation"].sampled == (4096,)
    assert found.row("watch/activation", "", 0)["count"] == 4096


@pytest.mark.usefixtures("no_host")
def test_a_step_that_is_not_finite_is_seen_a_step_later(tmp_path: Path) -> None:
    train(tmp_path, steps=8, spoil=3, every=100)
    found = recorded(tmp_path)
    assert list(found.events) == [0, 4]
    assert found.scalars["watch/nonfinite"][4] > 0


@pytest.mark.usefixtures("no_host")
def test_a_fused_optimizer_with_a_scaler(tmp_path: Path) -> None:
    model, twin = network(), network()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3, fused=True)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    inputs = torch.randn(4, 8)
    twin(inputs).square().sum().backward()
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        for factor in (1.0, 1e39, 1.0):
            optimizer.zero_grad()
            scaler.scale(model(inputs).square().sum() * factor).backward()
            scaler.step(optimizer)
            scaler.update()
    found = recorded(tmp_path)
    gradient = twin[0].weight.grad
    assert found.row("watch/gradient", "0.weight", 0)["sum_sq"] == pytest.approx(
        gradient.square().sum().item(), rel=1e-3
    )
    assert found.scalars["watch/skipped_steps"][2] == 1
    assert sorted(found.arrays["watch/gradient"]) == [0, 2]
    assert set(found.scalars["watch/nonfinite"].values()) == {0}
