"""Logs that something happens to, and all that a reader knows of them: what is read elsewhere is to be the same."""

import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from hypothesis import strategies as st

from cutaway.events.core import encode, frame
from cutaway.events.messages import EVENT, SESSION_START, file_version, session_log
from cutaway.events.schema import encode as encode_message
from cutaway.store import files_of_run
from cutaway.store.event_file import EventFile
from cutaway.store.log_directory import LogDirectory

NAME = "events.out.tfevents.1000.host.1.0"
TEXT = {
    "tag": "note",
    "tensor": {"dtype": 7, "string_val": [b"hello"]},
    "metadata": {"plugin_data": {"plugin_name": "text"}},
}
#: What may happen to a file: (run, what, how many points).
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["a", "a/b", "c"]),
        st.sampled_from(["grow", "half a record", "damage", "session", "text", "cut", "replace", "rewrite", "remove"]),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=12,
)


def records(steps: range, tag: str = "loss") -> bytes:
    return b"".join(encode(1000.0 + step, step, (tag,), (step / 7,)) for step in steps)


def a_file(steps: range, started: float = 1000.0) -> bytes:
    return frame(file_version(started)) + records(steps)


def files_of(log: LogDirectory) -> list[EventFile]:
    """The files of all runs, which are opened."""
    return [file for run in log.runs() for file in run.files.values()]


def everything(log: LogDirectory) -> Any:
    """What is known, but for ids, which tell in what order runs and tags came, and times of files."""
    found = {}
    for run in log.runs():
        tags: dict[tuple[str, str], Any] = {}
        for kind, names in run.kinds().items():
            for tag in names:
                if kind == "scalars":
                    parts = run.scalars(tag)
                    tags[kind, tag] = [(part.points.step.tolist(), part.points.value.tolist()) for part in parts]
                else:
                    values = log.values(log._ids.tag(tag, kind), run.id)[1]
                    tags[kind, tag] = (values.step.tolist(), [str(value) for value in values.readable()])
        files = [(info.name, info.bytes, info.bytes_read, info.damaged_bytes) for info in files_of_run.file_infos(run)]
        found[run.name] = (tags, files, [(end.offset, end.bytes) for end in files_of_run.unfinished(run)])
    return found, log.catalogue().logdir.state


class Happened(NamedTuple):
    """What a file is after an event, and what is known then of the log on the disk that it is in."""

    name: str
    #: None: the file was removed.
    content: bytes | None
    #: Whether another file has taken the name.
    is_another: bool
    #: In nanoseconds since the epoch.
    modified: int
    known: Any


def on_the_disk(events: list[tuple[str, str, int]]) -> Iterator[Happened]:
    """Let events happen to a log on the disk, one after the other; those that change nothing are left out."""
    numbers = itertools.count()
    with TemporaryDirectory() as folder:
        log = LogDirectory(folder)
        for run, what, count in events:
            path = Path(folder, run, NAME)
            before = path.read_bytes() if path.exists() else b""
            after = _after(before, what, next(numbers) * 10, count)
            # The clock of a file system may stand still between two writes.
            modified = time.time_ns()
            path.parent.mkdir(parents=True, exist_ok=True)
            if after is None:
                if not before:
                    continue
                path.unlink()
            else:
                other = path.with_name("other")
                target = other if what == "replace" and path.exists() else path
                target.write_bytes(after)
                os.utime(target, ns=(modified, modified))
                if target is other:
                    other.replace(path)
            log.refresh()
            # An empty directory is no missing one.
            known, _ = everything(log)
            yield Happened(f"{run}/{NAME}", after, what == "replace", modified, known)


def _after(before: bytes, what: str, start: int, count: int) -> bytes | None:
    more = records(range(start, start + count))
    if what == "half a record":
        more = more[:-7]
    elif what == "damage":
        more = more[:20] + bytes([more[20] ^ 255]) + more[21:] + records(range(count))
    elif what == "session":
        more = frame(session_log(2000.0, SESSION_START, count)) + more
    elif what == "text":
        more = frame(encode_message(EVENT, {"wall_time": 1.0, "step": count, "summary": {"value": [TEXT]}}))
    elif what == "cut":
        return before[: len(before) * 2 // 3]
    elif what == "replace":
        return a_file(range(count))
    elif what == "remove":
        return None
    elif what == "rewrite":
        # As large as before.
        return before[:-8] + bytes(len(before[-8:]))
    return (before or frame(file_version(1000.0))) + more
