"""Memory without running: a training step predicted, and checkpoints read

Both sides work on tensors without memory. PyTorch's `MemTracker` needs a model that is made there, and the loop written
by hand; ours takes the user's own model and also counts. A checkpoint's peer is `torch.load`, mapped.
"""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.distributed._tools.mem_tracker import MemTracker

import cutaway
from benchmarks.harness import Rows, compare
from benchmarks.models import MODELS

_BATCH = 8


def benchmarks() -> Rows:
    """Two models' AdamW steps, and a file of two gigabytes."""
    for name in ("ResNet-50", "GPT-2"):
        make, inputs = MODELS[name]
        model, given = make(), {key: value.repeat(_BATCH, *[1] * (value.dim() - 1)) for key, value in inputs().items()}
        found = _ours(model, given)
        tracked = _tracked(name, given)
        assert found.memory is not None
        yield compare(
            f"{name}, a step of AdamW, batch of {_BATCH}",
            partial(_text, model, given),
            partial(_tracked, name, given),
            peer_name="PyTorch's `MemTracker` on fake tensors",
            note=f"peaks {found.memory.peak / 1e6:,.0f} MB and {tracked / 1e6:,.0f} MB",
        )
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "large.pt"
        torch.save({f"layer{idx}.weight": torch.zeros(5000, 10_000) for idx in range(10)}, path)
        yield compare(
            "a checkpoint of 2 GB, its table",
            lambda: str(cutaway.summary(path, verbose=False)),
            lambda: str({name: tensor.shape for name, tensor in torch.load(path, weights_only=True).items()}),
            peer_name="`torch.load` and the shapes",
        )


def _text(model: nn.Module, given: dict[str, torch.Tensor]) -> str:
    return str(_ours(model, given))


def _ours(model: nn.Module, given: dict[str, torch.Tensor]) -> cutaway.ModelSummary:
    return cutaway.summary(model, input_data=given, train=True, loss=_loss, optimizer="adamw", verbose=False)


def _tracked(name: str, given: dict[str, torch.Tensor]) -> int:
    """The peak of the second step."""
    with FakeTensorMode() as mode:
        model = MODELS[name][0]()
        optimizer = torch.optim.AdamW(model.parameters())
        fake = {key: mode.from_tensor(value) for key, value in given.items()}
        tracker: Any = MemTracker()
        tracker.track_external(model, optimizer, *fake.values())
        with tracker:
            for _ in range(2):
                _loss(model(**fake)).backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                optimizer.zero_grad()
                tracker.reset_mod_stats()
        peak: int = tracker.get_tracker_snapshot("peak")[torch.device("cpu")]["Total"]
    return peak


def _loss(result: Any) -> torch.Tensor:
    return result.logits.float().square().mean()  # type: ignore[no-any-return]
