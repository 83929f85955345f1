"""What a walk through a directory finds."""

from collections.abc import Callable
from pathlib import Path

from cutaway.store.log_directory import LogDirectory


def test_links_that_lead_nowhere_hide_nothing(tmp_path: Path, write: Callable[..., Path]) -> None:
    path = write("a/run", [0])
    for folder in (path.parent, path.parent.parent, tmp_path / "log"):
        (folder / "loop").symlink_to("loop")
        (folder / "gone").symlink_to("nowhere")
    only = tmp_path / "log" / "b"
    only.mkdir()
    (only / "loop").symlink_to("loop")
    log = LogDirectory(tmp_path / "log")
    log.refresh()
    assert [run.name for run in log.catalogue().runs] == ["a/run"]
