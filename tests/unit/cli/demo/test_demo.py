"""The demo: three runs on disk with every kind of data, equal to what was logged; its page is there before them."""

import urllib.request
import warnings
import webbrowser
from collections.abc import Generator, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import cutaway
from cutaway.cli import demo, main
from cutaway.cli.demo import log, training
from cutaway.cli.demo.texts import mistakes
from cutaway.record.scalar import to_number
from cutaway.server.viewer import Viewer

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
    monkeypatch.setattr(training, "SummaryWriter", RecordingWriter)
    assert main(["demo", "--no-serve", "--steps", str(STEPS), "--logdir", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == RUNS
    for run in RUNS:
        accumulator = EventAccumulator(str(tmp_path / run), size_guidance={"scalars": 0})
        accumulator.Reload()
        logged = RecordingWriter.logged[run]
        tags = sorted({tag for tag, _, _ in logged})
        found = [tag for tag in accumulator.Tags()["scalars"] if not tag.startswith("watch/")]
        assert sorted(found) == tags
        assert len(tags) == 5
        for tag in tags:
            read = [(event.step, event.value) for event in accumulator.Scalars(tag)]
            expected = [(step, float(np.float32(value))) for name, step, value in logged if name == tag]
            assert read == expected


#: Layers with the numbers of their weights.
LAYERS = {"classifier.1": 32_768, "classifier.3": 640, "features.0": 144, "features.2": 4_608}
PICTURES = [0, 50, 51]


def test_every_kind_is_logged_now_and_then(tmp_path: Path) -> None:
    assert main(["demo", "--no-serve", "--steps", "52", "--logdir", str(tmp_path)]) == 0
    run = cutaway.open(tmp_path)["lr=0.05"]
    layers = {f"{what}/{layer}": count for what in ("gradients", "weights") for layer, count in LAYERS.items()}
    digits = [f"digit/{digit}" for digit in range(10)]
    assert run.tags("images") == ["validation/confusion", "validation/mistakes", "validation/predictions"]
    assert run.tags("histograms") == list(layers)
    assert run.tags("pr_curves") == digits
    assert run.tags("audio") == ["train/loss as a tone"]
    assert run.tags("text") == ["configuration/text_summary", "validation/mistakes/text_summary"]
    assert run.hparams()["lr"] == 0.05
    assert run.models()[-1].summary.totals.parameters == 38_282
    for tag in run.tags("images"):
        images = run.images(tag)
        assert images.step.tolist() == PICTURES
        # One size, so that steps can be compared.
        assert len({image.to_array().shape for image in images}) == 1
    for tag, count in layers.items():
        assert run.histograms(tag).step.tolist() == [0, 25, 50, 51]
        assert run.histograms(tag)[-1].count == count
    validated = len(training.load().validation_labels)
    for tag in digits:
        curve = run.pr_curves(tag)
        assert curve.step.tolist() == PICTURES
        assert curve[-1].true_positives[0] + curve[-1].false_positives[0] == validated
    sounds = run.audio("train/loss as a tone")
    assert sounds.step.tolist() == [0, 51]
    assert sounds[-1].sample_rate() == 8000
    assert sounds[-1].to_array().shape == (4000, 1)
    assert {"watch/activation", "watch/gradient", "watch/update", "watch/weight"} <= set(run.tags("cutaway_watch"))
    # The watch counts the steps as the demo does: the first ten are logged.
    assert run.scalars("watch/gradient_norm").step.tolist()[:10] == list(range(10))
    (configuration,) = run.texts("configuration/text_summary")
    assert "| learning rate | **0.05**, after a linear rise over 15 steps |" in configuration


def test_a_network_that_has_blown_up_is_logged_without_a_word(tmp_path: Path) -> None:
    digits = training.load()
    with warnings.catch_warnings(), cutaway.SummaryWriter(tmp_path) as writer:
        warnings.simplefilter("error")
        logits = torch.full((len(digits.validation_labels), 10), torch.nan)
        log.record_predictions(writer, digits.validation_images, digits.validation_labels, logits, 0)
        log.record_losses(writer, [2.0, torch.inf, torch.nan], 0)
    assert len(cutaway.open(tmp_path)["."].tags("pr_curves")) == 10


def test_the_page_is_open_before_the_first_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    served: list[int] = []
    real = training.train

    def train(digits: training.Digits, lr: float, steps: int, log_dir: Path) -> Generator[int, None, None]:
        # What comes before the first step: the three trainings go on in turns.
        if not served:
            assert len(opened) == 1
            (url,) = [word for word in capsys.readouterr().out.split() if word.startswith("http://")]
            with urllib.request.urlopen(url) as answer:
                served.append(answer.status)
        yield from real(digits, lr, steps, log_dir)

    monkeypatch.setenv("BROWSER", "any")
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(Viewer, "wait", lambda viewer: None)
    monkeypatch.setattr(training, "train", train)
    assert main(["demo", "--port", "0", "--steps", "1", "--logdir", str(tmp_path)]) == 0
    assert served == [200]
    assert sorted(path.name for path in tmp_path.iterdir()) == RUNS


def test_texts_say_what_is_read_wrongly(tmp_path: Path) -> None:
    assert main(["demo", "--no-serve", "--steps", "1", "--logdir", str(tmp_path)]) == 0
    texts = cutaway.open(tmp_path)["lr=0.05"].texts("validation/mistakes/text_summary")
    assert texts[0].startswith("**")
    logits = torch.eye(10)[[3, 3, 3, 8, 1]]
    assert mistakes(logits, torch.tensor([3, 5, 5, 8, 7])).splitlines() == [
        "**3 of 5** digits are read wrongly.",
        "",
        "| digit | taken for | times |",
        "| --- | --- | ---: |",
        "| 5 | 3 | 2 |",
        "| 7 | 1 | 1 |",
    ]
    assert mistakes(logits[:1], torch.tensor([3])) == "**0 of 1** digits are read wrongly."


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
    monkeypatch.delitem(__import__("sys").modules, "cutaway.cli.demo.training")
    monkeypatch.delattr("cutaway.cli.demo.training", raising=False)
    assert main(["demo", "--no-serve", "--steps", "1"]) == 2
    assert "pip install torch scikit-learn" in capsys.readouterr().err


@pytest.mark.slow
def test_the_high_rate_blows_up_and_the_middle_one_learns(tmp_path: Path) -> None:
    """What the demo is there to show, at its real length but for the careful rate."""
    digits = training.load()
    last: dict[float, float] = {}
    for lr in training.LEARNING_RATES[1:]:
        directory = tmp_path / training.run_name(lr)
        for _ in training.train(digits, lr, demo.DEFAULT_STEPS, directory):
            pass
        accumulator = EventAccumulator(str(directory), size_guidance={"scalars": 0})
        accumulator.Reload()
        last[lr] = accumulator.Scalars("validation/accuracy")[-1].value
    good, bad = last.values()
    assert good > 0.95
    assert bad < 0.5
