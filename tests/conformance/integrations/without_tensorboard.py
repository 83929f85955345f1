"""Uses each integration where neither tensorboard nor tensorboardX can be imported; run by test_integrations.py.

Argument: a directory. Each records one number into a run of its own there.
"""

import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
MISSING = ("tensorboard", "tensorboardX", "tensorflow")
for missing in MISSING:
    # As Python notes a module that is not there.
    sys.modules[missing] = None  # type: ignore[assignment]

import accelerate  # noqa: E402
import lightning.pytorch  # noqa: E402
import transformers  # noqa: E402
from stable_baselines3.common.logger import Logger  # noqa: E402

from cutaway.integrations.accelerate import CutawayTracker  # noqa: E402
from cutaway.integrations.ignite import CutawayLogger as IgniteLogger  # noqa: E402
from cutaway.integrations.keras import CutawayCallback as KerasCallback  # noqa: E402
from cutaway.integrations.lightning import CutawayLogger as LightningLogger  # noqa: E402
from cutaway.integrations.stable_baselines3 import CutawayOutputFormat  # noqa: E402
from cutaway.integrations.transformers import CutawayCallback  # noqa: E402

directory = Path(sys.argv[1])

tracker = CutawayTracker("accelerate", directory)
accelerator = accelerate.Accelerator(cpu=True, log_with=tracker)
accelerator.init_trackers("project")
accelerator.log({"loss": 0.5}, step=1)
accelerator.end_training()

with IgniteLogger(directory / "ignite") as logger:
    logger.writer.add_scalar("loss", 0.5, 1)

KerasCallback(directory / "keras").train_writer.add_scalar("loss", 0.5, 1)

pl_logger = LightningLogger(directory / "lightning", name="", version="run")
lightning.pytorch.Trainer(logger=pl_logger, accelerator="cpu", enable_progress_bar=False)
pl_logger.log_metrics({"loss": 0.5}, 1)
pl_logger.finalize("success")

sb3 = Logger(str(directory / "sb3"), [CutawayOutputFormat(directory / "sb3")])
sb3.record("loss", 0.5)
sb3.dump(1)
sb3.close()

callback = CutawayCallback(log_dir=directory / "transformers")
args = transformers.TrainingArguments(str(directory), use_cpu=True)
state = transformers.TrainerState(global_step=1, is_world_process_zero=True)
callback.on_log(args, state, transformers.TrainerControl(), logs={"loss": 0.5})

assert all(sys.modules[name] is None for name in MISSING)
