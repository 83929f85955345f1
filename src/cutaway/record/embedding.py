"""Embeddings: files in the run's directory that TensorBoard's projector reads."""

import os
import re
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.record.arrays import describe, real_numbers
from cutaway.record.image import to_pixels
from cutaway.record.png import encode_png
from cutaway.record.scalar import to_step

_CONFIG = "projector_config.pbtxt"
_LARGEST_SPRITE = 8192


class EmbeddingFiles(NamedTuple):
    """The files of an embedding on disk."""

    #: By their paths below the run's directory.
    files: dict[str, bytes]
    #: The entry of the configuration that lists them.
    entry: str


def step_label(step: Any) -> str:
    """The text of a step in names of files: five digits, or the word itself, filled up, when it is another word."""
    if isinstance(step, str) and not step.strip().isdecimal():
        return step.zfill(5)
    return f"{to_step(step, 'global_step'):05d}"


def embedding_files(
    vectors: Any,
    metadata: Sequence[Any] | None,
    pictures: Any,
    step: str,
    tag: str,
    header: Sequence[str] | None,
) -> EmbeddingFiles:
    """``<step>/<tag>/tensors.tsv``, ``metadata.tsv`` and ``sprite.png``, and what lists them in the configuration.

    ``vectors`` [n, dimensions]; ``metadata``: n labels, or n rows with a ``header``; ``pictures`` [n, channels, height,
    width]. Raises TypeError or ValueError.
    """
    matrix = real_numbers(vectors, "mat")
    if matrix.ndim != 2 or not matrix.size:
        raise ValueError(f"mat must have the shape [n, dimensions], got {describe(vectors)}")
    place = f"{_file_name(step)}/{_file_name(tag)}"
    files = {f"{place}/tensors.tsv": vector_rows(matrix).encode()}
    name, tensors = _quoted(f"{tag}:{step}"), _quoted(f"{place}/tensors.tsv")
    entry = f"embeddings {{\n  tensor_name: {name}\n  tensor_path: {tensors}\n"
    if metadata is not None:
        files[f"{place}/metadata.tsv"] = label_rows(metadata, len(matrix), header).encode("utf-8", "replace")
        entry += f"  metadata_path: {_quoted(f'{place}/metadata.tsv')}\n"
    if pictures is not None:
        files[f"{place}/sprite.png"], width, height = sprite(pictures, len(matrix))
        entry += f"  sprite {{\n    image_path: {_quoted(f'{place}/sprite.png')}\n"
        entry += f"    single_image_dim: {width}\n    single_image_dim: {height}\n  }}\n"
    return EmbeddingFiles(files, entry + "}\n")


def write_embedding(directory: Path, embedding: EmbeddingFiles) -> None:
    """Write the files, and list them in the configuration, where each is listed once.

    Each file is complete or not there. Raises OSError, or ValueError for a name that no file can have.
    """
    for name, data in embedding.files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        _replace(directory / name, data)
    config = directory / _CONFIG
    # Entries that somebody else has written there stay.
    known = config.read_text("utf-8", "surrogateescape") if config.exists() else ""
    if embedding.entry not in known:
        _replace(config, (known + embedding.entry).encode("utf-8", "surrogateescape"))


def vector_rows(matrix: NDArray[Any]) -> str:
    """Vectors [n, dimensions] as lines of numbers."""
    return "".join("\t".join(map(repr, row)) + "\n" for row in matrix.astype(np.float64).tolist())


def label_rows(metadata: Sequence[Any], count: int, header: Sequence[str] | None) -> str:
    """``count`` labels as lines, or as many rows below a ``header``. Raises ValueError for others."""
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


def sprite(pictures: Any, count: int) -> tuple[bytes, int, int]:
    """(PNG file, width, height of one picture): all pictures in a square. Raises TypeError or ValueError."""
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


def _file_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", lambda found: f"%{ord(found[0]):02x}", text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
