"""Small trainings that go well, with a watch: for rules that must find no error in them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from sklearn.datasets import (  # type: ignore[import-untyped, unused-ignore]
    load_breast_cancer,
    load_diabetes,
    load_digits,
)
from torch import Tensor, nn
from torch.nn import functional

import cutaway

#: A text to learn by heart.
TEXT = Path(__file__).read_text("utf-8")
LENGTH = 32
VOCABULARY = sorted(set(TEXT))

Loss = Callable[[Any, Tensor, Tensor], Tensor]


@dataclass
class Training:
    """A model, what it learns, and how."""

    model: nn.Module
    optimizers: list[torch.optim.Optimizer]
    loss: Loss
    steps: int
    inputs: Tensor
    targets: Tensor
    #: Called after each step.
    schedulers: list[Any] = field(default_factory=list)
    #: The norm that all gradients together are cut to.
    clip: float | None = None
    batch: int = 64
    #: What is kept for validation.
    held_out: tuple[Tensor, Tensor] | None = None


def run(training: Training, logdir: Path, every: int = 2) -> None:
    """Train to the end, and record the losses and a watch."""
    model, loss_of = training.model, training.loss
    with cutaway.SummaryWriter(logdir) as writer, writer.watch(model, training.optimizers, every=every):
        for step in range(training.steps):
            chosen = torch.randint(0, len(training.inputs), (training.batch,))
            model.zero_grad()
            loss = loss_of(model, training.inputs[chosen], training.targets[chosen])
            loss.backward()  # type: ignore[no-untyped-call]
            if training.clip is not None:
                nn.utils.clip_grad_norm_(model.parameters(), training.clip)
            for each in (*training.optimizers, *training.schedulers):
                each.step()
            writer.add_scalar("train/loss", float(loss.detach()), step)
            if training.held_out is not None and step % 50 == 49:
                model.eval()
                with torch.no_grad():
                    writer.add_scalar("val/loss", float(loss_of(model, *training.held_out)), step)
                model.train()


@cache
def digits() -> tuple[Tensor, Tensor]:
    """Pictures of 8 by 8, [n, 64], and their digits."""
    data = load_digits()
    return torch.tensor(data.data, dtype=torch.float32) / 16, torch.tensor(data.target)


@cache
def characters() -> tuple[Tensor, Tensor]:
    """Pieces of the text as numbers, [n, LENGTH], and the same one character on."""
    codes = torch.tensor([VOCABULARY.index(each) for each in TEXT])
    pieces = codes.unfold(0, LENGTH + 1, 1)
    return pieces[:, :-1], pieces[:, 1:]


def classified(model: Any, inputs: Tensor, targets: Tensor) -> Tensor:
    """Cross entropy of the last dimension's scores."""
    scores = model(inputs)
    return functional.cross_entropy(scores.flatten(0, -2), targets.flatten())


def on_digits(model: nn.Module, optimizer: torch.optim.Optimizer, steps: int, loss: Loss = classified) -> Training:
    """A training with a part of the pictures held out."""
    pictures, numbers = digits()
    held_out = pictures[1400:], numbers[1400:]
    return Training(model, [optimizer], loss, steps, pictures[:1400], numbers[:1400], held_out=held_out)


def on_text(model: nn.Module, optimizer: torch.optim.Optimizer, steps: int) -> Training:
    """A training of a language model."""
    inputs, targets = characters()
    return Training(model, [optimizer], classified, steps, inputs, targets, batch=16)


def layers(*sizes: int, act: Callable[[], nn.Module] = nn.ReLU) -> nn.Sequential:
    """Linear layers of these sizes with something between."""
    return nn.Sequential(*[each for pair in pairwise(sizes) for each in (nn.Linear(*pair), act())][:-1])


def perceptron() -> Training:
    """Linear layers and ReLU, with Adam."""
    model = layers(64, 128, 128, 10)
    return on_digits(model, torch.optim.Adam(model.parameters(), 1e-3), 800)


def deep_perceptron() -> Training:
    """Seven layers, as PyTorch initialises them."""
    model = layers(64, 64, 64, 64, 64, 64, 64, 10)
    return on_digits(model, torch.optim.Adam(model.parameters(), 1e-3), 800)


def convolutions() -> Training:
    """Biases in front of normalisation, whose gradient is zero; momentum."""
    blocks = [each for inner in (1, 16) for each in (nn.Conv2d(inner, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU())]
    model = nn.Sequential(nn.Unflatten(1, (1, 8, 8)), *blocks, nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 10))
    return on_digits(model, torch.optim.SGD(model.parameters(), 0.05, momentum=0.9), 500)


class Block(nn.Module):
    """A block of a transformer, which looks back."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, 4, batch_first=True)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = layers(width, 4 * width, width, act=nn.GELU)

    def forward(self, x: Tensor) -> Tensor:
        """[batch, length, width] to the same."""
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1])
        normal = self.norm(x)
        x = x + self.attention(normal, normal, normal, attn_mask=mask, need_weights=False)[0]
        mlp: Tensor = self.mlp(self.norm2(x))
        return x + mlp


class Transformer(nn.Module):
    """Says the next character."""

    def __init__(self, width: int = 32, depth: int = 4) -> None:
        super().__init__()
        self.characters = nn.Embedding(len(VOCABULARY), width)
        self.places = nn.Embedding(LENGTH, width)
        self.layers = nn.ModuleList(Block(width) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, len(VOCABULARY), bias=False)

    def forward(self, codes: Tensor) -> Tensor:
        """[batch, length] to [batch, length, vocabulary]."""
        x = self.characters(codes) + self.places(torch.arange(codes.shape[1]))
        for layer in self.layers:
            x = layer(x)
        scores: Tensor = self.head(self.norm(x))
        return scores


def transformer() -> Training:
    """Attention with a mask of minus infinity; the learning rate rises from zero, and gradients are clipped."""
    model = Transformer()
    optimizer = torch.optim.AdamW(model.parameters(), 2e-3)
    training = on_text(model, optimizer, 150)
    training.schedulers = [torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, step / 50))]
    training.clip = 1.0
    return training


class Recurrent(nn.Module):
    """An LSTM over characters."""

    def __init__(self) -> None:
        super().__init__()
        self.characters = nn.Embedding(len(VOCABULARY), 32)
        self.lstm = nn.LSTM(32, 64, 2, batch_first=True)
        self.head = nn.Linear(64, len(VOCABULARY))

    def forward(self, codes: Tensor) -> Tensor:
        """[batch, length] to [batch, length, vocabulary]."""
        scores: Tensor = self.head(self.lstm(self.characters(codes))[0])
        return scores


def recurrent() -> Training:
    """Gates that saturate by design."""
    model = Recurrent()
    return on_text(model, torch.optim.Adam(model.parameters(), 3e-3), 300)


class Adapted(nn.Module):
    """A frozen layer, and beside it a product of two small matrices, the second of which begins at zero."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(4, layer.in_features) * 0.1)
        self.up = nn.Parameter(torch.zeros(layer.out_features, 4))

    def forward(self, x: Tensor) -> Tensor:
        """The sum of both."""
        own: Tensor = self.layer(x)
        return own + x @ self.down.T @ self.up.T


def adapters() -> Training:
    """Fine-tuning with LoRA: most weights are frozen, and some begin at zero."""
    model = nn.Sequential(
        *[Adapted(each) if isinstance(each, nn.Linear) else each for each in layers(64, 128, 128, 10)]
    )
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return on_digits(model, torch.optim.Adam(trained, 2e-3), 600)


def autoencoder() -> Training:
    """Tanh, and a sigmoid at the end."""
    model = nn.Sequential(*layers(64, 32, 8, 32, 64, act=nn.Tanh), nn.Sigmoid())
    optimizer = torch.optim.Adam(model.parameters(), 2e-3)
    return on_digits(model, optimizer, 800, lambda model, inputs, _: functional.mse_loss(model(inputs), inputs))


class Residual(nn.Module):
    """A block that adds nothing at first."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.inner = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Dropout(0.1))
        self.outer = nn.Linear(width, width)
        nn.init.zeros_(self.outer.weight)
        nn.init.zeros_(self.outer.bias)

    def forward(self, x: Tensor) -> Tensor:
        """x, and what the block adds."""
        added: Tensor = self.outer(self.inner(self.norm(x)))
        return x + added


def residual() -> Training:
    """Eight residual blocks that begin at zero; weight decay, and a learning rate that falls to zero."""
    model = nn.Sequential(nn.Linear(64, 64), *[Residual(64) for _ in range(8)], nn.Linear(64, 10))
    optimizer = torch.optim.AdamW(model.parameters(), 2e-3, weight_decay=0.1)
    training = on_digits(model, optimizer, 400)
    training.schedulers = [torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 400)]
    return training


def regression() -> Training:
    """One linear layer."""
    data = load_diabetes()
    inputs = torch.tensor(data.data, dtype=torch.float32) * 20
    targets = torch.tensor((data.target - data.target.mean()) / data.target.std(), dtype=torch.float32)[:, None]
    model = nn.Sequential(nn.Linear(10, 1))

    def loss(model: Any, given: Tensor, wanted: Tensor) -> Tensor:
        return functional.mse_loss(model(given), wanted)

    return Training(model, [torch.optim.SGD(model.parameters(), 0.01)], loss, 800, inputs, targets, batch=32)


def classifier() -> Training:
    """A sigmoid at the end that becomes certain."""
    data = load_breast_cancer()
    inputs = torch.tensor((data.data - data.data.mean(0)) / data.data.std(0), dtype=torch.float32)
    targets = torch.tensor(data.target, dtype=torch.float32)[:, None]
    model = nn.Sequential(nn.Linear(30, 32), nn.Sigmoid(), nn.Linear(32, 1), nn.Sigmoid())

    def loss(model: Any, given: Tensor, wanted: Tensor) -> Tensor:
        return functional.binary_cross_entropy(model(given), wanted)

    return Training(model, [torch.optim.SGD(model.parameters(), 0.5)], loss, 1000, inputs, targets, batch=32)


def adversaries() -> Training:
    """Two networks against each other, each with an optimizer."""
    model = nn.ModuleDict({"maker": layers(8, 64, 64), "judge": layers(64, 64, 1, act=lambda: nn.LeakyReLU(0.2))})

    def loss(model: Any, given: Tensor, _: Tensor) -> Tensor:
        made = torch.sigmoid(model["maker"](torch.randn(len(given), 8)))
        seen = model["judge"](given), model["judge"](made.detach())
        frozen = {name: each.detach() for name, each in model["judge"].named_parameters()}
        fooled = torch.func.functional_call(model["judge"], frozen, (made,))
        wanted = torch.ones(len(given), 1), torch.zeros(len(given), 1), torch.ones(len(given), 1)
        pairs = zip((*seen, fooled), wanted, strict=True)
        return sum((functional.binary_cross_entropy_with_logits(*pair) for pair in pairs), torch.zeros(()))

    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.Adam(model[name].parameters(), 2e-4, (0.5, 0.999)) for name in ("maker", "judge")
    ]
    return Training(model, optimizers, loss, 500, *digits())


HEALTHY = (
    perceptron,
    deep_perceptron,
    convolutions,
    transformer,
    recurrent,
    adapters,
    autoencoder,
    residual,
    regression,
    classifier,
    adversaries,
)
