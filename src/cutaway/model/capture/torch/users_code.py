"""The user's own lines among the frames of a call."""

import sys
from types import FrameType
from typing import Any

import torch

_TORCH = str(torch.__path__[0])
_OURS = __file__.rpartition("/model/")[0]
#: Whether a file is the user's, by its name.
_USERS: dict[str, bool] = {}


def is_users(file: str) -> bool:
    """Whether code of this file is neither PyTorch's nor of this package."""
    users = _USERS.get(file)
    if users is None:
        users = _USERS[file] = not file.startswith((_TORCH, _OURS, "<"))
    return users


def source(until: FrameType | None = None) -> str | None:
    """The place in the user's code: the innermost frame outside PyTorch and this package, of those within `until`."""
    frame: Any = sys._getframe(2)
    while frame is not None and frame is not until:
        name = frame.f_code.co_filename
        if is_users(name):
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back
    return None
