"""``torch.utils.tensorboard.summary``: functions from values to Summary messages, as ``FileWriter.add_summary`` takes.

The arguments are PyTorch's; values are encoded as Cutaway's SummaryWriter does it, and what it accepts is accepted. The
messages are read and changed by attributes and serialised by ``SerializeToString``. All functions raise TypeError or
ValueError that says which argument was not accepted and why.
"""

import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.compat.summary_messages import summary_of, summary_of_number
from cutaway.compat.v1.messages import HistogramProto, Summary, SummaryMetadata, TensorProto, TensorShapeProto
from cutaway.record.arrays import to_array
from cutaway.record.audio import audio_value
from cutaway.record.custom_scalars import layout_value, to_layout
from cutaway.record.histogram import histogram_value, raw_histogram_value
from cutaway.record.hparams import hparams_values
from cutaway.record.image import image_value, to_pixels, video_value, with_boxes
from cutaway.record.mesh import mesh_values
from cutaway.record.pr_curve import pr_curve_value, raw_pr_curve_value
from cutaway.record.recorder import check_tag
from cutaway.record.scalar import to_number
from cutaway.record.tensor import described_value, tensor_value, text_value

__all__ = [
    "HistogramProto",
    "Summary",
    "SummaryMetadata",
    "TensorProto",
    "TensorShapeProto",
    "audio",
    "compute_curve",
    "custom_scalars",
    "draw_boxes",
    "half_to_int",
    "histogram",
    "histogram_raw",
    "hparams",
    "image",
    "image_boxes",
    "int_to_half",
    "make_histogram",
    "make_image",
    "make_video",
    "mesh",
    "pr_curve",
    "pr_curve_raw",
    "scalar",
    "tensor_proto",
    "text",
    "video",
]


def hparams(
    hparam_dict: Mapping[str, Any] | None = None,
    metric_dict: Mapping[str, Any] | None = None,
    hparam_domain_discrete: Mapping[str, list[Any]] | None = None,
) -> tuple[Summary, Summary, Summary]:
    """Three Summaries: what an experiment varies and measures, what this run uses, and that it is done."""
    experiment, start, end = hparams_values(hparam_dict, metric_dict, hparam_domain_discrete)  # type: ignore[arg-type]
    return summary_of(experiment), summary_of(start), summary_of(end)


def scalar(
    name: str, tensor: Any, collections: Any = None, new_style: bool = False, double_precision: bool = False
) -> Summary:
    """A number. ``new_style``: as a tensor. The number is exact in both; the other arguments change nothing."""
    number = to_number(tensor, "tensor")
    if new_style:
        return summary_of(described_value(check_tag(name), number, "", ""))
    return summary_of_number(check_tag(name), number)


def tensor_proto(tag: str, tensor: Any) -> Summary:
    """A tensor of any shape and number type."""
    return summary_of(tensor_value(check_tag(tag), tensor))


def histogram_raw(
    name: str,
    min: float,  # noqa: A002
    max: float,  # noqa: A002
    num: float,
    sum: float,  # noqa: A002
    sum_squares: float,
    bucket_limits: Any,
    bucket_counts: Any,
) -> Summary:
    """A histogram that was counted elsewhere: right edges, counts, and what the numbers add up to."""
    return summary_of(
        raw_histogram_value(check_tag(name), min, max, num, sum, sum_squares, bucket_limits, bucket_counts)
    )


def histogram(name: str, values: Any, bins: Any, max_bins: int | None = None) -> Summary:
    """How numbers are distributed: in bins as ``SummaryWriter.add_histogram`` takes them."""
    return summary_of(histogram_value(check_tag(name), values, bins, max_bins))


def make_histogram(values: Any, bins: Any, max_bins: int | None = None) -> HistogramProto:
    """The HistogramProto of ``histogram``."""
    histo = histogram("", values, bins, max_bins).value[0].histo
    assert isinstance(histo, HistogramProto)
    return histo


def image(tag: str, tensor: Any, rescale: float = 1, dataformats: str = "NCHW") -> Summary:
    """A picture, or several side by side. ``rescale`` is a factor for its size."""
    pixels = _rescaled(to_pixels(tensor, "tensor", dataformats), rescale)
    return summary_of(image_value(check_tag(tag), pixels))


def image_boxes(
    tag: str,
    tensor_image: Any,
    tensor_boxes: Any,
    rescale: float = 1,
    dataformats: str = "CHW",
    labels: list[str] | None = None,
) -> Summary:
    """A picture with red boxes [n, 4]: left, top, right and bottom in pixels."""
    pixels = to_pixels(tensor_image, "tensor_image", dataformats)
    return summary_of(image_value(check_tag(tag), with_boxes(pixels, tensor_boxes, labels, rescale, "tensor_boxes")))


def draw_boxes(disp_image: Any, boxes: Any, labels: list[str] | None = None) -> Any:
    """A Pillow image with red boxes, as another Pillow image."""
    from PIL import Image

    return Image.fromarray(with_boxes(to_pixels(disp_image, "disp_image", "HWC"), boxes, labels, 1, "boxes"))


def make_image(tensor: Any, rescale: float = 1, rois: Any = None, labels: list[str] | None = None) -> Summary.Image:
    """The Summary.Image of uint8[height, width, channels], with boxes where ``rois`` are given."""
    pixels = to_pixels(tensor, "tensor", "HWC")
    drawn = _rescaled(pixels, rescale) if rois is None else with_boxes(pixels, rois, labels, rescale, "rois")
    return _image(image_value("", drawn))


def video(tag: str, tensor: Any, fps: float = 4) -> Summary:
    """An animation [batch, time, channels, height, width], as GIF."""
    return summary_of(video_value(check_tag(tag), tensor, fps, "NTCHW"))


def make_video(tensor: Any, fps: float) -> Summary.Image:
    """The Summary.Image of frames [time, height, width, channels], as GIF."""
    return _image(video_value("", to_array(tensor, "tensor")[None], fps, "NTHWC"))


def audio(tag: str, tensor: Any, sample_rate: int = 44100) -> Summary:
    """A sound, as WAV of 16 bits."""
    return summary_of(audio_value(check_tag(tag), tensor, sample_rate))


def custom_scalars(layout: Any) -> Summary:
    """A layout of charts."""
    return summary_of(layout_value(to_layout(layout)))


def text(tag: str, text: Any) -> Summary:
    """A text, or an array of texts."""
    return summary_of(text_value(check_tag(tag), text))


def pr_curve_raw(
    tag: str,
    tp: Any,
    fp: Any,
    tn: Any,
    fn: Any,
    precision: Any,
    recall: Any,
    num_thresholds: int = 127,
    weights: Any = None,
) -> Summary:
    """A curve that was counted elsewhere. The columns say how many thresholds there are, not ``num_thresholds``."""
    columns = {"tp": tp, "fp": fp, "tn": tn, "fn": fn, "precision": precision, "recall": recall}
    return summary_of(raw_pr_curve_value(check_tag(tag), columns))


def pr_curve(tag: str, labels: Any, predictions: Any, num_thresholds: int = 127, weights: Any = None) -> Summary:
    """Precision and recall over thresholds from 0 to 1."""
    return summary_of(pr_curve_value(check_tag(tag), labels, predictions, num_thresholds, weights))


def compute_curve(
    labels: Any, predictions: Any, num_thresholds: int | None = None, weights: Any = None
) -> NDArray[np.float32]:
    """The rows of ``pr_curve``, float32[6, thresholds]: counts (tp, fp, tn, fn), precision and recall."""
    thresholds = 127 if num_thresholds is None else num_thresholds
    tensor = pr_curve("", labels, predictions, thresholds, weights).value[0].tensor
    return np.frombuffer(tensor.tensor_content, "<f4").reshape(6, -1)


def mesh(
    tag: str,
    vertices: Any,
    colors: Any,
    faces: Any,
    config_dict: Mapping[str, Any] | None,
    display_name: str | None = None,
    description: str | None = None,
) -> Summary:
    """Meshes or point clouds [batch, n, 3]. ``display_name`` and ``description`` are what viewers show."""
    message = summary_of(*mesh_values(check_tag(tag), vertices, colors, faces, config_dict))
    for value in message.value:
        if display_name is not None:
            value.metadata.display_name = display_name
        if description is not None:
            value.metadata.summary_description = description
    return message


def half_to_int(f: float) -> int:
    """The bits of a number as float32, as an int32."""
    number: int = struct.unpack("<i", struct.pack("<f", f))[0]
    return number


def int_to_half(i: int) -> float:
    """The inverse of ``half_to_int``."""
    number: float = struct.unpack("<f", struct.pack("<i", i))[0]
    return number


def _calc_scale_factor(tensor: Any) -> int:
    """What takes a picture's numbers to 0–255."""
    return 1 if to_array(tensor, "tensor").dtype == np.uint8 else 255


def _rescaled(pixels: NDArray[np.uint8], rescale: float) -> NDArray[np.uint8]:
    return pixels if rescale == 1 else with_boxes(pixels, np.zeros((0, 4)), None, rescale, "rois")


def _image(value: bytes) -> Summary.Image:
    message = summary_of(value).value[0].image
    assert isinstance(message, Summary.Image)
    return message
