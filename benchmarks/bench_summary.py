"""Model summaries: from the call to the text

Warm, the same inputs on both sides. Ours runs no forward and counts every op; torchinfo runs the model and counts
modules by the name of their class.
"""

from collections.abc import Iterator

import torchinfo
from torch import Tensor, nn

import cutaway
from benchmarks.harness import Result, compare


class Residual(nn.Module):
    """A block of ResNet-18's shape."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (x + y).relu()


def residual_network() -> nn.Module:
    """A convolutional network of 16 residual blocks."""
    blocks = [Residual(64) for _ in range(16)]
    return nn.Sequential(nn.Conv2d(3, 64, 7, stride=2, padding=3), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def transformer() -> nn.Module:
    """An encoder of BERT-base's size."""
    layer = nn.TransformerEncoderLayer(768, 12, 3072, batch_first=True)
    return nn.TransformerEncoder(layer, 12, enable_nested_tensor=False)


CASES = (
    ("16 residual blocks, 1x3x112x112", residual_network, (1, 3, 112, 112)),
    ("12 transformer layers, 1x128x768", transformer, (1, 128, 768)),
    ("LSTM of 2 layers, 4x64x256", lambda: nn.LSTM(256, 256, 2, batch_first=True), (4, 64, 256)),
    ("1,000 tiny linear layers, 1x8", lambda: nn.Sequential(*(nn.Linear(8, 8) for _ in range(1000))), (1, 8)),
)


def benchmarks() -> Iterator[Result]:
    """A convolutional, an attention and a recurrent network, and one of many layers that compute next to nothing."""
    for what, make, input_size in CASES:
        model = make().eval()

        def ours(model: nn.Module = model, input_size: tuple[int, ...] = input_size) -> str:
            return str(cutaway.summary(model, input_size=input_size, verbose=False))

        def peer(model: nn.Module = model, input_size: tuple[int, ...] = input_size) -> str:
            return str(torchinfo.summary(model, input_size=input_size, verbose=0))

        yield compare(what, ours, peer, peer_name="torchinfo", unit="a summary", rounds=5)
