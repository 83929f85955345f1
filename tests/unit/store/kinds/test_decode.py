"""Every kind of value, from what TensorBoard's own functions and TensorFlow 1's messages make of it."""

import io
import struct
import wave
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PillowImage
from tensorboard.compat.proto import summary_pb2, types_pb2  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.tensor_pb2 import TensorProto  # type: ignore[import-untyped, unused-ignore]
from tensorboard.plugins.histogram.summary import histogram_pb  # type: ignore[import-untyped, unused-ignore]
from tensorboard.plugins.hparams import summary_v2 as hp  # type: ignore[import-untyped, unused-ignore]
from tensorboard.plugins.text.summary import text_pb  # type: ignore[import-untyped, unused-ignore]
from tensorboard.util import tensor_util  # type: ignore[import-untyped, unused-ignore]
from torch.utils.tensorboard import summary as torch_summary

from cutaway.events.wire import MalformedError
from cutaway.store.kinds.decode import decode_value, describe
from cutaway.store.kinds.unknown import Unknown

#: Typed in part only.
TORCH: Any = torch_summary

RNG = np.random.default_rng(0)


def decoded(kind: str, value: Any, metadata: bytes = b"") -> Any:
    return decode_value(kind, value.SerializeToString(), metadata)


def tensor_value(array: Any, plugin: str = "", **kwargs: Any) -> Any:
    metadata = summary_pb2.SummaryMetadata(plugin_data={"plugin_name": plugin, **kwargs})
    return Summary.Value(tag="t", tensor=tensor_util.make_tensor_proto(array), metadata=metadata)


def png(pixels: Any) -> bytes:
    file = io.BytesIO()
    PillowImage.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def wav(samples: Any, rate: int = 8000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(samples.shape[1])
        out.setsampwidth(samples.itemsize)
        out.setframerate(rate)
        out.writeframes(samples.tobytes())
    return file.getvalue()


@pytest.mark.parametrize(
    "dtype", ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?", "c8", "c16", "S3"]
)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0,), (4, 0)])
def test_tensors_of_every_dtype(dtype: str, shape: tuple[int, ...]) -> None:
    bits = RNG.integers(0, 2, (*shape, 16)).astype(np.uint8)
    array = bits[..., 0].astype(dtype) if dtype != "S3" else np.full(shape, b"abc", object)
    found = decoded("tensor", tensor_value(array, "tensor"))
    np.testing.assert_array_equal(found, array)
    assert found.shape == shape
    if dtype != "S3":
        assert found.dtype == np.dtype(dtype)
        content = tensor_util.make_tensor_proto(array)
        # TensorFlow packs tensors into tensor_content, which TensorBoard's function does not.
        packed = TensorProto(dtype=content.dtype, tensor_shape=content.tensor_shape, tensor_content=array.tobytes())
        again = decoded("tensor", Summary.Value(tag="t", tensor=packed))
        np.testing.assert_array_equal(again, array)
        assert again.dtype == array.dtype


def test_one_element_stands_for_all_and_the_last_for_the_rest() -> None:
    tensor = TensorProto(dtype="DT_FLOAT", tensor_shape={"dim": [{"size": 2}, {"size": 3}]}, float_val=[7])
    np.testing.assert_array_equal(decoded("tensors", Summary.Value(tensor=tensor)), np.full((2, 3), 7, np.float32))
    tensor.float_val.append(8)
    assert decoded("tensors", Summary.Value(tensor=tensor)).tolist() == [[7, 8, 8], [8, 8, 8]]


def test_bfloat16_is_float32() -> None:
    tensor = TensorProto(dtype="DT_BFLOAT16", tensor_shape={"dim": [{"size": 2}]}, half_val=[0x3F80, 0xC000])
    found = decoded("tensors", Summary.Value(tensor=tensor))
    assert (found.dtype, found.tolist()) == (np.float32, [1.0, -2.0])


@pytest.mark.parametrize(
    "tensor",
    [
        {"dtype": 1, "tensor_shape": {"dim": [{"size": 1 << 60}]}, "float_val": [1.0]},
        {"dtype": 1, "tensor_shape": {"dim": [{"size": -1}]}},
        {"dtype": 1, "tensor_shape": {"unknown_rank": True}},
        {"dtype": 1, "tensor_shape": {"dim": [{"size": 1}]}, "float_val": [1.0, 2.0]},
        {"dtype": 1, "tensor_content": b"abc"},
        {"dtype": 1, "tensor_content": bytes(8)},
        {"dtype": 1, "tensor_content": bytes(8), "tensor_shape": {"dim": [{"size": 3}]}},
        {"dtype": 1, "tensor_content": bytes(12), "tensor_shape": {"dim": [{"size": 2}]}},
        {"dtype": 1, "tensor_shape": {"dim": [{"size": 1 << 62}, {"size": 1 << 62}, {"size": 0}]}},
        {"dtype": 1, "tensor_shape": {"dim": [{"size": 0}, {"size": (1 << 63) - 1}]}},
        {"dtype": 4, "int_val": [256]},
        {"dtype": 6, "int_val": [-129]},
        {"dtype": 11, "int_val": [128]},
        {"dtype": 14, "half_val": [1 << 16]},
        {"dtype": 19, "half_val": [-1]},
        {"dtype": 20},
        {"dtype": 100},
        {"dtype": 201, "float_val": [1.0]},
        {"dtype": 8, "scomplex_val": [1.0]},
        {"dtype": 1, "tensor_shape": {"dim": [{"size": 1}] * 40}, "float_val": [1.0]},
    ],
)
def test_hostile_tensors_are_malformed(tensor: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        decoded("tensors", Summary.Value(tensor=TensorProto(**tensor)))


def test_images_of_both_versions() -> None:
    pixels = RNG.integers(0, 255, (5, 7, 3), np.uint8)
    first = Summary.Value(image={"width": 7, "height": 5, "colorspace": 3, "encoded_image_string": png(pixels)})
    second = tensor_value(np.array([b"7", b"5", png(pixels), png(255 - pixels)], object), "images")
    for value, count in ((first, 1), (second, 2)):
        image = decoded("images", value)
        assert (image.width, image.height, len(image.encoded), image.mime_type()) == (7, 5, count, "image/png")
        np.testing.assert_array_equal(image.to_array(), pixels)
    np.testing.assert_array_equal(image.to_array(1), 255 - pixels)
    assert describe(image).startswith("2 images 7x5 PNG, ")


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "P", "1", "I;16"])
def test_pictures_of_every_mode_are_arrays(mode: str) -> None:
    file = io.BytesIO()
    PillowImage.new(mode, (3, 2)).save(file, "PNG")
    image = decoded("images", Summary.Value(image={"width": 3, "height": 2, "encoded_image_string": file.getvalue()}))
    assert image.to_array().shape[:2] == (2, 3)
    assert image.to_array().shape[2] in (1, 2, 3, 4)


def test_a_picture_that_is_none_or_too_large_is_malformed() -> None:
    for encoded in (b"", b"\x89PNG\r\n\x1a\n", b"text", _huge_png()):
        image = decoded("images", Summary.Value(image={"encoded_image_string": encoded}))
        with pytest.raises(MalformedError):
            image.to_array()


def _huge_png() -> bytes:
    """A picture that promises 65,535 x 65,535 pixels in some hundred bytes."""
    small = bytearray(png(np.zeros((1, 1), np.uint8)))
    small[16:24] = struct.pack(">II", 65535, 65535)
    import zlib

    small[29:33] = struct.pack(">I", zlib.crc32(bytes(small[12:29])))
    return bytes(small)


@pytest.mark.parametrize("dtype", ["u1", "<i2", "<i4"])
def test_sounds_of_both_versions(dtype: str) -> None:
    limits = np.iinfo(dtype)
    samples = RNG.integers(limits.min, limits.max, (50, 2)).astype(dtype)
    first = Summary.Value(audio={"encoded_audio_string": wav(samples), "content_type": "audio/wav"})
    second = tensor_value(np.array([[wav(samples), b"label"]], object), "audio")
    for value in (first, second):
        audio = decoded("audio", value)
        assert audio.sample_rate() == 8000
        assert audio.labels == (() if value is first else ("label",))
        found = audio.to_array()
        assert (found.shape, found.dtype) == ((50, 2), np.float32)
        middle = 128 if dtype == "u1" else 0
        np.testing.assert_allclose(
            found, (samples.astype(np.float64) - middle) / 2.0 ** (8 * samples.itemsize - 1), atol=1e-6
        )
    for broken in (b"", b"RIFF", wav(samples)[:30]):
        with pytest.raises(MalformedError):
            decoded("audio", Summary.Value(audio={"encoded_audio_string": broken})).to_array()


def test_histograms_of_version_2_are_as_tensorboard_made_them() -> None:
    data = RNG.normal(size=1000)
    histogram = decoded("histograms", histogram_pb("h", data, buckets=12).value[0])
    counts, edges = np.histogram(data, 12)
    np.testing.assert_array_equal(histogram.counts, counts)
    np.testing.assert_allclose(histogram.edges, edges)
    assert describe(histogram).startswith("histogram of 1,000 values in 12 bins from ")
    empty = decoded("histograms", histogram_pb("h", np.array([]), buckets=3).value[0])
    assert (len(empty.edges), len(empty.counts), empty.count) == (0, 0, 0)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("numbers", [[float("nan"), 1.0, 2.0], [1.0, float("inf")], [float("-inf"), 1.0, 2.0]])
def test_histograms_of_numbers_that_are_not_finite_as_tensorboard_makes_them(numbers: list[float]) -> None:
    histogram = decoded("histograms", histogram_pb("h", np.array(numbers), buckets=30).value[0])
    assert (histogram.not_finite, len(histogram.counts)) == (True, 0)
    assert describe(histogram) == "histogram of values that are not finite, number unknown"


def test_histograms_of_version_1_end_where_the_numbers_do() -> None:
    largest = np.finfo(np.float64).max
    message = {
        "min": -0.5,
        "max": 2.5,
        "num": 6,
        "sum": 7,
        "sum_squares": 9,
        "bucket_limit": [-1, 0, 1, 2, 3, largest],
        "bucket": [0, 1, 2, 0, 3, 0],
    }
    histogram = decoded("histograms", Summary.Value(histo=message))
    assert histogram.edges.tolist() == [-0.5, 0, 1, 2, 2.5]
    assert histogram.counts.tolist() == [1, 2, 0, 3]
    assert (histogram.min, histogram.max, histogram.sum, histogram.sum_squares) == (-0.5, 2.5, 7, 9)
    first = decoded("histograms", Summary.Value(histo={"min": 5, "max": 5, "bucket_limit": [6], "bucket": [4]}))
    assert (first.edges.tolist(), first.counts.tolist()) == ([5, 5], [4])
    with pytest.raises(MalformedError, match="2 counts for 1 bins"):
        decoded("histograms", Summary.Value(histo={"bucket_limit": [1], "bucket": [1, 2]}))


def test_texts() -> None:
    assert decoded("text", text_pb("t", "a **b** ü").value[0]) == "a **b** ü"
    table = decoded("text", text_pb("t", np.array([["a", "b"], ["c", "d"]])).value[0])
    assert table.tolist() == [["a", "b"], ["c", "d"]]
    assert describe(table) == "table of 4 texts: a, b, c, d"
    assert decoded("text", tensor_value(np.array([b"\xff"], object), "text")) == "�"


def test_precision_recall_curves() -> None:
    rows = RNG.random((6, 9)).astype(np.float32)
    curve = decoded("pr_curves", TORCH.pr_curve_raw("p", *rows, num_thresholds=9).value[0])
    for found, row in zip(
        (curve.true_positives, curve.false_positives, curve.true_negatives, curve.false_negatives, curve.precision),
        rows,
        strict=False,
    ):
        np.testing.assert_array_equal(found, row)
    assert curve.thresholds.tolist() == [i / 8 for i in range(9)]


def test_hyper_parameters() -> None:
    (start,) = hp.hparams_pb({"lr": 0.1, "optimizer": "adam", "nesterov": True, "layers": 3}).value
    values = decoded("hparams", start).values
    assert values == {"lr": 0.1, "optimizer": "adam", "nesterov": True, "layers": 3.0}
    assert values["nesterov"] is True
    config = hp.hparams_config_pb(
        [hp.HParam("lr", hp.RealInterval(0.0, 1.0)), hp.HParam("optimizer", hp.Discrete(["adam", "sgd"]))],
        [hp.Metric("loss", group="train", display_name="Loss")],
    )
    experiment = decoded("hparams", config.value[0])
    assert experiment.declared == [
        {"name": "lr", "interval": [0.0, 1.0]},
        {"name": "optimizer", "values": ["adam", "sgd"]},
    ]
    assert experiment.metrics == [{"tag": "loss", "group": "train", "display_name": "Loss"}]


def test_meshes() -> None:
    vertices = RNG.random((1, 4, 3)).astype(np.float32)
    faces = np.array([[[0, 1, 2]]], np.int32)
    summary = TORCH.mesh("m", torch.tensor(vertices), None, torch.tensor(faces), {"camera": {"fov": 75}})
    parts = [decoded("mesh", value) for value in summary.value]
    assert {part.part for part in parts} == {"vertices", "faces"}
    assert all(part.config == {"camera": {"fov": 75}} for part in parts)
    np.testing.assert_array_equal(next(part.data for part in parts if part.part == "vertices"), vertices)


def test_the_metadata_of_the_first_value_serves_the_later_ones() -> None:
    value = hp.hparams_pb({"lr": 0.1}).value[0]
    metadata = value.metadata.SerializeToString()
    value.ClearField("metadata")
    assert decoded("hparams", value, metadata).values == {"lr": 0.1}


def test_an_unknown_plugin_keeps_its_value() -> None:
    found = decoded("fancy", tensor_value(np.float32(3), "fancy", content=b"abc"))
    assert isinstance(found, Unknown)
    assert found.value["metadata"]["plugin_data"] == {"plugin_name": "fancy", "content": b"abc"}
    assert describe(found) == "value of the plug-in 'fancy'"


KINDS = ["images", "audio", "histograms", "text", "pr_curves", "hparams", "mesh", "custom_scalars", "tensor"]
KINDS += ["graph_keras_model", "graph_run_metadata", "run_metadata", "log_message", "session_log", "graph", "fancy"]
SEEDS = [
    tensor_value(np.arange(6, dtype=np.float32).reshape(2, 3), "tensor"),
    tensor_value(np.array([b"7", b"5", b"png"], object), "images"),
    Summary.Value(histo={"min": 1, "bucket_limit": [1, 2], "bucket": [3, 4]}, tag="h"),
    hp.hparams_pb({"lr": 0.1, "name": "x"}).value[0],
    TORCH.mesh("m", torch.zeros(1, 2, 3), None, None, {}).value[0],
]


@given(st.sampled_from(KINDS), st.sampled_from(SEEDS), st.data())
def test_hostile_bytes_are_malformed_and_nothing_else(kind: str, seed: Any, data: st.DataObject) -> None:
    payload = bytearray(seed.SerializeToString())
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(payload)))
        payload[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    try:
        value = decode_value(kind, bytes(payload))
        assert describe(value).count("\n") == 0
    except MalformedError:
        pass


@pytest.mark.parametrize("number", [n for n in types_pb2.DataType.values() if n < 100])
def test_every_type_of_tensorflow_is_read_or_refused(number: int) -> None:
    """As TensorBoard reads it; those that it cannot read are refused."""
    try:
        expected = tensor_util.make_ndarray(TensorProto(dtype=number, tensor_content=b"\0" * 16))
    except (TypeError, ValueError, KeyError):
        return
    shape = {"dim": [{"size": expected.size}]}
    value = Summary.Value(tensor=TensorProto(dtype=number, tensor_content=b"\0" * 16, tensor_shape=shape))
    if expected.dtype.kind in "iufcb":
        assert decoded("tensors", value).size == expected.size
    else:
        with pytest.raises(MalformedError):
            decoded("tensors", value)
