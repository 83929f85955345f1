"""Lightning: a logger for its Trainer and for Fabric, in place of TensorBoardLogger.

It goes with ``import lightning`` and with ``import pytorch_lightning``, which are different classes: with the one that
is imported before this module, else with the one that is installed, the former first.
"""

import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import ref

from cutaway.integrations.hooks import hooks_of, require_methods
from cutaway.integrations.structure import record_structure
from cutaway.integrations.watching import begin_watch, to_watch
from cutaway.record.summary_writer import SummaryWriter

if TYPE_CHECKING:
    from cutaway.record.watch.watch import Watch

#: The version of Lightning in our tests.
TESTED = "2.6.6"


def _library() -> tuple[str, str]:
    """Where the Trainer's part and Fabric's part of the library are."""
    both = (("lightning.pytorch", "lightning.fabric"), ("pytorch_lightning", "lightning_fabric"))
    imported = [names for names in both if sys.modules.get(names[0]) is not None]
    installed = [names for names in both if find_spec(names[0].partition(".")[0]) is not None]
    return (imported or installed or both)[0]


_PYTORCH, _FABRIC = _library()

with hooks_of(_PYTORCH.partition(".")[0], TESTED, _PYTORCH.partition(".")[0].replace("_", "-")):
    _base: Any = import_module(f"{_PYTORCH}.loggers").TensorBoardLogger
    _save_yaml = import_module(f"{_PYTORCH}.core.saving").save_hparams_to_yaml
    _rank_zero_only = import_module(f"{_PYTORCH}.utilities").rank_zero_only
    _rank_zero_experiment = import_module(f"{_PYTORCH}.loggers.logger").rank_zero_experiment
    _is_wrapped = import_module(f"{_FABRIC}.wrappers").is_wrapped
    _callback: Any = import_module(f"{_PYTORCH}.callbacks").Callback
    require_methods(_callback, "on_train_batch_start")
    require_methods(_base, "log_metrics", "log_hyperparams", "log_graph", "save", "finalize", "after_save_checkpoint")

__all__ = ["CutawayLogger"]


class CutawayLogger(_base):
    """Records what Lightning logs into the run ``save_dir/name/version_<number>``, as its TensorBoardLogger does.

    ``name``: empty for no directory of that name. ``version``: a number, or a text that is the directory's name; by
    default the number after the largest that is there. ``log_graph``: record the model's structure, on its
    ``example_input_array``, or without one as its next forward runs it. ``default_hp_metric``: record ``hp_metric`` as
    -1 where hyper-parameters come without metrics. ``prefix`` and ``-`` begin each tag. ``sub_dir`` is a directory
    below the version's. ``watch``: record the statistics of every layer in each fit, True or the arguments of
    `SummaryWriter.watch`. ``kwargs`` are arguments of `cutaway.SummaryWriter`.

    It is a TensorBoardLogger too, so that ``trainer.log_dir`` is the version's directory. Only rank 0 records.
    """

    NAME_HPARAMS_FILE = "hparams.yaml"

    def __init__(
        self,
        save_dir: str | os.PathLike[str],
        name: str | None = "lightning_logs",
        version: int | str | None = None,
        log_graph: bool = True,
        default_hp_metric: bool = False,
        prefix: str = "",
        sub_dir: str | os.PathLike[str] | None = None,
        *,
        watch: bool | Mapping[str, Any] = False,
        **kwargs: Any,
    ) -> None:
        """Nothing is opened before something is logged. TensorBoardLogger asks for tensorboard here."""
        self._save_dir = os.fspath(save_dir)
        self._run_name = name or ""
        self._run_version = version
        self._log_graph = log_graph
        self._default_hp_metric = default_hp_metric
        self._tag_prefix = f"{prefix}-" if prefix else ""
        self._below = None if sub_dir is None else os.fspath(sub_dir)
        self._arguments = kwargs
        self._writer: SummaryWriter | None = None
        self._recorded: ref[Any] | None = None
        self._watch_options = to_watch(watch)
        #: The watch of the fit that runs.
        self.watch: Watch | None = None
        #: All hyper-parameters that were logged: the content of ``hparams.yaml``.
        self.hparams: dict[str, Any] = {}

    def __getstate__(self) -> dict[str, Any]:
        """A copy for another process opens a file of its own when it records."""
        return {**self.__dict__, "_recorded": None, "watch": None}

    @property
    def name(self) -> str:
        """The directory of all versions below ``save_dir``."""
        return self._run_name

    @property
    def version(self) -> int | str:
        """The version's number or name; looked for when it is first asked for."""
        if self._run_version is None:
            directory = Path(self.root_dir)
            names = [path.name for path in directory.iterdir() if path.is_dir()] if directory.is_dir() else []
            numbers = [name.removeprefix("version_") for name in names if name.startswith("version_")]
            self._run_version = max((int(number) for number in numbers if number.isdecimal()), default=-1) + 1
        return self._run_version

    @property
    def save_dir(self) -> str:
        """The directory as it was given."""
        return self._save_dir

    @property
    def sub_dir(self) -> str | None:
        """The directory below the version's."""
        return self._below

    @property
    def root_dir(self) -> str:
        """The directory of all versions."""
        return _expanded(os.path.join(self._save_dir, self._run_name))  # noqa: PTH118

    @property
    def log_dir(self) -> str:
        """The directory of the run."""
        version = self.version if isinstance(self.version, str) else f"version_{self.version}"
        return _expanded(os.path.join(self.root_dir, version, *([self._below] if self._below else [])))  # noqa: PTH118

    @property
    @_rank_zero_experiment
    def experiment(self) -> SummaryWriter:
        """The writer, with every kind of data; on other ranks an object whose methods do nothing."""
        if self._writer is None:
            self._writer = SummaryWriter(self.log_dir, **self._arguments)
        return self._writer

    @_rank_zero_only
    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        """Record numbers, as one record; the keys of nested mappings are joined by ``/``. Raises for other values."""
        self.experiment.log({f"{self._tag_prefix}{tag}": value for tag, value in metrics.items()}, step)

    @_rank_zero_only
    def log_hyperparams(
        self, params: Mapping[str, Any] | Namespace, metrics: Any = None, step: int | None = None
    ) -> None:
        """Record hyper-parameters, and ``metrics`` as scalars: a mapping, or one number, which is ``hp_metric``."""
        values = _plain(vars(params) if isinstance(params, Namespace) else params or {})
        self.hparams.update(values)
        if metrics is None:
            metrics = {"hp_metric": -1} if self._default_hp_metric else {}
        elif not isinstance(metrics, Mapping):
            metrics = {"hp_metric": metrics}
        prefixed = {f"{self._tag_prefix}{tag}": value for tag, value in metrics.items()}
        self.experiment.add_hparams(values, prefixed, global_step=step)

    @_rank_zero_only
    def log_graph(self, model: Any, input_array: Any = None) -> None:
        """Record the model's structure (see ``log_graph`` of the class), once: fits and tests come with it again.

        A fit is watched from here on, where that was asked for.
        """
        if _is_wrapped(model):
            model = model.module
        self._begin_watch(model)
        if not self._log_graph:
            return
        if input_array is None:
            input_array = getattr(model, "example_input_array", None)
        if input_array is not None:
            # What a LightningModule does to a batch before it is its forward's input.
            for hook in ("_on_before_batch_transfer", "_apply_batch_transfer_handler"):
                input_array = getattr(model, hook, lambda batch: batch)(input_array)
        if self._recorded is None or self._recorded() is not model:
            self._recorded = ref(model)
            record_structure(self.experiment, model, input_array)

    def _begin_watch(self, model: Any) -> None:
        trainer = getattr(model, "_trainer", None)
        if trainer is not None and trainer.state.fn != "fit":
            return
        self.watch = begin_watch(self.experiment, self._watch_options, model)
        if self.watch is not None and trainer is not None:
            mine = [each for each in trainer.callbacks if isinstance(each, _WatchedSteps) and each.logger is self]
            if not mine:
                trainer.callbacks.append(_WatchedSteps(self))

    @_rank_zero_only
    def save(self) -> None:
        """Write ``hparams.yaml`` into the run's directory, where it is not there yet."""
        self.experiment.flush()
        path = Path(self.log_dir, self.NAME_HPARAMS_FILE)
        if path.parent.is_dir() and not path.exists():
            _save_yaml(path, self.hparams)

    @_rank_zero_only
    def finalize(self, status: str) -> None:
        """Close the file. What is logged later, as by `Trainer.test`, goes into another one of the same run."""
        if self._writer is None:
            return
        if status == "success":
            self.save()
        self._writer.close()


class _WatchedSteps(_callback):
    """Counts the steps of a watch as Lightning counts those of a logger, also when a fit goes on from a checkpoint."""

    def __init__(self, logger: CutawayLogger) -> None:
        self.logger = logger

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> None:
        """Its metrics are logged at this step."""
        if self.logger.watch is not None:
            self.logger.watch.step = trainer.fit_loop.epoch_loop._batches_that_stepped


def _expanded(path: str) -> str:
    return os.path.expanduser(os.path.expandvars(path))  # noqa: PTH111


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Nested mappings of any class as dicts."""
    return {str(key): _plain(value) if isinstance(value, Mapping) else value for key, value in values.items()}
