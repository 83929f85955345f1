"""Where the index of an event file is."""

from pathlib import Path


def index_path(directory: Path, identity: str) -> Path:
    """In the directory of indexes, by the event file's identity."""
    # What is read ahead begins sooner without it.
    import hashlib

    key = hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return directory / f"{key}.index"
