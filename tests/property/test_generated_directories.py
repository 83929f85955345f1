"""Log directories that are read file by file hold what they hold when their small files are loaded many at a time.

The directories are generated: data of all kinds, damage, restarts, and files that grow, are cut, replaced and removed.
"""

import os
import struct
import tempfile
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.drawn import lines_of
from tests.generated_files import contents

from cutaway.events.kind_names import SCALARS
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.local import LocalPlace
from cutaway.store.reduce import reduce_chart
from cutaway.store.segments import join
from cutaway.store.smoothing import Smoothing

if TYPE_CHECKING:
    from cutaway.store.places.place import Place

#: What a chart is asked for.
VIEWS: list[dict[str, Any]] = [
    {"axis": "step", "pixels": 20},
    {"axis": "step", "scale": "log"},
    {"axis": "aligned", "x_range": (1.0, 60.0)},
    {"axis": "relative"},
    {"axis": "training", "pixels": 20},
    {"axis": "wall", "smoothing": Smoothing("mean", 5)},
    {"axis": "tag"},
]


class OneByOne:
    """A local place whose files are opened one by one."""

    def __init__(self, folder: str) -> None:
        self._local = LocalPlace(folder)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._local, name)


def everything(log: LogDirectory) -> Any:
    """What a log has, numbers as their bits, without revisions."""
    found: list[Any] = []
    for run in sorted(log.runs(), key=lambda run: run.name):
        info = run.info()
        facts = [info.id, info.name, info.color, info.points, sorted(info.kinds), info.last_step, info.damaged_bytes]
        facts += [info.first_wall_time, info.last_wall_time, info.attempts, run.started, run.last_recorded]
        found.append([*facts, run.file_infos(), run.unfinished(), run.damage(), run.malformed(), run.unreadable()])
        clock = run.clock()
        found.append(None if clock is None else [clock.start, clock.first_step])
        found.append({tag: (step, struct.pack("<d", value)) for tag, (step, value) in run.not_finite().items()})
        for kind, names in run.kinds().items():
            for tag in names:
                found.append([kind, tag, run.metadata(kind, tag)])
                if kind == "scalars":
                    # Which of two zeros is the smallest is no matter.
                    each = [
                        (last_step, last, low + 0.0, high + 0.0) for last_step, last, low, high in run.scalar_facts(tag)
                    ]
                    found.append([struct.pack("<q3d", *facts) for facts in each])
                    found += [_points(part) for part in run.scalars(tag) + run.scalars(tag, with_superseded=True)]
                else:
                    found += [[places.offset.tolist(), places.step.tolist()] for _, places in run.blobs(kind, tag)]
    return found, [(tag.name, tag.kind, tag.runs) for tag in log.catalogue().tags]


def segments(log: LogDirectory, with_superseded: bool) -> Any:
    """The lines of every run and tag of scalars, by their bits."""
    found: list[Any] = []
    for tag in scalar_tags(log):
        ids = [run.id for run in log.catalogue().runs]
        for run, parts in sorted(log.scalars(log.tag_id(tag), ids, with_superseded=with_superseded).items()):
            for segment in join(parts):
                columns = [segment.step.tobytes(), segment.wall_time.tobytes(), segment.value.tobytes()]
                dtype = str(segment.value.dtype)
                found.append([tag, run, dtype, segment.step_ascending, segment.wall_ascending, columns])
    return found


def charts(log: LogDirectory) -> Iterator[tuple[list[Any], list[tuple[NDArray[Any], NDArray[Any]]]]]:
    """Every chart on every axis: what is sent of it by its bits, and the means of buckets apart, with the largest
    magnitude of what each is a mean of."""
    ids = [run.id for run in log.catalogue().runs]
    clocks = log.clocks(ids)
    for tag, view in product(scalar_tags(log), VIEWS):
        points = log.scalars(log.tag_id(tag), ids)
        found = reduce_chart(points, clocks=clocks, others=points, details=True, **view)
        sent: list[Any] = [found.axis, found.scale, found.range, found.level, found.origin]
        means = []
        for series in lines_of(found):
            for name, value in vars(series).items():
                if name != "mean":
                    # Which of two zeros is the smallest is no matter.
                    value = value + 0.0 if name in ("min", "max") else value
                    is_column = isinstance(value, np.ndarray)
                    sent.append([name, (value.dtype.str, value.tobytes()) if is_column else value])
            largest = np.maximum(abs(series.min), abs(series.max))
            means.append((series.mean, largest))
        yield sent, means


def scalar_tags(log: LogDirectory) -> list[str]:
    """The names of all tags with points."""
    return [tag.name for tag in log.catalogue().tags if tag.kind == SCALARS]


def assert_same(loaded: LogDirectory, plain: LogDirectory) -> None:
    """What one log has, the other has, by its bits."""
    assert everything(loaded) == everything(plain)
    for with_superseded in (False, True):
        assert segments(loaded, with_superseded) == segments(plain, with_superseded)
    for (sent, means), (its, others) in zip(charts(loaded), charts(plain), strict=True):
        assert sent == its
        for (mean, largest), (other, _) in zip(means, others, strict=True):
            # A sum of blocks is rounded otherwise than one of points.
            assert (np.abs(mean / 2 - other / 2) <= 2 * np.spacing(largest)).all()


def _points(part: Any) -> Any:
    points = part.points
    facts = [points.lowest_step, points.highest_step, points.lowest, points.highest, points.wall_ascending]
    columns = [points.step.tobytes(), points.wall_time.tobytes(), points.value.tobytes(), points.breaks.tolist()]
    not_finite = points.not_finite and (points.not_finite[0], struct.pack("<d", points.not_finite[1]))
    return [str(points.dtype), facts, columns, not_finite, points.sessions, part.first_wall_time, part.last_wall_time]


changes = st.lists(
    st.tuples(
        st.sampled_from(["a", "a", "b", "."]),
        st.sampled_from(["events.out.tfevents.1", "tfevents.2"]),
        st.sampled_from(["write", "append", "append", "cut", "damage", "replace", "remove"]),
        contents,
    ),
    max_size=6,
)
directories = st.lists(changes, min_size=1, max_size=3)


def change(path: Path, what: str, content: bytes) -> None:
    """Let something happen to a file."""
    before = path.read_bytes() if path.exists() else b""
    path.parent.mkdir(exist_ok=True)
    if what == "remove":
        path.unlink(missing_ok=True)
        return
    target = path.with_name("another") if what == "replace" else path
    middle = len(before) // 2
    hit = bytes(byte ^ 255 for byte in before[middle : middle + 1])
    target.write_bytes(
        {
            "append": before + content,
            "cut": before[:middle],
            "damage": before[:middle] + hit + before[middle + 1 :],
        }.get(what, content)
    )
    # The clock of a file system may stand still between two writes.
    modified = time.time_ns()
    os.utime(target, ns=(modified, modified))
    target.replace(path)


def assert_it_is_the_same_however_it_is_read(polls: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        loaded, plain = LogDirectory(folder), LogDirectory(cast("Place", OneByOne(folder)))
        for changed in polls:
            for run, name, what, content in changed:
                change(Path(folder) / run / name, what, content)
            loaded.refresh()
            plain.refresh()
            assert_same(loaded, plain)


@given(directories)
def test_a_log_is_the_same_however_it_is_read(polls: list[Any]) -> None:
    assert_it_is_the_same_however_it_is_read(polls)


@pytest.mark.slow
@given(directories)
@settings(max_examples=1000)
def test_a_thousand_logs_are_the_same_however_they_are_read(polls: list[Any]) -> None:
    assert_it_is_the_same_however_it_is_read(polls)
