"""Makes the tables of what was measured, between marks in the guides: predicted memory against PyTorch's allocator, and
formulas against another counter at sizes that they were not made of.

    PYTHONPATH=. .venv/bin/python docs/measurements.py

It runs twelve models of usual size and takes some minutes.
"""

import gc
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from benchmarks.models import MODELS
from tests.allocator import inference_peak, step_peak
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from cutaway.model.summary import summary
from cutaway.model.values_text import si

PAGE = Path(__file__).resolve().parent / "model-memory.md"
_BLOCK = re.compile(
    r"(<!-- table: ([^,>]+), made by docs/measurements\.py -->\n).*?(<!-- end of the table -->)", flags=re.DOTALL
)
BATCH = 4

#: Of each, the shape with letters and where the formula is tried.
FORMULAS: dict[str, tuple[Any, dict[str, int], dict[str, int]]] = {
    "ResNet-50": ({"pixel_values": ("B", 3, 224, 224)}, {"B": 2}, {"B": 37}),
    "U-Net": ({"x": ("B", 3, "H", "W")}, {"B": 2, "H": 32, "W": 32}, {"B": 3, "H": 272, "W": 208}),
    "ViT-B/16": ({"pixel_values": ("B", 3, 224, 224)}, {"B": 2}, {"B": 37}),
    "BERT-base": ({"input_ids": ("B", "T")}, {"B": 2, "T": 64}, {"B": 7, "T": 391}),
    "GPT-2": ({"input_ids": ("B", "T")}, {"B": 2, "T": 64}, {"B": 7, "T": 391}),
    "Llama, 16 layers": ({"input_ids": ("B", "T")}, {"B": 2, "T": 64}, {"B": 7, "T": 391}),
    "LSTM of 2 layers": ({"input": ("B", "T", 256)}, {"B": 2, "T": 4}, {"B": 5, "T": 97}),
}


def memory() -> str:
    """Inference, and the second step of AdamW, of every model at a batch of four."""
    rows = [
        "| model | step | predicted | measured | ratio | with scratch | the peak is in |",
        "|---|---|---:|---:|---:|---:|---|",
    ]
    for name, (make, given) in MODELS.items():
        torch.manual_seed(0)
        model = make()
        arguments = _arguments(given())
        model.eval()
        found = summary(model, input_data=arguments, train=False, verbose=False)
        rows.append(_row(name, "inference", found, inference_peak(model, arguments)))
        model.train()
        found = summary(model, input_data=arguments, train=True, loss=loss, optimizer="adamw", verbose=False)
        rows.append(
            _row(name, "AdamW step", found, step_peak(model, arguments, loss, torch.optim.AdamW(model.parameters())))
        )
        del model
        gc.collect()
    return "\n".join(rows)


def formulas() -> str:
    """MACs by their formulas, and as PyTorch's counter has them at sizes that no formula was made of."""
    rows = [
        "| model | MACs | at | by the formula | counted by PyTorch |",
        "|---|---|---|---:|---:|",
    ]
    for name, (size, sizes, at) in FORMULAS.items():
        with torch.device("meta"):
            model = MODELS[name][0]()
        dtypes = "int64" if "input_ids" in size else None
        found = summary(model, size, sizes=sizes, dtypes=dtypes, verbose=False)
        assert found.formulas is not None
        formula = found.formulas.totals["macs"]
        assert formula is not None
        counted = _counted(model, size, at, dtypes)
        place = ", ".join(f"{letter}={number}" for letter, number in at.items())
        rows.append(f"| {name} | `{formula}` | {place} | {formula(**at):,} | {counted:,} |")
    return "\n".join(rows)


TABLES: dict[str, Callable[[], str]] = {"memory": memory, "formulas": formulas}


def loss(result: Any) -> torch.Tensor:
    """The mean square of what a model is for."""
    names = ("logits", "last_hidden_state") if isinstance(result, dict) else ()
    found = next((result[name] for name in names if name in result), None)
    if found is None:
        found = result[0] if isinstance(result, tuple) else result
    mean: torch.Tensor = found.float().square().mean()
    return mean


def _arguments(given: Any) -> dict[str, Any]:
    """By name, since both sides are called with them, and as a batch of four."""
    named = given if isinstance(given, dict) else {"input" if given[0].dim() == 3 else "x": given[0]}
    return {name: value.repeat(BATCH // len(value), *[1] * (value.dim() - 1)) for name, value in named.items()}


def _row(name: str, step: str, found: Any, measured: Any) -> str:
    where = found.memory.peak_layer
    if not where:
        outside = "the optimizer" if found.memory.peak_phase == "optimizer" else "the loss"
        where = outside if where is None else "the model itself"
    phase = "" if found.memory.peak_phase == "optimizer" else f", {found.memory.peak_phase}"
    return (
        f"| {name} | {step} | {si(found.memory.peak, 'B')} | {si(measured.tensors, 'B')} "
        f"| {found.memory.peak / measured.tensors:.3f} | {si(measured.with_scratch, 'B')} | {where}{phase} |"
    )


def _counted(model: nn.Module, size: dict[str, Any], at: dict[str, int], dtypes: str | None) -> int:
    torch.backends.mha.set_fastpath_enabled(False)
    arguments = {
        name: torch.zeros(
            [at.get(each, each) for each in sizes], device="meta", dtype=torch.int64 if dtypes else torch.float32
        )
        for name, sizes in size.items()
    }
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(**arguments)
    return counter.get_total_flops() // 2


def _renewed(text: str) -> Iterator[str]:
    end = 0
    for found in _BLOCK.finditer(text):
        yield text[end : found.start()]
        yield f"{found[1]}{TABLES[found[2]]()}\n{found[3]}"
        end = found.end()
    yield text[end:]


if __name__ == "__main__":
    PAGE.write_text("".join(_renewed(PAGE.read_text("utf-8"))), "utf-8")
