"""Keras 3: a callback with the arguments of `keras.callbacks.TensorBoard`, for every backend.

Keras' own callback needs TensorFlow on the others too. What is recorded and under which tags is the same, in the runs
``train`` and ``validation`` below the log directory.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cutaway.integrations.hooks import hooks_of, require_methods
from cutaway.integrations.structure import record_structure
from cutaway.integrations.values import record_values
from cutaway.integrations.watching import begin_watch, to_watch
from cutaway.record.summary_writer import SummaryWriter

if TYPE_CHECKING:
    from cutaway.integrations.keras_torch import WatchedOptimizer

#: The version of Keras in our tests.
TESTED = "3.15.1"

with hooks_of("keras", TESTED):
    from keras import config, ops
    from keras.callbacks import Callback

    require_methods(Callback, "set_model", "on_train_begin", "on_train_batch_end", "on_epoch_end", "on_test_end")

__all__ = ["CutawayCallback"]

#: How many pictures of one weight there are at most, as in Keras' own callback.
_MOST_PICTURES = 3


class CutawayCallback(Callback):
    """Records what `Model.fit` and `Model.evaluate` measure.

    ``log_dir`` is the log directory. Losses, metrics and the learning rate are recorded after every epoch
    (``epoch_loss``, step: the epoch), and with ``update_freq``, a number of batches or ``batch`` for 1, also within
    epochs (``batch_loss``, step: the batch). ``evaluation_loss_vs_iterations`` and so on are what an evaluation found,
    in the run ``validation``. ``histogram_freq``: after how many epochs the weights are recorded as histograms, with
    ``write_images`` as pictures too; 0 for never. ``write_graph``: record the model's structure.
    ``write_steps_per_second``: record how many batches a second were trained. ``watch``: record the statistics of every
    layer of a model on the backend PyTorch, at the batch, in the run ``train``; True, or the arguments of
    `SummaryWriter.watch`.

    ``profile_batch``, ``embeddings_freq`` and ``embeddings_metadata`` are refused: use the profiler of the backend,
    and `SummaryWriter.add_embedding` of ``train_writer``.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: int | str = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
        *,
        watch: bool | Mapping[str, Any] = False,
    ) -> None:
        """Nothing is opened before training or an evaluation begins. Raises ValueError for what is refused."""
        super().__init__()
        if profile_batch:
            raise ValueError(
                f"profile_batch must be 0, got {profile_batch!r}: Cutaway does not profile; use the backend's profiler"
            )
        if embeddings_freq or embeddings_metadata:
            raise ValueError(
                f"embeddings_freq must be 0 and embeddings_metadata None, got {embeddings_freq!r} and "
                f"{embeddings_metadata!r}: record embeddings by callback.train_writer.add_embedding(...)"
            )
        if update_freq not in ("epoch", "batch") and (not isinstance(update_freq, int) or update_freq < 1):
            raise ValueError(f"update_freq must be 'epoch', 'batch' or a number of batches, got {update_freq!r}")
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq = histogram_freq
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq: int | str = 1 if update_freq == "batch" else update_freq
        self._writers: dict[str, SummaryWriter] = {}
        self._batch = 0
        self._batch_began = self._epoch_began = 0.0
        self._epoch_began_at = 0
        self._recorded_model: Any = None
        self._structure_is_due = False
        self._watch_options = to_watch(watch)
        if self._watch_options is not None and config.backend() != "torch":
            raise ValueError(f"watch needs the backend torch, got {watch!r} with the backend {config.backend()}")
        self._watched: WatchedOptimizer | None = None

    @property
    def train_writer(self) -> SummaryWriter:
        """The writer of the run ``train``, for other kinds of data."""
        return self._writer("train")

    @property
    def validation_writer(self) -> SummaryWriter:
        """The writer of the run ``validation``."""
        return self._writer("validation")

    def on_train_begin(self, logs: Any = None) -> None:
        """Record the hyper-parameters, and the structure of a model that is new."""
        self._batch = 0
        self.train_writer.add_hparams(self._hparams(), {})
        self._structure_is_due = self.write_graph and self._recorded_model is not self.model
        self._record_structure()
        self._begin_watch()

    def on_train_end(self, logs: Any = None) -> None:
        """Close the files. What is recorded later goes into other ones of the same runs."""
        if self._watched is not None:
            self._watched.close()
            self._watched = None
        for writer in self._writers.values():
            writer.close()

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Count the batches of all epochs, from 1."""
        self._batch += 1
        self._batch_began = time.perf_counter()
        if self._watched is not None:
            self._watched.watch.step = self._batch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Record the metrics so far, at every ``update_freq``-th batch."""
        self._record_structure()
        self._begin_watch()
        if not isinstance(self.update_freq, int) or self._batch % self.update_freq:
            return
        values = {f"batch_{name}": value for name, value in logs.items()} if isinstance(logs, Mapping) else {}
        if self.write_steps_per_second:
            values["batch_steps_per_second"] = 1 / max(time.perf_counter() - self._batch_began, 1e-9)
        record_values(self.train_writer, values, self._batch)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Note when the epoch began."""
        if self.write_steps_per_second:
            self._epoch_began, self._epoch_began_at = time.perf_counter(), self._iterations()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Record the metrics of the epoch, and the weights when it is their turn."""
        if logs:
            train = {name: value for name, value in logs.items() if not name.startswith("val_")}
            train.update(self._learning_rates())
            if self.write_steps_per_second:
                seconds = max(time.perf_counter() - self._epoch_began, 1e-9)
                train["steps_per_second"] = (self._iterations() - self._epoch_began_at) / seconds
            record_values(self.train_writer, {f"epoch_{name}": value for name, value in train.items()}, epoch)
            validation = {f"epoch_{name[4:]}": value for name, value in logs.items() if name.startswith("val_")}
            if validation:
                record_values(self.validation_writer, validation, epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._record_weights(epoch)

    def on_test_end(self, logs: Any = None) -> None:
        """Record what an evaluation found, at the number of batches that the model was trained with."""
        if logs and hasattr(self.model.optimizer, "iterations"):
            values = {f"evaluation_{name}_vs_iterations": value for name, value in logs.items()}
            record_values(self.validation_writer, values, self._iterations())

    def _writer(self, run: str) -> SummaryWriter:
        if run not in self._writers:
            self._writers[run] = SummaryWriter(Path(self.log_dir, run))
        return self._writers[run]

    def _iterations(self) -> int:
        return int(ops.convert_to_numpy(self.model.optimizer.iterations))

    def _hparams(self) -> dict[str, Any]:
        """What the model is compiled with, and how it is trained."""
        values = {name: value for name, value in (self.params or {}).items() if name in ("epochs", "steps")}
        optimizer = self.model.optimizer
        if optimizer is not None:
            settings = {name: value for name, value in optimizer.get_config().items() if value is not None}
            values["optimizer"] = settings.pop("name", type(optimizer).__name__)
            values |= {f"optimizer/{name}": value for name, value in settings.items()}
        loss = getattr(self.model, "loss", None)
        if loss is not None:
            values["loss"] = getattr(loss, "name", loss)
        return values

    def _record_structure(self) -> None:
        """As soon as the model is built: a subclass is, by its first batch. It knows no more of that than its shape."""
        if not self._structure_is_due or not self.model.built:
            return
        self._structure_is_due, self._recorded_model = False, self.model
        shape = (
            None if getattr(self.model, "inputs", None) else (self.model.get_build_config() or {}).get("input_shape")
        )
        size = None if shape is None else (1, *shape[1:])
        record_structure(self.train_writer, self.model, input_size=size)

    def _begin_watch(self) -> None:
        """As soon as the model is built, as its structure is recorded."""
        if self._watch_options is None or self._watched is not None or not self.model.built:
            return
        from cutaway.integrations.keras_torch import WatchedOptimizer

        watched = WatchedOptimizer(self.model)
        watch = begin_watch(self.train_writer, self._watch_options, self.model, watched.steps, self._batch + 1)
        if watch is not None:
            self._watched = watched.begin(watch)

    def _learning_rates(self) -> dict[str, float]:
        """By the names that they have in Keras' own callback."""
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        if hasattr(optimizer, "optimizers"):
            return {f"learning_rate_{each.name}": _number(each.learning_rate) for each in optimizer.optimizers}
        return {"learning_rate": _number(optimizer.learning_rate)} if hasattr(optimizer, "learning_rate") else {}

    def _record_weights(self, epoch: int) -> None:
        for layer in self.model.layers:
            for weight in layer.weights:
                name, values = weight.path.replace(":", "_"), np.asarray(ops.convert_to_numpy(weight))
                self.train_writer.add_histogram(f"{name}/histogram", values, epoch)
                pictures = _pictures(values) if self.write_images else None
                if pictures is not None:
                    self.train_writer.add_images(f"{name}/image", pictures, epoch, dataformats="NHWC")


def _number(value: Any) -> float:
    return float(ops.convert_to_numpy(value))


def _pictures(weight: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    """A weight as pictures, [n, height, width, channels], as Keras' own callback lays them out; None: it has none."""
    values = np.squeeze(weight)
    if values.ndim == 1:
        values = values.reshape(1, -1, 1, 1)
    elif values.ndim == 2:
        values = (values.T if values.shape[0] > values.shape[1] else values)[None, :, :, None]
    elif values.ndim == 3:
        values = (np.moveaxis(values, -1, 0) if config.image_data_format() == "channels_last" else values)[..., None]
    if values.ndim != 4 or values.shape[-1] not in (1, 3, 4):
        return None
    return values[:_MOST_PICTURES]
