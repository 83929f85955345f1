"""Traces of older versions: what files of event logs hold reads as it did when it was recorded."""

from pathlib import Path
from typing import Any

import pytest

import cutaway
from cutaway.model.records import TraceError
from cutaway.model.result import ModelSummary
from cutaway.model.trace import Trace

LOG = Path(__file__).resolve().parents[2] / "fixtures" / "cutaway_trace_2"


def recorded(tag: str) -> ModelSummary:
    summary: ModelSummary = cutaway.open(LOG)["."].models(tag)[0].summary
    return summary


@pytest.mark.parametrize(
    ("tag", "facts"),
    [
        (
            "torch",
            [
                "Parameters   26 (104 B): 14 trainable, 12 frozen",
                "MACs         100 (200 FLOPs, two for each MAC)",
                "Element ops  20, element-wise and reductions",
                "Saved        80 B kept for the backward pass",
                "Captured     on shapes alone; nothing was computed, in evaluation mode",
            ],
        ),
        (
            "jax",
            [
                "Parameters   0 (0 B): 0 trainable, 0 frozen",
                # Five rounds of a product of 2x3 and 3x3, and of 2x3 hyperbolic tangents.
                "MACs         90 (180 FLOPs, two for each MAC)",
                "Element ops  30, element-wise and reductions",
                "Captured     on shapes alone; nothing was computed",
            ],
        ),
        (
            "keras",
            [
                "Parameters   26 (104 B): 26 trainable, 0 frozen",
                "MACs         100 (200 FLOPs, two for each MAC)",
                "Captured     on shapes alone; nothing was computed",
            ],
        ),
        (
            "onnx",
            [
                "Parameters   12 (48 B)",
                "MACs         24 (48 FLOPs, two for each MAC)",
                "Element ops  0, element-wise and reductions",
                "Captured     on shapes alone; nothing was computed",
            ],
        ),
        (
            "file",
            [
                "Parameters   8 (32 B)",
                "Read         names, shapes and types from the file; no weights were read",
            ],
        ),
    ],
)
def test_version_2_says_what_it_said(tag: str, facts: list[str]) -> None:
    lines = recorded(tag).to_text(120).splitlines()
    rules = [idx for idx, line in enumerate(lines) if set(line) == {"─"}]
    assert [line.rstrip() for line in lines[rules[-1] + 1 :]] == facts


@pytest.mark.parametrize(
    ("tag", "trainable", "elements", "training"),
    [
        ("torch", True, True, False),
        ("jax", True, True, None),
        ("keras", True, False, None),
        ("onnx", False, True, None),
        ("file", False, True, None),
    ],
)
def test_what_version_2_left_to_the_name(tag: str, trainable: bool, elements: bool, training: bool | None) -> None:
    trace = recorded(tag).trace
    assert (trace.knows_trainable, trace.counts_element_operations, trace.training) == (trainable, elements, training)
    assert Trace.from_dict(trace.to_dict()) == trace


def test_rounds_leave_the_arguments() -> None:
    ops = recorded("jax").trace.ops
    assert [(op.name, op.times) for op in ops if op.times != 1] == [("jax.dot_general", 5), ("jax.tanh", 5)]
    assert not [op for op in ops if "times" in dict(op.arguments)]


def version_2() -> dict[str, Any]:
    columns = recorded("jax").trace.to_dict()
    columns["version"], columns["training"] = 2, False
    for name in ("knows_trainable", "counts_element_operations"):
        del columns[name]
    del columns["ops"]["times"]
    return columns


def test_a_trace_stays_as_it_was_given() -> None:
    columns = version_2()
    Trace.from_dict(columns)
    assert columns == version_2()


@pytest.mark.parametrize("missing", ["framework", "method", "ops"])
def test_version_2_without_a_field(missing: str) -> None:
    columns = version_2()
    del columns[missing]
    with pytest.raises(TraceError, match=missing):
        Trace.from_dict(columns)


@pytest.mark.parametrize(
    ("column", "cells"),
    [("arguments", [["times"]]), ("arguments", [[["times"]]]), ("arguments", [[["times", "many"]]]), ("name", [1])],
)
def test_version_2_with_broken_ops(column: str, cells: list[Any]) -> None:
    columns = version_2()
    columns["ops"][column][:1] = cells
    with pytest.raises(TraceError):
        Trace.from_dict(columns)
