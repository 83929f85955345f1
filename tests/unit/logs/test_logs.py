"""cutaway.open on logs of PyTorch's writer and of ours."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped, unused-ignore]
import polars as pl
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # type: ignore[import-untyped, unused-ignore]
from torch.utils.tensorboard import SummaryWriter as TorchWriter

import cutaway
from cutaway.events.core import frame
from cutaway.events.messages import SESSION_START, session_log
from cutaway.events.wire import MalformedError

Write = Callable[..., Path]
Torch: Any = TorchWriter


def test_everything_that_torch_writes(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 255, (3, 4, 5), np.uint8)
    with Torch(str(tmp_path / "run")) as writer:
        for step in range(5):
            writer.add_scalar("loss", 1 / (step + 1), step)
            writer.add_histogram("weights", rng.normal(size=100), step)
        writer.add_image("picture", pixels, 3)
        writer.add_audio("sound", torch.tensor(rng.uniform(-1, 1, 50)), 3, sample_rate=8000)
        writer.add_text("note", "hello", 3)
        writer.add_tensor("matrix", torch.arange(6.0).reshape(2, 3), 3)
        writer.add_pr_curve("curve", np.array([0, 1, 1]), np.array([0.1, 0.8, 0.9]), 3, num_thresholds=5)
        writer.add_mesh("mesh", torch.rand(1, 4, 3), global_step=3)
        writer.add_custom_scalars_multilinechart(["loss"], title="all losses")
        writer.add_graph(torch.nn.Linear(2, 3), torch.zeros(1, 2))
        writer.add_embedding(torch.rand(4, 2), metadata=["a", "b", "c", "d"], tag="words")
        writer.add_hparams({"lr": 0.1, "name": "x"}, {"score": 1.0}, run_name="hparams")
    logs = cutaway.open(tmp_path)
    assert logs.runs == ["run", "run/hparams"]
    run = logs["run"]
    assert run.scalars("loss").value.tolist() == np.float32(1 / np.arange(1, 6)).tolist()
    assert run.histograms("weights").step.tolist() == [0, 1, 2, 3, 4]
    assert run.histograms("weights")[-1].count == 100
    np.testing.assert_array_equal(run.images("picture")[0].to_array(), pixels.transpose(1, 2, 0))
    assert run.audio("sound")[0].to_array().shape == (50, 1)
    assert run.texts("note/text_summary")[0] == "hello"
    assert run.tensors("matrix")[0].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert len(run.pr_curves("curve")[0].precision) == 5
    assert run.meshes("mesh_VERTEX")[0].data.shape == (1, 4, 3)
    layout = run.values("custom_scalars", "custom_scalars__config__")[0]
    assert layout.categories[0].charts[0].tags == ("loss",)
    assert any(node.op.startswith("aten") or "Linear" in node.name for node in run.graphs()[0].nodes)
    (embedding,) = run.embeddings()
    assert embedding.to_array().shape == (4, 2)
    assert embedding.labels() == [["a"], ["b"], ["c"], ["d"]]
    assert logs["run/hparams"].hparams() == {"lr": 0.1, "name": "x"}
    assert run.hparams() == {}
    assert {"scalars", "histograms", "images", "audio", "text", "tensor", "pr_curves", "mesh", "graph"} <= set(
        run.kinds
    )


def test_scalars_are_what_tensorboard_reads(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path / "a") as writer:
        for step in range(50):
            writer.log({"loss": step / 7, "acc": step}, step)
    theirs = EventAccumulator(str(tmp_path / "a"), size_guidance={"scalars": 0})
    theirs.Reload()
    run = cutaway.open(tmp_path)["a"]
    for tag in ("loss", "acc"):
        expected = theirs.Scalars(tag)
        ours = run.scalars(tag)
        assert ours.step.tolist() == [event.step for event in expected]
        assert ours.wall_time.tolist() == [event.wall_time for event in expected]
        np.testing.assert_array_equal(ours.value.astype(np.float32), [np.float32(event.value) for event in expected])
    assert run.scalars("loss").value.tolist() == [step / 7 for step in range(50)]


def test_refresh_reads_only_what_is_new(tmp_path: Path, write: Write) -> None:
    write("a", range(3))
    write("b", range(3))
    logs = cutaway.open(tmp_path / "log")
    before = logs["a"].scalars("loss")
    assert not logs.refresh()
    size = write("a", range(3, 5)).stat().st_size
    path = write("c", [0])
    shutil.rmtree(tmp_path / "log" / "b")
    found = logs.refresh()
    assert (found.new_runs, found.gone_runs, found.changed_runs) == (("c",), ("b",), ("a",))
    assert 0 < found.bytes < size + path.stat().st_size
    assert logs["a"].scalars("loss").step.tolist() == [0, 1, 2, 3, 4]
    assert before.step.tolist() == [0, 1, 2]
    shutil.rmtree(tmp_path / "log" / "a")
    write("a", [7])
    logs.refresh()
    assert logs["a"].scalars("loss").step.tolist() == [7]


def test_files_are_joined_and_restarts_superseded(tmp_path: Path, write: Write) -> None:
    write("a", range(6), start=1000.0)
    write("a", [], start=2000.0, raw=frame(session_log(2000.0, SESSION_START, 3)))
    write("a", range(3, 5), start=2000.0)
    run = cutaway.open(tmp_path / "log")["a"]
    assert run.scalars("loss").step.tolist() == [0, 1, 2, 3, 4]
    assert len(run.scalars("loss").segments) == 1
    every = run.scalars("loss", superseded=True)
    assert every.step.tolist() == [0, 1, 2, 3, 4, 5, 3, 4]
    assert len(every.segments) == 2


def test_tables(tmp_path: Path, write: Write) -> None:
    write("a", range(3))
    write("a", range(2), tag="acc", name="events.out.tfevents.5")
    write("b", range(4))
    logs = cutaway.open(tmp_path / "log")
    table = logs.to_dataframe("pandas")
    assert isinstance(table, pd.DataFrame)
    assert list(table.columns) == ["run", "tag", "step", "wall_time", "value"]
    assert table.groupby(["run", "tag"]).size().to_dict() == {("a", "acc"): 2, ("a", "loss"): 3, ("b", "loss"): 4}
    assert table["value"].dtype == np.float32
    assert [str(table[name].dtype) for name in ("run", "tag")] == ["category", "category"]
    columns = logs.columns()
    assert columns["run"].tolist() == table["run"].tolist() == ["a"] * 5 + ["b"] * 4
    assert columns["tag"].tolist() == table["tag"].tolist() == logs.to_arrow().to_pydict()["tag"]
    assert logs.to_dataframe("polars")["run"].to_list() == columns["run"].tolist()
    assert (logs["a"].to_dataframe("pandas")["tag"] == "acc").sum() == 2
    polars = logs["a"].to_dataframe("polars")
    assert isinstance(polars, pl.DataFrame)
    assert polars["tag"].to_list() == ["acc", "acc", "loss", "loss", "loss"]
    assert logs["a"].scalars("loss").to_arrow().to_pydict()["step"] == [0, 1, 2]
    assert logs["b"].scalars("loss").to_dataframe("pandas")["value"].tolist() == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="library must be one of pandas, polars, got 'excel'"):
        logs.to_dataframe("excel")


def test_what_is_not_there_is_said(tmp_path: Path, write: Write) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no directory .*nowhere"):
        cutaway.open(tmp_path / "nowhere")
    write("train", range(3))
    logs = cutaway.open(tmp_path / "log")
    with pytest.raises(KeyError, match=r"no run 'trian' in .*; there is 'train'"):
        logs["trian"]
    with pytest.raises(KeyError, match="no scalar tag 'los' in run 'train'; there is 'loss'"):
        logs["train"].scalars("los")
    with pytest.raises(KeyError, match="no tag of kind 'images' 'x' in run 'train'"):
        logs["train"].images("x")
    assert repr(logs).endswith("1 run, 1 scalar tag, 3 points>")
    assert repr(logs["train"]) == "<Run 'train': 1 scalars tag, 3 points>"
    assert repr(logs["train"].scalars("loss")) == "<Scalars 'loss' of 'train': 3 points, steps 0 to 2, last 2>"


def test_values_of_a_file_that_went_away(tmp_path: Path) -> None:
    with Torch(str(tmp_path / "a")) as writer:
        for step in range(3):
            writer.add_text("t", f"text {step}", step)
    texts = cutaway.open(tmp_path)["a"].texts("t/text_summary")
    assert texts[1:] == ["text 1", "text 2"]
    assert list(texts) == ["text 0", "text 1", "text 2"]
    with pytest.raises(IndexError, match="there are 3 values"):
        texts[3]
    (path,) = (tmp_path / "a").iterdir()
    os.truncate(path, 60)
    with pytest.raises(OSError, match=r"value 2 of tag 't/text_summary' in run 'a' cannot be read.*shorter"):
        texts[2]
    path.unlink()
    with pytest.raises(FileNotFoundError, match="is gone"):
        texts[0]
    os.mkfifo(path)
    with pytest.raises(OSError, match="no regular file but a pipe"):
        texts[0]


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        ('embeddings { tensor_path: "a\0b" }', PermissionError, "no file's name"),
        ("embeddings {" * 50_000, MalformedError, "many times its own size"),
        ("x" * (1 << 20) + "y", MalformedError, "more than 1,048,576 characters"),
    ],
)
def test_hostile_configurations_of_embeddings(
    tmp_path: Path, write: Write, text: str, error: type[Exception], reason: str
) -> None:
    (write("a", [0]).parent / "projector_config.pbtxt").write_text(text)
    with pytest.raises(error, match=reason):
        cutaway.open(tmp_path / "log")["a"].embeddings()


@pytest.mark.parametrize(
    "text", [" " * 500_000 + "@", f"embeddings {{ sprite {{ single_image_dim: {'9' * 5000} }} }}", "<" * 500_000]
)
def test_configurations_of_embeddings_are_read_once(tmp_path: Path, write: Write, text: str) -> None:
    (write("a", [0]).parent / "projector_config.pbtxt").write_text(text)
    assert all(not embedding.sprite_size for embedding in cutaway.open(tmp_path / "log")["a"].embeddings())


def test_an_embedding_is_read_from_within_the_log_directory_only(tmp_path: Path, write: Write) -> None:
    run = write("a", [0]).parent
    (tmp_path / "secret.tsv").write_text("1\t2\n")
    config = run / "projector_config.pbtxt"
    config.write_text('embeddings {\n  tensor_name: "e"\n  tensor_path: "../../secret.tsv"\n}\n')
    logs = cutaway.open(tmp_path / "log")
    with pytest.raises(PermissionError, match="outside the log directory"):
        logs["a"].embeddings()
    config.write_text(
        '# made by hand\nmodel_checkpoint_path: "x"\nembeddings { tensor_name: "e" tensor_path: \'t.tsv\'\n'
        'sprite { image_path: "s.png" single_image_dim: [28, 30] } }\nembeddings: <>\nembeddings { }}}{'
    )
    (run / "t.tsv").write_text("1\t2\n3\t4\n")
    embedding = logs["a"].embeddings()[0]
    assert (embedding.name, embedding.sprite_size, embedding.to_array().tolist()) == ("e", (28, 30), [[1, 2], [3, 4]])
    assert embedding.sprite_path == (run / "s.png").resolve()


def test_a_change_of_directory_changes_nothing(tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    run = write("a", [0]).parent
    (run / "projector_config.pbtxt").write_text('embeddings { tensor_name: "e" tensor_path: "t.tsv" }')
    (run / "t.tsv").write_text("1\t2\n")
    monkeypatch.chdir(tmp_path)
    logs = cutaway.open("log")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    write("a", [1])
    assert logs.refresh()
    assert logs.path == "log"
    assert logs["a"].scalars("loss").step.tolist() == [0, 1]
    assert logs["a"].embeddings()[0].to_array().tolist() == [[1, 2]]


@pytest.mark.parametrize("filler", [" ", '\\"', "'", "name", "\\", "{", "@"])
def test_a_hostile_configuration_of_embeddings_is_read_in_one_pass(tmp_path: Path, write: Write, filler: str) -> None:
    run = write("a", [0]).parent
    logs = cutaway.open(tmp_path / "log")
    for start in ("", '"'):
        text = 'embeddings { tensor_name: "e" } ' + start + filler * 200_000 + "@"
        (run / "projector_config.pbtxt").write_text(text)
        if filler in "{'" and not start:
            # Two hundred thousand small parts are more than any configuration has.
            with pytest.raises(MalformedError, match="many times its own size"):
                logs["a"].embeddings()
        else:
            assert [embedding.name for embedding in logs["a"].embeddings()] == ["e"]
