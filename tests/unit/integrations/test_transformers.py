"""A Trainer's logs: those of its own TensorBoardCallback, with the model and the hyper-parameters."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.beside_tensorboard import check_scalars, check_texts, texts
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    Trainer,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from transformers.integrations import TensorBoardCallback
from transformers.integrations.integration_utils import rewrite_logs

import cutaway
from cutaway.compat.torch_tensorboard import SummaryWriter as DropIn
from cutaway.events.first_bad import FirstBad
from cutaway.events.writer import RecordingWarning
from cutaway.integrations.transformers import CutawayCallback, _tag
from cutaway.logs.logs import Run

DATA: list[dict[str, Any]] = [{"input_ids": torch.arange(4) + i, "labels": i % 2} for i in range(8)]


@pytest.fixture(autouse=True)
def no_directory_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENSORBOARD_LOGGING_DIR", raising=False)


def network() -> BertForSequenceClassification:
    sizes = {"vocab_size": 20, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
    return BertForSequenceClassification(BertConfig(**sizes, intermediate_size=8, max_position_embeddings=8))


def arguments(directory: Path, **settings: Any) -> TrainingArguments:
    usual = {
        "per_device_train_batch_size": 2,
        "num_train_epochs": 2,
        "logging_steps": 1,
        "eval_strategy": "epoch",
        "save_strategy": "no",
        "report_to": "none",
        "use_cpu": True,
        "disable_tqdm": True,
    }
    return TrainingArguments(str(directory), **{**usual, **settings})


def trained(directory: Path, callbacks: list[Any], **settings: Any) -> Trainer:
    trainer = Trainer(
        network(), arguments(directory, **settings), train_dataset=DATA, eval_dataset=DATA, callbacks=callbacks
    )
    trainer.train()
    return trainer


def test_all_that_a_trainer_logs_is_read_back(tmp_path: Path) -> None:
    theirs = TensorBoardCallback(DropIn(tmp_path / "theirs"))
    trainer = trained(tmp_path, [CutawayCallback(log_dir=tmp_path / "ours"), theirs])
    ours = cutaway.open(tmp_path / "ours")["."]
    check_scalars(ours, cutaway.open(tmp_path / "theirs")["."])
    check_texts(ours, cutaway.open(tmp_path / "theirs")["."])
    # Exactly what the Trainer itself remembers.
    history = trainer.state.log_history
    losses = [(entry["step"], entry["loss"]) for entry in history if "loss" in entry]
    evaluated = [(entry["step"], entry["eval_loss"]) for entry in history if "eval_loss" in entry]
    assert len(losses) == 8
    assert points(ours, "train/loss") == losses
    assert points(ours, "eval/loss") == evaluated

    ((_, config),) = texts(ours, "model_config")
    assert json.loads(str(config))["model_type"] == "bert"
    hparams = ours.hparams()
    assert hparams["per_device_train_batch_size"] == 2
    assert hparams["learning_rate"] == 5e-5
    assert hparams["use_cpu"] is True
    (model,) = ours.models()
    assert trainer.model is not None
    assert model.summary.totals.parameters == sum(each.numel() for each in trainer.model.parameters())
    assert model.summary.trace.reason == "recorded in a real step"
    assert model.summary.totals.backward_macs


def points(run: Run, tag: str) -> list[tuple[int, float]]:
    scalars = run.scalars(tag)
    return list(zip(scalars.step.tolist(), scalars.value.tolist(), strict=True))


def test_by_the_name_in_the_arguments(tmp_path: Path) -> None:
    """The directory is laid out as that of the TensorBoardCallback; a later evaluation belongs to the same run."""
    trainer = trained(tmp_path, [], report_to="cutaway", eval_strategy="no", num_train_epochs=1)
    trainer.evaluate()
    logs = cutaway.open(tmp_path)
    (name,) = logs
    assert name.startswith("runs/")
    assert len(logs[name].scalars("train/loss")) == 4
    assert logs[name].scalars("eval/loss").step.tolist() == [4]


def begin(callback: CutawayCallback, args: TrainingArguments, **state: Any) -> TrainerState:
    made = TrainerState(is_world_process_zero=state.pop("is_world_process_zero", True), **state)
    callback.on_train_begin(args, made, TrainerControl(), model=network())
    callback.on_log(args, made, TrainerControl(), logs={"loss": 0.5})
    callback.on_train_end(args, made, TrainerControl())
    return made


def test_the_directory_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENSORBOARD_LOGGING_DIR", str(tmp_path / "there"))
    begin(CutawayCallback(), arguments(tmp_path / "out"))
    assert cutaway.open(tmp_path / "there")["."].scalars("train/loss").value.tolist() == [0.5]
    begin(CutawayCallback(log_dir=tmp_path / "given"), arguments(tmp_path / "out"))
    assert cutaway.open(tmp_path / "given")["."].tags() == ["train/loss"]
    assert not (tmp_path / "out").exists()


def test_a_directory_of_the_arguments_as_transformers_4_has_it(tmp_path: Path) -> None:
    args = arguments(tmp_path / "out")
    args.logging_dir = str(tmp_path / "there")
    begin(CutawayCallback(), args)
    assert cutaway.open(tmp_path / "there")["."].tags() == ["train/loss"]


@pytest.mark.parametrize("names", [["lr=0.1", "lr=0.2"], [None, None]])
def test_trials_of_a_search_are_runs_beside_each_other(tmp_path: Path, names: list[str | None]) -> None:
    callback = CutawayCallback()
    for name, rate in zip(names, (0.1, 0.2), strict=True):
        params = {"learning_rate": rate, "seed": 3}
        begin(callback, arguments(tmp_path), is_hyper_param_search=True, trial_name=name, trial_params=params)
    logs = cutaway.open(tmp_path)
    assert [os.path.basename(run) for run in logs] == [name or f"run-{i}" for i, name in enumerate(names)]  # noqa: PTH119
    assert len({os.path.dirname(run) for run in logs}) == 1  # noqa: PTH120
    assert [run.hparams()["learning_rate"] for run in logs.values()] == [0.1, 0.2]
    assert [run.scalars("train/loss").value.tolist() for run in logs.values()] == [[0.5], [0.5]]


def test_trials_with_a_writer_are_below_it(tmp_path: Path) -> None:
    callback = CutawayCallback(cutaway.SummaryWriter(tmp_path / "search"))
    for _ in range(2):
        begin(callback, arguments(tmp_path), is_hyper_param_search=True)
    assert [run for run in cutaway.open(tmp_path / "search") if run != "."] == ["run-0", "run-1"]


def test_other_processes_record_nothing(tmp_path: Path) -> None:
    begin(CutawayCallback(log_dir=tmp_path / "log"), arguments(tmp_path), is_world_process_zero=False)
    assert not (tmp_path / "log").exists()


def test_without_the_model(tmp_path: Path) -> None:
    trained(tmp_path, [CutawayCallback(log_dir=tmp_path / "log", log_model=False)], max_steps=1)
    assert "cutaway_model" not in cutaway.open(tmp_path / "log")["."].kinds


def test_what_is_not_a_number_stops_no_training(tmp_path: Path) -> None:
    """As with their callback, which records no more of it; that a value is left out is said with its tag."""
    logs = {"loss": torch.tensor(0.25), "note": "17", "list": [1, 2], "none": None, "nested": {"a": 1}}
    callback, args = CutawayCallback(log_dir=tmp_path), arguments(tmp_path)
    with pytest.warns(RecordingWarning) as warned:
        callback.on_log(args, TrainerState(global_step=3, is_world_process_zero=True), TrainerControl(), logs=logs)
    said = sorted(str(each.message).partition(":")[0] for each in warned)
    assert said == ["train/list is not recorded", "train/none is not recorded"]
    run = cutaway.open(tmp_path)["."]
    assert {tag: points(run, tag) for tag in run.tags()} == {"train/loss": [(3, 0.25)], "train/nested/a": [(3, 1.0)]}
    assert texts(run, "train/note") == [(3, "17")]


def test_a_writer_or_a_directory(tmp_path: Path) -> None:
    writer = cutaway.SummaryWriter(tmp_path / "log")
    with pytest.raises(TypeError, match="give a writer or a log_dir, got both"):
        CutawayCallback(writer, log_dir=tmp_path)
    begin(CutawayCallback(writer), arguments(tmp_path / "out"))
    assert cutaway.open(tmp_path / "log")["."].tags() == ["train/loss"]
    assert not (tmp_path / "out").exists()


@given(st.text() | st.sampled_from(["eval_", "test_", "eval", "eval_a_b", "test_x", "evaluation"]))
def test_tags_are_those_of_their_callback(name: str) -> None:
    assert [_tag(name)] == list(rewrite_logs({name: 0}))


def test_layers_are_watched_at_the_global_step(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"gradient_accumulation_steps": 2, "eval_strategy": "no", "seed": 1}
    torch.manual_seed(0)
    watched = trained(tmp_path, [CutawayCallback(log_dir=tmp_path / "log", watch={"every": 1})], **settings)
    torch.manual_seed(0)
    alone = trained(tmp_path, [], **settings)
    run = cutaway.open(tmp_path / "log")["."]
    assert run.scalars("watch/gradient_norm").step.tolist() == run.scalars("train/loss").step.tolist() == [1, 2, 3, 4]
    assert "watch/activation" in run.tags("cutaway_watch")
    # The gradients of an update are those of its micro-batches, clipped.
    norms = run.scalars("train/grad_norm").value.clip(max=1.0)
    assert run.scalars("watch/gradient_norm").value.tolist() == pytest.approx(norms.tolist(), rel=1e-3)
    assert watched.state.log_history[0]["loss"] == alone.state.log_history[0]["loss"]


def test_the_first_bad_layer_of_a_trainer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = network()
    model.classifier.register_forward_hook(lambda module, given, made: made / 0 if module.training else None)
    settings: dict[str, Any] = {"eval_strategy": "no", "max_steps": 2}
    callback = CutawayCallback(log_dir=tmp_path / "log", watch=True)
    Trainer(model, arguments(tmp_path, **settings), train_dataset=DATA, callbacks=[callback]).train()
    (text,) = cutaway.open(tmp_path / "log")["."].texts("watch/findings/text_summary")
    found = FirstBad.from_markdown(text)
    assert (found.step, found.phase, found.module, found.operation) == (1, "forward", "classifier", "aten.div.Tensor")
    assert capsys.readouterr().err.count("Cutaway: ") == 1
