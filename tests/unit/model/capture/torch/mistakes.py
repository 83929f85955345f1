"""Networks with the mistakes that everybody makes once."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

Mistake = tuple[Callable[[], nn.Module], list[tuple[int, ...]], str | None]


class Network(nn.Module):
    """A forward of the user's, with its layers."""

    def __init__(self, function: Callable[..., Any], **layers: nn.Module) -> None:
        super().__init__()
        self.function = function
        for name, layer in layers.items():
            setattr(self, name, layer)

    def forward(self, *inputs: Tensor) -> Any:
        return self.function(self, *inputs)


def unflattened(self: Any, x: Tensor) -> Any:
    return self.head(self.body(x))


def too_wide(self: Any, x: Tensor) -> Any:
    return self.left(x) + self.right(x)


def uncropped(self: Any, x: Tensor) -> Any:
    return torch.cat([self.conv(x), x], dim=1)


def reshaped(self: Any, x: Tensor) -> Any:
    return self.head(x.view(x.shape[0], 100))


def forgotten(self: Any, x: Tensor) -> Any:
    return self.decoder(x)


def attended(self: Any, x: Tensor) -> Any:
    return self.attention(x, x, x)[0]


def on_a_gpu(self: Any, x: Tensor) -> Any:
    return self.layer(x) + torch.zeros(4, device="cuda")


def elsewhere(self: Any, x: Tensor) -> Any:
    return self.layer(x) + torch.zeros(4, device="meta")


def looked_up(self: Any, x: Tensor) -> Any:
    return nn.functional.embedding(x, self.table.weight)


MISTAKES: dict[str, Mistake] = {
    "features behind convolutions": (
        lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(100, 10)), [(2, 3, 16, 16)], None,
    ),
    "not flattened": (
        lambda: Network(unflattened, body=nn.Conv2d(3, 8, 3), head=nn.Linear(8 * 14 * 14, 10)), [(2, 3, 16, 16)], None,
    ),
    "channels of the layer before": (
        lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(16, 8, 3)), [(2, 3, 16, 16)], None,
    ),
    "channels last": (lambda: nn.Sequential(nn.Conv2d(3, 8, 3)), [(2, 16, 16, 3)], None),
    "no batch": (lambda: nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8)), [(1, 16, 16)], None),
    "norm of another width": (lambda: nn.Sequential(nn.Linear(8, 16), nn.LayerNorm(8)), [(2, 8)], None),
    "ids that are no integers": (lambda: nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 2)), [(2, 3)], None),
    "the tuple of a recurrent layer": (lambda: nn.Sequential(nn.LSTM(4, 4), nn.Linear(4, 2)), [(3, 2, 4)], None),
    "sizes of a recurrent layer": (lambda: nn.Sequential(nn.LSTM(8, 16, batch_first=True)), [(2, 5, 7)], None),
    "a sum of two widths": (
        lambda: Network(too_wide, left=nn.Linear(8, 16), right=nn.Linear(8, 12)), [(2, 8)], None,
    ),
    "a picture that became smaller": (lambda: Network(uncropped, conv=nn.Conv2d(3, 4, 3)), [(2, 3, 8, 8)], None),
    "a picture smaller than the kernel": (
        lambda: nn.Sequential(nn.MaxPool2d(4), nn.Conv2d(3, 4, 5)), [(2, 3, 12, 12)], None,
    ),
    "a view of another size": (lambda: Network(reshaped, head=nn.Linear(100, 2)), [(2, 3, 8, 8)], None),
    "an argument too few": (
        lambda: Network(forgotten, decoder=nn.TransformerDecoderLayer(16, 4)), [(5, 2, 16)], None,
    ),
    "heads of another width": (lambda: Network(attended, attention=nn.MultiheadAttention(16, 4)), [(5, 2, 12)], None),
    "a batch of one in training": (
        lambda: nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16)), [(1, 8)], None,
    ),
    "a device by its name": (lambda: Network(on_a_gpu, layer=nn.Linear(8, 4)), [(2, 8)], None),
    "a tensor on another device": (lambda: Network(elsewhere, layer=nn.Linear(8, 4)), [(2, 8)], None),
    "a batch that is missing": (
        lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(8 * 14 * 14, 10)), [(3, 16, 16)], None,
    ),
    "ids for a function": (lambda: Network(looked_up, table=nn.Embedding(10, 4)), [(2, 3)], None),
    "channels last without a batch": (lambda: nn.Sequential(nn.Conv2d(3, 8, 3)), [(16, 16, 3)], None),
    "integers into a linear layer": (lambda: nn.Sequential(nn.Linear(4, 4)), [(2, 4)], "int64"),
}  # fmt: skip
