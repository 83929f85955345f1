"""One bad value keeps none of the others from being inspected or exported, and ends no command."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cutaway
from cutaway.cli import main
from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.schema import encode
from cutaway.store.values import RecordedValues

Capture = pytest.CaptureFixture[str]
NAN = float("nan")
MANY = 1 << 24


def tensor(dtype: int, *sizes: int, **elements: Any) -> dict[str, Any]:
    return {"dtype": dtype, "tensor_shape": {"dim": [{"size": size} for size in sizes]}, **elements}


#: By their tags: the plug-in, a value that is bad, and why.
BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "shape": ("tensor", tensor(1, 1 << 62, 1 << 62, 0), "is too large"),
    "rank": ("tensor", tensor(1, *[1] * 40, float_val=[1.0]), "40 dimensions"),
    "content": ("tensor", tensor(1, 3, tensor_content=bytes(8)), "8 bytes of tensor_content"),
    "picture": ("images", tensor(7, MANY, string_val=[b"x"]), "width or height is no number"),
    "histogram": ("histograms", tensor(2, 1, 3, tensor_content=np.array([0.0, 1.0, -5.0]).tobytes()), "negative"),
    "layout": ("custom_scalars", tensor(7, string_val=[b"\x12\x05a"]), "longer than its message"),
    "keras": ("graph_keras_model", tensor(7, string_val=[b"[" * 100_000]), "not JSON"),
    "model": ("cutaway_model", tensor(7, string_val=[b"CTRC\x02" + b"x" * 9]), "the model cannot be decoded"),
}


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """A bad value of each kind between two good tensors, and a scalar behind them all."""
    path = tmp_path / "log" / "events.out.tfevents.1700000000.h.1.0"
    path.parent.mkdir()
    records = []

    def record(tag: str, plugin: str, value: dict[str, Any], step: int) -> None:
        metadata = {"plugin_data": {"plugin_name": plugin}}
        summary = {"value": [{"tag": tag, "metadata": metadata, "tensor": value}]}
        records.append(frame(encode(messages.EVENT, {"wall_time": 1.7e9, "step": step, "summary": summary})))

    good = tensor(2, 2, double_val=[1.0, 2.0])
    for tag, (plugin, value, _) in BAD.items():
        record("fine", "tensor", good, 0)
        record(tag, plugin, value, 1)
    record("fine", "tensor", tensor(1, 2, float_val=[NAN, 0.5]), 2)
    record("loss", "scalars", tensor(1, float_val=[0.25]), 3)
    path.write_bytes(b"".join(records))
    return path.parent


def output(capsys: Capture, *words: str | Path) -> str:
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out


def test_inspect_says_what_is_wrong_with_each(logdir: Path, capsys: Capture) -> None:
    listed = json.loads(output(capsys, "inspect", logdir, "--json"))
    last = {item["tag"]: item["last"] for item in listed}
    assert set(last) == {*BAD, "fine", "loss"}
    assert (last["loss"], last["fine"]) == (0.25, "tensor float32[2] [nan, 0.5]")
    for tag, (_, _, reason) in BAD.items():
        # What a model holds is looked at when it is described.
        assert reason in last[tag], tag
    assert "scalars" in output(capsys, "inspect", logdir)
    assert all(tag in output(capsys, "inspect", logdir, "--tag", "*") for tag in last)


def test_export_writes_all_that_can_be_read(logdir: Path, capsys: Capture) -> None:
    series = {item["tag"]: item for item in json.loads(output(capsys, "export", logdir, "--format", "json"))}
    assert series["fine"]["value"] == [[1, 2]] * len(BAD) + [["NaN", 0.5]]
    assert series["loss"]["value"] == [0.25]
    for tag, (_, _, reason) in BAD.items():
        (value,) = series[tag]["value"]
        # A model is exported as so many bytes.
        if tag != "model":
            assert reason in value["malformed"]
        assert "left_out" not in series[tag]


def test_exported_event_files_have_every_record(logdir: Path, tmp_path: Path) -> None:
    assert main(["export", str(logdir), "--format", "tensorboard", "--output", str(tmp_path / "out")]) == 0
    (before,), (after,) = (list(path.iterdir()) for path in (logdir, tmp_path / "out"))
    assert after.read_bytes() == before.read_bytes()


def test_what_stands_for_many_is_counted_where_it_is_left_out(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cutaway.cli.export._AMPLE", 10_000)
    path = tmp_path / "tfevents"
    records = []
    for step, value in enumerate(
        (tensor(2, MANY, double_val=[1.5]), tensor(2, 3, double_val=[1.5]), tensor(7, MANY, string_val=[b"x" * 1000]))
    ):
        metadata = {"plugin_data": {"plugin_name": "tensor"}}
        summary = {"value": [{"tag": "t", "metadata": metadata, "tensor": value}]}
        records.append(frame(encode(messages.EVENT, {"wall_time": 1.7e9, "step": step, "summary": summary})))
    path.write_bytes(b"".join(records))
    text = output(capsys, "export", tmp_path, "--format", "json")
    assert len(text) < 400_000
    (series,) = json.loads(text)
    many, few, _ = series["value"]
    assert few == [1.5] * 3
    first, second = series["left_out"]
    assert (first["index"], second["index"], first["characters"]) == (0, 2, 0)
    assert len(many) + first["items"] == MANY
    assert 10_000 <= len(many) <= 11_000


def test_a_large_tensor_is_exported_whole(tmp_path: Path, capsys: Capture) -> None:
    numbers = np.random.default_rng(0).random(300_000).astype(np.float32).reshape(3, -1)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_tensor("t", numbers, 0)
    series = json.loads(output(capsys, "export", tmp_path, "--format", "json", "--tag", "t"))
    (value,) = series[0]["value"]
    np.testing.assert_array_equal(np.array(value, np.float32), numbers)
    assert "left_out" not in series[0]


def test_a_file_that_is_gone_keeps_no_other(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        with cutaway.SummaryWriter(tmp_path / name) as writer:
            writer.add_text("note", name)
    read = RecordedValues.raw

    def raw(values: Any, index: int) -> bytes:
        if values.run == "a":
            raise FileNotFoundError("it is gone")
        return read(values, index)

    monkeypatch.setattr("cutaway.store.values.RecordedValues.raw", raw)
    series = json.loads(output(capsys, "export", tmp_path, "--format", "json", "--tag", "note*"))
    assert [item["value"] for item in series] == [[{"unreadable": "it is gone"}], ["b"]]
