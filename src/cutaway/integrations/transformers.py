"""Hugging Face: a callback for `transformers.Trainer`, in place of its TensorBoardCallback.

Importing this module also makes ``report_to="cutaway"`` known to `TrainingArguments`.
"""

import os
import socket
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cutaway.integrations.hooks import hooks_of, require_methods
from cutaway.integrations.structure import record_structure
from cutaway.integrations.values import record_values
from cutaway.integrations.watching import begin_watch, to_watch
from cutaway.record.summary_writer import SummaryWriter

if TYPE_CHECKING:
    from cutaway.record.watch.watch import Watch

#: The version of transformers in our tests.
TESTED = "5.24.0"

with hooks_of("transformers", TESTED):
    from transformers import TrainerCallback
    from transformers.integrations.integration_utils import INTEGRATION_TO_CALLBACK

    require_methods(TrainerCallback, "on_train_begin", "on_step_begin", "on_log", "on_train_end")

__all__ = ["CutawayCallback"]


class CutawayCallback(TrainerCallback):
    """Records what a Trainer logs, under the tags of its TensorBoardCallback, with its arguments and its model.

    ``writer``: a SummaryWriter to use. Else there is one for ``log_dir``, for the environment's
    ``TENSORBOARD_LOGGING_DIR``, for ``args.logging_dir`` (which transformers 5 no longer has), or for
    ``<output_dir>/runs/<date>_<host>``: the first of these that is given. Trials of a hyper-parameter search are runs
    below that directory, by the trial's name or ``run-<number>``. ``log_model``: record the model's structure, as the
    first training step runs it. ``watch``: record the statistics of every layer, at the global step; True, or the
    arguments of `SummaryWriter.watch`.

    The arguments and the model's configuration are texts (``args``, ``model_config``), and the arguments with the
    parameters of a trial are hyper-parameters. Only the main process of several records.
    """

    def __init__(
        self,
        writer: SummaryWriter | None = None,
        *,
        log_dir: str | os.PathLike[str] | None = None,
        log_model: bool = True,
        watch: bool | Mapping[str, Any] = False,
    ) -> None:
        """Nothing is opened before training begins or something is logged."""
        if writer is not None and log_dir is not None:
            raise TypeError(f"give a writer or a log_dir, got both: {writer.log_dir!r} and {os.fspath(log_dir)!r}")
        #: What records; None before training begins.
        self.writer = writer
        self.log_model = log_model
        self._directory = None if log_dir is None else Path(log_dir)
        self._trials = 0
        self._watch_options = to_watch(watch)
        self._watch: Watch | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Open the run, and record what it is made with."""
        if not state.is_world_process_zero:
            return
        hparams = args.to_sanitized_dict()
        if state.is_hyper_param_search:
            run = state.trial_name or f"run-{self._trials}"
            self._trials += 1
            self.writer = SummaryWriter(self._base(args) / run)
            hparams.update(state.trial_params or {})
        writer = self._opened(args)
        writer.add_text("args", args.to_json_string())
        model: Any = kwargs.get("model")
        config: Any = getattr(model, "config", None)
        if hasattr(config, "to_json_string"):
            writer.add_text("model_config", config.to_json_string())
        writer.add_hparams(hparams, {})
        if model is None:
            return
        if self.log_model:
            record_structure(writer, model)
        self._watch = begin_watch(writer, self._watch_options, model)

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """The step that begins is logged at the number that the state has when it is over."""
        if self._watch is not None:
            self._watch.step = state.global_step + 1

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        """Record what was logged, at the global step."""
        if state.is_world_process_zero and logs:
            values = {_tag(name): value for name, value in logs.items()}
            record_values(self._opened(args), values, state.global_step)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Close the file. What is logged later, as by `Trainer.evaluate`, goes into another one of the same run."""
        if self.writer is not None:
            self.writer.close()

    def _opened(self, args: Any) -> SummaryWriter:
        if self.writer is None:
            self.writer = SummaryWriter(self._base(args))
        return self.writer

    def _base(self, args: Any) -> Path:
        """The directory of the run, or of all trials of a search: it is chosen once."""
        if self._directory is None:
            given = os.environ.get("TENSORBOARD_LOGGING_DIR") or getattr(args, "logging_dir", None)
            if self.writer is not None:
                given = self.writer.log_dir
            run = f"{datetime.now():%b%d_%H-%M-%S}_{socket.gethostname()}"
            self._directory = Path(given) if given else Path(args.output_dir, "runs", run)
        return self._directory


def _tag(name: str) -> str:
    """The tag of what a Trainer logs by a name: ``eval_loss`` is ``eval/loss``, ``loss`` is ``train/loss``."""
    if name.startswith(("eval_", "test_")):
        return name.replace("_", "/", 1)
    return f"train/{name}"


INTEGRATION_TO_CALLBACK.setdefault("cutaway", CutawayCallback)
