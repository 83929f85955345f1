"""Why a call of a storage place failed, in words."""

import os


def reason(error: OSError | MemoryError) -> str:
    """Why something could not be read, in a few words and without its path."""
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno).lower()
    return "out of memory" if isinstance(error, MemoryError) else str(error)
