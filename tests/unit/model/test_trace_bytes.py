"""The compact form: there and back, small, and nothing but a TraceError from anything else."""

import json
import zlib
from collections import Counter
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.model.test_trace import traces
from torch import nn

from cutaway.model import trace_bytes
from cutaway.model.records import SCHEMA_VERSION, TraceError
from cutaway.model.summary import summary
from cutaway.model.trace_bytes import MAGIC, from_bytes, glance, to_bytes


@pytest.mark.parametrize("idx", range(4))
def test_round_trip(idx: int) -> None:
    trace = traces()[idx]
    assert from_bytes(to_bytes(trace)) == trace


@pytest.mark.parametrize("idx", range(4))
def test_a_glance_knows_the_name_and_the_phases(idx: int) -> None:
    trace = traces()[idx]
    assert glance(to_bytes(trace)) == (trace.model, Counter(op.phase for op in trace.ops))


def test_a_glance_at_names_of_any_letters() -> None:
    trace = replace(traces()[0], model='a "b", "phase":["forward"] \\ é')
    assert glance(to_bytes(trace))[0] == trace.model


@pytest.mark.slow
def test_ten_thousand_ops_are_small() -> None:
    with torch.device("meta"):
        layer = nn.TransformerEncoderLayer(64, 4, 128, batch_first=True)
        model = nn.TransformerEncoder(layer, 230, enable_nested_tensor=False)
    trace = summary(model, (2, 8, 64), verbose=False).trace
    assert len(trace.ops) > 10_000
    assert len(to_bytes(trace)) < 300_000


VERSION = bytes([SCHEMA_VERSION])
GOOD = to_bytes(traces()[2])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a trace"),
        (b"CTRC", "not a trace"),
        (b"XXXX" + GOOD[4:], "not a trace"),
        (MAGIC + b"\x63" + GOOD[5:], "version 99; this release reads versions 2 and 3"),
        (GOOD[:-5], "cut off"),
        (GOOD[:5] + b"garbage", "cannot be read"),
        (MAGIC + VERSION + zlib.compress(b"[" * 100_000), "cannot be read|cut off"),
        (MAGIC + VERSION + zlib.compress(b"[]"), "version None"),
        (MAGIC + VERSION + zlib.compress(json.dumps({"version": 2}).encode()), "the columns are not a trace"),
        (MAGIC + VERSION + zlib.compress(json.dumps({"version": 3}).encode()), "the columns are not a trace"),
    ],
)
def test_hostile_bytes(data: bytes, message: str) -> None:
    with pytest.raises(TraceError, match=message):
        from_bytes(data)


def test_what_would_grow_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_bytes, "MOST_BYTES", 1000)
    with pytest.raises(TraceError, match="larger than any model's"):
        from_bytes(MAGIC + VERSION + zlib.compress(b" " * 10_000))


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    with pytest.raises(TraceError):
        from_bytes(MAGIC + VERSION + data)
