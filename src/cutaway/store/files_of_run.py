"""What there is to say of each event file of a run, in the order of the files."""

import hashlib
import os

from cutaway.store.catalogue import DamageInfo, FileInfo, MalformedInfo, UnfinishedInfo, UnreadableInfo
from cutaway.store.event_file import EventFile
from cutaway.store.kinds.registry import KINDS
from cutaway.store.run import Run


def file_infos(run: Run) -> list[FileInfo]:
    """The files themselves."""
    return [
        FileInfo(
            id=_file_id(run, file),
            run=run.id,
            name=file.name,
            bytes=file.size,
            bytes_read=file.bytes_read,
            points=file.points,
            values=dict(file.record_counts),
            unknown=tuple(kind for kind in file.record_counts if kind not in KINDS),
            damaged_bytes=file.damaged_bytes,
            malformed=file.malformed,
            unreadable=file.trouble,
            first_wall_time=file.first_wall_time,
            last_wall_time=file.last_wall_time,
            modified=file.modified / 1e9,
        )
        for file in run.ordered_files()
    ]


def file_path(run: Run, file_id: str) -> str | None:
    """Where the file with that id is; None when there is none."""
    return next((file.path for file in run.files.values() if _file_id(run, file) == file_id), None)


def damage(run: Run) -> list[DamageInfo]:
    """Every range that was skipped and is remembered."""
    return [
        DamageInfo(run.id, file.name, skipped.offset, skipped.length)
        for file in run.ordered_files()
        for skipped in file.damage
    ]


def malformed(run: Run) -> list[MalformedInfo]:
    """How many records of the files are not events."""
    return [MalformedInfo(run.id, file.name, file.malformed) for file in run.ordered_files() if file.malformed]


def unfinished(run: Run) -> list[UnfinishedInfo]:
    """Ends of the files that are not a complete record."""
    return [
        UnfinishedInfo(run.id, file.name, file.bytes_read, count, file.modified / 1e9, file.is_quiet)
        for file in run.ordered_files()
        if (count := file.unfinished_bytes) > 0
    ]


def unreadable(run: Run) -> list[UnreadableInfo]:
    """The files that cannot be read, and those that are not event files."""
    return [
        UnreadableInfo(run.id, file.name, file.trouble, is_foreign=file.is_foreign)
        for file in run.ordered_files()
        if file.trouble
    ]


def _file_id(run: Run, file: EventFile) -> str:
    """Opaque, and the same for as long as there is a file of the name."""
    return f"{run.id}.{hashlib.sha256(os.fsencode(file.name)).hexdigest()[:12]}"
