"""Trainings that go wrong, each in one way: a fault planted in a small architecture, and what must be said of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from typing import Any

import torch
from tests.conformance.architectures import ARCHITECTURES, DEPTH, Act, Task
from torch import Tensor, nn

import cutaway

#: The step at which what begins in mid-training begins, and the block in which a fault is planted.
AT, WHERE = 60, 2
Optimizer = Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]


@dataclass
class Training:
    """How a model is trained."""

    task: Task
    steps: int = 120
    every: int = 1
    batch: int = 32
    optimizer: Optimizer = lambda parameters: torch.optim.Adam(parameters, 1e-3)
    #: Parameters that the optimizer has not.
    left_out: set[nn.Parameter] = field(default_factory=set)
    #: Called before each step, with its number and the optimizer.
    before: Callable[[int, Any], None] = lambda step, optimizer: None
    #: What is made of inputs and of what is wanted, at each step.
    batches: Callable[[int, Tensor, Tensor], tuple[Tensor, Tensor]] = lambda step, inputs, wanted: (inputs, wanted)
    #: What is made of the loss.
    lost: Callable[[int, Tensor], Tensor] = lambda step, loss: loss
    #: How many examples there are; the rest is for validation, where there is any.
    examples: int | None = None
    #: Whether what is kept of the run is what was there before its end.
    is_cut_off: bool = False

    @property
    def model(self) -> Any:
        """The model."""
        return self.task.model

    @property
    def block(self) -> Any:
        """That in which the fault is."""
        return self.model.blocks[WHERE]


def run(training: Training, logdir: Path) -> None:
    """Train, and record the loss and a watch."""
    model, task, count = training.model, training.task, training.examples
    optimizer = training.optimizer([each for each in model.parameters() if each not in training.left_out])
    inputs, wanted = task.inputs[:count], task.wanted[:count]
    with cutaway.SummaryWriter(logdir) as writer, writer.watch(model, optimizer, every=training.every):
        for step in range(training.steps):
            training.before(step, optimizer)
            chosen = torch.randint(0, len(inputs), (training.batch,))
            given, right = training.batches(step, inputs[chosen], wanted[chosen])
            optimizer.zero_grad()
            loss = training.lost(step, task.loss(model(given), right))
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            writer.add_scalar("train/loss", loss.item(), step)
            if count is not None and step % 20 == 19:
                model.eval()
                with torch.no_grad():
                    lost = task.loss(model(task.inputs[count:]), task.wanted[count:])
                writer.add_scalar("val/loss", lost.item(), step)
                model.train()
        if training.is_cut_off:
            copytree(logdir, logdir.with_name("cut off"))


@dataclass(frozen=True)
class Fault:
    """What is planted, where, and what must be found first."""

    plant: Callable[[Training], None]
    architectures: tuple[str, str]
    #: Rules of which one must be found first; none where nothing may be found.
    rules: tuple[str, ...]
    #: How the name of the row begins that must be the first; None where it is no layer's fault.
    row: str | None = f"blocks.{WHERE}."
    act: Act = nn.ReLU
    depth: int = DEPTH
    #: Rules that may find it at the same step.
    beside: tuple[str, ...] = ()
    severity: str = "warning"

    def training(self, architecture: str) -> Training:
        """The training with the fault."""
        training = Training(ARCHITECTURES[architecture](self.act, self.depth))
        self.plant(training)
        return training


def _from(training: Training, function: Callable[[Tensor], Tensor]) -> None:
    """From a step on a spot calls a function."""

    def before(step: int, _: Any) -> None:
        if step == AT:
            training.block.spot.function = function

    training.before = before


def nan_in_forward(training: Training) -> None:
    _from(training, lambda values: (values - values.max() - 1).log())


def nan_in_backward(training: Training) -> None:
    _from(training, lambda values: values + (values * 0).sqrt())


def infinity_in_float16(training: Training) -> None:
    _from(training, lambda values: ((values + 2).half() * 60000).float() / 60000)


def nan_in_the_loss(training: Training) -> None:
    training.lost = lambda step, loss: loss * float("nan") if step == AT else loss


def nan_in_the_optimizer(training: Training) -> None:
    class Broken(torch.optim.Adam):
        def step(self, closure: Any = None) -> None:  # type: ignore[override]
            super().step(closure)
            self.count = getattr(self, "count", -1) + 1
            if self.count == AT:
                with torch.no_grad():
                    training.block.inner.weight[0, 0] = float("nan")

    training.optimizer = lambda parameters: Broken(parameters, 1e-3)


def dead_relu(training: Training) -> None:
    with torch.no_grad():
        training.block.inner.bias -= 20


def vanishing_by_depth(training: Training) -> None:
    """As many sigmoids as `depth` says, each of which takes three quarters of the gradient."""


def exploding_by_learning_rate(training: Training) -> None:
    training.optimizer = lambda parameters: torch.optim.SGD(parameters, 0.01)

    def before(step: int, optimizer: Any) -> None:
        optimizer.param_groups[0]["lr"] = 0.01 if step < AT else 1000.0

    training.before = before


def frozen_by_mistake(training: Training) -> None:
    training.left_out = set(training.block.inner.parameters())


def initial_weights_too_large(training: Training) -> None:
    with torch.no_grad():
        for block in training.model.blocks:
            block.inner.weight *= 10


def initial_weights_too_small(training: Training) -> None:
    with torch.no_grad():
        for block in training.model.blocks:
            block.inner.weight /= 10
            block.inner.bias.zero_()


def saturated(training: Training) -> None:
    with torch.no_grad():
        training.block.inner.weight *= 500


def updates_lost_in_bfloat16(training: Training) -> None:
    training.model.to(torch.bfloat16)
    training.optimizer = lambda parameters: torch.optim.SGD(parameters, 1e-6)

    def in_bfloat16(step: int, inputs: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
        return (inputs.bfloat16() if inputs.is_floating_point() else inputs), wanted

    training.batches = in_bfloat16


def one_bad_batch(training: Training) -> None:
    training.steps = 200

    def batches(step: int, inputs: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
        return (inputs * 100 if step == 150 else inputs), wanted

    training.batches = batches


class Adapted(nn.Module):
    """A frozen layer with a product of two small matrices beside it, the second of which begins at zero."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(4, layer.in_features) * 0.1)
        self.up = nn.Parameter(torch.zeros(layer.out_features, 4))

    def forward(self, values: Tensor) -> Tensor:
        own: Tensor = self.layer(values)
        return own + values @ self.down.T @ self.up.T


def adapters_that_begin_at_zero(training: Training) -> None:
    training.model.requires_grad_(False)
    for block in training.model.blocks:
        block.inner = Adapted(block.inner)


def adam_with_half(training: Training) -> None:
    training.optimizer = lambda parameters: torch.optim.Adam(parameters, 0.5)


def detached(training: Training) -> None:
    training.block.spot.function = torch.detach


def branch_without_input(training: Training) -> None:
    training.block.inner.register_forward_pre_hook(lambda _, given: (given[0] * 0,))


def learning_rate_of_zero(training: Training) -> None:
    training.optimizer = lambda parameters: torch.optim.SGD(parameters, 0.0)


def labels_shuffled(training: Training) -> None:
    training.steps, training.every = 600, 10
    training.batches = lambda step, inputs, wanted: (inputs, wanted[torch.randperm(len(wanted))])


def overfitting(training: Training) -> None:
    training.steps, training.every, training.examples = 400, 5, 50


def stalled(training: Training) -> None:
    training.is_cut_off = True


_FINITE = ("non-finite",)
FAULTS = {
    "NaN in the forward": Fault(nan_in_forward, ("perceptron", "encoder"), _FINITE, severity="error"),
    "NaN in the backward alone": Fault(nan_in_backward, ("convolutions", "gru"), _FINITE, severity="error"),
    "NaN in the loss": Fault(nan_in_the_loss, ("lstm", "shaped"), _FINITE, None, severity="error"),
    "NaN in the optimizer": Fault(nan_in_the_optimizer, ("residual", "language_model"), _FINITE, severity="error"),
    "infinity in float16": Fault(infinity_in_float16, ("autoencoder", "experts"), _FINITE, severity="error"),
    "dead ReLU": Fault(dead_relu, ("perceptron", "encoder"), ("dead",)),
    "vanishing by depth": Fault(
        vanishing_by_depth, ("perceptron", "lstm"), ("vanishing-gradient", "depth-trend"), "stem", nn.Sigmoid, 12
    ),
    "exploding by the learning rate": Fault(
        exploding_by_learning_rate, ("autoencoder", "gru"), ("large-updates",), "", severity="error"
    ),
    "frozen by mistake": Fault(frozen_by_mistake, ("language_model", "convolutions"), ("not-updating",)),
    "initial weights too large": Fault(
        initial_weights_too_large, ("perceptron", "convolutions"), ("poor-initialisation",), "blocks."
    ),
    "initial weights too small": Fault(
        initial_weights_too_small, ("lstm", "autoencoder"), ("poor-initialisation",), "blocks."
    ),
    "saturated tanh": Fault(saturated, ("shaped", "gru"), ("saturated",), act=nn.Tanh, beside=("poor-initialisation",)),
    "saturated sigmoid": Fault(
        saturated,
        ("experts", "encoder"),
        ("saturated",),
        act=nn.Sigmoid,
        beside=("poor-initialisation",),
        severity="info",
    ),
    "updates lost in bfloat16": Fault(updates_lost_in_bfloat16, ("encoder", "autoencoder"), ("not-updating",), "stem"),
    "one bad batch": Fault(
        one_bad_batch, ("residual", "shaped"), ("loss-spike",), None, beside=("exploding-gradient",)
    ),
    "adapters that begin at zero": Fault(adapters_that_begin_at_zero, ("gru", "experts"), ()),
    "Adam with a rate of 0.5": Fault(
        adam_with_half, ("language_model", "residual"), ("large-updates",), "", severity="error"
    ),
    "detached": Fault(detached, ("residual", "experts"), ("not-updating",)),
    "a branch without input": Fault(branch_without_input, ("experts", "language_model"), ("all-zero",)),
    "a learning rate of zero": Fault(learning_rate_of_zero, ("convolutions", "lstm"), ("not-updating",), "stem"),
    "labels shuffled": Fault(labels_shuffled, ("perceptron", "lstm"), ("loss-not-falling",), None),
    "overfitting": Fault(overfitting, ("lstm", "convolutions"), ("overfitting",), None),
    "stalled": Fault(stalled, ("gru", "shaped"), ("stalled",), None, severity="info"),
}
