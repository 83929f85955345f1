"""Makes the tables of `side-by-side.md`: the same three models by five libraries.

``KERAS_BACKEND=torch python docs/side_by_side.py`` prints the page's tables; it needs torchinfo, keras, lightning and
deepspeed.
"""

import contextlib
import io
import os
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from cutaway.model.summary import summary


class Picture(nn.Module):
    """Two convolutions and two linear layers, the activations as functions."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 16, 3), nn.Conv2d(16, 32, 3)
        self.fc1, self.fc2 = nn.Linear(32 * 5 * 5, 64), nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = nn.functional.max_pool2d(self.conv1(x).relu(), 2)
        x = nn.functional.max_pool2d(self.conv2(x).relu(), 2)
        result: Tensor = self.fc2(self.fc1(x.flatten(1)).relu())
        return result


class Sequence(nn.Module):
    """An LSTM, whose last state is classified."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.head = nn.LSTM(32, 64, batch_first=True), nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.head(self.lstm(x)[0][:, -1])
        return result


class Attention(nn.Module):
    """One layer's attention, by the function for it, and its projections."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(64, 192), nn.Linear(64, 64)

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = self.qkv(x).unflatten(-1, (3, 4, 16)).permute(2, 0, 3, 1, 4)
        mixed = nn.functional.scaled_dot_product_attention(query, key, value)
        result: Tensor = self.out(mixed.transpose(1, 2).flatten(2))
        return result


MODELS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "Pictures": (Picture, (1, 1, 28, 28)),
    "A sequence": (Sequence, (1, 20, 32)),
    "Attention": (Attention, (1, 50, 64)),
}


def of_cutaway(make: Callable[[], nn.Module], size: tuple[int, ...]) -> str:
    """Our table."""
    return summary(make(), size, verbose=False).to_text(100)


def of_torchinfo(make: Callable[[], nn.Module], size: tuple[int, ...]) -> str:
    """torchinfo's table, with all columns that it has numbers for."""
    import torchinfo

    columns = ("output_size", "num_params", "mult_adds")
    return str(torchinfo.summary(make(), size, col_names=columns, col_width=18, verbose=0))


def of_lightning(make: Callable[[], nn.Module], size: tuple[int, ...]) -> str:
    """Lightning's table of a module that holds the model."""
    from lightning.pytorch import LightningModule
    from lightning.pytorch.utilities.model_summary import ModelSummary

    class Held(LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.model, self.example_input_array = make(), torch.rand(size)

        def forward(self, x: Tensor) -> Any:
            return self.model(x)

    return str(ModelSummary(Held(), max_depth=-1))


def of_deepspeed(make: Callable[[], nn.Module], size: tuple[int, ...]) -> str:
    """The last part of DeepSpeed's profile, which describes each module in the place of its repr."""
    from deepspeed.profiling.flops_profiler import get_model_profile

    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        get_model_profile(make(), input_shape=size, print_profile=True, detailed=True, warm_up=1)
    lines = text.getvalue().splitlines()
    first = next(idx for idx, line in enumerate(lines) if line.startswith(f"{make.__name__}("))
    return "\n".join(lines[first : next(idx for idx in range(first, len(lines)) if lines[idx] == ")") + 1])


def of_keras(name: str) -> str:
    """Keras's table of the same layers in Keras."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    layers = keras.layers
    models = {
        "Pictures": lambda: [
            layers.Input((28, 28, 1)), layers.Conv2D(16, 3, activation="relu"), layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(),
            layers.Dense(64, activation="relu"), layers.Dense(10),
        ],
        "A sequence": lambda: [layers.Input((20, 32)), layers.LSTM(64), layers.Dense(10)],
    }  # fmt: skip
    if name in models:
        model = keras.Sequential(models[name](), name="model")
    else:
        given = layers.Input((50, 64))
        model = keras.Model(given, layers.MultiHeadAttention(4, 16)(given, given), name="model")
    text: list[str] = []
    model.summary(print_fn=lambda line, **_: text.append(line), line_length=80)
    return "\n".join(text)


def page() -> str:
    """All tables, model by model."""
    parts = []
    for name, (make, size) in MODELS.items():
        parts.append(f"## {name}\n")
        tables = {
            "Cutaway": of_cutaway(make, size),
            "torchinfo": of_torchinfo(make, size),
            "Lightning": of_lightning(make, size),
            "DeepSpeed": of_deepspeed(make, size),
            "Keras": of_keras(name),
        }
        parts += [f"**{library}**\n\n```text\n{table.rstrip()}\n```\n" for library, table in tables.items()]
    return "\n".join(parts)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    print(page())
