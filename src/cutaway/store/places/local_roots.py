"""The directories of this machine that a log directory is made of."""

import os
from collections.abc import Mapping
from pathlib import Path

from cutaway.events.local_path import local_path


def local_roots(logdir: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]]) -> dict[str, Path]:
    """By their names, absolute; a directory that is the only one has an empty name.

    A leading ``~`` is the home directory. Raises TypeError for a value that is not a path, and ValueError for a URL,
    for no directory at all and for a name that is empty.
    """
    if not isinstance(logdir, Mapping):
        return {"": local_path(logdir, "logdir")}
    if not logdir or not all(logdir):
        raise ValueError("several log directories are given by their names, none of which is empty")
    return {name: local_path(each, f"logdir[{name!r}]") for name, each in logdir.items()}
