"""Every kind that SummaryWriter records: TensorBoard reads it, and finds what PyTorch's writer would have written."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage
from tbparse import SummaryReader  # type: ignore[import-untyped, unused-ignore]
from tensorboard.backend.event_processing.event_accumulator import (  # type: ignore[import-untyped, unused-ignore]
    EventAccumulator,
)
from tensorboard.backend.event_processing.event_file_loader import (  # type: ignore[import-untyped, unused-ignore]
    EventFileLoader,
)
from tensorboard.plugins.custom_scalar import layout_pb2  # type: ignore[import-untyped, unused-ignore]
from tensorboard.plugins.hparams import plugin_data_pb2  # type: ignore[import-untyped, unused-ignore]
from tensorboard.util import tensor_util  # type: ignore[import-untyped, unused-ignore]
from torch.utils.tensorboard import SummaryWriter as TorchWriter

import cutaway

Torch: Any = TorchWriter
RNG = np.random.default_rng(0)


def record_everything(writer: Any) -> None:
    """Calls that both writers take alike."""
    rng = np.random.default_rng(1)
    for step in range(3):
        writer.add_scalar("scalar", step / 3, step, walltime=1000.0 + step)
        writer.add_histogram("histogram", rng.normal(size=500), step, walltime=1000.0 + step)
    writer.add_histogram("ints", rng.integers(0, 50, 400), 1, bins="auto")
    writer.add_histogram("edges", rng.random(100), 1, bins=np.linspace(0, 1, 11))
    writer.add_histogram("few", rng.normal(size=500), 1, max_bins=10)
    writer.add_histogram("torch", torch.arange(10.0), 1)
    writer.add_histogram_raw("raw", 0, 2, 3, 3.0, 5.0, [1.0, 2.0], [1, 2], 1)
    writer.add_image("rgb", rng.integers(0, 255, (3, 6, 8), np.uint8), 1)
    writer.add_image("float", torch.rand(3, 6, 8, generator=torch.manual_seed(0)), 1)
    writer.add_image("hwc", rng.integers(0, 255, (6, 8, 3), np.uint8), 1, dataformats="HWC")
    writer.add_image("beyond", np.array([[[-1.0, 2.0, 0.5]]] * 3), 1)
    writer.add_images("grid", rng.integers(0, 255, (11, 3, 4, 5), np.uint8), 1)
    writer.add_audio("audio", torch.sin(torch.arange(400) / 9)[None], 1, sample_rate=8000)
    writer.add_text("text", "some **text**", 1)
    writer.add_tensor("tensor", torch.arange(6).reshape(2, 3), 1)
    writer.add_pr_curve("curve", rng.integers(0, 2, 300), rng.random(300), 1, num_thresholds=20)
    writer.add_pr_curve("weighted", rng.integers(0, 2, 50), rng.random(50), 1, num_thresholds=9, weights=rng.random(50))
    rows = [rng.random(5) for _ in range(6)]
    writer.add_pr_curve_raw("raw curve", *rows, 1, num_thresholds=5)
    writer.add_mesh(
        "mesh",
        torch.rand(1, 4, 3, generator=torch.manual_seed(1)),
        colors=torch.arange(12).reshape(1, 4, 3),
        faces=torch.tensor([[[0, 1, 2]]]),
        config_dict={"material": {"cls": "PointsMaterial", "size": 2}},
        global_step=1,
    )
    writer.add_custom_scalars({"losses": {"all": ["Multiline", ["scalar"]], "band": ["Margin", ["a", "b", "c"]]}})


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[tuple[str, int], Any]]:
    """What TensorBoard's loader gives for both writers, by writer and then by (tag, step)."""
    found: dict[str, dict[tuple[str, int], Any]] = {}
    for name, writer_class in (("ours", cutaway.SummaryWriter), ("torch", Torch)):
        folder = tmp_path_factory.mktemp(name)
        with writer_class(str(folder)) as writer:
            record_everything(writer)
        (path,) = folder.iterdir()
        found[name] = {
            (value.tag, event.step): value
            for event in EventFileLoader(str(path)).Load()
            for value in event.summary.value
        }
    return found


def test_both_write_the_same_tags_and_plugins(values: dict[str, dict[tuple[str, int], Any]]) -> None:
    assert set(values["ours"]) == set(values["torch"])
    for key, value in values["ours"].items():
        theirs = values["torch"][key].metadata
        assert value.metadata.plugin_data.plugin_name == theirs.plugin_data.plugin_name, key
        # PyTorch gives its tensors no class, so that TensorBoard's data server drops them.
        assert value.metadata.data_class == (theirs.data_class or 2), key


@pytest.mark.parametrize(
    "tag", ["scalar", "tensor", "curve", "weighted", "raw curve", "mesh_VERTEX", "mesh_FACE", "mesh_COLOR", "raw"]
)
def test_tensors_are_equal(values: dict[str, dict[tuple[str, int], Any]], tag: str) -> None:
    ours, theirs = (tensor_util.make_ndarray(values[name][tag, 1].tensor) for name in ("ours", "torch"))
    assert ours.shape == theirs.shape
    # PyTorch writes all parts of a mesh as floats; TensorBoard's own function has faces as int32, colours as uint8.
    assert ours.dtype == {"mesh_FACE": np.int32, "mesh_COLOR": np.uint8}.get(tag, theirs.dtype)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.parametrize("tag", ["text/text_summary", "custom_scalars__config__"])
def test_strings_are_equal(values: dict[str, dict[tuple[str, int], Any]], tag: str) -> None:
    step = 1 if tag.startswith("text") else 0
    ours, theirs = (tensor_util.make_ndarray(values[name][tag, step].tensor) for name in ("ours", "torch"))
    assert ours.shape == theirs.shape
    if step:
        assert ours.tolist() == theirs.tolist()
    else:
        assert layout_pb2.Layout.FromString(ours.item()) == layout_pb2.Layout.FromString(theirs.item())


@pytest.mark.parametrize("tag", ["histogram", "ints", "edges", "torch"])
def test_histograms_have_the_same_bins(values: dict[str, dict[tuple[str, int], Any]], tag: str) -> None:
    ours, theirs = (tensor_util.make_ndarray(values[name][tag, 1].tensor) for name in ("ours", "torch"))
    ours, theirs = ours[ours[:, 2] > 0], theirs[theirs[:, 2] > 0]
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_joined_bins_hold_everything(values: dict[str, dict[tuple[str, int], Any]]) -> None:
    bins = tensor_util.make_ndarray(values["ours"]["few", 1].tensor)
    assert len(bins) <= 11
    assert bins[:, 2].sum() == 500


@pytest.mark.parametrize("tag", ["rgb", "float", "hwc", "beyond", "grid"])
def test_pictures_have_the_same_pixels(values: dict[str, dict[tuple[str, int], Any]], tag: str) -> None:
    pictures = []
    for name in ("ours", "torch"):
        width, height, encoded = tensor_util.make_ndarray(values[name][tag, 1].tensor).tolist()
        picture = PillowImage.open(io.BytesIO(encoded))
        assert picture.size == (int(width), int(height))
        pictures.append(np.asarray(picture))
    np.testing.assert_array_equal(pictures[0], pictures[1])


def test_sounds_are_equal(values: dict[str, dict[tuple[str, int], Any]]) -> None:
    ours, theirs = (tensor_util.make_ndarray(values[name]["audio", 1].tensor) for name in ("ours", "torch"))
    assert ours.tolist() == theirs.tolist()
    assert ours[0].startswith(b"RIFF")


def test_meshes_have_the_same_settings(values: dict[str, dict[tuple[str, int], Any]]) -> None:
    from tensorboard.plugins.mesh import plugin_data_pb2 as mesh_pb2

    for tag in ("mesh_VERTEX", "mesh_FACE", "mesh_COLOR"):
        ours, theirs = (
            mesh_pb2.MeshPluginData.FromString(values[name][tag, 1].metadata.plugin_data.content)
            for name in ("ours", "torch")
        )
        assert ours == theirs


def test_hyper_parameters_stay_in_the_run(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_hparams(
            {"lr": 0.1, "layers": 3, "nesterov": True, "optimizer": "adam", "tensor": torch.tensor(2.5)},
            {"score": 0.9},
            hparam_domain_discrete={"optimizer": ["adam", "sgd"]},
            global_step=7,
        )
        writer.add_hparams({"lr": 0.2}, {}, run_name="second")
    accumulator = EventAccumulator(str(tmp_path))
    accumulator.Reload()
    content = {
        tag: plugin_data_pb2.HParamsPluginData.FromString(data)
        for tag, data in accumulator.PluginTagToContent("hparams").items()
    }
    values = content["_hparams_/session_start_info"].session_start_info.hparams
    assert {name: value.WhichOneof("kind") for name, value in values.items()} == {
        "lr": "number_value",
        "layers": "number_value",
        "nesterov": "bool_value",
        "optimizer": "string_value",
        "tensor": "number_value",
    }
    infos = {info.name: info for info in content["_hparams_/experiment"].experiment.hparam_infos}
    assert [value.string_value for value in infos["optimizer"].domain_discrete.values] == ["adam", "sgd"]
    assert content["_hparams_/session_end_info"].session_end_info.status == 1
    assert [(event.step, event.value) for event in accumulator.Scalars("score")] == [(7, np.float32(0.9))]
    logs = cutaway.open(tmp_path)
    assert logs.runs == [".", "second"]
    assert logs["."].hparams()["nesterov"] is True
    assert logs["second"].hparams() == {"lr": 0.2}


def test_tbparse_reads_what_it_knows_without_tensorflow(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        record_everything(writer)
        writer.add_hparams({"lr": 0.1}, {"score": 0.9})
    reader = SummaryReader(str(tmp_path))
    assert len(reader.scalars) == 4
    assert set(reader.histograms["tag"]) == {"histogram", "ints", "edges", "few", "torch", "raw"}
    assert reader.text["value"].tolist() == ["some **text**"]
    assert reader.hparams["tag"].tolist() == ["lr"]


def test_ours_comes_back_from_our_reader(tmp_path: Path) -> None:
    pixels = RNG.integers(0, 255, (4, 5, 4), np.uint8)
    numbers = np.array([1.0, np.nan, np.inf, -np.inf, -np.inf, 2.0, 0.0, -0.0, 0.0])
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_image("alpha", pixels, 2, dataformats="HWC")
        writer.add_image("grey", pixels[:, :, 0], 2, dataformats="HW")
        writer.add_histogram("trouble", numbers, 2)
        writer.add_histogram("nothing", np.array([]), 2)
        writer.add_tensor("bfloat16", torch.tensor([1.5, -2.0], dtype=torch.bfloat16), 2)
        writer.add_tensor("half", torch.tensor([1.5, -2.0], dtype=torch.float16), 2)
        writer.add_text("table", [["a", "b"], ["c", "d"]], 2)
        writer.add_scalars("losses", {"train": 0.5, "val": 0.25}, 2)
        writer.add_custom_scalars_multilinechart(["losses/.*"], title="one")
        writer.add_custom_scalars_marginchart(["v", "l", "u"], title="two")
        writer.add_embedding(np.eye(3), metadata=["x", "y\tz", "w"], label_img=np.zeros((3, 3, 4, 5)), tag="../e")
        writer.add_audio("stereo", np.stack([np.zeros(90), np.ones(90)]), 2, sample_rate=9000)
    run = cutaway.open(tmp_path)["."]
    np.testing.assert_array_equal(run.images("alpha")[0].to_array(), pixels)
    np.testing.assert_array_equal(run.images("grey")[0].to_array()[:, :, 0], pixels[:, :, 0])
    histogram = run.histograms("trouble")[0]
    assert (histogram.count, histogram.min, histogram.max, histogram.zero_count) == (5, 0, 2, 3)
    left_out = (histogram.nan_count, histogram.positive_infinity_count, histogram.negative_infinity_count)
    assert left_out == (1, 1, 2)
    assert run.histograms("nothing")[0].count == 0
    assert run.tensors("bfloat16")[0].tolist() == [1.5, -2]
    assert run.tensors("half")[0].dtype == np.float16
    assert run.texts("table/text_summary")[0].tolist() == [["a", "b"], ["c", "d"]]
    assert run.tags() == ["losses/train", "losses/val"]
    layout = run.values("custom_scalars", "custom_scalars__config__")[-1]
    assert [chart.title for chart in layout.categories[0].charts] == ["one", "two"]
    (embedding,) = run.embeddings()
    assert embedding.to_array().tolist() == np.eye(3).tolist()
    assert embedding.labels() == [["x"], ["y z"], ["w"]]
    assert embedding.sprite_size == (5, 4)
    assert run.audio("stereo")[0].to_array().shape == (90, 2)
