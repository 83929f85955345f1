"""``tensorboardX.global_writer``: a writer that counts the steps of each tag, over all processes that were forked."""

import hashlib
import multiprocessing
from typing import Any

from cutaway.compat.tensorboardx.writer import SummaryWriter
from cutaway.record.file_writer import FileWriter

__all__ = ["GlobalSummaryWriter"]

#: Tags that are counted at most.
_MOST_TAGS = 1 << 14


class GlobalSummaryWriter:
    """A SummaryWriter without steps: each call with a tag is one step more than that before, of whichever process.

    Each process that records has a file of its own in the directory of the run. The arguments are those of
    SummaryWriter; ``coalesce_process`` is accepted and changes nothing. At most 16,384 tags are counted.
    """

    def __init__(self, *args: Any, coalesce_process: bool = True, **kwargs: Any) -> None:
        """Open the event file."""
        self.smw = SummaryWriter(*args, **kwargs)
        # Pairs of a tag's digest and its next step, in memory that forked processes share; 0 is a free place.
        self._steps = multiprocessing.Array("Q", 2 * _MOST_TAGS)

    @property
    def file_writer(self) -> FileWriter | None:
        """The FileWriter; None when this writer is closed."""
        return self.smw.file_writer

    def add_scalar(self, tag: str, scalar_value: Any, walltime: float | None = None) -> None:
        """Record one number; see SummaryWriter."""
        self.smw.add_scalar(tag, scalar_value, self._next_step("scalar", tag), walltime)

    def add_image(self, tag: str, img_tensor: Any, walltime: float | None = None, dataformats: str = "CHW") -> None:
        """Record one picture; see SummaryWriter."""
        self.smw.add_image(tag, img_tensor, self._next_step("image", tag), walltime, dataformats)

    def add_text(self, tag: str, text_string: Any, walltime: float | None = None) -> None:
        """Record a text; see SummaryWriter."""
        self.smw.add_text(tag, text_string, self._next_step("text", tag), walltime)

    def close(self) -> None:
        """End the file."""
        self.smw.close()

    @staticmethod
    def getSummaryWriter() -> "GlobalSummaryWriter":  # noqa: N802
        """The writer of this process, which is made at the first call."""
        global _writer
        if _writer is None:
            _writer = GlobalSummaryWriter()
        return _writer

    def _next_step(self, kind: str, tag: str) -> int:
        digest = hashlib.blake2b(f"{kind}\0{tag}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
        key = int.from_bytes(digest, "little") or 1
        with self._steps.get_lock():
            places: Any = self._steps.get_obj()
            for i in range(_MOST_TAGS):
                place = 2 * ((key + i) % _MOST_TAGS)
                if places[place] in (0, key):
                    places[place] = key
                    places[place + 1] += 1
                    return int(places[place + 1]) - 1
        raise ValueError(f"tag must be one of at most {_MOST_TAGS:,} tags, got {tag!r}")


_writer: GlobalSummaryWriter | None = None
