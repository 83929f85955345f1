"""Log directories of this machine, as the store asks for them."""

import os
from pathlib import Path

import pytest

from cutaway.events.open_file import NotRegularError
from cutaway.store.places.local import LocalPlace
from cutaway.store.places.place import OutsideError, Place, directory_of, name_of
from cutaway.store.places.text import as_text


def test_it_is_a_place(tmp_path: Path) -> None:
    assert isinstance(LocalPlace(tmp_path), Place)
    # So is nothing that names one.
    assert not any(isinstance(other, Place) for other in ("log", tmp_path, {"a": tmp_path}, None))


def test_a_file_is_the_same_by_its_name_and_when_it_is_open(tmp_path: Path) -> None:
    place, path = LocalPlace(tmp_path), tmp_path / "file"
    path.write_bytes(b"abc")
    before = place.stat(str(path))
    with place.open(str(path)) as file:
        assert file.status() == place.stat(str(path)) == before
        assert (before.size, before.modified) == (3, path.stat().st_mtime_ns)
        # It has grown, another time, and been written to in the same second with as many bytes.
        path.write_bytes(b"abcdef")
        assert file.status().size == 6
        os.utime(path, ns=(1, before.modified))
        grown = place.stat(str(path))
        assert (grown.identity, grown.modified) == (before.identity, before.modified)
        assert grown != before
        # Another one of the name.
        other = tmp_path / "other"
        other.write_bytes(b"abcdef")
        other.replace(path)
        assert file.status().identity == before.identity != place.stat(str(path)).identity
    for wrong in (tmp_path / "nothing", path / "below"):
        for ask in (place.stat, place.open):
            with pytest.raises(OSError, match=r"No such file|Not a directory"):
                ask(str(wrong))
    with pytest.raises(NotRegularError):
        place.open(str(tmp_path))


def test_links(tmp_path: Path) -> None:
    log, outside = tmp_path / "log", tmp_path / "outside"
    (log / "a").mkdir(parents=True)
    (log / "a" / "file").write_bytes(b"inside")
    outside.write_bytes(b"outside")
    (log / "in").symlink_to(log / "a" / "file")
    (log / "out").symlink_to(outside)
    place = LocalPlace(log)
    for name, content, kinds in (
        ("a/file", b"inside", {"followed", "inside", "refused"}),
        ("in", b"inside", {"followed", "inside"}),
        ("out", b"outside", {"followed"}),
    ):
        with place.open(str(log / name)) as file:
            assert file.read() == content
        if "inside" in kinds:
            place.open(str(log / name), links="inside").close()
        else:
            with pytest.raises(OutsideError):
                place.open(str(log / name), links="inside")
        if "refused" in kinds:
            place.open(str(log / name), links="refused").close()
        else:
            with pytest.raises(OSError, match="symbolic links"):
                place.open(str(log / name), links="refused")


@pytest.mark.parametrize("root", ["log", "log/a/file"])
def test_names_that_a_log_gives_to_files(tmp_path: Path, root: str) -> None:
    directory = tmp_path / "log" / "a"
    directory.mkdir(parents=True)
    (directory / "file").write_bytes(b"")
    (directory / "link").symlink_to(tmp_path)
    place = LocalPlace(tmp_path / root)
    # Of one file, the files beside it are inside.
    assert place.resolve(str(directory), "new.tsv") == str((directory / "new.tsv").resolve())
    for name in ("../../secret", "link/secret", str(tmp_path / "secret")):
        with pytest.raises(
            PermissionError, match=rf"^'{name}', which is outside the log directory '{tmp_path / root}'$"
        ):
            place.resolve(str(directory), name)
    with pytest.raises(PermissionError, match=r"^'\\x00', which is no file's name$"):
        place.resolve(str(directory), "\0")
    # Of several directories, those of all are inside.
    both = LocalPlace({"one": tmp_path / root, "two": tmp_path})
    assert both.resolve(str(directory), "../../secret") == str((tmp_path / "secret").resolve())


def test_parts_of_a_path(tmp_path: Path) -> None:
    for path in (str(tmp_path / "file"), "memory://bucket/logs/file"):
        assert (name_of(path), directory_of(path)) == ("file", path.removesuffix("/file"))


@pytest.mark.parametrize("size", [0, 1, 8191, 8192, 100_000])
def test_text_of_a_file(tmp_path: Path, size: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(("line\r\nß\n" * (size // 8 + 1)).encode()[:size] + b"\xff")
    file = LocalPlace(tmp_path).open(str(path))
    with as_text(file) as text, path.open(encoding="utf-8", errors="replace") as expected:
        assert list(text) == list(expected)
    assert file.closed
