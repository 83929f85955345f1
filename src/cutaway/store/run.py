"""One run: the event files of one directory."""

import math
from typing import TYPE_CHECKING

from cutaway.store.catalogue import DamageInfo, NotShownInfo, RunInfo, UnreadableInfo
from cutaway.store.event_file import EventFile
from cutaway.store.segments import FilePoints

if TYPE_CHECKING:
    from pathlib import Path


class Run:
    """What is known of one run. Not for several threads at once: the log directory holds the lock."""

    def __init__(self, run_id: str, name: str, color: int) -> None:
        self.id = run_id
        self.name = name
        self.color = color
        self.files: dict[Path, EventFile] = {}
        #: The log directory's revision when this run last changed.
        self.revision = 0

    @property
    def points(self) -> int:
        """Scalar points in all files."""
        return sum(file.points for file in self.files.values())

    @property
    def first_wall_time(self) -> float | None:
        """When the first file begins, in seconds since the epoch."""
        return min(
            (file.first_wall_time for file in self.files.values() if file.first_wall_time is not None), default=None
        )

    def ordered_files(self) -> list[EventFile]:
        """The files by their first event, then by name."""
        return sorted(self.files.values(), key=_start)

    def scalars(self, tag: str) -> list[FilePoints]:
        """The tag's points, a part for each file that has it, in the order of the files."""
        parts = []
        for file in self.ordered_files():
            series = file.scalars.get(tag)
            if series is not None:
                parts.append(FilePoints(series.points, file.first_wall_time, file.last_wall_time))
        return parts

    def info(self) -> RunInfo:
        """The run's line in the catalogue."""
        files = self.files.values()
        newest = max(
            ((file.last_wall_time, file.last_step) for file in files if file.last_wall_time is not None),
            default=(None, None),
        )
        return RunInfo(
            id=self.id,
            name=self.name,
            color=self.color,
            points=self.points,
            revision=self.revision,
            first_wall_time=self.first_wall_time,
            last_wall_time=newest[0],
            last_step=newest[1],
            damaged_bytes=sum(file.damaged_bytes for file in files),
        )

    def damage(self) -> list[DamageInfo]:
        """Every range that was skipped and is remembered."""
        return [
            DamageInfo(self.id, file.name, damage.offset, damage.length)
            for file in self.ordered_files()
            for damage in file.damage
        ]

    def unreadable(self) -> list[UnreadableInfo]:
        """The files that cannot be read."""
        files = [file for file in self.ordered_files() if file.unreadable]
        return [UnreadableInfo(self.id, file.name, file.unreadable) for file in files]

    def not_shown(self) -> list[NotShownInfo]:
        """Counts of the records that are not scalars, by kind."""
        kinds = sorted({kind for file in self.files.values() for kind in file.others})
        return [NotShownInfo(self.id, kind, sum(file.others[kind] for file in self.files.values())) for kind in kinds]


def _start(file: EventFile) -> tuple[float, str]:
    return (math.inf if file.first_wall_time is None else file.first_wall_time, file.path.name)
