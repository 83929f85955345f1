"""The demo: three runs on disk, read back by TensorBoard, equal to what was logged."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import cutaway
from cutaway.cli import demo, demo_training, main
from cutaway.record.scalar import to_number

STEPS = 30
RUNS = ["lr=0.005", "lr=0.05", "lr=0.3"]


class RecordingWriter(cutaway.SummaryWriter):
    """The real writer, which also remembers what it was given."""

    logged: dict[str, list[tuple[str, int, float]]]

    def log(self, values: Mapping[str, object], step: int | None = None, walltime: float | None = None) -> None:
        assert step is not None
        rows = self.logged.setdefault(Path(self.get_logdir()).name, [])
        rows.extend((tag, step, float(to_number(value, tag))) for tag, value in values.items())
        super().log(values, step, walltime)


def test_tensorboard_reads_what_was_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    RecordingWriter.logged = {}
    monkeypatch.setattr(demo_training, "SummaryWriter", RecordingWriter)
    assert main(["demo", "--no-serve", "--steps", str(STEPS), "--logdir", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == RUNS
    for run in RUNS:
        accumulator = EventAccumulator(str(tmp_path / run), size_guidance={"scalars": 0})
        accumulator.Reload()
        logged = RecordingWriter.logged[run]
        tags = sorted({tag for tag, _, _ in logged})
        assert sorted(accumulator.Tags()["scalars"]) == tags
        assert len(tags) == 5
        for tag in tags:
            read = [(event.step, event.value) for event in accumulator.Scalars(tag)]
            expected = [(step, float(np.float32(value))) for name, step, value in logged if name == tag]
            assert read == expected


def test_texts_say_what_is_read_wrongly(tmp_path: Path) -> None:
    assert main(["demo", "--no-serve", "--steps", "1", "--logdir", str(tmp_path)]) == 0
    texts = cutaway.open(tmp_path)["lr=0.05"].texts("validation/mistakes/text_summary")
    assert texts[0].startswith("**")
    logits = torch.eye(10)[[3, 3, 3, 8, 1]]
    assert demo_training.mistakes(logits, torch.tensor([3, 5, 5, 8, 7])).splitlines() == [
        "**3 of 5** digits are read wrongly.",
        "",
        "| digit | taken for | times |",
        "| --- | --- | ---: |",
        "| 5 | 3 | 2 |",
        "| 7 | 1 | 1 |",
    ]
    assert demo_training.mistakes(logits[:1], torch.tensor([3])) == "**0 of 1** digits are read wrongly."


def test_prints_the_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--no-serve", "--steps", "2", "--logdir", str(tmp_path)]) == 0
    output = capsys.readouterr().out
    assert "DigitNet" in output
    assert "Conv2d" in output
    # 160 + 4,640 + 32,832 + 650 parameters, counted by hand.
    assert "38,282" in output
    assert f"3 runs of 2 steps are in {tmp_path}" in output


def test_a_second_demo_leaves_the_first_alone(tmp_path: Path) -> None:
    for _ in range(2):
        assert main(["demo", "--no-serve", "--steps", "1", "--logdir", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(RUNS + [f"{run} (2)" for run in RUNS])


def test_missing_scikit_learn_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sklearn.datasets", None)
    monkeypatch.delitem(__import__("sys").modules, "cutaway.cli.demo_training")
    monkeypatch.delattr("cutaway.cli.demo_training", raising=False)
    assert main(["demo", "--no-serve", "--steps", "1"]) == 2
    assert "pip install torch scikit-learn" in capsys.readouterr().err


@pytest.mark.slow
def test_the_high_rate_blows_up_and_the_middle_one_learns(tmp_path: Path) -> None:
    """What the demo is there to show, at its real length but for the careful rate."""
    digits = demo_training.load()
    last: dict[float, float] = {}
    for lr in demo_training.LEARNING_RATES[1:]:
        directory = tmp_path / demo_training.run_name(lr)
        for _ in demo_training.train(digits, lr, demo.DEFAULT_STEPS, directory):
            pass
        accumulator = EventAccumulator(str(directory), size_guidance={"scalars": 0})
        accumulator.Reload()
        last[lr] = accumulator.Scalars("validation/accuracy")[-1].value
    good, bad = last.values()
    assert good > 0.95
    assert bad < 0.5
