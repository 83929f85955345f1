"""Directories are listed alike by both twins, and walked through to the end, whatever lies in them."""

# Names are bytes here, and Path takes none.
# ruff: noqa: PTH101, PTH102, PTH103, PTH114, PTH116, PTH118, PTH119, PTH120, PTH211

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from cutaway.events import _pure_listing, early
from cutaway.store.places import walk
from cutaway.store.places.place import is_event_file
from cutaway.store.places.walk import find_event_files

PARTS = [b"tfevents", b".pt.trace.json"]

names = st.sampled_from(
    [b"a", b"b", b"run 2", "ü".encode(), b"\xff\xfe", b"plugins", b"profile", b".hidden", b"tfevents", b"x" * 200]
)
file_names = st.sampled_from(
    [b"events.out.tfevents.1.host", b"tfevents\xff", b"1.tfevents.profile-empty", b"w.pt.trace.json.gz", b"model.ckpt"]
)
paths = st.lists(names, max_size=4).map(b"/".join)
things = st.lists(
    st.one_of(
        st.tuples(st.just("directory"), paths, names, st.just(b"")),
        st.tuples(st.sampled_from(["file", "file", "pipe"]), paths, file_names, st.just(b"")),
        st.tuples(st.just("link"), paths, names | file_names, paths | st.just(b"nowhere")),
        st.tuples(st.sampled_from(["own link", "closed"]), paths, names | file_names, st.just(b"")),
    ),
    max_size=25,
)


@contextmanager
def tree(made: list[Any]) -> Iterator[bytes]:
    """A directory with some things; those that cannot be there, because of others, are not."""
    with tempfile.TemporaryDirectory() as folder:
        root = os.fsencode(folder)
        closed = []
        for what, where, name, target in made:
            path = os.path.join(root, where, name)
            try:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                if what == "directory":
                    os.mkdir(path)
                elif what == "file":
                    Path(os.fsdecode(path)).touch()
                elif what == "pipe":
                    os.mkfifo(path)
                elif what == "link":
                    os.symlink(os.path.join(root, target), path)
                elif what == "own link":
                    os.symlink(name, path)
                else:
                    os.mkdir(path)
                    closed.append(path)
            except OSError:
                continue
        # The inner ones first, while they can be reached.
        closed.sort(key=len, reverse=True)
        for path in closed:
            os.chmod(path, 0)
        try:
            yield root
        finally:
            for path in reversed(closed):
                os.chmod(path, 0o700)


def every_directory(root: bytes) -> list[bytes]:
    """Those of a tree, however they are reached, and some paths that are none."""
    inside = [where for where, _, _ in os.walk(root)]
    others = [os.path.join(where, name) for where, folders, files in os.walk(root) for name in folders + files]
    return [*inside, *others, os.path.join(root, b"none"), b"", root + b"/" + b"y" * 300]


@given(things)
def test_both_twins_list_the_same(made: list[Any]) -> None:
    with tree(made) as root:
        paths = every_directory(root)
        native = early.list_directories(paths, PARTS)
        assert native == _pure_listing.list_directories(paths, PARTS)
        assert early.list_directories(paths[:1], []) == _pure_listing.list_directories(paths[:1], [])


@given(things)
def test_a_walk_finds_each_file_that_can_be_reached_once(made: list[Any]) -> None:
    with tree(made) as root:
        folder = os.fsdecode(root)
        calls: list[None] = []
        found = find_event_files({"": folder}, lambda: calls.append(None))
        listed = [path for each in found.files.values() for path in each]
        # A slow walk of what can be seen without links, and of each directory that a link leads to.
        seen: dict[tuple[int, int], list[str]] = {}
        for where, folders, files in os.walk(folder, followlinks=False):
            _note(seen, where, files)
            for name in folders:
                _note(seen, os.path.join(where, name), [])
        real = {os.path.realpath(path) for path in listed if not os.path.islink(path)}
        expected = {os.path.realpath(path) for each in seen.values() for path in each if not os.path.islink(path)}
        assert expected <= real
        # No file is listed by two directories that are one.
        assert len({(os.stat(os.path.dirname(path)).st_ino, os.path.basename(path)) for path in listed}) == len(listed)
        assert all(os.path.lexists(path) and is_event_file(os.path.basename(path)) for path in listed)
        for name, each in found.files.items():
            assert each == sorted(each)
            assert {os.path.dirname(path) for path in each} == {os.path.join(folder, name) if name != "." else folder}
        assert calls


@given(things)
def test_directories_that_are_listed_side_by_side_are_found_in_the_same_order(made: list[Any]) -> None:
    with tree(made) as root:
        roots = {"": os.fsdecode(root)}
        together = find_event_files(roots, lambda: None)
        with patch.object(walk, "_AT_ONCE", 1), patch.object(walk, "_IN_FLIGHT", 3):
            apart = find_event_files(roots, lambda: None)
        assert apart == together
        assert list(apart.files) == list(together.files)


def _note(seen: dict[tuple[int, int], list[str]], where: str, files: list[str]) -> None:
    try:
        status = os.stat(where)
    except OSError:
        return
    kept = seen.setdefault((status.st_dev, status.st_ino), [])
    kept += [os.path.join(where, name) for name in files if is_event_file(name)]


def test_a_directory_that_goes_while_it_is_walked_through_is_passed_over(tmp_path: Path) -> None:
    for name in ("a/b", "c"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "tfevents").touch()
    steps: list[None] = []

    def remove() -> None:
        steps.append(None)
        if len(steps) == 2:
            shutil.rmtree(tmp_path / "a")

    found = find_event_files({"": str(tmp_path)}, remove)
    assert (found.files, found.unreadable) == ({"c": [str(tmp_path / "c" / "tfevents")]}, {})
