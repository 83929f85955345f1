"""Recording other kinds: what one call costs"""

import tempfile

import numpy as np
from torch.utils.tensorboard import SummaryWriter as TorchWriter

import cutaway
from benchmarks.harness import Rows, compare

TORCH = "torch.utils.tensorboard"


def benchmarks() -> Rows:
    """Histograms of 1 M and of 1,000 floats, and pictures of 256 x 256."""
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=1_000_000).astype(np.float32)
    noise = rng.integers(0, 255, (3, 256, 256), np.uint8)
    down, across = np.mgrid[:256, :256]
    smooth = np.stack([(down + across) // 2, np.sin(down / 20) * 100 + 128, across]).astype(np.uint8)
    cases = (
        ("`add_histogram` of 1 M float32", "add_histogram", numbers, 20),
        ("`add_histogram` of 1,000 float32", "add_histogram", numbers[:1000], 500),
        ("`add_image` of 3x256x256 uint8, noise", "add_image", noise, 20),
        ("`add_image` of 3x256x256 uint8, smooth", "add_image", smooth, 20),
    )
    with tempfile.TemporaryDirectory() as folder:
        ours = cutaway.SummaryWriter(f"{folder}/ours")
        peer = TorchWriter(f"{folder}/peer")
        for what, method, value, times in cases:

            def call(writer: object, method: str = method, value: object = value, times: int = times) -> None:
                for step in range(times):
                    getattr(writer, method)("tag", value, step)

            yield compare(what, lambda: call(ours), lambda: call(peer), peer_name=TORCH, unit="a call", units=times)
        ours.close()
        peer.close()
