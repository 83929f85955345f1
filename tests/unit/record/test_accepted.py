"""What is accepted: each row of the table in docs/recording.md, and PyTorch's writer called in the same way."""

import io
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tensorboard.compat.proto.event_pb2 import Event  # type: ignore[import-untyped, unused-ignore]
from tensorboard.plugins.custom_scalar.layout_pb2 import Layout  # type: ignore[import-untyped, unused-ignore]
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData  # type: ignore[import-untyped, unused-ignore]
from tensorboard.util.tensor_util import make_ndarray  # type: ignore[import-untyped, unused-ignore]
from tests.unit.record.accepted_calls import OTHER, RAISES, ROWS, SAME, Call, Refused
from torch.utils.tensorboard import SummaryWriter as TorchWriter

import cutaway
from cutaway.compat import torch_tensorboard
from cutaway.events.records import payloads

DOCUMENT = Path(__file__).parents[3] / "docs" / "recording.md"

CALLS = [pytest.param(call, id=f"{row}-{i}") for row, calls in ROWS.items() for i, call in enumerate(calls)]
#: Methods whose first argument is no tag.
WITHOUT_TAG = ("add_hparams", "add_custom_scalars", "add_embedding")


def recorded(writer_class: Any, place: Path, call: Call) -> list[tuple[str, int, Any]]:
    """(tag, step, value) of what a call records. Raises what it raises."""
    arguments = call.arguments if call.method in WITHOUT_TAG else (call.tag, *call.arguments)
    writer = writer_class(place)
    try:
        getattr(writer, call.method)(*arguments, **call.options)
    finally:
        writer.close()
    found = []
    for path in sorted(place.rglob("*tfevents*")):
        for payload in payloads(path):
            event = Event.FromString(payload)
            found += [(value.tag, event.step, decoded(value)) for value in event.summary.value]
    if call.method == "add_embedding":
        embeddings = cutaway.open(place)["."].embeddings()
        found = [("", 0, {each.name: len(lines(each.tensor_path)) for each in embeddings})]
    if call.method == "add_hparams":
        found = [("", 0, value) for tag, _, value in found if tag == "_hparams_/session_start_info"]
    return found


def lines(path: Path | None) -> list[str]:
    return path.read_text().splitlines() if path is not None and path.exists() else []


def decoded(value: Any) -> Any:
    kind, plugin = value.WhichOneof("value"), value.metadata.plugin_data
    if plugin.plugin_name == "hparams":
        given = HParamsPluginData.FromString(plugin.content).session_start_info.hparams
        return {name: getattr(given[name], given[name].WhichOneof("kind")) for name in sorted(given)}
    if plugin.plugin_name == "custom_scalars":
        chart = Layout.FromString(value.tensor.string_val[0]).category[0].chart[0]
        if chart.WhichOneof("content") == "multiline":
            return {"Multiline": list(chart.multiline.tag)}
        return {"Margin": [getattr(chart.margin.series[0], name) for name in ("value", "lower", "upper")]}
    if kind == "simple_value":
        return value.simple_value
    if kind == "histo":
        histogram = value.histo
        head = [histogram.min, histogram.max, histogram.num, histogram.sum, histogram.sum_squares]
        return np.array([*head, *histogram.bucket_limit, *histogram.bucket])
    if kind == "image":
        return np.asarray(Image.open(io.BytesIO(value.image.encoded_image_string)).convert("RGBA"))
    if kind == "audio":
        return np.frombuffer(value.audio.encoded_audio_string[44:], "<i2")
    if value.tensor.half_val and not value.tensor.tensor_content:
        return list(value.tensor.half_val)
    try:
        array = make_ndarray(value.tensor)
    except ValueError as error:
        return f"malformed: {error}"
    return array.tolist() if array.dtype.kind in "OSU" else array


def equal(left: Any, right: Any) -> bool:
    if isinstance(left, np.ndarray | float | int) and isinstance(right, np.ndarray | float | int | list):
        one, other = np.asarray(left, np.float64), np.asarray(right, np.float64)
        return one.shape == other.shape and np.allclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True)
    return repr(left) == repr(right)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("writer_class", [cutaway.SummaryWriter, torch_tensorboard.SummaryWriter])
def test_what_is_recorded(tmp_path: Path, writer_class: Any, call: Call) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if isinstance(call.recorded, Refused):
            with pytest.raises((TypeError, ValueError, RuntimeError), match=call.recorded.message):
                recorded(writer_class, tmp_path, call)
            assert cutaway.open(tmp_path)["."].kinds.keys() <= {"session_log"}
            assert len(list(tmp_path.iterdir())) == 1
            return
        found = recorded(writer_class, tmp_path, call)
    assert len(found) == 1 or call.method == "add_mesh"
    assert [str(warning.message) for warning in caught if call.warns not in str(warning.message)] == []
    assert bool(caught) == bool(call.warns)
    assert call.step is None or found[0][1] == call.step
    if call.recorded is None:
        return
    if call.method == "add_mesh":
        assert len(found) == len(call.recorded)
        assert all(map(equal, [value for _, _, value in found], call.recorded))
        return
    value = found[0][2]
    if call.method.startswith("add_image"):
        value = value[:, :, 0]
    assert equal(value, call.recorded)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("call", CALLS)
def test_what_pytorch_does(tmp_path: Path, call: Call) -> None:
    """The table's last column."""
    try:
        theirs = recorded(TorchWriter, tmp_path / "torch", call)
    except Exception:  # Whatever it may be.
        assert call.torch == RAISES
        return
    if isinstance(call.recorded, Refused):
        assert call.torch == OTHER
        return
    ours = recorded(torch_tensorboard.SummaryWriter, tmp_path / "ours", call)
    is_same = len(ours) == len(theirs) and all(
        (tag, step) == (other_tag, other_step) and equal(value, other)
        for (tag, step, value), (other_tag, other_step, other) in zip(ours, theirs, strict=True)
    )
    assert is_same == (call.torch == SAME)


def test_the_table_has_these_rows() -> None:
    """In the order of the table; each key above is the beginning of its row."""
    section = DOCUMENT.read_text("utf-8").split("## What is accepted")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (?!given |---)(.+?) \| (.+?) \|", section, re.MULTILINE)
    assert len(rows) == len(ROWS)
    for (given, what), key in zip(rows, ROWS, strict=True):
        assert f"{given}: {what}".startswith(key), (given, what, key)


@pytest.mark.parametrize("writer_class", [cutaway.SummaryWriter, torch_tensorboard.SummaryWriter])
def test_the_layer_below_is_there_too(tmp_path: Path, writer_class: Any) -> None:
    """As libraries and much-copied snippets use it."""
    from torch.utils.tensorboard.summary import hparams

    with writer_class(tmp_path) as writer:
        for summary in hparams({"lr": 0.5}, {"score": 1.0}):  # type: ignore[no-untyped-call, unused-ignore]
            writer._get_file_writer().add_summary(summary)
        writer.file_writer.add_summary(Event.FromString(next(payloads(writer.file_writer.path))).summary, 3)
        event = Event(step=7)
        event.summary.value.add(tag="t", simple_value=2.0)
        writer.file_writer.add_event(event)
        writer.file_writer.add_event(event, step="8", walltime=5)
        assert writer.file_writer is writer._get_file_writer()
        assert writer.file_writer.get_logdir() == writer.get_logdir() == str(tmp_path)
        assert writer.all_writers == {str(tmp_path): writer.file_writer}
        assert writer.default_bins == TorchWriter(tmp_path / "torch").default_bins
        writer.default_bins = [0.0, 1.0, 2.0]
        writer.add_histogram("h", [0.5, 1.5, 1.6])
    run = cutaway.open(tmp_path)["."]
    assert run.hparams() == {"lr": 0.5}
    assert run.scalars("t").step.tolist() == [7, 8]
    assert run.scalars("t").wall_time[1] == 5
    assert run.histograms("h")[0].counts.tolist() == [1, 2]
