"""Writing scalars: what a training loop pays

Ours hands each record to the operating system before the call returns; the peers put it into a queue, and are timed
until their queue is drained by `flush`.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

import tensorboardX
import torch.utils.tensorboard

import cutaway
from benchmarks.harness import Rows, compare, seconds
from cutaway.events.core import encode

ADDS = 10_000
STEPS = 500
KEYS = [f"layer{number}/norm" for number in range(20)]


def benchmarks() -> Rows:
    """`add_scalar` against both peers; `log` of 20 values against 20 calls."""
    with tempfile.TemporaryDirectory() as folder:
        ours = cutaway.SummaryWriter(Path(folder) / "ours")
        torch_writer = torch.utils.tensorboard.SummaryWriter(str(Path(folder) / "torch"))
        x_writer = tensorboardX.SummaryWriter(str(Path(folder) / "tensorboardX"))

        def add(writer: object) -> None:
            add_scalar = writer.add_scalar  # type: ignore[attr-defined]
            for step in range(ADDS):
                add_scalar("train/loss", 0.5, step)
            writer.flush()  # type: ignore[attr-defined]

        def log() -> None:
            for step in range(STEPS):
                ours.log(dict.fromkeys(KEYS, 0.5), step)

        def add_each() -> None:
            for step in range(STEPS):
                for key in KEYS:
                    torch_writer.add_scalar(key, 0.5, step)
            torch_writer.flush()

        limit = f"limit: a bare os.write of such a record takes {bare_write(Path(folder)) * 1e6:.2f} µs"
        for peer, name in ((torch_writer, "torch.utils.tensorboard"), (x_writer, "tensorboardX")):
            yield compare(
                "`add_scalar` in a loop",
                lambda: add(ours),
                lambda peer=peer: add(peer),  # type: ignore[misc]
                peer_name=name,
                unit="a call",
                units=ADDS,
                note=limit,
            )
        yield compare(
            "20 scalars a step: one `log`, against 20 `add_scalar`",
            log,
            add_each,
            peer_name="torch.utils.tensorboard",
            unit="a step",
            units=STEPS,
        )
        for writer in (ours, torch_writer, x_writer):
            writer.close()


def bare_write(folder: Path) -> float:
    """Seconds that one `os.write` of a scalar's record takes, in a loop: the median of five."""
    record = encode(time.time(), 1, ["train/loss"], [0.5])
    write = os.write

    def loop() -> None:
        for _ in range(ADDS):
            write(descriptor, record)

    descriptor = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        return statistics.median(seconds(loop) for _ in range(5)) / ADDS
    finally:
        os.close(descriptor)
