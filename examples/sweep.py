"""A sweep: three learning rates with five seeds each, their hyper-parameters, and a layout of charts.

    python examples/sweep.py ./log
    cutaway ./log

In the page choose "lr" beside "group": each learning rate becomes one line with its spread. Needs nothing but NumPy.
"""

import sys
from pathlib import Path

import numpy as np

import cutaway as ct

STEPS = 400
BATCH_SIZE = 8
LAYOUT = {"fit": {"train and validation": ["Multiline", [".*/loss"]]}}


def train(directory: Path, lr: float, seed: int) -> None:
    """Fit a linear model to noisy data by stochastic gradient descent."""
    random = np.random.default_rng(seed)
    data = np.random.default_rng(0)
    inputs, weights = data.normal(size=(512, 20)), data.normal(size=20)
    targets = inputs @ weights + data.normal(scale=0.5, size=512)
    fitted = random.normal(size=20)
    with ct.SummaryWriter(directory) as writer:
        writer.add_hparams({"lr": lr, "seed": seed}, {})
        writer.add_custom_scalars(LAYOUT)
        for step in range(STEPS):
            chosen = random.integers(0, 400, BATCH_SIZE)
            errors = inputs[chosen] @ fitted - targets[chosen]
            gradient = 2 * inputs[chosen].T @ errors / BATCH_SIZE
            fitted -= lr * gradient
            writer.log({"train/loss": np.mean(errors**2), "train/gradient": np.linalg.norm(gradient)}, step)
            if step % 10 == 0:
                writer.log({"validation/loss": np.mean((inputs[400:] @ fitted - targets[400:]) ** 2)}, step)


if __name__ == "__main__":
    for lr in (0.001, 0.01, 0.05):
        for seed in range(5):
            train(Path(sys.argv[1]) / f"lr={lr}" / f"seed={seed}", lr, seed)
