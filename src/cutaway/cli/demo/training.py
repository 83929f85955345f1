"""The training of the demo: a small convolutional network on scikit-learn's digits, once per learning rate.

The digits are 1,797 scans of handwritten digits, 8 x 8 pixels, which scikit-learn's package carries: nothing is
downloaded. The module is imported only when the demo runs, because it needs torch and scikit-learn.
"""

from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple

import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn import functional

from cutaway.cli.demo.log import (
    STEPS_BETWEEN_PICTURES,
    STEPS_BETWEEN_SOUNDS,
    record_layers,
    record_losses,
    record_predictions,
)
from cutaway.cli.demo.texts import configuration, mistakes
from cutaway.record.summary_writer import SummaryWriter

#: Careful; right; and so high that the network learns fastest and then blows up.
LEARNING_RATES = (0.005, 0.05, 0.3)
INPUT_SIZE = (1, 1, 8, 8)
BATCH_SIZE = 64
MOMENTUM = 0.9
STEPS_BETWEEN_VALIDATIONS = 25
VALIDATION_SHARE = 0.2
WARM_UP_SHARE = 0.3
#: Of the time that all runs take, which are trained a step of each in turn.
WATCH_BUDGET = 0.02 / len(LEARNING_RATES)


class Digits(NamedTuple):
    """Images as float32 [N, 1, 8, 8] from 0 to 1, labels as int64 [N]."""

    train_images: Tensor
    train_labels: Tensor
    validation_images: Tensor
    validation_labels: Tensor


class DigitNet(nn.Module):
    """Two convolutions and two linear layers: 8 x 8 grey pixels to 10 classes."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(16, 32, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(32 * 4 * 4, 64),
            nn.ReLU(),
            nn.Linear(64, 10),
        )

    def forward(self, images: Tensor) -> Tensor:
        """Logits [N, 10] of images [N, 1, 8, 8]."""
        logits: Tensor = self.classifier(self.features(images))
        return logits


def use_one_thread() -> None:
    """For this process: so small a network is fastest on one core, and the viewer and a browser need the others."""
    torch.set_num_threads(1)


def load() -> Digits:
    """The digits in a fixed random order, the last fifth kept for validation."""
    bunch = load_digits()
    images = torch.from_numpy(bunch.images).to(torch.float32).unsqueeze(1) / 16.0
    labels = torch.from_numpy(bunch.target).to(torch.int64)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
    split = int(len(labels) * (1 - VALIDATION_SHARE))
    return Digits(images[order[:split]], labels[order[:split]], images[order[split:]], labels[order[split:]])


def run_name(lr: float) -> str:
    """The run's name, as ``lr=0.1``."""
    return f"lr={lr:g}"


def train(digits: Digits, lr: float, steps: int, log_dir: Path) -> Generator[int, None, None]:
    """Train one network, logging into ``log_dir``; yields each step's number when the step is done.

    Plain SGD with momentum; the learning rate rises linearly over the first steps and then stays, so that a rate that
    is too high blows up in mid-training and not at once.
    """
    generator = torch.Generator().manual_seed(1)
    # The initial weights come from the global generator: the same for every run, and the caller's state is kept.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        model = DigitNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=MOMENTUM)
    warm_up = max(1, int(steps * WARM_UP_SHARE))
    losses: list[float] = []
    with SummaryWriter(log_dir) as writer, writer.watch(model, optimizer, budget=WATCH_BUDGET):
        writer.add_hparams({"lr": lr, "momentum": MOMENTUM, "batch_size": BATCH_SIZE}, {})
        writer.add_model(model, digits.train_images[:BATCH_SIZE])
        writer.add_text("configuration", configuration(_configuration(digits, model, lr, steps, warm_up)), 0)
        for step in range(steps):
            step_lr = lr * min(1.0, (step + 1) / warm_up)
            for group in optimizer.param_groups:
                group["lr"] = step_lr
            batch = torch.randint(len(digits.train_labels), (BATCH_SIZE,), generator=generator)
            images, labels = digits.train_images[batch], digits.train_labels[batch]
            model.train()
            logits = model(images)
            loss = functional.cross_entropy(logits, labels)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            writer.log({"train/loss": loss, "train/accuracy": _accuracy(logits, labels), "train/lr": step_lr}, step)
            losses.append(loss.item())
            is_last = step == steps - 1
            if step % STEPS_BETWEEN_VALIDATIONS == 0 or is_last:
                logits, labels = _validated(model, digits), digits.validation_labels
                loss = functional.cross_entropy(logits, labels)
                writer.log({"validation/loss": loss, "validation/accuracy": _accuracy(logits, labels)}, step)
                writer.add_text("validation/mistakes", mistakes(logits, labels), step)
                record_layers(writer, model, step)
                if step % STEPS_BETWEEN_PICTURES == 0 or is_last:
                    record_predictions(writer, digits.validation_images, labels, logits, step)
            if step % STEPS_BETWEEN_SOUNDS == 0 or is_last:
                record_losses(writer, losses, step)
                losses.clear()
            yield step


def _configuration(digits: Digits, model: nn.Module, lr: float, steps: int, warm_up: int) -> dict[str, object]:
    """What a run is made with, in words."""
    parameters = sum(parameter.numel() for parameter in model.parameters())
    return {
        "data": f"scikit-learn's digits, 8 x 8 pixels: {len(digits.train_labels):,} to train, "
        f"{len(digits.validation_labels):,} to validate",
        "network": f"two convolutions, two linear layers; {parameters:,} parameters",
        "loss": "cross entropy",
        "optimizer": f"SGD, momentum {MOMENTUM:g}",
        "learning rate": f"**{lr:g}**, after a linear rise over {warm_up:,} steps",
        "batch size": BATCH_SIZE,
        "steps": f"{steps:,}",
    }


def _validated(model: DigitNet, digits: Digits) -> Tensor:
    """Logits [N, 10] of the images that are kept for validation."""
    model.eval()
    with torch.no_grad():
        logits: Tensor = model(digits.validation_images)
    return logits


def _accuracy(logits: Tensor, labels: Tensor) -> Tensor:
    return (logits.argmax(dim=1) == labels).to(torch.float32).mean()
