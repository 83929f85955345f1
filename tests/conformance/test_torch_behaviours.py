"""The behaviours that PyTorch's test/test_tensorboard.py tests: each holds here too, or is a row of docs/compat.md."""

import importlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
import torch
from tests.conformance.behaviours import (
    COLORS,
    FACES,
    LAYOUT,
    VERTICES,
    Behaviours,
    content,
    counted,
    record_everything,
)
from torch import nn

import cutaway

mpl.use("Agg")


def package(name: str) -> Any:
    modules = {part: importlib.import_module(f"{name}.{part}") for part in ("summary", "_utils", "_convert_np")}
    graph = importlib.import_module(f"{name}._pytorch_graph").graph
    return SimpleNamespace(SummaryWriter=importlib.import_module(name).SummaryWriter, graph=graph, **modules)


THEIRS, OURS = package("torch.utils.tensorboard"), package("cutaway.compat.torch_tensorboard")
behaviours = Behaviours()

ERRORS = "an error"
GREY = "a grey picture"
BOXES = "boxes in pictures"
STORED = "the numbers of a tensor"
HALF = "tensors of float16 and bfloat16"
GRAPH = "`graph(model, args)`"
ACCEPTED = "a list of numbers, or no number, as a histogram"


@behaviours.add()
def values_become_arrays(package: Any, place: Path) -> None:
    make_np = package._convert_np.make_np
    for tensor in (torch.rand(3, 10, 10), torch.rand(1), torch.rand(1, 2, 3, 4, 5), torch.empty(1, requires_grad=True)):
        assert isinstance(make_np(tensor), np.ndarray)
        assert make_np(tensor).shape == tensor.shape
    for number in (0, 0.1, 1.1, 1 << 63, np.float16(1.5), np.longdouble(10.5), np.int64(100000000000)):
        assert make_np(number).shape == (1,)
        assert make_np(number)[0] == number


@behaviours.add()
def what_is_no_array_is_not_implemented(package: Any, place: Path) -> None:
    with pytest.raises(NotImplementedError):
        package._convert_np.make_np({"pytorch": 1.0})


@behaviours.add()
def scalars_and_histograms_of_tensors(package: Any, place: Path) -> None:
    numbers = torch.linspace(0, 1, 50)
    with package.SummaryWriter(place) as writer:
        writer.add_scalar("scalar", torch.tensor([0.5], requires_grad=True), 0)
        writer.add_histogram("float", numbers)
        writer.add_histogram("int", torch.arange(50))
        writer.add_histogram("bfloat16", numbers.bfloat16())
        counts, limits = np.histogram(numbers.numpy(), [0.0, 0.25, 0.5, 0.75, 1.0])
        more = {"bucket_limits": limits[1:].tolist(), "bucket_counts": counts.tolist()}
        writer.add_histogram_raw("raw", min=0.0, max=1.0, num=50, sum=25.0, sum_squares=17.0, **more)
    run = cutaway.open(place)["."]
    assert run.scalars("scalar").value.tolist() == [0.5]
    assert run.histograms("raw")[0].counts.tolist() == counts.tolist()
    assert [run.histograms(tag)[0].count for tag in ("float", "int", "bfloat16")] == [50, 50, 50]


@behaviours.add()
def pictures_in_any_order(package: Any, place: Path) -> None:
    convert = package._utils.convert_to_HWC
    assert convert(counted(3, 32, 32, dtype=np.int16), "chw").shape == (32, 32, 3)
    assert convert(counted(16, 3, 32, 32), "nchw").shape == (64, 256, 3)
    assert convert(counted(32, 32), "hw").shape == (32, 32, 3)
    converted = convert(torch.tensor([[[[1, 2, 3], [4, 5, 6]]]], dtype=torch.uint8).numpy(), "NCHW")
    assert package.summary._calc_scale_factor(converted) == 1


@behaviours.add()
def frames_of_videos_have_all_of_them(package: Any, place: Path) -> None:
    for shape in ((16, 30, 3, 28, 28), (36, 30, 3, 28, 28), (19, 29, 3, 23, 19), (3, 3, 3, 3, 3)):
        videos = np.random.default_rng(0).random(shape)
        frames = package._utils._prepare_video(videos.copy())
        np.testing.assert_allclose(frames.sum((1, 2, 3)), videos.sum((0, 2, 3, 4)))
        np.testing.assert_array_equal(frames, THEIRS._utils._prepare_video(videos.copy()))
    pixels = counted(16, 30, 3, 28, 28, dtype=np.int64).astype(np.uint8)
    frames = package._utils._prepare_video(pixels.copy()) * 255
    np.testing.assert_allclose(frames.sum((1, 2, 3)), pixels.sum((0, 2, 3, 4)), rtol=1e-4)


@behaviours.add()
def every_method_of_the_writer(package: Any, place: Path) -> None:
    with package.SummaryWriter(place) as writer:
        writer.add_hparams({"lr": 0.1, "bsize": 1}, {"hparam/accuracy": 10, "hparam/loss": 10})
        writer.add_scalar("data/new_style", 0.2, 0, new_style=True)
        writer.add_audio("sound", np.zeros(88200), 0)
        record_everything(writer)
    logs = cutaway.open(place)
    assert set(logs["."].tags()) == {"data/systemtime", "data/customtime", "data/new_style"}
    assert {"images", "audio", "histograms", "text", "pr_curves", "mesh", "custom_scalars"} <= set(logs["."].kinds)
    assert len(logs.runs) == 4
    assert logs.malformed == []


@behaviours.add()
def the_writer_is_closed_behind_its_block(package: Any, place: Path) -> None:
    with package.SummaryWriter(place) as writer:
        writer.add_scalar("test", 1)
    assert writer.file_writer is None
    for _ in range(40):
        package.SummaryWriter(str(place)).close()


@behaviours.add()
def embeddings(package: Any, place: Path) -> None:
    vectors, labels = torch.tensor([[1.0, 2, 3], [5, 4, 1], [3, 7, 7]]), torch.tensor([33.0, 44, 55])
    for dtype in (torch.float32, torch.float64):
        with package.SummaryWriter(str(place / str(dtype))) as writer:
            pictures = torch.zeros(3, 3, 5, 5, dtype=dtype)
            writer.add_embedding(vectors, metadata=labels, label_img=pictures, global_step=2)
            rows = list(zip(labels, ["test", "test", "train", "train"], strict=False))
            header = ["digit", "dataset"]
            writer.add_embedding(vectors, rows, pictures, metadata_header=header, global_step=3)
        (first, second) = cutaway.open(place)[str(dtype)].embeddings()
        assert (first.name, second.name) == ("default:00002", "default:00003")


@behaviours.add()
def the_scale_of_pictures(package: Any, place: Path) -> None:
    assert package.summary._calc_scale_factor(counted(3, 4, 4, dtype=np.uint8)) == 1
    assert package.summary._calc_scale_factor(np.ones((3, 4, 4), np.float32)) == 255


@behaviours.add(ACCEPTED)
def a_list_is_not_a_histogram(package: Any, place: Path) -> None:
    with pytest.raises(Exception):  # noqa: B017
        package.summary.histogram("dummy", [1, 3, 4, 5, 6], "tensorflow")


@behaviours.add(ACCEPTED)
def nothing_is_not_a_histogram(package: Any, place: Path) -> None:
    with pytest.raises(Exception):  # noqa: B017
        package.summary.histogram("dummy", np.ndarray(0), "tensorflow")


@behaviours.add(BOXES)
def a_picture_with_boxes(package: Any, place: Path) -> None:
    arguments = "dummy", counted(3, 32, 32) / 4000, np.array([[10, 10, 40, 40]])
    assert content(package.summary.image_boxes(*arguments)) == content(THEIRS.summary.image_boxes(*arguments))


def same_image(package: Any, *shape: int, dataformats: str) -> None:
    pixels = counted(*shape)
    expected = THEIRS.summary.image("dummy", pixels, dataformats=dataformats)
    assert content(package.summary.image("dummy", pixels, dataformats=dataformats)) == content(expected)


@behaviours.add(GREY)
def a_picture_of_one_channel(package: Any, place: Path) -> None:
    same_image(package, 1, 8, 8, dataformats="CHW")


@behaviours.add(GREY)
def pictures_of_one_channel(package: Any, place: Path) -> None:
    same_image(package, 2, 1, 8, 8, dataformats="NCHW")


@behaviours.add(GREY)
def a_picture_without_channels(package: Any, place: Path) -> None:
    same_image(package, 8, 8, dataformats="HW")


@behaviours.add()
def pictures_of_three_channels(package: Any, place: Path) -> None:
    same_image(package, 2, 3, 8, 8, dataformats="NCHW")


@behaviours.add()
def a_sound(package: Any, place: Path) -> None:
    with pytest.warns() if package is OURS else pytest.MonkeyPatch.context():
        message = package.summary.audio("dummy", counted(42))
    assert content(message) == content(THEIRS.summary.audio("dummy", counted(42)))


@behaviours.add()
def a_text(package: Any, place: Path) -> None:
    assert content(package.summary.text("dummy", "text 123")) == content(THEIRS.summary.text("dummy", "text 123"))


def same_histogram(package: Any, bins: str, max_bins: int | None = None) -> None:
    arguments = "dummy", counted(1024), bins, max_bins
    assert content(package.summary.histogram(*arguments)) == content(THEIRS.summary.histogram(*arguments))


@behaviours.add()
def histograms_by_rules(package: Any, place: Path) -> None:
    for bins in ("auto", "fd", "doane"):
        same_histogram(package, bins)


@behaviours.add("`max_bins` of histograms")
def histograms_by_rules_of_few_bins(package: Any, place: Path) -> None:
    for bins in ("auto", "fd", "doane"):
        same_histogram(package, bins, 5)


@behaviours.add()
def a_layout(package: Any, place: Path) -> None:
    assert content(package.summary.custom_scalars(LAYOUT)) == content(THEIRS.summary.custom_scalars(LAYOUT))


@behaviours.add()
def a_mesh(package: Any, place: Path) -> None:
    arguments = "my_mesh", VERTICES, COLORS, FACES, None
    assert content(package.summary.mesh(*arguments)) == content(THEIRS.summary.mesh(*arguments))
    message = package.summary.mesh(*arguments, display_name="Mesh", description="*a* mesh")
    assert {value.metadata.display_name for value in message.value} == {"Mesh"}
    assert {value.metadata.summary_description for value in message.value} == {"*a* mesh"}


@behaviours.add()
def a_scalar_in_the_new_style(package: Any, place: Path) -> None:
    expected = content(THEIRS.summary.scalar("test", 1.0, new_style=True))
    assert content(package.summary.scalar("test", 1.0, new_style=True)) == expected
    assert content(package.summary.scalar("test", 0.25)) == content(THEIRS.summary.scalar("test", 0.25))


@behaviours.add(ERRORS)
def several_numbers_are_not_a_scalar(package: Any, place: Path) -> None:
    with pytest.raises(AssertionError):
        package.summary.scalar("test", torch.tensor([1.0, 2, 3]), new_style=True)


@behaviours.add(GRAPH)
def the_nodes_of_a_graph(package: Any, place: Path) -> None:
    model, example = nn.Sequential(nn.Linear(3, 5)), (torch.zeros(1, 3),)
    nodes, expected = package.graph(model, example)[0].node, THEIRS.graph(model, example)[0].node
    assert [(node.name, node.op) for node in nodes] == [(node.name, node.op) for node in expected]


class DictModel(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 5)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"out": self.layer(x)}


@behaviours.add()
def graphs_of_models(package: Any, place: Path) -> None:
    class Inner(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 3))

        def forward(self, x: torch.Tensor, unused: bool = True) -> Any:
            return self.layers(x.view(-1, 3)).relu()

    for number, (model, example) in enumerate(
        [
            (nn.Linear(3, 5), (torch.zeros(1, 3),)),
            (nn.Sequential(Inner(), Inner()), torch.randn(2, 3)),
            (Inner(), (torch.zeros(2, 1, 3, 3),)),
        ]
    ):
        with package.SummaryWriter(str(place / str(number))) as writer:
            writer.add_graph(model, example)
        assert cutaway.open(place / str(number))["."].graphs()[0].nodes
    with package.SummaryWriter(str(place)) as writer:
        writer.add_graph(DictModel(), torch.zeros(1, 3), use_strict_trace=False)
    nodes = package.graph(nn.Linear(3, 5), torch.zeros(1, 3))[0].node
    assert all(node.name and node.op and isinstance(sorted(node.attr.keys()), list) for node in nodes)
    assert any(node.input for node in nodes)


@behaviours.add("a model that returns a dict")
def a_graph_of_a_model_that_returns_a_dict(package: Any, place: Path) -> None:
    with package.SummaryWriter(place) as writer, pytest.raises(RuntimeError):
        writer.add_graph(DictModel(), torch.zeros(1, 3), use_strict_trace=True)


@behaviours.add()
def a_graph_of_a_wrong_input(package: Any, place: Path) -> None:
    with package.SummaryWriter(place) as writer, pytest.raises(RuntimeError):
        writer.add_graph(nn.Linear(3, 5), torch.rand(1, 9))


@behaviours.add()
def figures(package: Any, place: Path) -> None:
    from matplotlib import pyplot

    with package.SummaryWriter(place) as writer:
        for figure in (pyplot.figure(), [pyplot.figure() for _ in range(5)]):
            numbers = [each.number for each in (figure if isinstance(figure, list) else [figure])]
            writer.add_figure("figure", figure, 0, close=False)
            assert all(pyplot.fignum_exists(number) for number in numbers)
            writer.add_figure("figure", figure, 1)
            assert not any(pyplot.fignum_exists(number) for number in numbers)


def tensor_of(package: Any, values: torch.Tensor) -> Any:
    return package.summary.tensor_proto("dummy", values).value[0].tensor


@behaviours.add(HALF)
def tensors_of_two_bytes(package: Any, place: Path) -> None:
    for dtype, number in ((torch.float16, 19), (torch.bfloat16, 14)):
        tensor = tensor_of(package, torch.tensor([1.0, 2, 3], dtype=dtype))
        assert [package.summary.int_to_half(item) for item in tensor.half_val] == [1, 2, 3]
        assert tensor.dtype == number


@behaviours.add()
def the_bits_of_numbers(package: Any, place: Path) -> None:
    for number in (1.0, -2.5, 0.1):
        bits = package.summary.half_to_int(number)
        assert bits == THEIRS.summary.half_to_int(number)
        assert package.summary.int_to_half(bits) == THEIRS.summary.int_to_half(bits)


@behaviours.add(STORED)
def tensors_of_floats(package: Any, place: Path) -> None:
    assert list(tensor_of(package, torch.tensor([1.0, 2, 3])).float_val) == [1, 2, 3]


@behaviours.add(STORED)
def tensors_of_ints(package: Any, place: Path) -> None:
    assert list(tensor_of(package, torch.tensor([1, 2, 3], dtype=torch.int32)).int_val) == [1, 2, 3]


@behaviours.add(STORED)
def tensors_of_complex_numbers(package: Any, place: Path) -> None:
    assert list(tensor_of(package, torch.tensor([1 + 3j, 2 + 4j])).scomplex_val) == [1, 3, 2, 4]


@behaviours.add()
def tensors_as_any_reader_reads_them(package: Any, place: Path) -> None:
    for values in (torch.tensor([1.0, 2, 3]), torch.arange(3, dtype=torch.int32), torch.tensor(0.5), torch.empty(0)):
        found, expected = (content(each.summary.tensor_proto("dummy", values)) for each in (package, THEIRS))
        assert found == expected
        assert tensor_of(package, values).dtype == tensor_of(THEIRS, values).dtype
    assert list(tensor_of(package, torch.empty(0)).float_val) == []


@pytest.mark.parametrize("name", behaviours.all)
def test_behaviour(name: str, tmp_path: Path) -> None:
    behaviours.check(name, THEIRS, OURS, tmp_path)
