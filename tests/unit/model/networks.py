"""Small real networks for the tests of `cutaway.model`."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn


class Convolutional(nn.Module):
    """A container that is called, one that is not, and a functional call."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU())
        self.blocks = nn.ModuleList(nn.Conv2d(8, 8, 3, padding=1) for _ in range(2))
        self.head = nn.Linear(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for block in self.blocks:
            x = x + block(x)
        result: Tensor = self.head(x.mean((2, 3)))
        return result


class Language(nn.Module):
    """Token ids in, a dict out; tied weights, a direct parameter, a layer that is never called."""

    def __init__(self, vocabulary: int = 50, width: int = 16) -> None:
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(torch.zeros(32, width))
        self.layer = nn.TransformerEncoderLayer(width, 4, 32, batch_first=True)
        self.head = nn.Linear(width, vocabulary, bias=False)
        self.head.weight = self.tokens.weight
        self.unused = nn.Linear(3, 3)

    def forward(self, ids: Tensor) -> dict[str, Any]:
        x = self.layer(self.tokens(ids) + self.positions[: ids.shape[1]])
        return {"logits": self.head(x), "hidden": x, "loss": None}


class Custom(nn.Module):
    """A linear layer and normalisation, and then whatever a test wants to be done with the result."""

    def __init__(self, then: Callable[["Custom", Tensor], Any]) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 4)
        self.norm = nn.BatchNorm1d(4)
        self.dropout = nn.Dropout()
        self.then = then

    def forward(self, x: Tensor) -> Any:
        return self.then(self, self.dropout(self.norm(self.linear(x))))


class Repeated(nn.Module):
    """One layer called `times` times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)
        self.times = times

    def forward(self, x: Tensor) -> Tensor:
        for _ in range(self.times):
            x = self.layer(x)
        return x
