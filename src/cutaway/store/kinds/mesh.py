"""Meshes: points, triangles and colours, a tag for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.budget import Budget
from cutaway.events.schema import decode
from cutaway.events.wire import MalformedError
from cutaway.store.kinds.json_text import parse_json
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


def decode_mesh(value: Mapping[str, Any], budget: Budget) -> MeshPart:
    """From the plug-in's content and the tensor."""
    serialised = value.get("metadata", {}).get("plugin_data", {}).get("content", b"")
    content = decode(messages.MESH_PLUGIN, serialised, budget)
    data = decode_tensor(value.get("tensor", {}), budget)
    part = _PARTS.get(content.get("content_type", 0))
    if part is None or data.ndim != 3 or data.shape[2] != 3:
        raise MalformedError(f"a mesh's part must have the shape [batch, n, 3], not {list(data.shape)}")
    config = parse_json(content.get("json_config") or "{}", "a mesh's configuration")
    return MeshPart(content.get("name", ""), part, data, config)
