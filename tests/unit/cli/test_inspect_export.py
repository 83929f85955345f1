"""Looking at logs and taking them elsewhere."""

import csv
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped, unused-ignore]
import pytest
from tensorboard.backend.event_processing.event_accumulator import (  # type: ignore[import-untyped, unused-ignore]
    EventAccumulator,
)
from tests.object_server import ObjectServer
from torch.utils.tensorboard import SummaryWriter as TorchWriter

import cutaway
from cutaway.cli import main
from cutaway.events.core import encode, frame
from cutaway.events.messages import EVENT, file_version
from cutaway.events.schema import encode as encode_message

Capture = pytest.CaptureFixture[str]
Torch: Any = TorchWriter


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Two runs: all kinds of scalars in one, other kinds and a damaged record in the other."""
    path = tmp_path / "log"
    with cutaway.SummaryWriter(path / "ours") as writer:
        for step in range(4):
            writer.log({"loss": step / 3, "wide": 2**60 + step}, step)
        writer.add_scalar("odd", float("nan"), 4)
        writer.add_scalar("odd", float("inf"), 5)
        writer.add_scalar("odd", 2.0, 6)
    with Torch(str(path / "torch")) as writer:
        for step in range(3):
            writer.add_scalar("loss", 0.1 * step, step)
            writer.add_text("note", f"text {step}", step)
            writer.add_image("picture", np.zeros((3, 4, 5), np.uint8), step)
    (file,) = (path / "torch").iterdir()
    data = bytearray(file.read_bytes())
    data[data.index(b"text 1")] ^= 1
    file.write_bytes(data)
    return path


def output(capsys: Capture, *words: str | Path, status: int = 0) -> str:
    assert main([str(word) for word in words]) == status
    captured = capsys.readouterr()
    return captured.out if status == 0 else captured.err


def test_inspect_lists_runs_and_kinds(logdir: Path, capsys: Capture) -> None:
    lines = output(capsys, "inspect", logdir).splitlines()
    assert lines[0].endswith("2 runs, 3 scalar tags, 14 points")
    rows = [line.split() for line in lines[3:-1]]
    assert rows[0][:5] == ["ours", "scalars", "3", "11", "0–6"]
    assert rows[1][:5] == ["torch", "scalars", "1", "3", "0–2"]
    assert rows[2][:4] == ["images", "1", "3", "0–2"]
    assert rows[3][:4] == ["text", "1", "2", "0–2"]
    assert lines[-1].startswith("damaged: torch/events.out.tfevents.")


def test_inspect_lists_tags_and_statistics(logdir: Path, capsys: Capture) -> None:
    text = output(capsys, "inspect", logdir, "--run", "torch")
    assert "image 5x4 PNG" in text
    assert "text 2" in text
    row = output(capsys, "inspect", logdir, "--tag", "odd").splitlines()[1].split()
    assert row == ["odd", "scalars", "3", "4–6", "2", "2", "2", "1", "2"]
    facts = json.loads(output(capsys, "inspect", logdir, "--json", "--tag", "odd"))
    assert facts[0] | {"first_wall_time": 0, "last_wall_time": 0} == {
        "run": "ours", "kind": "scalars", "tag": "odd", "count": 3, "first_step": 4, "last_step": 6, "min_step": 4,
        "max_step": 6, "first_wall_time": 0, "last_wall_time": 0, "first": "NaN", "last": 2.0, "min": 2.0, "mean": 2.0,
        "max": 2.0, "nan": 1, "infinite": 1,
    }  # fmt: skip


def test_csv_brings_every_value_back(logdir: Path, capsys: Capture) -> None:
    text = output(capsys, "export", logdir, "--format", "csv", "--run", "ours")
    rows = list(csv.DictReader(io.StringIO(text)))
    run = cutaway.open(logdir)["ours"]
    for tag in run.tags():
        scalars = run.scalars(tag)
        of_tag = [row for row in rows if row["tag"] == tag]
        assert [int(row["step"]) for row in of_tag] == scalars.step.tolist()
        assert [float(row["wall_time"]) for row in of_tag] == scalars.wall_time.tolist()
        back = np.array([row["value"] for row in of_tag]).astype(scalars.value.dtype)
        np.testing.assert_array_equal(back, scalars.value)
    torch_rows = output(capsys, "export", logdir, "--format", "csv", "--run", "torch").splitlines()
    # float32 values as they were meant.
    assert torch_rows[2].endswith(",0.1")


def test_json_holds_every_kind(logdir: Path, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "out.json"
    output(capsys, "export", logdir, "--format", "json", "--output", target)
    series = {(item["run"], item["tag"]): item for item in json.loads(target.read_text())}
    assert series["torch", "note/text_summary"]["value"] == ["text 0", "text 2"]
    assert series["torch", "loss"]["value"] == [0.0, 0.1, 0.2]
    assert series["ours", "odd"]["value"] == ["NaN", "Infinity", 2.0]
    assert series["ours", "wide"]["value"] == [2**60 + step for step in range(4)]
    assert series["torch", "picture"]["value"][0]["width"] == 5


def test_parquet_is_read_by_pandas(logdir: Path, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "out.parquet"
    output(capsys, "export", logdir, "--format", "parquet", "--output", target, "--tag", "loss")
    table = pd.read_parquet(target)
    assert table.groupby("run").size().to_dict() == {"ours": 4, "torch": 3}
    assert table["value"].tolist()[:4] == [0, 1 / 3, 2 / 3, 1]


def test_event_files_are_clean(logdir: Path, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "clean"
    assert main(["export", str(logdir), "--format", "tensorboard", "--output", str(target)]) == 0
    assert re.fullmatch(
        r"cutaway: left out: damaged: torch/\S+: 78 bytes at \d+ are no records\n", capsys.readouterr().err
    )
    before, after = cutaway.open(logdir), cutaway.open(target)
    assert after.runs == before.runs
    assert after.damage == []
    for name in before:
        assert after[name].kinds == before[name].kinds
        for tag in before[name].tags():
            for column in ("step", "wall_time", "value"):
                expected = getattr(before[name].scalars(tag), column)
                np.testing.assert_array_equal(getattr(after[name].scalars(tag), column), expected)
    theirs = EventAccumulator(str(target / "torch"))
    theirs.Reload()
    assert [event.step for event in theirs.Scalars("loss")] == [0, 1, 2]
    assert [event.step for event in theirs.Tensors("note/text_summary")] == [0, 2]


def test_event_files_of_one_tag(logdir: Path, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "clean"
    output(capsys, "export", logdir, "--format", "tensorboard", "--output", target, "--tag", "loss")
    logs = cutaway.open(target)
    assert {name: logs[name].tags() for name in logs} == {"ours": ["loss"], "torch": ["loss"]}
    assert logs["ours"].scalars("loss").value.tolist() == [step / 3 for step in range(4)]
    assert logs["torch"].tags("text") == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["inspect", "nowhere"], "there is no directory 'nowhere'"),
        (["inspect", "{logdir}", "--run", "x*"], "no run of .* matches 'x\\*'; there are 'ours', 'torch'"),
        (["inspect", "{logdir}", "--tag", "los"], "no tag matches 'los'; there are 'loss', 'note/text_summary', 'odd'"),
        (["export", "{logdir}"], "--format"),
        (["export", "{logdir}", "--format", "parquet"], "--format parquet needs --output PATH"),
        (["export", "{logdir}", "--format", "csv", "--output", "/nowhere/x"], "cannot write '/nowhere/x': No such"),
        (["export", "{logdir}", "--format", "tensorboard", "--output", "{logdir}/x"], "must be outside"),
    ],
)
def test_bad_input_is_one_line(logdir: Path, capsys: Capture, words: list[str], message: str) -> None:
    text = output(capsys, *[word.format(logdir=logdir) for word in words], status=2)
    assert text.count("\n") == 1
    assert re.search(message, text)


def test_nothing_to_inspect(tmp_path: Path, capsys: Capture) -> None:
    assert "there are no event files below" in output(capsys, "inspect", tmp_path, status=2)


def test_inspect_says_what_is_missing(tmp_path: Path, capsys: Capture) -> None:
    with cutaway.SummaryWriter(tmp_path / "a") as writer:
        writer.add_scalar("loss", 1.0, 0)
    (path,) = (tmp_path / "a").iterdir()
    whole = path.stat().st_size
    with path.open("ab") as file:
        file.write(frame(bytes(100))[:50])
    assert f"50 bytes at its end, at {whole}, are no complete record yet\n" in output(capsys, "inspect", tmp_path)
    os.utime(path, (1_600_000_000, 1_600_000_000))
    (tmp_path / "a" / "b.tfevents").write_text("<!doctype html>\n<title>Sign in</title>")
    lines = output(capsys, "inspect", tmp_path).splitlines()
    assert lines[-2] == "cannot be read: a/b.tfevents: not an event file but an HTML page"
    ending = f"50 bytes at its end, at {whole}, are no complete record; the file was last written to at 2020-09-1"
    assert lines[-1].startswith(f"unfinished: a/{path.name}: {ending}")
    # Of a run that was not asked for nothing is said.
    with cutaway.SummaryWriter(tmp_path / "c") as writer:
        writer.add_scalar("loss", 1.0, 0)
    assert "b.tfevents" not in output(capsys, "inspect", tmp_path, "--run", "c")
    assert main(["export", str(tmp_path), "--format", "csv"]) == 0
    assert [line[:29] for line in capsys.readouterr().err.splitlines()] == [
        "cutaway: left out: cannot be ", "cutaway: left out: unfinished"
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_keeps_none_from_being_exported(
    logdir: Path, tmp_path: Path, capsys: Capture
) -> None:
    os.mkfifo(logdir / "torch" / "a.tfevents")
    for form in ("csv", "json", "tensorboard"):
        target = tmp_path / f"target-{form}"
        assert main(["export", str(logdir), "--format", form, "--output", str(target)]) == 0
        error = capsys.readouterr().err
        assert "left out: cannot be read: torch/a.tfevents: no regular file but a pipe" in error
    assert cutaway.open(target)["torch"].points == 3


def test_commands_take_one_file(logdir: Path, tmp_path: Path, capsys: Capture) -> None:
    (path,) = (logdir / "torch").iterdir()
    assert output(capsys, "inspect", path).splitlines()[0].endswith("1 run, 1 scalar tag, 3 points")
    rows = list(csv.reader(io.StringIO(output(capsys, "export", path, "--format", "csv"))))
    assert [row[:3] for row in rows[1:]] == [[".", "loss", "0"], [".", "loss", "1"], [".", "loss", "2"]]
    output(capsys, "export", path, "--format", "tensorboard", "--output", tmp_path / "clean")
    assert cutaway.open(tmp_path / "clean" / path.name)["."].points == 3
    text = tmp_path / "train.py"
    text.write_text("import torch\n")
    for command, *words in (["inspect"], ["export", "--format", "csv"]):
        assert output(capsys, command, text, *words, status=2).endswith("cannot be read: not an event file but text\n")
    (tmp_path / "p" / "plugins" / "profile" / "x").mkdir(parents=True)
    assert "1 capture of a profiler" in output(capsys, "inspect", tmp_path / "p", status=2)


def test_names_do_nothing_to_the_terminal(tmp_path: Path, capsys: Capture) -> None:
    hostile = "\x1b]0;owned\x07\x9b2J\u202eevil"
    shown = "\\x1b]0;owned\\x07\\x9b2J\\u202eevil"
    folder = tmp_path / f"run{hostile}"
    metadata = {"plugin_data": {"plugin_name": f"kind{hostile}"}}
    values = [
        {"tag": "nothing at all"},
        {"tag": f"=cmd{hostile}", "simple_value": 1.0},
        {"tag": f"tag{hostile}", "metadata": metadata},
        {"tag": "note", "metadata": {"plugin_data": {"plugin_name": "text"}},
         "tensor": {"dtype": 7, "string_val": [hostile.encode()]}},
    ]  # fmt: skip
    folder.mkdir()
    data = frame(file_version(1000.0)) + frame(encode_message(EVENT, {"step": 1, "summary": {"value": values}}))
    (folder / "events.out.tfevents.1").write_bytes(data + b"x" * 20 + data)
    (folder / f"tfevents{hostile}").write_text("no event file")
    for words in (["inspect"], ["inspect", "--tag", "*"], ["export", "--format", "csv"]):
        assert main([words[0], str(tmp_path), *words[1:]]) == 0
        captured = capsys.readouterr()
        for text in (captured.out, captured.err):
            assert not any(character in text for character in "\x1b\x07\x9b\u202e")
        assert shown in captured.out
    row = output(capsys, "inspect", tmp_path, "--tag", "nothing*").splitlines()[1].split()
    assert row == ["nothing", "at", "all", "empty", "2", "1–1", "nothing"]
    assert f"run{shown},'=cmd{shown},1," in captured.out
    with pytest.warns(UserWarning, match="not an event file but text") as warned:
        assert repr(cutaway.open(tmp_path)[f"run{hostile}"]).isprintable()
    assert str(warned[0].message).isprintable()
    # Data formats have the names as they are.
    assert hostile in json.loads(output(capsys, "inspect", tmp_path, "--json"))[0]["run"]
    assert hostile in json.loads(output(capsys, "export", tmp_path, "--format", "json"))[0]["tag"]
    assert main(["inspect", str(tmp_path / hostile)]) == 2
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize("tags", [[], ["--tag", "*"]])
def test_records_that_are_no_events_are_told_and_left_out(tmp_path: Path, capsys: Capture, tags: list[str]) -> None:
    path = tmp_path / "log" / "a" / "events.out.tfevents.1"
    path.parent.mkdir(parents=True)
    events = [frame(file_version(1000.0)), encode(1000.0, 0, ["loss"], [1.0]), encode(1001.0, 1, ["loss"], [2.0])]
    path.write_bytes(b"".join(events[:2]) + frame(b"\xff\xff\xff\xff") * 2 + events[2])
    line = f"malformed: a/{path.name}: 2 records with the right checksum, but no event"
    assert output(capsys, "inspect", tmp_path / "log").splitlines()[-1] == line
    assert [(item.file, item.records) for item in cutaway.open(tmp_path / "log").malformed] == [(path.name, 2)]
    clean = tmp_path / "clean"
    assert main(["export", str(tmp_path / "log"), "--format", "tensorboard", "--output", str(clean), *tags]) == 0
    assert capsys.readouterr().err == f"cutaway: left out: {line}\n"
    assert (clean / "a" / path.name).read_bytes() == b"".join(events)


def test_a_bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("obstore", reason="obstore is not installed: pip install 'cutaway[cloud]'")
    with cutaway.SummaryWriter(tmp_path / "log" / "a") as writer:
        for step in range(5):
            writer.add_scalar("loss", step / 7, step)
    (path,) = (tmp_path / "log" / "a").iterdir()
    with ObjectServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        server.put(f"log/a/{path.name}", path.read_bytes())

        def output(*words: str) -> str:
            assert main(list(words)) == 0
            return capsys.readouterr().out

        bucket, folder = "s3://logs/log", str(tmp_path / "log")
        assert output("inspect", bucket, "--json") == output("inspect", folder, "--json")
        assert output("export", bucket, "--format=csv") == output("export", folder, "--format=csv")
        output("export", bucket, "--format=tensorboard", "--output", str(tmp_path / "out"))
        assert (tmp_path / "out" / "a" / path.name).read_bytes() == path.read_bytes()
        assert main(["inspect", "s3://elsewhere/log"]) == 2
        assert "there is no bucket elsewhere" in capsys.readouterr().err
        assert main(["inspect", "s3://logs/elsewhere"]) == 2
        assert capsys.readouterr().err == "cutaway: there are no objects below 's3://logs/elsewhere'\n"
