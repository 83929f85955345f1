"""Several log directories looked at as one, by their names."""

import shutil
from pathlib import Path

import pytest
from tests.unit.store.conftest import Write
from tests.unit.store.test_log_directory import refreshed

from cutaway.store.log_directory import LogDirectory


def test_several_directories_by_their_names(tmp_path: Path, write: Write) -> None:
    write("a", range(3))
    write("sub/b", range(2))
    other = tmp_path / "other"
    shutil.copytree(tmp_path / "log" / "a", other)
    log = LogDirectory({"one": tmp_path / "log", "two": other, "later": tmp_path / "later"})
    catalogue = refreshed(log)
    assert [(run.name, run.points) for run in catalogue.runs] == [("one/a", 3), ("one/sub/b", 2), ("two", 3)]
    assert catalogue.logdir.state == "ready"
    assert catalogue.logdir.path == f"one={tmp_path / 'log'}, two={other}, later={tmp_path / 'later'}"
    shutil.copytree(other, tmp_path / "later" / "run")
    shutil.rmtree(tmp_path / "log")
    assert [run.name for run in refreshed(log).runs] == ["later/run", "two"]
    for path in (other, tmp_path / "later"):
        shutil.rmtree(path)
    assert refreshed(log).logdir.state == "missing"
    (tmp_path / "log").mkdir()
    assert refreshed(log).logdir.state == "empty"


def test_one_directory_given_twice_is_there_once(tmp_path: Path, write: Write) -> None:
    write("a", range(3))
    log = LogDirectory({"one": tmp_path / "log", "two": tmp_path / "log"})
    assert [run.name for run in refreshed(log).runs] == ["one/a"]


@pytest.mark.parametrize("directories", [{}, {"": "x"}])
def test_directories_need_names(directories: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="by their names"):
        LogDirectory(directories)
