"""Embeddings: files in the run's directory that TensorBoard's projector reads."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cutaway.record.arrays import describe, real_numbers
from cutaway.record.image import to_pixels
from cutaway.record.png import encode_png

_CONFIG = "projector_config.pbtxt"
_LARGEST_SPRITE = 8192


def write_embedding(
    directory: Path,
    vectors: Any,
    metadata: Sequence[Any] | None,
    pictures: Any,
    step: int,
    tag: str,
    header: Sequence[str] | None,
) -> None:
    """Write ``<step>/<tag>/tensors.tsv``, ``metadata.tsv`` and ``sprite.png``, and list them in the configuration.

    ``vectors`` [n, dimensions]; ``metadata``: n labels, or n rows with a ``header``; ``pictures`` [n, channels, height,
    width]. Each file is complete or not there. Raises TypeError, ValueError or OSError.
    """
    matrix = real_numbers(vectors, "mat")
    if matrix.ndim != 2 or not matrix.size:
        raise ValueError(f"mat must have the shape [n, dimensions], got {describe(vectors)}")
    rows = None if metadata is None else _rows(metadata, len(matrix), header)
    sprite = None if pictures is None else _sprite(pictures, len(matrix))
    place = f"{step:05d}/{re.sub(r'[^A-Za-z0-9_-]', lambda found: f'%{ord(found[0]):02x}', tag)}"
    (directory / place).mkdir(parents=True, exist_ok=True)
    lines = "".join("\t".join(map(repr, row)) + "\n" for row in matrix.astype(np.float64).tolist())
    _replace(directory / place / "tensors.tsv", lines.encode())
    name, tensors = _quoted(f"{tag}:{step:05d}"), _quoted(f"{place}/tensors.tsv")
    entry = f"embeddings {{\n  tensor_name: {name}\n  tensor_path: {tensors}\n"
    if rows is not None:
        _replace(directory / place / "metadata.tsv", rows.encode("utf-8", "replace"))
        entry += f"  metadata_path: {_quoted(f'{place}/metadata.tsv')}\n"
    if sprite is not None:
        encoded, width, height = sprite
        _replace(directory / place / "sprite.png", encoded)
        entry += f"  sprite {{\n    image_path: {_quoted(f'{place}/sprite.png')}\n"
        entry += f"    single_image_dim: {width}\n    single_image_dim: {height}\n  }}\n"
    config = directory / _CONFIG
    known = config.read_text("utf-8") if config.exists() else ""
    entry += "}\n"
    if entry not in known:
        _replace(config, (known + entry).encode())


def _rows(metadata: Sequence[Any], count: int, header: Sequence[str] | None) -> str:
    items = list(metadata)
    if len(items) != count:
        raise ValueError(f"metadata must be as many as the rows of mat, {count}, got {len(items)}")
    if not header:
        return "".join(f"{_cell(item)}\n" for item in items)
    for item in items:
        if len(item) != len(header):
            raise ValueError(f"metadata must have {len(header)} columns, as metadata_header, got {item!r}")
    return "".join("\t".join(map(_cell, row)) + "\n" for row in [header, *items])


def _cell(item: Any) -> str:
    return re.sub(r"[\t\r\n]", " ", str(item))


def _sprite(pictures: Any, count: int) -> tuple[bytes, int, int]:
    """(PNG file, width, height of one picture): all pictures in a square."""
    array = real_numbers(pictures, "label_img")
    if array.ndim != 4 or len(array) != count:
        raise ValueError(f"label_img must have the shape [{count}, channels, height, width], got {describe(pictures)}")
    _, channels, height, width = array.shape
    side = int(np.ceil(np.sqrt(count)))
    if side * max(height, width) > _LARGEST_SPRITE:
        raise ValueError(f"label_img must fit into {_LARGEST_SPRITE} pixels a side, got {describe(pictures)}")
    pixels = np.stack([to_pixels(picture, "label_img", "CHW") for picture in array])
    canvas = np.zeros((side * side, height, width, channels), np.uint8)
    canvas[:count] = pixels
    joined = canvas.reshape(side, side, height, width, channels).transpose(0, 2, 1, 3, 4)
    return encode_png(joined.reshape(side * height, side * width, channels)), width, height


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.replace(path)
