"""Event files of many runs with few descriptors: one file a run, whatever happens in between."""

import os
import pickle
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import cutaway
from cutaway.compat.sub_runs import SubRuns
from cutaway.events.core import encode
from cutaway.events.writer import RecordingWarning


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[SubRuns]:
    """Two open files at most."""
    found = SubRuns(tmp_path, "", most_open=2)
    yield found
    found.close()


def write(runs: SubRuns, names: str, step: int) -> None:
    for name in names:
        runs.write(name, encode(100.0, step, ("t",), (float(step),)))


def steps(place: Path) -> dict[str, list[int]]:
    logs = cutaway.open(place)
    assert logs.damage == []
    return {name: logs[name].scalars("t").step.tolist() for name in logs}


def opened(runs: SubRuns) -> str:
    return "".join(name for name, file in runs.files().items() if file.is_open)


def test_those_used_least_recently_are_put_aside(tmp_path: Path, runs: SubRuns) -> None:
    write(runs, "abaac", 0)
    assert opened(runs) == "ac"
    write(runs, "bca", 1)
    assert opened(runs) == "ac"
    assert runs.put_one_aside()
    assert opened(runs) == "a"
    assert runs.put_one_aside()
    assert not runs.put_one_aside()
    assert steps(tmp_path) == {"a": [0, 0, 0, 1], "b": [0, 1], "c": [0, 1]}
    assert all(len(list((tmp_path / name).iterdir())) == 1 for name in "abc")


def test_a_file_that_was_put_aside_takes_records_by_itself(tmp_path: Path, runs: SubRuns) -> None:
    """As when two threads meet, or a program holds it."""
    write(runs, "abc", 0)
    file = runs.files()["a"]
    assert not file.is_open
    file.write(encode(100.0, 1, ("t",), (1.0,)))
    assert steps(tmp_path)["a"] == [0, 1]


def test_a_file_that_is_removed_meanwhile(tmp_path: Path, runs: SubRuns) -> None:
    write(runs, "abc", 0)
    removed = runs.files()["a"].path
    removed.unlink()
    with pytest.warns(RecordingWarning, match="was removed, and 1 record with it.*recording goes on in a new file"):
        write(runs, "a", 1)
    assert steps(tmp_path) == {"a": [1], "b": [0], "c": [0]}


def test_syncing_what_was_put_aside(tmp_path: Path, runs: SubRuns) -> None:
    write(runs, "abc", 0)
    before = opened(runs)
    runs.flush(sync=True)
    assert opened(runs) == before
    runs.files()["a"].path.unlink()
    with pytest.warns(RecordingWarning, match="was removed"):
        runs.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_child_has_files_of_its_own(tmp_path: Path, runs: SubRuns) -> None:
    write(runs, "abc", 0)
    child = os.fork()
    if not child:
        write(runs, "abc", 1)
        runs.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    write(runs, "abc", 2)
    copy = pickle.loads(pickle.dumps(runs))
    write(copy, "abc", 3)
    copy.close()
    runs.close()
    assert {name: sorted(found) for name, found in steps(tmp_path).items()} == {name: [0, 1, 2, 3] for name in "abc"}
    assert all(len(list((tmp_path / name).iterdir())) == 3 for name in "abc")


def test_threads(tmp_path: Path, runs: SubRuns) -> None:
    threads = [threading.Thread(target=write, args=(runs, "abcde" * 40, step)) for step in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened(runs)) <= 2
    expected = [step for step in range(4) for _ in range(40)]
    assert {name: sorted(found) for name, found in steps(tmp_path).items()} == dict.fromkeys("abcde", expected)
    assert all(len(list((tmp_path / name).iterdir())) == 1 for name in "abcde")
