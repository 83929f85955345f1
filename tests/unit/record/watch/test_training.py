"""Watches of all ways to train: what frameworks do to hooks is each a case."""

import copy
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.watch_records import Recorded, recorded
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

import cutaway


def network() -> Any:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 4))


def squares(tensor: Tensor) -> float:
    return tensor.double().square().sum().item()


def same(found: float, expected: float) -> bool:
    return found == pytest.approx(expected, rel=1e-4, abs=1e-9)


def watched(path: Path, model: nn.Module, train: Callable[[Any], None], **options: Any) -> Recorded:
    """What was recorded of a training, which gets the watch."""
    with cutaway.SummaryWriter(path) as writer:
        train(writer.watch(model, **{"every": 1, **options}))
    return recorded(path)


def test_accumulation_measures_the_first_forward_and_the_sum_of_gradients(tmp_path: Path) -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    inputs = [torch.randn(4, 8) for _ in range(3)]
    seen: list[Any] = []

    def train(watch: Any) -> None:
        for _ in range(2):
            for each in inputs:
                model(each).sum().backward()
            seen.append(squares(model[0].weight.grad))
            optimizer.step()
            optimizer.zero_grad()

    first = squares(model[0](inputs[0]))
    found = watched(tmp_path, model, train)
    assert found.events == {0: 1, 1: 1}
    assert same(found.row("watch/activation", "0", 0)["sum_sq"], first)
    for step in range(2):
        assert same(found.row("watch/gradient", "0.weight", step)["sum_sq"], seen[step])


@pytest.mark.parametrize("given", [True, False])
def test_several_optimizers_are_one_step(tmp_path: Path, given: bool) -> None:
    model = network()
    optimizers = [torch.optim.SGD(model[0].parameters(), lr=0.1), torch.optim.Adam(model[3].parameters(), lr=0.1)]

    def train(watch: Any) -> None:
        for step in range(3):
            assert watch.step == step
            model(torch.randn(4, 8)).sum().backward()
            for optimizer in optimizers:
                optimizer.step()
                optimizer.zero_grad()

    found = watched(tmp_path, model, train, optimizer=optimizers if given else None)
    assert found.events == {0: 1, 1: 1, 2: 1}
    for name in ("0.weight", "3.bias"):
        assert found.row("watch/update", name, 2)["sum_sq"] > 0


def test_an_optimizer_that_runs_more_often_than_another(tmp_path: Path) -> None:
    model = network()
    often, seldom = (torch.optim.SGD(model[place].parameters(), lr=0.1) for place in (0, 3))

    def train(watch: Any) -> None:
        for step in range(4):
            model(torch.randn(4, 8)).sum().backward()
            often.step()
            if step % 2:
                seldom.step()

    found = watched(tmp_path, model, train)
    assert found.events == dict.fromkeys(range(4), 1)
    assert [found.row("watch/update", "3.weight", step)["sum_sq"] > 0 for step in range(4)] == [False, True] * 2
    assert [found.row("watch/update", "0.weight", step)["sum_sq"] > 0 for step in range(4)] == [True] * 4


def test_a_step_within_a_step_is_one(tmp_path: Path) -> None:
    """PyTorch calls the hooks for the step of a subclass, and again for that of its parent, if one of it was made."""

    class Careful(torch.optim.SGD):
        def step(self, closure: Any = None) -> Any:
            if fails:
                raise RuntimeError("no")
            loss = super().step(closure)
            with torch.no_grad():
                model.weight[0] = 0
            return loss

    model = nn.Linear(4, 4)
    torch.optim.SGD(model.parameters(), lr=0.1)
    optimizer = Careful(model.parameters(), lr=0.1)
    changes = []
    with cutaway.SummaryWriter(tmp_path) as writer:
        watch = writer.watch(model, every=1)
        for closure in (None, lambda: model(torch.ones(2, 4)).sum()):
            for fails in (True, False):
                optimizer.zero_grad()
                model(torch.ones(2, 4)).sum().backward()
                weight = model.weight.detach().clone()
                with pytest.raises(RuntimeError, match="no") if fails else nullcontext():
                    optimizer.step(closure)
            changes.append(squares(model.weight.detach() - weight))
        assert watch.step == 2
    found = recorded(tmp_path)
    assert list(found.events) == [0, 1]
    # What the subclass does behind its parent's step is of the update too.
    assert all(same(found.row("watch/update", "weight", step)["sum_sq"], changes[step]) for step in (0, 1))


def test_an_optimizer_in_the_backward(tmp_path: Path) -> None:
    model = network()
    optimizers = {each: torch.optim.SGD([each], lr=0.1) for each in model.parameters()}

    def step(parameter: Tensor) -> None:
        optimizers[parameter].step()
        optimizers[parameter].zero_grad()

    for each in model.parameters():
        hooked: Any = each
        hooked.register_post_accumulate_grad_hook(step)

    def train(watch: Any) -> None:
        for number in range(3):
            assert watch.step == number
            model(torch.randn(4, 8)).sum().backward()

    found = watched(tmp_path, model, train)
    assert found.events == {0: 1, 1: 1, 2: 1}
    for name, _ in model.named_parameters():
        assert found.row("watch/gradient", name, 2)["sum_sq"] > 0
        assert same(found.row("watch/update", name, 2)["sum_sq"], found.row("watch/gradient", name, 2)["sum_sq"] * 0.01)


def test_a_closure_makes_the_gradients(tmp_path: Path) -> None:
    model = network().eval()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    seen: list[float] = []
    model.train()

    def closure() -> Any:
        optimizer.zero_grad()
        loss: Any = model(torch.randn(4, 8)).square().sum()
        loss.backward()
        seen.append(squares(model[0].weight.grad))
        return loss

    def train(watch: Any) -> None:
        for each in (closure, closure, None):
            if each is None:
                closure()
            assert (optimizer.step(closure=each) if each else optimizer.step()) is None or each

    found = watched(tmp_path, model, train)
    assert found.events == {0: 1, 1: 1, 2: 1}
    for step in range(3):
        assert same(found.row("watch/gradient", "0.weight", step)["sum_sq"], seen[step])
        assert found.row("watch/activation", "0", step)["count"] == 64


def test_a_closure_that_is_called_often(tmp_path: Path) -> None:
    model = nn.Linear(4, 1)
    optimizer: Any = torch.optim.LBFGS(model.parameters(), max_iter=4)
    inputs = torch.randn(16, 4)

    def closure() -> Any:
        optimizer.zero_grad()
        loss: Any = model(inputs).square().mean()
        loss.backward()
        return loss

    def train(watch: Any) -> None:
        optimizer.step(closure)
        optimizer.step(closure)

    found = watched(tmp_path, model, train)
    assert found.events == {0: 1, 1: 1}
    assert found.row("watch/gradient", "weight", 0)["sum_sq"] > 0


@pytest.mark.parametrize("fused", [False, True])
def test_a_scaler_leaves_no_trace_in_gradients(tmp_path: Path, fused: bool) -> None:
    model, twin = network().eval(), network().eval()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3, fused=fused)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    inputs = torch.randn(4, 8)
    model.train(), model[2].eval()
    twin(inputs).square().sum().backward()

    def train(watch: Any) -> None:
        for factor in (1.0, 1e39, 1.0):
            optimizer.zero_grad()
            loss = model(inputs).square().sum() * factor
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()

    found = watched(tmp_path, model, train)
    row = found.row("watch/gradient", "0.weight", 0)
    expected = twin[0].weight.grad
    assert same(row["sum_sq"], squares(expected))
    assert row["max"] == pytest.approx(expected.max().item(), rel=1e-4)
    assert found.scalars["watch/skipped_steps"][max(found.events)] == 1
    assert set(found.scalars["watch/nonfinite"].values()) == {0}
    magnitudes = found.arrays["watch/gradient/magnitude"][0][found.layouts["watch/gradient"].rows.index("0.weight")]
    exponents = torch.frexp(expected[expected != 0]).exponent - 1
    assert magnitudes.argmax() - 40 == pytest.approx(exponents.double().median().item(), abs=2)
    assert (magnitudes > 0).nonzero()[0][-1] - 40 == exponents.max()


class Checkpointed(nn.Module):
    def __init__(self, reentrant: bool) -> None:
        super().__init__()
        self.body, self.head, self.reentrant = network(), nn.Linear(4, 2), reentrant

    def forward(self, x: Tensor) -> Tensor:
        return self.head(checkpoint(self.body, x, use_reentrant=self.reentrant))  # type: ignore[no-any-return]


@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpointing_measures_each_call_once(tmp_path: Path, reentrant: bool) -> None:
    model = Checkpointed(reentrant)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def train(watch: Any) -> None:
        for _ in range(2):
            model(torch.randn(4, 8, requires_grad=True)).sum().backward()
            optimizer.step()

    found = watched(tmp_path, model, train)
    assert found.layouts["watch/activation"].rows == ("body.0", "body.1", "body.2", "body.3", "head")
    assert found.row("watch/activation", "body.0", 1)["count"] == 64
    assert found.row("watch/gradient", "body.0.weight", 1)["sum_sq"] > 0


def test_frozen_parameters_have_a_weight_alone_until_they_are_trained(tmp_path: Path) -> None:
    model = network()
    model[0].requires_grad_(False)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def train(watch: Any) -> None:
        for step in range(4):
            if step == 2:
                model[0].requires_grad_(True)
            optimizer.zero_grad()
            model(torch.randn(4, 8)).sum().backward()
            optimizer.step()

    found = watched(tmp_path, model, train)
    everything = ("0.weight", "0.bias", "3.weight", "3.bias")
    assert found.layouts["watch/weight"].rows == everything
    assert found.layouts["watch/gradient"].rows == everything[2:]
    assert found.layouts["watch/gradient~2"].rows == found.layouts["watch/update~2"].rows == everything
    # A change during a step is seen at the next one.
    assert sorted(found.arrays["watch/gradient"]) == [0, 1, 2]
    assert sorted(found.arrays["watch/gradient~2"]) == [3]
    assert sorted(found.arrays["watch/weight"]) == [0, 1, 2, 3]


def test_shared_parameters_are_one_row(tmp_path: Path) -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.wte, self.head = nn.Embedding(10, 4), nn.Linear(4, 10, bias=False)
            self.head.weight = self.wte.weight

        def forward(self, ids: Tensor) -> Tensor:
            return self.head(self.wte(ids))  # type: ignore[no-any-return]

    model = Tied()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def train(watch: Any) -> None:
        model(torch.tensor([1, 2])).sum().backward()
        optimizer.step()

    assert watched(tmp_path, model, train).layouts["watch/gradient"].rows == ("wte.weight",)


def test_low_rank_adapters(tmp_path: Path) -> None:
    class Adapted(nn.Module):
        def __init__(self, base: nn.Linear) -> None:
            super().__init__()
            self.base_layer = base.requires_grad_(False)
            self.lora_a, self.lora_b = nn.Linear(8, 2, bias=False), nn.Linear(2, 16, bias=False)
            nn.init.zeros_(self.lora_b.weight)

        def forward(self, x: Tensor) -> Tensor:
            return self.base_layer(x) + self.lora_b(self.lora_a(x))  # type: ignore[no-any-return]

    model = network().requires_grad_(False)
    model[0] = Adapted(model[0])
    optimizer = torch.optim.AdamW([each for each in model.parameters() if each.requires_grad], lr=0.1)

    def train(watch: Any) -> None:
        for _ in range(2):
            optimizer.zero_grad()
            model(torch.randn(4, 8)).sum().backward()
            optimizer.step()

    found = watched(tmp_path, model, train)
    assert found.layouts["watch/update"].rows == ("0.lora_a.weight", "0.lora_b.weight")
    assert len(found.layouts["watch/weight"].rows) == 6
    assert found.row("watch/weight", "0.lora_b.weight", 0)["zeros"] == 32
    assert "0.base_layer" in found.layouts["watch/activation"].rows
    assert found.events == {0: 1, 1: 1}


def test_data_parallel(tmp_path: Path) -> None:
    model = nn.DataParallel(network())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def train(watch: Any) -> None:
        model(torch.randn(4, 8)).sum().backward()
        optimizer.step()

    found = watched(tmp_path, model, train)
    assert found.layouts["watch/activation"].rows == ("0", "1", "2", "3")
    assert found.layouts["watch/gradient"].rows[0] == "0.weight"


def test_a_model_whose_parts_are_called(tmp_path: Path) -> None:
    model = nn.ModuleDict({"encoder": nn.Linear(8, 4), "decoder": nn.Linear(4, 8)})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def train(watch: Any) -> None:
        for _ in range(3):
            model["decoder"](model["encoder"](torch.randn(4, 8))).sum().backward()
            optimizer.step()

    found = watched(tmp_path, model, train)
    assert found.layouts["watch/activation"].rows == ("encoder", "decoder")
    assert [found.row("watch/activation", "decoder", step)["count"] for step in range(3)] == [32] * 3


def test_validation_is_not_watched(tmp_path: Path) -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def train(watch: Any) -> None:
        for _ in range(2):
            model.eval()
            with torch.no_grad():
                model(torch.randn(100, 8))
            model.train()
            model(torch.randn(4, 8)).sum().backward()
            optimizer.step()

    found = watched(tmp_path, model, train)
    assert [found.row("watch/activation", "0", step)["count"] for step in range(2)] == [64, 64]


def test_gradients_that_megatron_accumulates_elsewhere(tmp_path: Path) -> None:
    model = nn.Linear(4, 2).bfloat16()
    for each in model.parameters():
        each.main_grad = torch.ones(each.shape)  # type: ignore[attr-defined]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def train(watch: Any) -> None:
        model(torch.randn(4, 4).bfloat16()).sum().backward()
        optimizer.step()

    assert watched(tmp_path, model, train).row("watch/gradient", "weight", 0)["sum"] == 8


def test_the_step_is_what_the_program_sets(tmp_path: Path) -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def train(watch: Any) -> None:
        for step in (100, 101, None, 200):
            if step is not None:
                watch.step = step
            model(torch.randn(4, 8)).sum().backward()
            optimizer.step()

    assert list(watched(tmp_path, model, train).events) == [100, 101, 102, 200]


def test_an_interval_and_a_pause(tmp_path: Path) -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def train(watch: Any) -> None:
        for step in range(20):
            if step == 8:
                watch.pause()
            if step == 13:
                watch.resume()
            model(torch.randn(4, 8)).sum().backward()
            optimizer.step()

    assert list(watched(tmp_path, model, train, every=3).events) == [0, 3, 6, 15, 18]


def test_the_model_and_its_training_stay_what_they_are(tmp_path: Path) -> None:
    def trained(path: Path | None) -> tuple[Any, ...]:
        torch.manual_seed(1)
        model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout(), nn.Flatten(), nn.Linear(144, 5))
        optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
        writer = None if path is None else cutaway.SummaryWriter(path)
        if writer is not None:
            writer.watch(model, every=2)
        losses = []
        for _ in range(5):
            optimizer.zero_grad()
            loss = model(torch.randn(2, 3, 8, 8)).square().sum()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        if writer is not None:
            writer.close()
        return (*losses, *copy.deepcopy(model.state_dict()).values(), torch.get_rng_state())

    for plain, ours in zip(trained(None), trained(tmp_path), strict=True):
        assert torch.equal(plain, ours)
