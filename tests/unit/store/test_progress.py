"""A run's last step, first and newest point are those of its scalars, of the session that is going on."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import cutaway
from cutaway.events.core import encode, frame
from cutaway.events.messages import SESSION_START, file_version, session_log
from cutaway.store.catalogue import RunInfo
from cutaway.store.index_cache import IndexCache
from cutaway.store.log_directory import LogDirectory

#: A moment of the past, in seconds since the epoch.
PAST = 1_500_000_000.0


def runs_of(folder: Path) -> dict[str, RunInfo]:
    log = LogDirectory(folder)
    log.refresh()
    return {run.name: run for run in log.catalogue().runs}


def start(step: int, time: float) -> bytes:
    return frame(session_log(time, SESSION_START, step))


def points(steps: Iterable[int], begin: float, tag: str = "loss") -> bytes:
    return b"".join(encode(begin + i, step, [tag], [0.5]) for i, step in enumerate(steps))


def write(path: Path, header: float, *parts: bytes) -> None:
    """A file whose first record is of a time, with records behind it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(frame(file_version(header)) + b"".join(parts))


def records_text(writer: Any) -> None:
    writer.add_text("final", "done")


def records_hparams(writer: Any) -> None:
    writer.add_hparams({"lr": 1}, {"m": 1.0})


def records_results(writer: Any) -> None:
    """In a file of its own beside the others, as a sweep does it."""
    writer.add_hparams({"lr": 1}, {"m": 1.0}, run_name=".")


def records_nothing(_writer: Any) -> None:
    pass


@pytest.mark.parametrize("library", ["cutaway", "torch"])
@pytest.mark.parametrize("wall_time", [None, PAST])
@pytest.mark.parametrize("record_more", [records_nothing, records_text, records_hparams, records_results])
def test_what_is_recorded_at_the_end_is_no_step(
    tmp_path: Path, library: str, wall_time: float | None, record_more: Callable[[Any], None]
) -> None:
    writers = pytest.importorskip("torch.utils.tensorboard") if library == "torch" else cutaway
    writer = writers.SummaryWriter(str(tmp_path / "L" / "run"))
    for step in range(600):
        writer.add_scalar("loss", 1 / (step + 1), step, None if wall_time is None else wall_time + step)
    record_more(writer)
    writer.close()
    run = runs_of(tmp_path / "L")["run"]
    assert run.last_step == 599
    if wall_time is not None and record_more is not records_hparams:
        # The metrics of hyper-parameters are scalars, of the moment in which they are recorded.
        assert (run.first_wall_time, run.last_wall_time) == (PAST, PAST + 599)


def test_a_graph_at_the_end_is_no_step(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(str(tmp_path / "L"))
    for step in range(600):
        writer.add_scalar("loss", 1 / (step + 1), step)
    writer.add_graph(torch.nn.Linear(2, 2), torch.zeros(1, 2))
    writer.close()
    assert runs_of(tmp_path / "L")["."].last_step == 599


def test_a_run_without_scalars_is_as_far_as_its_records(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        for step in (3, 40, 7):
            writer.add_text("note", "x", step, PAST + step)
    run = runs_of(tmp_path)["."]
    assert (run.last_step, run.first_wall_time, run.last_wall_time) == (40, PAST + 3, PAST + 40)


def test_of_a_session_the_greatest_step_counts(tmp_path: Path) -> None:
    """Other tags than the training's may have the newest point."""
    write(tmp_path / "tfevents.1", PAST, points([0, 600, 30], PAST), points([50], PAST + 9, "val/loss"))
    assert runs_of(tmp_path)["."].last_step == 600


def test_a_resumed_run_is_as_far_as_its_newest_session(tmp_path: Path) -> None:
    one = tmp_path / "one"
    write(one / "tfevents.1", PAST, points(range(0, 2000, 100), PAST))
    write(one / "tfevents.2", PAST + 1000, start(1500, PAST + 1000), points([1500, 1600], PAST + 1001))
    same = tmp_path / "same"
    write(
        same / "tfevents.1", PAST, points(range(0, 2000, 100), PAST), start(1500, PAST + 99), points([1510], PAST + 100)
    )
    without = tmp_path / "without"
    write(without / "tfevents.1", PAST, points(range(0, 2000, 100), PAST))
    write(without / "tfevents.2", PAST + 1000, points([7], PAST + 1001))
    runs = runs_of(tmp_path)
    assert {name: run.last_step for name, run in runs.items()} == {"one": 1600, "same": 1510, "without": 7}
    assert runs["one"].first_wall_time == PAST


def test_a_session_without_scalars_yet_is_where_it_starts(tmp_path: Path) -> None:
    write(tmp_path / "tfevents.1", PAST, points(range(0, 2000, 100), PAST))
    write(tmp_path / "tfevents.2", PAST + 1000, start(1800, PAST + 1000))
    write(tmp_path / "tfevents.3", PAST + 2000, start(1500, PAST + 2000))
    assert runs_of(tmp_path)["."].last_step == 1500


def test_a_later_file_without_scalars_starts_nothing(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss", 1.0, 70)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_text("note", "x", 5)
    assert runs_of(tmp_path)["."].last_step == 70


def test_writers_at_the_same_time_all_count(tmp_path: Path) -> None:
    write(tmp_path / "tfevents.1", PAST, points(range(30), PAST))
    write(tmp_path / "tfevents.2", PAST + 10, points(range(5), PAST + 10))
    assert runs_of(tmp_path)["."].last_step == 29


@pytest.mark.parametrize("starts", [False, True])
def test_times_before_those_of_the_files_do_not_turn_their_order(tmp_path: Path, starts: bool) -> None:
    """Each file's values were recorded before the first record of any, by the times that they were given."""
    first, second = (start(0, PAST), start(10, PAST + 20)) if starts else (b"", b"")
    write(tmp_path / "tfevents.1", PAST + 5000, first, points(range(20), PAST))
    write(tmp_path / "tfevents.2", PAST + 6000, second, points(range(10, 15), PAST + 20))
    log = LogDirectory(tmp_path)
    log.refresh()
    (run,) = log.catalogue().runs
    assert (run.last_step, run.first_wall_time, run.last_wall_time) == (14, PAST, PAST + 24)
    found = [step for part in log.scalars("t0", ["r0"])["r0"] for step in part.points.step.tolist()]
    assert found == [*range(10 if starts else 20), *range(10, 15)]


def test_an_index_knows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cutaway.store.index_cache.INDEXED", 1)
    monkeypatch.setattr("cutaway.store.held_runs.INDEXED", 1)
    cache = IndexCache(tmp_path / "cache")
    path = tmp_path / "log" / "tfevents.1"
    write(path, PAST + 9999, points(range(20), PAST), start(10, PAST + 20), points(range(10, 15), PAST + 20))
    for _ in range(2):
        log = LogDirectory(tmp_path / "log", cache)
        log.refresh()
        log.keep()
        (run,) = log.catalogue().runs
        assert (run.last_step, run.first_wall_time, run.last_wall_time) == (14, PAST, PAST + 24)
    with path.open("ab") as file:
        file.write(points([12, 13], PAST + 30))
    log.refresh()
    (run,) = log.catalogue().runs
    assert (run.last_step, run.last_wall_time) == (14, PAST + 31)
