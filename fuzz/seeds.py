"""What fuzzing starts from: the values in the files of other writers that the tests have."""

import json
import struct
from collections.abc import Iterator
from pathlib import Path

from cutaway.events.core import decode, encode, frame, scan
from cutaway.events.records import payloads
from cutaway.model.records import (
    Allocation,
    Failure,
    Module,
    ModuleCall,
    Op,
    OpInput,
    OpOutput,
    Parameter,
    Tensor,
    Value,
)
from cutaway.model.trace import Trace
from fuzz.inputs import pack
from fuzz.targets import KINDS

FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "fixtures"
_SINCE_VERSION_3 = ("knows_trainable", "counts_element_operations")


def write_seeds(target: str, folder: Path) -> None:
    """The inputs of one target, as files in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(target)):
        (folder / f"seed{number}").write_bytes(seed)


def seeds(target: str) -> list[bytes]:
    """Inputs that are valid, so that a fuzzer need not guess formats."""
    found = [bytes(payload) for path in sorted(FIXTURES.rglob("*tfevents*")) for payload in payloads(path)]
    small = [payload for payload in found if len(payload) < 1000]
    if target == "file":
        return [encode(1.0, 2, ["t"], [0.5]) * 3, b"".join(map(frame, small[:10]))]
    if target in ("damaged", "events", "logs", "tail"):
        lead = struct.pack("<HB", 40, 3) if target == "damaged" else b""
        return [lead + pack(small[start : start + 4]) for start in range(0, len(small), 4)]
    if target == "load":
        return [*_logs(small)]
    if target in ("packed", "misplaced", "draw"):
        return [*_columns()]
    if target == "values":
        return list(_values())
    if target == "budget":
        return list(_repeated())
    if target == "trace":
        return list(_traces())
    return [bytes(64), struct.pack("<bqH", 0, 0, 4) + struct.pack("<8d", 0, 1, 1, 2, 2, 3, 3, float("nan"))]


def _logs(payloads: list[bytes]) -> Iterator[bytes]:
    """Files of a few records each, and of series with every width of noise: see ``targets.load``."""
    records = [struct.pack("<BH", 0, len(payload)) + payload for payload in payloads]
    for start in range(0, len(records), 6):
        yield bytes([start % 4]) + b"".join(records[start : start + 6])
    one = struct.unpack("<Q", struct.pack("<d", 1.0))[0]
    for width in range(0, 65, 4):
        series = struct.pack("<BBqqBQBQB", 30 + width, width, -5, 3, width, one << 1, width // 2, one, width)
        piece = struct.pack("<BH", 4, len(series)) + series
        yield b"\3" + records[0] + piece + piece + struct.pack("<BH", 7, 0) + piece + records[-1]


def _columns() -> Iterator[bytes]:
    """Numbers with every width of noise, behind what the targets of columns take first."""
    for width in range(0, 65, 4):
        noise = [i * 0x9E3779B97F4A7C15 % 2**64 >> 64 - width for i in range(150)]
        yield struct.pack("<BBBBHH", width, width, width, width, 10, 60_000) + struct.pack("<150Q", *noise)


def _values() -> Iterator[bytes]:
    """The values that are no scalars, each behind the number of its kind."""
    for path in sorted(FIXTURES.rglob("*tfevents*")):
        data = path.read_bytes()
        found = scan(data)
        blobs = decode(data, found.offsets, found.lengths).blobs
        for number, (kind, _) in enumerate(blobs.keys):
            index = KINDS.index(kind) if kind in KINDS else len(KINDS) - 1
            for place in range(int(blobs.starts[number]), int(blobs.starts[number + 1])):
                start, length = int(blobs.offset[place]), int(blobs.length[place])
                if length < 2000:
                    yield bytes([index]) + data[start : start + length]


def _repeated() -> Iterator[bytes]:
    """What asks for much memory with few bytes, behind what it is in: see ``targets.budget``."""
    int32, texts, one = b"\x08\x03\x12\x04\x12\x02\x08\x01", b"\x08\x07", b"\x08\x01"
    hparams = [(9, b""), (1, b""), (2, b""), (3, b"")]
    layout = [(8, texts), (8, b"")]
    for kind, around, part in (
        ("tensors", [(8, int32)], b"\x38\x01"),
        ("tensors", [(8, int32), (7, b"")], b"\x01"),
        ("tensors", [(8, int32), (7, b"")], b"\xff\x01"),
        ("tensors", [(8, int32)], b"\x3a\x00\x3a\x01\x05"),
        ("tensors", [(8, one), (2, b"")], b"\x12\x00"),
        ("tensors", [(8, one), (2, b"")], b"\x12\x03\x08\x80\x10"),
        ("tensors", [(8, texts + b"\x12\x06\x12\x04\x08\x80\x80\x04")], b"\x42\x02xx"),
        ("tensors", [], b"\x42\x02" + one),
        ("text", [(8, texts)], b"\x42\x02\xff\xff"),
        ("histograms", [(5, b"")], b"\x32\x08" + bytes(8) + b"\x3a\x08" + bytes(8)),
        ("hparams", hparams, b"\x0a\x00"),
        ("hparams", [*hparams, (1, b"\x0a\x01k"), (2, b""), (6, b"")], b"\x0a\x00"),
        ("custom_scalars", layout, b"\x12\x02\x12\x00"),
        ("custom_scalars", [*layout, (2, b""), (2, b""), (2, b"")], b"\x0a\x01a"),
        ("graph", [], b"\x0a\x00"),
        ("graph", [(1, b"")], b"\x1a\x01\xff"),
        ("graph_keras_model", [(8, texts), (8, b"")], b"{},"),
        ("unknown", [(9, b"")], b"\x0a\x02\x0a\x00"),
    ):
        levels = b"".join(struct.pack("<BB", field - 1, len(before)) + before for field, before in around)
        yield struct.pack("<BHB", KINDS.index(kind), 1 << 12, len(around)) + levels + part


def _traces() -> Iterator[bytes]:
    """The columns of small traces, made by hand: no framework is needed here."""
    tensor = Value("tensor", "Tensor", tensor=Tensor((2, 3), "float32", "cpu", 24), op=0)
    given = Value("group", "arguments", items=(("0", tensor), ("scale", Value("scalar", "float", text="0.5"))))
    call = ModuleCall(0, "", "Linear", 1, None, given, tensor, saved_bytes=24)
    inner = ModuleCall(1, "head", "Linear", 1, 0, given, None, failed=True)
    read = (OpInput("self", (2, 4), "float32", given="0"), OpInput("mat2", (4, 3), "float32", parameter="weight"))
    op = Op(0, 0, "forward", "aten.mm.default", None, read, (OpOutput((2, 3), "float32", "cpu", 24),), (("x", 1),))
    weight = Parameter("weight", ("head.weight",), "", (4, 3), "float32", 48, 0, 0, trainable=True)
    blocks = (Allocation(None, None, 32, "input", "cpu"), Allocation(0, 1, 24, "activation", "cuda:0"))
    modules = (Module("", "Linear"), Module("head", "Linear", ("tail",), "in_features=4"))
    failure = Failure(1, "linear", "RuntimeError", "no", expects=(("in_features", "4"),), operands=((2, 4),))
    for found in (
        Trace("torch", "Linear", "fake", "", modules, (call,), (op,), (weight,), blocks),
        Trace("torch", "Linear", "real", "why", modules, (call, inner), (op,), (weight,), failure=failure, backward=""),
        Trace("torch", "Empty", "modules", "", (), (), (), ()),
    ):
        columns = found.to_dict()
        yield json.dumps(columns).encode()
        # The same as version 2 has it, with the rounds of a loop behind the arguments.
        older = {name: cell for name, cell in columns.items() if name not in _SINCE_VERSION_3}
        ops = {name: cells for name, cells in columns["ops"].items() if name != "times"}
        ops["name"] = [f"jax.{name}" for name in ops["name"]]
        ops["arguments"] = [[*given, ["times", 5]] for given in ops["arguments"]]
        yield json.dumps({**older, "version": 2, "framework": "jax", "ops": ops}).encode()
