"""A file's bytes in memory."""

import os
from pathlib import Path

import pytest

from cutaway.events.kernel import Kernel


@pytest.mark.parametrize("size", [1, 4096, 100_001])
def test_the_bytes_of_a_file(kernel: Kernel, tmp_path: Path, size: int) -> None:
    path = tmp_path / "file"
    data = os.urandom(size)
    path.write_bytes(data)
    mapped = kernel.map_file(os.fsencode(path))
    view = memoryview(mapped)
    assert view.readonly
    assert view == data
    mapped.let_go()
    # The file has another one's name by now.
    path.with_name("other").write_bytes(b"?")
    path.with_name("other").replace(path)
    del mapped
    assert view == data


def test_no_file_is_kept_open(kernel: Kernel, tmp_path: Path) -> None:
    open_files = Path("/proc/self/fd")
    if not open_files.exists():
        pytest.skip("files are counted in /proc")
    path = tmp_path / "file"
    path.write_bytes(b"content")
    before = len(list(open_files.iterdir()))
    mapped = [kernel.map_file(os.fsencode(path)) for _ in range(10)]
    assert len(list(open_files.iterdir())) == before
    assert [memoryview(each).tobytes() for each in mapped] == [b"content"] * 10


def test_what_cannot_be_mapped(kernel: Kernel, tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(ValueError, match="empty"):
        kernel.map_file(os.fsencode(tmp_path / "empty"))
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(OSError):
            kernel.map_file(os.fsencode(path))
