"""Opening a log directory, or the compacted directory of one."""

import os
from collections.abc import Mapping
from pathlib import Path

from cutaway.store.compacted.layout import MANIFESTS
from cutaway.store.index_cache import IndexCache
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.object_url import is_object_url


def open_log_directory(
    logdir: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]],
    cache: IndexCache | None = None,
    memory: int | None = None,
) -> LogDirectory:
    """See LogDirectory. Of a compacted directory it is the log directory that it was made of, read by its shards.

    Raises ValueError as well for a compacted directory without pyarrow, or with a manifest that cannot be understood.
    """
    if not isinstance(logdir, str | os.PathLike):
        return LogDirectory(logdir, cache, memory)
    numbers = _manifests(os.fspath(logdir))
    if numbers is None:
        return LogDirectory(logdir, cache, memory)
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise ValueError(
            f'{os.fspath(logdir)!r} is a compacted directory, which pyarrow reads: pip install "cutaway[parquet]"'
        ) from error
    from cutaway.store.compacted.chosen import objects_at
    from cutaway.store.compacted.compacted_log import CompactedLog
    from cutaway.store.compacted.manifest import read_newest
    from cutaway.store.compacted.source import source_at

    objects = objects_at(os.fspath(logdir))
    manifest = read_newest(objects, numbers)
    if manifest is None:
        return LogDirectory(logdir, cache, memory)
    source = source_at(manifest.source)
    return LogDirectory(manifest.source, CompactedLog(source, objects, manifest, cache), memory)


def _manifests(logdir: str) -> list[int] | None:
    """The numbers of the manifests below a directory or a URL, so that they are not listed twice; None where it is not
    a compacted directory. Of a local directory, which is listed at once, there are none."""
    if is_object_url(logdir):
        from cutaway.store.compacted.chosen import objects_at
        from cutaway.store.compacted.manifest import numbers_of

        try:
            return numbers_of(objects_at(logdir)) or None
        except (OSError, ValueError):
            # Reading it as a log directory says what is wrong.
            return None
    try:
        return [] if (Path(logdir).expanduser() / MANIFESTS).is_dir() else None
    except (RuntimeError, ValueError):
        # A home directory of nobody, or a name that no file has: the log directory says so.
        return None
