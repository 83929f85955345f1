"""What a watch does with input that is wrong and with training that fails, and that it leaves nothing behind."""

import gc
import warnings
import weakref
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.watch_records import recorded
from torch import Tensor, nn
from torch.nn.modules import module as torch_module
from torch.optim import optimizer as torch_optimizer

import cutaway
from cutaway.events.recording_warning import RecordingWarning
from cutaway.record.watch.activations import Activations


def network() -> Any:
    return nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4))


def step_of(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    optimizer.zero_grad()
    model(torch.randn(4, 8)).sum().backward()
    optimizer.step()


def hooks_of(model: nn.Module, optimizer: torch.optim.Optimizer) -> list[Any]:
    """Everything that a hook could be in."""
    found: list[Any] = [torch.amp.GradScaler.step, optimizer.step.__func__]  # type: ignore[attr-defined]
    for name in vars(torch_module):
        if name.startswith("_global_") and isinstance(getattr(torch_module, name), dict):
            found.append(dict(getattr(torch_module, name)))
    for name in ("_global_optimizer_pre_hooks", "_global_optimizer_post_hooks"):
        found.append(dict(getattr(torch_optimizer, name)))
    for holder in (*model.modules(), optimizer, *model.parameters()):
        found += [dict(value) for name, value in vars(holder).items() if "hooks" in name and value]
    found += [dict(each._backward_hooks or {}) for each in model.parameters()]
    return found


@pytest.mark.parametrize("given", [True, False])
def test_no_hook_is_left(tmp_path: Path, given: bool) -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    before = hooks_of(model, optimizer)
    writer = cutaway.SummaryWriter(tmp_path)
    watch = writer.watch(model, optimizer if given else None, every=1)
    assert hooks_of(model, optimizer) != before
    step_of(model, optimizer)
    model(torch.randn(4, 8))
    watch.close()
    assert hooks_of(model, optimizer) == before
    assert watch.is_closed
    watch.close()
    step_of(model, optimizer)
    writer.close()
    assert list(recorded(tmp_path).events) == [0]
    assert repr(watch).startswith("<Watch of Sequential: step 1, closed>")


@pytest.mark.parametrize("with_others", [True, False])
def test_no_hook_is_left_of_a_watch_that_is_forgotten(tmp_path: Path, with_others: bool) -> None:
    """As in a notebook, where a cell is run again, or after an exception: nobody closes writer and watch."""
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    before = hooks_of(model, optimizer)
    other = cutaway.SummaryWriter(tmp_path / "other")
    if with_others:
        model_of_others = network()
        other.watch(model_of_others, every=1)
        before = hooks_of(model, optimizer)

    def forget() -> None:
        writer = cutaway.SummaryWriter(tmp_path / "run")
        handle = writer.watch(model, every=2)
        for _ in range(3):
            step_of(model, optimizer)
        del writer
        gc.collect()
        # The handle alone keeps it.
        step_of(model, optimizer)
        assert handle.step == 4
        handle.log_tensor("a", torch.ones(2))

    forget()
    gc.collect()
    assert hooks_of(model, optimizer) == before
    step_of(model, optimizer)
    other.close()
    assert list(recorded(tmp_path / "run").events) == [0, 2]


def test_a_closed_watch_that_is_forgotten_leaves_the_next_one_alone(tmp_path: Path) -> None:
    model = network()
    model.compile(backend="eager")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with cutaway.SummaryWriter(tmp_path) as writer:
        first = writer.watch(model, optimizer, every=1)
        first.close()
        with writer.watch(model, optimizer, every=1):
            hooks, calls = hooks_of(model, optimizer), model._compiled_call_impl
            del first
            gc.collect()
            assert hooks_of(model, optimizer) == hooks
            assert model._compiled_call_impl is calls


def test_the_writer_ends_its_watches(tmp_path: Path) -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    before = hooks_of(model, optimizer)
    with cutaway.SummaryWriter(tmp_path) as writer:
        watch = writer.watch(model)
        step_of(model, optimizer)
    assert watch.is_closed
    assert hooks_of(model, optimizer) == before


def test_a_closed_watch_lets_the_model_go(tmp_path: Path) -> None:
    model = network()
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model).close()
        alive = weakref.ref(model)
        del model
        gc.collect()
        assert alive() is None


def test_steps_between_two_optimizers_are_written_at_the_end(tmp_path: Path) -> None:
    model = network()
    optimizers = [torch.optim.SGD(model[place].parameters(), lr=0.1) for place in (0, 2)]
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        model(torch.randn(4, 8)).sum().backward()
        optimizers[0].step()
    assert list(recorded(tmp_path).events) == [0]


def test_a_forward_that_fails(tmp_path: Path) -> None:
    class Failing(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            if fails:
                raise RuntimeError("no")
            return x

    model = nn.Sequential(nn.Linear(8, 16), Failing())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        fails = True
        with pytest.raises(RuntimeError, match="no"):
            step_of(model, optimizer)
        fails = False
        step_of(model, optimizer)
    found = recorded(tmp_path)
    assert found.layouts["watch/activation"].rows == ("0", "1")
    assert found.row("watch/activation", "0", 0)["count"] == 64


def test_an_optimizer_whose_step_fails(tmp_path: Path) -> None:
    class Failing(torch.optim.SGD):
        def step(self, closure: Any = None) -> None:  # type: ignore[override]
            if fails:
                raise RuntimeError("no")
            super().step()

    model = network()
    optimizer = Failing(model.parameters(), lr=0.1)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        fails = True
        with pytest.raises(RuntimeError, match="no"):
            step_of(model, optimizer)
        fails = False
        step_of(model, optimizer)
    assert list(recorded(tmp_path).events) == [0]


def test_modules_that_return_texts(tmp_path: Path) -> None:
    class Named(nn.Module):
        def forward(self) -> str:
            return "a text"

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer, self.named = nn.Linear(8, 4), Named()

        def forward(self, x: Tensor) -> Tensor:
            assert self.named() == "a text"
            return self.layer(x)  # type: ignore[no-any-return]

    model = Model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        step_of(model, optimizer)
    assert recorded(tmp_path).layouts["watch/activation"].rows == ("layer",)


def test_a_second_watch_ends_the_first(tmp_path: Path) -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with cutaway.SummaryWriter(tmp_path / "a") as first, cutaway.SummaryWriter(tmp_path / "b") as second:
        before = first.watch(model, every=1)
        step_of(model, optimizer)
        with pytest.warns(RecordingWarning, match="the model was watched already"):
            second.watch(model, every=1)
        assert before.is_closed
        step_of(model, optimizer)
    assert list(recorded(tmp_path / "a").events) == list(recorded(tmp_path / "b").events) == [0]


def test_two_models_have_two_tags(tmp_path: Path) -> None:
    models = network(), network()
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(models[0], every=1)
        with pytest.raises(ValueError, match="tag must be another than that of an open watch, got 'watch'"):
            writer.watch(models[1], every=1)
        writer.watch(models[1], every=1, tag="other")
        for model in models:
            step_of(model, torch.optim.SGD(model.parameters(), lr=0.1))
    assert {"watch/gradient", "other/gradient"} <= set(recorded(tmp_path).layouts)


def test_a_model_that_is_moved_while_it_is_watched(tmp_path: Path) -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        step_of(model, optimizer)
        model.double()
        optimizer.zero_grad()
        model(torch.randn(4, 8).double()).sum().backward()
        optimizer.step()
        model.to("meta")
        optimizer.zero_grad()
        model(torch.randn(4, 8, device="meta").double()).sum().backward()
        optimizer.step()
    found = recorded(tmp_path)
    assert found.row("watch/gradient", "0.weight", 1)["sum_sq"] > 0
    assert found.row("watch/update", "0.weight", 1)["sum_sq"] > 0
    # What cannot be read is not measured: NaN in each column.
    assert found.row("watch/gradient", "0.weight", 2)["sum_sq"] != found.row("watch/gradient", "0.weight", 2)["sum_sq"]


def test_a_model_that_is_parametrised_while_it_is_watched(tmp_path: Path) -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        step_of(model, optimizer)
        nn.utils.parametrizations.weight_norm(model[0])
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        step_of(model, optimizer)
        step_of(model, optimizer)
    found = recorded(tmp_path)
    assert "0.parametrizations.weight.original0" in found.layouts["watch/gradient~2"].rows
    assert list(found.events) == [0, 1, 2]


def test_an_exception_in_a_hook_ends_the_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    before = hooks_of(model, optimizer)
    with cutaway.SummaryWriter(tmp_path) as writer:
        watch = writer.watch(model, every=1)
        step_of(model, optimizer)

        def fail(*_: Any) -> None:
            raise KeyError("row")

        monkeypatch.setattr(Activations, "measure", fail)
        with pytest.warns(RecordingWarning, match="the watch has ended at step 1, training goes on: KeyError: 'row'"):
            step_of(model, optimizer)
        assert watch.is_closed
        assert hooks_of(model, optimizer) == before
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            step_of(model, optimizer)
    assert list(recorded(tmp_path).events) == [0]


def test_a_step_that_goes_back_is_said_once(tmp_path: Path) -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with cutaway.SummaryWriter(tmp_path) as writer:
        watch = writer.watch(model, every=1)
        watch.step = 10
        step_of(model, optimizer)
        with pytest.warns(RecordingWarning, match="step is set from 11 back to 5"):
            watch.step = 5
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            step_of(model, optimizer)
        for wrong in ("a", [1, 2]):
            with pytest.raises((TypeError, ValueError), match="step must be"):
                watch.step = wrong
    assert sorted(recorded(tmp_path).events) == [5, 10]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"every": 0}, ValueError, "every must be 'auto' or a number of steps from 1 on, got 0"),
        ({"every": "often"}, ValueError, "every must be"),
        ({"every": True}, ValueError, "every must be"),
        ({"budget": 0}, ValueError, "budget must be a share of the time above 0, up to 1, got 0"),
        ({"budget": "2 %"}, ValueError, "budget must be"),
        ({"kinds": ()}, ValueError, "kinds must be of activation, gradient, weight, update"),
        ({"kinds": ["loss"]}, ValueError, "kinds must be of"),
        ({"modules": ["no.such"]}, ValueError, r"modules chooses no module of the model, got \['no.such'\]"),
        ({"modules": [3]}, TypeError, "modules must be paths"),
        (
            {"optimizer": "adam"},
            TypeError,
            "optimizer must be a torch.optim.Optimizer, a list of them or None, got str",
        ),
        (
            {"optimizer": torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)},
            ValueError,
            "optimizer must have parameters of the model, got SGD with others alone",
        ),
        ({"model": "net"}, TypeError, "model must be"),
    ],
)
def test_arguments_that_are_not_accepted(tmp_path: Path, options: Any, error: Any, message: str) -> None:
    model = network()
    with cutaway.SummaryWriter(tmp_path) as writer:
        with pytest.raises(error, match=message):
            writer.watch(**{"model": model, **options})
        writer.watch(model).close()


def test_optimizers_of_other_models_are_let_be(tmp_path: Path) -> None:
    model, other = network(), network()
    optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
    with cutaway.SummaryWriter(tmp_path) as writer:
        watch = writer.watch(model, every=1)
        step_of(other, optimizer)
        assert watch.step == 0
        step_of(model, torch.optim.SGD(model.parameters(), lr=0.1))
        assert watch.step == 1
    assert recorded(tmp_path).events == {0: 1}
