"""Where files go: a directory is what it was when the writer was made, and it is on this machine."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore[import-untyped, unused-ignore]

import cutaway
from cutaway.compat import torch_tensorboard
from cutaway.compat import v1 as tf
from cutaway.events.records import payloads
from cutaway.record.file_writer import FileWriter

SUMMARY = Summary(value=[Summary.Value(tag="t", simple_value=1.0)]).SerializeToString()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The working directory is ``there`` until this is called, and then another one."""
    for name in ("there", "elsewhere"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "there")
    return lambda: os.chdir(tmp_path / "elsewhere")


def files(tmp_path: Path) -> set[str]:
    """The directories below ``there`` that have files."""
    assert list((tmp_path / "elsewhere").rglob("*")) == []
    return {str(path.parent.relative_to(tmp_path / "there")) for path in (tmp_path / "there").rglob("*.*")}


WRITERS = [cutaway.SummaryWriter, torch_tensorboard.SummaryWriter]


@pytest.mark.parametrize("writer_class", WRITERS)
def test_whatever_is_opened_later_lies_beside_the_first_file(
    tmp_path: Path, elsewhere: Callable[[], None], writer_class: Any
) -> None:
    writer = writer_class("run")
    writer.add_scalar("t", 1.0, 0)
    writer.close()
    elsewhere()
    writer.add_scalar("t", 1.0, 1)
    writer.add_scalars("m", {"a": 1.0}, 0)
    writer.add_hparams({"lr": 0.1}, {"score": 1.0}, run_name="trial")
    writer.add_embedding(np.eye(3), ["a", "b", "c"], np.zeros((3, 3, 4, 4)))
    copy = pickle.loads(pickle.dumps(writer))
    copy.add_scalar("t", 1.0, 2)
    copy.add_scalars("m", {"a": 2.0}, 0)
    copy.add_hparams({"lr": 0.1}, {}, run_name="copied")
    copy.add_embedding(np.eye(3), tag="copied")
    assert writer.log_dir == writer.get_logdir() == copy.log_dir == "run"
    writer.export_scalars_to_json(tmp_path / "there" / "out.json")
    for each in (writer, copy):
        each.flush(sync=True)
        each.close()
    runs = {"run", "run/trial", "run/copied", "run/00000/default", "run/00000/copied", "."}
    assert files(tmp_path) == runs | ({"run/m_a"} if writer_class is not cutaway.SummaryWriter else set())
    logs = cutaway.open(tmp_path / "there")
    assert sorted(logs["run"].scalars("t").step.tolist()) == [0, 1, 2]
    assert [embedding.name for embedding in logs["run"].embeddings()] == ["default:00000", "copied:00000"]
    if writer_class is not cutaway.SummaryWriter:
        assert sorted(logs["run/m_a"].scalars("m").value.tolist()) == [1, 2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.parametrize("writer_class", WRITERS)
def test_a_forked_child_that_moves(tmp_path: Path, elsewhere: Callable[[], None], writer_class: Any) -> None:
    writer = writer_class("run")
    writer.add_scalars("m", {"a": 1.0}, 0)
    child = os.fork()
    if not child:
        elsewhere()
        writer.add_scalar("t", 1.0, 1)
        writer.add_scalars("m", {"a": 1.0}, 1)
        writer.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    writer.close()
    is_own = writer_class is cutaway.SummaryWriter
    assert files(tmp_path) == ({"run"} if is_own else {"run", "run/m_a"})
    logs = cutaway.open(tmp_path / "there")
    scalars = logs["run"].scalars("m/a") if is_own else logs["run/m_a"].scalars("m")
    assert sorted(scalars.step.tolist()) == [0, 1]


def test_the_writers_below(tmp_path: Path, elsewhere: Callable[[], None]) -> None:
    old, below = tf.summary.FileWriter("old"), FileWriter("below")
    cached = tf.summary.FileWriterCache.get("cached")
    old.close()
    below.close()
    elsewhere()
    old.reopen()
    for writer in (old, below):
        writer.add_summary(SUMMARY, 1)
        writer.close()
    assert (old.get_logdir(), below.get_logdir()) == ("old", "below")
    other = tf.summary.FileWriterCache.get("../there/cached/../cached")
    assert tf.summary.FileWriterCache.get(tmp_path / "there" / "cached") is cached
    other.close()
    tf.summary.FileWriterCache.clear()
    assert files(tmp_path) == {"old", "below", "cached"}
    assert len(list(payloads(old.event_writer.path))) == 3


def test_a_cached_writer_of_another_directory_is_another_one(elsewhere: Callable[[], None]) -> None:
    first = tf.summary.FileWriterCache.get("run")
    elsewhere()
    assert tf.summary.FileWriterCache.get("run") is not first
    tf.summary.FileWriterCache.clear()


URLS = ["s3://bucket/run", "gs://bucket/run", "hdfs://host/run", "abfs://c@a/run", "file:///tmp/run"]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize(
    "make",
    [
        cutaway.SummaryWriter,
        lambda url: cutaway.SummaryWriter(logdir=url),
        lambda url: cutaway.SummaryWriter(url, write_to_disk=False),
        torch_tensorboard.SummaryWriter,
        torch_tensorboard.FileWriter,
        tf.summary.FileWriter,
        tf.summary.FileWriterCache.get,
        lambda url: cutaway.SummaryWriter("ours", write_to_disk=False).export_scalars_to_json(url),
    ],
)
def test_a_url_is_refused_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[str], Any], url: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=rf"(log_?dir|path) must be a local path, got '{url}'; "):
        make(url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("make", [cutaway.open, cutaway.launch])
@pytest.mark.parametrize("url", ["hdfs://host/run", "file:///tmp/run"])
def test_a_url_of_no_object_store_is_refused(make: Callable[[str], Any], url: str) -> None:
    with pytest.raises(ValueError, match=rf"logdir must be a local path, got '{url}'; "):
        make(url)


@pytest.mark.parametrize(
    "make",
    [
        cutaway.SummaryWriter,
        torch_tensorboard.SummaryWriter,
        torch_tensorboard.FileWriter,
        tf.summary.FileWriter,
        tf.summary.FileWriterCache.get,
    ],
)
def test_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[str], Any]) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    writer = make("~/run")
    assert writer.get_logdir() == "~/run"
    writer.close()
    tf.summary.FileWriterCache.clear()
    assert cutaway.open("~/run").runs == cutaway.open(tmp_path / "home/run").runs
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert len(list((tmp_path / "home" / "run").iterdir())) == 1
