"""A user's name of a directory or a file, as an absolute path of this machine.

Object stores and other URLs are refused: as a path, ``s3://bucket/run`` would be the directory ``./s3:/bucket/run``.
"""

import os
import re
from pathlib import Path
from urllib.parse import unquote

#: ``s3://``, ``dbfs:/``, ``simplecache::s3://``. One letter is a drive of Windows. A ``Path`` has only one slash left.
_URL = re.compile(r"(?:[A-Za-z][\w+.\-]*::)*([A-Za-z][\w+.\-]+):/")
_FILE_URL = re.compile(r"file:/+(?:localhost/+)?", re.IGNORECASE)


def local_path(path: str | os.PathLike[str], name: str) -> Path:
    """``path`` made absolute, so that a later change of the working directory moves nothing.

    A leading ``~`` or ``~user`` is a home directory. ``name`` is the argument's, for messages: TypeError for a
    value that is not a path, and ValueError for a URL, for an unknown user and for a path with a null byte.
    """
    text = os.fspath(path) if isinstance(path, str | os.PathLike) else None
    if not isinstance(text, str):
        raise TypeError(f"{name} must be a path, got {path!r} ({type(path).__name__})")
    if _URL.match(text):
        found = _FILE_URL.match(text)
        hint = (
            f"that is {'/' + unquote(text[found.end() :])!r}" if found else "object stores and URLs are not supported"
        )
        raise ValueError(f"{name} must be a local path, got {text!r}; {hint}")
    if "\0" in text:
        raise ValueError(f"{name} must be a path without a null byte, got {text!r}")
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        home = Path(text).parts[0]
        hint = f"{home} is no home directory, ./{home} would be a directory of that name"
        raise ValueError(f"{name} must be a path, got {text!r}; {hint}") from None
