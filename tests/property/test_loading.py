"""Files that are loaded many at a time hold what the reader of one file finds in them, whatever is in them."""

import os
import struct
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.memory_place import MemoryPlace

from cutaway.events import _core, _pure, core  # type: ignore[attr-defined, unused-ignore]
from cutaway.events.messages import EVENT, SESSION_START, file_version, session_log
from cutaway.events.open_file import FileStatus
from cutaway.events.schema import encode as encode_message
from cutaway.events.tables import BLOCK, LARGE, LOADED
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.local import LocalPlace
from cutaway.store.places.open_object import Followed

if TYPE_CHECKING:
    from collections.abc import Callable

    from cutaway.events.core import Kernel
    from cutaway.store.places.place import Place

NATIVE, PURE = cast("Kernel", _core), cast("Kernel", _pure)

tags = st.sampled_from(["loss", "acc", "val/loss", "x" * 130])
numbers = (
    st.floats(width=32)
    | st.floats()
    | st.sampled_from([0.0, 1.0, float("nan"), float("inf")])
    | st.integers(2**53, 2**60)
)
steps = st.integers(0, 5) | st.integers(-(2**63), 2**63 - 1)
times = st.integers(1000, 1010).map(float) | st.floats()


def _series(start: int, count: int, tag: str, pace: float) -> bytes:
    return b"".join(core.encode(1000 + pace * i, start + i, [tag], [i / 3]) for i in range(count))


def _event(**fields: Any) -> bytes:
    return core.frame(encode_message(EVENT, fields))


def _value(**fields: Any) -> bytes:
    return _event(wall_time=1001.0, step=1, summary={"value": [fields]})


def _tensor_value(number: float) -> dict[str, Any]:
    """A scalar as TensorFlow 2 records it."""
    metadata = {"plugin_data": {"plugin_name": "scalars"}, "display_name": "a name"}
    return {"tag": "tf", "tensor": {"dtype": 1, "float_val": [number]}, "metadata": metadata}


TEXT = {
    "tag": "note",
    "tensor": {"dtype": 7, "string_val": [b"hello"]},
    "metadata": {"plugin_data": {"plugin_name": "text"}},
}
#: A Summary.Value with a tag of two bytes that are no text, and a simple value.
_NO_TEXT = [b"\x0a\x02\xff\xfe\x15" + struct.pack("<f", 1.0), b"\x0a\x02\xff\xfd\x15" + struct.pack("<f", 2.0)]

usual = (
    st.builds(lambda wall, step, tag, value: core.encode(wall, step, [tag], [value]), times, steps, tags, numbers)
    | st.builds(_series, st.integers(-5, 5), st.integers(60, 140), tags, st.sampled_from([0.5, 0.1, 1e4, 0.0]))
    | st.builds(lambda number: _value(**_tensor_value(number)), st.floats(width=32))
    | st.just(core.frame(file_version(1000.0)))
)
unusual = st.sampled_from(
    [
        _value(**TEXT),
        _value(tag="nothing"),
        _event(wall_time=3.0, step=2),
        core.frame(session_log(1005.0, 2, SESSION_START)),
        core.frame(b"\xff\xff\xff"),
        *(core.frame(b"\x2a" + bytes([len(value) + 2]) + b"\x0a" + bytes([len(value)]) + value) for value in _NO_TEXT),
        b"no record",
        core.encode(1.0, 2, ["loss"], [3.0])[:-5],
        b"",
    ]
)
contents = st.lists(usual | unusual, max_size=8).map(b"".join) | st.lists(usual, max_size=8).map(b"".join)


def assert_same(one: Any, other: Any) -> None:
    """Of results of `load`: bytes and all."""
    for left, right in zip(one, other, strict=True):
        if isinstance(left, np.ndarray):
            assert left.dtype == right.dtype
            for name in left.dtype.names or ():
                np.testing.assert_array_equal(left[name], right[name], err_msg=name)
            if not left.dtype.names:
                np.testing.assert_array_equal(left, right)
        elif isinstance(left, dict):
            assert left.keys() == right.keys()
            for key, (blobs, metadata) in left.items():
                assert metadata == right[key][1]
                assert blobs.keys == right[key][0].keys
                for column, its in zip(blobs[1:], right[key][0][1:], strict=True):
                    np.testing.assert_array_equal(column, its)
        else:
            assert left == right


@given(st.lists(contents, max_size=4), st.sampled_from([100, 1 << 20]), st.sampled_from([0, 1 << 20]))
def test_both_twins_load_the_same(written: list[bytes], largest: int, widest: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, str(number)) for number in range(len(written))]  # noqa: PTH118 - of a test
        for path, content in zip(paths, written, strict=True):
            Path(path).write_bytes(content)
        names = [os.fsencode(path) for path in [*paths, folder, f"{folder}/none"]]
        native = NATIVE.load(names, largest, widest)
        assert_same(native, PURE.load(names, largest, widest))
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
    assert_same(of_paths, NATIVE.load_contents([made(content) for content in written]))
    assert_same(of_paths, PURE.load_contents([made(content) for content in written]))


def test_contents_of_several_blocks_are_loaded() -> None:
    record = core.encode(1000.0, 1, ["x" * 3000], [0.5])
    content = core.frame(file_version(1000.0)) + record * (3 * BLOCK // len(record))
    native, pure = NATIVE.load_contents([content, content]), PURE.load_contents([content, content])
    assert_same(native, pure)
    assert native.files["outcome"].tolist() == [LOADED, LOADED]
    assert len(native.checksums) == 2 * (len(content) // BLOCK)


@pytest.mark.parametrize("kernel", [NATIVE, PURE])
def test_what_is_loaded_from_must_be_bytes(kernel: "Kernel") -> None:
    assert len(kernel.load_contents([]).files) == 0
    with pytest.raises(TypeError):
        kernel.load_contents([core.frame(file_version(1000.0)), "text"])  # type: ignore[list-item]


class OneByOne:
    """A local place whose files are opened one by one."""

    def __init__(self, folder: str) -> None:
        self._local = LocalPlace(folder)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._local, name)


def everything(log: LogDirectory) -> Any:
    """What a log has, numbers as their bits, without revisions."""
    found: list[Any] = []
    for run in sorted(log.runs(), key=lambda run: run.name):
        info = run.info()
        facts = [info.id, info.name, info.color, info.points, sorted(info.kinds), info.last_step, info.damaged_bytes]
        facts += [info.first_wall_time, info.last_wall_time, info.attempts, run.started, run.last_recorded]
        found.append([*facts, run.file_infos(), run.unfinished(), run.damage(), run.malformed(), run.unreadable()])
        clock = run.clock()
        found.append(None if clock is None else [clock.start, clock.first_step])
        found.append({tag: (step, struct.pack("<d", value)) for tag, (step, value) in run.not_finite().items()})
        for kind, names in run.kinds().items():
            for tag in names:
                found.append([kind, tag, run.metadata(kind, tag)])
                if kind == "scalars":
                    # Which of two zeros is the smallest is no matter.
                    each = [
                        (last_step, last, low + 0.0, high + 0.0) for last_step, last, low, high in run.scalar_facts(tag)
                    ]
                    found.append([struct.pack("<q3d", *facts) for facts in each])
                    found += [_points(part) for part in run.scalars(tag) + run.scalars(tag, with_superseded=True)]
                else:
                    found += [[places.offset.tolist(), places.step.tolist()] for _, places in run.blobs(kind, tag)]
    return found, [(tag.name, tag.kind, tag.runs) for tag in log.catalogue().tags]


def _points(part: Any) -> Any:
    points = part.points
    facts = [points.lowest_step, points.highest_step, points.lowest, points.highest, points.wall_ascending]
    columns = [points.step.tobytes(), points.wall_time.tobytes(), points.value.tobytes(), points.breaks.tolist()]
    not_finite = points.not_finite and (points.not_finite[0], struct.pack("<d", points.not_finite[1]))
    return [str(points.dtype), facts, columns, not_finite, points.sessions, part.first_wall_time, part.last_wall_time]


changes = st.lists(
    st.tuples(
        st.sampled_from(["a", "a", "b", "."]),
        st.sampled_from(["events.out.tfevents.1", "tfevents.2"]),
        st.sampled_from(["write", "append", "append", "cut", "remove"]),
        contents,
    ),
    max_size=6,
)


@given(st.lists(changes, min_size=1, max_size=3))
@settings(max_examples=200)
def test_a_log_is_the_same_however_it_is_read(polls: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        loaded, plain = LogDirectory(folder), LogDirectory(cast("Place", OneByOne(folder)))
        for changed in polls:
            for run, name, what, content in changed:
                path = Path(folder) / run / name
                path.parent.mkdir(exist_ok=True)
                before = path.read_bytes() if path.exists() else b""
                if what == "remove":
                    path.unlink(missing_ok=True)
                elif what == "append":
                    with path.open("ab") as file:
                        file.write(content)
                else:
                    path.write_bytes(content if what == "write" else before[: len(before) // 2])
            loaded.refresh()
            plain.refresh()
            assert everything(loaded) == everything(plain)


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


@given(st.lists(changes, min_size=1, max_size=3))
@settings(max_examples=200)
def test_a_log_of_objects_is_the_same_however_it_is_read(polls: list[Any]) -> None:
    files = MemoryPlace()
    places = [Objects(files, loads=loads) for loads in (True, False)]
    loaded, plain = (LogDirectory(cast("Place", place)) for place in places)
    for changed in polls:
        for run, name, what, content in changed:
            key = name if run == "." else f"{run}/{name}"
            before = files.content(key) if files.path(key) in files._files else b""
            if what == "remove":
                if before:
                    files.remove(key)
            elif what == "append":
                files.write(key, before + content)
            else:
                files.write(key, content if what == "write" else before[: len(before) // 2])
        loaded.refresh()
        plain.refresh()
        assert everything(loaded) == everything(plain)
        assert places[0].requests <= places[1].requests
        assert places[0].bytes_sent <= places[1].bytes_sent
