"""The behaviours that tensorboardX's own tests have: each holds here too, or is a row of docs/compat.md.

Those that need moviepy, soundfile, boto3 or onnx files are not run with tensorboardX, which lacks them here.
"""

import importlib
import json
import logging
import multiprocessing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New
from tests.conformance.behaviours import (
    COLORS,
    CURVE,
    FACES,
    LAYOUT,
    VERTICES,
    Behaviours,
    content,
    counted,
    record_everything,
)

import cutaway


def package(name: str) -> Any:
    parts = ("summary", "utils", "x2num", "record_writer", "event_file_writer", "crc32c")
    modules = {part: importlib.import_module(f"{name}.{part}") for part in parts}
    top = importlib.import_module(name)
    proto = importlib.import_module(f"{name}.proto.event_pb2")
    messages = importlib.import_module(f"{name}.proto.summary_pb2")
    return SimpleNamespace(
        SummaryWriter=top.SummaryWriter,
        GlobalSummaryWriter=top.GlobalSummaryWriter,
        Event=proto.Event,
        Summary=messages.Summary,
        **modules,
    )


THEIRS, OURS = package("tensorboardX"), package("cutaway.compat.tensorboardx")
behaviours = Behaviours()


def records(path: Path | str) -> list[bytes]:
    reader = PyRecordReader_New(str(path))
    found: list[bytes] = []
    while True:
        try:
            reader.GetNext()
        except Exception:  # The stub's own kinds of error, at the end.
            return found
        found.append(reader.record())


def same(package: Any, function: str, *arguments: Any, **named: Any) -> None:
    found, expected = (getattr(each.summary, function)(*arguments, **named) for each in (package, THEIRS))
    assert content(found) == content(expected)


@behaviours.add()
def pictures_of_bytes(package: Any, place: Path) -> None:
    same(package, "image", "dummy", counted(3, 32, 32, dtype=np.int64).astype(np.uint8))
    same(package, "image", "dummy", counted(4, 8, 8) / 256)
    same(package, "image", "dummy", counted(2, 3, 8, 8) / 384, dataformats="NCHW")
    green, one = np.array([[[0, 255, 0]]], "uint8"), np.array([[[0, 1, 0]]], "float32")
    first, second = (package.summary.image(tensor=each, tag="") for each in (green, one))
    assert first == second


@behaviours.add("floats beyond 1 in tensorboardX's pictures")
def pictures_of_floats_beyond_one(package: Any, place: Path) -> None:
    same(package, "image", "dummy", counted(3, 32, 32))


@behaviours.add("a grey picture")
def a_picture_of_one_channel(package: Any, place: Path) -> None:
    same(package, "image", "dummy", counted(1, 8, 8) / 64, dataformats="CHW")


@behaviours.add("boxes in pictures")
def a_picture_with_boxes(package: Any, place: Path) -> None:
    same(package, "image_boxes", "dummy", counted(3, 32, 32) / 4000, np.array([[10, 10, 40, 40]]))


@behaviours.add()
def scalars_of_one_element(package: Any, place: Path) -> None:
    same(package, "scalar", "0d", torch.tensor(0.25))
    same(package, "scalar", "1d", torch.tensor([0.25]))


@behaviours.add("a list of numbers, or no number, as a histogram")
def nothing_is_not_a_histogram(package: Any, place: Path) -> None:
    with pytest.raises(Exception):  # noqa: B017
        package.summary.histogram("dummy", np.ndarray(0), "tensorflow")


@behaviours.add()
def texts_layouts_histograms_and_curves(package: Any, place: Path) -> None:
    same(package, "text", "dummy", "text 123")
    same(package, "custom_scalars", LAYOUT)
    for bins in ("auto", "fd", "doane"):
        same(package, "histogram", "dummy", counted(1024), bins=bins)
    labels, scores = np.arange(100) % 3 % 2, (np.arange(100) * 37 % 100) / 100
    for thresholds in (1, 127):
        same(package, "pr_curve", "tag", labels, scores, thresholds)
    same(package, "pr_curve_raw", "tag", *CURVE.values(), 5)
    np.testing.assert_allclose(
        package.summary.compute_curve(labels, scores, 10), THEIRS.summary.compute_curve(labels, scores, 10), rtol=1e-6
    )


@behaviours.add("`max_bins` of histograms")
def histograms_of_few_bins(package: Any, place: Path) -> None:
    same(package, "histogram", "dummy", counted(1024), bins="auto", max_bins=5)


@behaviours.add("meshes in tensorboardX")
def a_mesh(package: Any, place: Path) -> None:
    same(package, "mesh", "my_mesh", vertices=VERTICES, colors=COLORS, faces=FACES)


@behaviours.add()
def hyper_parameters(package: Any, place: Path) -> None:
    for values in (
        {"lr": 0.1},
        {"bool_var": True},
        {"string_var": "hi"},
        {"lr": 0.1, "bsize": 4},
        {"a": "1b", "b": True},
    ):
        found, expected = (each.summary.hparams(values, {"accuracy": 0.1}) for each in (package, THEIRS))
        assert [content(message) for message in found] == [content(message) for message in expected]


@behaviours.add()
def hyper_parameters_of_trials(package: Any, place: Path) -> None:
    with package.SummaryWriter(str(place)) as writer:
        for number, lr in enumerate([0.1, 0.01]):
            writer.add_hparams({"lr": lr, "bn": True}, {"accuracy": lr, "loss": 5}, name=f"trial{number}")
            writer.add_hparams({"lr": lr}, {"accuracy": lr}, f"other{number}", number)
    logs = cutaway.open(place)
    assert logs["trial1"].hparams() == {"lr": 0.01, "bn": True}
    assert logs["other1"].scalars("accuracy").step.tolist() == [1]


@behaviours.add()
def writers_are_closed_and_used_again(package: Any, place: Path) -> None:
    with package.SummaryWriter(str(place / "a"), filename_suffix=".test") as writer:
        writer.add_scalar("test", 1)
    assert writer.file_writer is None
    with package.SummaryWriter(log_dir=str(place / "b")) as writer:
        writer.add_scalar("test", 1)
        assert writer.logdir == str(place / "b")
    with package.SummaryWriter(place / "c") as writer:
        writer.add_scalar("test", 1)
    writer = package.SummaryWriter(str(place / "d"))
    writer.close()
    writer.add_text("again", "a new file", 0)
    writer.close()
    assert cutaway.open(place)["d"].texts("again/text_summary")[0] == "a new file"


@behaviours.add()
def nothing_is_written_where_it_must_not(package: Any, place: Path) -> None:
    with package.SummaryWriter(str(place / "none"), write_to_disk=False) as writer:
        writer.add_scalar("data/scalar", 0.1, 0)
        writer.add_scalars("data/scalars", {"a": 0.1, "b": 0.2}, 0)
    with package.SummaryWriter("/", write_to_disk=False) as writer:
        writer.add_scalar("test", 1)
        writer.flush()
    assert not (place / "none").exists()


@behaviours.add()
def every_method_of_the_writer(package: Any, place: Path) -> None:
    with package.SummaryWriter(str(place)) as writer:
        record_everything(writer)
        writer.add_images("list", [np.ones((3, 100, 110))] * 5, dataformats="CHW")
        writer.export_scalars_to_json(place / "scalars.json")
    assert json.loads((place / "scalars.json").read_text())
    logs = cutaway.open(place)
    assert set(logs.runs) == {".", "data/group/arctanx", "data/group/xsinx"}
    assert logs["data/group/arctanx"].tags() == ["data/group"]


@behaviours.add("`export_scalars_to_json`")
def exported_scalars_are_those_of_add_scalars(package: Any, place: Path) -> None:
    with package.SummaryWriter(str(place)) as writer:
        writer.add_scalars("group", {"a": 1.0}, 0)
        writer.export_scalars_to_json(place / "scalars.json")
    assert list(json.loads((place / "scalars.json").read_text())) == [str(place / "group" / "a")]


@behaviours.add()
def steps_and_times_of_a_block(package: Any, place: Path) -> None:
    with package.SummaryWriter(str(place)) as writer:
        with writer.use_metadata(global_step=17, walltime=13.0):
            writer.add_scalar("a", 0.1)
            writer.add_scalar("a", 0.2, global_step=18)
            writer.add_scalar("a", 0.3, global_step=19, walltime=18.0)
        writer.add_scalar("b", 0.4)
    run = cutaway.open(place)["."]
    assert run.scalars("a").step.tolist() == [17, 18, 19]
    assert run.scalars("a").wall_time.tolist() == [13, 13, 18]
    assert run.scalars("b").step.tolist() == [0]
    assert run.scalars("b").wall_time[0] > 1e9


@behaviours.add("the file behind a writer")
def the_file_is_known_by_private_names(package: Any, place: Path) -> None:
    with package.SummaryWriter(str(place)) as writer:
        assert writer.file_writer.event_writer._ev_writer._file_name


@behaviours.add("a record that is not flushed")
def records_wait_until_they_are_flushed(package: Any, place: Path) -> None:
    with package.SummaryWriter(str(place), flush_secs=20) as writer:
        for number in range(5):
            writer.add_scalar("a", number)
        (path,) = place.iterdir()
        assert len(records(path)) < 6


@behaviours.add("characters of tags")
def tags_are_cleaned(package: Any, place: Path) -> None:
    with package.SummaryWriter(str(place)) as writer:
        writer.add_scalar("my loss", 1, 0)
    assert cutaway.open(place)["."].tags() == ["my_loss"]


@behaviours.add()
def events_as_they_are(package: Any, place: Path) -> None:
    event = package.Event(summary=package.Summary(value=[package.Summary.Value(tag="dummy", simple_value=42)]))
    writer = package.event_file_writer.EventFileWriter(str(place), filename_suffix=".horizon")
    writer.add_event(event)
    writer.close()
    (path,) = place.iterdir()
    assert path.suffix == ".horizon"
    first, second = records(path)[:2]
    assert package.Event.FromString(first).file_version == "brain.Event:2"
    assert second == event.SerializeToString()


@behaviours.add()
def records_of_bytes(package: Any, place: Path) -> None:
    path = place / "records"
    writer = package.record_writer.RecordWriter(str(path))
    for data in (b"x" * 64, b"", b"hello world"):
        writer.write(data)
    writer.flush()
    writer.close()
    assert path.stat().st_size == 3 * 16 + 64 + 11
    assert records(path) == [b"x" * 64, b"", b"hello world"]
    assert package.record_writer.make_valid_tf_name("$ave/&sound") == "._ave/_sound"


@behaviours.add("object stores")
def writers_of_object_stores(package: Any, place: Path) -> None:
    assert package.record_writer.S3RecordWriter


@behaviours.add()
def checksums(package: Any, place: Path) -> None:
    assert package.crc32c.crc32c(b"abcd") == 0x92C80A31


@behaviours.add("private functions")
def checksums_in_python(package: Any, place: Path) -> None:
    assert package.crc32c._crc32c(b"abcd") == 0x92C80A31


@behaviours.add()
def values_become_arrays(package: Any, place: Path) -> None:
    make_np = package.x2num.make_np
    for number in (1.1, 1 << 63, np.float16(1.5), np.longdouble(10.5), np.int64(100000000000), 0, 0.1):
        assert make_np(number).shape == ()
    for tensor in (torch.rand(3, 10, 10), torch.rand(1)):
        assert make_np(tensor).shape == tensor.shape
    assert make_np([1, 2, 3]).tolist() == [1, 2, 3]
    mxnet = type("mxnet_array", (), {"asnumpy": lambda self: np.array([1.0])})
    assert make_np(mxnet()).tolist() == [1]
    with pytest.raises(NotImplementedError):
        make_np(object())


@behaviours.add()
def numbers_that_are_not_finite_are_said(package: Any, place: Path) -> None:
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("tensorboardX.x2num")
    logger.addHandler(handler)
    package.x2num.make_np(np.array([np.nan]))
    package.x2num.make_np(np.array([np.inf]))
    logger.removeHandler(handler)
    assert lines == ["NaN or Inf found in input tensor."] * 2


@behaviours.add()
def pictures_and_videos(package: Any, place: Path) -> None:
    for shape, order in (((3, 32, 32), "chw"), ((16, 3, 32, 32), "nchw"), ((32, 32), "hw")):
        pixels = counted(*shape)
        found, expected = (each.utils.convert_to_HWC(pixels, order) for each in (package, THEIRS))
        np.testing.assert_array_equal(found, expected)
    videos = np.zeros((3, 5, 3, 10, 10), np.uint8)
    assert package.utils._prepare_video(videos).shape == (5, 10, 40, 3)
    assert package.utils._prepare_video(np.full((1, 1, 1, 1, 1), 255, np.uint8))[0, 0, 0, 0] == 1
    assert package.utils.convert_to_NTCHW(videos.transpose(1, 0, 2, 3, 4), "TNCHW").shape == videos.shape


@behaviours.add()
def figures_become_arrays(package: Any, place: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    assert package.utils.figure_to_image(pyplot.figure()).shape[0] == 3
    assert package.utils.figure_to_image([pyplot.figure(), pyplot.figure()]).shape[:2] == (2, 3)


def count_up(writer: Any) -> None:
    for number in range(20):
        writer.add_scalar("many", number)


def of_processes(package: Any, place: Path) -> list[int]:
    writer = package.GlobalSummaryWriter(str(place))
    processes = [multiprocessing.get_context("fork").Process(target=count_up, args=(writer,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    writer.close()
    steps = sorted(cutaway.open(place)["."].scalars("many", superseded=True).step.tolist())
    assert steps == list(range(60))
    return [len(records(path)) for path in place.iterdir()]


@behaviours.add()
def steps_go_on_over_processes(package: Any, place: Path) -> None:
    of_processes(package, place)


@behaviours.add("several processes")
def processes_write_into_one_file(package: Any, place: Path) -> None:
    assert len(of_processes(package, place)) == 1


@behaviours.add()
def embeddings(package: Any, place: Path) -> None:
    with package.SummaryWriter(str(place)) as writer:
        pictures, labels = torch.zeros(3, 3, 5, 5), torch.tensor([33.0, 44, 55])
        writer.add_embedding(torch.rand(3, 4), metadata=labels, label_img=pictures, global_step=2)
        rows = list(zip(labels, ["test", "test", "train"], strict=True))
        writer.add_embedding(torch.rand(3, 4), rows, pictures, metadata_header=["digit", "set"], global_step=3)
        writer.add_embedding(torch.rand(28, 16), label_img=torch.rand(28, 3, 32, 32), global_step=4)
    assert [len(each.name) for each in cutaway.open(place)["."].embeddings()] == [13, 13, 13]


@behaviours.add("an error")
def embeddings_of_pictures_that_are_not_square(package: Any, place: Path) -> None:
    with package.SummaryWriter(str(place)) as writer, pytest.raises(AssertionError):
        writer.add_embedding(torch.rand(28, 16), label_img=torch.rand(28, 3, 16, 32), global_step=2)


@behaviours.add()
def graphs(package: Any, place: Path) -> None:
    with package.SummaryWriter(str(place)) as writer:
        writer.add_graph(torch.nn.Linear(3, 5), (torch.zeros(1, 3),))
        with pytest.raises(RuntimeError):
            writer.add_graph(torch.nn.Linear(3, 5), torch.rand(1, 9))


@behaviours.add("`add_onnx_graph`, `add_openvino_graph`")
def graphs_of_other_tools(package: Any, place: Path) -> None:
    assert package.SummaryWriter.add_onnx_graph
    assert package.SummaryWriter.add_openvino_graph


@pytest.mark.parametrize("name", behaviours.all)
def test_behaviour(name: str, tmp_path: Path) -> None:
    behaviours.check(name, THEIRS, OURS, tmp_path)


def test_videos_and_stereo_sounds_need_nothing_else(tmp_path: Path) -> None:
    """What tensorboardX needs moviepy and soundfile for."""
    video = OURS.summary.video("dummy", counted(4, 3, 1, 8, 8) / 768)
    assert content(video)[0][2:5] == [8, 32, 3]
    sound = OURS.summary.audio("dummy", np.stack([np.sin(np.arange(50.0)), np.cos(np.arange(50.0))], axis=1))
    assert content(sound)[0][2:5] == [44100.0, 2, 50]
