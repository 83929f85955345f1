"""Files that are loaded many at a time: both twins say the same of them, whatever is in them."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from fuzz.inputs import NATIVE, PURE, check_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generated_directories import content_after, directories, everything
from tests.generated_files import KINDS, contents, tensor_value
from tests.memory_place import MemoryPlace

from cutaway.events import core
from cutaway.events.messages import file_version
from cutaway.events.open_file import FileStatus
from cutaway.events.tables import BLOCK, LARGE, LARGEST_SERIES, LEFT, LOADED
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.open_object import Followed

if TYPE_CHECKING:
    from collections.abc import Callable

    from cutaway.events.kernel import Kernel
    from cutaway.store.places.place import Place


@given(
    st.lists(contents, max_size=4),
    st.sampled_from([100, 1 << 20]),
    st.sampled_from([0, 1 << 20]),
    st.sampled_from([1, 100, 8 << 20]),
)
def test_both_twins_load_the_same(written: list[bytes], largest: int, widest: int, piece: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, str(number)) for number in range(len(written))]  # noqa: PTH118 - of a test
        for path, content in zip(paths, written, strict=True):
            Path(path).write_bytes(content)
        names = [os.fsencode(path) for path in [*paths, folder, f"{folder}/none"]]
        native = NATIVE.load(names, largest, widest, piece)
        check_equal(native, PURE.load(names, largest, widest))
        for facts, content in zip(native.files, written, strict=False):
            if len(content) <= largest:
                assert facts["outcome"] != LARGE
            elif len(content) > widest:
                assert facts["outcome"] != LOADED


#: What the bytes of a file do not say.
_OF_THE_DISK = ["device", "inode", "modified", "changed"]


@given(st.lists(contents, max_size=4), st.sampled_from([bytes, bytearray, memoryview]))
def test_what_is_loaded_from_bytes_is_what_is_loaded_from_paths(written: list[bytes], made: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, str(number)) for number in range(len(written))]  # noqa: PTH118 - of a test
        for path, content in zip(paths, written, strict=True):
            Path(path).write_bytes(content)
        of_paths = NATIVE.load([os.fsencode(path) for path in paths], 1 << 20)
    of_paths.files[_OF_THE_DISK] = np.zeros(len(written), of_paths.files.dtype)[_OF_THE_DISK]
    check_equal(of_paths, NATIVE.load_contents([made(content) for content in written]))
    check_equal(of_paths, PURE.load_contents([made(content) for content in written]))


def test_contents_of_several_blocks_are_loaded() -> None:
    record = core.encode(1000.0, 1, ["x" * 3000], [0.5])
    content = core.frame(file_version(1000.0)) + record * (3 * BLOCK // len(record))
    native, pure = NATIVE.load_contents([content, content]), PURE.load_contents([content, content])
    check_equal(native, pure)
    assert native.files["outcome"].tolist() == [LOADED, LOADED]
    assert len(native.checksums) == 2 * (len(content) // BLOCK)


@given(st.one_of(st.integers(0, 40), st.integers(12_250, 12_330)), st.integers(0), st.integers(0, 255))
def test_a_wrong_byte_of_a_record_of_any_length_is_found(length: int, place: int, wrong: int) -> None:
    record = core.frame(file_version(1000.0)) + core.encode(1000.0, 1, ["x" * length], [0.5])
    content = bytearray(record * 2)
    content[place % len(content)] ^= wrong
    native = NATIVE.load_contents([content])
    check_equal(native, PURE.load_contents([content]))
    assert (native.files["outcome"].item() == LOADED) == (not wrong)


#: Bytes of a file that are read and decoded at a time.
STEP = 256 << 10


@pytest.mark.parametrize("length", [STEP - 100, STEP, 3 * STEP + 5])
@pytest.mark.parametrize("at_end", [0, 1, 11, 40])
def test_records_that_end_where_a_step_does_or_go_on_behind_it(tmp_path: Path, length: int, at_end: int) -> None:
    scalars = b"".join(core.encode(1000.0 + step, step, ["loss"], [step / 7]) for step in range(20_000))
    first = core.frame(file_version(1000.0))
    # A field that nobody knows, of a file's own.
    large = core.frame(bytes([0x7A, length & 127 | 128, length >> 7 & 127 | 128, length >> 14]) + bytes(length))
    text = core.encode(1001.0, 1, ["x" * (STEP - at_end - len(first))], [0.5])
    path = tmp_path / "file"
    for content in (first + text + scalars, first + large + scalars, scalars + text + scalars, text + large):
        path.write_bytes(content)
        native = NATIVE.load([bytes(path)] * 2, len(content))
        check_equal(native, PURE.load([bytes(path)] * 2, len(content)))
        assert native.files["size"].tolist() == [len(content)] * 2


@pytest.mark.parametrize("place", [3, STEP - 1, STEP, STEP + 1, 2 * STEP + 9])
def test_damage_in_any_step_is_found(tmp_path: Path, place: int) -> None:
    content = bytearray(b"".join(core.encode(1000.0 + step, step, ["loss"], [0.5]) for step in range(15_000)))
    content[place] ^= 1
    path = tmp_path / "file"
    path.write_bytes(content)
    good = tmp_path / "good"
    good.write_bytes(core.encode(1000.0, 1, ["loss"], [0.5]) * 30_000)
    native = NATIVE.load([bytes(path), bytes(good)], 8 << 20)
    check_equal(native, PURE.load([bytes(path), bytes(good)], 8 << 20))
    assert native.files["outcome"].tolist() == [LEFT, LOADED]
    assert native.files["has_first"].tolist() == [1, 1]


@given(st.lists(st.sampled_from(["nothing", "append", "rewrite", "touch", "replace", "remove", "link"]), max_size=6))
def test_both_twins_say_which_files_have_changed(happened: list[str]) -> None:
    content = core.encode(1000.0, 1, ["loss"], [0.5])
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, str(number)) for number in range(len(happened))]
        for path in paths:
            path.write_bytes(content)
            # The clock of a file system may stand still between two writes.
            os.utime(path, ns=(1000, 1000))
        names = list(map(bytes, paths))
        files = NATIVE.load(names, 1 << 20).files
        for path, what in zip(paths, happened, strict=True):
            if what == "append":
                path.write_bytes(content * 2)
            elif what == "rewrite":
                path.write_bytes(content[::-1])
            elif what == "touch":
                os.utime(path, ns=(2000, 2000))
            elif what in ("replace", "link"):
                other = Path(folder, "other")
                other.write_bytes(content)
                os.utime(other, ns=(1000, 1000))
                if what == "link":
                    path.unlink()
                    path.symlink_to(other)
                else:
                    other.replace(path)
            elif what == "remove":
                path.unlink()
        expected = [number for number, what in enumerate(happened) if what != "nothing"]
        assert NATIVE.changed_files(names, files) == PURE.changed_files(names, files) == expected


@pytest.mark.parametrize("kernel", [NATIVE, PURE])
def test_there_is_a_row_for_each_file_that_may_have_changed(kernel: "Kernel") -> None:
    files = kernel.load([b"none"], 100).files
    assert kernel.changed_files([b"none"], files) == [0]
    assert kernel.changed_files([], files[:0]) == []
    with pytest.raises(ValueError, match="a row for each of 2 paths, not 1"):
        kernel.changed_files([b"none", b"none"], files)


@pytest.mark.parametrize("kernel", [NATIVE, PURE])
def test_what_is_loaded_from_must_be_bytes(kernel: "Kernel") -> None:
    assert len(kernel.load_contents([]).files) == 0
    with pytest.raises(TypeError):
        kernel.load_contents([core.frame(file_version(1000.0)), "text"])  # type: ignore[list-item]


class Objects(MemoryPlace):
    """Files that are replaced as a whole, as objects are; several of them show the same ``files``."""

    has_versions = True

    def __init__(self, files: MemoryPlace, *, loads: bool) -> None:
        """``loads`` False: objects are read as large ones are, by ranges."""
        super().__init__()
        self._files = files._files
        self._loads = loads
        self._generations: dict[str, int] = {}
        self.requests = 0
        self.bytes_sent = 0

    def stat(self, path: str) -> FileStatus:
        status = super().stat(path)
        return status._replace(identity=f"{path} {self._generations.get(path, 0)}")

    def readers(self, size: int) -> int | None:
        return 2

    def follow(self, path: str) -> "Callable[[str], Any]":
        followed = Followed(self, path)
        return followed if self._loads else followed.__call__

    def get(self, path: str, status: FileStatus, start: int, length: int) -> memoryview:
        self.requests += 1
        data = memoryview(self._stored(path).content)[start : start + length]
        self.bytes_sent += len(data)
        return data

    def renew(self, path: str) -> None:
        self._generations[path] = self._generations.get(path, 0) + 1


@given(directories)
@settings(max_examples=200)
def test_a_log_of_objects_is_the_same_however_it_is_read(polls: list[Any]) -> None:
    files = MemoryPlace()
    places = [Objects(files, loads=loads) for loads in (True, False)]
    loaded, plain = (LogDirectory(cast("Place", place)) for place in places)
    for changed in polls:
        for run, name, what, content in changed:
            key = name if run == "." else f"{run}/{name}"
            before = files.content(key) if files.path(key) in files._files else b""
            if what != "remove":
                files.write(key, content_after(what, before, content))
            elif before:
                files.remove(key)
        loaded.refresh()
        plain.refresh()
        assert everything(loaded) == everything(plain)
        assert places[0].requests <= places[1].requests
        assert places[0].bytes_sent <= places[1].bytes_sent


def wide_contents(points: int) -> bytes:
    """Some MiB with more tags than a hash table begins with, SummaryMetadata, and data that is not scalar."""
    names = [f"{'x' * 150}/{number}" for number in range(700)]
    records = [core.frame(file_version(1000.0)), *KINDS]
    for step in range(points):
        records += [core.encode(1000.0 + step + 1e-4 * number, step, [name], [step / (number + 1)])
                    for number, name in enumerate(names)]  # fmt: skip
        records += [tensor_value(float(step)), KINDS[step % len(KINDS)]]
        names.append(f"later/{step}")
    return b"".join(records)


@pytest.mark.parametrize("piece", [4099, BLOCK, 3 * BLOCK + 1, 64 * BLOCK])
def test_a_file_in_pieces_is_loaded_as_it_is_as_a_whole(tmp_path: Path, piece: int) -> None:
    content = wide_contents(20)
    path = tmp_path / "file"
    path.write_bytes(content)
    assert len(content) > 2 * BLOCK
    noted: list[None] = []
    whole = NATIVE.load([bytes(path)], len(content))
    in_pieces = NATIVE.load([bytes(path)], 0, len(content), piece, lambda: noted.append(None))
    assert len(noted) == -(-len(content) // piece)
    assert whole.files["outcome"].tolist() == [LOADED]
    check_equal(whole, in_pieces)
    # Those that are loaded behind it find nothing of it.
    check_equal(NATIVE.load([bytes(path)] * 2, len(content)), NATIVE.load([bytes(path)] * 2, 0, len(content), piece))


@pytest.mark.parametrize(
    ("kernel", "size", "outcome"), [(NATIVE, 100 << 20, LEFT), (NATIVE, 200 << 20, LARGE), (PURE, 200 << 20, LARGE)]
)
def test_a_file_that_would_have_too_many_points_of_a_tag_is_not_begun(
    tmp_path: Path, kernel: "Kernel", size: int, outcome: int
) -> None:
    """Its end is a hole; of 60 tags the first 256 KiB have some 80 points each."""
    records = [core.encode(1000.0 + step, step, [f"tag/{step % 60:02}"], [0.5]) for step in range(6000)]
    path = tmp_path / "file"
    path.write_bytes(core.frame(file_version(1000.0)) + b"".join(records))
    os.truncate(path, size)
    noted: list[None] = []
    loaded = kernel.load([bytes(path)], 0, 1 << 30, 8 << 20, lambda: noted.append(None))
    assert loaded.files["outcome"].tolist() == [outcome]
    if kernel is NATIVE:
        assert bool(noted) is (outcome == LEFT)


@pytest.mark.parametrize("piece", [1, 100, 8 << 20])
def test_the_first_record_of_a_file_in_pieces_is_found_behind_damage(tmp_path: Path, piece: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"no record" + wide_contents(2))
    native, pure = (kernel.load([bytes(path)], 100, 1 << 30, piece) for kernel in (NATIVE, PURE))
    check_equal(native, pure)
    assert native.files[["outcome", "has_first", "first_wall_time"]].tolist() == [(LEFT, 1, 1000.0)]


@pytest.mark.parametrize("kernel", [NATIVE, PURE])
def test_what_a_note_of_a_piece_raises_is_raised(tmp_path: Path, kernel: "Kernel") -> None:
    """As in the main thread after Ctrl-C."""
    path = tmp_path / "file"
    path.write_bytes(wide_contents(2))

    def note() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kernel.load([bytes(path)], 0, 1 << 30, 4099, note)
    assert kernel.load([bytes(path)], 0, 1 << 30, 4099).files["outcome"].tolist() == [LOADED]


@pytest.mark.parametrize("piece", [4099, 64 * BLOCK])
@pytest.mark.parametrize("points", [LARGEST_SERIES, LARGEST_SERIES + 1])
def test_a_tag_with_very_many_points_leaves_a_file_in_pieces(tmp_path: Path, piece: int, points: int) -> None:
    few = b"".join(core.encode(1000.0, 0, [f"{'x' * 100}/{number}"], [0.5]) for number in range(2500))
    path = tmp_path / "file"
    path.write_bytes(few + b"".join(core.encode(1000.0 + step, step, ["loss"], [0.5]) for step in range(points)))
    whole, in_pieces = NATIVE.load([bytes(path)], 1 << 30), NATIVE.load([bytes(path)], 0, 1 << 30, piece)
    check_equal(whole, in_pieces)
    assert (in_pieces.files["outcome"].tolist() == [LOADED]) is (points == LARGEST_SERIES)
