"""``cutaway compact``."""

import sys
from pathlib import Path

import pytest
from tests.patience import until

import cutaway
from cutaway.cli import main
from cutaway.server.viewer import Viewer

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    path = tmp_path / "log"
    with cutaway.SummaryWriter(path / "run") as writer:
        for step in range(500):
            writer.log({"loss": step / 7}, step)
    return path


def test_it_says_what_is_there_and_what_it_did(logdir: Path, tmp_path: Path, capsys: Capture) -> None:
    assert main(["compact", str(logdir), "--to", str(tmp_path / "to")]) == 0
    said = capsys.readouterr().out
    assert "500 points of 1 runs in 1 shard," in said
    assert f"open it with: cutaway {tmp_path / 'to'}" in said
    assert main(["compact", str(logdir), "--to", str(tmp_path / "to")]) == 0
    assert "nothing was new" in capsys.readouterr().out


@pytest.mark.parametrize("target", ["log", "log/to", "."])
def test_the_target_is_outside_the_log_directory(logdir: Path, tmp_path: Path, capsys: Capture, target: str) -> None:
    assert main(["compact", str(logdir), "--to", str(tmp_path / target)]) == 2
    assert "must be outside the log directory" in capsys.readouterr().err
    assert not (logdir / "to").exists()


def test_bad_input_is_one_line(logdir: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "empty").mkdir()
    for words, message in (
        ([str(tmp_path / "nothing"), "--to", str(tmp_path / "to")], "there is no directory"),
        ([str(tmp_path / "empty"), "--to", str(tmp_path / "to")], "there are no scalars"),
        ([str(logdir), "--to", "https://host/x"], "--to must be a local path"),
        ([str(logdir), "--to", "s3://key:secret@bucket/x"], "without credentials"),
        ([str(logdir)], "--to"),
        ([str(logdir), "--to", str(tmp_path / "to"), "--workers", "0"], "a number from 1 on"),
    ):
        assert main(["compact", *words]) == 2
        said = capsys.readouterr().err
        assert message in said
        assert said.count("\n") == 1


def test_without_pyarrow_it_says_what_to_install(
    logdir: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert main(["compact", str(logdir), "--to", str(tmp_path / "to")]) == 2
    assert 'pip install "cutaway[parquet]"' in capsys.readouterr().err


def test_workers_are_processes(logdir: Path, tmp_path: Path, capsys: Capture) -> None:
    assert main(["compact", str(logdir), "--to", str(tmp_path / "to"), "--workers", "2"]) == 0
    assert "500 points" in capsys.readouterr().out


def test_without_ray_it_says_what_to_install(
    logdir: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["compact", str(logdir), "--to", str(tmp_path / "to"), "--ray", "auto"]) == 2
    assert 'pip install "cutaway[ray]"' in capsys.readouterr().err


def test_the_viewer_and_other_commands_take_the_compacted_directory(
    logdir: Path, tmp_path: Path, capsys: Capture
) -> None:
    target = str(tmp_path / "to")
    assert main(["compact", str(logdir), "--to", target]) == 0
    with Viewer(target, cache=False) as viewer:
        assert viewer.log.path == str(logdir)
        until("the points are there", lambda: viewer.log.catalogue().loading.points, lambda points: points == 500)
    capsys.readouterr()
    assert main(["inspect", target, "--tag", "loss"]) == 0
    assert "500" in capsys.readouterr().out


def test_a_manifest_that_is_not_one_is_said(logdir: Path, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "to"
    assert main(["compact", str(logdir), "--to", str(target)]) == 0
    (target / "manifests" / "00000002.json").write_text("[]")
    capsys.readouterr()
    for words in (["inspect", str(target)], ["compact", str(logdir), "--to", str(target)], [str(target)]):
        assert main(words) == 2
        said = capsys.readouterr().err
        assert "00000002.json" in said
        assert said.count("\n") == 1
