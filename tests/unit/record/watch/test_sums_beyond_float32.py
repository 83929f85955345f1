"""Sums that float32 does not hold are recorded as finite numbers: the elements were."""

import warnings
from pathlib import Path

import numpy as np
import torch
from torch import nn

import cutaway
from cutaway import SummaryWriter
from cutaway.events.watch_layout import COLUMNS


def test_sum_of_squares_beyond_float32_is_finite(tmp_path: Path) -> None:
    model = nn.Linear(4, 4, bias=False)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    with torch.no_grad():
        model.weight.fill_(-5e36)
    with warnings.catch_warnings(), SummaryWriter(tmp_path) as writer:
        warnings.simplefilter("error")
        with writer.watch(model, optimizer, every=1):
            model(torch.ones(2, 4)).sum().backward()
            optimizer.step()
    (record,) = cutaway.open(tmp_path)["."].values("cutaway_watch", "watch/weight")
    row = dict(zip(COLUMNS, record.values[0], strict=False))
    assert row["sum_sq"] == np.finfo(np.float32).max
    assert row["sum"] == np.float32(16 * np.float32(-5e36))
    assert row["min"] == row["max"] == np.float32(-5e36)
    assert row["pos_inf"] == row["neg_inf"] == row["nan"] == 0
