"""cutaway.open says what it does not show: unfinished ends, foreign files, empty values; and opens one file."""

import os
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

import cutaway
from cutaway.events.core import encode, frame
from cutaway.events.messages import EVENT
from cutaway.events.schema import encode as encode_message
from cutaway.store.log_directory import LogDirectory

Write = Callable[..., Path]

#: When the files were last written to that nobody writes to any more.
OLD = (1_600_000_000, 1_600_000_000)


def test_one_file(write: Write) -> None:
    path = write("a", range(3))
    write("a", range(5), name="events.out.tfevents.2")
    logs = cutaway.open(path)
    assert (logs.runs, logs["."].scalars("loss").step.tolist(), logs["."].files()) == (["."], [0, 1, 2], [path])
    write("a", range(3, 4))
    assert logs.refresh()
    assert len(logs["."].scalars("loss")) == 4
    assert logs["."].embeddings() == []
    pointer = path.with_name("pointer.tfevents")
    pointer.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    with pytest.raises(ValueError, match=r"pointer.tfevents' cannot be read: not an event file but a Git LFS pointer"):
        cutaway.open(pointer)


def test_an_end_that_is_no_record_is_said(write: Write, tmp_path: Path) -> None:
    path = write("a", range(3))
    whole = path.stat().st_size
    write("a", [], raw=encode(1.0, 2, ["loss"], [3.0])[:-3])
    torn = path.stat().st_size - whole
    # It is still being written.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        logs = cutaway.open(tmp_path / "log")
    (end,) = logs.unfinished
    assert (end.file, end.offset, end.bytes, end.is_quiet) == (path.name, whole, torn, False)
    assert logs["a"].unfinished == [end]
    # Nobody has written for long.
    os.utime(path, OLD)
    with pytest.warns(UserWarning, match=f"{path.name}: {torn} bytes at its end, at {whole}, are no complete record"):
        logs = cutaway.open(tmp_path / "log")
    (end,) = logs.unfinished
    assert (end.bytes, end.modified, end.is_quiet) == (torn, 1_600_000_000, True)


def test_a_running_reader_says_it_when_nobody_writes_any_more(tmp_path: Path, write: Write) -> None:
    log = LogDirectory(tmp_path / "log")
    path = write("a", range(3), raw=encode(1.0, 2, ["loss"], [3.0])[:-3])
    log.refresh()
    assert log.catalogue().unfinished == ()
    revision = log.revision
    os.utime(path, OLD)
    log.refresh()
    (end,) = log.catalogue().unfinished
    assert end.bytes == len(encode(1.0, 2, ["loss"], [3.0])) - 3
    assert log.changes_since(revision).structure


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"version https://git-lfs.github.com/spec/v1\n", "not an event file but a Git LFS pointer"),
        (b"<!doctype html><title>Sign in</title>", "not an event file but an HTML page"),
        (bytes(5000), "not an event file but zeros"),
    ],
)
def test_what_is_no_event_file_is_said(tmp_path: Path, write: Write, content: bytes, reason: str) -> None:
    path = tmp_path / "log" / "b" / "events.out.tfevents.1"
    write("a", range(3))
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.warns(UserWarning, match=f"{path.name}: {reason}"):
        logs = cutaway.open(tmp_path / "log")
    (item,) = logs.unreadable
    assert (item.file, item.reason.startswith(reason), logs.unfinished) == (path.name, True, [])
    assert logs["a"].points == 3
    # And then it is one.
    write("b", range(4), name="other")
    (path.parent / "other").replace(path)
    logs.refresh()
    assert (logs.unreadable, logs["b"].points) == ([], 4)


def test_nothing_but_captures_of_a_profiler(tmp_path: Path) -> None:
    for name in ("2026_01_01", "2026_01_02"):
        (tmp_path / "log" / "plugins" / "profile" / name).mkdir(parents=True)
        (tmp_path / "log" / "plugins" / "profile" / name / "host.xplane.pb").write_bytes(b"x")
    (tmp_path / "log" / "events.out.tfevents.1.profile-empty").write_bytes(b"")
    logs = cutaway.open(tmp_path / "log")
    text = "there are no event files but 2 captures of a profiler, which Cutaway does not read"
    assert (logs.detail, repr(logs).endswith(f"0 points; {text}>")) == (text, True)
    assert cutaway.open(tmp_path / "log" / "plugins").detail == text
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "host_1.123.pt.trace.json").write_text("{}")
    assert cutaway.open(tmp_path / "torch").detail.startswith("there are no event files but 1 capture of")
    (tmp_path / "empty").mkdir()
    assert cutaway.open(tmp_path / "empty").detail == ""


def test_values_that_hold_nothing_are_counted(write: Write, tmp_path: Path) -> None:
    """As tensorboardX writes a video without moviepy, and Estimator its global step."""
    empty = {"wall_time": 2000.0, "step": 7, "summary": {"value": [{"tag": "video"}, {"tag": "global_step"}]}}
    write("a", range(3), raw=frame(encode_message(EVENT, empty)) * 2 + frame(encode_message(EVENT, {"step": 1})))
    logs = cutaway.open(tmp_path / "log")
    run = logs["a"]
    assert run.kinds == {"scalars": ["loss"], "empty": ["global_step", "video"]}
    assert run.values("empty", "video").step.tolist() == [7, 7]
    assert {kind.name: kind.records for kind in logs._directory.kinds()} == {"scalars": 3, "empty": 5}
    # Nothing was recorded then.
    assert (run._stored.info().last_step, run._stored.info().last_wall_time) == (2, 1002.0)


def test_files_of_embeddings_are_looked_at_again(write: Write, tmp_path: Path) -> None:
    folder = write("a", range(1)).parent
    (folder / "projector_config.pbtxt").write_text(
        'embeddings { tensor_name: "e" tensor_path: "t.tsv" metadata_path: "m.tsv" }'
    )
    (folder / "t.tsv").write_text("1\t2\n3\t4\n")
    (folder / "m.tsv").write_text("a\nb\n")
    (embedding,) = cutaway.open(tmp_path / "log")["a"].embeddings()
    assert (embedding.to_array().tolist(), embedding.labels()) == ([[1, 2], [3, 4]], [["a"], ["b"]])
    (folder / "t.tsv").write_text("1\t2\n3\tfour\n")
    with pytest.raises(ValueError, match=r"t\.tsv holds no tab-separated numbers: .*'four'"):
        embedding.to_array()
    secret = tmp_path / "secret.tsv"
    secret.write_text("9\t9\n")
    (folder / "t.tsv").unlink()
    (folder / "t.tsv").symlink_to(secret)
    with pytest.raises(OSError, match="symbolic links"):
        embedding.to_array()
    for name in ("m.tsv", "projector_config.pbtxt"):
        (folder / name).unlink()
        os.mkfifo(folder / name)
    with pytest.raises(OSError, match="no regular file but a pipe"):
        embedding.labels()
    with pytest.raises(OSError, match="no regular file but a pipe"):
        cutaway.open(tmp_path / "log")["a"].embeddings()
