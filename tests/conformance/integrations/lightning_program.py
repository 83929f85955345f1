"""Trains with Lightning's Trainer, its Fabric and our logger beside theirs; run by test_integrations.py.

Arguments: the module that has the Trainer (``lightning.pytorch`` or ``pytorch_lightning``), a directory. Prints, as
JSON, what was logged according to Lightning itself.
"""

import importlib
import json
import logging
import pickle
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

warnings.filterwarnings("ignore")
logging.getLogger().setLevel(logging.ERROR)

pl: Any = importlib.import_module(sys.argv[1])
fabric: Any = importlib.import_module(
    sys.argv[1].replace("lightning.pytorch", "lightning.fabric").replace("pytorch_lightning", "lightning_fabric")
)
loggers: Any = importlib.import_module(f"{sys.argv[1]}.loggers")
callbacks: Any = importlib.import_module(f"{sys.argv[1]}.callbacks")

# Ours only now: it goes with what is imported.
from cutaway.integrations.lightning import CutawayLogger  # noqa: E402

directory = Path(sys.argv[2])


class Model(pl.LightningModule):  # type: ignore[misc]
    def __init__(self, width: int = 5, lr: float = 0.1, names: Any = ("a", "b"), example: bool = False) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.net = torch.nn.Sequential(torch.nn.Linear(3, width), torch.nn.ReLU(), torch.nn.Linear(width, 1))
        if example:
            self.example_input_array = torch.zeros(2, 3)

    def forward(self, x: torch.Tensor) -> Any:
        return self.net(x)

    def training_step(self, batch: Any, batch_idx: int) -> Any:
        loss = self(batch[0]).pow(2).mean()
        self.log("train/loss", loss, on_step=True, on_epoch=True)
        self.log_dict({"train/max": batch[0].max(), "train/index": float(batch_idx)})
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        self.log("val_loss", self(batch[0]).pow(2).mean())
        if batch_idx == 0:
            for logger in self.loggers[:2]:
                pixels = np.full((3, 4, 4), 60, np.uint8)
                logger.experiment.add_image("sample", pixels, self.global_step)

    def test_step(self, batch: Any, batch_idx: int) -> None:
        self.log("test_loss", self(batch[0]).pow(2).mean())

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.SGD(self.parameters(), lr=self.hparams["lr"])
        return [optimizer], [torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)]


def data() -> Any:
    torch.manual_seed(1)
    return DataLoader(TensorDataset(torch.rand(16, 3)), batch_size=4)


def fit(model: Any, our_logger: Any, more: list[Any], **settings: Any) -> Any:
    trainer = pl.Trainer(
        max_epochs=2,
        accelerator="cpu",
        logger=[our_logger, *more],
        log_every_n_steps=1,
        enable_progress_bar=False,
        enable_model_summary=False,
        **settings,
    )
    trainer.fit(model, data(), data())
    return trainer


ours = CutawayLogger(directory / "ours")
theirs = loggers.TensorBoardLogger(directory / "theirs")
csv = loggers.CSVLogger(directory / "csv")
monitor = callbacks.LearningRateMonitor()
checkpoint = callbacks.ModelCheckpoint(save_last=True)
model = Model()
trainer = fit(model, ours, [theirs, csv], callbacks=[monitor, checkpoint])
found: dict[str, Any] = {
    "log_dir": str(trainer.log_dir),
    "checkpoint": str(checkpoint.last_model_path),
    "csv": Path(csv.log_dir, "metrics.csv").read_text(),
    "hparams.yaml": [Path(logger.log_dir, "hparams.yaml").read_text() for logger in (ours, theirs)],
    "is theirs too": isinstance(ours, loggers.TensorBoardLogger),
}
trainer.test(model, data(), verbose=False)
copy = pickle.loads(pickle.dumps(ours))
copy.log_metrics({"copied": 1.0}, 3)
copy.finalize("success")
theirs.log_metrics({"copied": 1.0}, 3)

# Again, which is the next version, with an example; and the ways to name a run.
second = CutawayLogger(directory / "ours", log_graph=True)
fit(Model(example=True), second, [], enable_checkpointing=False)
without = CutawayLogger(
    directory / "named", name="", version="mine", log_graph=False, sub_dir="below", prefix="p", default_hp_metric=True
)
fit(Model(example=True), without, [], enable_checkpointing=False)
found["versions"] = [second.version, without.version, loggers.TensorBoardLogger(directory / "theirs").version]
found["dirs"] = [without.log_dir, without.root_dir, without.save_dir, without.sub_dir]

# Calls by hand.
by_hand = CutawayLogger(directory / "by_hand", version=7)
by_hand.log_hyperparams({"lr": 0.1, "net": {"width": 3, "act": "relu"}}, {"score": 0.75})
by_hand.log_metrics({"a": torch.tensor(0.5), "b": {"c": 2}}, step=3)
by_hand.log_metrics({"a": 0.25})
by_hand.log_metrics({"a": 0.125})
try:
    by_hand.log_metrics({"a": "word"}, step=9)
except (TypeError, ValueError) as error:
    found["bad"] = str(error)
by_hand.finalize("success")


# A structure that cannot be captured stops nothing.
class Broken(Model):
    def forward(self, x: torch.Tensor) -> Any:
        if x.shape[0] == 2:
            raise RuntimeError("not with the example")
        return self.net(x)


with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    fit(Broken(example=True), CutawayLogger(directory / "broken"), [], enable_checkpointing=False)
found["warned"] = [str(each.message) for each in warned if each.category.__name__ == "RecordingWarning"]

# Layers are watched at the steps of the other metrics, also of a fit that goes on, and nothing else is different.
trained = []
for name, watch in (("watched", {"every": 1}), ("alone", False)):
    torch.manual_seed(0)
    watched = CutawayLogger(directory / name, watch=watch)
    model = Model()
    trainer = fit(model, watched, [], accumulate_grad_batches=2)
    trained.append([weight.tolist() for weight in model.parameters()])
    if watch:
        trainer.save_checkpoint(directory / "half.ckpt")
        found["hooks left"] = len(model._forward_hooks) + len(model._forward_pre_hooks)
found["trained alike"] = trained[0] == trained[1]
again = pl.Trainer(
    max_epochs=3,
    accelerator="cpu",
    logger=CutawayLogger(directory / "watched", watch=True),
    accumulate_grad_batches=2,
    log_every_n_steps=1,
    enable_progress_bar=False,
    enable_model_summary=False,
)
again.fit(Model(), data(), data(), ckpt_path=directory / "half.ckpt", weights_only=False)


class Parts(Model):
    """Its step does not call the model itself."""

    def training_step(self, batch: Any, batch_idx: int) -> Any:
        made = self.net[2](self.net[0](batch[0]) / (0.0 if self.global_step == 3 else 1.0))
        return made.pow(2).mean()


fit(Parts(), CutawayLogger(directory / "parts", watch=True), [])

# Rank 1 records nothing.
rank_zero_only = importlib.import_module(f"{sys.argv[1]}.utilities").rank_zero_only
rank_zero_only.rank = 1
other = CutawayLogger(directory / "rank1")
other.log_metrics({"a": 1.0}, 0)
other.log_hyperparams({"lr": 1.0})
other.log_graph(Model(example=True))
other.experiment.add_image("x", np.zeros((3, 2, 2)), 0)
other.save()
other.finalize("success")
rank_zero_only.rank = 0

# Fabric.
pair = CutawayLogger(directory / "fabric_ours"), fabric.loggers.TensorBoardLogger(directory / "fabric_theirs")
fab = fabric.Fabric(accelerator="cpu", devices=1, loggers=list(pair))
net = fab.setup(torch.nn.Linear(3, 1))
for step in range(4):
    fab.log("loss", torch.tensor(1 / (step + 3)), step=step)
    fab.log_dict({"lr": 0.1 / (step + 1), "seen": step}, step=step)
pair[0].log_hyperparams({"lr": 0.1})
pair[0].log_graph(net, torch.zeros(1, 3))
for logger in pair:
    logger.finalize("success")
print(json.dumps(found))
