"""Makes the tables that the README and the guides show, between marks in their text.

    .venv/bin/python docs/summaries.py

A mark is ``<!-- table: NAME, made by docs/summaries.py -->``, and the table ends at ``<!-- end of the table -->``.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from cutaway.cli.demo.training import INPUT_SIZE, DigitNet
from cutaway.model.diff import diff
from cutaway.model.largest_batch import largest_batch
from cutaway.model.result import ForwardError
from cutaway.model.summary import summary

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", *(ROOT / "docs" / f"model-{name}.md" for name in ("summary", "memory", "differences")))
_BLOCK = re.compile(
    r"(<!-- table: ([^,>]+), made by docs/summaries\.py -->\n).*?(<!-- end of the table -->)", flags=re.DOTALL
)
_WIDTH = 110


def demo() -> str:
    """The demo network's summary as `make demo` prints it to a file."""
    return summary(DigitNet(), input_size=INPUT_SIZE, verbose=False).to_text(100)


def encoder() -> str:
    """Repeated blocks, with the costs of the backward."""
    layer = nn.TransformerEncoderLayer(768, 12, 3072, dropout=0, batch_first=True)
    model = nn.TransformerEncoder(layer, 12, enable_nested_tensor=False)
    columns = ("outputs", "parameters", "macs", "backward_macs", "saved_bytes", "share")
    return summary(model, (1, 128, 768), columns=columns, verbose=False).to_text(_WIDTH)


def mistake() -> str:
    """A forward that fails."""
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(100, 10))
    try:
        summary(model, (2, 3, 16, 16), verbose=False)
    except ForwardError as error:
        return error.summary.to_text(_WIDTH)
    raise AssertionError("the mistake was not noticed")


class Attention(nn.Module):
    """A small language model."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(1000, 64)
        self.attend = nn.MultiheadAttention(64, 4, batch_first=True)
        self.head = nn.Linear(64, 1000)

    def forward(self, input_ids: Tensor) -> Tensor:
        x = self.words(input_ids)
        result: Tensor = self.head(x + self.attend(x, x, x)[0])
        return result


def convolutions() -> nn.Module:
    """Three blocks and a linear layer."""
    blocks = [
        nn.Sequential(nn.Conv2d(inputs, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU()) for inputs in (3, 64, 64)
    ]
    return nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(1024, 100))


def memory() -> str:
    """The memory of a training step."""
    settings: dict[str, Any] = {"train": True, "optimizer": "adamw", "batch": 8, "depth": 1, "verbose": False}
    return summary(convolutions(), (1, 3, 64, 64), **settings).to_text(_WIDTH)


def batch() -> str:
    """What fits."""
    return str(largest_batch(convolutions(), (1, 3, 64, 64), memory="24 GB", optimizer="adamw"))


def letters() -> str:
    """Formulas."""
    sizes = {"B": 2, "T": 16}
    found = summary(Attention(), {"input_ids": ("B", "T")}, dtypes="int64", sizes=sizes, verbose=False)
    return found.to_text(_WIDTH)


def two_models() -> str:
    """A layer that was put between, and a kernel that grew."""
    before = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.Flatten(), nn.Linear(1152, 10))
    after = nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.Flatten(), nn.Linear(1152, 20)
    )
    return diff(before, after, (1, 3, 16, 16)).to_text(_WIDTH)


def checkpoint() -> str:
    """One with other names, of a model with other classes."""
    state = {f"module.{name.replace('words', 'embed')}": tensor for name, tensor in Attention().state_dict().items()}
    state["module.head.weight"] = state["module.head.weight"][:900]
    return diff(state, Attention()).to_text(_WIDTH)


TABLES: dict[str, Callable[[], str]] = {
    "demo": demo,
    "encoder": encoder,
    "mistake": mistake,
    "memory": memory,
    "batch": batch,
    "letters": letters,
    "two models": two_models,
    "checkpoint": checkpoint,
}


def renewed(text: str) -> str:
    """A page with its tables made anew."""
    return _BLOCK.sub(lambda found: f"{found[1]}```text\n{TABLES[found[2]]().rstrip()}\n```\n{found[3]}", text)


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(renewed(page.read_text("utf-8")), "utf-8")
