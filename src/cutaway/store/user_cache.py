"""The user's cache directory: everything in it can be deleted at any time."""

import os
from pathlib import Path


def user_cache(name: str) -> Path:
    """``$XDG_CACHE_HOME/cutaway/NAME``, by default ``~/.cache/cutaway/NAME``; it need not exist."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "cutaway" / name
