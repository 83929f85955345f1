"""Warnings that tell the user of trouble with an event file: training goes on."""

import os
import warnings
from pathlib import Path

from cutaway.events.write_trouble import Trouble


class RecordingWarning(RuntimeWarning):
    """Something could not be recorded, or not at once; training goes on."""


def warn(message: str, depth: int = 4) -> None:
    """Say something, if there is anything to say; ``depth`` is the number of frames up to the line that it is about.

    Without a writer's lock: the code that shows warnings may well record something with this writer.
    """
    if message:
        # The caller of what the writer's caller is a method of.
        warnings.warn(message, RecordingWarning, stacklevel=depth)


def counted(records: int) -> str:
    """So many records, in words."""
    return "1 record" if records == 1 else f"{records:,} records"


def begun(path: Path, trouble: Trouble) -> str:
    """Records wait from now on."""
    what = f"cannot write to {path}: {os.strerror(trouble.error)}" if trouble.error else f"writing to {path} is slow"
    return f"{what}; training goes on, and records wait in memory for the disk, where a killed process loses them"


def removed(path: Path, records: int, new: Path, is_copied: bool) -> str:
    """The file was removed, and there is a new one."""
    if not records:
        return f"{path} was removed; recording goes on in a new file, {new}"
    if is_copied:
        return (
            f"{path} was removed; what was in it, {counted(records)}, is in a new file, {new}, where recording goes on"
        )
    return (
        f"{path} was removed, and {counted(records)} with it, since they cannot be read any more; "
        f"recording goes on in a new file, {new}"
    )


def not_replaced(path: Path, records: int, reason: str) -> str:
    """The file was removed, and there is no new one yet."""
    return (
        f"{path} was removed, and no new file can be created: {reason}; training goes on, and records wait in memory, "
        f"{counted(records)} in the removed file, where a killed process loses them"
    )


def lost(path: Path, records: int, reason: str) -> str:
    """At the end, records are not in the file."""
    return f"{counted(records)} could not be written to {path}: {reason}"


def waiting(path: Path, records: int, reason: str) -> str:
    """Records still wait after a flush."""
    return f"{counted(records)} for {path} still wait in memory: {reason}"


def joined(*messages: str) -> str:
    """Messages one after the other, those that say something."""
    return "; ".join(message for message in messages if message)
