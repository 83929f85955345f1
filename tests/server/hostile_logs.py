"""Logs that nobody means well with, byte by byte: records of every kind with wrong values, and damage in between."""

import json
import struct
import zlib
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

from cutaway.events.core import frame

Bytes = st.SearchStrategy[bytes]

#: A size that a few bytes may ask for, and that nobody has room for once it has been given a few times.
LARGE = 1 << 23


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def whole(field: int, number: int) -> bytes:
    return varint(field << 3) + varint(number)


def part(field: int, content: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(content)) + content


def double(field: int, number: float) -> bytes:
    return varint(field << 3 | 1) + struct.pack("<d", number)


def single(field: int, number: float) -> bytes:
    return varint(field << 3 | 5) + struct.pack("<f", number)


def png(width: int, height: int, data: bytes) -> bytes:
    """The start of a picture of that size, whatever follows."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width & 0xFFFFFFFF, height & 0xFFFFFFFF, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def repeated(content: bytes, times: int) -> bytes:
    """As often as that, but no more than a log of some 100 kB has room for."""
    return content * min(times, max(1, 100_000 // max(len(content), 1)))


def nested(field: int, depth: int, inner: bytes) -> bytes:
    for _ in range(depth):
        inner = part(field, inner)
    return inner


NUMBERS = st.sampled_from([0.0, -0.0, 1.0, -1.5, 1e300, -1e300, 5e-324, float("nan"), float("inf"), float("-inf")])
SINGLES = st.sampled_from([0.0, 1.0, -1.5, 3e38, 1e-45, float("nan"), float("inf"), float("-inf")])
WHOLE = st.sampled_from([0, 1, 2, 3, 6, 255, LARGE, 2**31, 2**40, 2**62, 2**63 - 1, 2**63, 2**64 - 1, -1, -(2**63)])
JUNK: Bytes = st.one_of(
    st.binary(max_size=30),
    st.sampled_from(
        [b"", b"\xff\xfe", b"{", b"[" * 2000, b"(a+)+$", b"\x1b[2J", b"=cmd()", b"%!PS", b"<svg onload=x>"]
    ),
)
NAMES = st.sampled_from(["loss", "", "a/b", "=1+1", "\x1b[31m", "<b>", "\u202e", "a" * 3000, "(a+)+$", "custom", "\n"])
DIMS = st.one_of(
    st.lists(st.sampled_from([0, 1, 2, 3, 6]), max_size=4),
    st.lists(st.sampled_from([0, 1, 2, 3, LARGE // 3, LARGE, 2**40, 2**62, 2**63 - 1, -1]), max_size=4),
    st.just([1] * 40),
    st.just([0] * 300),
)


@st.composite
def tensors(draw: st.DrawFn) -> bytes:
    dtype = draw(st.sampled_from([1, 2, 3, 4, 5, 6, 7, 7, 7, 8, 9, 10, 14, 17, 19, 22, 23, 0, 101, 999, -1]))
    shape = b"".join(part(2, whole(1, size)) for size in draw(DIMS))
    some = draw(st.sampled_from([0, 1, 1, 2, 6, 18]))
    content = draw(
        st.sampled_from(
            [
                b"",
                part(8, draw(JUNK)) * some,
                double(6, draw(NUMBERS)) * some,
                part(6, struct.pack("<d", draw(NUMBERS)) * some),
                single(5, draw(SINGLES)) * some,
                part(7, varint(draw(WHOLE)) * some),
                whole(17, draw(WHOLE)) * some,
                whole(10, draw(WHOLE)) * some,
                part(4, draw(st.binary(max_size=64))),
                part(4, struct.pack("<d", draw(NUMBERS)) * some),
            ]
        )
    )
    return whole(1, dtype) + part(2, shape) + content


def text_tensor(*texts: bytes) -> bytes:
    return whole(1, 7) + part(2, part(2, whole(1, len(texts)))) + b"".join(part(8, text) for text in texts)


@st.composite
def tensors_of_watches(draw: st.DrawFn) -> bytes:
    """With a content of the size of a layout, or nearly."""
    rows, columns = draw(st.sampled_from([0, 1, 2, 3])), draw(st.sampled_from([8, 8, 9, 64]))
    content = struct.pack("<f", draw(SINGLES)) * (rows * columns)
    return whole(1, 1) + part(2, part(2, whole(1, rows)) + part(2, whole(1, columns))) + part(4, content)


def watch_layout(rows: list[str], number: int) -> bytes:
    count = len(rows)
    columns = ["sum", "sum_sq", "min", "max", "zeros", "nan", "pos_inf", "neg_inf"]
    many = {name: [number] * count for name in ("numel", "sampled")} | {"classes": rows, "dtypes": rows}
    return json.dumps({"version": 1, "kind": "gradient", "rows": rows, "columns": columns, **many}).encode()


@st.composite
def layouts(draw: st.DrawFn) -> bytes:
    chart = part(1, draw(JUNK)) + part(2, repeated(part(1, draw(JUNK)), draw(st.sampled_from([1, 3, 2000]))))
    category = part(1, draw(JUNK)) + repeated(part(2, chart), draw(st.sampled_from([0, 1, 500])))
    return repeated(part(2, category + whole(3, 1)), draw(st.sampled_from([1, 2, 300])))


@st.composite
def hparams(draw: st.DrawFn) -> bytes:
    value = draw(
        st.one_of(
            st.sampled_from([double(2, draw(NUMBERS)), part(3, draw(JUNK)), whole(4, 1), b""]),
            st.sampled_from([1, 45, 1500]).map(deep_list),
        )
    )
    pair = part(1, part(1, draw(JUNK)) + part(2, value))
    return part(draw(st.sampled_from([2, 3, 4])), repeated(pair, draw(st.sampled_from([1, 2, 3000]))) + double(5, 1.0))


PICTURES = st.one_of(
    st.builds(png, WHOLE, WHOLE, st.binary(max_size=50)),
    st.builds(png, st.sampled_from([1, 2, 3]), st.sampled_from([1, 2]), st.just(bytes(100))),
    st.builds(bytes.__add__, st.sampled_from([b"GIF89a", b"\xff\xd8\xff", b"BM", b"RIFF\0\0\0\0WEBP", b"II*\0"]), JUNK),
    JUNK,
)
SOUNDS = st.builds(bytes.__add__, st.sampled_from([b"RIFF\0\0\0\0WAVE", b""]), JUNK)
MODELS = st.one_of(
    st.sampled_from(
        [
            b"CTRC\x02" + zlib.compress(b"[" + b"0," * LARGE + b"0]", 9),
            b"CTRC\x02" + zlib.compress(b"[" * 100_000, 9),
            b"CTRC\x02" + zlib.compress(b"{}", 9),
        ]
    ),
    JUNK,
)
PLUGINS = (
    "scalars", "images", "audio", "histograms", "text", "pr_curves", "mesh", "custom_scalars", "tensor",
    "cutaway_model", "cutaway_watch", "graph_run_metadata", "graph_keras_model", "unknown", "",
)  # fmt: skip
WATCH_TAGS = st.sampled_from(["watch/gradient", "watch/weight", "watch/gradient~2", "watch/weight/magnitude", "a", ""])
WATCH_LAYOUTS: Bytes = st.one_of(
    st.builds(watch_layout, st.lists(NAMES, max_size=3), st.sampled_from([0, 1, 6, 2**62, 2**70, -1])),
    JUNK,
)
#: A Summary.Value without its tag and metadata, and the plug-ins that its metadata may name.
VALUES: st.SearchStrategy[tuple[bytes, str]] = st.one_of(
    st.tuples(SINGLES.map(lambda number: single(2, number)), st.sampled_from(["", "scalars"])),
    st.tuples(
        tensors().map(lambda tensor: part(8, tensor)),
        st.sampled_from(PLUGINS),
    ),
    st.tuples(JUNK.map(lambda text: part(8, text_tensor(text, text))), st.just("text")),
    st.tuples(layouts().map(lambda layout: part(8, text_tensor(layout))), st.just("custom_scalars")),
    st.tuples(MODELS.map(lambda model: part(8, text_tensor(model))), st.just("cutaway_model")),
    st.tuples(tensors_of_watches().map(lambda tensor: part(8, tensor)), st.just("cutaway_watch")),
    st.tuples(PICTURES.map(lambda data: part(4, whole(1, 1) + whole(2, 1) + part(4, data))), st.just("")),
    st.tuples(PICTURES.map(lambda data: part(8, text_tensor(b"1", b"1", data, data))), st.just("images")),
    st.tuples(SOUNDS.map(lambda data: part(6, single(1, 8e3) + whole(2, 1) + part(4, data))), st.just("")),
    st.tuples(
        st.lists(NUMBERS, max_size=6).map(
            lambda numbers: part(
                5,
                b"".join(double(field, number) for field, number in enumerate(numbers, 1))
                + part(6, struct.pack(f"<{len(numbers)}d", *numbers))
                + part(7, struct.pack("<2d", -1.0, float("nan"))),
            )
        ),
        st.just(""),
    ),
    st.tuples(st.binary(max_size=40), st.sampled_from(["", "text", "histograms"])),
    st.tuples(st.just(b""), st.sampled_from(["hparams", "text"])),
)
#: Fields of an Event that are no summary: a graph, messages, run metadata, a meta graph.
OTHERS = st.one_of(
    st.builds(part, st.sampled_from([4, 6, 7, 8, 9]), st.binary(max_size=60)),
    st.builds(lambda depth: part(4, nested(1, depth, b"z")), st.sampled_from([2, 2000])),
    st.builds(lambda many: part(4, part(1, part(1, b"node") + part(3, b"node")) * many), st.sampled_from([1, 5000])),
    st.builds(lambda status: part(7, whole(1, status)), WHOLE),
)


@st.composite
def records(draw: st.DrawFn) -> bytes:
    """A record whose checksums are right."""
    head = double(1, draw(st.one_of(st.just(1.7e9), NUMBERS))) + whole(2, draw(WHOLE))
    if draw(st.integers(0, 4)) == 0:
        return frame(head + draw(OTHERS))
    value, plugin = draw(VALUES)
    tag = (draw(WATCH_TAGS) if plugin == "cutaway_watch" else draw(NAMES)).encode()
    contents = {"hparams": hparams(), "cutaway_watch": WATCH_LAYOUTS}
    content = draw(contents.get(plugin, st.sampled_from([b"", whole(4, 1) + part(1, b"m")])))
    metadata = part(9, part(1, part(1, plugin.encode()) + part(2, content)) + part(3, tag)) if plugin else b""
    summary = repeated(part(1, part(1, tag) + metadata + value), draw(st.sampled_from([1, 1, 2, 40])))
    return frame(head + part(5, summary))


class Log(NamedTuple):
    """The files of a log directory, by the names of their runs."""

    files: dict[bytes, bytes]

    def write(self, folder: Path) -> None:
        for number, (run, content) in enumerate(self.files.items()):
            # Names of files are bytes, whatever text calls them.
            path = folder / run.decode("utf-8", "surrogateescape")
            path.mkdir(parents=True, exist_ok=True)
            (path / f"events.out.tfevents.1700000000.host.{number}").write_bytes(content)

    def size(self) -> int:
        return sum(map(len, self.files.values()))


@st.composite
def logs(draw: st.DrawFn) -> Log:
    version = frame(double(1, 1.7e9) + part(3, b"brain.Event:2"))
    runs = [b"a", b"b/c", b"\xff\xfe", b"\x1b[31m=1", "ä\u202e".encode()]
    files = {}
    for run in draw(st.lists(st.sampled_from(runs), min_size=1, max_size=2, unique=True)):
        parts = draw(st.lists(st.one_of(records(), records(), records(), st.binary(max_size=20)), max_size=6))
        files[run] = draw(st.sampled_from([version, version, b""])) + b"".join(parts)
    return Log(files)


def of_tensor(plugin: str, dtype: int, shape: tuple[int, ...], content: bytes, about: bytes = b"") -> bytes:
    """A record with one tensor."""
    tensor = whole(1, dtype) + part(2, b"".join(part(2, whole(1, size)) for size in shape)) + content
    metadata = part(9, part(1, part(1, plugin.encode()) + part(2, about)))
    return of_summary(part(1, part(1, b"t") + metadata + part(8, tensor)))


def of_watch(content: bytes, records: int) -> bytes:
    """So many records of a watch, each with a layout of its own."""
    tensor = whole(1, 1) + part(2, part(2, whole(1, 1)) + part(2, whole(1, 8))) + part(4, bytes(32))
    metadata = part(9, part(1, part(1, b"cutaway_watch") + part(2, content)))
    return of_summary(part(1, part(1, b"watch/gradient") + metadata + part(8, tensor))) * records


def of_summary(summary: bytes) -> bytes:
    return frame(double(1, 1.7e9) + whole(2, 1) + part(5, summary))


def of_hparams(value: bytes) -> bytes:
    pair = part(1, part(1, b"k") + part(2, value))
    metadata = part(9, part(1, part(1, b"hparams") + part(2, part(3, pair))))
    return of_summary(part(1, part(1, b"_hparams_/session_start_info") + metadata))


def deep_list(depth: int) -> bytes:
    """A google.protobuf.Value of lists in lists."""
    value = single(2, 1.0)
    for _ in range(depth):
        value = part(6, part(1, value))
    return value


_FILL = 1 << 24
#: Small records that took the server's memory, its time or its answer once, each by itself.
SIGHTINGS: dict[str, bytes] = {
    "text filled up": of_tensor("text", 7, (_FILL,), part(8, b"x" * 1000)),
    "texts filled up in an unknown plug-in": of_tensor("unknown", 7, (_FILL,), part(8, b"x" * 10)),
    "tensor filled up": of_tensor("tensor", 2, (_FILL,), double(6, 1.5)),
    "histogram filled up": of_tensor("histograms", 2, (_FILL // 3, 3), double(6, 1.5)),
    "histogram without content": of_tensor("histograms", 2, (_FILL // 3, 3), b""),
    "PR curve filled up": of_tensor("pr_curves", 1, (6, _FILL // 6), single(5, 1.0)),
    "mesh filled up": of_tensor("mesh", 1, (1, _FILL // 3, 3), single(5, 1.0), whole(4, 1)),
    "pictures filled up": of_tensor("images", 7, (_FILL,), part(8, b"1")),
    "a size that no number has": of_tensor("tensor", 1, (2**62, 2**62, 0), b""),
    "scalar of such a size": of_tensor("scalars", 1, (2**62, 2**62, 0), b""),
    "text of such a size": of_tensor("text", 7, (2**62, 2**62, 0), b""),
    "2^40 numbers": of_tensor("tensor", 1, (2**40,), single(5, 1.0)),
    "more axes than NumPy has": of_tensor("tensor", 1, (1,) * 100, single(5, 1.0)),
    "many empty texts": of_tensor("text", 7, (5_000,), part(8, b"") * 5_000),
    "many numbers one by one": of_tensor("tensor", 3, (1,), whole(7, 1) * 5_000),
    "many axes": of_tensor("tensor", 1, (0,) * 5_000, b""),
    "a layout of many charts": of_tensor(
        "custom_scalars", 7, (), part(8, part(2, repeated(part(2, part(1, b"t") + part(2, part(1, b"(a+)+$"))), 5000)))
    ),
    "a layout of many empty categories": of_tensor("custom_scalars", 7, (), part(8, part(2, b"") * 5_000)),
    "hyper-parameters in lists in lists": of_hparams(deep_list(1500)),
    "a long list of hyper-parameters": of_hparams(part(6, part(1, b"") * 5_000)),
    "many hyper-parameters": of_summary(
        part(1, part(1, b"h") + part(9, part(1, part(1, b"hparams") + part(2, part(3, part(1, b"") * 5_000)))))
    ),
    "a graph of many empty nodes": frame(double(1, 1.7e9) + part(4, part(1, b"") * 5_000)),
    "a model that is a bomb": of_tensor(
        "cutaway_model", 7, (), part(8, b"CTRC\x02" + zlib.compress(b"[" + b"0," * (1 << 25) + b"0]", 9))
    ),
    "a model of brackets": of_tensor("cutaway_model", 7, (), part(8, b"CTRC\x02" + zlib.compress(b"[" * 5_000_000, 9))),
    "a watch of brackets": of_tensor("cutaway_watch", 1, (0, 8), b"", b"[" * 100_000),
    "a watch of many empty rows": of_tensor(
        "cutaway_watch", 1, (1, 8), part(4, bytes(32)), b'{"version":1,"rows":[' + b'"",' * 100_000 + b"0]}"
    ),
    "a watch of a row in many records": of_watch(watch_layout(["a"], 1), 2_000),
    "a watch of one element for all": of_tensor(
        "cutaway_watch", 1, (1 << 21, 8), single(5, 1.0), watch_layout(["a"] * 5_000, 1)
    ),
    "a picture of 50,000 by 50,000": of_tensor(
        "images", 7, (3,), part(8, b"1") * 2 + part(8, png(50_000, 50_000, bytes(1000)))
    ),
    "a mesh with brackets for a camera": of_tensor(
        "mesh", 1, (1, 1, 3), single(5, 1.0), whole(4, 1) + part(5, b"[" * 100_000)
    ),
}
