"""Ignite's handlers with our logger and with theirs, on the same engines."""

import sys
from pathlib import Path
from typing import Any

import ignite.handlers.tensorboard_logger as theirs_module
import pytest
import torch
from ignite.engine import Engine, Events
from ignite.handlers.tensorboard_logger import TensorboardLogger
from tests.beside_tensorboard import check_histograms, check_scalars

import cutaway
import cutaway.integrations.ignite as ours_module
from cutaway.events.writer import RecordingWarning
from cutaway.integrations.ignite import (
    CutawayLogger,
    GradsHistHandler,
    GradsScalarHandler,
    OptimizerParamsHandler,
    WeightsHistHandler,
    WeightsScalarHandler,
    global_step_from_engine,
)


def test_all_that_the_handlers_log_is_read_back(tmp_path: Path) -> None:
    model = torch.nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.5)
    losses = []

    def step(engine: Any, batch: torch.Tensor) -> dict[str, Any]:
        optimizer.zero_grad()
        loss = model(batch).pow(2).mean()
        loss.backward()
        optimizer.step()
        optimizer.param_groups[0]["lr"] *= 0.5
        losses.append(loss.item())
        return {"loss": loss.item(), "parts": [loss.detach(), {"half": loss.item() / 2}]}

    def evaluate(engine: Any, batch: torch.Tensor) -> None:
        engine.state.metrics = {"nll": 0.1 * engine.state.iteration, "per_class": torch.tensor([0.25, 0.75])}

    trainer, evaluator = Engine(step), Engine(evaluate)
    loggers = CutawayLogger(tmp_path / "ours"), TensorboardLogger(log_dir=str(tmp_path / "theirs"))
    each, epoch = Events.ITERATION_COMPLETED, Events.EPOCH_COMPLETED
    for logger in loggers:
        logger.attach_output_handler(trainer, each(every=2), tag="training", output_transform=lambda output: output)
        logger.attach_output_handler(
            evaluator,
            epoch,
            tag="validation",
            metric_names="all",
            global_step_transform=global_step_from_engine(trainer),
        )
        logger.attach_opt_params_handler(trainer, Events.ITERATION_STARTED, optimizer=optimizer)
        logger.attach(trainer, OptimizerParamsHandler(optimizer, "momentum", tag="sgd"), Events.EPOCH_STARTED)
        logger.attach(trainer, WeightsScalarHandler(model), each)
        logger.attach(trainer, GradsScalarHandler(model, reduction=torch.mean), each)
        logger.attach(trainer, WeightsHistHandler(model), epoch)
        logger.attach(trainer, GradsHistHandler(model, tag="now"), epoch)
    data = [torch.rand(2, 3, generator=torch.Generator().manual_seed(i)) for i in range(4)]
    trainer.add_event_handler(epoch, lambda: evaluator.run(data[:1]))
    trainer.run(data, max_epochs=3)
    for logger in loggers:
        logger.close()

    logs = cutaway.open(tmp_path)
    check_scalars(logs["ours"], logs["theirs"])
    check_histograms(logs["ours"], logs["theirs"])
    assert logs["ours"].scalars("training/loss").value.tolist() == losses[1::2]
    assert logs["ours"].scalars("validation/nll").step.tolist() == [1, 2, 3]
    assert {"lr/group_0", "sgd/momentum/group_0", "weights_norm/weight", "grads_mean/bias"} <= set(logs["ours"].tags())


def test_the_writer_with_everything_else(tmp_path: Path) -> None:
    with CutawayLogger(log_dir=tmp_path, filename_suffix=".mine") as logger:
        logger.add_hparams({"lr": 0.1}, {})
        logger.add_model(torch.nn.Linear(4, 2), torch.zeros(1, 4))
        logger.writer.add_text("note", "first")
    run = cutaway.open(tmp_path)["."]
    assert run.hparams() == {"lr": 0.1}
    assert run.models()[0].summary.totals.parameters == 10
    assert run.tags("text") == ["note/text_summary"]


def test_tensorboard_is_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tensorboard", "tensorboardX", "torch.utils.tensorboard"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModuleNotFoundError):
        TensorboardLogger(str(tmp_path))
    CutawayLogger(tmp_path).close()


def test_the_names_are_theirs() -> None:
    """All that a program imports from their module is in ours, with our logger for theirs."""
    assert set(ours_module.__all__) == {*theirs_module.__all__, "CutawayLogger"} - {"TensorboardLogger"}


def test_layers_are_watched_at_the_iterations(tmp_path: Path) -> None:
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(engine: Any, batch: torch.Tensor) -> float:
        optimizer.zero_grad()
        loss = model(batch).pow(2).mean()
        loss.backward()
        optimizer.step()
        return float(loss)

    trainer = Engine(step)
    with CutawayLogger(tmp_path) as logger:
        logger.attach_output_handler(
            trainer, Events.ITERATION_COMPLETED, tag="train", output_transform=lambda loss: {"loss": loss}
        )
        logger.attach_watch_handler(trainer, model, optimizer, every=1)
        trainer.run([torch.ones(2, 3)] * 2, max_epochs=2)
        assert not model._forward_pre_hooks
        trainer.run([torch.ones(2, 3)] * 2, max_epochs=3)
    run = cutaway.open(tmp_path)["."]
    assert (
        run.scalars("watch/gradient_norm").step.tolist() == run.scalars("train/loss").step.tolist() == list(range(1, 7))
    )


def test_a_model_that_cannot_be_watched_stops_nothing(tmp_path: Path) -> None:
    trainer = Engine(lambda engine, batch: batch)
    with CutawayLogger(tmp_path) as logger:
        logger.attach_watch_handler(trainer, torch.nn.Linear(1, 1), every=0)
        with pytest.warns(RecordingWarning, match="Linear is not watched: every must be"):
            trainer.run([1, 2])
    assert trainer.state.iteration == 2
