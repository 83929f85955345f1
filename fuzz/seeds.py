"""What fuzzing starts from: the values in the files of other writers that the tests have."""

import struct
from collections.abc import Iterator
from pathlib import Path

from cutaway.events.core import decode, encode, frame, scan
from cutaway.events.records import payloads
from fuzz.targets import KINDS, pack

FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "fixtures"


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
    if target == "values":
        return list(_values())
    return [bytes(64), struct.pack("<bqH", 0, 0, 4) + struct.pack("<8d", 0, 1, 1, 2, 2, 3, 3, float("nan"))]


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
