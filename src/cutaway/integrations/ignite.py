"""PyTorch-Ignite: a logger, in place of its TensorboardLogger, with the same handlers.

``from cutaway.integrations.ignite import *`` gives the names of ``ignite.handlers.tensorboard_logger``, with
`CutawayLogger` for TensorboardLogger.
"""

from typing import Any

from cutaway.integrations.hooks import hooks_of, require_methods
from cutaway.integrations.watching import begin_watch
from cutaway.record.summary_writer import SummaryWriter

#: The version of Ignite in our tests.
TESTED = "0.5.5"

with hooks_of("ignite", TESTED, "pytorch-ignite"):
    from ignite.engine import Engine, Events
    from ignite.handlers.tensorboard_logger import (
        GradsHistHandler,
        GradsScalarHandler,
        OptimizerParamsHandler,
        OutputHandler,
        TensorboardLogger,
        WeightsHistHandler,
        WeightsScalarHandler,
        global_step_from_engine,
    )

    require_methods(TensorboardLogger, "attach", "_create_output_handler", "_create_opt_params_handler", "close")

__all__ = [
    "CutawayLogger",
    "GradsHistHandler",
    "GradsScalarHandler",
    "OptimizerParamsHandler",
    "OutputHandler",
    "WeightsHistHandler",
    "WeightsScalarHandler",
    "global_step_from_engine",
]


class CutawayLogger(TensorboardLogger):
    """Ignite's BaseLogger on a `cutaway.SummaryWriter`, which is ``writer`` and takes all arguments.

    It is a TensorboardLogger too, since Ignite's handlers ask for one. All methods of the writer are methods of the
    logger: ``logger.add_hparams(...)``, ``logger.add_model(model, batch)``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Open the run. Ignite's own logger imports tensorboardX or tensorboard here."""
        self.writer = SummaryWriter(*args, **kwargs)

    def attach_watch_handler(self, engine: Engine, model: Any, optimizer: Any = None, **kwargs: Any) -> None:
        """Record the statistics of every layer of ``model`` while ``engine`` runs, at its iterations.

        ``kwargs`` are the other arguments of `SummaryWriter.watch`. A RecordingWarning says why a model cannot be
        watched.
        """
        watches: list[Any] = []

        @engine.on(Events.STARTED)
        def begin() -> None:
            watches.append(begin_watch(self.writer, kwargs, model, optimizer, engine.state.iteration))

        @engine.on(Events.ITERATION_STARTED)
        def set_step() -> None:
            if watches[-1] is not None:
                watches[-1].step = engine.state.iteration

        @engine.on(Events.COMPLETED)
        def end() -> None:
            watch = watches.pop()
            if watch is not None:
                watch.close()
