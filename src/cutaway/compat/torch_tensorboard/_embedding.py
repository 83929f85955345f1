"""``torch.utils.tensorboard._embedding``: the files that TensorBoard's projector reads, one by one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from cutaway.compat.v1.messages import Message
from cutaway.events import schema
from cutaway.record.arrays import real_numbers
from cutaway.record.embedding import label_rows, sprite, step_label, vector_rows

__all__ = ["EmbeddingInfo", "get_embedding_info", "make_mat", "make_sprite", "make_tsv", "write_pbtxt"]

_SPRITE = schema.Message(
    image_path=schema.Field(1, "string"), single_image_dim=schema.Field(2, "uint32", repeated=True)
)


class SpriteMetadata(Message):
    """The picture of all labels, and the width and height of one in it."""

    _table = _SPRITE


class EmbeddingInfo(Message):
    """An embedding, as the projector's configuration lists it."""

    _table = schema.Message(
        tensor_name=schema.Field(1, "string"),
        tensor_shape=schema.Field(2, "uint32", repeated=True),
        tensor_path=schema.Field(3, "string"),
        metadata_path=schema.Field(4, "string"),
        bookmarks_path=schema.Field(5, "string"),
        sprite=schema.Field(6, _SPRITE),
    )
    _kinds: ClassVar = {"sprite": SpriteMetadata}


def make_mat(matlist: Any, save_path: str) -> None:
    """Write vectors [n, dimensions] to ``tensors.tsv``."""
    _write(save_path, "tensors.tsv", vector_rows(real_numbers(matlist, "matlist")).encode())


def make_tsv(metadata: Sequence[Any], save_path: str, metadata_header: Sequence[str] | None = None) -> None:
    """Write labels, or rows with a header, to ``metadata.tsv``."""
    rows = list(metadata)
    _write(save_path, "metadata.tsv", label_rows(rows, len(rows), metadata_header).encode("utf-8", "replace"))


def make_sprite(label_img: Any, save_path: str) -> None:
    """Write pictures [n, channels, height, width] to ``sprite.png``, as one square."""
    _write(save_path, "sprite.png", sprite(label_img, len(label_img))[0])


def get_embedding_info(metadata: Any, label_img: Any, subdir: str, global_step: Any, tag: str) -> EmbeddingInfo:
    """The entry of an embedding whose files are in ``subdir`` of the run."""
    info = EmbeddingInfo(tensor_name=f"{tag}:{step_label(global_step)}", tensor_path=f"{subdir}/tensors.tsv")
    if metadata is not None:
        info.metadata_path = f"{subdir}/metadata.tsv"
    if label_img is not None:
        height, width = label_img.shape[2:]
        info.sprite = SpriteMetadata(image_path=f"{subdir}/sprite.png", single_image_dim=[int(width), int(height)])
    return info


def write_pbtxt(save_path: str, contents: str) -> None:
    """Write the projector's configuration."""
    _write(save_path, "projector_config.pbtxt", contents.encode())


def _write(directory: str, name: str, data: bytes) -> None:
    Path(directory, name).write_bytes(data)
