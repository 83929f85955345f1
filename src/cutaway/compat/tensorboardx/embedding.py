"""``tensorboardX.embedding``: the files that TensorBoard's projector reads, one by one."""

from cutaway.compat.torch_tensorboard._embedding import make_mat, make_sprite, make_tsv

__all__ = ["make_mat", "make_sprite", "make_tsv"]
