"""Reading scalars: an event file from start to end

All points, checksums verified.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import cutaway
from benchmarks.harness import Result, compare
from cutaway.events.reader import EventFileReader

POINTS = 100_000
TAGS = 5


def benchmarks() -> Iterator[Result]:
    """100,000 scalars under five tags, against TensorBoard's Python reader."""
    with tempfile.TemporaryDirectory() as folder:
        with cutaway.SummaryWriter(folder) as writer:
            values = np.random.default_rng(0).random(POINTS, dtype=np.float32)
            for number, value in enumerate(values):
                writer.add_scalar(f"train/metric{number % TAGS}", value, number // TAGS)
        (path,) = Path(folder).iterdir()

        def ours() -> None:
            reader = EventFileReader(path)
            count = 0
            while True:
                batch = reader.read()
                count += sum(len(columns.step) for columns in batch.scalars)
                if batch.at_end:
                    break
            assert count == POINTS

        def peer() -> None:
            accumulator = EventAccumulator(str(path), size_guidance={"scalars": 0})
            accumulator.Reload()
            assert sum(len(accumulator.Scalars(tag)) for tag in accumulator.Tags()["scalars"]) == POINTS

        yield compare(
            f"{POINTS:,} scalars",
            ours,
            peer,
            peer_name="TensorBoard's `EventAccumulator`",
            unit="a point",
            units=POINTS,
            rounds=3,
        )
