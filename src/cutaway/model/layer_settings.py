"""The sizes of windows, steps and groups that a layer says of itself, for columns of their own."""

import re

from cutaway.model.rows import Row
from cutaway.model.values_text import size_text


def kernel_size(row: Row) -> str:
    """``3×3``: the window of a convolution or a pooling layer; empty for all else."""
    return _size(row, "kernel_size")


def stride(row: Row) -> str:
    """How far the window moves."""
    return _size(row, "stride")


def groups(row: Row) -> str:
    """Into how many groups a convolution divides its channels; layers only tell it when there is more than one."""
    found = re.search(r"\bgroups=(\d+)", row.config)
    if found is not None:
        return found.group(1)
    return "1" if _size(row, "kernel_size") and "Conv" in row.type else ""


def _size(row: Row, name: str) -> str:
    found = re.search(rf"\b{name}=(\d+|\([\d, ]*\))", row.config)
    return "" if found is None else size_text(tuple(map(int, re.findall(r"\d+", found.group(1)))))
