"""Ten small architectures of PyTorch alone, each a stem, blocks in a row, and a head: for faults planted in a block."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from tests.conformance.trainings import digits
from torch import Tensor, nn
from torch.nn import functional

WIDTH, CHANNELS, DEPTH, SHADES = 32, 8, 4, 17
Act = Callable[[], nn.Module]


class Spot(nn.Module):
    """Calls a function, which a test may put in."""

    def __init__(self) -> None:
        super().__init__()
        self.function: Callable[[Tensor], Tensor] = torch.clone

    def forward(self, values: Tensor) -> Tensor:
        return self.function(values)


class Block(nn.Module):
    """A layer, an activation and a spot."""

    def __init__(self, act: Act, inner: nn.Module | None = None) -> None:
        super().__init__()
        self.inner: Any = inner or nn.Linear(WIDTH, WIDTH)
        self.act = act()
        self.spot = Spot()

    def added(self, values: Tensor) -> Tensor:
        """What the block makes of its input."""
        made: Tensor = self.spot(self.act(self.inner(values)))
        return made

    def forward(self, values: Tensor) -> Tensor:
        return self.added(values)


class Residual(Block):
    """Around which its input goes."""

    def __init__(self, act: Act, inner: nn.Module | None = None, outer: nn.Module | None = None) -> None:
        super().__init__(act, inner)
        self.norm = nn.LayerNorm(WIDTH) if inner is None else nn.BatchNorm2d(CHANNELS)
        self.outer = outer or nn.Linear(WIDTH, WIDTH)

    def forward(self, values: Tensor) -> Tensor:
        added: Tensor = self.outer(self.added(self.norm(values)))
        return values + added


class Attention(Residual):
    """A block of a transformer, which looks back or at all."""

    def __init__(self, act: Act, is_causal: bool = False) -> None:
        super().__init__(act, nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH))
        self.norm = nn.LayerNorm(WIDTH)
        self.norm1, self.attention = nn.LayerNorm(WIDTH), nn.MultiheadAttention(WIDTH, 4, batch_first=True)
        self.is_causal = is_causal

    def forward(self, values: Tensor) -> Tensor:
        normal = self.norm1(values)
        mask = nn.Transformer.generate_square_subsequent_mask(values.shape[1]) if self.is_causal else None
        attended = self.attention(normal, normal, normal, attn_mask=mask, need_weights=False)[0]
        return super().forward(values + attended)


class Experts(Block):
    """Two of them, mixed by a gate, around which their input goes."""

    def __init__(self, act: Act) -> None:
        super().__init__(act)
        self.other, self.gate = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, 2)

    def forward(self, values: Tensor) -> Tensor:
        left, right = self.gate(values).softmax(-1).split(1, dim=-1)
        mixed: Tensor = values + left * self.added(values) + right * self.other(values)
        return mixed


class Net(nn.Module):
    """A stem, blocks and a head."""

    def __init__(self, stem: nn.Module, blocks: list[Block], head: nn.Module) -> None:
        super().__init__()
        self.stem, self.blocks, self.head = stem, nn.ModuleList(blocks), head

    def forward(self, values: Tensor) -> Any:
        values = self.stem(values)
        for block in self.blocks:
            values = block(values)
        return self.head(values)


class Shaped(Net):
    """A U-net: two blocks in the small, to which what was before them is added."""

    def __init__(self, act: Act) -> None:
        stem = nn.Sequential(nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, CHANNELS, 3, padding=1))
        super().__init__(stem, [Block(act, _conv()) for _ in range(DEPTH)], nn.Conv2d(CHANNELS, 1, 1))
        self.down, self.up = nn.MaxPool2d(2), nn.Upsample(scale_factor=2)

    def forward(self, values: Tensor) -> Any:
        first, *middle, last = self.blocks
        large = first(self.stem(values))
        small = self.down(large)
        for block in middle:
            small = block(small)
        return self.head(last(self.up(small) + large)).flatten(1)


class Recurrent(nn.Module):
    """The last state over the rows of a picture."""

    def __init__(self, kind: type[nn.LSTM] | type[nn.GRU]) -> None:
        super().__init__()
        self.cells = kind(8, WIDTH, batch_first=True)

    def forward(self, values: Tensor) -> Tensor:
        states: Tensor = self.cells(values.view(-1, 8, 8))[0]
        return states[:, -1]


class Mean(nn.Module):
    """Of the tokens."""

    def forward(self, values: Tensor) -> Tensor:
        return values.mean(1)


class Places(nn.Module):
    """Embeddings of shades and of their places."""

    def __init__(self) -> None:
        super().__init__()
        self.shades, self.places = nn.Embedding(SHADES, WIDTH), nn.Embedding(64, WIDTH)

    def forward(self, codes: Tensor) -> Tensor:
        made: Tensor = self.shades(codes) + self.places(torch.arange(codes.shape[1]))
        return made


def _conv() -> nn.Module:
    return nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1)


def _classes(scores: Tensor, wanted: Tensor) -> Tensor:
    return functional.cross_entropy(scores.flatten(0, -2), wanted.flatten())


@dataclass
class Task:
    """A model, and what it learns."""

    model: nn.Module
    inputs: Tensor
    wanted: Tensor
    loss: Callable[[Tensor, Tensor], Tensor] = _classes


def _digits(stem: nn.Module, blocks: list[Block], head: nn.Module) -> Task:
    return Task(Net(stem, blocks, head), *digits())


def _repeated(make: Callable[[], Block], depth: int) -> list[Block]:
    return [make() for _ in range(depth)]


def perceptron(act: Act = nn.ReLU, depth: int = DEPTH) -> Task:
    """Linear layers."""
    return _digits(nn.Linear(64, WIDTH), _repeated(lambda: Block(act), depth), nn.Linear(WIDTH, 10))


def convolutions(act: Act = nn.ReLU, depth: int = DEPTH) -> Task:
    """Without normalisation."""
    stem = nn.Sequential(nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, CHANNELS, 3, padding=1))
    head = nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(CHANNELS * 16, 10))
    return _digits(stem, _repeated(lambda: Block(act, _conv()), depth), head)


def residual(act: Act = nn.ReLU, depth: int = DEPTH) -> Task:
    """Convolutions with batch normalisation, around which their input goes."""
    stem = nn.Sequential(nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, CHANNELS, 3, padding=1))
    head = nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(CHANNELS * 16, 10))
    return _digits(stem, _repeated(lambda: Residual(act, _conv(), _conv()), depth), head)


def lstm(act: Act = nn.ReLU, depth: int = DEPTH) -> Task:
    """Layers on the last state of an LSTM."""
    return _digits(Recurrent(nn.LSTM), _repeated(lambda: Block(act), depth), nn.Linear(WIDTH, 10))


def gru(act: Act = nn.ReLU, depth: int = DEPTH) -> Task:
    """Residual layers on the last state of a GRU."""
    return _digits(Recurrent(nn.GRU), _repeated(lambda: Residual(act), depth), nn.Linear(WIDTH, 10))


def encoder(act: Act = nn.ReLU, depth: int = DEPTH) -> Task:
    """A transformer over the rows of a picture."""
    stem = nn.Sequential(nn.Unflatten(1, (8, 8)), nn.Linear(8, WIDTH))
    head = nn.Sequential(Mean(), nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 10))
    return _digits(stem, _repeated(lambda: Attention(act), depth), head)


def language_model(act: Act = nn.ReLU, depth: int = DEPTH) -> Task:
    """A transformer that says the next shade of a quarter of a picture."""
    codes = (digits()[0][:, :17] * 16).long()
    head = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, SHADES))
    model = Net(Places(), _repeated(lambda: Attention(act, True), depth), head)
    return Task(model, codes[:, :-1], codes[:, 1:])


def autoencoder(act: Act = nn.ReLU, depth: int = DEPTH) -> Task:
    """Makes its input from few numbers."""
    pictures = digits()[0]
    model = Net(nn.Linear(64, WIDTH), _repeated(lambda: Block(act), depth), nn.Linear(WIDTH, 64))
    return Task(model, pictures, pictures, functional.mse_loss)


def shaped(act: Act = nn.ReLU, depth: int = DEPTH) -> Task:
    """A U-net that takes noise away."""
    pictures = digits()[0]
    assert depth == DEPTH
    return Task(Shaped(act), pictures + 0.1 * torch.randn_like(pictures), pictures, functional.mse_loss)


def experts(act: Act = nn.ReLU, depth: int = DEPTH) -> Task:
    """A mixture of experts in each block, on the mean of embeddings."""
    pictures, numbers = digits()
    codes = (pictures * 16).long() + SHADES * torch.arange(64)
    stem = nn.EmbeddingBag(64 * SHADES, WIDTH)
    model = Net(stem, _repeated(lambda: Experts(act), depth), nn.Linear(WIDTH, 10))
    return Task(model, codes, numbers)


ARCHITECTURES = {
    make.__name__: make
    for make in (
        perceptron, convolutions, residual, lstm, gru, encoder, language_model, autoencoder, shaped, experts,
    )
}  # fmt: skip
