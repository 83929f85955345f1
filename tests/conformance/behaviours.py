"""Behaviours of other libraries, as their own tests have them: each holds for theirs, and for ours or is in the table.

A behaviour is a function of a package, theirs or ours, and of a directory. One that differs on purpose names its row in
the table of docs/compat.md; then it must fail with ours, and what is not named must not.
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore[import-untyped, unused-ignore]
from tensorboard.plugins.custom_scalar.layout_pb2 import Layout
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
from tensorboard.plugins.mesh.plugin_data_pb2 import MeshPluginData
from tensorboard.plugins.pr_curve.plugin_data_pb2 import PrCurvePluginData
from tensorboard.util.tensor_util import make_ndarray

Behaviour = Callable[[Any, Path], None]

DOCS = Path(__file__).resolve().parents[2] / "docs" / "compat.md"
_CONTENT = {"hparams": HParamsPluginData, "mesh": MeshPluginData, "pr_curves": PrCurvePluginData}


class Behaviours:
    """Those of one library, by their names."""

    def __init__(self) -> None:
        self.all: dict[str, tuple[Behaviour, str]] = {}

    def add(self, difference: str = "") -> Callable[[Behaviour], Behaviour]:
        """Register a behaviour. ``difference``: the beginning of its row in the table."""

        def register(behaviour: Behaviour) -> Behaviour:
            self.all[behaviour.__name__] = behaviour, difference
            return behaviour

        return register

    def check(self, name: str, theirs: Any, ours: Any, place: Path) -> None:
        """Run one with theirs and with ours."""
        behaviour, difference = self.all[name]
        (place / "theirs").mkdir()
        behaviour(theirs, place / "theirs")
        (place / "ours").mkdir()
        if not difference:
            behaviour(ours, place / "ours")
            return
        assert f"\n| {difference}" in DOCS.read_text(), f"{difference!r} is not a row in {DOCS.name}"
        # What `pytest.raises` misses is a kind of its own.
        with pytest.raises((Exception, pytest.fail.Exception)):
            behaviour(ours, place / "ours")


def content(message: Any) -> list[Any]:
    """What a Summary says, whatever library made it and however its numbers are stored."""
    found: list[Any] = []
    for value in Summary.FromString(message.SerializeToString()).value:
        data = value.metadata.plugin_data
        said: list[Any] = [value.tag, data.plugin_name]
        if data.plugin_name in _CONTENT:
            plugin = _CONTENT[data.plugin_name].FromString(data.content)
            for part in ("session_start_info", "session_end_info"):
                if data.plugin_name == "hparams" and plugin.HasField(part):
                    getattr(plugin, part).ClearField(f"{part.split('_')[1]}_time_secs")
            said.append(plugin)
        kind = value.WhichOneof("value")
        if kind == "image":
            image = value.image
            pixels = np.asarray(Image.open(io.BytesIO(image.encoded_image_string)))
            said += [image.height, image.width, image.colorspace, pixels.tolist()]
        elif kind == "histo":
            histo = value.histo
            said += [list(histo.bucket_limit), list(histo.bucket), histo.min, histo.max, histo.num]
            said += [pytest.approx(histo.sum), pytest.approx(histo.sum_squares)]
        elif data.plugin_name == "custom_scalars":
            said.append(Layout.FromString(value.tensor.string_val[0]))
        elif kind == "tensor" and data.plugin_name != "hparams":
            array = make_ndarray(value.tensor)
            said += [array.shape if array.dtype == object else None, array.tolist()]
        elif kind == "audio":
            audio = value.audio
            said += [audio.sample_rate, audio.num_channels, audio.length_frames, audio.encoded_audio_string]
        elif kind == "simple_value":
            said.append(value.simple_value)
        found.append(said)
    return found


def counted(*shape: int, dtype: Any = float) -> Any:
    """0, 1, 2 and so on in some shape."""
    return np.arange(np.prod(shape), dtype=dtype).reshape(shape)


CURVE = {
    "true_positive_counts": [75, 64, 21, 5, 0],
    "false_positive_counts": [150, 105, 18, 0, 0],
    "true_negative_counts": [0, 45, 132, 150, 150],
    "false_negative_counts": [0, 11, 54, 70, 75],
    "precision": [0.3333333, 0.3786982, 0.5384616, 1.0, 0.0],
    "recall": [1.0, 0.8533334, 0.28, 0.0666667, 0.0],
}
VERTICES = np.array([[[1, 1, 1], [-1, -1, 1], [1, -1, -1], [-1, 1, -1]]], float)
COLORS = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 0, 255]]], int)
FACES = np.array([[[0, 2, 3], [0, 3, 1], [0, 1, 2], [1, 3, 2]]], int)
LAYOUT = {
    "a": {"lines": ["Multiline", ["a/1", "a/2"]]},
    "b": {"one": ["Margin", ["b/x", "b/y", "b/z"]], "two": ["Margin", ["c/x", "c/y", "c/z"]]},
}


def record_everything(writer: Any) -> None:
    """Each method of a SummaryWriter that both libraries have."""
    writer.add_scalar("data/systemtime", 0.1, 0)
    writer.add_scalar("data/customtime", 0.2, 0, walltime=0)
    writer.add_scalars("data/group", {"xsinx": 0 * np.sin(0), "arctanx": np.arctan(1.0)}, 0)
    writer.add_images("Image", np.zeros((32, 3, 64, 64)), 0)
    writer.add_image_with_boxes("box", np.zeros((3, 64, 64)), np.array([[10, 10, 40, 40], [40, 40, 60, 60]]), 0)
    writer.add_text("Text", "text at step 0", 0)
    writer.add_text("markdown", "a|b\n-|-\nc|d", 0)
    writer.add_histogram("hist", np.linspace(0, 1, 1000).reshape(10, 100), 0)
    writer.add_pr_curve("curve", np.arange(100) % 2, np.linspace(0, 1, 100), 0)
    writer.add_pr_curve_raw("raw curve", *CURVE.values(), 0)
    writer.add_mesh("mesh", vertices=VERTICES, colors=COLORS, faces=FACES)
    writer.add_custom_scalars(LAYOUT)
