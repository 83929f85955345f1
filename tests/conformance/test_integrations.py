"""Native integrations in a venv of their own: all that was logged is read back, beside the frameworks' own.

The light ones, of transformers, Accelerate and Ignite, are in tests/unit/integrations.
"""

import csv
import io
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.beside_tensorboard import check_histograms, check_scalars, check_texts
from tests.patience import LONG_PATIENCE

import cutaway
from cutaway.events.first_bad import FirstBad
from cutaway.logs.logs import Logs, Run
from cutaway.store.log_directory import LogDirectory
from cutaway.store.run_table import RunTable

ROOT = Path(__file__).resolve().parents[2]
#: Pythons with the libraries, which `make test-all` makes.
PYTHON = ROOT / ".venv" / "integrations" / "bin" / "python"
TENSORFLOW_PYTHON = ROOT / ".venv" / "tensorflow" / "bin" / "python"

pytestmark = pytest.mark.slow


def run(python: Path, program: str, *arguments: str, **environment: str) -> Any:
    """What a program of the folder beside this file prints last, as JSON; None when it prints nothing."""
    if not python.exists():
        assert "CUTAWAY_THOROUGH" not in os.environ, f"{python} is missing, which make test-all makes"
        pytest.skip(f"{python} is not there; make test-all makes it")
    path = ROOT / "tests" / "conformance" / "integrations" / f"{program}.py"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}
    inherited |= {"PYTHONPATH": str(ROOT / "src"), "TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "agg", **environment}
    done = subprocess.run(
        [str(python), str(path), *arguments], env=inherited, capture_output=True, text=True, timeout=LONG_PATIENCE
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout else None


def points(of: Run, tag: str) -> list[tuple[int, float]]:
    scalars = of.scalars(tag)
    return list(zip(scalars.step.tolist(), scalars.value.tolist(), strict=True))


def check_points(of: Run, tag: str, logged: list[tuple[int, float]]) -> None:
    """A tag has these points, of which a table has the numbers with fewer digits."""
    assert logged
    np.testing.assert_allclose(points(of, tag), logged, rtol=1e-6, err_msg=tag)


def test_the_versions_are_those_that_the_integrations_name() -> None:
    told = run(PYTHON, "versions")
    assert told["tested"] == told["installed"]


def test_tensorboard_is_not_needed(tmp_path: Path) -> None:
    run(PYTHON, "without_tensorboard", str(tmp_path))
    logs = cutaway.open(tmp_path)
    assert sorted(logs) == ["accelerate", "ignite", "keras/train", "lightning/run", "sb3", "transformers"]
    for name, each in logs.items():
        assert points(each, "train/loss" if name == "transformers" else "loss") == [(1, 0.5)], name


@pytest.fixture(scope="module", params=["lightning.pytorch", "pytorch_lightning"])
def lightning(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    directory = tmp_path_factory.mktemp("lightning")
    return run(PYTHON, "lightning_program", request.param, str(directory)), directory


def test_lightning_all_that_is_logged(lightning: tuple[dict[str, Any], Path]) -> None:
    found, directory = lightning
    logs = cutaway.open(directory)
    ours, theirs = (logs[f"{name}/lightning_logs/version_0"] for name in ("ours", "theirs"))
    # Theirs records -1 for a metric that nobody has measured.
    assert set(theirs.tags()) - set(ours.tags()) == {"hp_metric"}
    check_scalars(ours, without(theirs, "hp_metric"))
    assert ours.images("sample").step.tolist() == theirs.images("sample").step.tolist()
    np.testing.assert_array_equal(ours.images("sample")[0].to_array(), theirs.images("sample")[0].to_array())
    # Lightning's own table of the fit; the test came later.
    rows = list(csv.DictReader(io.StringIO(found["csv"])))
    for tag in ("train/loss_step", "train/max", "val_loss", "lr-SGD"):
        check_points(ours, tag, [(int(row["step"]), float(row[tag])) for row in rows if row[tag]])
    assert "test_loss" in ours.tags()


class without(Run):  # noqa: N801
    """A run without some of its scalars."""

    def __init__(self, of: Run, *tags: str) -> None:
        self.__dict__.update(of.__dict__)
        self._without = tags

    def tags(self, kind: str = "scalars") -> list[str]:
        return [tag for tag in super().tags(kind) if tag not in self._without]


def test_lightning_hyperparameters_and_structure(lightning: tuple[dict[str, Any], Path]) -> None:
    found, directory = lightning
    logs = cutaway.open(directory)
    first, second = (logs[f"ours/lightning_logs/version_{number}"] for number in (0, 1))
    expected = {"width": 5.0, "lr": 0.1, "names": "('a', 'b')", "example": False}
    assert first.hparams() == expected
    assert second.hparams() == {**expected, "example": True}
    ours, theirs = found["hparams.yaml"]
    assert ours == theirs
    for of, reason in ((first, "recorded in a real step"), (second, "")):
        (model,) = of.models()
        assert model.summary.totals.parameters == 3 * 5 + 5 + 5 + 1
        assert model.summary.trace.reason == reason
    # Without an example it is the sanity check's forward.
    assert first.models()[0].summary.trace.backward == "no output takes a gradient"
    assert "cutaway_model" not in logs["named/mine/below"].kinds
    assert found["warned"] == [
        "the structure of Broken is not recorded: ForwardError: the forward of Broken itself failed with input 2×3: "
        "not with the example"
    ]
    assert len(logs["broken/lightning_logs/version_0"].scalars("train/loss_step")) == 8


def test_lightnings_own_log_is_one_run_of_the_table(lightning: tuple[dict[str, Any], Path]) -> None:
    _, directory = lightning
    log = LogDirectory(directory / "theirs")
    log.refresh()
    (run,) = log.catalogue().runs
    assert run.name == "lightning_logs/version_0"
    ((_, row),) = RunTable(log).rows()[1]
    tags = {tag.name: tag.id for tag in log.catalogue().tags}
    assert row.hparams == {"width": 5.0, "lr": 0.1, "names": "('a', 'b')", "example": False}
    assert row.scalars[tags["hp_metric"]].last == -1
    assert row.scalars[tags["val_loss"]].step > 0


def test_lightning_directories(lightning: tuple[dict[str, Any], Path]) -> None:
    found, directory = lightning
    assert found["is theirs too"]
    version = directory / "ours" / "lightning_logs" / "version_0"
    assert found["log_dir"] == str(version)
    assert Path(found["checkpoint"]).parent == version / "checkpoints"
    assert Path(found["checkpoint"]).is_file()
    assert found["versions"] == [1, "mine", 1]
    assert found["dirs"] == [
        str(directory / "named" / "mine" / "below"),
        f"{directory / 'named'}/",
        str(directory / "named"),
        "below",
    ]
    logs = cutaway.open(directory)
    named = logs["named/mine/below"]
    assert {"p-train/loss_step", "p-hp_metric"} <= set(named.tags())
    assert all(tag.startswith("p-") for tag in named.tags())
    assert not (directory / "rank1").exists()


def test_lightning_by_hand(lightning: tuple[dict[str, Any], Path]) -> None:
    found, directory = lightning
    logged = cutaway.open(directory)["by_hand/lightning_logs/version_7"]
    assert logged.hparams() == {"lr": 0.1, "net/width": 3.0, "net/act": "relu"}
    assert points(logged, "score") == [(0, 0.75)]
    assert points(logged, "a") == [(3, 0.5), (4, 0.25), (5, 0.125)]
    assert points(logged, "b/c") == [(3, 2.0)]
    assert found["bad"].startswith("values['a'] must be a real number, got 'word'")


def test_fabric(lightning: tuple[dict[str, Any], Path]) -> None:
    _, directory = lightning
    logs = cutaway.open(directory)
    ours = logs["fabric_ours/lightning_logs/version_0"]
    check_scalars(ours, logs["fabric_theirs/lightning_logs/version_0"])
    assert points(ours, "loss") == [(step, float(np.float32(1 / (step + 3)))) for step in range(4)]
    assert points(ours, "lr") == [(step, 0.1 / (step + 1)) for step in range(4)]
    assert ours.hparams() == {"lr": 0.1}
    assert ours.models()[0].summary.totals.parameters == 4


@pytest.fixture(scope="module")
def baselines(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    directory = tmp_path_factory.mktemp("baselines")
    return run(PYTHON, "stable_baselines3_program", str(directory)), directory


@pytest.mark.parametrize("algorithm", ["ppo", "dqn"])
def test_baselines_training(baselines: tuple[dict[str, Any], Path], algorithm: str) -> None:
    found, directory = baselines
    logs = cutaway.open(directory / algorithm)
    check_scalars(logs["ours"], logs["theirs"])
    assert len(logs["ours"].tags()) > 5
    if algorithm == "dqn":
        return
    rows = found["csv"]
    for tag in ("train/value_loss", "train/approx_kl"):
        check_points(
            logs["ours"], tag, [(int(row["time/total_timesteps"]), float(row[tag])) for row in rows if row[tag]]
        )
    assert logs["ours"].hparams() == logs["theirs"].hparams() == {"algorithm": "PPO", "gamma": 0.99}
    assert metrics(logs["ours"]) == metrics(logs["theirs"]) == {"rollout/ep_len_mean", "train/value_loss"}
    assert logs["ours"].models()[0].summary.totals.parameters == found["parameters"]


def metrics(of: Run) -> set[str]:
    """The names of the metrics that a run declares."""
    declared = [message.metrics for message in of.values("hparams", "_hparams_/experiment")]
    return {metric["tag"] for each in declared for metric in each}


def test_baselines_values(baselines: tuple[dict[str, Any], Path]) -> None:
    found, directory = baselines
    logs = cutaway.open(directory / "values")
    ours, theirs = logs["ours"], logs["theirs"]
    check_scalars(ours, theirs)
    check_texts(ours, theirs)
    check_histograms(ours, theirs)
    assert points(ours, "number") == [(5, 0.1), (6, 0.2)]
    for tag in ("picture", "figure"):
        assert ours.images(tag).step.tolist() == [5]
        np.testing.assert_array_equal(ours.images(tag)[0].to_array(), theirs.images(tag)[0].to_array())
    assert found["figure is closed"]
    alone = cutaway.open(directory / "alone")["."]
    assert alone.tags() == ["scalar tensor"]
    assert points(alone, "scalar tensor") == [(2, 0.5)]
    assert alone.images("video").step.tolist() == [2]
    assert found["warned"] == ["object is not recorded"]
    assert found["kinds"] == [True, True]


@pytest.fixture(scope="module", params=["tensorflow", "torch", "jax"])
def keras(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    directory = tmp_path_factory.mktemp("keras")
    python = TENSORFLOW_PYTHON if request.param == "tensorflow" else PYTHON
    found = run(python, "keras_program", str(directory), KERAS_BACKEND=request.param)
    assert found["backend"] == request.param
    return found, directory


def test_keras_all_that_is_measured(keras: tuple[dict[str, Any], Path]) -> None:
    """What Keras gives to any callback, exactly, under the tags and at the steps of its own callback."""
    found, directory = keras
    logs = cutaway.open(directory / "dense" / "ours")
    train, validation = logs["train"], logs["validation"]
    told = found["dense"]
    for name in ("loss", "accuracy"):
        assert points(train, f"epoch_{name}") == [(i, epoch[name]) for i, epoch in enumerate(told["epochs"])]
        assert points(validation, f"epoch_{name}") == [
            (i, each[f"val_{name}"]) for i, each in enumerate(told["epochs"])
        ]
        batches = [(number, batch[name]) for number, batch in enumerate(told["batches"], 1) if number % 2 == 0]
        assert points(train, f"batch_{name}") == batches
        tests = [(at, test[name]) for at, test in zip((5, 10, 15, 15), told["tests"], strict=True)]
        assert points(validation, f"evaluation_{name}_vs_iterations") == tests
    assert points(train, "epoch_learning_rate") == [
        (i, epoch["learning_rate"]) for i, epoch in enumerate(told["epochs"])
    ]
    weight, kernel = next(
        (path, np.array(values)) for path, values in found["weights"].items() if "first/kernel" in path
    )
    histogram = train.histograms(f"{weight}/histogram")
    assert histogram.step.tolist() == [0, 2]
    assert histogram[1].counts.sum() == kernel.size
    np.testing.assert_allclose(histogram[1].edges[[0, -1]], [kernel.min(), kernel.max()], rtol=1e-6)
    assert train.images(f"{weight}/image")[1].to_array().shape[:2] == (4, 6)


def test_keras_beside_its_own_callback(keras: tuple[dict[str, Any], Path]) -> None:
    found, directory = keras
    if not found["beside"]:
        assert found["no tensorboard"]
        return
    for name in ("fives", "convolution", "own"):
        logs = cutaway.open(directory / name)
        # Theirs leaves out evaluations by update_freq as well.
        for part in ("train",) if name == "fives" else ("train", "validation"):
            measured = ("epoch_steps_per_second", "batch_steps_per_second")
            check_scalars(logs[f"ours/{part}"], logs[f"theirs/{part}"], measured=measured)
        ours, theirs = logs["ours/train"], logs["theirs/train"]
        assert ours.tags("images") == theirs.tags("images")
        if name != "own":
            check_histograms(ours, theirs)
    # With an update_freq that does not divide the batches theirs leaves out epochs; ours never.
    ours, theirs = (cutaway.open(directory / "dense")[f"{name}/train"] for name in ("ours", "theirs"))
    assert set(points(theirs, "epoch_loss")) < set(points(ours, "epoch_loss"))
    check_scalars(
        without(ours, "epoch_loss", "epoch_accuracy", "epoch_learning_rate"),
        without(theirs, "epoch_loss", "epoch_accuracy", "epoch_learning_rate"),
    )


def test_keras_hyperparameters_and_structure(keras: tuple[dict[str, Any], Path]) -> None:
    found, directory = keras
    logs: Logs = cutaway.open(directory)
    hparams = logs["dense/ours/train"].hparams()
    assert (hparams["epochs"], hparams["steps"], hparams["optimizer"]) == (3.0, 5.0, "adam")
    assert hparams["loss"] == "sparse_categorical_crossentropy"
    assert hparams["optimizer/beta_1"] == 0.9
    assert hparams["optimizer/learning_rate/config/decay_steps"] == 5.0
    (model,) = logs["dense/ours/train"].models()
    assert model.summary.totals.parameters == found["parameters"]
    assert model.summary.totals.macs == 6 * 4 + 4 * 3
    (model,) = logs["own/ours/train"].models()
    assert model.summary.totals.parameters == found["own parameters"]
    assert model.summary.totals.macs == 6 * 5 + 5 * 3
    assert found["warned"] == []
    assert "cutaway_model" not in logs["bare/ours/train"].kinds


def test_keras_what_is_refused(keras: tuple[dict[str, Any], Path]) -> None:
    found, directory = keras
    assert [said.partition(",")[0] for said in found["refused"]] == [
        "profile_batch must be 0",
        "embeddings_freq must be 0 and embeddings_metadata None",
        "embeddings_freq must be 0 and embeddings_metadata None",
        "update_freq must be 'epoch'",
        "update_freq must be 'epoch'",
        "watch must be a bool" if found["backend"] == "torch" else "watch needs the backend torch",
    ]
    assert "callback.train_writer.add_embedding(...)" in found["refused"][1]
    assert not (directory / "refused").exists()


def test_keras_layers_are_watched_on_pytorch(keras: tuple[dict[str, Any], Path]) -> None:
    found, directory = keras
    if found["backend"] != "torch":
        return
    train = cutaway.open(directory / "watched" / "ours")["train"]
    assert train.scalars("watch/gradient_norm").step.tolist() == list(range(1, 16))
    assert train.scalars("batch_loss").step.tolist() == list(range(1, 16))
    assert {"watch/gradient", "watch/weight", "watch/update"} <= set(train.tags("cutaway_watch"))
    assert found["trained alike"]
    assert not found["left"]
    (text,) = cutaway.open(directory / "not_finite" / "ours")["train"].texts("watch/findings/text_summary")
    finding = FirstBad.from_markdown(text)
    assert (finding.step, finding.phase, finding.class_name) == (1, "input", "Sequential")


def test_lightning_layers_are_watched(lightning: tuple[dict[str, Any], Path]) -> None:
    found, directory = lightning
    logs = cutaway.open(directory)
    for version, steps in ((0, [0, 1, 2, 3]), (1, [4, 5])):
        watched = logs[f"watched/lightning_logs/version_{version}"]
        assert watched.scalars("watch/gradient_norm").step.tolist() == steps
        assert watched.scalars("train/loss_step").step.tolist() == steps
        assert "watch/activation" in watched.tags("cutaway_watch")
    assert found["trained alike"]
    assert found["hooks left"] == 0
    (text,) = logs["parts/lightning_logs/version_0"].texts("watch/findings/text_summary")
    finding = FirstBad.from_markdown(text)
    # The division is in the step, between the parts.
    assert (finding.step, finding.phase, finding.module) == (3, "input", "net.2")
