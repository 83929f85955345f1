"""Event files of which much is known together: what was loaded, and what a compacted directory has."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from cutaway.store.event_file import EventFile
from cutaway.store.loaded_file import PlainFiles
from cutaway.store.series_table import SeriesTable


class TogetherFiles(Protocol):
    """Files of which much is known together, by their numbers."""

    @property
    def series(self) -> SeriesTable:
        """The series of all files."""

    def plain(self) -> PlainFiles:
        """The files of which nothing but these facts is needed until somebody asks for their points."""

    def metadata(self, number: int) -> Mapping[str, bytes]:
        """The first SummaryMetadata of those tags of a file that have one."""

    def changed(self, paths: Sequence[str], numbers: Sequence[int]) -> list[int]:
        """Which of some plain files, by their paths and numbers, are no longer what is known of them, or gone: their
        places among these."""

    def take_into(self, file: EventFile, number: int) -> None:
        """Let the object of a plain file, of which nothing was read before, know all of it."""
