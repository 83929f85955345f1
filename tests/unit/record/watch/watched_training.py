"""A training that is watched, and what its alarm found."""

from collections.abc import Callable
from typing import Any

import torch
from tests.unit.record.watch.planted_faults import BATCH, FAULTS, WIDTH, Perceptron, Spot, logits
from torch import Tensor, nn
from torch.nn import functional

from cutaway.events.first_bad import FirstBad
from cutaway.events.watch_layout import WATCHED_KINDS
from cutaway.record.summary_writer import SummaryWriter
from cutaway.record.watch.alarm import Alarm, OnNonFinite
from cutaway.record.watch.records import WatchRecords
from cutaway.record.watch.schedule import Schedule
from cutaway.record.watch.watch import Watch

Loss = Callable[[Any], Tensor]


class WatchedTraining:
    """Steps of SGD on random data. `findings` are those of the alarm; `every` is the interval of logging steps."""

    def __init__(
        self,
        model: nn.Module,
        on_nonfinite: OnNonFinite | None = "report",
        lr: float = 0.01,
        every: int = 1,
        optimizer: torch.optim.Optimizer | None = None,
    ) -> None:
        self.model = model
        trained = [weight for weight in model.parameters() if weight.requires_grad]
        self.optimizer = optimizer or torch.optim.SGD(trained, lr)
        self.findings: list[FirstBad] = []
        self.step_number = 0
        if on_nonfinite is not None:
            self.alarm = Alarm(model, on_nonfinite, self.findings.append)
            records = WatchRecords(SummaryWriter(write_to_disk=False)._events, "watch")
            schedule = Schedule(every, 0.02)
            self.watch = Watch(model, [self.optimizer], records, schedule, kinds=WATCHED_KINDS, listener=self.alarm)

    @property
    def found(self) -> FirstBad:
        """The only finding."""
        (found,) = self.findings
        return found

    def step(self, *batches: Tensor, loss: Loss | None = None) -> None:
        """One update from one batch, or from several."""
        for batch in batches or (batch_of(self.step_number),):
            backward((loss or cross_entropy)(self.model(batch)))
        self.update()

    def update(self) -> None:
        """The optimizer's part of a step."""
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step_number += 1


def backward(loss: Tensor) -> None:
    """The backward of a loss."""
    loss.backward()  # type: ignore[no-untyped-call]


def batch_of(seed: int) -> Tensor:
    """Random inputs, float32 [BATCH, WIDTH]."""
    return torch.randn(BATCH, WIDTH, generator=torch.Generator().manual_seed(seed))


def cross_entropy(result: Any) -> Tensor:
    """Of classes that depend on the place in the batch alone."""
    return functional.cross_entropy(logits(result), torch.arange(BATCH) % 4)


def faulty(architecture: Callable[[nn.Module], nn.Module] = Perceptron, fault: str = "0/0") -> tuple[Any, Spot]:
    torch.manual_seed(0)
    spot = Spot(FAULTS[fault].function)
    return architecture(spot), spot


def working() -> nn.Module:
    torch.manual_seed(0)
    return Perceptron(Spot(torch.clone))
