"""Makes the tables that the README and the guides show, between marks in their text.

    .venv/bin/python docs/summaries.py

A mark is ``<!-- table: NAME, made by docs/summaries.py -->``, and the table ends at ``<!-- end of the table -->``.
"""

import re
from collections.abc import Callable
from pathlib import Path

from torch import nn

from cutaway.cli.demo_training import INPUT_SIZE, DigitNet
from cutaway.model.summary import ForwardError, summary

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", ROOT / "docs" / "model-summary.md")
_BLOCK = re.compile(
    r"(<!-- table: (.+?), made by docs/summaries\.py -->\n).*?(<!-- end of the table -->)", flags=re.DOTALL
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


TABLES: dict[str, Callable[[], str]] = {"demo": demo, "encoder": encoder, "mistake": mistake}


def renewed(text: str) -> str:
    """A page with its tables made anew."""
    return _BLOCK.sub(lambda found: f"{found[1]}```text\n{TABLES[found[2]]().rstrip()}\n```\n{found[3]}", text)


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(renewed(page.read_text("utf-8")), "utf-8")
