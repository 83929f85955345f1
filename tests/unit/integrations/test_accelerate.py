"""What an Accelerator logs: beside its own TensorBoardTracker, with images and the configuration."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from PIL import Image
from tests.beside_tensorboard import check_scalars, check_texts

import cutaway
from cutaway.integrations.accelerate import CutawayTracker

CONFIG = {"lr": 0.1, "optimizer": "adam", "amsgrad": True, "layers": 3}


@pytest.fixture(autouse=True)
def new_accelerator() -> Iterator[None]:
    """The state of an Accelerator belongs to the process."""
    AcceleratorState._reset_state(reset_partial_state=True)
    yield
    AcceleratorState._reset_state(reset_partial_state=True)


def test_all_that_is_logged_is_read_back(tmp_path: Path) -> None:
    ours = CutawayTracker("ours", tmp_path)
    accelerator = Accelerator(cpu=True, log_with=[ours, "tensorboard"], project_dir=tmp_path)
    accelerator.init_trackers("theirs", CONFIG)
    for step in range(5):
        loss = torch.tensor(1 / (step + 3))
        accelerator.log({"loss": loss, "lr": 0.1 / (step + 1), "seen": step * 8, "note": f"step {step}"}, step=step)
        accelerator.log({"parts": {"a": step / 7, "b": 2.0}}, step=step)
    accelerator.end_training()
    logs = cutaway.open(tmp_path)
    theirs = logs["theirs"]
    check_scalars(logs["ours"], theirs, more=("parts/a", "parts/b"))
    check_texts(logs["ours"], theirs)
    # Their add_scalars makes runs of the parts.
    for part in ("a", "b"):
        apart = logs[f"theirs/parts_{part}"].scalars("parts")
        mine = logs["ours"].scalars(f"parts/{part}")
        assert mine.step.tolist() == apart.step.tolist()
        assert mine.value.astype(np.float32).tolist() == apart.value.tolist()
    assert logs["ours"].scalars("lr").value.tolist() == [0.1 / (step + 1) for step in range(5)]
    assert logs["ours"].hparams() == CONFIG


def test_images_and_models(tmp_path: Path) -> None:
    accelerator = Accelerator(cpu=True, log_with=CutawayTracker("run", tmp_path, filename_suffix=".mine"))
    accelerator.init_trackers("unused")
    tracker: Any = accelerator.get_tracker("cutaway")
    pictures = np.random.default_rng(0).integers(0, 255, (2, 4, 5, 3)).astype(np.uint8)
    tracker.log_images({"seen": pictures}, step=3, dataformats="NHWC")
    tracker.log_images({"list": [Image.fromarray(picture) for picture in pictures]}, step=4)
    model = accelerator.prepare(torch.nn.Linear(4, 2))
    tracker.tracker.add_model(model, torch.zeros(1, 4))
    accelerator.end_training()
    run = cutaway.open(tmp_path)["run"]
    side_by_side = np.concatenate(list(pictures), axis=1)
    for tag, step in (("seen", 3), ("list", 4)):
        assert run.images(tag).step.tolist() == [step]
        np.testing.assert_array_equal(run.images(tag)[0].to_array(), side_by_side)
    assert run.models()[0].summary.totals.parameters == 10
    assert [path.name.endswith(".mine") for path in run.files()] == [True]


def test_a_prepared_model_is_watched(tmp_path: Path) -> None:
    accelerator = Accelerator(cpu=True, log_with="cutaway", project_dir=tmp_path, gradient_accumulation_steps=2)
    accelerator.init_trackers("run")
    model = torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.Linear(2, 1))
    model, optimizer = accelerator.prepare(model, torch.optim.SGD(model.parameters(), 0.1))
    accelerator.get_tracker("cutaway", unwrap=True).watch(model, optimizer, every=1)
    for _ in range(6):
        with accelerator.accumulate(model):
            accelerator.backward(model(torch.ones(1, 4)).sum())
            optimizer.step()
            optimizer.zero_grad()
    accelerator.end_training()
    run = cutaway.open(tmp_path)["run"]
    assert run.scalars("watch/gradient_norm").step.tolist() == [0, 1, 2]
    assert not model._forward_pre_hooks


def test_by_name(tmp_path: Path) -> None:
    accelerator = Accelerator(cpu=True, log_with="cutaway", project_dir=tmp_path)
    accelerator.init_trackers("project", CONFIG, init_kwargs={"cutaway": {"filename_suffix": ".mine"}})
    accelerator.log({"loss": 1.5}, step=2)
    accelerator.log({"loss": 1.25}, step=3, log_kwargs={"cutaway": {"walltime": 77.0}})
    accelerator.end_training()
    run = cutaway.open(tmp_path)["project"]
    assert run.scalars("loss").value.tolist() == [1.5, 1.25]
    assert run.scalars("loss").wall_time[1] == 77.0
    assert run.hparams() == CONFIG


def test_without_steps_it_counts(tmp_path: Path) -> None:
    accelerator = Accelerator(cpu=True, log_with=CutawayTracker("run", tmp_path))
    accelerator.init_trackers("unused")
    for _ in range(3):
        accelerator.log({"loss": 1.0})
    accelerator.end_training()
    assert cutaway.open(tmp_path)["run"].scalars("loss").step.tolist() == [0, 1, 2]


def test_a_tracker_that_is_not_started() -> None:
    with pytest.raises(RuntimeError, match=r"call accelerator\.init_trackers"):
        CutawayTracker("run").tracker  # noqa: B018
