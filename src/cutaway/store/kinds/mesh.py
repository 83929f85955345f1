"""Meshes: points, triangles and colours, a tag for each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.schema import decode
from cutaway.events.wire import MalformedError
from cutaway.store.kinds.tensor import decode_tensor

_PARTS = {1: "vertices", 2: "faces", 3: "colors"}


@dataclass(frozen=True)
class MeshPart:
    """One part of a mesh: its tag is the mesh's name and ``_VERTEX``, ``_FACE`` or ``_COLOR``."""

    name: str
    #: ``vertices`` float32[batch, n, 3], ``faces`` int32[batch, m, 3], or ``colors`` uint8[batch, n, 3].
    part: str
    data: NDArray[Any]
    #: Camera, materials and lights for three.js; empty when none are given.
    config: Any

    def describe(self) -> str:
        """In a few words."""
        return f"{self.part} of mesh {self.name!r}, shape {'x'.join(map(str, self.data.shape))}"


def decode_mesh(value: Mapping[str, Any]) -> MeshPart:
    """From the plug-in's content and the tensor."""
    content = decode(messages.MESH_PLUGIN, value.get("metadata", {}).get("plugin_data", {}).get("content", b""))
    data = decode_tensor(value.get("tensor", {}))
    part = _PARTS.get(content.get("content_type", 0))
    if part is None or data.ndim != 3 or data.shape[2] != 3:
        raise MalformedError(f"a mesh's part must have the shape [batch, n, 3], not {list(data.shape)}")
    try:
        config = json.loads(content.get("json_config") or "{}")
    except (ValueError, RecursionError) as error:
        raise MalformedError("a mesh's configuration is not JSON") from error
    return MeshPart(content.get("name", ""), part, np.asarray(data), config)
