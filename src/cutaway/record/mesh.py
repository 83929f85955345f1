"""Meshes and point clouds."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.kind_names import MESH
from cutaway.events.schema import encode
from cutaway.record.arrays import describe, real_numbers
from cutaway.record.tensor import plugin, tensor_message

#: MeshPluginData.ContentType, the tag's suffix and the dtype of each part.
_PARTS = {"vertices": (1, "VERTEX", np.float32), "faces": (2, "FACE", np.int32), "colors": (3, "COLOR", np.uint8)}


def mesh_values(tag: str, vertices: Any, colors: Any, faces: Any, config: Mapping[str, Any] | None) -> list[bytes]:
    """A Summary.Value for each part: vertices [batch, n, 3], colors [batch, n, 3] of 0–255, faces [batch, m, 3].

    Colours and faces of a batch of one are those of all. Colours that are floats of no more than 1 are in [0, 1].
    ``config``: camera, materials and lights for three.js. Raises TypeError or ValueError.
    """
    given = {"vertices": vertices, "faces": faces, "colors": colors}
    arrays = {name: real_numbers(value, name) for name, value in given.items() if value is not None}
    if "vertices" not in arrays:
        raise TypeError("vertices must be an array of shape [batch, n, 3], got None")
    batch = arrays["vertices"].shape[:1]
    for name, array in arrays.items():
        if array.ndim == 3 and array.shape[0] == 1:
            arrays[name] = array = np.broadcast_to(array, batch + array.shape[1:])
        if array.ndim != 3 or array.shape[2] != 3 or array.shape[:1] != batch:
            raise ValueError(f"{name} must have the shape [batch, n, 3], one batch for all, got {describe(array)}")
    if "colors" in arrays and arrays["colors"].shape != arrays["vertices"].shape:
        raise ValueError(
            f"colors must have the shape of vertices, {arrays['vertices'].shape}, got {describe(arrays['colors'])}"
        )
    if "colors" in arrays:
        arrays["colors"] = _to_colors(arrays["colors"])
    components = sum(1 << _PARTS[name][0] for name in arrays)
    settings = json.dumps(dict(config or {}), sort_keys=True)
    values = []
    for name, array in arrays.items():
        number, suffix, dtype = _PARTS[name]
        content = {
            "version": 0,
            "name": tag,
            "content_type": number,
            "json_config": settings,
            "shape": list(array.shape),
            "components": components,
        }
        fields = {
            "tag": f"{tag}_{suffix}",
            "tensor": tensor_message(array.astype(dtype)),
            "metadata": plugin(MESH, encode(messages.MESH_PLUGIN, content)),
        }
        values.append(encode(messages.VALUE, fields))
    return values


def _to_colors(colors: NDArray[Any]) -> NDArray[np.uint8]:
    """0 to 255, of integers as they are, or of floats that may be in [0, 1]."""
    if colors.dtype.kind in "fb":
        colors = np.nan_to_num(colors.astype(np.float64), nan=0.0)
        if colors.size and colors.max() <= 1:
            colors = (colors * 255).round()
    return np.clip(colors.astype(np.float64), 0, 255).astype(np.uint8)
