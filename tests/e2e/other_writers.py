"""Logs of PyTorch, tensorboardX and TensorFlow, as the page's tests read them."""

import base64
import json
import re
import struct
from pathlib import Path

from cutaway.events.core import frame

FIXTURES = Path(__file__).parents[1] / "fixtures"


def copy_fixture(writer: str, logdir: Path, operations: str) -> None:
    """
    A log of one writer: its event file as run "run"; of TensorFlow 1's summaries a run for each case whose name matches
    the pattern ``operations``, as all of them have the same tags.
    """
    if writer == "tensorflow1_summaries":
        _copy_summaries(logdir, operations)
        return
    (source,) = (FIXTURES / writer).glob("*.fixture")
    (logdir / "run").mkdir()
    (logdir / "run" / "events.out.tfevents.1").write_bytes(source.read_bytes())


def _copy_summaries(logdir: Path, operations: str) -> None:
    cases = json.loads((FIXTURES / "tensorflow1_summaries" / "summaries.json").read_text("utf-8"))
    matching = {name: case for name, case in cases.items() if re.search(operations, name)}
    assert len(matching) > 5
    for name, case in matching.items():
        path = logdir / re.sub(r"\W+", "_", name) / "events.out.tfevents.1"
        path.parent.mkdir()
        summary = base64.b64decode(case["summary"])
        # An event: its wall time, its step and its summary.
        event = b"\x09" + struct.pack("<d", 1.0) + b"\x10\x01" + b"\x2a" + _length_of(summary) + summary
        path.write_bytes(frame(event))


def _length_of(data: bytes) -> bytes:
    """The length as a varint."""
    return bytes([len(data)]) if len(data) < 128 else bytes([len(data) & 127 | 128, len(data) >> 7])
