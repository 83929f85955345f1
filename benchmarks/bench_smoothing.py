"""Smoothing a line of a million points

Both sides keep NaN where it was. pandas' average with adjustment is the one without a bias that TensorBoard draws.
"""

from functools import partial

import numpy as np
import pandas as pd

from benchmarks.harness import Rows, compare
from cutaway.store.smoothing import Smoothing, smooth

_COUNT = 1_000_000


def benchmarks() -> Rows:
    """An average, and a running mean of 101 points."""
    values = np.random.default_rng(0).normal(size=_COUNT).astype(np.float32)
    values[::1000] = np.nan
    steps, line = np.arange(_COUNT), pd.Series(values)
    peers = {
        "exponential average, 0.9": (
            Smoothing("ema", 0.9),
            "pandas' `ewm`",
            lambda: line.ewm(alpha=0.1, ignore_na=True).mean(),
        ),
        "running mean of 101 points": (
            Smoothing("mean", 101),
            "pandas' `rolling`",
            lambda: line.rolling(101, center=True, min_periods=1).mean(),
        ),
    }
    for what, (smoothing, name, peer) in peers.items():
        yield compare(what, partial(smooth, steps, values, smoothing), peer, peer_name=name, rounds=5)
