"""Model summaries: from the call to the text

Warm, the same inputs on both sides. Ours runs no forward, counts every op and measures what autograd keeps; torchinfo
runs the model and counts modules by the name of their class.
"""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import torchinfo
from torch import Tensor, nn

import cutaway
from benchmarks.harness import Result, Row, Rows, compare, compare_together, duration, seconds
from benchmarks.models import MODELS
from cutaway.model.capture.torch import shape_cache

_LANGUAGE_MODEL = """
import sys, time
import torch
def memory():
    # The highest so far, of this process alone: `getrusage` also knows what its parent had when it was started.
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
before = memory()
from benchmarks.models import language_model
model = language_model(130)
start = time.perf_counter()
if sys.argv[1] == "ours":
    import cutaway
    text = str(cutaway.summary(model, {"input_ids": (1, 8192)}, dtypes="int64", verbose=False))
else:
    from torch.utils.flop_counter import FlopCounterMode
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(torch.zeros(1, 8192, dtype=torch.int64, device="meta"))
print(time.perf_counter() - start, memory() - before)
"""


class Loop(nn.Module):
    """A cell that is called again and again."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.cell, self.steps = nn.GRUCell(8, 8), steps

    def forward(self, x: Tensor) -> Tensor:
        for _ in range(self.steps):
            x = self.cell(x)
        return x


def siblings(count: int) -> nn.Module:
    """Blocks of three layers side by side, no two neighbours alike."""
    return nn.Sequential(
        *(nn.Sequential(nn.Linear(8, 8 + idx % 2), nn.ReLU(), nn.Linear(8 + idx % 2, 8)) for idx in range(count))
    )


def nested(depth: int) -> nn.Module:
    """A module in a module in a module."""
    model: nn.Module = nn.Linear(8, 8)
    for _ in range(depth):
        model = nn.Sequential(model, nn.ReLU())
    return model


def benchmarks() -> Rows:
    """Twelve models and their sum, one that no memory holds, many blocks, deep nesting, a loop."""
    yield _models()
    yield from compare_together(
        [
            ("a decoder of 207 B parameters, 8,192 tokens", "s"),
            ("memory for it beyond `import torch`, the model and its library included", "B"),
        ],
        lambda: _language_model("ours"),
        lambda: _language_model("peer"),
        peer_name="PyTorch's `FlopCounterMode` on meta tensors, which counts FLOPs alone",
    )
    yield _blocks()
    yield _rendered("the text of 3,000 layers", nn.Sequential(*(nn.Linear(8, 8 + idx % 2) for idx in range(3000))))
    yield _rendered("the text of 30 nested levels", nested(30), peer_model=nested(14), note="the peer has 14 levels")
    yield _sized("a cell called 3,000 times", Loop(3000), (2, 8), note=f"{_rows(Loop(3000))} rows; the peer has 3,001")


def _models() -> Iterator[Row]:
    """Each of twelve, and all of them together, round by round."""
    results: list[Result] = []

    def kept(row: Row) -> Result:
        results.append(row.measured())
        return results[-1]

    for what, (make, inputs) in MODELS.items():
        row = _model(what, make().eval(), inputs())
        yield Row(row.what, row.peer_name, partial(kept, row))

    def together() -> Result:
        ours, peer = (
            tuple(map(sum, zip(*(getattr(result, side) for result in results), strict=True)))
            for side in ("ours", "peer")
        )
        return Result(f"all {len(results)}", "", ours, "torchinfo", peer)

    yield Row("all of them", "torchinfo", together)


def _blocks() -> Iterator[Row]:
    few, many = siblings(300), siblings(3000)
    baseline = min(seconds(lambda: _ours(few, [(1, 8)])) for _ in range(3))
    growth = min(seconds(lambda: _ours(many, [(1, 8)])) for _ in range(2)) / baseline
    yield _sized("3,000 blocks of three layers", many, (1, 8), note=f"{growth:.1f} times what 300 take")


def _ours(model: nn.Module, sizes: Any) -> str:
    return str(cutaway.summary(model, sizes, verbose=False))


def _model(what: str, model: nn.Module, inputs: Any) -> Row:
    shape_cache._KNOWN.clear()
    cold = seconds(lambda: str(cutaway.summary(model, input_data=inputs, verbose=False)))
    return compare(
        what,
        lambda: str(cutaway.summary(model, input_data=inputs, verbose=False)),
        lambda: str(torchinfo.summary(model, input_data=inputs, verbose=0)),
        peer_name="torchinfo",
        note=f"the first time {duration(cold)}",
    )


def _sized(what: str, model: nn.Module, size: tuple[int, ...], note: str) -> Row:
    return compare(
        what,
        lambda: _ours(model, [size]),
        lambda: str(torchinfo.summary(model, input_size=size, verbose=0, depth=9)),
        peer_name="torchinfo",
        note=note,
    )


def _rendered(what: str, model: nn.Module, peer_model: nn.Module | None = None, note: str = "") -> Row:
    mine = cutaway.summary(model, verbose=False, fold=False)
    other = torchinfo.summary(peer_model or model, verbose=0, depth=99)
    return compare(what, lambda: str(mine), lambda: str(other), peer_name="torchinfo", note=note)


def _rows(model: nn.Module) -> int:
    text = _ours(model, [(2, 8)]).splitlines()
    return next(idx for idx, line in enumerate(text[2:]) if line.startswith("─"))


def _language_model(side: str) -> tuple[float, float]:
    done = subprocess.run([sys.executable, "-c", _LANGUAGE_MODEL, side], capture_output=True, text=True, check=True)
    elapsed, memory = done.stdout.split()
    return float(elapsed), float(memory)
