"""The methods of SummaryWriter for pictures, videos and sounds."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cutaway.record.audio import audio_value
from cutaway.record.image import figure_pixels, image_value, pictures_to_pixels, to_pixels, video_value, with_boxes
from cutaway.record.mesh import mesh_values
from cutaway.record.recorder import Recorder, check_tag


class MediaMethods(Recorder):
    """Images, figures, videos, sounds and meshes.

    All of them raise TypeError or ValueError that says which argument was not accepted and why; then nothing is
    recorded. ``global_step`` is an integer, or None for 0; ``walltime`` is in seconds since the epoch, by default now.
    """

    def add_image(
        self,
        tag: str,
        img_tensor: Any,
        global_step: Any = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
    ) -> None:
        """Record one picture, as PNG.

        ``img_tensor``: an array or a tensor whose dimensions are in the order of ``dataformats`` (``CHW``, ``HWC``,
        ``HW`` and so on), uint8, or floats in [0, 1], with 1 to 4 channels; or a Pillow image, or a picture's path.
        Floats beyond are clipped, and NaN is black. Other integers are as uint8, or black and white where they are all
        0 or 1.
        """
        self._add_values(
            [image_value(check_tag(tag), to_pixels(img_tensor, "img_tensor", dataformats))], global_step, walltime
        )

    def add_images(
        self,
        tag: str,
        img_tensor: Any,
        global_step: Any = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """Record several pictures as one, eight in a row.

        ``img_tensor``: an array or a tensor as for ``add_image``, or a list of what that takes; ``dataformats`` of a
        list are those of one picture, with an N or without. Pictures of a list may differ in size and channels.
        """
        tag = check_tag(tag)
        pixels = pictures_to_pixels(img_tensor, "img_tensor", dataformats)
        self._add_values([image_value(tag, pixels)], global_step, walltime)

    def add_image_with_boxes(
        self,
        tag: str,
        img_tensor: Any,
        box_tensor: Any,
        global_step: Any = None,
        walltime: float | None = None,
        rescale: float = 1,
        dataformats: str = "CHW",
        labels: Any = None,
    ) -> None:
        """Record a picture with red boxes.

        ``box_tensor``: [n, 4], left, top, right and bottom in pixels. ``rescale`` is a factor for the picture's size.
        ``labels``: a text for each box, or one text for a single box; as with PyTorch's writer, boxes have no labels
        when there are more or fewer. The rest is as for ``add_image``.
        """
        tag = check_tag(tag)
        pixels = to_pixels(img_tensor, "img_tensor", dataformats)
        names = [labels] if isinstance(labels, str) else None if labels is None else [str(label) for label in labels]
        drawn = with_boxes(pixels, box_tensor, names, rescale, "box_tensor")
        self._add_values([image_value(tag, drawn)], global_step, walltime)

    def add_figure(
        self,
        tag: str,
        figure: Any,
        global_step: Any = None,
        close: bool = True,
        walltime: float | None = None,
    ) -> None:
        """Record a matplotlib figure, or a list of figures of one size as one picture; they are closed unless told."""
        tag = check_tag(tag)
        figures = list(figure) if isinstance(figure, list | tuple) else [figure]
        pictures = [figure_pixels(item, "figure")[:, :, :3] for item in figures]
        if len({picture.shape for picture in pictures}) != 1:
            shapes = ", ".join(f"{picture.shape[1]}x{picture.shape[0]}" for picture in pictures) or "none"
            raise ValueError(f"figure must be a figure or a list of figures of one size, got {shapes}")
        pixels = to_pixels(np.stack(pictures), "figure", "NHWC")
        if close:
            from matplotlib import pyplot  # type: ignore[import-not-found, unused-ignore]

            for item in figures:
                pyplot.close(item)
        self._add_values([image_value(tag, pixels)], global_step, walltime)

    def add_video(
        self,
        tag: str,
        vid_tensor: Any,
        global_step: Any = None,
        fps: float = 4,
        walltime: float | None = None,
        dataformats: str = "NTCHW",
    ) -> None:
        """Record an animation, as GIF.

        ``vid_tensor``: [batch, time, channels, height, width], or another order by ``dataformats``; values are as for
        ``add_image``. ``fps``: frames a second; a GIF's frames last whole hundredths of a second.
        """
        self._add_values([video_value(check_tag(tag), vid_tensor, fps, dataformats)], global_step, walltime)

    def add_audio(
        self,
        tag: str,
        snd_tensor: Any,
        global_step: Any = None,
        sample_rate: int = 44100,
        walltime: float | None = None,
    ) -> None:
        """Record a sound, as WAV of 16 bits.

        ``snd_tensor``: [frames], [channels, frames] or [frames, channels], floats in [-1, 1] or integers. Floats beyond
        are clipped, with a RecordingWarning. Integers are samples of their dtype's width; uint8 and uint16 have their
        zero in the middle; those of 64 bits are samples of 16 bits where they fit, else of 32, and as floats where
        they are -1, 0 or 1. ``sample_rate``: frames a second.
        """
        self._add_values([audio_value(check_tag(tag), snd_tensor, sample_rate)], global_step, walltime)

    def add_mesh(
        self,
        tag: str,
        vertices: Any,
        colors: Any = None,
        faces: Any = None,
        config_dict: Mapping[str, Any] | None = None,
        global_step: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Record meshes or point clouds.

        ``vertices`` [batch, n, 3]; ``colors`` [batch, n, 3] of 0 to 255; ``faces`` [batch, m, 3], indices of vertices.
        ``config_dict``: camera, materials and lights for three.js.
        """
        values = mesh_values(check_tag(tag), vertices, colors, faces, config_dict)
        self._add_values(values, global_step, walltime)
