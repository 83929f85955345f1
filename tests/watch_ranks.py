"""A training on several processes that is watched: ``python -m tests.watch_ranks WAY RANK WORLD FOLDER``."""

import os
import sys
import warnings
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel

import cutaway
from cutaway.record.watch.activations import Activations

STEPS = 25


def network() -> Any:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 17), nn.ReLU(), nn.Linear(17, 5))


def batch(step: int, rank: int) -> torch.Tensor:
    """Each rank's own inputs."""
    return torch.randn(4, 8, generator=torch.Generator().manual_seed(10 * step + rank))


def main(way: str, rank: int, world: int, folder: str) -> None:
    """Train, and say on the standard output what the watch said."""
    dist.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=world)
    model = network()
    if way.startswith(("ddp", "bad")):
        model = DistributedDataParallel(model)
    else:
        mesh = init_device_mesh("cpu", (world,))
        for layer in model:
            if isinstance(layer, nn.Linear):
                fully_shard(layer, mesh=mesh)
        fully_shard(model, mesh=mesh)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    options: dict[str, Any] = {"every": 5, "ranks": "all" if way.endswith("all") or way.startswith("bad") else "first"}
    if way == "fsdp-auto":
        # Ranks whose own choices would differ.
        options = {"every": "auto", "budget": 0.02 if rank else 1.0}
    with cutaway.SummaryWriter(Path(folder) / "run", write_to_disk=rank == 0) as writer:
        watch = writer.watch(model, optimizer, **options)
        if way.startswith("bad"):
            sys.stderr = sys.stdout
        if way == "bad-on-both" or (way == "bad-on-1" and rank == 1):
            model.module[1].register_forward_hook(lambda *given: given[2].log() if watch.step == 7 else None)
        if way == "fsdp-failing" and rank == 1:
            Activations.measure = fail  # type: ignore[assignment, method-assign]
            watch._parameters.before = fail  # type: ignore[assignment, method-assign]
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            for step in range(STEPS):
                optimizer.zero_grad()
                model(batch(step, rank)).square().mean().backward()
                optimizer.step()
        for each in said:
            if "watch" in str(each.message):
                print(each.message)
        print("closed" if watch.is_closed else "open", watch.interval)
    sys.stdout.flush()
    dist.barrier()
    # Gloo's threads may still be at work when the interpreter ends, which ends them badly.
    os._exit(0)


def fail(*_: Any) -> None:
    """A hook's fault."""
    raise KeyError("row")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
