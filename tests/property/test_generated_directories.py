"""Log directories that are read file by file hold what they hold when their small files are loaded many at a time, as
soon as they are found, later, or before anybody takes them in.

The directories are generated: data of all kinds, damage, restarts, and files that grow, are cut, replaced and removed.
"""

import os
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
from tests.generated_directories import content_after, directories, everything

from cutaway.events.core import encode
from cutaway.events.kind_names import SCALARS
from cutaway.store import loading, read_ahead
from cutaway.store.compacted.compact import compact
from cutaway.store.compacted.opened import open_log_directory
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.local import LocalPlace
from cutaway.store.places.local_roots import local_roots
from cutaway.store.reduce import reduce_chart
from cutaway.store.segments import join
from cutaway.store.smoothing import Smoothing

if TYPE_CHECKING:
    from cutaway.store.places.place import Place

#: What a chart is asked for.
VIEWS: list[dict[str, Any]] = [
    {"axis": "step", "pixels": 20},
    {"axis": "step", "pixels": 20, "x_range": (2.5, 30.0)},
    {"axis": "step", "scale": "log"},
    {"axis": "aligned", "x_range": (1.0, 60.0)},
    {"axis": "relative"},
    {"axis": "training", "pixels": 20},
    {"axis": "wall", "smoothing": Smoothing("mean", 5)},
    {"axis": "tag"},
]


#: What is sent of a chart by its bits, and the means of buckets apart, with the largest magnitude of what each is a
#: mean of.
Chart = tuple[list[Any], list[tuple[NDArray[Any], NDArray[Any]]]]


class OneByOne:
    """A local place whose files are opened one by one."""

    def __init__(self, folder: str) -> None:
        self._local = LocalPlace(folder)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._local, name)


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


def charts(log: LogDirectory, *, in_tables: bool) -> Iterator[Chart]:
    """Every chart on every axis. ``in_tables``: drawn of the tables that points are in, where that can be."""
    ids = [run.id for run in log.catalogue().runs]
    clocks = log.clocks(ids)
    for tag, view in product(scalar_tags(log), VIEWS):
        find = log.tag_points if in_tables else log.scalars
        points = find(log.tag_id(tag), ids)
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
    expected = list(charts(plain, in_tables=False))
    # First of what nobody has asked for.
    assert_same_charts(charts(loaded, in_tables=True), expected)
    assert everything(loaded) == everything(plain)
    for with_superseded in (False, True):
        assert segments(loaded, with_superseded) == segments(plain, with_superseded)
    assert_same_charts(charts(loaded, in_tables=False), expected)


def assert_same_charts(found: Iterator[Chart], expected: list[Chart]) -> None:
    """What is sent of charts is the same, and their means to some last digits."""
    for (sent, means), (its, others) in zip(found, expected, strict=True):
        assert sent == its
        for (mean, largest), (other, _) in zip(means, others, strict=True):
            # A sum of blocks is rounded otherwise than one of points.
            assert (np.abs(mean / 2 - other / 2) <= 4 * np.spacing(largest)).all()


def without_opening(log: LogDirectory, since: int) -> Any:
    """What there is to say of a log when no run is asked for, without revisions; and of which runs it is said that they
    are others since one."""
    catalogue, change = log.catalogue(), log.changes_since(since)
    said = (*log.kinds(), *log.value_tags()[1], log.scalar_metadata()[1], log.runs_matching("a"), change.structure)
    runs = [run._replace(revision=0, table_revision=0, kinds=dict.fromkeys(run.kinds, 0)) for run in catalogue.runs]
    return catalogue._replace(revision=0, runs=tuple(runs)), said, {run.name for run in change.runs}


def change(path: Path, what: str, content: bytes) -> None:
    """Let something happen to a file."""
    before = path.read_bytes() if path.exists() else b""
    path.parent.mkdir(exist_ok=True)
    if what == "remove":
        path.unlink(missing_ok=True)
        return
    target = path.with_name("another") if what == "replace" else path
    target.write_bytes(content_after(what, before, content))
    # The clock of a file system may stand still between two writes.
    modified = time.time_ns()
    os.utime(target, ns=(modified, modified))
    target.replace(path)


def assert_it_is_the_same_however_it_is_read(polls: list[Any], is_later: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if is_later:
            patch.setattr(loading, "SMALL", 0)
        loaded, plain = LogDirectory(folder), LogDirectory(cast("Place", OneByOne(folder)))
        # Nobody asks for a run of this one until the end.
        unopened, since = LogDirectory(folder), 0
        for changed in polls:
            for run, name, what, content in changed:
                change(Path(folder) / run / name, what, content)
            since = unopened.revision
            assert since == loaded.revision
            for log in (loaded, unopened, plain):
                log.refresh()
            assert without_opening(unopened, since) == without_opening(loaded, since)
            assert_same(loaded, plain)
        assert_same(unopened, plain)


def assert_it_is_the_same_when_it_was_read_ahead(polls: list[Any], is_later: bool) -> None:
    """While what was read waits, files change."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if is_later:
            patch.setattr(read_ahead, "SMALL", 0)
        # Ids are given in the order in which the runs had begun when they were found: all are found at first.
        for number, run in enumerate((".", "a", "b")):
            change(Path(folder) / run / "tfevents.0", "write", encode(-1e300 * (3 - number), 0, ["first"], [0.0]))
        for run, name, what, content in polls[0]:
            change(Path(folder) / run / name, what, content)
        ahead = read_ahead.ReadAhead(local_roots(folder), None, 1 << 30)
        ahead.wait()
        for run, name, what, content in (each for changed in polls[1:] for each in changed):
            change(Path(folder) / run / name, what, content)
        loaded, plain = LogDirectory(folder), LogDirectory(cast("Place", OneByOne(folder)))
        loaded.begin_with(ahead)
        for _ in range(2):
            loaded.refresh()
            plain.refresh()
        assert_same(loaded, plain)


def assert_it_is_the_same_when_it_was_compacted(polls: list[Any], is_asked: bool) -> None:
    """After the first poll; then files go on. ``is_asked``: somebody asks for everything at each poll."""
    with tempfile.TemporaryDirectory() as folder:
        logdir, target = Path(folder) / "log", Path(folder) / "to"
        logdir.mkdir()
        for run, name, what, content in polls[0]:
            change(logdir / run / name, what, content)
        compact(str(logdir), str(target))
        if not target.exists():
            # There is nothing in it.
            return
        compacted, plain = open_log_directory(target), LogDirectory(cast("Place", OneByOne(str(logdir))))
        for changed in ([], *polls[1:]):
            for run, name, what, content in changed:
                change(logdir / run / name, what, content)
            compacted.refresh()
            plain.refresh()
            if is_asked:
                assert_same(compacted, plain)
        assert_same(compacted, plain)


@given(directories, st.booleans())
def test_a_log_is_the_same_when_it_was_compacted(polls: list[Any], is_asked: bool) -> None:
    assert_it_is_the_same_when_it_was_compacted(polls, is_asked)


@given(directories, st.booleans())
def test_a_log_is_the_same_when_it_was_read_ahead(polls: list[Any], is_later: bool) -> None:
    assert_it_is_the_same_when_it_was_read_ahead(polls, is_later)


@given(directories, st.booleans())
def test_a_log_is_the_same_however_it_is_read(polls: list[Any], is_later: bool) -> None:
    assert_it_is_the_same_however_it_is_read(polls, is_later)


@pytest.mark.slow
@pytest.mark.parametrize("is_later", [False, True])
@given(directories)
@settings(max_examples=1000)
def test_a_thousand_logs_are_the_same_however_they_are_read(is_later: bool, polls: list[Any]) -> None:
    assert_it_is_the_same_however_it_is_read(polls, is_later)


@pytest.mark.slow
@given(directories, st.booleans())
@settings(max_examples=500)
def test_five_hundred_logs_are_the_same_when_they_were_compacted(polls: list[Any], is_asked: bool) -> None:
    assert_it_is_the_same_when_it_was_compacted(polls, is_asked)


@pytest.mark.slow
@pytest.mark.parametrize("is_later", [False, True])
@given(directories)
@settings(max_examples=500)
def test_five_hundred_logs_are_the_same_when_they_were_read_ahead(is_later: bool, polls: list[Any]) -> None:
    assert_it_is_the_same_when_it_was_read_ahead(polls, is_later)
