"""``tensorboardX.summary``: functions from values to Summary messages, with tensorboardX's arguments.

They encode as those of ``torch.utils.tensorboard.summary`` do; the ones that have the same arguments are the same.
"""

from collections.abc import Mapping
from typing import Any

from cutaway.compat.summary_messages import summary_of
from cutaway.compat.torch_tensorboard import summary as of_torch
from cutaway.compat.torch_tensorboard.summary import (
    HistogramProto,
    Summary,
    SummaryMetadata,
    TensorProto,
    TensorShapeProto,
    _calc_scale_factor,
    audio,
    compute_curve,
    custom_scalars,
    draw_boxes,
    histogram,
    histogram_raw,
    image_boxes,
    make_histogram,
    make_image,
    make_video,
    pr_curve,
    pr_curve_raw,
    text,
)
from cutaway.record.image import video_value
from cutaway.record.recorder import check_tag
from cutaway.record.scalar import to_number
from cutaway.record.tensor import described_value

__all__ = [
    "HistogramProto",
    "Summary",
    "SummaryMetadata",
    "TensorProto",
    "TensorShapeProto",
    "_calc_scale_factor",
    "audio",
    "compute_curve",
    "custom_scalars",
    "draw_boxes",
    "histogram",
    "histogram_raw",
    "hparams",
    "image",
    "image_boxes",
    "make_histogram",
    "make_image",
    "make_video",
    "mesh",
    "pr_curve",
    "pr_curve_raw",
    "scalar",
    "text",
    "video",
]


def hparams(
    hparam_dict: Mapping[str, Any] | None = None, metric_dict: Mapping[str, Any] | None = None
) -> tuple[Summary, Summary, Summary]:
    """Three Summaries: what an experiment varies and measures, what this run uses, and that it is done."""
    return of_torch.hparams(hparam_dict, metric_dict)


def scalar(name: str, scalar: Any, display_name: str = "", summary_description: str = "") -> Summary:
    """A number, and what viewers show for its tag and beside it."""
    if display_name or summary_description:
        number = to_number(scalar, "scalar")
        return summary_of(described_value(check_tag(name), number, display_name, summary_description))
    return of_torch.scalar(name, scalar)


def image(tag: str, tensor: Any, rescale: float = 1, dataformats: str = "CHW") -> Summary:
    """A picture, or several side by side. ``rescale`` is a factor for its size."""
    return of_torch.image(tag, tensor, rescale, dataformats)


def video(tag: str, tensor: Any, fps: float = 4, dataformats: str = "NTCHW") -> Summary:
    """An animation in any order of batch, time, channels, height and width, as GIF."""
    return summary_of(video_value(check_tag(tag), tensor, fps, dataformats))


def mesh(tag: str, vertices: Any, colors: Any, faces: Any, config_dict: Mapping[str, Any] | None = None) -> Summary:
    """Meshes or point clouds [batch, n, 3]."""
    return of_torch.mesh(tag, vertices, colors, faces, config_dict)
