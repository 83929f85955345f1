"""Trains with stable-baselines3, ours beside theirs, and logs every kind of value; run by test_integrations.py.

Argument: a directory. Prints, as JSON, what was logged.
"""

import csv
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import (
    CSVOutputFormat,
    Figure,
    HParam,
    Image,
    KVWriter,
    Logger,
    TensorBoardOutputFormat,
    Video,
)

from cutaway.integrations.stable_baselines3 import CutawayOutputFormat

directory = Path(sys.argv[1])


class Hyperparameters(BaseCallback):  # type: ignore[misc]
    """As in their documentation."""

    def _on_training_start(self) -> None:
        hparams = {"algorithm": type(self.model).__name__, "gamma": self.model.gamma}
        metrics = {"rollout/ep_len_mean": 0, "train/value_loss": 0.0}
        self.logger.record("hparams", HParam(hparams, metrics), exclude=("stdout", "log", "json", "csv"))

    def _on_step(self) -> bool:
        return True


def logged(name: str) -> Logger:
    folder = directory / name
    folder.mkdir(parents=True)
    formats = [
        CutawayOutputFormat(folder / "ours"),
        TensorBoardOutputFormat(str(folder / "theirs")),
        CSVOutputFormat(str(folder / "progress.csv")),
    ]
    return Logger(str(folder), output_formats=formats)


found: dict[str, Any] = {}
model = PPO("MlpPolicy", "CartPole-v1", n_steps=32, batch_size=16, n_epochs=1, seed=0, device="cpu")
logger = logged("ppo")
model.set_logger(logger)
logger.output_formats[0].writer.add_model(model.policy)
model.learn(160, callback=Hyperparameters())
logger.close()
found["parameters"] = sum(each.numel() for each in model.policy.parameters())
with Path(directory, "ppo", "progress.csv").open() as file:
    found["csv"] = list(csv.DictReader(file))

model = DQN("MlpPolicy", "CartPole-v1", learning_starts=20, buffer_size=200, seed=0, device="cpu")
model.set_logger(logged("dqn"))
model.learn(300, log_interval=2)
model.logger.close()

# By hand.
from matplotlib import pyplot  # noqa: E402

values = logged("values")
values.output_formats.pop()
figure = pyplot.figure(figsize=(2, 1))
random = np.random.default_rng(0)
values.record("number", 0.1)
values.record("whole", 3)
values.record("flag", np.bool_(True))
values.record("float32", np.float32(0.1))
values.record("note", "some words")
values.record("weights", random.random(50))
values.record("tensor", torch.linspace(0, 1, 9))
values.record("picture", Image(random.random((4, 5, 3)), "HWC"))
values.record("figure", Figure(figure, close=True))
values.record("hidden", 1.0, exclude="tensorboard")
values.dump(5)
values.record("number", 0.2)
values.dump(6)
values.close()
found["figure is closed"] = not pyplot.get_fignums()

# What their format cannot do without moviepy, what neither takes, and a format by our name.
alone = CutawayOutputFormat(directory / "alone", filename_suffix=".mine")
log = Logger(None, [alone])
log.record("video", Video(torch.zeros(1, 3, 3, 8, 8, dtype=torch.uint8), fps=5))
log.record("scalar tensor", torch.tensor(0.5))
log.record("hidden", 1.0, exclude="cutaway")
log.record("object", object())
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    log.dump(2)
found["warned"] = [
    str(each.message).partition(":")[0] for each in warned if each.category.__name__ == "RecordingWarning"
]
log.close()
found["kinds"] = [isinstance(alone, KVWriter), isinstance(alone, TensorBoardOutputFormat)]
print(json.dumps(found))
