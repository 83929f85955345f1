"""Files that are loaded ahead are as those that are loaded."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cutaway.events import core, early
from cutaway.events.core import encode, frame
from cutaway.events.messages import SESSION_STOP, file_version, session_log
from cutaway.events.tables import LARGE, LEFT, LOADED, OTHERS

pytestmark = pytest.mark.skipif(not core.is_native, reason="only the native kernel loads files ahead")
PLENTY = 1 << 40


@pytest.fixture
def paths(tmp_path: Path) -> list[bytes]:
    """Five files: two of scalars, one whose session ends, a damaged one, and one that is not there."""
    found = []
    for number in range(4):
        records = [encode(1000.0 + step, step, ["loss", f"tag{number}"], [step / 7, number]) for step in range(100)]
        if number == 2:
            records.append(frame(session_log(1100.0, SESSION_STOP)))
        if number == 3:
            records[50] = records[50][:-1] + bytes([records[50][-1] ^ 1])
        path = tmp_path / f"events.out.tfevents.{number}"
        path.write_bytes(frame(file_version(1000.0)) + b"".join(records))
        found.append(bytes(path))
    return [*found, bytes(tmp_path / "none")]


def loader(most: int = PLENTY) -> early.AheadLoader:
    found = early.ahead_loader(most)
    assert found is not None
    return found


def outcomes(files: early.RawFiles) -> list[int]:
    found: list[int] = files.loaded().files["outcome"].tolist()
    return found


def contents(loaded: Any) -> list[Any]:
    """Of files without other data than scalars."""
    columns = [np.asarray(each).tobytes() for each in (loaded.files, loaded.series, loaded.arena, loaded.checksums)]
    return [columns, loaded.names, loaded.blobs]


def test_they_are_as_core_loads_them(paths: list[bytes]) -> None:
    groups = [paths[:2], paths[3:]]
    for found, group in zip(loader().load(groups, 1 << 20), groups, strict=True):
        assert contents(found.loaded()) == contents(core.load(group, 1 << 20))


def test_of_other_data_than_scalars_nothing_is_said(paths: list[bytes]) -> None:
    (found,) = loader().load([paths], 1 << 20)
    assert outcomes(found) == [LOADED, LOADED, OTHERS, LEFT, LEFT]
    assert found.loaded().blobs == {}


def test_large_files_are_told_as_they_are(paths: list[bytes]) -> None:
    (found,) = loader().load([paths], 100)
    assert outcomes(found) == [LARGE, LARGE, LARGE, LARGE, LEFT]
    status = [Path(path.decode()).stat() for path in paths[:4]]
    assert found.large() == [
        (place, f"{each.st_dev}/{each.st_ino}", each.st_size, each.st_mtime_ns) for place, each in enumerate(status)
    ]


def test_it_ends_when_enough_was_read(paths: list[bytes]) -> None:
    first, second = loader(1).load([paths[:2], paths[3:]], 1 << 20)
    assert outcomes(first) == [LOADED]
    assert outcomes(second) == []
    bounded = loader(Path(paths[0].decode()).stat().st_size + 1)
    assert outcomes(bounded.load([paths[:2]], 1 << 20)[0]) == [LOADED, LOADED]
    assert outcomes(bounded.load([paths[:2]], 1 << 20)[0]) == []


def test_nothing_is_read_any_more_once_it_was_stopped(paths: list[bytes]) -> None:
    stopped = loader()
    stopped.stop()
    assert [outcomes(found) for found in stopped.load([paths, paths], 1 << 20)] == [[], []]


def test_there_may_be_nothing(tmp_path: Path) -> None:
    assert loader().load([], 100) == []
    (found,) = loader().load([[]], 100)
    assert outcomes(found) == []
    assert found.large() == []


def test_a_path_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError):
        loader().load([["events"]], 100)  # type: ignore[list-item]


WITHOUT_NUMPY = """
import sys
from pathlib import Path
from cutaway.store.read_ahead import ReadAhead
ahead = ReadAhead({"": Path(sys.argv[1])}, Path(sys.argv[1]), 1 << 30)
ahead.wait()
found = ahead.found()
assert found is not None and found.state == "ready", found
assert "numpy" not in sys.modules
print(sum(len(loaded.files) for _, loaded in ahead.end()))
"""


def test_reading_ahead_needs_no_numpy(paths: list[bytes]) -> None:
    folder = Path(paths[0].decode()).parent
    ran = subprocess.run([sys.executable, "-c", WITHOUT_NUMPY, folder], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr, ran.stdout) == (0, "", "4\n")
