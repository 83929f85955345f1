"""Files with very many tags: as taking in one point of a tag costs as much as a hundred, more is read at a time."""

from pathlib import Path

import pytest

from cutaway.events import core
from cutaway.events.messages import file_version
from cutaway.store import loading
from cutaway.store.event_file import EventFile
from cutaway.store.load_sizes import SMALL
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.local import LocalPlace


def written(folder: Path, tags: int, points: int) -> Path:
    """A record for each step of each tag."""
    path = folder / "events.out.tfevents.1000.host.1.0"
    names = [(f"{'x' * 100}/{number}",) for number in range(tags)]
    with path.open("wb") as file:
        file.write(core.frame(file_version(1000.0)))
        for step in range(points):
            file.write(b"".join(core.encode(1000.0 + step, step, name, (float(step),)) for name in names))
    return path


@pytest.mark.parametrize(("tags", "points", "batches"), [(20_000, 10, 2), (20, 10_000, 4)])
def test_more_is_read_at_a_time(tmp_path: Path, tags: int, points: int, batches: int) -> None:
    file = EventFile(str(written(tmp_path, tags, points)), LocalPlace(str(tmp_path)))
    read = 0
    while file.pending:
        file.check()
        batch = file.read()
        assert batch is not None
        file.apply(batch)
        read += 1
    assert read == batches
    assert file.points == tags * points
    assert len(file.scalars) == tags
    for series in file.scalars.values():
        assert series.points.step.tolist() == list(range(points))
        assert series.points.value.tolist() == [float(step) for step in range(points)]


@pytest.mark.parametrize(("tags", "points", "is_whole"), [(2000, 4, True), (30, 100, True), (10, 800, False)])
def test_a_wide_file_is_loaded_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tags: int, points: int, is_whole: bool
) -> None:
    monkeypatch.setattr(loading, "LARGEST", 1000)
    file = EventFile(str(written(tmp_path, tags, points)), LocalPlace(str(tmp_path)))
    file.check()
    assert file.size > SMALL
    loaded = loading.load_whole(file, file.place)
    assert (loaded is not None) is is_whole
    if loaded is not None:
        files, status = loaded
        file.take_loaded(files, 0, status)
        assert not file.pending
        assert [len(series.points) for series in file.scalars.values()] == [points] * tags


@pytest.mark.parametrize(("memory", "is_whole"), [(None, True), (1 << 40, True), (1 << 20, False)])
def test_a_wide_file_is_loaded_as_a_whole_where_there_is_memory_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: int | None, is_whole: bool
) -> None:
    monkeypatch.setattr(loading, "LARGEST", 1000)
    monkeypatch.setattr(loading, "WORKERS", 2)
    file = EventFile(str(written(tmp_path, 2000, 4)), LocalPlace(str(tmp_path)))
    file.check()
    assert file.size > 1 << 19
    noted: list[None] = []
    loaded = loading.load_whole(file, file.place, memory, lambda: noted.append(None))
    assert (loaded is not None) is is_whole
    assert bool(noted) is is_whole


def test_a_wide_file_that_is_read_in_pieces_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "LARGEST", 1000)
    path = written(tmp_path, 3000, 4)
    log = LogDirectory(tmp_path)
    log.refresh()
    with path.open("ab") as file:
        file.write(core.encode(1004.0, 4, [f"{'x' * 100}/7"], [4.0]) + core.encode(1004.0, 4, ["new"], [4.0]))
    log.refresh()
    (run,) = log.runs()
    assert run.points == 3000 * 4 + 2
    (part,) = run.scalars(f"{'x' * 100}/7")
    assert part.points.value.tolist() == [0, 1, 2, 3, 4]
    (part,) = run.scalars(f"{'x' * 100}/8")
    assert part.points.value.tolist() == [0, 1, 2, 3]
